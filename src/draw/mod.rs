//! The recipe: what a captcha looks like. One file an idea, each taking its strength and its source of randomness.

mod animation;
mod canvas;
mod clearings;
mod colors;
mod field;
mod glyphs;
mod sines;
mod warp;

pub use animation::frames;
pub(crate) use canvas::TINT;
pub use canvas::{Canvas, Colors};

use rand::{Rng, RngExt};

use crate::error::Result;
use crate::font::Glyph;
use crate::layout::{self, Placed, Setting};
use crate::options::{Color, Level, Options};
use field::{Bends, Field, Stripes};
use warp::Warp;

/// How strongly each idea of the recipe is applied. Lengths are in caps, the height of the capitals drawn, so that a picture
/// looks the same at any size.
struct Recipe {
    setting: Setting,
    /// Height of the warp's waves.
    warp: f32,
    /// The field's period where capitals are 12 px high or less, and where they are 36 px high or more: people need larger halves
    /// where letters have few pixels, and machines read better where they have many.
    period: (f32, f32),
    /// The share of each period that is stripe, where letters are wide and where they are narrow. The smaller, the more is left of letters.
    duty: (f32, f32),
    bends: Bends,
}

const NORMAL: Recipe = Recipe {
    setting: Setting { turn: 0.08, shear: 0.06, size: 0.9, stagger: (0.12, 0.25), weight: 0.048, gap: (0.08, 0.11) },
    warp: 0.02,
    period: (1.45, 1.08),
    duty: (0.17, 0.25),
    bends: Bends { slope: (0.8, 1.1), wave: 0.1, arc: 0.15, fan: 0.08, chirp: 0.08, drift: 0.14 },
};

const EASY: Recipe = Recipe {
    setting: Setting { stagger: (0.1, 0.2), ..NORMAL.setting },
    period: (1.85, 1.35),
    duty: (0.14, 0.2),
    bends: Bends { slope: (0.75, 1.05), ..NORMAL.bends },
    ..NORMAL
};

const HARD: Recipe = Recipe {
    setting: Setting { weight: 0.05, ..NORMAL.setting },
    period: (1.3, 0.92),
    duty: (0.21, 0.3),
    bends: Bends { slope: (0.8, 1.2), ..NORMAL.bends },
    ..NORMAL
};

impl Recipe {
    fn of(level: Level) -> &'static Self {
        match level {
            Level::Easy => &EASY,
            Level::Normal => &NORMAL,
            Level::Hard => &HARD,
        }
    }

    /// Random stripes for capitals `cap` px high and letters of `stretch` their natural width. Readers off the shelf are made for
    /// narrow letters and for thin ones, as those that fill a square are, which so need closer stripes.
    fn stripes(&self, cap: f32, stretch: f32, are_thin: bool, rng: &mut impl Rng) -> Stripes {
        const SPREAD: f32 = 0.03;
        const CLOSER: f32 = 0.27;
        const CLOSER_IF_THIN: f32 = 0.2;
        let between = |(from, to): (f32, f32), share: f32| from + (to - from) * share;
        let narrow = ((1.75 - stretch) / 0.75).clamp(0.0, 1.0);
        let period = between(self.period, ((cap - 12.0) / 24.0).clamp(0.0, 1.0)) + rng.random_range(-SPREAD..=SPREAD);
        let closer = 1.0 - CLOSER * narrow - if are_thin { CLOSER_IF_THIN } else { 0.0 };
        Stripes { period: cap * period * closer, duty: between(self.duty, narrow) }
    }
}

/// Draws `text`: the letters, bent, behind a field of stripes.
///
/// # Errors
/// When the text is empty, too long, or has a letter that no font draws.
pub fn draw(text: &str, options: &Options, rng: &mut impl Rng) -> Result<Canvas> {
    let recipe = Recipe::of(options.level);
    let letters = Letters::draw(text, options, recipe, rng)?;
    let field = letters.field(recipe, rng);
    Ok(letters.along(&field, 0.0))
}

/// The letters alone, in the picture's colours.
struct Letters {
    canvas: Canvas,
    /// How high the capitals are, in px.
    cap: f32,
    /// How wide letters are, as a share of their natural width.
    stretch: f32,
    placed: Vec<Placed>,
    /// How they are bent, and how much fatter than their faces they are drawn, in px.
    warp: Warp,
    weight: f32,
}

