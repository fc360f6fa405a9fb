//! Flat checks: two sets of lying stripes across each other.

use rand::{Rng, RngExt};

use super::{angle, wave, Drift, Field};

pub(super) struct Checks {
    /// For each set: periods for each px across and down, and where they start.
    sets: [(f32, f32, f32); 2],
    period: f32,
    drift: Drift,
}

impl Checks {
    pub fn random(width: usize, height: usize, period: f32, rng: &mut impl Rng) -> Self {
        // Two edges cross each check, so that for the same distance between edges the period is longer.
        let period = 1.85 * period;
        let sets = [angle(64.0, 6.0, rng), angle(-64.0, 6.0, rng)]
            .map(|angle| (angle.cos() / period, angle.sin() / period, rng.random()));
        Self { sets, period, drift: Drift::random(width, height, 2.5 * period, 0.14, rng) }
    }
}

impl Field for Checks {
    fn row(&self, y: usize, distances: &mut [f32]) {
        distances.fill(0.0);
        self.drift.add_row(y, distances);
        let [a, b] = self.sets;
        for (x, distance) in distances.iter_mut().enumerate() {
            let (x, y) = (x as f32, y as f32);
            let one = wave(a.0 * x + a.1 * y + a.2 + *distance);
            let other = wave(b.0 * x + b.1 * y + b.2 - *distance);
            // Inside where both are or neither is; the nearer edge counts.
            *distance = one.abs().min(other.abs()) * (one * other).signum() * self.period;
        }
    }
}
