//! Alphabets and unbiased random text.

use rand::Rng;

use crate::error::{shown, Error, Result};

/// The letters that texts are made of: a set of printable ASCII characters.
///
/// A set, so that two options that name the same letters in another order are the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Charset(u128);

impl Charset {
    /// The digits and capitals that readers of the pictures mistook for others least, 3.7 bits each. There is no vowel among them, so
    /// that no text spells a word.
    pub const DEFAULT: Self = Self::of(b"239CFHKLMRTWX");

    /// The longest string that [`parse`](Self::parse) takes, in bytes.
    pub const MAX_BYTES: usize = 128;

    /// The set of the letters in `letters`; a letter that is named twice counts once.
    ///
    /// # Errors
    /// When there is no letter, more than 128 of them, or one that is not printable ASCII.
    pub fn parse(letters: &str) -> Result<Self> {
        let allowed = || format!("1 to {} printable ASCII letters other than space", Self::MAX_BYTES);
        if letters.is_empty() {
            return Err(Error::out_of_range("charset", allowed(), "\"\""));
        }
        if let Some(letter) = letters.chars().find(|c| !c.is_ascii_graphic()) {
            let received = format!("{} with {letter:?}", shown(letters));
            return Err(Error::out_of_range("charset", allowed(), received));
        }
        if letters.len() > Self::MAX_BYTES {
            let received = format!("{} letters", letters.len());
            return Err(Error::out_of_range("charset", allowed(), received));
        }
        Ok(Self::of(letters.as_bytes()))
    }

    /// The letters, in ASCII order.
    pub fn letters(self) -> impl Iterator<Item = char> {
        (0..128u8).filter(move |&b| self.0 >> b & 1 == 1).map(char::from)
    }

    const fn of(letters: &[u8]) -> Self {
        let mut set = 0;
        let mut i = 0;
        while i < letters.len() {
            set |= 1 << letters[i];
            i += 1;
        }
        Self(set)
    }
}

/// A text of `length` letters, each drawn from `charset` with the same probability.
///
/// `rng` should be cryptographic: the text is the secret. Letters come by rejection sampling: a
/// random number with just enough bits to count the letters, drawn again when it is too large, so
/// that none is likelier than another.
pub fn random_text(charset: Charset, length: usize, rng: &mut impl Rng) -> String {
    let mut letters = [0; 128];
    let mut count = 0;
    for letter in charset.letters() {
        letters[count] = letter as u8;
        count += 1;
    }
    let mask = count.next_power_of_two() - 1;
    let mut text = String::with_capacity(length);
    while text.len() < length {
        for byte in rng.next_u64().to_le_bytes() {
            let index = usize::from(byte) & mask;
            if index < count && text.len() < length {
                text.push(char::from(letters[index]));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    #[test]
    fn the_default_leaves_out_look_alikes_and_nothing_else() {
        let letters: String = Charset::DEFAULT.letters().collect();
        assert_eq!(letters, "239CFHKLMRTWX");
    }

    #[test]
    fn order_and_repetition_do_not_matter() {
        assert_eq!(Charset::parse("BAAB"), Charset::parse("AB"));
        assert_eq!(Charset::parse("BA").unwrap().letters().collect::<String>(), "AB");
    }

    #[test]
    fn letters_outside_of_printable_ascii_are_named() {
        for (letters, named) in [("AB CD", "' '"), ("ABé", "'é'"), ("A😀", "'😀'"), ("A\n", r"'\n'")] {
            let message = Charset::parse(letters).unwrap_err().to_string();
            assert!(message.contains(named), "{message}");
        }
        assert!(Charset::parse("").is_err());
        assert!(Charset::parse(&"A".repeat(128)).is_ok());
        let message = Charset::parse(&"A".repeat(10_000_000)).unwrap_err().to_string();
        assert!(message.ends_with("Received 10000000 letters"), "{message}");
    }

    #[test]
    fn texts_have_the_length_and_letters_asked_for() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        for (letters, length) in [("A", 16), ("AB", 1), ("0123456789", 4)] {
            let charset = Charset::parse(letters).unwrap();
            let text = random_text(charset, length, &mut rng);
            assert_eq!(text.len(), length);
            assert!(text.chars().all(|c| letters.contains(c)), "{text}");
        }
    }

    /// Chi-squared over 33 letters, the count that the rejection must be right for: one more than
    /// a power of two. 32 degrees of freedom exceed 75 about once in 40,000 seeds, and the seed is fixed.
    #[test]
    fn every_letter_is_as_likely_as_another() {
        let charset = Charset::parse("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456").unwrap();
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
        let mut seen = [0u32; 128];
        const N: u32 = 33 * 4000;
        for byte in random_text(charset, N as usize, &mut rng).bytes() {
            seen[usize::from(byte)] += 1;
        }
        let expected = f64::from(N) / 33.0;
        let chi_squared: f64 =
            charset.letters().map(|c| (f64::from(seen[c as usize]) - expected).powi(2) / expected).sum();
        assert!(chi_squared < 75.0, "{chi_squared}");
    }
}
