//! A sine warp in two directions.
//!
//! Displacing columns by a function of x alone and rows by one of y alone is the usual two-pass warp. Here nothing is
//! resampled: the letters ask the warp where each of their pixels comes from, and because the displacement
//! is a sum of a part for the row and a part for the column, a letter folds it into two short tables, which costs next to
//! nothing for each pixel and blurs no edge.

use std::f32::consts::TAU;

use rand::{Rng, RngExt};

use super::sines::sines;

/// How far, in px, the picture is pushed sideways in each row and down in each column.
#[derive(Clone)]
pub(crate) struct Warp {
    /// For each row, how much further right its pixels come from.
    pub across: Vec<f32>,
    /// For each column, how much further down its pixels come from.
    pub down: Vec<f32>,
}

impl Warp {
    /// A random warp for a canvas of `width` by `height` px, of waves up to `amplitude` px high.
    pub fn random(width: usize, height: usize, amplitude: f32, rng: &mut impl Rng) -> Self {
        let unit = height as f32;
        Self {
            across: wave(height, amplitude, unit * rng.random_range(0.8..1.6), rng),
            down: wave(width, amplitude, unit * rng.random_range(1.2..2.4), rng),
        }
    }
}

/// One period of `period` px after another, from a random phase, `amplitude` to two thirds of it high.
fn wave(n: usize, amplitude: f32, period: f32, rng: &mut impl Rng) -> Vec<f32> {
    let height = amplitude * rng.random_range(0.66..=1.0);
    let phase = rng.random_range(0.0..TAU);
    let mut wave = sines(phase, TAU / period, n);
    wave.iter_mut().for_each(|sine| *sine *= height);
    wave
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    #[test]
    fn displacements_keep_to_the_amplitude_and_use_it() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
        for _ in 0..100 {
            let warp = Warp::random(256, 60, 3.0, &mut rng);
            assert_eq!((warp.across.len(), warp.down.len()), (60, 256));
            for table in [&warp.across, &warp.down] {
                let most = table.iter().fold(0.0f32, |most, d| most.max(d.abs()));
                assert!((1.0..=3.0).contains(&most), "{most}");
            }
        }
    }
}
