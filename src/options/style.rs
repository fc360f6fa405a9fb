//! Checked options, as a cache is found by.

use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::LazyLock;

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
#[derive(Clone, PartialEq, Eq)]
pub struct Style {
    /// That of the options, made once: a style is looked for more often than it is made.
    hash: u64,
    options: Options,
}

/// What options are hashed with in this process. Nobody outside can make two that meet.
static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);

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
        &self.options
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
        Self { hash: HASHER.hash_one(&options), options }
    }
}

impl Hash for Style {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl fmt::Debug for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Style").field(&self.options).finish()
    }
}
