//! A pleasant random pair of colours: a deep ink on a pale ground.

use rand::{Rng, RngExt};

use super::canvas::Colors;

/// A deep ink of any hue on a pale ground of a hue near it, never closer in contrast than 5:1.
pub(crate) fn random(rng: &mut impl Rng) -> Colors {
    let hue = rng.random_range(0.0..360.0);
    let ground_hue = hue + rng.random_range(-40.0..40.0);
    Colors {
        ground: from_hsl(ground_hue, rng.random_range(0.2..0.6), rng.random_range(0.94..0.97)),
        // Yellow and green are the brightest hues; at a quarter of full lightness even they are deep.
        ink: from_hsl(hue, rng.random_range(0.45..0.85), rng.random_range(0.14..0.24)),
    }
}

/// sRGB from hue in degrees, saturation and lightness from 0 to 1
/// ([CSS Color 4](https://www.w3.org/TR/css-color-4/#hsl-to-rgb)).
fn from_hsl(hue: f32, saturation: f32, lightness: f32) -> [u8; 3] {
    let chroma = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|n| {
        let k = (n + hue / 30.0).rem_euclid(12.0);
        let c = lightness - chroma * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0);
        (c * 255.0 + 0.5) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    #[test]
    fn hsl_is_that_of_the_standard() {
        assert_eq!(from_hsl(0.0, 1.0, 0.5), [255, 0, 0]);
        assert_eq!(from_hsl(120.0, 1.0, 0.25), [0, 128, 0]);
        assert_eq!(from_hsl(-150.0, 0.5, 0.5), [64, 128, 191]);
        assert_eq!(from_hsl(77.0, 0.0, 1.0), [255, 255, 255]);
    }

    #[test]
    fn ink_and_ground_keep_their_contrast() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
        for _ in 0..20_000 {
            let colors = random(&mut rng);
            assert!(colors.contrast() >= 5.0, "{colors:?} {}", colors.contrast());
        }
    }
}
