//! Lying blobs: the high ground of a random landscape.

use rand::Rng;

use super::{Drift, Field};

pub(super) struct Blobs {
    coarse: Drift,
    fine: Drift,
    /// Px to the shore for each unit of height, about.
    scale: f32,
}

impl Blobs {
    pub fn random(width: usize, height: usize, period: f32, rng: &mut impl Rng) -> Self {
        Self {
            coarse: Drift::stretched(width, height, 0.55 * period, 2.2, 1.0, rng),
            fine: Drift::stretched(width, height, 0.4 * period, 1.5, 0.25, rng),
            scale: 1.6 * period,
        }
    }
}

impl Field for Blobs {
    fn row(&self, y: usize, distances: &mut [f32]) {
        distances.fill(0.0);
        self.coarse.add_row(y, distances);
        self.fine.add_row(y, distances);
        for distance in distances {
            *distance *= self.scale;
        }
    }
}
