//! The drawing options: defaults, limits, and the hashable value that a cache is found by.

mod animation;
mod color;
mod format;
mod kind;
mod level;
mod numbers;
mod style;
#[cfg(test)]
mod tests;

pub use animation::Animation;
pub use color::{Color, Theme};
pub use format::Format;
pub use kind::Kind;
pub use level::Level;
pub use style::Style;

use crate::colors::Colors;
use crate::error::{shown, Error, Result};
use crate::font::Fonts;
use crate::math::Math;
use crate::text::{self, Charset};
use numbers::{check_numbers, read_numbers, Limited};

/// Everything that decides what a captcha looks like, but its text.
///
/// A plain value: two equal `Options` share one cache, wherever they came from.
///
/// ```
/// use ccap::{Format, Options};
///
/// let options = Options { format: Format::Png, ..Options::default() };
/// assert!(options.validate().is_ok());
/// assert!(Options { width: 5000, ..options }.validate().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Options {
    /// Width of the picture in px: 32..=1024, default 256.
    pub width: u32,
    /// Height of the picture in px: 16..=512, default 60.
    pub height: u32,
    /// Pitch of the letters: 1..=1024, default 40, which is the picture's own. Other values narrow or widen it in
    /// proportion, as far as the text fits.
    pub offset: u32,
    /// JPEG quality: 1..=100, default 50.
    pub quality: u32,
    /// Size of the letters: 8..=1024, default 57, which is the picture's own. Other values shrink or grow them in
    /// proportion, as far as the text fits.
    pub fontsize: u32,
    /// Letters in a random text: 1..=16, default 6.
    pub length: u32,
    /// Letters of a random text, default [`Charset::DEFAULT`].
    pub charset: Charset,
    /// File format, default [`Format::Jpeg`].
    pub format: Format,
    /// How hard the picture is to read, default [`Level::Normal`].
    pub level: Level,
    /// Colour of the ink, default [`Color::Pleasant`]: a deep one of any hue, or a bright one where the theme is dark.
    pub color: Color,
    /// Colour of the ground, default [`Color::Pleasant`]: a pale one, or a dark one where the theme is.
    pub background: Color,
    /// What a picture asks for, default [`Kind::Text`].
    pub kind: Kind,
    /// Which colours chance takes, default [`Theme::Light`].
    pub theme: Theme,
    /// How a GIF moves, by default not at all.
    pub animation: Animation,
    /// The fonts that letters come from, by default the embedded ones.
    pub fonts: Fonts,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            width: 256,
            height: 60,
            offset: 40,
            quality: 50,
            fontsize: 57,
            length: 6,
            charset: Charset::DEFAULT,
            format: Format::Jpeg,
            level: Level::Normal,
            color: Color::Pleasant,
            background: Color::Pleasant,
            kind: Kind::Text,
            theme: Theme::Light,
            animation: Animation::STILL,
            fonts: Fonts::default(),
        }
    }
}

impl Options {
    /// The letters that a text to draw may have at most.
    pub const MAX_TEXT: usize = text::LONGEST;

    /// The numeric options and their limits, in the order of a [key](Self::from_key).
    const LIMITS: [Limited; 6] = [
        ("width", 32..=1024),
        ("height", 16..=512),
        ("offset", 1..=1024),
        ("quality", 1..=100),
        ("fontsize", 8..=1024),
        ("length", 1..=Self::MAX_TEXT as u32),
    ];

    /// Checks every number against its limits, and the contrast of two colours.
    ///
    /// # Errors
    /// Names the first option that is out of range.
    pub fn validate(&self) -> Result<()> {
        let values = [self.width, self.height, self.offset, self.quality, self.fontsize, self.length];
        check_numbers(&Self::LIMITS, &values)?;
        self.check_colors()?;
        let Animation { frames, delay, repeats } = self.animation;
        check_numbers(&Animation::LIMITS, &[frames, delay, repeats])?;
        if let Kind::Math(math) = &self.kind {
            check_numbers(&Math::LIMITS, &math.numbers())?;
            math.check()?;
        }
        self.check_letters()
    }

