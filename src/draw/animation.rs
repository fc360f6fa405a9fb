//! Pictures that move: frames none of which has all letters.
//!
//! Whoever looks sees the letters come and go and reads them all. A reader of single pictures meets an incomplete one whichever it
//! takes. The stripes move little, so that the mean of all frames is no plainer than one; but where a letter comes or goes, the
//! difference of two frames is that letter without stripes. Stripes that move more would make the mean plain instead.

use rand::seq::SliceRandom;
use rand::{Rng, RngExt};

use super::{glyphs, Canvas, Letters, Recipe};
use crate::error::Result;
use crate::options::Options;

/// How far the stripes move either way, in periods: less than half of a stripe.
const DRIFT: f32 = 0.08;
/// From how many letters on two are missing at a time.
const MANY: usize = 5;

/// The frames of a moving picture of `text`, as many as the options say; one is as [`draw`](super::draw) has it.
///
/// # Errors
/// As [`draw`](super::draw).
pub fn frames(text: &str, options: &Options, rng: &mut impl Rng) -> Result<Vec<Canvas>> {
    let recipe = Recipe::of(options.level);
    let letters = Letters::draw(text, options, recipe, rng)?;
    let field = letters.field(recipe, rng);
    let count = options.animation.frames as usize;
    if count <= 1 {
        return Ok(vec![letters.along(&field, 0.0)]);
    }
    let start = rng.random_range(0.0..1.0);
    let missing = missing(&letters, count, rng);
    let frame = |(i, missing): (usize, &Vec<usize>)| {
        let turn = start + i as f32 / count as f32;
        letters.without(missing).along(&field, DRIFT * (std::f32::consts::TAU * turn).sin())
    };
    Ok(missing.iter().enumerate().map(frame).collect())
}

/// Which letters each frame lacks. All take turns, in a random order, so that none is missing twice running, and each is there in most
/// frames. Of a single letter none is: there would be nothing. The signs of sums are no secret.
fn missing(letters: &Letters, frames: usize, rng: &mut impl Rng) -> Vec<Vec<usize>> {
    let mut turns: Vec<usize> = (0..letters.placed.len()).filter(|&i| !letters.placed[i].is_sign).collect();
    let at_once = match turns.len() {
        0 | 1 => 0,
        few if few < MANY => 1,
        _ => 2,
    };
    turns.shuffle(rng);
    let mut next = turns.iter().copied().cycle();
    (0..frames).map(|_| next.by_ref().take(at_once).collect()).collect()
}

impl Letters {
    /// The same without some of the letters.
    fn without(&self, missing: &[usize]) -> Self {
        let left = self.placed.iter().enumerate().filter(|(i, _)| !missing.contains(i));
        let placed: Vec<_> = left.map(|(_, letter)| letter.clone()).collect();
        let mut canvas = Canvas::new(self.canvas.width(), self.canvas.height(), self.canvas.colors);
        canvas.is_transparent = self.canvas.is_transparent;
        glyphs::draw(&mut canvas, &placed, self.weight, &self.warp);
        let Self { cap, stretch, weight, .. } = *self;
        Self { canvas, cap, stretch, placed, warp: self.warp.clone(), weight }
    }
}

#[cfg(test)]
mod tests {
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    use super::*;
    use crate::options::{Animation, Format};

    fn options(frames: u32) -> Options {
        Options { format: Format::Gif, animation: Animation { frames, ..Animation::STILL }, ..Options::default() }
    }

    #[test]
    fn a_single_frame_is_the_still_picture() {
        let rng = || Xoshiro256PlusPlus::seed_from_u64(4);
        assert_eq!(
            frames("K3W", &options(1), &mut rng()),
            Ok(vec![super::super::draw("K3W", &options(1), &mut rng()).unwrap()])
        );
    }

    #[test]
    fn every_frame_lacks_letters_and_every_letter_is_in_most() {
        for seed in 0..50 {
            for (text, at_once) in [("R", 0), ("RT", 1), ("K3WR", 1), ("K3WRX2", 2), ("K3WRX2HMTL", 2)] {
                let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
                let letters = Letters::draw(text, &options(8), Recipe::of(options(8).level), &mut rng).unwrap();
                for frames in [2, 8, 16] {
                    let missing = missing(&letters, frames, &mut rng);
                    assert_eq!(missing.len(), frames);
                    let mut lacking = vec![0; text.len()];
                    for missing in &missing {
                        assert_eq!(missing.len(), at_once, "{text}");
                        missing.iter().for_each(|&letter| lacking[letter] += 1);
                    }
                    let most = (frames * at_once).div_ceil(text.len());
                    assert!(lacking.iter().all(|&times| times <= most), "{text}: {lacking:?}");
                }
            }
        }
    }

    /// What differs from frame to frame is letters that come and go and stripes that move a little; the size and the colours stay.
    #[test]
    fn frames_are_one_picture_that_moves() {
        for seed in 0..20 {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let frames = frames("K3WRX2", &options(8), &mut rng).unwrap();
            assert_eq!(frames.len(), 8);
            for pair in frames.windows(2) {
                assert_eq!(pair[0].colors, pair[1].colors);
                let differing = pair[0].ink().iter().zip(pair[1].ink()).filter(|(a, b)| a.abs_diff(**b) > 128).count();
                let share = differing as f32 / pair[0].ink().len() as f32;
                assert!((0.03..0.5).contains(&share), "seed {seed}: {share}");
            }
        }
    }
}
