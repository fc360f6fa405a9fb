//! Flat checks: two sets of lying stripes across each other.

use rand::{Rng, RngExt};

use super::stripes::Stripes;
use super::{angle, Drift};

/// Two sets of stripes that drift against each other.
pub(super) fn random(width: usize, height: usize, period: f32, rng: &mut impl Rng) -> [Stripes; 2] {
    // Two edges cross each check, so that for the same distance between edges the period is longer.
    let period = 1.85 * period;
    let [a, b] = [angle(64.0, 6.0, rng), angle(-64.0, 6.0, rng)].map(|angle| (angle, rng.random()));
    let drift = Drift::random(width, height, 2.5 * period, 0.14, rng);
    let back = drift.reversed();
    [Stripes::new(a.0, a.1, period, drift), Stripes::new(b.0, b.1, period, back)]
}
