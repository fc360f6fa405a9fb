//! Where each letter stands: its face, size, width, angle and place.

use std::sync::Arc;

use rand::{seq::IndexedRandom, Rng, RngExt};

use crate::error::Result;
use crate::font::{check_text, faces_of, Glyph, Letter};
use crate::options::Options;

/// How letters are set, and how far they stray from straight lines of type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    /// Largest turn either way, in radians.
    pub turn: f32,
    /// Largest shear either way, in px sideways for each px up.
    pub shear: f32,
    /// Largest step up or down, in caps.
    pub step: f32,
    /// The least size, as a share of the fitted one.
    pub size: f32,
    /// Least and greatest gap between letters, in caps; less than 0 is an overlap.
    pub gap: (f32, f32),
}

/// One letter on the picture.
pub(crate) struct Placed {
    pub glyph: Arc<Glyph>,
    /// Where the glyph's middle lies, in px.
    pub x: f32,
    pub y: f32,
    pub lean: Lean,
    /// The upright box around the ink, in px.
    #[cfg(test)]
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
const SPACE: f32 = 0.4;
/// The lowest picture, in px, that has room for two lines.
const LEAST_HEIGHT_FOR_TWO: u32 = 46;
/// The least and greatest width of a letter, in [`Glyph::STRETCH`]s.
const NARROWEST: f32 = 6.0;
const WIDEST: f32 = 14.0;
/// Widths are few, so that the atlas meets them again.
const STRETCH_STEP: f32 = 2.0;

/// Places the letters of `text`, every one of them at least `margin` px inside the picture.
///
/// Four letters and more stand in two lines where the picture is high enough: people read them as they read any text, and
/// a reader that goes from left to right alone does not. Size and pitch are the largest that fit
/// at the default `fontsize` and `offset` and change in proportion to those, as far as the text fits.
///
/// # Errors
/// When the text cannot be drawn.
pub(crate) fn place(
    text: &str,
    options: &Options,
    margin: f32,
    setting: Setting,
    rng: &mut impl Rng,
) -> Result<Vec<Placed>> {
    check_text(text)?;
    let letters: Vec<char> = text.chars().collect();
    let (width, height) = (options.width as f32, options.height as f32);
    let frame = Bounds { left: margin, right: width - margin, top: margin, bottom: height - margin };
    let mut placed = Vec::with_capacity(letters.len());
    if lines(text, options) == 1 {
        place_line(&letters, options, frame, setting, rng, &mut placed);
        return Ok(placed);
    }
    let odd = letters.len() % 2;
    let first = letters.len() / 2 + if rng.random() { odd } else { 0 };
    // A gap between the lines that stays one when warped.
    let gap = (0.05 * height).max(1.0);
    let middle = height / 2.0;
    let upper = Bounds { bottom: middle - gap / 2.0, ..frame };
    let lower = Bounds { top: middle + gap / 2.0, ..frame };
    place_line(&letters[..first], options, upper, setting, rng, &mut placed);
    place_line(&letters[first..], options, lower, setting, rng, &mut placed);
    Ok(placed)
}

/// In how many lines the letters of `text` stand.
pub(crate) fn lines(text: &str, options: &Options) -> usize {
    if text.chars().count() < 4 || options.height < LEAST_HEIGHT_FOR_TWO {
        1
    } else {
        2
    }
}

/// Places one line of letters in a frame.
fn place_line(
    letters: &[char],
    options: &Options,
    frame: Bounds,
    setting: Setting,
    rng: &mut impl Rng,
    placed: &mut Vec<Placed>,
) {
    let forms: Vec<Form> = letters.iter().map(|&letter| Form::new(letter, setting, rng)).collect();
    let defaults = Options::default();
    let size = options.fontsize as f32 / defaults.fontsize as f32;
    let pitch = options.offset as f32 / defaults.offset as f32;
    let fit = Fit::of(&forms, frame, size, pitch, setting, rng);

    let total = fit.total(&forms);
    let mut left = frame.left + (frame.right - frame.left - total).max(0.0) * rng.random_range(0.0..1.0);
    for form in &forms {
        let bounds = form.bounds(fit.stretch);
        let step = rng.random_range(-setting.step..=setting.step) * fit.cap;
        if let Some(letter) = form.letter {
            let highest = frame.top - bounds.top * fit.cap;
            let lowest = frame.bottom - bounds.bottom * fit.cap;
            let x = left - bounds.left * fit.cap;
            // The fit leaves room for the tallest letter, so highest exceeds lowest by rounding at most.
            let y = ((frame.top + frame.bottom) / 2.0 + step).min(lowest).max(highest);
            placed.push(Placed {
                glyph: Glyph::of(letter, (fit.cap * form.size).max(1.0) as u16, fit.stretch as u16),
                x,
                y,
                lean: form.lean,
                #[cfg(test)]
                bounds: Bounds {
                    left,
                    right: x + bounds.right * fit.cap,
                    top: y + bounds.top * fit.cap,
                    bottom: y + bounds.bottom * fit.cap,
                },
            });
        }
        left += (bounds.right - bounds.left) * fit.cap + fit.gap;
    }
}

/// A letter's random form.
struct Form {
    /// `None` is a space.
    letter: Option<&'static Letter>,
    size: f32,
    lean: Lean,
}

impl Form {
    /// Sizes are few, so that the atlas meets them again.
    const SIZES: u32 = 3;

