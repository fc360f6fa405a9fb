//! Colours as options, and which of them chance takes.

use crate::error::{shown, Error, Result};

/// A colour as an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Color {
    /// A random one that looks good: deep for the ink, pale for the ground.
    Pleasant,
    /// Any, light or dark, with enough contrast to the other.
    Random,
    /// This one, sRGB.
    Rgb([u8; 3]),
    /// None, for a ground through which the page is seen: PNG, WebP, GIF and SVG.
    Transparent,
}

/// Whether ink is darker than its ground, where that is left to chance, or lighter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Dark ink on light ground.
    Light,
    /// Light ink on dark ground.
    Dark,
}

impl Color {
    /// Reads `random`, a colour as CSS writes it in hex, `#rgb` or `#rrggbb`, or of a background `transparent`.
    pub(super) fn parse(name: &'static str, text: &str) -> Result<Self> {
        let may_be_transparent = name == "background";
        match text {
            "random" => return Ok(Self::Random),
            "transparent" if may_be_transparent => return Ok(Self::Transparent),
            _ => {}
        }
        let digit = |at: usize| text.as_bytes().get(at).and_then(|&b| char::from(b).to_digit(16)).map(|d| d as u8);
        let pair = |high: usize, low: usize| Some(digit(high)? << 4 | digit(low)?);
        let color = match (text.starts_with('#'), text.len()) {
            (true, 4) => [pair(1, 1), pair(2, 2), pair(3, 3)],
            (true, 7) => [pair(1, 2), pair(3, 4), pair(5, 6)],
            _ => [None; 3],
        };
        match color {
            [Some(r), Some(g), Some(b)] => Ok(Self::Rgb([r, g, b])),
            _ => {
                let allowed = if may_be_transparent {
                    "'#rgb', '#rrggbb', 'random' or 'transparent'"
                } else {
                    "'#rgb', '#rrggbb' or 'random'"
                };
                Err(Error::out_of_range(name, allowed, shown(text)))
            }
        }
    }
}

impl Theme {
    /// Both themes, the default first.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// Its name as an option: `light` or `dark`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The page that is promised contrast to where a ground is transparent, sRGB: white, or a dark grey.
    #[must_use]
    pub fn page(self) -> [u8; 3] {
        match self {
            Self::Light => [0xff; 3],
            Self::Dark => [0x22; 3],
        }
    }

    pub(super) fn parse(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|theme| theme.name() == name)
            .ok_or_else(|| Error::out_of_range("theme", "one of 'light', 'dark'", shown(name)))
    }
}
