//! The two colours of a picture: as the caller set them, or as chance has it within what reads well.

use rand::{Rng, RngExt};

use super::canvas::Colors;
use crate::options::Color;

/// Ink and ground, never closer in contrast than [`Colors::LEAST_CONTRAST`] unless the caller set both.
pub(crate) fn choose(color: Color, background: Color, rng: &mut impl Rng) -> Colors {
    match (color, background) {
        (Color::Rgb(ink), Color::Rgb(ground)) => Colors { ground, ink },
        (Color::Rgb(ink), wanted) => Colors { ground: beside(ink, wanted, pale, rng), ink },
        (wanted, Color::Rgb(ground)) => Colors { ground, ink: beside(ground, wanted, deep, rng) },
        (ink, ground) => {
            let ground = match ground {
                Color::Random => any(rng),
                _ => pale(rng),
            };
            Colors { ground, ink: beside(ground, ink, deep, rng) }
        }
    }
}

/// How often a random colour is drawn again before black or white is taken.
const TRIES: usize = 32;

/// A random colour that can be told from `other`: one as `pleasant` makes them if that will do and any was not asked for. Black
/// or white stands out from whatever there is.
fn beside<R: Rng>(other: [u8; 3], wanted: Color, pleasant: fn(&mut R) -> [u8; 3], rng: &mut R) -> [u8; 3] {
    let contrast = |color| Colors { ground: other, ink: color }.contrast();
    for attempt in 0..TRIES {
        let color = if wanted == Color::Random || attempt >= TRIES / 4 { any(rng) } else { pleasant(rng) };
        if contrast(color) >= Colors::LEAST_CONTRAST {
            return color;
        }
    }
    if contrast([0; 3]) > contrast([255; 3]) {
        [0; 3]
    } else {
        [255; 3]
    }
}

/// A deep colour of any hue.
fn deep(rng: &mut impl Rng) -> [u8; 3] {
    from_hsl(rng.random_range(0.0..360.0), rng.random_range(0.35..0.7), rng.random_range(0.26..0.38))
}

/// A pale colour of any hue.
fn pale(rng: &mut impl Rng) -> [u8; 3] {
    from_hsl(rng.random_range(0.0..360.0), rng.random_range(0.2..0.6), rng.random_range(0.94..0.97))
}

/// A colour of any hue, dark or light: those in between leave no room for contrast on either side.
fn any(rng: &mut impl Rng) -> [u8; 3] {
    let lightness = if rng.random() { rng.random_range(0.1..0.3) } else { rng.random_range(0.75..0.97) };
    from_hsl(rng.random_range(0.0..360.0), rng.random_range(0.3..0.9), lightness)
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
    fn contrast_holds_whatever_is_left_to_chance() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
        let grey = |v| Color::Rgb([v; 3]);
        for _ in 0..300 {
            let set = Color::Rgb(rng.random());
            for color in [Color::Pleasant, Color::Random, set, grey(0), grey(118), grey(255)] {
                for background in [Color::Pleasant, Color::Random, set, grey(0), grey(118), grey(255)] {
                    if matches!((color, background), (Color::Rgb(_), Color::Rgb(_))) {
                        continue;
                    }
                    let colors = choose(color, background, &mut rng);
                    assert!(colors.contrast() >= 4.5, "{color:?} on {background:?}: {colors:?}");
                }
            }
        }
    }

    #[test]
    fn what_the_caller_set_is_taken() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(4);
        let (red, white) = ([200, 0, 0], [255; 3]);
        assert_eq!(choose(Color::Rgb(red), Color::Rgb(white), &mut rng), Colors { ink: red, ground: white });
        assert_eq!(choose(Color::Rgb(red), Color::Pleasant, &mut rng).ink, red);
        assert_eq!(choose(Color::Random, Color::Rgb(white), &mut rng).ground, white);
    }

    #[test]
    fn by_default_the_ink_is_deep_and_the_ground_pale() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
        for _ in 0..5000 {
            let Colors { ground, ink } = choose(Color::Pleasant, Color::Pleasant, &mut rng);
            assert!(ground.iter().all(|&c| c > 215) && ink.iter().all(|&c| c < 170), "{ground:?} {ink:?}");
        }
    }
}
