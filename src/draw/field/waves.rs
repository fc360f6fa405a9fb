//! Lying stripes that go up and down like the sea, here nearer to each other and there farther apart.

use std::f32::consts::TAU;

use rand::{Rng, RngExt};

use super::{Drift, Field};
use crate::draw::sines::sines;

pub(super) struct Waves {
    /// The phase that a column adds, in periods.
    across: Vec<f32>,
    /// What makes the distance from one stripe to the next swing, in periods.
    chirp: Sine,
    period: f32,
    drift: Drift,
}

impl Waves {
    pub fn random(width: usize, height: usize, period: f32, rng: &mut impl Rng) -> Self {
        let sea = |rng: &mut _| Sine::random((0.25, 0.45), (4.0 * period, 7.0 * period), rng);
        let (long, short) = (sea(rng), Sine::random((0.05, 0.12), (2.0 * period, 3.0 * period), rng));
        // The local period swings by a fifth either way.
        let swing = rng.random_range(2.0..4.0) * period;
        let chirp = Sine::random((0.2 * swing / TAU / period, 0.2 * swing / TAU / period), (swing, swing), rng);
        let slope = rng.random_range(-0.2..=0.2) / period;
        let phase: f32 = rng.random();
        Self {
            across: (long.along(width).zip(short.along(width)).enumerate())
                .map(|(x, (long, short))| phase + slope * x as f32 + long + short)
                .collect(),
            chirp,
            period,
            drift: Drift::random(width, height, 3.5 * period, 0.1, rng),
        }
    }
}

/// A sine curve.
struct Sine {
    height: f32,
    turn: f32,
    start: f32,
}

impl Sine {
    /// One whose height and length in px lie between the ends given.
    fn random(height: (f32, f32), length: (f32, f32), rng: &mut impl Rng) -> Self {
        Self {
            height: rng.random_range(height.0..=height.1),
            turn: TAU / rng.random_range(length.0..=length.1),
            start: rng.random_range(0.0..TAU),
        }
    }

    /// Its heights at the first `n` px.
    fn along(&self, n: usize) -> impl Iterator<Item = f32> + '_ {
        sines(self.start, self.turn, n).into_iter().map(|sine| self.height * sine)
    }

    fn at(&self, place: f32) -> f32 {
        self.height * (self.start + place * self.turn).sin()
    }
}

impl Field for Waves {
    fn period(&self) -> f32 {
        self.period
    }

    fn row(&self, y: f32, phases: &mut [f32]) {
        let down = y / self.period + self.chirp.at(y);
        for (phase, across) in phases.iter_mut().zip(&self.across) {
            *phase = down + across;
        }
        self.drift.add_row(y, phases);
    }
}
