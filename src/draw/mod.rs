//! The recipe: what a captcha looks like. One file an idea, each taking its strength and its source of randomness.

mod canvas;
mod colors;
mod curves;
mod glyphs;
mod noise;
mod warp;

pub use canvas::{Canvas, Colors};

use rand::Rng;

use crate::error::Result;
use crate::layout::{self, Looseness};
use crate::options::Options;
use warp::Warp;

/// How strongly each idea of the recipe is applied. Lengths are shares of the picture's height, so that a recipe looks the
/// same at any size.
struct Recipe {
    /// Height of the warp's waves.
    warp: f32,
    looseness: Looseness,
    /// Strokes across the picture, and how thick each is.
    curves: usize,
    curve_thickness: f32,
    /// Specks, and the radius of the largest.
    specks: usize,
    speck_radius: f32,
}

const RECIPE: Recipe = Recipe {
    warp: 0.045,
    looseness: Looseness { rotation: 0.16, shear: 0.15, size: (0.9, 1.05), step: 0.12 },
    curves: 2,
    curve_thickness: 0.045,
    specks: 14,
    speck_radius: 0.025,
};

/// Draws `text`: the letters, bent, then strokes and specks over them.
///
/// # Errors
/// When the text is empty, too long, or has a letter that no font draws.
pub fn draw(text: &str, options: &Options, rng: &mut impl Rng) -> Result<Canvas> {
    let mut canvas = letters(text, options, rng)?;
    let height = canvas.height() as f32;
    // Below a px a stroke would be a grey shade rather than a line.
    let thickness = (RECIPE.curve_thickness * height).max(1.0);
    curves::draw(&mut canvas, RECIPE.curves, thickness, rng);
    noise::specks(&mut canvas, RECIPE.specks, (RECIPE.speck_radius * height).max(0.7), rng);
    Ok(canvas)
}

/// The letters alone, on the recipe's colours.
fn letters(text: &str, options: &Options, rng: &mut impl Rng) -> Result<Canvas> {
    let (width, height) = (options.width as usize, options.height as usize);
    let amplitude = RECIPE.warp * height as f32;
    // One px more than the warp takes, for the antialiased edge.
    let placed = layout::place(text, options, amplitude + 1.0, RECIPE.looseness, rng)?;
    let mut canvas = Canvas::new(width, height, colors::random(rng));
    let warp = Warp::random(width, height, amplitude, rng);
    glyphs::draw(&mut canvas, &placed, &warp);
    Ok(canvas)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    /// Ink on the border would be a letter that goes on outside.
    #[test]
    fn every_letter_lies_inside_the_picture() {
        for (width, height) in [(32, 16), (128, 30), (256, 60), (512, 120), (1024, 512), (64, 512), (1024, 16)] {
            for (offset, fontsize) in [(40, 57), (8, 300), (1024, 1024), (15, 20)] {
                let options = Options { width, height, offset, fontsize, ..Options::default() };
                for (seed, text) in (0..).zip(["A", "WQWQ", "gjpyQJ", "MMMMMMMMMMMMMMMM", "1+2=?", "{[(|)]}"]) {
                    let canvas = letters(text, &options, &mut Xoshiro256PlusPlus::seed_from_u64(seed)).unwrap();
                    let edge = [canvas.rows().next().unwrap(), canvas.rows().next_back().unwrap()].concat();
                    let sides = canvas.rows().flat_map(|row| [row[0], row[row.len() - 1]]);
                    let touched = edge.into_iter().chain(sides).filter(|&ink| ink > 0).count();
                    assert_eq!(touched, 0, "{text} at {width}x{height}, offset {offset}, fontsize {fontsize}");
                    assert!(canvas.ink().iter().any(|&ink| ink > 60), "{text} left no ink");
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
