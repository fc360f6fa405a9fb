//! How hard pictures are to read.

use crate::error::{shown, Error, Result};

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

    pub(super) fn parse(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|level| level.name() == name)
            .ok_or_else(|| Error::out_of_range("level", "one of 'easy', 'normal', 'hard'", shown(name)))
    }
}
