//! What pictures ask for.

use super::numbers::read_numbers;
use crate::error::{shown, Error, Result};
use crate::math::{Math, Operators};

/// What a picture asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// To type what it says: a random text.
    Text,
    /// To do a sum: `17 + 5 = ?`, and to type what comes of it. The signs are drawn larger than in texts.
    Math(Math),
}

impl Kind {
    /// The names of all kinds as an option.
    const NAMES: [&'static str; 2] = ["text", "math"];

    /// Reads the kind and then what calculations are made of: each by itself whatever the kind is, and whether there are such
    /// calculations if they are asked for.
    pub(super) fn from_fields<'a>(fields: &mut impl Iterator<Item = &'a str>) -> Result<Self> {
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
