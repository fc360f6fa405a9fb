//! Flat rings around a point above or below the picture.

use rand::{Rng, RngExt};

use super::{Drift, Field};

pub(super) struct Rings {
    x: f32,
    y: f32,
    /// Height to width.
    flatness: f32,
    phase: f32,
    period: f32,
    drift: Drift,
}

impl Rings {
    pub fn random(width: usize, height: usize, period: f32, rng: &mut impl Rng) -> Self {
        let (w, h) = (width as f32, height as f32);
        Self {
            x: w * rng.random_range(-0.1..1.1),
            y: h * if rng.random() { rng.random_range(-1.0..-0.2) } else { rng.random_range(1.2..2.0) },
            flatness: rng.random_range(0.3..0.45),
            phase: rng.random(),
            period,
            drift: Drift::random(width, height, 3.5 * period, 0.14, rng),
        }
    }
}

impl Field for Rings {
    fn period(&self) -> f32 {
        self.period
    }

    fn row(&self, y: f32, phases: &mut [f32]) {
        let down = (y - self.y) * (y - self.y);
        for (x, phase) in phases.iter_mut().enumerate() {
            let across = (x as f32 - self.x) * self.flatness;
            *phase = self.phase + (across * across + down).sqrt() / self.period;
        }
        self.drift.add_row(y, phases);
    }
}
