//! Small round specks. Single noise pixels would cost a file more bytes than anything else in it.

use rand::{Rng, RngExt};

use super::canvas::Canvas;

/// Scatters `count` specks of up to `radius` px over the canvas, inverting what lies under them.
pub(crate) fn specks(canvas: &mut Canvas, count: usize, radius: f32, rng: &mut impl Rng) {
    for _ in 0..count {
        let x = rng.random_range(0.0..canvas.width() as f32);
        let y = rng.random_range(0.0..canvas.height() as f32);
        speck(canvas, x, y, radius * rng.random_range(0.5..=1.0));
    }
}

/// A disc with an edge one px wide.
fn speck(canvas: &mut Canvas, x: f32, y: f32, radius: f32) {
    let reach = radius + 0.5;
    for py in (y - reach).floor() as i32..=(y + reach).floor() as i32 {
        for px in (x - reach).floor() as i32..=(x + reach).floor() as i32 {
            let distance = (px as f32 + 0.5 - x).hypot(py as f32 + 0.5 - y);
            let coverage = reach - distance;
            if coverage > 0.0 {
                canvas.invert(px, py, coverage);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::canvas::Colors;
    use super::*;

    #[test]
    fn a_speck_has_the_area_of_its_disc() {
        let colors = Colors { ground: [255; 3], ink: [0; 3] };
        let mut canvas = Canvas::new(20, 20, colors);
        speck(&mut canvas, 10.3, 9.8, 4.0);
        let area = canvas.ink().iter().map(|&c| f32::from(c)).sum::<f32>() / 255.0;
        assert!((area - std::f32::consts::PI * 16.0).abs() < 1.0, "{area}");
    }
}
