//! A text as sound, for people who cannot see the picture.

mod voice;

use rand::{rngs::Xoshiro256PlusPlus, Rng, RngExt, SeedableRng};

use crate::error::{shown, Error, Result};
use crate::options::Options;
pub use voice::Language;
use voice::RATE;

/// Samples of the longest gap before, between or after letters: half a second.
const LONGEST_GAP: usize = RATE / 2;
/// Clips are played at 0.85 to 1.15 times their speed, which moves their pitch along.
const SLOWEST: f32 = 0.85;
/// How loud the murmur is beside the letters, at most.
const MURMUR: f32 = 0.22;
/// The peak of what comes out, so that nothing is clipped.
const PEAK: f32 = 0.9 * i16::MAX as f32;
/// Bytes before the samples.
const HEADER: usize = 44;

/// Bytes of the largest file: [`Options::MAX_TEXT`] letters as slow and as far apart as can be.
pub const MAX_AUDIO: usize = {
    let letter = voice::LONGEST * 100 / 85 + 1;
    HEADER + 2 * (Options::MAX_TEXT * (letter + LONGEST_GAP) + LONGEST_GAP)
};

/// Says `text` as a WAV file: 16-bit mono PCM at 8 kHz, of at most [`MAX_AUDIO`] bytes. The same `seed` gives the same file.
///
/// Every letter has a speed and pitch, a loudness and a gap of its own; with `background`, others are murmured behind them,
/// backwards. Spaces are not said.
///
/// # Errors
/// When `text` has no letter, more than [`Options::MAX_TEXT`] with spaces, or one that no recording says.
pub fn speak(text: &str, language: Language, background: bool, seed: u64) -> Result<Box<[u8]>> {
    let clips = clips_of(text, language)?;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut sound = vec![0.0; gap(&mut rng)];
    for clip in clips {
        let (speed, loudness) = (rng.random_range(SLOWEST..1.15), rng.random_range(0.7..1.0));
        let start = sound.len();
        sound.resize(start + (clip.len() as f32 / speed) as usize, 0.0);
        add(&mut sound[start..], clip.iter().copied(), speed, loudness);
        sound.resize(sound.len() + gap(&mut rng), 0.0);
    }
    if background {
        // Twice over, so that there is always somebody.
        murmur(&mut sound, &mut rng);
        murmur(&mut sound, &mut rng);
    }
    Ok(wav(&sound))
}

/// Checks that a text can be said.
#[cfg(all(feature = "binding", not(test)))]
pub(crate) fn check(text: &str, language: Language) -> Result<()> {
    clips_of(text, language).map(drop)
}

fn clips_of(text: &str, language: Language) -> Result<Vec<&'static [i16]>> {
    // No more is looked at than may be, whatever the text's length.
    let length = text.chars().take(Options::MAX_TEXT + 1).count();
    if length > Options::MAX_TEXT || text.trim().is_empty() {
        return Err(Error::out_of_range("text", format!("1 to {} letters", Options::MAX_TEXT), shown(text)));
    }
    let said = text.chars().filter(|letter| *letter != ' ');
    said.map(|letter| {
        voice::clip(letter, language).ok_or_else(|| {
            let allowed = "made of letters A to Z, digits, spaces and the signs + - − * × / ÷ =";
            Error::out_of_range("text", allowed, shown(letter.encode_utf8(&mut [0; 4])))
        })
    })
    .collect()
}

/// The samples of a random pause.
fn gap(rng: &mut impl Rng) -> usize {
    rng.random_range(RATE / 5..=LONGEST_GAP)
}

/// Fills the whole of `sound` with other letters said backwards, softly, one after the other.
fn murmur(sound: &mut [f32], rng: &mut impl Rng) {
    let mut start = rng.random_range(0..RATE / 5);
    while start < sound.len() {
        let mut clips = voice::murmur();
        let clip = clips.nth(rng.random_range(0..clips.len())).unwrap_or_default();
        let (speed, loudness) = (rng.random_range(SLOWEST..1.4), rng.random_range(MURMUR / 2.0..MURMUR));
        add(&mut sound[start..], clip.iter().rev().copied(), speed, loudness);
        start += (clip.len() as f32 / speed) as usize;
    }
}

/// Adds a clip, faster or slower, to what is there, as far as that reaches.
fn add(sound: &mut [f32], clip: impl ExactSizeIterator<Item = i16>, speed: f32, loudness: f32) {
    let length = ((clip.len() as f32 / speed) as usize).min(sound.len());
    let mut samples = clip.map(f32::from);
    let (mut before, mut after) = (samples.next().unwrap_or(0.0), samples.next().unwrap_or(0.0));
    let mut at = 0.0;
    for value in &mut sound[..length] {
        while at >= 1.0 {
            (before, after) = (after, samples.next().unwrap_or(0.0));
            at -= 1.0;
        }
        *value += loudness * (before + at * (after - before));
        at += speed;
    }
}

