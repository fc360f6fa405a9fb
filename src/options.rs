//! The drawing options: defaults, limits, and the hashable value that a cache is found by.

use std::ops::RangeInclusive;

use crate::colors::Colors;
use crate::error::{shown, Error, Result};
use crate::math::{Math, Operators};
use crate::text::Charset;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
}

/// A numeric option's name and limits.
type Limited = (&'static str, RangeInclusive<u32>);

/// Options that have been checked, as a cache is found by: a number that makes no difference to their pictures is the default.
///
/// ```
/// use ccap::{Format, Options, Style};
///
/// let png = Options { format: Format::Png, ..Options::default() };
/// assert_eq!(Style::new(png)?, Style::new(Options { quality: 90, ..png })?);
/// # Ok::<(), ccap::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Style(Options);

/// How hard a picture is to read, for people and for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// Read at a glance; ready-made readers still fail on most.
    Easy,
    /// Read with ease.
    Normal,
    /// Read with some care.
    Hard,
}

/// What a picture asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// To type what it says: a random text.
    Text,
    /// To do a sum: `17 + 5 = ?`, and to type what comes of it. The signs are drawn larger than in texts.
    Math(Math),
}

/// Whether ink is darker than its ground, where that is left to chance, or lighter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Dark ink on light ground.
    Light,
    /// Light ink on dark ground.
    Dark,
}

/// How a GIF moves. With more than one frame, in each a letter or two are missing and the stripes lie a little elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Animation {
    /// How many frames there are: 1..=16, default 1.
    pub frames: u32,
    /// For how long each is shown, in ms: 20..=5000, default 200. A GIF counts in hundredths of a second.
    pub delay: u32,
    /// How often all are shown: 0..=100, default 0, which is for ever.
    pub repeats: u32,
}

impl Animation {
    /// A single frame.
    pub const STILL: Self = Self { frames: 1, delay: 200, repeats: 0 };

    /// The numeric options and their limits, in the order of a key.
    const LIMITS: [(&'static str, RangeInclusive<u32>); 3] =
        [("frames", 1..=16), ("delay", 20..=5000), ("loop", 0..=100)];
}

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

    fn parse(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
            let allowed = "one of 'jpeg', 'png', 'webp', 'gif', 'bmp', 'svg'";
            Error::out_of_range("format", allowed, shown(name))
        })
    }
}

impl Level {
    /// Every level, the easiest first.
    pub const ALL: [Self; 3] = [Self::Easy, Self::Normal, Self::Hard];

    /// Its name as an option: `easy`, `normal` or `hard`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Normal => "normal",
            Self::Hard => "hard",
        }
    }

    fn parse(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|level| level.name() == name)
            .ok_or_else(|| Error::out_of_range("level", "one of 'easy', 'normal', 'hard'", shown(name)))
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

    fn parse(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|theme| theme.name() == name)
            .ok_or_else(|| Error::out_of_range("theme", "one of 'light', 'dark'", shown(name)))
    }
}

impl Color {
    /// Reads `random`, a colour as CSS writes it in hex, `#rgb` or `#rrggbb`, or of a background `transparent`.
    fn parse(name: &'static str, text: &str) -> Result<Self> {
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
        }
    }
}

impl Options {
    /// The letters that a text to draw may have at most.
    pub const MAX_TEXT: usize = 16;

    /// The numeric options and their limits, in the order of a [key](Self::from_key).
    const LIMITS: [(&'static str, RangeInclusive<u32>); 6] = [
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
        Ok(())
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
        options.check_colors()?;
        Ok(options)
    }
}

impl Kind {
    /// The names of all kinds as an option.
    const NAMES: [&'static str; 2] = ["text", "math"];

    /// Reads the kind and then what calculations are made of: each by itself whatever the kind is, and whether there are such
    /// calculations if they are asked for.
    fn from_fields<'a>(fields: &mut impl Iterator<Item = &'a str>) -> Result<Self> {
        let name = fields.next().unwrap_or_default();
        if !name.is_empty() && !Self::NAMES.contains(&name) {
            return Err(Error::out_of_range("kind", "one of 'text', 'math'", shown(name)));
        }
        let mut math = Math::default();
        match fields.next().unwrap_or_default() {
            "" => {}
            signs => math.operators = Operators::parse(signs)?,
        }
        read_numbers(&Math::LIMITS, math.numbers_mut(), fields)?;
        if name != "math" {
            return Ok(Self::Text);
        }
        math.check()?;
        Ok(Self::Math(math))
    }

