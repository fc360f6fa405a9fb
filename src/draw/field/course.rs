//! The course of a field's stripes over the picture.

use std::f32::consts::TAU;

use rand::{Rng, RngExt};

use super::drift::Drift;
use crate::draw::sines::sines;

/// How strongly a field strays from straight and even stripes: the most that chance makes of each way, and all of them mixed, so
/// that no formula with a few numbers tells a picture's field.
pub(crate) struct Bends {
    /// How far stripes fall or rise, in px for each px across: least and most, either way.
    pub slope: (f32, f32),
    /// What a wave across the picture adds to that at its steepest.
    pub wave: f32,
    /// What an arc adds from one side of the picture to the other.
    pub arc: f32,
    /// How much narrower stripes are at one side of the picture, and wider at the other, as a share.
    pub fan: f32,
    /// How much narrower or wider stripes become down the picture, as a share.
    pub chirp: f32,
    /// How far smooth noise moves them, in periods.
    pub drift: f32,
}

/// A phase for each pixel: that of stripes with one slope, bent by waves, an arc, a fan and noise.
pub(super) struct Course {
    period: f32,
    slope: f32,
    /// What each column adds, in periods.
    across: Vec<f32>,
    /// What each column adds for each px down from the middle.
    fan: Vec<f32>,
    middle: f32,
    /// A wave down the picture: its height in periods, and its angle at the top and for each px down.
    chirp: (f32, f32, f32),
    drift: Drift,
}

impl Course {
    pub fn random(width: usize, height: usize, period: f32, cap: f32, bends: &Bends, rng: &mut impl Rng) -> Self {
        let (w, h) = (width as f32, height as f32);
        let mut upto =
            |most: f32| if rng.random() { rng.random_range(0.0..=most) } else { -rng.random_range(0.0..=most) };
        let (arc, fan, chirp) = (upto(bends.arc), upto(bends.fan), upto(bends.chirp));
        let side = if rng.random() { 1.0 } else { -1.0 };
        let slope = side * rng.random_range(bends.slope.0..=bends.slope.1);
        let start: f32 = rng.random();
        let length = rng.random_range(3.0..6.0) * cap;
        let wave = rng.random_range(0.0..=bends.wave) * length / TAU / period;
        let waves = sines(rng.random_range(0.0..TAU), TAU / length, width);
        let top = w * rng.random_range(0.2..0.8);
        let across = waves.into_iter().enumerate().map(|(x, sine)| {
            let x = x as f32;
            start + slope / period * x + wave * sine + arc / w / period * (x - top) * (x - top)
        });
        let swing = rng.random_range(2.0..4.0) * period;
        Self {
            period,
            slope,
            across: across.collect(),
            fan: (0..width).map(|x| fan / period * (2.0 * x as f32 / w - 1.0)).collect(),
            middle: h / 2.0,
            chirp: (chirp * swing / TAU / period, rng.random_range(0.0..TAU), TAU / swing),
            drift: Drift::random(width, height, 1.3 * cap, bends.drift, rng),
        }
    }

    /// How high a stripe and the gap to the next are together, in px, straight down.
    pub fn period(&self) -> f32 {
        self.period
    }

    /// How far stripes rise, or fall where it is negative, in px for each px across, before they are bent.
    pub fn slope(&self) -> f32 {
        self.slope
    }

    /// Fills `phases` for the pixels of the row that lies `y` px down, from the left, in periods.
    pub fn row(&self, y: f32, phases: &mut [f32]) {
        let down = y - self.middle;
        let start = down / self.period + self.chirp.0 * (self.chirp.1 + y * self.chirp.2).sin();
        for ((phase, across), fan) in phases.iter_mut().zip(&self.across).zip(&self.fan) {
            *phase = start + across + fan * down;
        }
        self.drift.add_row(y, phases);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    const STRAIGHT: Bends = Bends { slope: (0.2, 0.2), wave: 0.0, arc: 0.0, fan: 0.0, chirp: 0.0, drift: 0.0 };

    fn row(bends: &Bends, seed: u64, y: f32) -> Vec<f32> {
        let mut row = vec![0.0; 256];
        Course::random(256, 60, 20.0, 30.0, bends, &mut Xoshiro256PlusPlus::seed_from_u64(seed)).row(y, &mut row);
        row
    }

    #[test]
    fn straight_stripes_have_their_period_and_slope() {
        for seed in 0..20 {
            let (upper, lower) = (row(&STRAIGHT, seed, 10.0), row(&STRAIGHT, seed, 30.0));
            assert!(upper.iter().zip(&lower).all(|(upper, lower)| (lower - upper - 1.0).abs() < 1e-3));
            // 0.2 px for each px is a period in 100.
            assert!(((upper[200] - upper[100]).abs() - 1.0).abs() < 1e-3, "{}", upper[200] - upper[100]);
        }
    }

    #[test]
    fn each_bend_is_used_and_keeps_to_its_bound() {
        let bent = |bends: &Bends| {
            let differences = (0..50).flat_map(|seed| {
                let (at, after) = (row(bends, seed, 20.0), row(bends, seed, 21.0));
                let across = at.windows(2).map(|pair| ((pair[1] - pair[0]) * 20.0).abs() - 0.2).collect::<Vec<_>>();
                let down = at.iter().zip(&after).map(|(at, after)| (after - at) * 20.0 - 1.0).collect::<Vec<_>>();
                across.into_iter().chain(down).map(f32::abs).collect::<Vec<_>>()
            });
            differences.fold(0.0f32, f32::max)
        };
        assert!(bent(&STRAIGHT) < 1e-3);
        for (bends, least, most) in [
            (Bends { wave: 0.3, ..STRAIGHT }, 0.2, 0.31),
            (Bends { arc: 0.25, ..STRAIGHT }, 0.2, 0.41),
            (Bends { fan: 0.08, ..STRAIGHT }, 0.06, 0.09),
            (Bends { chirp: 0.1, ..STRAIGHT }, 0.07, 0.11),
            (Bends { drift: 0.1, ..STRAIGHT }, 0.05, 0.17),
        ] {
            let bent = bent(&bends);
            assert!((least..most).contains(&bent), "{bent} of {least} to {most}");
        }
    }
}
