//! Stripes of one width that slant a little, their edges drifting.

use rand::{Rng, RngExt};

use super::{angle, Drift, Field};

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
        let phase = rng.random();
        Self::new(angle, phase, period, Drift::random(width, height, 3.5 * period, 0.16, rng))
    }

    /// Stripes whose phase grows towards `angle`, in radians down from the right.
    pub fn new(angle: f32, phase: f32, period: f32, drift: Drift) -> Self {
        Self { across: angle.cos() / period, down: angle.sin() / period, phase, period, drift }
    }
}

impl Field for Stripes {
    fn period(&self) -> f32 {
        self.period
    }

    fn row(&self, y: f32, phases: &mut [f32]) {
        let start = self.phase + self.down * y;
        for (x, phase) in phases.iter_mut().enumerate() {
            *phase = start + self.across * x as f32;
        }
        self.drift.add_row(y, phases);
    }
}
