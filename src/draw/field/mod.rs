//! Fields: smooth patterns of two halves, in one of which ink and ground change places.
//!
//! A letter that a field runs through is neither dark nor light: its outline is where the pattern jumps. People
//! follow that without noticing. Readers that look for strokes of one colour find none, as soon as half a period is near the
//! width of a stroke.
//!
//! All of them lie rather than stand: what tells letters apart is mostly upright strokes, which a lying edge crosses once and does not
//! imitate.

mod blobs;
mod checks;
mod drift;
mod rings;
mod stripes;
mod waves;

use rand::{Rng, RngExt};

use super::canvas::Canvas;
use drift::Drift;

/// A pattern that tells for each place how far, in px, it is inside of the half that is swapped; less than 0 outside.
trait Field {
    /// Fills `distances` for the pixels of row `y` from the left.
    fn row(&self, y: usize, distances: &mut [f32]);
}

/// The families of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Stripes,
    Waves,
    Rings,
    Checks,
    Blobs,
}

/// Swaps ink and ground along a random field of the family, whose halves are about `period` / 2 px wide.
pub(crate) fn swap(canvas: &mut Canvas, family: Family, period: f32, rng: &mut impl Rng) {
    let (width, height) = (canvas.width(), canvas.height());
    let field: Box<dyn Field> = match family {
        Family::Stripes => Box::new(stripes::Stripes::random(width, height, period, rng)),
        Family::Waves => Box::new(waves::Waves::random(width, height, period, rng)),
        Family::Rings => Box::new(rings::Rings::random(width, height, period, rng)),
        Family::Checks => Box::new(checks::Checks::random(width, height, period, rng)),
        Family::Blobs => Box::new(blobs::Blobs::random(width, height, period, rng)),
    };
    let mut distances = vec![0.0; width];
    for (y, row) in canvas.rows_mut().enumerate() {
        field.row(y, &mut distances);
        for (pixel, &distance) in row.iter_mut().zip(&distances) {
            // Beside 2^23 there is no room for a fraction, so that the lowest byte is the whole number. This way
            // many pixels are done at once, which a conversion that checks its range keeps from happening.
            let swapped = u16::from(((distance + 0.5).clamp(0.0, 1.0) * 255.0 + 8_388_608.0).to_bits() as u8);
            let ink = u16::from(*pixel);
            let both = ink * swapped + 128;
            // Adding its own 256th and cutting by 8 bits divides by 255.
            *pixel = (ink + swapped).wrapping_sub(((both + (both >> 8)) >> 8) * 2) as u8;
        }
    }
}

/// How far inside of the upper half of a wave a phase lies, in periods: a quarter at most, less than 0 in the lower half.
fn wave(phase: f32) -> f32 {
    // Adding and taking away a number so large that no fraction fits beside it rounds to the nearest whole.
    const ROUND: f32 = 12_582_912.0;
    let whole = (phase + ROUND) - ROUND;
    0.25 - (phase - whole).abs()
}

/// An angle in radians, of `center` degrees or up to `spread` more or less.
fn angle(center: f32, spread: f32, rng: &mut impl Rng) -> f32 {
    (center + rng.random_range(-spread..=spread)).to_radians()
}

#[cfg(test)]
mod tests {
    use super::super::canvas::Colors;
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    const COLORS: Colors = Colors { ground: [255; 3], ink: [0; 3] };
    const FAMILIES: [Family; 5] = [Family::Stripes, Family::Waves, Family::Rings, Family::Checks, Family::Blobs];

    fn field(family: Family, seed: u64) -> Canvas {
        let mut canvas = Canvas::new(256, 60, COLORS);
        swap(&mut canvas, family, 26.0, &mut Xoshiro256PlusPlus::seed_from_u64(seed));
        canvas
    }

    #[test]
    fn a_wave_is_inside_for_half_of_its_period() {
        for (phase, distance) in [(0.0, 0.25), (0.25, 0.0), (0.5, -0.25), (-0.75, 0.0), (7.0, 0.25), (-3.5, -0.25)] {
            assert!((wave(phase) - distance).abs() < 1e-5, "{phase}");
        }
    }

    #[test]
    fn the_halves_of_every_family_are_about_equal_and_as_wide_as_asked() {
        for family in FAMILIES {
            let (mut ink, mut edges) = (0.0, 0.0);
            for seed in 0..100 {
                let canvas = field(family, seed);
                ink += canvas.ink().iter().map(|&ink| f32::from(ink) / 255.0).sum::<f32>() / (256.0 * 60.0) / 100.0;
                for x in 0..256 {
                    let column: Vec<u8> = canvas.rows().map(|row| row[x]).collect();
                    edges +=
                        column.windows(2).filter(|pair| (pair[0] > 127) != (pair[1] > 127)).count() as f32 / 25_600.0;
                }
            }
            assert!((0.4..0.6).contains(&ink), "{family:?}: {ink}");
            // 60 px down with an edge every 13 px: 4.6 of them, fewer where a family is wider or slants.
            assert!((1.5..5.5).contains(&edges), "{family:?}: {edges}");
        }
    }

    #[test]
    fn swapping_twice_along_one_field_is_nothing() {
        for family in FAMILIES {
            let mut canvas = field(family, 3);
            swap(&mut canvas, family, 26.0, &mut Xoshiro256PlusPlus::seed_from_u64(3));
            // Only on the very edges, which are half swapped, something remains.
            let left = canvas.ink().iter().filter(|&&ink| ink > 16).count();
            assert!(left < 256 * 60 / 8, "{family:?}: {left}");
            assert!(canvas.ink().iter().all(|&ink| ink <= 128));
        }
    }
}
