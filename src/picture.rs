//! From options to a finished picture: the whole way, in one place.

use rand::{rngs::Xoshiro256PlusPlus, Rng, SeedableRng};

use crate::draw;
use crate::encode::encode;
use crate::error::Result;
use crate::options::Options;
use crate::text::random_text;

/// A captcha: the text that must be typed, and the file that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What the picture says.
    pub text: String,
    /// The file's bytes, in the format of its options.
    pub image: Box<[u8]>,
}

impl Picture {
    /// A new picture of a random text.
    ///
    /// The text comes from a cryptographic generator that the system seeds. The drawing has a stream of its own, so that
    /// nothing about the text's generator can be learnt from it.
    ///
    /// # Errors
    /// When an option is out of range, or the charset has no letter that can be drawn.
    pub fn random(options: &Options) -> Result<Self> {
        let mut secret = rand::rng();
        let text = random_text(options.charset, options.length as usize, &mut secret);
        let image = render(&text, options, secret.next_u64())?;
        Ok(Self { text, image })
    }

    /// A new picture of a given text.
    ///
    /// # Errors
    /// When an option is out of range or the text cannot be drawn.
    pub fn of(text: &str, options: &Options) -> Result<Box<[u8]>> {
        render(text, options, rand::rng().next_u64())
    }
}

/// Draws `text` and encodes it; the same `seed` gives the same file.
///
/// # Errors
/// When an option is out of range, or `text` is empty, longer than [`Options::MAX_TEXT`] letters, or has a letter that no
/// embedded font draws.
pub fn render(text: &str, options: &Options, seed: u64) -> Result<Box<[u8]>> {
    options.validate()?;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let canvas = draw::draw(text, options, &mut rng)?;
    encode(&canvas, options.format, options.quality as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_pictures_differ_in_text_and_bytes() {
        let options = Options::default();
        let (a, b) = (Picture::random(&options).unwrap(), Picture::random(&options).unwrap());
        assert_ne!(a.text, b.text);
        assert_ne!(a.image, b.image);
    }

    #[test]
    fn the_same_text_is_never_the_same_picture() {
        let options = Options::default();
        assert_ne!(Picture::of("ABC", &options), Picture::of("ABC", &options));
        assert_eq!(render("ABC", &options, 1), render("ABC", &options, 1));
    }
}
