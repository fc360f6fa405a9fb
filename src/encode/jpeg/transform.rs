//! Blocks of ink and their frequencies, in whole numbers of 16 bits.

use wide::i16x8;

/// Rows of a block of ink, from which half of full ink is taken away; or its frequencies.
pub(super) type Lines = [i16x8; 8];

/// Frequencies of an 8x8 block of ink.
#[derive(Clone, Copy, Default)]
pub(super) struct Block {
    /// By column, then by row, scaled as [`transform`] leaves them. Of a flat block only the first one counts.
    pub lines: Lines,
    /// Whether all pixels are alike.
    pub is_flat: bool,
}

/// What is taken away from ink, so that numbers of 16 bits hold all frequencies.
pub(super) const MIDDLE: i16 = 128;

impl Block {
    /// Takes the place of this block. Its rows are less [`MIDDLE`].
    #[inline(always)]
    pub fn set(&mut self, is_flat: bool, row: impl Fn(usize) -> i16x8) {
        self.is_flat = is_flat;
        if is_flat {
            // The sum of 64 pixels, at most 8,192 either way.
            self.lines[0] = row(0) << 6u32;
        } else {
            self.lines = transform(std::array::from_fn(row));
        }
    }
}

/// Discrete cosine transform (Y. Arai, T. Agui and M. Nakajima, "A fast DCT-SQ scheme for images", 1988), each frequency too
/// large by 8 and its [`AAN`] factors, turned by the diagonal.
///
/// Ink less [`MIDDLE`] is at most 128 either way. A pass adds up to 8 of its numbers to one that is multiplied, and makes
/// frequencies up to 10.06 times as large as they. So the first pass multiplies numbers up to 1,024 and ends at 1,287; the
/// second one multiplies numbers up to 10,296, which [`times`] doubles to 20,592, and ends at 12,941.
#[inline(always)]
fn transform(lines: Lines) -> Lines {
    pass(i16x8::transpose(pass(lines)))
}

const AAN: [f32; 8] = [1.0, 1.387_039_8, 1.306_563, 1.175_875_6, 1.0, 0.785_694_96, 0.541_196_1, 0.275_899_38];

/// By column, then by row: what turns a frequency into the standard's.
pub(super) const SCALES: [[f32; 8]; 8] = {
    let mut scales = [[0.0; 8]; 8];
    let mut i = 0;
    while i < 64 {
        scales[i / 8][i % 8] = 1.0 / (8.0 * AAN[i / 8] * AAN[i % 8]);
        i += 1;
    }
    scales
};

/// A factor below 1 for [`times`].
const fn factor(factor: f32) -> i16 {
    (factor * 32768.0 + 0.5) as i16
}

/// Products, rounded down, of numbers below 2^14, which is what can be doubled.
#[inline(always)]
fn times(numbers: i16x8, factor: i16) -> i16x8 {
    (numbers << 1u32).mul_keep_high(i16x8::splat(factor))
}

#[inline(always)]
fn pass(d: Lines) -> Lines {
    let (t0, t7) = (d[0] + d[7], d[0] - d[7]);
    let (t1, t6) = (d[1] + d[6], d[1] - d[6]);
    let (t2, t5) = (d[2] + d[5], d[2] - d[5]);
    let (t3, t4) = (d[3] + d[4], d[3] - d[4]);
    let (t10, t13) = (t0 + t3, t0 - t3);
    let (t11, t12) = (t1 + t2, t1 - t2);
    let z1 = times(t12 + t13, const { factor(0.707_106_77) });
    let (u10, u11, u12) = (t4 + t5, t5 + t6, t6 + t7);
    let z5 = times(u10 - u12, const { factor(0.382_683_43) });
    let z2 = times(u10, const { factor(0.541_196_1) }) + z5;
    let z4 = u12 + times(u12, const { factor(0.306_563) }) + z5;
    let z3 = times(u11, const { factor(0.707_106_77) });
    let (z11, z13) = (t7 + z3, t7 - z3);
    [t10 + t11, z11 + z4, t13 + z1, z13 - z2, t10 - t11, z13 + z2, t13 - z1, z11 - z4]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, RngExt, SeedableRng};
    use std::f64::consts::PI;

    /// Ink, less [`MIDDLE`], by row.
    type Ink = [[i16; 8]; 8];

    /// For each frequency, the cosine of each place.
    fn cosines() -> [[f64; 8]; 8] {
        std::array::from_fn(|u| std::array::from_fn(|x| (PI * u as f64 * (2 * x + 1) as f64 / 16.0).cos()))
    }

    /// The frequencies of T.81, A.3.3, by column, then by row.
    fn exact(ink: &Ink, cosines: &[[f64; 8]; 8]) -> [[f64; 8]; 8] {
        let norm = |u: usize| if u == 0 { 0.125f64.sqrt() } else { 0.5 };
        let rows = ink.map(|row| cosines.map(|c| row.iter().zip(c).map(|(&i, c)| f64::from(i) * c).sum::<f64>()));
        std::array::from_fn(|u| {
            std::array::from_fn(|v| {
                norm(u) * norm(v) * rows.iter().zip(cosines[v]).map(|(row, c)| row[u] * c).sum::<f64>()
            })
        })
    }

    /// How far the transform is off at most, in its own steps, an eighth of a level or less.
    fn error(ink: &Ink, cosines: &[[f64; 8]; 8]) -> f64 {
        let lines = transform(ink.map(i16x8::new));
        let exact = exact(ink, cosines);
        let mut most = 0.0f64;
        for (u, line) in lines.iter().enumerate() {
            for (v, &value) in line.to_array().iter().enumerate() {
                most = most.max((f64::from(value) - exact[u][v] * f64::from(8.0 * AAN[u] * AAN[v])).abs());
            }
        }
        most
    }

    /// Every step of the transform is a sum over columns of a sum over rows, so it is largest for a block whose pixels are all at
    /// an end, their signs a product of one for the column and one for the row. These are all such blocks.
    #[test]
    fn no_block_overflows() {
        let cosines = cosines();
        let ends = [i16::from(u8::MAX) - MIDDLE, -MIDDLE];
        for across in 0u32..1 << 8 {
            for down in 0u32..1 << 8 {
                let end = |x: usize, y: usize| ends[((across >> x ^ down >> y) & 1) as usize];
                let ink = std::array::from_fn(|y| std::array::from_fn(|x| end(x, y)));
                let error = error(&ink, &cosines);
                assert!(error < MOST_ERROR, "{across:08b} across, {down:08b} down: off by {error}");
            }
        }
    }

    #[test]
    fn frequencies_are_those_of_the_standard() {
        let (cosines, mut rng) = (cosines(), Xoshiro256PlusPlus::seed_from_u64(1));
        for _ in 0..20_000 {
            let depth = rng.random_range(1..=128);
            let ink = std::array::from_fn(|_| std::array::from_fn(|_| rng.random_range(-depth..depth)));
            let error = error(&ink, &cosines);
            assert!(error < MOST_ERROR, "{ink:?}: off by {error}");
        }
    }

    /// What is cut off in the multiplications of both passes. A number that overflows would be off by thousands.
    const MOST_ERROR: f64 = 24.0;
}