    /// Its name as an option: `text` or `math`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => Self::NAMES[0],
            Self::Math(_) => Self::NAMES[1],
        }
    }
}

impl Style {
    /// Checks `options`.
    ///
    /// # Errors
    /// As [`Options::validate`].
    pub fn new(options: Options) -> Result<Self> {
        options.validate()?;
        Ok(Self::of_checked(options))
    }

    /// Reads the form in which options cross from JavaScript.
    ///
    /// # Errors
    /// As [`Options::from_key`].
    pub fn from_key(key: &str) -> Result<Self> {
        Options::from_key(key).map(Self::of_checked)
    }

    /// The options.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.0
    }

    fn of_checked(mut options: Options) -> Self {
        if options.format != Format::Jpeg {
            options.quality = Options::default().quality;
        }
        if matches!(options.kind, Kind::Math(_)) {
            let Options { length, charset, .. } = Options::default();
            options = Options { length, charset, ..options };
        }
        if options.format != Format::Gif || options.animation.frames == 1 {
            options.animation = Animation::STILL;
        }
        let by_chance = [options.color, options.background];
        if !by_chance.iter().any(|color| matches!(color, Color::Pleasant | Color::Transparent)) {
            options.theme = Options::default().theme;
        }
        Self(options)
    }
}

/// Checks numbers against their limits.
fn check_numbers(all: &[Limited], values: &[u32]) -> Result<()> {
    match all.iter().zip(values).find(|((_, limits), value)| !limits.contains(value)) {
        Some(((name, limits), value)) => Err(outside(name, limits, value.to_string())),
        None => Ok(()),
    }
}

/// Reads numbers, each from the next field, unless that is empty.
fn read_numbers<'a, const N: usize>(
    all: &[Limited; N],
    numbers: [&mut u32; N],
    fields: &mut impl Iterator<Item = &'a str>,
) -> Result<()> {
    for ((name, limits), value) in all.iter().zip(numbers) {
        let field = fields.next().unwrap_or_default();
        if field.is_empty() {
            continue;
        }
        match field.parse() {
            Ok(number) if limits.contains(&number) => *value = number,
            // What is no u32 is negative, infinite or enormous: out of range all the same.
            _ => return Err(outside(name, limits, field.to_owned())),
        }
    }
    Ok(())
}

