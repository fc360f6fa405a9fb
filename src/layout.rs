//! Where each letter stands: its face, size, width, angle and place.

use std::sync::Arc;

use rand::{Rng, RngExt};
use wide::f32x8;

use crate::error::{Error, Result};
use crate::font::{Fonts, Glyph, Letter, Sides};
use crate::options::{Kind, Options};

/// How letters are set, and how far they stray from a straight line of type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    /// Largest turn either way, in radians.
    pub turn: f32,
    /// Largest shear either way, in px sideways for each px up.
    pub shear: f32,
    /// The least size, as a share of the fitted one.
    pub size: f32,
    /// How far from the middle of the line letters lie at most, in caps: in small pictures and in large ones. See [`reach`].
    pub stagger: (f32, f32),
    /// How much fatter than their faces letters are drawn, on each side, in caps.
    pub weight: f32,
    /// Ground between neighbours, in caps, least and greatest.
    pub gap: (f32, f32),
}

/// One letter on the picture.
#[derive(Clone)]
pub(crate) struct Placed {
    pub glyph: Arc<Glyph>,
    /// Where the glyph's middle lies, in px.
    pub x: f32,
    pub y: f32,
    pub lean: Lean,
    /// Whether it is a sign of a calculation.
    pub is_sign: bool,
    /// Whether it is drawn no fatter than its face has it.
    pub is_fine: bool,
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

/// One instruction each, as what [`f32::min`] and [`f32::max`] do about what is no number is not.
fn lesser(a: f32, b: f32) -> f32 {
    if b < a {
        b
    } else {
        a
    }
}

fn greater(a: f32, b: f32) -> f32 {
    if b > a {
        b
    } else {
        a
    }
}

impl Bounds {
    const NONE: Self = Self { left: f32::MAX, right: f32::MIN, top: f32::MAX, bottom: f32::MIN };

