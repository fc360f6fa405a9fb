//! Which fonts a picture's letters may come from.

use std::sync::Arc;

use rand::{seq::IndexedRandom, Rng};

use super::face::Face;
use super::letter::Letter;
use super::{embedded, loaded};
use crate::error::{shown, Error, Result};
use crate::text::{self, Letters};

/// Which fonts the letters of a picture may come from: the embedded ones, or some by name.
///
/// A name stands for the font that had it when it was asked: what is loaded under it later is another one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Fonts(Option<Arc<[Arc<Face>]>>);

impl Fonts {
    /// Fonts that may be named together.
    pub const MOST: usize = 8;

    /// The fonts of these names, embedded or [loaded](crate::load_font).
    ///
    /// # Errors
    /// When there is no name, more than [`MOST`](Self::MOST), or one that no font has.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut faces: Vec<Arc<Face>> = Vec::new();
        for name in names {
            let face = embedded::named(name).cloned().or_else(|| loaded::named(name)).ok_or_else(|| {
                let allowed = "the name of an embedded font or of one that was loaded";
                Error::out_of_range("font", allowed, shown(name))
            })?;
            if faces.len() == Self::MOST {
                return Err(Error::out_of_range("font", format!("{} names at most", Self::MOST), "more of them"));
            }
            if !faces.contains(&face) {
                faces.push(face);
            }
        }
        if faces.is_empty() {
            return Err(Error::out_of_range("font", "the name of a font, or some", "none"));
        }
        Ok(Self(Some(faces.into())))
    }

    /// Whether one of them has an outline for a letter.
    pub(crate) fn have(&self, letter: char) -> bool {
        match &self.0 {
            None => !embedded::faces_of(letter).is_empty(),
            Some(faces) => faces.iter().any(|face| face.has(letter)),
        }
    }

    /// A letter as one of those draws it that can; `None` if none can.
    pub(crate) fn letter(&self, letter: char, rng: &mut impl Rng) -> Option<Arc<Letter>> {
        match &self.0 {
            None => embedded::faces_of(letter).choose(rng)?.letter(letter),
            Some(faces) => {
                let letters: Vec<_> = faces.iter().filter_map(|face| face.letter(letter)).collect();
                letters.choose(rng).cloned()
            }
        }
    }

    /// The letters of a text, which all can be drawn.
    ///
    /// # Errors
    /// Names what is wrong: no letter, more than [`text::LONGEST`] of them, or one that no face has.
    pub(crate) fn letters(&self, text: &str) -> Result<Letters> {
        let allowed = || format!("1 to {} letters that the fonts can draw", text::LONGEST);
        let wrong = |with: &str| Error::out_of_range("text", allowed(), format!("{} with {with}", shown(text)));
        let too_many = |count| Error::out_of_range("text", allowed(), format!("{} ({count} letters)", shown(text)));
        // So many bytes are more letters, or some that cannot be composed; nobody's time is taken to find out.
        if text.len() > 64 * text::LONGEST {
            return Err(too_many(text.chars().count()));
        }
        let letters = Letters::of(text).map_err(|cluster| wrong(&shown(&cluster)))?;
        if letters.len() > text::LONGEST {
            return Err(too_many(letters.len()));
        }
        if letters.iter().all(|&letter| letter == ' ') {
            return Err(Error::out_of_range("text", allowed(), shown(text)));
        }
        match letters.iter().find(|&&letter| letter != ' ' && !self.have(letter)) {
            Some(letter) => Err(wrong(&format!("{letter:?}"))),
            None => Ok(letters),
        }
    }

    /// Whether a font that was unloaded is among them.
    pub(crate) fn use_unloaded(&self, unloaded: &Unloaded) -> bool {
        self.0.iter().flat_map(|faces| faces.iter()).any(|face| *face == unloaded.0)
    }
}

/// A font that has no name any more. Pictures that are being drawn may still hold it.
pub(crate) struct Unloaded(pub(super) Arc<Face>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_checked_by_letter() {
        let check = |text: &str| Fonts::default().letters(text).map(drop);
        for good in ["A", "abc", "1 + 2 = ?", "3×4", "8÷2−1", "{[~|]}", "山水"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, named) in [
            ("", "\"\""),
            ("   ", "\"   \""),
            ("AÄ", "'Ä'"),
            ("AA\u{308}", "'Ä'"),
            ("😀", "'😀'"),
            ("A👨‍👩‍👧B", "\"👨\\u{200d}👩\\u{200d}👧\""),
            ("A\tB", r"'\t'"),
            ("AAAAAAAAAAAAAAAAA", "17 letters"),
        ] {
            let message = check(bad).unwrap_err().to_string();
            assert!(message.contains(named), "{message}");
        }
    }

    #[test]
    fn embedded_fonts_go_by_name() {
        let fonts = Fonts::named(["nunito-black", "signika-bold", "nunito-black"]).unwrap();
        assert_eq!(fonts, Fonts::named(["nunito-black", "signika-bold"]).unwrap());
        assert_ne!(fonts, Fonts::default());
        assert!(fonts.have('Q') && !fonts.have('山'));
        assert!(Fonts::named(["noto-sans-sc-bold"]).unwrap().have('山'));
        for (names, end) in [(&[][..], "Received none"), (&["arial"], "Received \"arial\"")] {
            let message = Fonts::named(names.iter().copied()).unwrap_err().to_string();
            assert!(
                message.starts_with("The value of \"font\" is out of range.") && message.ends_with(end),
                "{message}"
            );
        }
    }
}