    /// What the options name, the fonts have: a charset, but for the default, which others than random texts do without.
    fn check_letters(&self) -> Result<()> {
        if self.charset == Charset::DEFAULT && matches!(self.kind, Kind::Text) {
            return Ok(());
        }
        self.check_random()
    }

    /// Checks that the fonts have every letter of random pictures.
    ///
    /// # Errors
    /// Names the letter that is missing, and what would need it.
    pub fn check_random(&self) -> Result<()> {
        // As most are; there is nothing to look for.
        if self.fonts == Fonts::default() && self.charset.is_ascii() {
            return Ok(());
        }
        let lacks = |letter: &char| !self.fonts.have(*letter);
        match &self.kind {
            Kind::Math(math) => math.letters().find(lacks).map_or(Ok(()), |letter| {
                Err(Error::out_of_range("font", "fonts that can draw sums", format!("some without {letter:?}")))
            }),
            Kind::Text => self.charset.letters().find(lacks).map_or(Ok(()), |letter| {
                let allowed = "letters that the fonts can draw";
                Err(Error::out_of_range("charset", allowed, format!("some with {letter:?}")))
            }),
        }
    }

    /// Ink has a colour; a ground has one where the format knows no other. A caller who sets both colours must leave enough contrast
    /// between them; where one is left to chance it is chosen so.
    fn check_colors(&self) -> Result<()> {
        if self.color == Color::Transparent {
            return Err(Error::out_of_range("color", "'#rgb', '#rrggbb' or 'random'", shown("transparent")));
        }
        let ground = match self.background {
            Color::Transparent if !self.format.has_transparency() => {
                let allowed = "a colour where \"format\" is none of 'png', 'webp', 'gif', 'svg'";
                return Err(Error::out_of_range("background", allowed, shown("transparent")));
            }
            Color::Transparent => Some(self.theme.page()),
            Color::Rgb(ground) => Some(ground),
            _ => None,
        };
        if let (Color::Rgb(ink), Some(ground)) = (self.color, ground) {
            let contrast = Colors { ink, ground }.contrast();
            if contrast < Colors::LEAST_CONTRAST {
                let allowed =
                    format!("a color with a contrast of at least {}:1 to \"background\"", Colors::LEAST_CONTRAST);
                // Cut off, not rounded: 4.499 must not read as what is allowed.
                let received = format!("a contrast of {}:1", (contrast * 100.0).floor() / 100.0);
                return Err(Error::out_of_range("color", allowed, received));
            }
        }
        Ok(())
    }

    /// Reads the form in which options cross from JavaScript: the fields in the order of the struct, with line breaks between
    /// them. An empty or missing field is the default.
    ///
    /// # Errors
    /// Names the first option that is out of range, whatever number it is.
    pub fn from_key(key: &str) -> Result<Self> {
        let mut fields = key.split('\n');
        let mut options = Self::default();
        let numbers = [
            &mut options.width,
            &mut options.height,
            &mut options.offset,
            &mut options.quality,
            &mut options.fontsize,
            &mut options.length,
        ];
        read_numbers(&Self::LIMITS, numbers, &mut fields)?;
        match fields.next().unwrap_or_default() {
            "" => {}
            letters => options.charset = Charset::parse(letters)?,
        }
        match fields.next().unwrap_or_default() {
            "" => {}
            name => options.format = Format::parse(name)?,
        }
        match fields.next().unwrap_or_default() {
            "" => {}
            name => options.level = Level::parse(name)?,
        }
        for (name, color) in [("color", &mut options.color), ("background", &mut options.background)] {
            match fields.next().unwrap_or_default() {
                "" => {}
                text => *color = Color::parse(name, text)?,
            }
        }
        options.kind = Kind::from_fields(&mut fields)?;
        match fields.next().unwrap_or_default() {
            "" => {}
            name => options.theme = Theme::parse(name)?,
        }
        let Animation { frames, delay, repeats } = &mut options.animation;
        read_numbers(&Animation::LIMITS, [frames, delay, repeats], &mut fields)?;
        match fields.next().unwrap_or_default() {
            "" => {}
            names => options.fonts = Fonts::named(names.split(','))?,
        }
        options.check_colors()?;
        options.check_letters()?;
        Ok(options)
    }
}
