//! From options to a finished picture: the whole way, in one place.

use rand::{rngs::Xoshiro256PlusPlus, Rng, SeedableRng};

use crate::draw;
use crate::encode::{animate, encode};
use crate::error::Result;
use crate::math::Calculation;
use crate::options::{Format, Kind, Options, Style};
use crate::random::SystemRng;
use crate::text::random_text;

/// A captcha: the text that must be typed, and the file that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What must be typed: what the picture says, or the answer to it.
    pub text: String,
    /// The file's bytes, in the format of its options.
    pub image: Box<[u8]>,
}

impl Picture {
    /// A new picture of a random text or calculation.
    ///
    /// The text comes from the system's cryptographic generator. The drawing has a stream of its own, seeded from there too, so
    /// that nothing about other texts can be learnt from it.
    ///
    /// # Errors
    /// When the charset has no letter that can be drawn, or the system no random numbers to give.
    pub fn random(style: &Style) -> Result<Self> {
        Self::drawn(style.options(), &mut SystemRng::new()?)
    }

    fn drawn(options: &Options, secret: &mut impl Rng) -> Result<Self> {
        let (shown, answer) = question(options, secret);
        let image = draw_checked(&shown, options, secret.next_u64())?;
        Ok(Self { text: answer.unwrap_or(shown), image })
    }

    /// What a random picture would show, a text or a calculation, and what is to be typed then.
    ///
    /// # Errors
    /// When the system has no random numbers to give.
    pub fn question(style: &Style) -> Result<(String, String)> {
        let (shown, answer) = question(style.options(), &mut SystemRng::new()?);
        Ok((shown.clone(), answer.unwrap_or(shown)))
    }

    /// A new picture of a given text.
    ///
    /// # Errors
    /// When the text cannot be drawn, or the system has no random numbers to give.
    pub fn of(text: &str, style: &Style) -> Result<Box<[u8]>> {
        draw_checked(text, style.options(), SystemRng::new()?.next_u64())
    }
}

/// What is shown, and the answer to it if that is another.
fn question(options: &Options, secret: &mut impl Rng) -> (String, Option<String>) {
    match &options.kind {
        Kind::Text => (random_text(&options.charset, options.length as usize, secret), None),
        Kind::Math(math) => {
            let Calculation { expression, answer } = math.random(secret);
            (expression, Some(answer.to_string()))
        }
    }
}

/// Draws `text` and encodes it; the same `seed` gives the same file.
///
/// # Errors
/// When an option is out of range, or `text` is empty, longer than [`Options::MAX_TEXT`] letters, or has a letter that no
/// embedded font draws.
pub fn render(text: &str, options: &Options, seed: u64) -> Result<Box<[u8]>> {
    options.validate()?;
    draw_checked(text, options, seed)
}

fn draw_checked(text: &str, options: &Options, seed: u64) -> Result<Box<[u8]>> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    if options.format == Format::Gif && options.animation.frames > 1 {
        return animate(&draw::frames(text, options, &mut rng)?, options.animation);
    }
    let canvas = draw::draw(text, options, &mut rng)?;
    encode(&canvas, options.format, options.quality as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::{Math, Operators};

    #[test]
    fn random_pictures_differ_in_text_and_bytes() {
        let style = Style::new(Options::default()).unwrap();
        let (a, b) = (Picture::random(&style).unwrap(), Picture::random(&style).unwrap());
        assert_ne!(a.text, b.text);
        assert_ne!(a.image, b.image);
    }

    #[test]
    fn the_text_of_a_calculation_is_its_answer() {
        let math = Math { operators: Operators::parse("×").unwrap(), min: 11, max: 12, terms: 2 };
        let style = Style::new(Options { kind: Kind::Math(math), ..Options::default() }).unwrap();
        for _ in 0..50 {
            assert!(["121", "132", "144"].contains(&Picture::random(&style).unwrap().text.as_str()));
            let (expression, answer) = Picture::question(&style).unwrap();
            assert!(
                expression.ends_with("=?") && ["121", "132", "144"].contains(&answer.as_str()),
                "{expression}{answer}"
            );
        }
        let (shown, answer) = Picture::question(&Style::new(Options::default()).unwrap()).unwrap();
        assert!(shown == answer && shown.len() == 6, "{shown} {answer}");
    }

    #[test]
    fn a_picture_says_what_its_text_answers() {
        let options = Options { kind: Kind::Math(Math::default()), ..Options::default() };
        for seed in 0..20 {
            let picture = Picture::drawn(&options, &mut Xoshiro256PlusPlus::seed_from_u64(seed)).unwrap();
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let Calculation { expression, answer } = Math::default().random(&mut rng);
            assert_eq!(picture.text, answer.to_string());
            assert_eq!(picture.image, draw_checked(&expression, &options, rng.next_u64()).unwrap());
        }
    }

    #[test]
    fn the_same_text_is_never_the_same_picture() {
        let options = Options::default();
        let style = Style::new(options.clone()).unwrap();
        assert_ne!(Picture::of("ABC", &style), Picture::of("ABC", &style));
        assert_eq!(render("ABC", &options, 1), render("ABC", &options, 1));
    }
}