    fn new(letter: char, setting: Setting, rng: &mut impl Rng) -> Self {
        let step = rng.random_range(0..Self::SIZES) as f32 / (Self::SIZES - 1) as f32;
        let tilt = rng.random_range(-setting.turn..=setting.turn);
        let slant = tilt + rng.random_range(-setting.shear..=setting.shear);
        let letter = faces_of(letter).choose(rng).and_then(|face| face.letter(letter));
        // A letter with a tail is drawn smaller, rather than make its whole line so.
        let tail = letter.map_or(1.0, |letter| (1.08 / (letter.bottom - letter.top)).clamp(0.75, 1.0));
        Self { letter, size: tail * (setting.size + (1.0 - setting.size) * step), lean: Lean { tilt, slant } }
    }

    /// The box around it, in caps from its middle.
    fn bounds(&self, stretch: f32) -> Bounds {
        let (width, top, bottom) = self.letter.map_or((SPACE, 0.0, 0.0), |l| (l.width, l.top, l.bottom));
        let width = width * stretch / f32::from(Glyph::STRETCH);
        let mut bounds = Bounds { left: f32::MAX, right: f32::MIN, top: f32::MAX, bottom: f32::MIN };
        for across in [-width / 2.0, width / 2.0] {
            for down in [top, bottom] {
                let y = self.size * (down + self.lean.tilt * across);
                let x = self.size * across - self.lean.slant * y;
                bounds.left = bounds.left.min(x);
                bounds.right = bounds.right.max(x);
                bounds.top = bounds.top.min(y);
                bounds.bottom = bounds.bottom.max(y);
            }
        }
        bounds
    }
}

/// How a line is set: the height of capitals and the gap in px, and how wide letters are in [`Glyph::STRETCH`]s.
struct Fit {
    cap: f32,
    gap: f32,
    stretch: f32,
}

impl Fit {
    /// The largest type that fits the frame's height, times `size`; then letters as wide, and gaps as far as is good, to
    /// fill its width, times `pitch`; then smaller type if that is not enough.
    fn of(forms: &[Form], frame: Bounds, size: f32, pitch: f32, setting: Setting, rng: &mut impl Rng) -> Self {
        let gaps = (forms.len() - 1) as f32;
        let (across, down) = (frame.right - frame.left, frame.bottom - frame.top);
        let tallest =
            |stretch| forms.iter().map(|form| form.bounds(stretch)).map(|b| b.bottom - b.top).fold(0.0, f32::max);
        let widths = |stretch| forms.iter().map(|form| form.bounds(stretch)).map(|b| b.right - b.left).sum::<f32>();
        // A little less than what fits, so that there is room to stray, and for a larger `fontsize` to fill.
        let cap_at = |stretch: f32| (0.98 * down * size).min(down) / tallest(stretch);
        let target = (across * rng.random_range(0.88..=1.0) * pitch.min(1.0)).min(across);
        let (least, most) = setting.gap;
        let mut stretch = WIDEST;
        while stretch > NARROWEST && cap_at(stretch) * (widths(stretch) + least * gaps) > target {
            stretch -= STRETCH_STEP;
        }
        let cap = cap_at(stretch).min(target.max(0.6 * across) / (widths(stretch) + least * gaps));
        if gaps == 0.0 {
            return Self { cap: cap.min(across / widths(stretch)), gap: 0.0, stretch };
        }
        let widest = (across - widths(stretch) * cap) / gaps;
        let good = ((target - widths(stretch) * cap) / gaps).clamp(least * cap, most * cap);
        // A pitch above the default's widens the gaps by what the letters themselves, which do not grow, leave of it.
        let mean_width = widths(stretch) * cap / forms.len() as f32;
        let gap = good + (pitch - 1.0).max(0.0) * (mean_width + good);
        Self { cap, gap: gap.min(widest), stretch }
    }

