//! Sines of evenly spaced angles.

/// The sines of `n` angles from `start` on, each `step` more than the one before, in radians.
///
/// Turning a sine and a cosine by an angle costs a tenth of working them out. Eight are turned at once, each
/// eight steps on.
pub(crate) fn sines(start: f32, step: f32, n: usize) -> Vec<f32> {
    const LANES: usize = 8;
    let mut sines: [f32; LANES] = std::array::from_fn(|i| (start + step * i as f32).sin());
    let mut cosines: [f32; LANES] = std::array::from_fn(|i| (start + step * i as f32).cos());
    let (sin, cos) = (step * LANES as f32).sin_cos();
    let mut all = Vec::with_capacity(n.next_multiple_of(LANES));
    while all.len() < n {
        all.extend(sines);
        (sines, cosines) = (
            std::array::from_fn(|i| sines[i] * cos + cosines[i] * sin),
            std::array::from_fn(|i| cosines[i] * cos - sines[i] * sin),
        );
    }
    all.truncate(n);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_stay_true_over_the_widest_picture() {
        for (start, step) in [(0.0f32, 0.001f32), (1.0, 0.1), (6.0, 1.3), (-2.0, -0.02)] {
            for n in [0, 5, 1024] {
                let sines = sines(start, step, n);
                assert_eq!(sines.len(), n);
                for (i, sine) in sines.into_iter().enumerate() {
                    let expected = (start + step * i as f32).sin();
                    assert!((sine - expected).abs() < 1e-3, "{start}, {step}: {sine} for {i}");
                }
            }
        }
    }
}
