//! The field: a smooth pattern of stripes, which tint the ground and cut through the letters.
//!
//! People see letters behind pale bars and don't notice how little of them is whole. Readers off the shelf look for strokes, and strokes
//! that are cut aslant are other letters to them: it is the cuts that stop them. The tint tells people what the cuts are; without it,
//! and as dark as the ink, letters are read less well and with more effort.
//!
//! The pattern runs aslant: what tells letters apart are mostly level and upright strokes, which a bar aslant crosses and does not
//! imitate. Nearly level stripes have to be closer and wider to stop the same readers.
//!
//! A field is a phase for each pixel, which changes slowly. So it is worked out for one row in a few and only interpolated in
//! between, in whole numbers of 16 bits whose overflow is the phase's own: a period is 2^16.

mod clearance;
mod course;
mod drift;

use rand::Rng;
use wide::{f32x8, i16x8, u8x16};

use super::canvas::{Canvas, TINT};
use crate::simd::{for_each_below, LANES};
use course::Course;

/// How strongly a field strays from straight and even stripes.
pub(crate) use course::Bends;

/// How wide stripes are, and how far apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stripes {
    /// Px from one to the next, straight down.
    pub period: f32,
    /// The share of it that is stripe.
    pub duty: f32,
}

impl Stripes {
    /// Stripes that fall or rise by `slope` px for each px across, measured at a right angle to them.
    fn across(self, slope: f32) -> Self {
        Self { period: self.period / slope.hypot(1.0), ..self }
    }
}

/// A field, ready to be drawn.
pub(crate) struct Field {
    phases: Phases,
    edge: Edge,
}

impl Field {
    /// A random field of stripes, whose edges keep clear of those of the letters on `canvas` that run the same way. `middles` are
    /// where letters stand, from the left, and `cap` is how high they are, in px.
    pub fn random(
        canvas: &Canvas,
        stripes: Stripes,
        cap: f32,
        middles: &[f32],
        bends: &Bends,
        rng: &mut impl Rng,
    ) -> Self {
        let (width, height) = (canvas.width(), canvas.height());
        let course = Course::random(width, height, stripes.period, cap, bends, rng);
        let mut phases = Phases::of(&course, width, height);
        clearance::keep(&mut phases, canvas, cap, middles, stripes, course.slope());
        Self { phases, edge: Edge::of(stripes.across(course.slope())) }
    }

    /// Draws the field over letters, moved by a share of its period.
    pub fn draw(&self, canvas: &mut Canvas, by: f32) {
        self.phases.draw(canvas, self.edge, by);
    }
}

/// The phases of a picture, in periods, of one row in a few. In between they change evenly, as far as anybody can see.
struct Phases {
    /// Row after row, each as long as whole blocks.
    rows: Vec<f32>,
    stride: usize,
    /// Px from one row to the next.
    spacing: usize,
}

impl Phases {
    /// Rows to a period. The shortest waves of a course are two periods long.
    const ROWS: f32 = 2.5;

    fn of(course: &Course, width: usize, height: usize) -> Self {
        let spacing = ((course.period() / Self::ROWS) as usize).max(1);
        let stride = width.next_multiple_of(LANES);
        // One at least below the last row of pixels.
        let count = height.div_ceil(spacing) + 1;
        let mut rows = vec![0.0; count * stride];
        for (i, row) in rows.chunks_exact_mut(stride).enumerate() {
            course.row((i * spacing) as f32, &mut row[..width]);
        }
        Self { rows, stride, spacing }
    }

    /// The phases of the pixels of row `y`.
    fn in_row(&self, y: usize) -> impl Fn(usize) -> f32 + '_ {
        let rows = &self.rows[y / self.spacing * self.stride..];
        let (upper, lower) = rows[..2 * self.stride].split_at(self.stride);
        let down = self.down(y);
        move |x| upper[x] + (lower[x] - upper[x]) * down
    }

    /// How far the pixels of row `y` are on the way from the row of phases above to the next.
    fn down(&self, y: usize) -> f32 {
        (y % self.spacing) as f32 / self.spacing as f32
    }

    /// Adds to the phases of each column.
    fn shift(&mut self, by: &[f32]) {
        for row in self.rows.chunks_exact_mut(self.stride) {
            row.iter_mut().zip(by).for_each(|(phase, by)| *phase += by);
        }
    }

    /// The rows of phases, each with the next.
    fn pairs(&self) -> impl Iterator<Item = (&[f32], &[f32])> {
        let rows = || self.rows.chunks_exact(self.stride);
        rows().zip(rows().skip(1))
    }

    /// Draws a stripe wherever the phase and `by` more is within half the duty of a whole number.
    fn draw(&self, canvas: &mut Canvas, edge: Edge, by: f32) {
        let share = f32x8::splat(1.0 / self.spacing as f32);
        let (by, tint) = (f32x8::splat(by), u8x16::splat(TINT));
        let width = canvas.width();
        for (band, (upper, lower)) in canvas.bands_mut(self.spacing).zip(self.pairs()) {
            for (block, (upper, lower)) in blocks(upper).zip(blocks(lower)).enumerate() {
                // The phases of one row, and what the next one adds to them.
                let turns = Turns([0, 1].map(|i| to_turns(upper[i] + by)));
                let steps = Turns([0, 1].map(|i| to_turns((lower[i] - upper[i]) * share)));
                for_each_below(band, width, block * LANES, turns, move |pixels, turns| {
                    let striped = edge.coverage(turns);
                    turns.add(&steps);
                    // A stripe takes as much ink as there is of both; on the ground what is left of it is the tint at most.
                    pixels.saturating_sub(striped) | striped.saturating_sub(pixels).min(tint)
                });
            }
        }
    }
}

