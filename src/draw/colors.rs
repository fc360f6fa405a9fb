//! The two colours of a picture: as the caller set them, or as chance has it within what reads well.

use rand::{seq::IndexedRandom, Rng, RngExt};

use super::canvas::Colors;
use crate::options::Color;

/// Ink and ground, never closer in contrast than [`Colors::LEAST_CONTRAST`] unless the caller set both.
pub(crate) fn choose(color: Color, background: Color, rng: &mut impl Rng) -> Colors {
    match (color, background) {
        (Color::Rgb(ink), Color::Rgb(ground)) => Colors { ground, ink },
        (Color::Rgb(ink), wanted) => Colors { ground: beside(ink, wanted, pale, rng), ink },
        (wanted, Color::Rgb(ground)) => Colors { ground, ink: beside(ground, wanted, deep, rng) },
        (Color::Pleasant, Color::Pleasant) => PAIRS.choose(rng).map_or(PAIRS[0].1, |&(_, colors)| colors),
        (ink, ground) => {
            let ground = match ground {
                Color::Random => any(rng),
                _ => pale(rng),
            };
            Colors { ground, ink: beside(ground, ink, deep, rng) }
        }
    }
}

/// Pairs by name, chosen by eye. The calm ones are of one hue and just above the contrast promised; the strong ones have a ground of
/// the opposite hue. None tires by grey on grey, and all keep their contrast for people with any of the three common colour-vision
/// deficiencies.
#[rustfmt::skip]
const PAIRS: [(&str, Colors); 24] = [
    ("calm brick", Colors { ink: [0x91, 0x52, 0x4b], ground: [0xfe, 0xf0, 0xee] }),
    ("calm rust", Colors { ink: [0x8f, 0x55, 0x3e], ground: [0xff, 0xf0, 0xea] }),
    ("calm copper", Colors { ink: [0x8b, 0x58, 0x34], ground: [0xfe, 0xf1, 0xe8] }),
    ("calm amber", Colors { ink: [0x84, 0x5d, 0x29], ground: [0xfb, 0xf2, 0xe7] }),
    ("calm olive", Colors { ink: [0x6d, 0x69, 0x29], ground: [0xf5, 0xf4, 0xe7] }),
    ("calm moss", Colors { ink: [0x5b, 0x6f, 0x36], ground: [0xf0, 0xf6, 0xe9] }),
    ("calm leaf", Colors { ink: [0x46, 0x71, 0x44], ground: [0xed, 0xf7, 0xec] }),
    ("calm jade", Colors { ink: [0x30, 0x71, 0x52], ground: [0xea, 0xf7, 0xef] }),
    ("calm teal", Colors { ink: [0x09, 0x71, 0x68], ground: [0xe7, 0xf8, 0xf5] }),
    ("calm petrol", Colors { ink: [0x09, 0x6d, 0x80], ground: [0xe7, 0xf7, 0xfb] }),
    ("calm azure", Colors { ink: [0x2f, 0x69, 0x8e], ground: [0xe9, 0xf5, 0xff] }),
    ("calm cobalt", Colors { ink: [0x48, 0x65, 0x95], ground: [0xee, 0xf4, 0xfe] }),
    ("calm indigo", Colors { ink: [0x5b, 0x62, 0x98], ground: [0xf1, 0xf3, 0xfe] }),
    ("calm violet", Colors { ink: [0x6c, 0x5e, 0x94], ground: [0xf4, 0xf1, 0xff] }),
    ("calm plum", Colors { ink: [0x7f, 0x59, 0x88], ground: [0xf9, 0xf0, 0xfb] }),
    ("calm rose", Colors { ink: [0x90, 0x52, 0x61], ground: [0xff, 0xef, 0xf2] }),
    ("strong brick", Colors { ink: [0x93, 0x21, 0x1f], ground: [0xe6, 0xf7, 0xfa] }),
    ("strong amber", Colors { ink: [0x72, 0x49, 0x03], ground: [0xec, 0xf4, 0xfe] }),
    ("strong moss", Colors { ink: [0x45, 0x5d, 0x00], ground: [0xf6, 0xf1, 0xfe] }),
    ("strong jade", Colors { ink: [0x00, 0x5d, 0x3b], ground: [0xfc, 0xef, 0xf7] }),
    ("strong petrol", Colors { ink: [0x00, 0x58, 0x67], ground: [0xfd, 0xf0, 0xed] }),
    ("strong cobalt", Colors { ink: [0x14, 0x49, 0x9f], ground: [0xfa, 0xf2, 0xe6] }),
    ("strong violet", Colors { ink: [0x60, 0x40, 0xa0], ground: [0xf3, 0xf5, 0xe8] }),
    ("strong plum", Colors { ink: [0x7c, 0x35, 0x8b], ground: [0xed, 0xf7, 0xeb] }),
];

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

    /// What people see who lack one kind of cones, from linear RGB (G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, "A
    /// Physiologically-based Model for Simulation of Color Vision Deficiency", 2009, at severity 1).
    const DEFICIENCIES: [[[f32; 3]; 3]; 3] = [
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ];

    fn seen_with(deficiency: &[[f32; 3]; 3], color: [u8; 3]) -> [u8; 3] {
        let linear = color.map(|c| match f32::from(c) / 255.0 {
            c if c <= 0.040_45 => c / 12.92,
            c => ((c + 0.055) / 1.055).powf(2.4),
        });
        let seen = deficiency.map(|row| row.iter().zip(linear).map(|(a, b)| a * b).sum::<f32>().clamp(0.0, 1.0));
        seen.map(|c| if c <= 0.003_130_8 { 12.92 * c } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 })
            .map(|c| (c * 255.0 + 0.5) as u8)
    }

    #[test]
    fn every_pair_keeps_its_contrast_for_everybody_and_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = PAIRS.iter().map(|&(name, _)| name).collect();
        assert_eq!(names.len(), PAIRS.len());
        for (name, colors) in PAIRS {
            assert!((4.9..8.0).contains(&colors.contrast()), "{name}: {}", colors.contrast());
            for deficiency in &DEFICIENCIES {
                let [ink, ground] = [colors.ink, colors.ground].map(|color| seen_with(deficiency, color));
                let contrast = Colors { ink, ground }.contrast();
                assert!(contrast >= 4.9, "{name}: {contrast}");
            }
        }
    }

    #[test]
    fn by_default_every_pair_is_drawn() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
        let mut seen = [false; PAIRS.len()];
        for _ in 0..2000 {
            let colors = choose(Color::Pleasant, Color::Pleasant, &mut rng);
            seen[PAIRS.iter().position(|&(_, pair)| pair == colors).unwrap()] = true;
        }
        assert_eq!(seen, [true; PAIRS.len()]);
    }
}
