//! The embedded fonts, parsed once, and what their letters look like at any size.
//!
//! A letter is measured once, as a signed distance field (C. Green, "Improved Alpha-Tested Magnification for Vector Textures and
//! Special Effects", SIGGRAPH 2007): a small table of distances to the outline, from which its [`Glyph`] at a given size is
//! resampled in microseconds. Glyphs are kept in an atlas of bounded size, so that a thousand distinct styles need no more
//! memory than a few.

mod atlas;
mod distances;
mod face;
mod glyph;
mod letter;

pub(crate) use face::faces_of;
pub(crate) use glyph::Glyph;
pub(crate) use letter::{Letter, Side};

use crate::error::{shown, Error, Result};
use crate::options::Options;

/// Checks that `text` can be drawn, and legibly.
///
/// # Errors
/// Names what is wrong: no letter, more than [`Options::MAX_TEXT`] of them, or one that no face has.
pub(crate) fn check_text(text: &str) -> Result<()> {
    let allowed = || format!("1 to {} letters that the fonts can draw", Options::MAX_TEXT);
    let count = text.chars().count();
    if count > Options::MAX_TEXT {
        let received = format!("{} ({count} letters)", shown(text));
        return Err(Error::out_of_range("text", allowed(), received));
    }
    if text.chars().all(|letter| letter == ' ') {
        return Err(Error::out_of_range("text", allowed(), shown(text)));
    }
    for letter in text.chars().filter(|&letter| letter != ' ') {
        if faces_of(letter).is_empty() {
            let received = format!("{} with {letter:?}", shown(text));
            return Err(Error::out_of_range("text", allowed(), received));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_checked_by_letter() {
        for good in ["A", "abc", "1 + 2 = ?", "3×4", "8÷2−1", "{[~|]}"] {
            assert_eq!(check_text(good), Ok(()), "{good}");
        }
        for (bad, named) in [
            ("", "\"\""),
            ("   ", "\"   \""),
            ("AÄ", "'Ä'"),
            ("😀", "'😀'"),
            ("A\tB", r"'\t'"),
            ("AAAAAAAAAAAAAAAAA", "17 letters"),
        ] {
            let message = check_text(bad).unwrap_err().to_string();
            assert!(message.contains(named), "{message}");
        }
    }
}
