//! The recipe: what a captcha looks like. One file an idea, each taking its strength and its source of randomness.

mod canvas;
mod colors;
mod curves;
mod field;
mod glyphs;
mod noise;
mod sines;
mod warp;

pub use canvas::{Canvas, Colors};

use rand::{rngs::Xoshiro256PlusPlus, seq::IndexedRandom, Rng, RngExt};

use crate::error::Result;
use crate::font::Glyph;
use crate::layout::{self, Setting};
use crate::options::{Level, Options};
use field::Family;
use glyphs::{Filling, Stroke};
use warp::Warp;

/// How strongly each idea of the recipe is applied. Lengths are in caps, the height of the capitals drawn, so that a picture
/// looks the same at any size.
struct Recipe {
    setting: Setting,
    /// Height of the warp's waves.
    warp: f32,
    /// How much fatter than their faces letters are.
    weight: f32,
    /// What letters are filled with, each picture with one of these, and how thick the walls of hollow ones are.
    fillings: &'static [Filling],
    wall: f32,
    families: &'static [Family],
    /// The fields' least and greatest period.
    period: (f32, f32),
    /// Strokes across the picture, and how thick each is.
    curves: usize,
    curve_thickness: f32,
    /// Specks, and the radius of the largest.
    specks: usize,
    speck_radius: f32,
}

const NORMAL: Recipe = Recipe {
    setting: Setting { turn: 0.07, shear: 0.08, step: 0.04, size: 0.96, gap: (0.12, 1.3) },
    warp: 0.025,
    weight: Glyph::FATTEST,
    fillings: &[Filling::Solid],
    wall: 0.1,
    families: &[Family::Stripes, Family::Waves, Family::Rings, Family::Checks, Family::Blobs],
    period: (1.5, 1.8),
    curves: 0,
    curve_thickness: 0.07,
    specks: 0,
    speck_radius: 0.06,
};

const EASY: Recipe = Recipe {
    setting: Setting { turn: 0.05, shear: 0.06, step: 0.03, size: 0.97, gap: (0.12, 1.3) },
    warp: 0.02,
    families: &[Family::Stripes, Family::Waves, Family::Rings, Family::Blobs],
    period: (2.0, 2.6),
    ..NORMAL
};

const HARD: Recipe = Recipe {
    setting: Setting { turn: 0.15, shear: 0.15, step: 0.06, size: 0.9, gap: (0.0, 0.8) },
    warp: 0.05,
    weight: 0.0,
    fillings: &[Filling::Solid, Filling::Hollow, Filling::Mixed],
    period: (1.0, 1.25),
    curves: 1,
    specks: 12,
    ..NORMAL
};

/// Draws `text`: the letters, bent, with ink and ground swapped along a field.
///
/// # Errors
/// When the text is empty, too long, or has a letter that no font draws.
pub fn draw(text: &str, options: &Options, rng: &mut impl Rng) -> Result<Canvas> {
    let recipe = match options.level {
        Level::Easy => &EASY,
        Level::Normal => &NORMAL,
        Level::Hard => &HARD,
    };
    let (mut canvas, cap) = letters(text, options, recipe, rng)?;
    let family = *recipe.families.choose(rng).unwrap_or(&Family::Stripes);
    let period = rng.random_range(recipe.period.0..=recipe.period.1) * cap;
    field::swap(&mut canvas, family, period, rng);
    // Below a px a stroke would be a grey shade rather than a line.
    curves::draw(&mut canvas, recipe.curves, (recipe.curve_thickness * cap).max(1.0), rng);
    noise::specks(&mut canvas, recipe.specks, (recipe.speck_radius * cap).max(0.7), rng);
    Ok(canvas)
}

/// The letters alone, in the picture's colours, and how high their capitals are in px.
fn letters(text: &str, options: &Options, recipe: &Recipe, rng: &mut impl Rng) -> Result<(Canvas, f32)> {
    let (width, height) = (options.width as usize, options.height as usize);
    // The most that a capital can be high: one line's share of the height, and not much more than a letter's of the width.
    let lines = layout::lines(text, options);
    let in_line = text.chars().count().div_ceil(lines);
    let line = (height as f32 / lines as f32).min(1.5 * width as f32 / in_line as f32);
    let amplitude = recipe.warp * line;
    // One px more than the warp and the weight take, for the antialiased edge.
    let margin = amplitude + recipe.weight * line + 1.0;
    let placed = layout::place(text, options, margin, recipe.setting, rng)?;
    let cap = placed.iter().map(|letter| letter.glyph.cap).sum::<f32>() / placed.len().max(1) as f32;
    let filling = *recipe.fillings.choose(rng).unwrap_or(&Filling::Solid);
    let stroke = Stroke { weight: recipe.weight * cap, wall: (recipe.wall * cap).max(1.0) };
    let mut canvas = Canvas::new(width, height, colors::choose(options.color, options.background, rng));
    let warp = Warp::random(width, height, amplitude, rng);
    glyphs::draw(&mut canvas, &placed, filling, stroke, &warp, rng);
    Ok((canvas, cap))
}