impl Letters {
    fn draw(text: &str, options: &Options, recipe: &Recipe, rng: &mut impl Rng) -> Result<Self> {
        let text = options.fonts.letters(text)?;
        let (width, height) = (options.width as usize, options.height as usize);
        // The most that a capital can be high: the picture, and not much more than a letter's share of the width.
        let most = (height as f32).min(1.5 * width as f32 / text.len() as f32);
        let amplitude = recipe.warp * most;
        // A px more than the warp takes for the antialiased edge, and another for ground around all letters.
        let margin = amplitude + 2.0;
        let placed = layout::place(&text, options, margin, recipe.setting, rng)?;
        let cap = placed.iter().map(|letter| letter.glyph.cap).sum::<f32>() / placed.len().max(1) as f32;
        let stretch = placed.first().map_or(1.0, |letter| letter.glyph.stretch);
        let mut canvas =
            Canvas::new(width, height, colors::choose(options.color, options.background, options.theme, rng));
        canvas.is_transparent = options.background == Color::Transparent;
        let warp = Warp::random(width, height, amplitude, rng);
        let weight = recipe.setting.weight * cap;
        glyphs::draw(&mut canvas, &placed, weight, &warp);
        Ok(Self { canvas, cap, stretch, placed, warp, weight })
    }

    /// A random field for them.
    fn field(&self, recipe: &Recipe, rng: &mut impl Rng) -> Field {
        let middles: Vec<f32> = self.placed.iter().map(|letter| letter.x).collect();
        let are_thin = self.placed.iter().all(|letter| letter.is_fine && !letter.is_sign);
        let stripes = recipe.stripes(self.cap, self.stretch, are_thin, rng);
        Field::random(&self.canvas, stripes, self.cap, &middles, &recipe.bends, rng)
    }

    /// The picture: the letters behind a field that is moved by a share of its period.
    fn along(mut self, field: &Field, by: f32) -> Canvas {
        let plain = self.placed.iter().any(|letter| letter.is_sign).then(|| self.canvas.clone());
        field.draw(&mut self.canvas, by);
        if let Some(plain) = plain {
            clearings::keep(&mut self.canvas, &plain, &self.placed);
        }
        self.canvas
    }
}

const _: () = assert!(EASY.setting.weight.max(NORMAL.setting.weight).max(HARD.setting.weight) <= Glyph::FATTEST);

/// The steps of the recipe one by one, as the benches time them; no part of the public interface.
#[doc(hidden)]
pub mod steps {
    use super::*;

    /// Places the letters; tells how many there are.
    pub fn layout(text: &str, options: &Options, rng: &mut impl Rng) -> Result<usize> {
        Ok(layout::place(&options.fonts.letters(text)?, options, 2.0, NORMAL.setting, rng)?.len())
    }

    /// A warp for a picture; tells how far it moves the first row.
    pub fn warp(options: &Options, rng: &mut impl Rng) -> f32 {
        Warp::random(options.width as usize, options.height as usize, 1.0, rng).across[0]
    }

    /// Layout, warp and the letters' ink.
    pub fn letters(text: &str, options: &Options, rng: &mut impl Rng) -> Result<Canvas> {
        Ok(Letters::draw(text, options, &NORMAL, rng)?.canvas)
    }

