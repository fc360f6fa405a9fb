//! Letters, alphabets and unbiased random text.

use std::ops::Deref;
use std::sync::Arc;

use rand::Rng;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::error::{shown, Error, Result};

/// The letters that a text to draw may have at most.
pub(crate) const LONGEST: usize = 16;

/// The letters that texts are made of: a set.
///
/// A set, so that two options that name the same letters in another order are the same value. A letter is what readers take for
/// one, a grapheme cluster ([UAX #29](https://www.unicode.org/reports/tr29/)), as far as it is a single code point when it is
/// composed ([NFC](https://www.unicode.org/reports/tr15/)): a font draws no others without being told how.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Charset {
    ascii: u128,
    /// In their order, each once; `None` if there are none.
    others: Option<Arc<[char]>>,
}

/// The letters of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letters(Vec<char>);

impl Charset {
    /// The digits and capitals that readers of the pictures mistook for others least, 3.7 bits each. There is no vowel among them, so
    /// that no text spells a word.
    pub const DEFAULT: Self = Self::of_ascii(b"23CDFHJKLMTVX");

    /// The sets that go by a name, with the letters that each stands for: all digits; the capitals and all letters of the [default](Self::DEFAULT);
    /// and frequent Chinese characters, each unlike the others and of few enough strokes to be drawn small, 7.3 bits each.
    pub const NAMED: [(&'static str, &'static str); 4] =
        [("digits", "0123456789"), ("letters", "CDFHJKLMTVX"), ("alphanumeric", "23CDFHJKLMTVX"), ("hanzi", HANZI)];

    /// The most letters that [`parse`](Self::parse) takes.
    pub const MAX_LETTERS: usize = 1024;

    /// The set of that [name](Self::NAMED), or else the letters in `letters`; a letter that comes twice counts once.
    ///
    /// # Errors
    /// When there is no letter, more than 1,024 of them, or one that is a space, is written from right to left or cannot be drawn
    /// alone.
    pub fn parse(letters: &str) -> Result<Self> {
        let wrong = |received| {
            let allowed = format!("1 to {} letters other than spaces", Self::MAX_LETTERS);
            Error::out_of_range("charset", allowed, received)
        };
        let named = Self::NAMED.iter().find(|(name, _)| *name == letters);
        let letters = named.map_or(letters, |(_, letters)| letters);
        // A longer one has too many, or some of more code points than any that can be composed.
        if letters.is_empty() || letters.len() > 16 * Self::MAX_LETTERS {
            return Err(wrong(if letters.is_empty() { "\"\"".to_owned() } else { format!("{} bytes", letters.len()) }));
        }
        let with = |letter: String| wrong(format!("{} with {letter}", shown(letters)));
        let all = Letters::of(letters).map_err(|cluster| with(shown(&cluster)))?;
        if all.len() > Self::MAX_LETTERS {
            return Err(wrong(format!("{} letters", all.len())));
        }
        if let Some(letter) = all.iter().find(|letter| letter.is_whitespace() || letter.is_control()) {
            return Err(with(format!("{letter:?}")));
        }
        let (ascii, mut others): (Vec<char>, Vec<char>) = all.iter().partition(|letter| letter.is_ascii());
        others.sort_unstable();
        others.dedup();
        let ascii: Vec<u8> = ascii.into_iter().map(|letter| letter as u8).collect();
        Ok(Self { others: (!others.is_empty()).then(|| others.into()), ..Self::of_ascii(&ascii) })
    }

    /// The letters, in the order of their code points.
    pub fn letters(&self) -> impl Iterator<Item = char> + '_ {
        let ascii = (0..128u8).filter(|&b| self.ascii >> b & 1 == 1).map(char::from);
        ascii.chain(self.others.iter().flat_map(|others| others.iter().copied()))
    }

    /// Whether all of them are ASCII, as those are that every embedded font draws.
    pub(crate) fn is_ascii(&self) -> bool {
        self.others.is_none()
    }

    const fn of_ascii(letters: &[u8]) -> Self {
        let mut ascii = 0;
        let mut i = 0;
        while i < letters.len() {
            ascii |= 1 << letters[i];
            i += 1;
        }
        Self { ascii, others: None }
    }
}

