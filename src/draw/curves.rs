//! Wavy strokes across the whole picture that swap ink and ground where they run.

use std::f32::consts::TAU;

use rand::{Rng, RngExt};

use super::canvas::Canvas;
use super::sines::sines;

/// Draws `count` strokes from the left edge to the right one, each `thickness` px thick.
///
/// A stroke is a sine curve, so each column holds one short upright run of it, as much longer than the
/// stroke is thick as the curve is steep there.
pub(crate) fn draw(canvas: &mut Canvas, count: usize, thickness: f32, rng: &mut impl Rng) {
    let (width, height) = (canvas.width() as f32, canvas.height() as f32);
    for _ in 0..count {
        let middle = height * rng.random_range(0.32..0.68);
        let tilt = height / width * rng.random_range(-0.2..0.2);
        let amplitude = height * rng.random_range(0.1..0.2);
        let turn = TAU / (height * rng.random_range(1.6..3.2));
        let phase = rng.random_range(0.0..TAU);
        // In the middle of each column.
        let phase = phase + turn / 2.0;
        let (sines, cosines) = (sines(phase, turn, canvas.width()), sines(phase + TAU / 4.0, turn, canvas.width()));
        for (x, (sin, cos)) in sines.into_iter().zip(cosines).enumerate() {
            let y = middle + tilt * (x as f32 + 0.5 - width / 2.0) + amplitude * sin;
            let slope = tilt + amplitude * turn * cos;
            let half = thickness / 2.0 * (1.0 + slope * slope).sqrt();
            canvas.invert_run(x, y - half, y + half);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::canvas::Colors;
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    #[test]
    fn a_stroke_crosses_every_column_at_its_thickness() {
        let colors = Colors { ground: [255; 3], ink: [0; 3] };
        for seed in 0..50 {
            let mut canvas = Canvas::new(256, 120, colors);
            draw(&mut canvas, 1, 3.0, &mut Xoshiro256PlusPlus::seed_from_u64(seed));
            for x in 0..256 {
                let ink: u32 = canvas.rows().map(|row| u32::from(row[x])).sum();
                // Never thinner than 3 px; longer where it is steep.
                assert!((3 * 255 - 3..12 * 255).contains(&ink), "column {x}: {ink}");
            }
        }
    }
}
