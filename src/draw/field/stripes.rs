//! Stripes of one width that slant a little, their edges drifting.

use rand::{Rng, RngExt};

use super::{angle, wave, Drift, Field};

pub(super) struct Stripes {
    /// Periods for each px across and down, and where they start.
    across: f32,
    down: f32,
    phase: f32,
    period: f32,
    drift: Drift,
}

impl Stripes {
    pub fn random(width: usize, height: usize, period: f32, rng: &mut impl Rng) -> Self {
        // Of all families their edges are the most alike, which dazzles unless there are fewer of them.
        let period = 1.15 * period;
        let side = if rng.random() { 1.0 } else { -1.0 };
        let angle = side * angle(64.0, 10.0, rng);
        Self {
            across: angle.cos() / period,
            down: angle.sin() / period,
            phase: rng.random(),
            period,
            drift: Drift::random(width, height, 3.5 * period, 0.16, rng),
        }
    }
}

impl Field for Stripes {
    fn row(&self, y: usize, distances: &mut [f32]) {
        let start = self.phase + self.down * y as f32;
        for (x, distance) in distances.iter_mut().enumerate() {
            *distance = start + self.across * x as f32;
        }
        self.drift.add_row(y, distances);
        for distance in distances {
            *distance = wave(*distance) * self.period;
        }
    }
}