    fn total(&self, forms: &[Form]) -> f32 {
        let widths = forms.iter().map(|form| form.bounds(self.stretch)).map(|b| b.right - b.left).sum::<f32>();
        widths * self.cap + self.gap * (forms.len() - 1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    const STRAIGHT: Setting = Setting { turn: 0.0, shear: 0.0, step: 0.0, size: 1.0, gap: (0.1, 1.3) };
    const LOOSE: Setting = Setting { turn: 0.2, shear: 0.2, step: 0.1, size: 0.88, gap: (-0.05, 0.6) };
    const MARGIN: f32 = 3.0;

    #[track_caller]
    fn placed(text: &str, options: &Options, setting: Setting, seed: u64) -> Vec<Placed> {
        place(text, options, MARGIN, setting, &mut Xoshiro256PlusPlus::seed_from_u64(seed)).unwrap()
    }

    /// The mean of `what` over pictures of one text that differ by chance alone.
    fn mean(options: &Options, what: impl Fn(&[Placed]) -> f32) -> f32 {
        (0..200).map(|seed| what(&placed("HNE", options, STRAIGHT, seed))).sum::<f32>() / 200.0
    }

    fn height(letters: &[Placed]) -> f32 {
        letters.iter().map(|letter| letter.bounds.bottom - letter.bounds.top).fold(0.0, f32::max)
    }

    fn pitch(letters: &[Placed]) -> f32 {
        (letters[letters.len() - 1].x - letters[0].x) / (letters.len() - 1) as f32
    }

    #[test]
    fn a_smaller_fontsize_and_offset_make_smaller_type_and_pitch_in_proportion() {
        let default = Options::default();
        let half = Options { fontsize: 28, ..default };
        assert!((mean(&half, height) / mean(&default, height) - 0.49).abs() < 0.03);
        for (offset, share) in [(20, 0.5), (30, 0.75)] {
            let closer = Options { offset, ..default };
            let ratio = mean(&closer, pitch) / mean(&default, pitch);
            assert!((ratio - share).abs() < 0.12, "{offset}: {ratio}");
        }
    }

    #[test]
    fn a_larger_fontsize_and_offset_go_as_far_as_the_text_fits() {
        let small = Options { width: 600, fontsize: 28, ..Options::default() };
        assert!(mean(&Options { offset: 60, ..small }, pitch) > 1.3 * mean(&small, pitch));
        for huge in [Options { fontsize: 1024, ..small }, Options { offset: 1024, ..small }] {
            let letters = placed("HNE", &huge, STRAIGHT, 1);
            assert!(letters[2].bounds.right <= 600.0 - MARGIN + 0.1);
            assert!(height(&letters) <= 60.0 - 2.0 * MARGIN + 0.1);
        }
    }

    #[test]
    fn four_letters_and_more_stand_in_two_lines_where_there_is_room() {
        for (text, height, upper) in [
            ("ABC", 60, 3..=3),
            ("ABCD", 60, 2..=2),
            ("ABCDE", 60, 2..=3),
            ("ABCDEF", 60, 3..=3),
            ("ABCDEFGHJKLMNPQR", 60, 8..=8),
            ("ABCD", 30, 4..=4),
        ] {
            let options = Options { height, ..Options::default() };
            for seed in 0..20 {
                let letters = placed(text, &options, LOOSE, seed);
                let (first, second) = letters.split_at(
                    letters
                        .windows(2)
                        .position(|pair| pair[1].bounds.top > pair[0].bounds.bottom)
                        .map_or(letters.len(), |i| i + 1),
                );
                assert!(upper.contains(&first.len()), "{text}: {} in the upper line", first.len());
                let bottom = first.iter().map(|letter| letter.bounds.bottom).fold(0.0, f32::max);
                assert!(second.iter().all(|letter| letter.bounds.top > bottom), "{text}: the lines overlap");
            }
        }
    }

    #[test]
    fn letters_of_a_line_follow_each_other() {
        for seed in 0..200 {
            let letters = placed("WJIMLQ", &Options::default(), LOOSE, seed);
            for line in letters.chunks(3) {
                assert!(line
                    .windows(2)
                    .all(|pair| pair[1].bounds.left > (pair[0].bounds.left + pair[0].bounds.right) / 2.0));
            }
        }
    }

    #[test]
    fn boxes_stay_inside_whatever_the_options() {
        for seed in 0..100 {
            for (width, height) in [(32, 16), (128, 30), (256, 60), (1024, 512), (32, 512), (1024, 16)] {
                for (offset, fontsize) in [(1, 8), (40, 57), (1024, 1024), (1024, 8), (1, 1024)] {
                    let options = Options { width, height, offset, fontsize, ..Options::default() };
                    for text in ["Q", "gjpy|W", "WWWWWWWWWWWWWWWW", "1 + 2 = ?"] {
                        for letter in placed(text, &options, LOOSE, seed) {
                            let Bounds { left, right, top, bottom } = letter.bounds;
                            let (least, most) = (MARGIN - 0.1, 0.1 - MARGIN);
                            assert!(
                                left >= least && right <= width as f32 + most,
                                "{text}: {left}..{right} of {width}"
                            );
                            assert!(
                                top >= least && bottom <= height as f32 + most,
                                "{text}: {top}..{bottom} of {height}"
                            );
                            assert!(right > left && bottom > top);
                        }
                    }
                }
            }
        }
    }
}