    fn add(&mut self, x: f32, y: f32) {
        self.left = lesser(self.left, x);
        self.right = greater(self.right, x);
        self.top = lesser(self.top, y);
        self.bottom = greater(self.bottom, y);
    }
}

/// Width of a space in caps.
const SPACE: f32 = 0.4;
/// How wide letters may be, in [`Glyph::STRETCH`]s, widest first, and how narrow they become at last. Few, so that the atlas meets
/// them again.
const WIDTHS: [u16; 7] = [16, 14, 12, 10, 9, 8, 7];
const NARROWEST: u16 = 6;
/// The signs of calculations, how much larger than digits they are drawn there, and the ground at their sides, in caps.
const SIGNS: &str = "+-−×÷=";
const SIGN: f32 = 1.2;
const SIGN_GROUND: f32 = 0.1;
/// How wide letters may be that fill a square, whose strokes lie too close to be made fatter, and the ground at their sides, in caps.
const WIDEST_SQUARE: f32 = 10.0;
const SQUARE_GROUND: f32 = 0.02;
/// The least distance between the middles of neighbours, as a share of the widths of their halves, so that nobody doubts which
/// of two letters comes first, however far they reach above and below each other.
const ORDER: f32 = 0.6;
/// Capitals that no `fontsize` or `offset` makes smaller, in px.
const LEAST_CAP: f32 = 9.0;
/// How much wider than needed gaps become where there is room, in caps, and which share of the room they take.
const WIDER: f32 = 0.1;
const FILLED: f32 = 0.7;

/// Places the letters of a text, every one of them at least `margin` px inside the picture.
///
/// They stand in one line, from left to right, but at heights of their own, each as close to the one before as their outlines
/// allow: under the arm of a `T`, over the foot of an `L`. People read such a line as they read any. Readers that look at one column
/// after the other find parts of two letters in most of them.
///
/// Size and pitch are the largest that fit at the default `fontsize` and `offset` and change in proportion to those, as far as
/// the text fits.
///
/// # Errors
/// When the text cannot be drawn.
pub(crate) fn place(
    letters: &[char],
    options: &Options,
    margin: f32,
    setting: Setting,
    rng: &mut impl Rng,
) -> Result<Vec<Placed>> {
    let (width, height) = (options.width as f32, options.height as f32);
    let frame = Bounds { left: margin, right: width - margin, top: margin, bottom: height - margin };
    let count = letters.len();
    let steps = stagger(count, reach(setting, options, count), rng);
    let forms = letters.iter().zip(steps).map(|(&letter, step)| Form::new(letter, step, setting, options, rng));
    let forms: Vec<Form> = forms.collect::<Result<_>>()?;
    let defaults = Options::default();
    let size = options.fontsize as f32 / defaults.fontsize as f32;
    let pitch = options.offset as f32 / defaults.offset as f32;
    let gap = rng.random_range(setting.gap.0..=setting.gap.1);
    let line = Line::fitted(&forms, frame, size, pitch, gap);

    let mut inside = |from: f32, to: f32, size: f32| from + (to - from - size).max(0.0) * rng.random_range(0.0..=1.0);
    let left = inside(frame.left, frame.right, line.cap * (line.bounds.right - line.bounds.left));
    let top = inside(frame.top, frame.bottom, line.cap * (line.bounds.bottom - line.bounds.top));
    let place = |(form, middle): (&Form, &f32)| {
        let x = left + line.cap * (middle - line.bounds.left);
        let y = top + line.cap * (form.step - line.bounds.top);
        Some(Placed {
            is_sign: form.is_sign,
            is_fine: form.is_sign || form.is_square,
            glyph: Glyph::of(form.letter.as_ref()?, (line.cap * form.size).max(1.0) as u16, line.stretch),
            x,
            y,
            lean: form.lean,
            #[cfg(test)]
            bounds: Shape::of(form, line.stretch).bounds.at(x, y, line.cap),
        })
    };
    Ok(forms.iter().zip(&line.middles).filter_map(place).collect())
}

/// How far from the middle of the line letters lie at most, in caps: less where they are so small that each px of theirs counts,
/// and least where such letters have the width to become large by being wide.
fn reach(setting: Setting, options: &Options, count: usize) -> f32 {
    /// What is left of it in small pictures that are as wide as high, or wider, for each letter.
    const WIDE: f32 = 0.5;
    let (small, large) = setting.stagger;
    let (width, height) = (options.width as f32 / count as f32, options.height as f32);
    let wide = ((width / height - 0.75) / 0.25).clamp(0.0, 1.0);
    let small = small * (1.0 + (WIDE - 1.0) * wide);
    // What a letter has of the picture, in px.
    let room = height.min(1.5 * width);
    small + (large - small) * ((room - 30.0) / 25.0).clamp(0.0, 1.0)
}

/// How far above or below the middle each of `count` letters lies, in caps, `reach` at most.
///
/// Neighbours lie apart, and no two heights are set: letters in turn above and below would be two lines to people, too.
fn stagger(count: usize, reach: f32, rng: &mut impl Rng) -> Vec<f32> {
    /// In reaches. Whatever the last height, there are others at such a distance.
    const APART: (f32, f32) = (0.8, 1.3);
    if count == 1 {
        return vec![0.0];
    }
    let mut last = rng.random_range(-1.0..=1.0f32);
    let mut next = || {
        let height = last;
        // Up or down by chance where both ways have room.
        let up = last - APART.0 >= -1.0;
        let down = last + APART.0 <= 1.0;
        let side = if up && (!down || rng.random()) { -1.0 } else { 1.0 };
        let room = (1.0 - side * last).min(APART.1);
        last += side * rng.random_range(APART.0.min(room)..=room);
        height * reach
    };
    (0..count).map(|_| next()).collect()
}

/// A letter as a random one of the fonts has it. One that has an outline may still have no ink.
fn drawn(letter: char, fonts: &Fonts, rng: &mut impl Rng) -> Result<Arc<Letter>> {
    fonts
        .letter(letter, rng)
        .ok_or_else(|| Error::out_of_range("text", "letters that the fonts can draw", format!("one with {letter:?}")))
}

/// Whether a letter is Chinese, Japanese or Korean.
fn is_square(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A letter's random form.
struct Form {
    /// `None` is a space.
    letter: Option<Arc<Letter>>,
    is_sign: bool,
    /// Whether it belongs to a script whose letters fill a square with many strokes.
    is_square: bool,
    /// How far below the middle of the line, in caps.
    step: f32,
    size: f32,
    weight: f32,
    lean: Lean,
}

impl Form {
    /// Sizes are few, so that the atlas meets them again.
    const SIZES: u32 = 3;

    fn new(letter: char, step: f32, setting: Setting, options: &Options, rng: &mut impl Rng) -> Result<Self> {
        let grown = rng.random_range(0..Self::SIZES) as f32 / (Self::SIZES - 1) as f32;
        let tilt = rng.random_range(-setting.turn..=setting.turn);
        let slant = tilt + rng.random_range(-setting.shear..=setting.shear);
        let is_sign = matches!(options.kind, Kind::Math(_)) && SIGNS.contains(letter);
        let is_square = is_square(letter);
        let letter = if letter == ' ' { None } else { Some(drawn(letter, &options.fonts, rng)?) };
        // A letter with a tail is drawn smaller, rather than make its whole line so.
        let tail = letter.as_ref().map_or(1.0, |letter| (1.08 / (letter.bottom - letter.top)).clamp(0.75, 1.0));
        let size = tail * (setting.size + (1.0 - setting.size) * grown);
        let weight = if is_square { SQUARE_GROUND } else { setting.weight };
        let form = Self { letter, is_sign, is_square, step, size, weight, lean: Lean { tilt, slant } };
        if is_sign {
            return Ok(Self { step: 0.0, size: SIGN, weight: setting.weight + SIGN_GROUND, ..form });
        }
        Ok(form)
    }

    /// The points farthest out at the left and at the right by height, in caps from its middle, eight at a time.
    fn outline(&self, stretch: u16) -> impl Iterator<Item = [(f32x8, f32x8); 2]> + '_ {
        const SPACES: &[Sides] =
            &[Sides { down: f32x8::ZERO, left: f32x8::splat(-SPACE / 2.0), right: f32x8::splat(SPACE / 2.0) }];
        let stretch = f32::from(stretch) / f32::from(Glyph::STRETCH);
        let [size, stretch, tilt, slant] = [self.size, stretch, self.lean.tilt, self.lean.slant].map(f32x8::splat);
        let place = move |across: f32x8, down: f32x8| {
            let across = size * across * stretch;
            let y = size * down + tilt * across;
            (across - slant * y, y)
        };
        let sides = self.letter.as_ref().map_or(SPACES, |letter| &letter.sides);
        sides.iter().map(move |sides| [place(sides.left, sides.down), place(sides.right, sides.down)])
    }
}

/// Where a letter of a width has ink, in caps from its middle.
struct Shape {
    bounds: Bounds,
    /// How far it reaches to the left and to the right by height, in eighths of a cap, those of the line's middle in the middle.
    left: Shelves,
    right: Shelves,
}

type Shelves = [f32x8; Shape::SHELVES / 8];

impl Shape {
    /// Tails and stagger of any setting lie within 2 caps of the middle.
    const SHELVES: usize = 32;
    const TO_CAP: f32 = 8.0;
    /// Farther than any letter reaches: where there is no ink.
    const NONE: f32 = 1e6;

