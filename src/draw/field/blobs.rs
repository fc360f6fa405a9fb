//! Lying blobs: the high ground of a random landscape.

use rand::Rng;

use super::{Drift, Field};

/// How far from the shore, in periods, a unit of height is, about.
const HEIGHT: f32 = 1.6;

pub(super) struct Blobs {
    coarse: Drift,
    fine: Drift,
    period: f32,
}

impl Blobs {
    pub fn random(width: usize, height: usize, period: f32, rng: &mut impl Rng) -> Self {
        Self {
            coarse: Drift::stretched(width, height, 0.55 * period, 2.2, 1.0, rng),
            fine: Drift::stretched(width, height, 0.4 * period, 1.5, 0.25, rng),
            period,
        }
    }
}

impl Field for Blobs {
    const ROWS: f32 = 8.0;

    fn period(&self) -> f32 {
        self.period
    }

    fn row(&self, y: f32, phases: &mut [f32]) {
        phases.fill(0.0);
        self.coarse.add_row(y, phases);
        self.fine.add_row(y, phases);
        for phase in phases {
            // What is high lies inside. Only the shore matters; what is far from it stays within half a period.
            let height = *phase;
            *phase = 0.25 - (HEIGHT * height).clamp(-0.24, 0.24);
        }
    }
}
