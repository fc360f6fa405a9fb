//! File formats.

use crate::error::{shown, Error, Result};

/// A picture file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Baseline JPEG.
    Jpeg,
    /// Indexed PNG.
    Png,
    /// Lossless WebP.
    Webp,
    /// GIF, of one frame or [more](Animation).
    Gif,
    /// Uncompressed indexed BMP.
    Bmp,
    /// SVG, ink as one path.
    Svg,
}

impl Format {
    /// Every format, in the order that the documentation names them.
    pub const ALL: [Self; 6] = [Self::Jpeg, Self::Png, Self::Webp, Self::Gif, Self::Bmp, Self::Svg];

    /// Whether a ground of it can be transparent.
    #[must_use]
    pub fn has_transparency(self) -> bool {
        matches!(self, Self::Png | Self::Webp | Self::Gif | Self::Svg)
    }

    /// Its name as an option: `jpeg`, `png`, `webp`, `gif`, `bmp` or `svg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Svg => "svg",
        }
    }

    pub(super) fn parse(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
            let allowed = "one of 'jpeg', 'png', 'webp', 'gif', 'bmp', 'svg'";
            Error::out_of_range("format", allowed, shown(name))
        })
    }
}