    fn of(form: &Form, stretch: u16) -> Self {
        let (mut left, mut right) = ([Self::NONE; Self::SHELVES + 2], [-Self::NONE; Self::SHELVES + 2]);
        // A glyph's distances are stretched with it: where it is wider, so is what makes it fatter.
        let across = form.weight * (f32::from(stretch) / f32::from(Glyph::STRETCH)).max(1.0);
        let (mut least, mut most) = ([f32x8::splat(f32::MAX); 2], [f32x8::splat(f32::MIN); 2]);
        for [(start, start_y), (end, end_y)] in form.outline(stretch) {
            least = [least[0].fast_min(start).fast_min(end), least[1].fast_min(start_y).fast_min(end_y)];
            most = [most[0].fast_max(start).fast_max(end), most[1].fast_max(start_y).fast_max(end_y)];
            let [starts, ends] = [start_y, end_y].map(|y| Self::shelves(y + f32x8::splat(form.step)));
            let (start, end) = ((start - f32x8::splat(across)).to_array(), (end + f32x8::splat(across)).to_array());
            for i in 0..8 {
                left[starts[i]] = lesser(left[starts[i]], start[i]);
                right[ends[i]] = greater(right[ends[i]], end[i]);
            }
        }
        let [least_x, least_y] = least.map(|least| least.to_array().into_iter().fold(f32::MAX, lesser));
        let [most_x, most_y] = most.map(|most| most.to_array().into_iter().fold(f32::MIN, greater));
        let mut bounds = Bounds { left: least_x, right: most_x, top: least_y, bottom: most_y };
        bounds.left -= across;
        bounds.right += across;
        bounds.top -= form.weight;
        bounds.bottom += form.weight;
        Self { bounds, left: widened(&left, f32x8::fast_min), right: widened(&right, f32x8::fast_max) }
    }