const HANZI: &str = "\
    万不与东为义之九也乡书了争云五人今从以件传但低作儿兄先光八公六关写冬决出刀分切利\
    化北友只可司吃各名后向听命和品在声处夕外天头女好如子学安对小少山岁川左市平并广\
    庆店开弓心快性手打文方早时明星春月有机村果样次正气水江河火点父牛瓜生田电界白皮石\
    社秋种竹笔米红羊耳花虫行衣西见言认话谷豆足跑身车达过金长门问雨非风飞高鱼鸟齐龙";

impl Letters {
    /// The letters of a text. Where one is more than a code point even when it is composed, is part of others or is written from
    /// right to left, that cluster.
    pub fn of(text: &str) -> std::result::Result<Self, String> {
        if text.is_ascii() {
            return Ok(Self(text.chars().collect()));
        }
        let composed: String = text.nfc().collect();
        let letter = |cluster: &str| {
            let mut chars = cluster.chars();
            match (chars.next(), chars.next()) {
                (Some(letter), None) if stands_alone(letter) && !is_right_to_left(letter) => Ok(letter),
                _ => Err(cluster.to_owned()),
            }
        };
        composed.graphemes(true).map(letter).collect::<std::result::Result<_, _>>().map(Self)
    }
}

impl Deref for Letters {
    type Target = [char];

    fn deref(&self) -> &[char] {
        &self.0
    }
}

/// Whether a letter is one whatever comes before and after it. A mark, half of a syllable or of a flag would become part of
/// another, so that a random text had fewer letters than it is long.
fn stands_alone(letter: char) -> bool {
    if letter.is_ascii() {
        return true;
    }
    let among_others = ['A', letter, letter, 'A'];
    among_others.iter().copied().nfc().eq(among_others)
        && among_others.iter().collect::<String>().graphemes(true).count() == among_others.len()
}

/// Whether it stands in one of the blocks of scripts that run from right to left. Drawn one after the other, such letters would
/// be read backwards; most of them would have to be joined, too. Digits run from left to right in Arabic as well.
fn is_right_to_left(letter: char) -> bool {
    match letter {
        '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => false,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' => true,
        '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}' => true,
        // Marks and overrides of direction.
        '\u{200f}' | '\u{202b}' | '\u{202e}' | '\u{2067}' => true,
        _ => false,
    }
}