/// The phases of a block of pixels in 2^16ths of a period.
#[derive(Clone, Copy)]
struct Turns([i16x8; 2]);

impl Turns {
    #[inline(always)]
    fn add(&mut self, steps: &Self) {
        self.0[0] += steps.0[0];
        self.0[1] += steps.0[1];
    }
}

/// Phases as turns, whole periods left out, which are the bits above the lowest 16. Fewer than 2^15 of them have room there, and phases
/// of the widest picture in the thinnest stripes are some hundreds.
#[inline(always)]
fn to_turns(phases: f32x8) -> i16x8 {
    i16x8::from_i32x8_truncate((phases * f32x8::splat(65536.0)).fast_round_int())
}

/// The phases of blocks of pixels.
fn blocks(phases: &[f32]) -> impl Iterator<Item = [f32x8; 2]> + '_ {
    phases.as_chunks::<8>().0.as_chunks().0.iter().map(|block: &[[f32; 8]; 2]| block.map(f32x8::new))
}

/// The edge of a stripe, one px wide.
#[derive(Clone, Copy)]
struct Edge {
    /// How far the edge lies from the stripe's middle, in 2^16ths of a period.
    half: i16,
    /// By what depths, in 2^16ths of a period, are multiplied, in 2^16ths, to be 128 half a px from the edge.
    factor: i16,
    /// How often they are doubled before, since such a factor is less than 1/2: not at all below 128 px, 13 times at 10^6.
    doublings: u32,
}

impl Edge {
    fn of(Stripes { period, duty }: Stripes) -> Self {
        // Half of all 2^16, times the duty. A period of more than 2,000 px has no steps fine enough for an edge of one px, and
        // no picture. Between a hundredth and all but a hundredth nothing below overflows.
        let half = (32768.0 * duty.clamp(0.01, 0.99)) as i16;
        let mut factor = 256.0 * period;
        let mut doublings = 0;
        while factor > f32::from(i16::MAX) {
            factor /= 2.0;
            doublings += 1;
        }
        // Of the thinnest stripes, and of the thinnest gaps, even the middle would not be wholly inside.
        let thinner = f32::from(half).min(32768.0 - f32::from(half)) * (1 << doublings) as f32;
        let least = 128.0 * 65536.0 / thinner + 1.0;
        Self { half, factor: factor.max(least) as i16, doublings }
    }