    /// The places of heights among the shelves with one more above them.
    fn shelves(y: f32x8) -> [usize; 8] {
        let [to_cap, middle, last] =
            [Self::TO_CAP, Self::SHELVES as f32 / 2.0, Self::SHELVES as f32 - 2.0].map(f32x8::splat);
        let shelves = (y * to_cap + middle).fast_max(f32x8::ONE).fast_min(last);
        shelves.fast_trunc_int().to_array().map(|shelf| shelf as usize + 1)
    }

    fn width(&self) -> f32 {
        self.bounds.right - self.bounds.left
    }

    /// How far apart the middles of two letters must be for the one not to reach into the other; a number below 0 and beyond all
    /// widths if they have no height in common.
    fn apart(&self, next: &Self) -> f32 {
        let none = f32x8::splat(-2.0 * Self::NONE);
        let farthest =
            self.right.iter().zip(&next.left).fold(none, |most, (&right, &left)| (right - left).fast_max(most));
        farthest.to_array().into_iter().fold(-2.0 * Self::NONE, greater)
    }
}

/// What reaches farthest of each shelf and those above and below it, so that letters keep apart that way, too. There is one shelf
/// more at both ends.
fn widened(shelves: &[f32; Shape::SHELVES + 2], farther: fn(f32x8, f32x8) -> f32x8) -> Shelves {
    let eight = |from: usize| f32x8::new(std::array::from_fn(|i| shelves[from + i]));
    std::array::from_fn(|i| farther(farther(eight(8 * i), eight(8 * i + 1)), eight(8 * i + 2)))
}

/// How a line is set. Lengths but for `cap` are in caps.
struct Line {
    /// Height of the capitals in px.
    cap: f32,
    /// How wide letters are.
    stretch: u16,
    /// Where each letter's middle lies, from the first one's on.
    middles: Vec<f32>,
    bounds: Bounds,
}

impl Line {
    /// The largest type that fits the frame's height, times `size`; then letters as wide as fits its width, and gaps as far as
    /// there is room and it is good, times `pitch`.
    fn fitted(forms: &[Form], frame: Bounds, size: f32, pitch: f32, gap: f32) -> Self {
        let (across, down) = (frame.right - frame.left, frame.bottom - frame.top);
        let mut line = Self::widest(forms, down, size, across, gap);
        let gaps = (forms.len() - 1) as f32;
        if gaps == 0.0 {
            return line;
        }
        let room = (across / line.cap - line.width()).max(0.0) / gaps;
        let step = line.middles[forms.len() - 1] / gaps;
        line.widen(WIDER.min(FILLED * room) + ((pitch - 1.0).max(0.0) * step).min((1.0 - FILLED) * room));
        if pitch < 1.0 {
            // Closer than outlines allow there is nothing but narrower and smaller type, as long as it can be read.
            let least = line.cap.min(LEAST_CAP);
            line = Self::widest(forms, down, size, pitch * line.cap * line.width(), gap);
            line.cap = line.cap.max(least);
        }
        line
    }