/// The file, with the loudest sample at [`PEAK`].
fn wav(sound: &[f32]) -> Box<[u8]> {
    let loudest = sound.iter().fold(1.0_f32, |most, sample| most.max(sample.abs()));
    let size = 2 * sound.len() as u32;
    let rate = RATE as u32;
    let mut file = Vec::with_capacity(HEADER + size as usize);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(size + HEADER as u32 - 8).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    // PCM of one channel, bytes of a second and of a sample, bits of a sample.
    for half in [1_u16, 1] {
        file.extend_from_slice(&half.to_le_bytes());
    }
    file.extend_from_slice(&rate.to_le_bytes());
    file.extend_from_slice(&(2 * rate).to_le_bytes());
    for half in [2_u16, 16] {
        file.extend_from_slice(&half.to_le_bytes());
    }
    file.extend_from_slice(b"data");
    file.extend_from_slice(&size.to_le_bytes());
    file.extend(sound.iter().flat_map(|sample| ((sample / loudest * PEAK) as i16).to_le_bytes()));
    file.into_boxed_slice()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_says_the_same() {
        let say = |seed| speak("K7WRX2", Language::English, true, seed).unwrap();
        assert_eq!(say(1), say(1));
        assert_ne!(say(1), say(2));
    }

    #[test]
    fn no_text_makes_more_than_its_bound_or_clips() {
        // W is the longest of the letters.
        let longest = "W".repeat(Options::MAX_TEXT);
        for seed in 0..50 {
            let file = speak(&longest, Language::English, true, seed).unwrap();
            assert!(file.len() <= MAX_AUDIO && file.len() > MAX_AUDIO / 3, "{}", file.len());
            let peak = file[HEADER..].chunks(2).map(|two| i16::from_le_bytes([two[0], two[1]]).unsigned_abs()).max();
            assert!((29_000..=29_490).contains(&peak.unwrap()), "{peak:?}");
        }
    }

    /// What a letter and a pause take at most, and what others say of the bound.
    #[test]
    fn the_bound_is_what_the_slowest_longest_text_takes() {
        let slowest = (voice::LONGEST as f32 / SLOWEST) as usize + LONGEST_GAP;
        let most = HEADER + 2 * (Options::MAX_TEXT * slowest + LONGEST_GAP);
        assert!(most <= MAX_AUDIO && most + 2 * 2 * Options::MAX_TEXT > MAX_AUDIO, "{most} of {MAX_AUDIO}");
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        assert_eq!((0..200_000).map(|_| gap(&mut rng)).max(), Some(LONGEST_GAP));
        for (file, shown) in [
            ("docs/audio.md", "437,228"),
            ("__test__/speak.test.js", "437_228"),
            ("playground/index.js", "437_228"),
            ("index.d.ts", "438 KB"),
        ] {
            let text = std::fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            assert!(text.contains(shown), "{file}");
        }
        assert_eq!(MAX_AUDIO, 437_228);
    }

    #[test]
    fn texts_that_cannot_be_said_are_errors_that_name_the_letter() {
        let fails = |text: &str| speak(text, Language::Chinese, true, 1).unwrap_err().to_string();
        for (text, end) in [
            ("", "1 to 16 letters. Received \"\""),
            ("   ", "1 to 16 letters. Received \"   \""),
            ("A?B", "made of letters A to Z, digits, spaces and the signs + - − * × / ÷ =. Received \"?\""),
            ("AéB", "made of letters A to Z, digits, spaces and the signs + - − * × / ÷ =. Received \"é\""),
        ] {
            assert!(fails(text).ends_with(end), "{}", fails(text));
        }
        assert!(fails(&"A".repeat(17)).contains("1 to 16 letters"));
        assert!(speak(&"A".repeat(16), Language::Chinese, true, 1).is_ok());
    }

    #[test]
    fn without_a_murmur_each_letter_is_its_recording_between_silences() {
        for (text, language) in [("FSX2", Language::English), ("W3", Language::Chinese), ("1+5", Language::Chinese)] {
            let spoken = speak(text, language, false, 5).unwrap();
            let sound: Vec<_> =
                spoken[HEADER..].chunks(2).map(|two| f32::from(i16::from_le_bytes([two[0], two[1]]))).collect();
            let words = words_of(&sound);
            assert_eq!(words.len(), text.len());
            for (letter, word) in text.chars().zip(words) {
                let likeness = |other| likeness(word, voice::clip(other, language).unwrap());
                let own = likeness(letter);
                let others = ('A'..='Z').chain('0'..='9').filter(|other| *other != letter).map(likeness);
                let most = others.fold(0.0, f32::max);
                assert!(own > 0.8 && own > most, "{letter}: {own}, others {most}");
            }
        }
    }

    /// What lies between silences of a fifth of a second.
    fn words_of(sound: &[f32]) -> Vec<&[f32]> {
        let mut words = Vec::new();
        let mut ends: Option<(usize, usize)> = None;
        for (i, _) in sound.iter().enumerate().filter(|(_, sample)| **sample != 0.0) {
            ends = match ends {
                Some((start, last)) if i - last > RATE / 6 => {
                    words.push(&sound[start..=last]);
                    Some((i, i))
                }
                Some((start, _)) => Some((start, i)),
                None => Some((i, i)),
            };
        }
        words.extend(ends.map(|(start, last)| &sound[start..=last]));
        words
    }

    /// The best correlation of a word with a recording over the speeds that the ends of the word leave open.
    fn likeness(word: &[f32], clip: &[i16]) -> f32 {
        let norm = |samples: &[f32]| samples.iter().map(|sample| sample * sample).sum::<f32>().sqrt();
        let clip: Vec<_> = clip.iter().copied().map(f32::from).collect();
        let mut most = 0.0_f32;
        for lost in 0..24 {
            let speed = (clip.len() - lost) as f32 / word.len() as f32;
            for start in 0..=lost {
                let product: f32 = word
                    .iter()
                    .enumerate()
                    .map(|(i, sample)| {
                        let at = start as f32 + i as f32 * speed;
                        let next = clip.get(at as usize + 1).unwrap_or(&0.0);
                        let here = clip.get(at as usize).unwrap_or(&0.0);
                        sample * (here + at.fract() * (next - here))
                    })
                    .sum();
                most = most.max(product / norm(word) / norm(&clip) * speed.sqrt());
            }
        }
        most
    }
}