/// The steps of the recipe one by one, as the benches time them; no part of the public interface.
#[doc(hidden)]
pub mod steps {
    use super::*;

    /// Places the letters; tells how many there are.
    pub fn layout(text: &str, options: &Options, rng: &mut impl Rng) -> Result<usize> {
        Ok(layout::place(text, options, 2.0, NORMAL.setting, rng)?.len())
    }

    /// A warp for a picture; tells how far it moves the first row.
    pub fn warp(options: &Options, rng: &mut impl Rng) -> f32 {
        Warp::random(options.width as usize, options.height as usize, 1.0, rng).across[0]
    }

    /// Layout, warp and the letters' ink.
    pub fn letters(text: &str, options: &Options, rng: &mut impl Rng) -> Result<Canvas> {
        Ok(super::letters(text, options, &NORMAL, rng)?.0)
    }

    /// What a field of each family does to a canvas whose letters are `cap` px high.
    pub fn fields() -> impl Iterator<Item = (String, impl Fn(&mut Canvas, f32, &mut Xoshiro256PlusPlus))> {
        NORMAL.families.iter().map(|&family| {
            let swap = move |canvas: &mut Canvas, cap: f32, rng: &mut _| field::swap(canvas, family, 1.65 * cap, rng);
            (format!("{family:?}").to_lowercase(), swap)
        })
    }

    /// A curve, as `hard` draws it.
    pub fn curve(canvas: &mut Canvas, rng: &mut impl Rng) {
        curves::draw(canvas, HARD.curves, 1.5, rng);
    }

    /// The specks that `hard` draws.
    pub fn specks(canvas: &mut Canvas, rng: &mut impl Rng) {
        noise::specks(canvas, HARD.specks, 1.3, rng);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    /// Ink on the border would be a letter that goes on outside.
    #[test]
    fn every_letter_lies_inside_the_picture() {
        for (width, height) in [(32, 16), (128, 30), (256, 60), (512, 120), (1024, 512), (64, 512), (1024, 16)] {
            for (offset, fontsize) in [(40, 57), (8, 300), (1024, 1024), (15, 20)] {
                let options = Options { width, height, offset, fontsize, ..Options::default() };
                for recipe in [&EASY, &NORMAL, &HARD] {
                    for (seed, text) in (0..).zip(["A", "WQWQ", "gjpyQJ", "MMMMMMMMMMMMMMMM", "1+2=?", "{[(|)]}"]) {
                        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
                        let (canvas, _) = letters(text, &options, recipe, &mut rng).unwrap();
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
            let text = crate::random_text(crate::Charset::DEFAULT, 6, &mut rng);
            let (canvas, _) = letters(&text, &Options::default(), &NORMAL, &mut rng).unwrap();
            let (width, ink) = (canvas.width(), canvas.ink());
            for (i, _) in ink.iter().enumerate().filter(|(_, &ink)| ink > 8) {
                let near = |n: usize, end: usize| n.saturating_sub(3)..(n + 4).min(end);
                let (x, y) = (i % width, i / width);
                let is_near = near(y, canvas.height()).any(|y| near(x, width).any(|x| ink[y * width + x] > 128));
                assert!(is_near, "{text}, seed {seed}: {} at {x}, {y}", ink[i]);
            }
        }
    }

    /// Where ink and ground are swapped depends on the field alone, so that both cover about half of every picture.
    #[test]
    fn neither_ink_nor_ground_has_the_upper_hand() {
        for seed in 0..200 {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let canvas = draw("KW4XP2", &Options::default(), &mut rng).unwrap();
            let ink = canvas.ink().iter().map(|&ink| f32::from(ink)).sum::<f32>() / 255.0 / canvas.ink().len() as f32;
            assert!((0.2..0.8).contains(&ink), "{ink}");
        }
    }

    #[test]
    fn one_seed_is_one_picture() {
        let draw = |seed| draw("ABC", &Options::default(), &mut Xoshiro256PlusPlus::seed_from_u64(seed)).unwrap();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }
}