    /// The widest letters with which the line is as high as `down` px times `size` and no wider than `across`; the narrowest, and
    /// smaller type, if there are none.
    fn widest(forms: &[Form], down: f32, size: f32, across: f32, gap: f32) -> Self {
        let sized = |stretch| {
            let mut line = Self::set(forms, stretch, gap);
            let largest = down / (line.bounds.bottom - line.bounds.top);
            line.cap = (largest * size.min(1.0)).max(largest.min(LEAST_CAP));
            line
        };
        let mut most = if forms.iter().any(|form| form.is_square) { WIDEST_SQUARE } else { f32::INFINITY };
        for stretch in WIDTHS {
            if f32::from(stretch) <= most {
                let line = sized(stretch);
                let width = line.cap * line.width();
                if width <= across {
                    return line;
                }
                // All but the gaps of a line are as wide as its letters: none much wider than this fits.
                most = (f32::from(stretch) * across / width).ceil();
            }
        }
        let mut line = sized(NARROWEST);
        line.cap = line.cap.min(across / line.width());
        line
    }

    /// Letters of one width, each as close to those before as it may.
    fn set(forms: &[Form], stretch: u16, gap: f32) -> Self {
        let shapes: Vec<Shape> = forms.iter().map(|form| Shape::of(form, stretch)).collect();
        let mut middles: Vec<f32> = Vec::with_capacity(forms.len());
        let mut bounds = Bounds::NONE;
        for (i, (form, shape)) in forms.iter().zip(&shapes).enumerate() {
            let mut middle = 0.0f32;
            if i > 0 {
                let is_beside_space = form.letter.is_none() || forms[i - 1].letter.is_none();
                let order = if is_beside_space { 1.0 } else { ORDER };
                middle = middles[i - 1] + order * (shapes[i - 1].width() + shape.width()) / 2.0;
            }
            // A low letter may meet the low one before the high one between.
            for before in i.saturating_sub(2)..i {
                middle = middle.max(middles[before] + shapes[before].apart(shape) + gap);
            }
            middles.push(middle);
            // As high as a capital at least, so that signs stand at their height and small letters are not drawn as large ones.
            let half = form.size.min(1.0) / 2.0;
            bounds.add(middle + shape.bounds.left, form.step + shape.bounds.top.min(-half));
            bounds.add(middle + shape.bounds.right, form.step + shape.bounds.bottom.max(half));
        }
        Self { cap: 0.0, stretch, middles, bounds }
    }

    fn width(&self) -> f32 {
        self.bounds.right - self.bounds.left
    }