    /// How much of each pixel lies in a stripe: 0 to 255.
    #[inline(always)]
    fn coverage(self, turns: &Turns) -> u8x16 {
        // What is cut off is beyond the edge: doubled, a deepest of 1 and a factor of 2^14 are 128 yet.
        let [half, deepest, factor, middle] =
            [self.half, i16::MAX >> self.doublings, self.factor, 128].map(i16x8::splat);
        let [low, high] = turns.0.map(|turns| {
            // A wave that rises and falls evenly; the absolute value of the lowest number overflows to what is right.
            let mut depths = half - turns.max(-turns);
            if self.doublings > 0 {
                depths = depths.min(deepest).max(-deepest) << self.doublings;
            }
            depths.mul_keep_high(factor) + middle
        });
        u8x16::narrow_i16x8(low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::super::canvas::Colors;
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    const COLORS: Colors = Colors { ground: [255; 3], ink: [0; 3] };
    const BENDS: Bends = Bends { slope: (0.1, 0.3), wave: 0.2, arc: 0.2, fan: 0.1, chirp: 0.1, drift: 0.14 };

    const STRIPES: Stripes = Stripes { period: 20.0, duty: 0.3 };

    fn along(seed: u64, canvas: &Canvas) -> Field {
        Field::random(canvas, STRIPES, 30.0, &[], &BENDS, &mut Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    fn field(seed: u64) -> Canvas {
        let mut canvas = Canvas::new(256, 60, COLORS);
        along(seed, &canvas).draw(&mut canvas, 0.0);
        canvas
    }

    #[test]
    fn phases_lose_their_whole_periods_alone() {
        for (phase, turn) in [
            (0.0, 0),
            (0.25, 16384),
            (-0.25, -16384),
            (7.125, 8192),
            (-300.125, -8192),
            (0.5, -32768),
            (32767.5, -32768),
            (-32768.0, 0),
        ] {
            assert_eq!(to_turns(f32x8::splat(phase)).to_array(), [turn; 8], "{phase}");
        }
    }

    #[test]
    fn an_edge_is_a_px_wide_and_lies_half_the_duty_from_the_middle() {
        for duty in [0.0f32, 0.01, 0.2, 0.32, 0.5, 0.8, 0.99, 1.0] {
            for period in [1.0f32, 2.0, 8.0, 26.0, 35.5, 300.0, 2000.0, 1e6] {
                let edge = Edge::of(Stripes { period, duty });
                let coverage = |turn| i32::from(edge.coverage(&Turns([i16x8::splat(turn); 2])).to_array()[9]);
                assert_eq!((coverage(edge.half), coverage(-edge.half)), (128, 128));
                assert_eq!((coverage(0), coverage(i16::MIN)), (255, 0), "{duty} of {period}");
                if period <= 2000.0 && period * duty.min(1.0 - duty) > 1.5 {
                    for (px, expected) in [(0.25, 64), (-0.25, 192), (0.6, 0), (-0.6, 255)] {
                        let got = coverage((32768.0 * duty + px * 65536.0 / period) as i16);
                        assert!((got - expected).abs() <= 8, "{duty} of {period}: {got} for {px}");
                    }
                }
            }
        }
    }

    #[test]
    fn stripes_are_as_wide_and_as_far_apart_as_asked() {
        let (mut ink, mut edges) = (0.0, 0.0);
        for seed in 0..100 {
            let canvas = field(seed);
            ink += canvas.ink().iter().filter(|&&ink| ink > 127).count() as f32 / (256.0 * 60.0) / 100.0;
            for x in 0..256 {
                let column: Vec<u8> = canvas.rows().map(|row| row[x]).collect();
                edges += column.windows(2).filter(|pair| (pair[0] > 127) != (pair[1] > 127)).count() as f32 / 25_600.0;
            }
        }
        assert!((0.27..0.33).contains(&ink), "{ink}");
        // 60 px down with two edges every 20.
        assert!((5.5..6.5).contains(&edges), "{edges}");
    }

    /// A whole period is nothing, and half of one puts stripes where there were none.
    #[test]
    fn a_field_can_be_moved() {
        let blank = Canvas::new(256, 60, COLORS);
        let field = along(5, &blank);
        let drawn = |by| {
            let mut canvas = blank.clone();
            field.draw(&mut canvas, by);
            canvas
        };
        let apart = |a: &Canvas, b: &Canvas| {
            let differing = a.ink().iter().zip(b.ink()).filter(|(a, b)| a.abs_diff(**b) > 40).count();
            differing as f32 / a.ink().len() as f32
        };
        assert!(apart(&drawn(0.0), &drawn(1.0)) < 0.01);
        assert!((0.5..0.7).contains(&apart(&drawn(0.0), &drawn(0.5))));
    }

    /// What a stripe takes from ink it gives to ground, but no more than the tint.
    #[test]
    fn stripes_tint_ground_and_cut_through_ink() {
        let ground = field(3);
        let mut ink = Canvas::new(256, 60, COLORS);
        ink.rows_mut().for_each(|row| row.fill(255));
        let mut half = Canvas::new(256, 60, COLORS);
        half.rows_mut().for_each(|row| row.fill(100));
        for canvas in [&mut ink, &mut half] {
            along(3, &Canvas::new(256, 60, COLORS)).draw(canvas, 0.0);
        }
        let mut tinted = 0;
        for ((&ground, &ink), &half) in ground.ink().iter().zip(ink.ink()).zip(half.ink()) {
            let striped = 255 - ink;
            assert_eq!(ground, striped.min(TINT));
            assert_eq!(half, if striped < 100 { 100 - striped } else { (striped - 100).min(TINT) });
            tinted += u32::from(ground == TINT);
        }
        assert!((3000..6000).contains(&tinted), "{tinted}");
    }

    /// Worked out by itself for each pixel, a phase is what the rows in between and the whole numbers make of it.
    #[test]
    fn phases_in_between_are_those_of_the_course() {
        for seed in 0..20 {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let course = Course::random(100, 50, 16.0, 24.0, &BENDS, &mut rng);
            let phases = Phases::of(&course, 100, 50);
            let mut row = vec![0.0; 100];
            for y in 0..50 {
                course.row(y as f32, &mut row);
                for (x, &phase) in row.iter().enumerate() {
                    assert!((phases.in_row(y)(x) - phase).abs() < 0.02, "seed {seed} at {x}, {y}: {phase}");
                }
            }
        }
    }
}
