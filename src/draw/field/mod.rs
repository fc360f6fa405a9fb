//! Fields: smooth patterns of two halves, in one of which ink and ground change places.
//!
//! A letter that a field runs through is neither dark nor light: its outline is where the pattern jumps. People
//! follow that without noticing. Readers that look for strokes of one colour find none, as soon as half a period is near the
//! width of a stroke.
//!
//! All of them lie rather than stand: what tells letters apart is mostly upright strokes, which a lying edge crosses once and does not
//! imitate.
//!
//! A field is a phase for each pixel, which changes slowly. So it is worked out for one row in a few and only interpolated in
//! between, in whole numbers of 16 bits whose overflow is the phase's own: a period is 2^16.

mod blobs;
mod checks;
mod drift;
mod rings;
mod stripes;
mod waves;

use rand::{Rng, RngExt};
use wide::{f32x8, i16x8, u8x16};

use super::canvas::Canvas;
use crate::simd::{for_each_block, LANES};
use drift::Drift;

/// A pattern that repeats along its phase.
trait Field {
    /// Rows to a period of which the phase is worked out. In between it changes evenly, as far as anybody can see.
    const ROWS: f32 = 4.0;

    /// How long a period is, in px.
    fn period(&self) -> f32;

    /// Fills `phases` for the pixels of the row that lies `y` px down, from the left, in periods. Within a quarter of a whole
    /// number, ink and ground are swapped.
    fn row(&self, y: f32, phases: &mut [f32]);
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
    match family {
        Family::Stripes => swap_along(canvas, &stripes::Stripes::random(width, height, period, rng)),
        Family::Waves => swap_along(canvas, &waves::Waves::random(width, height, period, rng)),
        Family::Rings => swap_along(canvas, &rings::Rings::random(width, height, period, rng)),
        // Where both sets of stripes swap, nothing has changed.
        Family::Checks => checks::random(width, height, period, rng).iter().for_each(|set| swap_along(canvas, set)),
        Family::Blobs => swap_along(canvas, &blobs::Blobs::random(width, height, period, rng)),
    }
}

/// Swaps ink and ground along a field.
fn swap_along<F: Field>(canvas: &mut Canvas, field: &F) {
    let width = canvas.width();
    let blocks = width.div_ceil(LANES);
    let spacing = ((field.period() / F::ROWS) as usize).max(1);
    let edge = Edge::of(field.period());
    let (mut upper, mut lower) = (vec![0.0; blocks * LANES], vec![0.0; blocks * LANES]);
    // The phases of one row, and what the next one adds to them.
    let (mut turns, mut steps) = (vec![Turns::default(); blocks], vec![Turns::default(); blocks]);
    field.row(0.0, &mut lower[..width]);
    for (y, row) in canvas.rows_mut().enumerate() {
        if y % spacing == 0 {
            std::mem::swap(&mut upper, &mut lower);
            field.row((y + spacing) as f32, &mut lower[..width]);
            let share = f32x8::splat(1.0 / spacing as f32);
            for (i, (upper, lower)) in eights(&upper).zip(eights(&lower)).enumerate() {
                turns[i / 2].0[i % 2] = to_turns(upper);
                steps[i / 2].0[i % 2] = to_turns((lower - upper) * share);
            }
        }
        let mut phases = turns.iter_mut().zip(&steps);
        for_each_block(row, |pixels| {
            let Some((turns, steps)) = phases.next() else { return pixels };
            let swapped = edge.coverage(turns);
            turns.add(steps);
            // What differs is ink. Where an edge of a letter crosses one of the field that is not quite the share that both
            // swaps leave, in a pixel that nobody can tell.
            pixels.saturating_sub(swapped) | swapped.saturating_sub(pixels)
        });
    }
}

/// The phases of a block of pixels in 2^16ths of a period.
#[derive(Clone, Copy, Default)]
struct Turns([i16x8; 2]);

impl Turns {
    #[inline(always)]
    fn add(&mut self, steps: &Self) {
        self.0[0] += steps.0[0];
        self.0[1] += steps.0[1];
    }
}

/// Phases as turns, whole periods left out.
#[inline(always)]
fn to_turns(phases: f32x8) -> i16x8 {
    // Adding and taking away a number so large that no fraction fits beside it rounds to the nearest whole.
    let round = f32x8::splat(12_582_912.0);
    let fractions = phases - ((phases + round) - round);
    i16x8::from_i32x8_truncate((fractions * f32x8::splat(65536.0)).fast_round_int())
}

fn eights(values: &[f32]) -> impl Iterator<Item = f32x8> + '_ {
    values.as_chunks().0.iter().map(|eight| f32x8::new(*eight))
}

/// The edge of a half, one px wide.
#[derive(Clone, Copy)]
struct Edge {
    /// By what depths, in 2^16ths of a period, are multiplied, in 2^16ths, to be 128 half a px from the edge.
    factor: i16,
    /// How often they are doubled before, since such a factor is less than 1/2.
    doublings: u32,
}

impl Edge {
    fn of(period: f32) -> Self {
        let mut factor = 256.0 * period;
        let mut doublings = 0;
        while factor > f32::from(i16::MAX) {
            factor /= 2.0;
            doublings += 1;
        }
        // Of the shortest periods even the middle of a half would not be wholly inside.
        Self { factor: factor.max(520.0) as i16, doublings }
    }

    /// How much of each pixel lies in the swapped half: 0 to 255.
    #[inline(always)]
    fn coverage(self, turns: &Turns) -> u8x16 {
        let [quarter, factor, half] = [1 << 14, self.factor, 128].map(i16x8::splat);
        let [low, high] = turns.0.map(|turns| {
            // A wave that rises and falls evenly; the absolute value of the lowest number overflows to what is right.
            let mut depths = quarter - turns.max(-turns);
            for _ in 0..self.doublings {
                depths = depths.saturating_add(depths);
            }
            depths.mul_keep_high(factor) + half
        });
        u8x16::narrow_i16x8(low, high)
    }
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
    fn phases_lose_their_whole_periods_alone() {
        for (phase, turn) in [(0.0, 0), (0.25, 16384), (-0.25, -16384), (7.125, 8192), (-300.125, -8192), (0.5, -32768)]
        {
            assert_eq!(to_turns(f32x8::splat(phase)).to_array(), [turn; 8], "{phase}");
        }
    }

    #[test]
    fn an_edge_is_a_px_wide_and_lies_a_quarter_of_a_period_from_the_middle() {
        for period in [1.0f32, 2.0, 8.0, 26.0, 35.5, 300.0, 2000.0] {
            let coverage = |turn| i32::from(Edge::of(period).coverage(&Turns([i16x8::splat(turn); 2])).to_array()[9]);
            assert_eq!((coverage(1 << 14), coverage(-1 << 14)), (128, 128));
            assert_eq!((coverage(0), coverage(i16::MIN)), (255, 0), "{period}");
            if period > 4.0 {
                for (px, expected) in [(0.25, 64), (-0.25, 192), (0.6, 0), (-0.6, 255)] {
                    let got = coverage((16384.0 + px * 65536.0 / period) as i16);
                    assert!((got - expected).abs() <= 8, "{period}: {got} for {px}");
                }
            }
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
            // Only where two edges cross something remains.
            let left = canvas.ink().iter().filter(|&&ink| ink > 16).count();
            assert!(left < 256 * 60 / 32, "{family:?}: {left}");
        }
    }
}