    /// Moves letters apart.
    fn widen(&mut self, gap: f32) {
        for (i, middle) in self.middles.iter_mut().enumerate() {
            *middle += gap * i as f32;
        }
        self.bounds.right += gap * (self.middles.len() - 1) as f32;
    }
}

#[cfg(test)]
impl Bounds {
    fn at(self, x: f32, y: f32, cap: f32) -> Self {
        Self {
            left: x + cap * self.left,
            right: x + cap * self.right,
            top: y + cap * self.top,
            bottom: y + cap * self.bottom,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    const STRAIGHT: Setting =
        Setting { turn: 0.0, shear: 0.0, size: 1.0, stagger: (0.0, 0.0), weight: 0.0, gap: (0.03, 0.03) };
    const LOOSE: Setting =
        Setting { turn: 0.2, shear: 0.2, size: 0.88, stagger: (0.4, 0.55), weight: 0.05, gap: (0.02, 0.04) };
    const MARGIN: f32 = 3.0;

    #[track_caller]
    fn placed(text: &str, options: &Options, setting: Setting, seed: u64) -> Vec<Placed> {
        let letters: Vec<char> = text.chars().collect();
        place(&letters, options, MARGIN, setting, &mut Xoshiro256PlusPlus::seed_from_u64(seed)).unwrap()
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
        let half = Options { fontsize: 28, ..default.clone() };
        assert!((mean(&half, height) / mean(&default, height) - 0.49).abs() < 0.03);
        for (offset, share) in [(20, 0.5), (30, 0.75)] {
            let closer = Options { offset, ..default.clone() };
            let ratio = mean(&closer, pitch) / mean(&default, pitch);
            assert!((ratio - share).abs() < 0.12, "{offset}: {ratio}");
        }
    }

    #[test]
    fn a_larger_fontsize_and_offset_go_as_far_as_the_text_fits() {
        let small = Options { width: 600, fontsize: 28, ..Options::default() };
        assert!(mean(&Options { offset: 60, ..small.clone() }, pitch) > 1.3 * mean(&small, pitch));
        for huge in [Options { fontsize: 1024, ..small.clone() }, Options { offset: 1024, ..small.clone() }] {
            let letters = placed("HNE", &huge, STRAIGHT, 1);
            assert!(letters[2].bounds.right <= 600.0 - MARGIN + 0.1);
            assert!(height(&letters) <= 60.0 - 2.0 * MARGIN + 0.1);
        }
    }

    /// Whoever reads from left to right reads the text, and no letter stands above the one before it.
    #[test]
    fn letters_follow_each_other_however_far_they_reach_above_and_below() {
        for seed in 0..200 {
            for text in ["WJIMLQ", "LTLTLT", "ABCDEFGHJKLMNPQR"] {
                let letters = placed(text, &Options::default(), LOOSE, seed);
                for pair in letters.windows(2) {
                    let half = |letter: &Placed| (letter.bounds.right - letter.bounds.left) / 2.0;
                    let apart = pair[1].x - pair[0].x;
                    assert!(apart >= 0.59 * (half(&pair[0]) + half(&pair[1])), "{text}, seed {seed}: {apart}");
                }
            }
        }
    }

    #[test]
    fn heights_of_neighbours_differ_and_stay_within_reach() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        for _ in 0..500 {
            for count in [2, 6, 16] {
                let heights = stagger(count, 0.5, &mut rng);
                assert_eq!(heights.len(), count);
                assert!(heights.iter().all(|height| height.abs() <= 0.5001), "{heights:?}");
                let apart = |pair: &[f32]| (0.3999..=0.6501).contains(&(pair[0] - pair[1]).abs());
                assert!(heights.windows(2).all(apart), "{heights:?}");
            }
        }
        assert_eq!(stagger(1, 0.5, &mut rng), [0.0]);
    }

    /// Two lines would be read one after the other.
    #[test]
    fn letters_do_not_stand_high_and_low_in_turn() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
        let is_in_turn =
            |heights: &[f32]| heights.windows(2).all(|pair| pair[0] * pair[1] < 0.0 && pair[0].abs() > 0.2);
        let in_turn = (0..1000).filter(|_| is_in_turn(&stagger(6, 0.5, &mut rng))).count();
        assert!(in_turn < 100, "{in_turn} of 1000");
    }

    #[test]
    fn a_space_keeps_words_apart() {
        let apart = |text| {
            let letters = placed(text, &Options { width: 400, ..Options::default() }, STRAIGHT, 3);
            (letters[1].bounds.left - letters[0].bounds.right) / height(&letters)
        };
        assert!(apart("H H") > apart("HH") + 0.8 * SPACE, "{} {}", apart("H H"), apart("HH"));
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