fn outside(name: &'static str, limits: &RangeInclusive<u32>, received: String) -> Error {
    let allowed = format!(">= {} && <= {}", limits.start(), limits.end());
    Error::out_of_range(name, allowed, received)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_key_is_the_default() {
        assert_eq!(Options::from_key(""), Ok(Options::default()));
        assert_eq!(Options::from_key("\n\n\n\n\n\n\n"), Ok(Options::default()));
    }

    #[test]
    fn a_key_sets_every_field() {
        let options = Options::from_key(
            "128\n30\n20\n90\n24\n4\nAB,C\npng\nhard\n#01f\nrandom\nmath\n×\n2\n9\n3\ndark\n8\n150\n3",
        )
        .unwrap();
        let expected = Options {
            width: 128,
            height: 30,
            offset: 20,
            quality: 90,
            fontsize: 24,
            length: 4,
            charset: Charset::parse("ABC,").unwrap(),
            format: Format::Png,
            level: Level::Hard,
            color: Color::Rgb([0, 0x11, 0xff]),
            background: Color::Random,
            kind: Kind::Math(Math { operators: Operators::parse("×").unwrap(), min: 2, max: 9, terms: 3 }),
            theme: Theme::Dark,
            animation: Animation { frames: 8, delay: 150, repeats: 3 },
        };
        assert_eq!(options, expected);
    }

    #[test]
    fn a_transparent_ground_is_for_formats_that_have_it_and_keeps_contrast_to_the_page() {
        let options = |format, theme, color| Options {
            format,
            theme,
            color,
            background: Color::Transparent,
            ..Options::default()
        };
        for format in Format::ALL {
            let checked = options(format, Theme::Light, Color::Pleasant).validate();
            assert_eq!(checked.is_ok(), !matches!(format, Format::Jpeg | Format::Bmp), "{format:?}");
        }
        let refused = options(Format::Jpeg, Theme::Light, Color::Pleasant).validate().unwrap_err().to_string();
        assert_eq!(
            refused,
            "The value of \"background\" is out of range. It must be a colour where \"format\" is none of 'png', 'webp', \
             'gif', 'svg'. Received \"transparent\""
        );
        for (theme, grey, is_allowed) in [
            (Theme::Light, 0x76, true),
            (Theme::Light, 0x77, false),
            (Theme::Dark, 0x76, false),
            (Theme::Dark, 0x8c, true),
        ] {
            let checked = options(Format::Png, theme, Color::Rgb([grey; 3])).validate();
            assert_eq!(checked.is_ok(), is_allowed, "{grey} on a {theme:?} page: {checked:?}");
        }
        assert!(Options { color: Color::Transparent, ..Options::default() }.validate().is_err());
    }

    #[test]
    fn a_theme_that_has_no_say_makes_no_other_style() {
        let style = |color, background, theme| {
            Style::new(Options { color, background, theme, format: Format::Png, ..Options::default() }).unwrap()
        };
        let (black, white) = (Color::Rgb([0; 3]), Color::Rgb([255; 3]));
        for (color, background) in [(black, white), (black, Color::Random), (Color::Random, Color::Random)] {
            assert_eq!(style(color, background, Theme::Light), style(color, background, Theme::Dark));
        }
        for (color, background) in
            [(Color::Pleasant, white), (black, Color::Pleasant), (Color::Random, Color::Transparent)]
        {
            assert_ne!(style(color, background, Theme::Light), style(color, background, Theme::Dark));
        }
    }

    #[test]
    fn limits_hold_to_the_pixel() {
        for (field, (name, limits)) in Options::LIMITS.iter().enumerate() {
            let key = |value: &str| format!("{}{value}", "\n".repeat(field));
            let (low, high) = (*limits.start(), *limits.end());
            assert!(Options::from_key(&key(&low.to_string())).is_ok(), "{name} {low}");
            assert!(Options::from_key(&key(&high.to_string())).is_ok(), "{name} {high}");
            let below = (low - 1).to_string();
            let above = (high + 1).to_string();
            for bad in [below.as_str(), above.as_str(), "-5", "Infinity", "1e+21"] {
                assert_eq!(
                    Options::from_key(&key(bad)).unwrap_err().to_string(),
                    format!(
                        "The value of \"{name}\" is out of range. It must be >= {low} && <= {high}. Received {bad}"
                    )
                );
            }
        }
    }

    #[test]
    fn validate_agrees_with_from_key() {
        assert_eq!(Options::default().validate(), Ok(()));
        let wide = Options { width: 1025, ..Options::default() };
        assert_eq!(wide.validate(), Options::from_key("1025").map(drop));
        let long = Options { length: 17, ..Options::default() };
        assert_eq!(long.validate(), Options::from_key("\n\n\n\n\n17").map(drop));
    }

    #[test]
    fn quality_is_part_of_a_style_where_the_format_has_one() {
        for format in Format::ALL {
            let style = |quality| Style::new(Options { format, quality, ..Options::default() }).unwrap();
            assert_eq!(style(10) == style(90), format != Format::Jpeg, "{}", format.name());
            let key = format!("\n\n\n10\n\n\n\n{}", format.name());
            assert_eq!(Style::from_key(&key), Ok(style(10)));
        }
        assert!(Style::new(Options { quality: 101, format: Format::Png, ..Options::default() }).is_err());
    }

    #[test]
    fn what_a_kind_does_not_use_is_checked_and_no_part_of_a_style() {
        let key = |text: &str, math: &str| Style::from_key(&format!("\n\n\n\n\n{text}\n\n\n\n\n{math}"));
        assert_eq!(key("4\nABC", "math"), key("6\n", "math"));
        assert_ne!(key("4\nABC", "text"), key("6\n", "text"));
        assert_eq!(key("6\n", "text\n×\n2\n9\n3"), key("6\n", ""));
        // Without such calculations there are none to ask for; as a text nobody asks.
        assert_eq!(key("6\n", "text\n-\n9\n2\n3"), key("6\n", ""));
        for (field, name) in ["color", "operators", "min", "max", "terms"].into_iter().enumerate().skip(1) {
            for kind in ["text", "math"] {
                let message = key("6\n", &format!("{kind}{}101", "\n".repeat(field))).unwrap_err().to_string();
                assert!(
                    message.starts_with(&format!("The value of \"{name}\" is out of range. It must be ")),
                    "{message}"
                );
            }
        }
        assert!(key("17\n", "math").is_err());
        let message = key("6\n", "Math").unwrap_err().to_string();
        assert_eq!(
            message,
            "The value of \"kind\" is out of range. It must be one of 'text', 'math'. Received \"Math\""
        );
    }

    #[test]
    fn validate_and_from_key_agree_on_calculations() {
        let validate = |math| Options { kind: Kind::Math(math), ..Options::default() }.validate();
        for (math, key) in [
            (Math::default(), ""),
            (Math { min: 0, ..Math::default() }, "\n\n0"),
            (Math { max: 100, ..Math::default() }, "\n\n\n100"),
            (Math { max: u32::MAX, ..Math::default() }, "\n\n\n4294967295"),
            (Math { terms: 4, ..Math::default() }, "\n\n\n\n4"),
            (Math { min: 9, max: 8, ..Math::default() }, "\n\n9\n8"),
        ] {
            let key = format!("{}math{key}", "\n".repeat(11));
            assert_eq!(validate(math), Options::from_key(&key).map(drop), "{math:?}");
        }
    }

    #[test]
    fn formats_go_by_name() {
        for format in Format::ALL {
            let key = format!("\n\n\n\n\n\n\n{}", format.name());
            assert_eq!(Options::from_key(&key).unwrap().format, format);
        }
        assert_eq!(
            Options::from_key("\n\n\n\n\n\n\ntiff").unwrap_err().to_string(),
            "The value of \"format\" is out of range. It must be one of 'jpeg', 'png', 'webp', 'gif', 'bmp', 'svg'. \
             Received \"tiff\""
        );
    }

    #[test]
    fn levels_go_by_name() {
        for level in Level::ALL {
            let key = format!("{}{}", "\n".repeat(8), level.name());
            assert_eq!(Options::from_key(&key).unwrap().level, level);
        }
        let message = Options::from_key(&format!("{}Easy", "\n".repeat(8))).unwrap_err().to_string();
        assert!(message.ends_with("It must be one of 'easy', 'normal', 'hard'. Received \"Easy\""), "{message}");
    }

    #[test]
    fn colors_are_read_as_css_writes_them() {
        for (text, color) in [
            ("#fff", Color::Rgb([255; 3])),
            ("#a1B2c3", Color::Rgb([0xa1, 0xb2, 0xc3])),
            ("#08f", Color::Rgb([0, 0x88, 0xff])),
            ("random", Color::Random),
        ] {
            assert_eq!(Color::parse("color", text), Ok(color));
        }
        assert_eq!(Color::parse("background", "transparent"), Ok(Color::Transparent));
        assert!(Color::parse("color", "transparent").is_err());
        for bad in ["red", "fff", "#ff", "#ffff", "#ggg", "#fffffff", "#12345é", "##fff", "# fff", "Random"] {
            let message = Color::parse("background", bad).unwrap_err().to_string();
            let allowed = "The value of \"background\" is out of range. It must be '#rgb', '#rrggbb', 'random' or 'transparent'. Received";
            assert!(message.starts_with(allowed), "{message}");
        }
    }

    #[test]
    fn two_colors_of_the_callers_need_contrast() {
        let key = |color: &str, ground: &str| format!("{}{color}\n{ground}", "\n".repeat(9));
        assert!(Options::from_key(&key("#767676", "#fff")).is_ok());
        assert!(Options::from_key(&key("#fff", "#000")).is_ok());
        let error = Options::from_key(&key("#777777", "#fff")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The value of \"color\" is out of range. It must be a color with a contrast of at least 4.5:1 to \"background\". \
             Received a contrast of 4.47:1"
        );
        // One of them alone always finds a partner.
        assert!(Options::from_key(&key("#777777", "")).is_ok());
    }
}
