//! Checked options, as a cache is found by.

use super::{Animation, Color, Format, Kind, Options};
use crate::error::Result;

/// Options that have been checked, as a cache is found by: a number that makes no difference to their pictures is the default.
///
/// ```
/// use ccap::{Format, Options, Style};
///
/// let png = Options { format: Format::Png, ..Options::default() };
/// assert_eq!(Style::new(png.clone())?, Style::new(Options { quality: 90, ..png })?);
/// # Ok::<(), ccap::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Style(Options);

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