/// A text of `length` letters, each drawn from `charset` with the same probability.
///
/// `rng` should be cryptographic: the text is the secret. Letters come by rejection sampling: a
/// random number with just enough bits to count the letters, drawn again when it is too large, so
/// that none is likelier than another.
pub fn random_text(charset: &Charset, length: usize, rng: &mut impl Rng) -> String {
    let letters: Vec<char> = charset.letters().collect();
    // At most MAX_LETTERS: two bytes count them.
    let mask = letters.len().next_power_of_two() - 1;
    let bytes = if mask <= 0xff { 1 } else { 2 };
    let mut text = String::with_capacity(length * 4);
    let mut left = length;
    while left > 0 {
        for number in rng.next_u64().to_le_bytes().chunks_exact(bytes) {
            let index = number.iter().rev().fold(0, |index, &byte| index << 8 | usize::from(byte)) & mask;
            if let Some(&letter) = letters.get(index).filter(|_| left > 0) {
                text.push(letter);
                left -= 1;
            }
        }
    }
    text.shrink_to_fit();
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    #[test]
    fn the_default_leaves_out_look_alikes_and_nothing_else() {
        let letters: String = Charset::DEFAULT.letters().collect();
        assert_eq!(letters, "23CDFHJKLMTVX");
    }

    #[test]
    fn order_and_repetition_do_not_matter() {
        assert_eq!(Charset::parse("BAAB"), Charset::parse("AB"));
        assert_eq!(Charset::parse("BA").unwrap().letters().collect::<String>(), "AB");
    }

    #[test]
    fn letters_that_are_none_are_named() {
        for (letters, named) in [
            ("AB CD", "' '"),
            ("A\n", r"'\n'"),
            ("A\u{3000}", r"'\u{3000}'"),
            ("A\u{7f}", r"'\u{7f}'"),
            ("ABe\u{301}\u{302}", r#""é\u{302}""#),
            ("Aא", "\"א\""),
            // What is part of a letter before or after it: marks, halves of syllables and of flags, vowels.
            ("\u{305}4", r#""\u{305}""#),
            ("\u{1161}\u{1100}", "\"\u{1161}\""),
            ("🇦4", "\"🇦\""),
            ("ำก", "\"ำ\""),
            ("\u{200d}A", r#""\u{200d}""#),
            ("A👨‍👩‍👧", "\"👨\\u{200d}👩\\u{200d}👧\""),
        ] {
            let message = Charset::parse(letters).unwrap_err().to_string();
            assert!(message.contains(named), "{message}");
        }
    }

    #[test]
    fn letters_stay_themselves_beside_any_other() {
        let all = ('\0'..=char::MAX).filter_map(|letter| Charset::parse(letter.encode_utf8(&mut [0; 4])).ok());
        let letters: Vec<char> = all.flat_map(|set| set.letters().collect::<Vec<_>>()).collect();
        assert!(letters.len() > 100_000, "{}", letters.len());
        for step in [1, 2, 7, 101, 10_007] {
            let mixed: String = letters.iter().cycle().step_by(step).take(letters.len()).collect();
            assert_eq!(Letters::of(&mixed).map(|all| all.len()), Ok(letters.len()), "each {step}.");
        }
    }

    #[test]
    fn there_are_1_to_1024_letters() {
        assert!(Charset::parse("").is_err());
        let letters = |count: u32| ('\u{4e00}'..).take(count as usize).collect::<String>();
        assert_eq!(Charset::parse(&letters(1024)).unwrap().letters().count(), 1024);
        assert!(Charset::parse(&"A".repeat(1024)).is_ok());
        let message = Charset::parse(&letters(1025)).unwrap_err().to_string();
        assert!(message.ends_with("Received 1025 letters"), "{message}");
        let message = Charset::parse(&"A".repeat(10_000_000)).unwrap_err().to_string();
        assert!(message.ends_with("Received 10000000 bytes"), "{message}");
    }

    #[test]
    fn letters_are_clusters_composed() {
        assert_eq!(Charset::parse("éÅ각"), Charset::parse("e\u{301}A\u{30a}\u{1100}\u{1161}\u{11a8}"));
        assert_eq!(*Letters::of("Ae\u{301} ж").unwrap(), ['A', 'é', ' ', 'ж']);
        assert_eq!(*Letters::of("٣۴").unwrap(), ['٣', '۴']);
    }

    #[test]
    fn sets_go_by_name() {
        for (name, letters) in Charset::NAMED {
            assert_eq!(Charset::parse(name), Charset::parse(letters), "{name}");
            assert_eq!(
                Charset::parse(name).unwrap().letters().count(),
                letters.chars().count(),
                "{name} has a letter twice"
            );
        }
        assert_eq!(Charset::parse("alphanumeric"), Ok(Charset::DEFAULT));
        assert_eq!(Charset::parse("digit").unwrap().letters().collect::<String>(), "dgit");
        assert!(Charset::parse("hanzi").unwrap().letters().count() >= 150);
    }

    #[test]
    fn texts_have_the_length_and_letters_asked_for() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        for (letters, length) in [("A", 16), ("AB", 1), ("0123456789", 4), ("天A地", 5), ("hanzi", 16)] {
            let charset = Charset::parse(letters).unwrap();
            let text = random_text(&charset, length, &mut rng);
            assert_eq!(text.chars().count(), length);
            assert!(text.chars().all(|c| charset.letters().any(|letter| letter == c)), "{text}");
        }
    }

    /// Chi-squared over one letter more than a power of two, the counts that the rejection must be right for, of which the last takes two
    /// bytes. A value of 5.5 standard deviations above the mean comes about once in a million seeds, and the seed is fixed.
    #[test]
    fn every_letter_is_as_likely_as_another() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
        for count in [33, 129, 513] {
            let charset = Charset::parse(&('\u{4e00}'..).take(count).collect::<String>()).unwrap();
            let mut seen = vec![0u32; count];
            let expected = 2000.0;
            for letter in random_text(&charset, count * expected as usize, &mut rng).chars() {
                seen[letter as usize - 0x4e00] += 1;
            }
            let chi_squared: f64 = seen.iter().map(|&n| (f64::from(n) - expected).powi(2) / expected).sum();
            let freedom = count as f64 - 1.0;
            assert!(chi_squared < freedom + 5.5 * (2.0 * freedom).sqrt(), "{count}: {chi_squared}");
        }
    }
}
