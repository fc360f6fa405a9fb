//! Where each letter stands: its face, size, angle and place.

use std::sync::Arc;

use rand::{seq::IndexedRandom, Rng, RngExt};

use crate::error::Result;
use crate::font::{check_text, letters_of, Glyph, Letter};
use crate::options::Options;

/// How far letters stray from a straight line of type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Looseness {
    /// Largest rotation either way, in radians.
    pub rotation: f32,
    /// Largest shear either way, in px sideways for each px up.
    pub shear: f32,
    /// The least and greatest size, as shares of the fitted one.
    pub size: (f32, f32),
    /// Largest step up or down, in caps.
    pub step: f32,
}

/// One letter on the picture.
pub(crate) struct Placed {
    pub glyph: Arc<Glyph>,
    /// Where the glyph's middle lies, in px.
    pub x: f32,
    pub y: f32,
    pub lean: Lean,
    /// The upright box around the ink, in px.
    pub bounds: Bounds,
}

/// How a letter leans, as two shears, which together turn it when they are opposite: first each column moves down by `tilt` px for
/// each px that it lies to the right of the middle, then each row moves right by `slant` px for each px that it lies above.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Lean {
    pub tilt: f32,
    pub slant: f32,
}

/// An upright box.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub bottom: f32,
}

/// Width of a space in caps.
const SPACE: f32 = 0.45;
/// The least gap between letters in caps: this much of an overlap still leaves both readable.
const LEAST_GAP: f32 = -0.05;

/// Places the letters of `text` in one row, every one of them at least `margin` px inside the picture.
///
/// The mean pitch is `options.offset` and the capitals are three quarters of `options.fontsize` high; both
/// shrink as far as they must for the text to fit.
///
/// # Errors
/// When the text cannot be drawn.
pub(crate) fn place(
    text: &str,
    options: &Options,
    margin: f32,
    looseness: Looseness,
    rng: &mut impl Rng,
) -> Result<Vec<Placed>> {
    check_text(text)?;
    let letters: Vec<Form> = text.chars().map(|c| Form::new(c, looseness, rng)).collect();
    let across = options.width as f32 - 2.0 * margin;
    let down = options.height as f32 - 2.0 * margin;
    let Fit { cap, gap } = fit(&letters, options, across, down);

    let total = letters.iter().map(|l| l.width() * cap).sum::<f32>() + gap * (letters.len() - 1) as f32;
    let mut left = margin + (across - total).max(0.0) * rng.random_range(0.0..1.0);
    let mut placed = Vec::with_capacity(letters.len());
    for letter in &letters {
        let step = rng.random_range(-looseness.step..=looseness.step) * cap;
        if let Some(of) = letter.letter {
            let Bounds { left: to_left, right, top, bottom } = letter.bounds;
            let highest = margin - top * cap;
            let lowest = margin + down - bottom * cap;
            let x = left - to_left * cap;
            // `fit` leaves room for the tallest letter, so highest exceeds lowest by rounding at most.
            let y = (options.height as f32 / 2.0 + step).min(lowest).max(highest);
            placed.push(Placed {
                glyph: Glyph::of(of, (cap * letter.size).max(1.0) as u16),
                x,
                y,
                lean: letter.lean,
                bounds: Bounds { left, right: x + right * cap, top: y + top * cap, bottom: y + bottom * cap },
            });
        }
        left += letter.width() * cap + gap;
    }
    Ok(placed)
}

/// A letter's random form, and the box around it, in caps from its middle.
struct Form {
    /// `None` is a space.
    letter: Option<&'static Letter>,
    size: f32,
    lean: Lean,
    bounds: Bounds,
}

impl Form {
    fn new(letter: char, looseness: Looseness, rng: &mut impl Rng) -> Self {
        let size = rng.random_range(looseness.size.0..=looseness.size.1);
        let tilt = rng.random_range(-looseness.rotation..=looseness.rotation);
        let slant = tilt + rng.random_range(-looseness.shear..=looseness.shear);
        let letter = letters_of(letter).choose(rng).copied();
        let (width, top, bottom) = letter.map_or((SPACE, 0.0, 0.0), |l| (l.width, l.top, l.bottom));
        let mut bounds = Bounds { left: f32::MAX, right: f32::MIN, top: f32::MAX, bottom: f32::MIN };
        for across in [-width / 2.0, width / 2.0] {
            for down in [top, bottom] {
                let y = size * (down + tilt * across);
                let x = size * across - slant * y;
                bounds.left = bounds.left.min(x);
                bounds.right = bounds.right.max(x);
                bounds.top = bounds.top.min(y);
                bounds.bottom = bounds.bottom.max(y);
            }
        }
        Self { letter, size, lean: Lean { tilt, slant }, bounds }
    }