    /// The field over a canvas with these letters.
    pub fn field(canvas: &mut Canvas, cap: f32, middles: &[f32], rng: &mut impl Rng) {
        let stripes = NORMAL.stripes(cap, 2.0, false, rng);
        Field::random(canvas, stripes, cap, middles, &NORMAL.bends, rng).draw(canvas, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    fn letters(text: &str, options: &Options, recipe: &Recipe, seed: u64) -> Canvas {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        Letters::draw(text, options, recipe, &mut rng).unwrap().canvas
    }

    /// Ink on the border would be a letter that goes on outside.
    #[test]
    fn every_letter_lies_inside_the_picture() {
        for (width, height) in [(32, 16), (128, 30), (256, 60), (512, 120), (1024, 512), (64, 512), (1024, 16)] {
            for (offset, fontsize) in [(40, 57), (8, 300), (1024, 1024), (15, 20)] {
                let options = Options { width, height, offset, fontsize, ..Options::default() };
                for recipe in [&EASY, &NORMAL, &HARD] {
                    for (seed, text) in (0..).zip(["A", "WQWQ", "gjpyQJ", "MMMMMMMMMMMMMMMM", "1+2=?", "{[(|)]}"]) {
                        let canvas = letters(text, &options, recipe, seed);
                        let edge = [canvas.rows().next().unwrap(), canvas.rows().next_back().unwrap()].concat();
                        let sides = canvas.rows().flat_map(|row| [row[0], row[row.len() - 1]]);
                        let touched = edge.into_iter().chain(sides).filter(|&ink| ink > 0).count();
                        assert_eq!(touched, 0, "{text} at {width}x{height}, offset {offset}, fontsize {fontsize}");
                        // Below 8 px a letter there is nothing to be read, but nothing that fails either.
                        let legible = width as usize >= 8 * text.len();
                        let inked = canvas.ink().iter().any(|&ink| ink > 100);
                        assert!(
                            inked || !legible,
                            "{text} left no ink at {width}x{height}, offset {offset}, fontsize {fontsize}"
                        );
                    }
                }
            }
        }
    }

    /// A trace of what the rasteriser or a resampling left would be a line beside a letter.
    #[test]
    fn no_ink_lies_apart_from_a_letter() {
        for seed in 0..400 {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let text = crate::random_text(&crate::Charset::DEFAULT, 6, &mut rng);
            let canvas = letters(&text, &Options::default(), &NORMAL, seed);
            let (width, ink) = (canvas.width(), canvas.ink());
            for (i, _) in ink.iter().enumerate().filter(|(_, &ink)| ink > 8) {
                let near = |n: usize, end: usize| n.saturating_sub(3)..(n + 4).min(end);
                let (x, y) = (i % width, i / width);
                let is_near = near(y, canvas.height()).any(|y| near(x, width).any(|x| ink[y * width + x] > 128));
                assert!(is_near, "{text}, seed {seed}: {} at {x}, {y}", ink[i]);
            }
        }
    }

    /// Letters and stripes cover a fair share of every picture, and no letter is plain on plain ground.
    #[test]
    fn the_field_runs_through_every_letter_at_every_size_and_level() {
        for level in Level::ALL {
            for (width, height, text) in [
                (80, 32, "KW4X"),
                (100, 40, "8CTL"),
                (120, 40, "KW4X"),
                (128, 30, "RM36"),
                (256, 60, "KW4XP2"),
                (256, 60, "HT7"),
                (512, 256, "9FLX2K"),
            ] {
                let options = Options { width, height, level, ..Options::default() };
                for seed in 0..500 {
                    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
                    let Letters { canvas, cap, stretch, placed, .. } =
                        Letters::draw(text, &options, Recipe::of(level), &mut rng).unwrap();
                    let drawn = draw(text, &options, &mut Xoshiro256PlusPlus::seed_from_u64(seed)).unwrap();
                    let what = format!("{level:?} {width}x{height}, seed {seed}");
                    let covered = drawn.ink().iter().filter(|&&ink| ink > TINT / 2).count();
                    let share = covered as f32 / drawn.ink().len() as f32;
                    assert!((0.2..0.75).contains(&share), "{what}: {share}");
                    for middle in placed.iter().map(|letter| letter.x) {
                        // The part of the letter's ink that was cut away, in its own columns, and in those of its middle. The
                        // middle of an open letter, a `C`, is two arcs, between which a thin stripe of an easy picture may run.
                        let parts = if level == Level::Easy { &[2.0][..] } else { &[2.0, 3.0] };
                        for part in parts {
                            let near = |x: usize| (x as f32 - middle).abs() < stretch * cap / part;
                            let letter = canvas.ink().iter().zip(drawn.ink()).enumerate();
                            let inked = letter.filter(|(i, (&ink, _))| ink > 200 && near(i % canvas.width()));
                            let (all, cut) = inked
                                .fold((0, 0), |(all, cut), (_, (_, &drawn))| (all + 1, cut + u32::from(drawn < 128)));
                            let cut = cut as f32 / (all as f32).max(1.0);
                            assert!((0.05..0.95).contains(&cut), "{what}: {cut} of a letter at {middle}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn one_seed_is_one_picture() {
        let draw = |seed| draw("ABC", &Options::default(), &mut Xoshiro256PlusPlus::seed_from_u64(seed)).unwrap();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }
}
