//! What can be said: recordings of single letters, digits and signs, unpacked when they are first asked for.

use std::sync::LazyLock;

/// Samples of a second.
pub(super) const RATE: usize = 8000;

/// The language that digits and signs are said in; letters have their English names in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Mandarin Chinese.
    Chinese,
}

impl Language {
    /// The language called `name`, if there is one: `"en"` or `"zh"`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "en" => Some(Self::English),
            "zh" => Some(Self::Chinese),
            _ => None,
        }
    }
}

/// The recordings of one file, each beside its letter: at most [`MOST_CLIPS`].
struct Voice(Vec<(char, Vec<i16>)>);

/// Clips in a file: capitals, digits and five signs.
#[cfg(test)]
const MOST_CLIPS: usize = 41;
/// Samples of the longest clip: one second.
pub(super) const LONGEST: usize = RATE;

static ENGLISH: LazyLock<Voice> = LazyLock::new(|| Voice::unpack(include_bytes!("en.voice")));
static CHINESE: LazyLock<Voice> = LazyLock::new(|| Voice::unpack(include_bytes!("zh.voice")));

/// The recording of `letter`, small letters and the signs of a printed sum among them, or nothing when no clip says it.
pub(super) fn clip(letter: char, language: Language) -> Option<&'static [i16]> {
    let said = match letter {
        '×' => '*',
        '÷' => '/',
        '−' => '-',
        letter => letter.to_ascii_uppercase(),
    };
    match language {
        Language::English => ENGLISH.find(said),
        Language::Chinese => CHINESE.find(said).or_else(|| ENGLISH.find(said)),
    }
}

/// Every recording of English, to make a murmur of.
pub(super) fn murmur() -> impl ExactSizeIterator<Item = &'static [i16]> {
    ENGLISH.0.iter().map(|(_, samples)| samples.as_slice())
}

impl Voice {
    /// Reads the clips of a file that `scripts/voices.py` wrote.
    fn unpack(mut file: &[u8]) -> Self {
        let mut clips = Vec::new();
        while let [letter, low, high, rest @ ..] = file {
            let length = usize::from(u16::from_le_bytes([*low, *high]));
            let (packed, next) = rest.split_at(length.div_ceil(2));
            clips.push((char::from(*letter), unpack_clip(packed, length)));
            file = next;
        }
        Self(clips)
    }

    fn find(&self, letter: char) -> Option<&[i16]> {
        self.0.iter().find(|(said, _)| *said == letter).map(|(_, samples)| samples.as_slice())
    }
}

/// Decodes IMA ADPCM, two samples in a byte, low half first.
fn unpack_clip(packed: &[u8], length: usize) -> Vec<i16> {
    let nibbles = packed.iter().flat_map(|byte| [byte & 15, byte >> 4]);
    let (mut sample, mut index) = (0_i32, 0_i32);
    let mut next = |nibble: u8| {
        let step = STEPS[index as usize];
        let part = |bit: u8, shift: u32| if nibble & bit != 0 { step >> shift } else { 0 };
        let change = (step >> 3) + part(4, 0) + part(2, 1) + part(1, 2);
        let signed = if nibble & 8 != 0 { -change } else { change };
        sample = (sample + signed).clamp(i16::MIN.into(), i16::MAX.into());
        index = (index + TURNS[usize::from(nibble & 7)]).clamp(0, STEPS.len() as i32 - 1);
        sample as i16
    };
    nibbles.take(length).map(&mut next).collect()
}

const TURNS: [i32; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];

/// The step sizes of IMA ADPCM.
#[rustfmt::skip]
const STEPS: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118, 130,
    143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282,
    1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630,
    9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clip_is_a_word_within_its_bound() {
        assert_eq!((ENGLISH.0.len(), CHINESE.0.len()), (MOST_CLIPS, 15));
        for (letter, samples) in ENGLISH.0.iter().chain(&CHINESE.0) {
            assert!((RATE / 8..=LONGEST).contains(&samples.len()), "{letter}: {}", samples.len());
            let peak = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
            assert!((20_000..32_000).contains(&peak), "{letter}: {peak}");
        }
    }

    #[test]
    fn both_languages_say_every_letter_and_digit_and_their_digits_differ() {
        for letter in ('A'..='Z').chain('0'..='9').chain("+-*/=×÷−".chars()) {
            let [english, chinese] =
                [Language::English, Language::Chinese].map(|language| clip(letter, language).unwrap());
            assert_eq!(english == chinese, letter.is_ascii_alphabetic(), "{letter}");
        }
        assert_eq!(clip('a', Language::English), clip('A', Language::English));
        assert_eq!(clip('é', Language::English), None);
    }
}