    fn width(&self) -> f32 {
        self.bounds.right - self.bounds.left
    }
}

/// What the text needs to fit, in px.
struct Fit {
    cap: f32,
    gap: f32,
}

/// The largest type, and the widest gaps up to the pitch asked for, that fit `across` by `down` px.
fn fit(letters: &[Form], options: &Options, across: f32, down: f32) -> Fit {
    let widths: f32 = letters.iter().map(Form::width).sum();
    let tallest = letters.iter().map(|l| l.bounds.bottom - l.bounds.top).fold(0.0, f32::max);
    let gaps = (letters.len() - 1) as f32;
    let wanted = 0.75 * options.fontsize as f32;
    let mut cap = wanted.min(down / tallest).min(across / (widths + LEAST_GAP * gaps));
    if gaps == 0.0 {
        return Fit { cap, gap: 0.0 };
    }
    // From the middle of the first letter to that of the last.
    let inner = widths - (letters[0].width() + letters[letters.len() - 1].width()) / 2.0;
    let offset = options.offset as f32;
    cap = cap.min(offset * gaps / (inner + LEAST_GAP * gaps));
    let gap = (offset - inner * cap / gaps).min((across - widths * cap) / gaps);
    Fit { cap, gap }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    const STRAIGHT: Looseness = Looseness { rotation: 0.0, shear: 0.0, size: (1.0, 1.0), step: 0.0 };
    const LOOSE: Looseness = Looseness { rotation: 0.2, shear: 0.15, size: (0.9, 1.05), step: 0.15 };

    #[track_caller]
    fn placed(text: &str, options: &Options, looseness: Looseness, seed: u64) -> Vec<Placed> {
        place(text, options, 3.0, looseness, &mut Xoshiro256PlusPlus::seed_from_u64(seed)).unwrap()
    }

    fn pitch(letters: &[Placed]) -> f32 {
        (letters[letters.len() - 1].x - letters[0].x) / (letters.len() - 1) as f32
    }

    fn height(letter: &Placed) -> f32 {
        letter.bounds.bottom - letter.bounds.top
    }

    #[test]
    fn the_pitch_and_size_asked_for_are_given_when_they_fit() {
        let options = Options { width: 400, ..Options::default() };
        for offset in [30, 40, 50] {
            let letters = placed("ABCDEF", &Options { offset, fontsize: 36, ..options }, STRAIGHT, 1);
            assert!((pitch(&letters) - offset as f32).abs() < 0.01, "{}", pitch(&letters));
            assert!((height(&letters[0]) - 27.0).abs() < 1.0, "{}", height(&letters[0]));
        }
    }

    #[test]
    fn what_does_not_fit_shrinks() {
        let narrow = placed("ABCDEF", &Options { width: 128, ..Options::default() }, STRAIGHT, 1);
        assert!(pitch(&narrow) < 25.0 && height(&narrow[0]) < 30.0);
        let low = placed("ABCDEF", &Options { height: 30, ..Options::default() }, STRAIGHT, 1);
        assert!((20.0..=24.0).contains(&height(&low[0])), "{}", height(&low[0]));
        let one = placed("W", &Options { width: 32, ..Options::default() }, STRAIGHT, 1);
        assert!(one[0].bounds.right - one[0].bounds.left <= 26.01);
    }

    #[test]
    fn boxes_stay_inside_whatever_the_options() {
        for seed in 0..200 {
            for (width, height) in [(32, 16), (128, 30), (256, 60), (1024, 512), (32, 512), (1024, 16)] {
                for (offset, fontsize) in [(1, 8), (40, 57), (1024, 1024), (1024, 8), (1, 1024)] {
                    let options = Options { width, height, offset, fontsize, ..Options::default() };
                    for text in ["Q", "gjpy|W", "WWWWWWWWWWWWWWWW", "1 + 2 = ?"] {
                        for letter in placed(text, &options, LOOSE, seed) {
                            let Bounds { left, right, top, bottom } = letter.bounds;
                            assert!(left >= 2.9 && right <= width as f32 - 2.9, "{text}: {left}..{right} of {width}");
                            assert!(top >= 2.9 && bottom <= height as f32 - 2.9, "{text}: {top}..{bottom} of {height}");
                            assert!(right > left && bottom > top);
                        }
                    }
                }
            }
        }
    }
}
