//! The two colours of a picture: as the caller set them, or as chance has it within what reads well.

use rand::{seq::IndexedRandom, Rng, RngExt};

use super::canvas::Colors;
use crate::options::{Color, Theme};

/// Ink and ground, never closer in contrast than [`Colors::LEAST_CONTRAST`] unless the caller set both. Of a transparent ground it is
/// the page's colour that counts.
pub(crate) fn choose(color: Color, background: Color, theme: Theme, rng: &mut impl Rng) -> Colors {
    let background = match background {
        Color::Transparent => Color::Rgb(theme.page()),
        other => other,
    };
    let (pairs, ink, ground) = match theme {
        Theme::Light => (&PAIRS, deep as Shade<_>, pale as Shade<_>),
        Theme::Dark => (&DARK_PAIRS, bright as Shade<_>, dusky as Shade<_>),
    };
    match (color, background) {
        (Color::Rgb(ink), Color::Rgb(ground)) => Colors { ground, ink },
        (Color::Rgb(ink), wanted) => Colors { ground: beside(ink, wanted, ground, rng), ink },
        (wanted, Color::Rgb(ground)) => Colors { ground, ink: beside(ground, wanted, ink, rng) },
        (Color::Pleasant, Color::Pleasant) => pairs.choose(rng).map_or(pairs[0].1, |&(_, colors)| colors),
        (wanted, of_ground) => {
            let ground = match of_ground {
                Color::Random => any(rng),
                _ => ground(rng),
            };
            Colors { ground, ink: beside(ground, wanted, ink, rng) }
        }
    }
}

/// A random colour of some kind.
type Shade<R> = fn(&mut R) -> [u8; 3];

/// Pairs by name, of hues chosen by eye. The calm ones are of one hue, with a contrast of 9; the strong ones have a ground of the opposite
/// hue, and one of 10.5. None tires by grey on grey, and all keep 7, which WCAG 2.2 asks of text at level AAA, for people with any of the
/// three common colour-vision deficiencies, too.
#[rustfmt::skip]
const PAIRS: [(&str, Colors); 24] = [
    ("calm brick", Colors { ink: [0x70, 0x2d, 0x25], ground: [0xfe, 0xf0, 0xee] }),
    ("calm rust", Colors { ink: [0x66, 0x35, 0x22], ground: [0xff, 0xf0, 0xea] }),
    ("calm copper", Colors { ink: [0x5e, 0x39, 0x1f], ground: [0xfe, 0xf1, 0xe8] }),
    ("calm amber", Colors { ink: [0x57, 0x3d, 0x1b], ground: [0xfb, 0xf2, 0xe7] }),
    ("calm olive", Colors { ink: [0x47, 0x44, 0x18], ground: [0xf5, 0xf4, 0xe7] }),
    ("calm moss", Colors { ink: [0x38, 0x48, 0x18], ground: [0xf0, 0xf6, 0xe9] }),
    ("calm leaf", Colors { ink: [0x1c, 0x4c, 0x19], ground: [0xed, 0xf7, 0xec] }),
    ("calm jade", Colors { ink: [0x19, 0x4b, 0x33], ground: [0xea, 0xf7, 0xef] }),
    ("calm teal", Colors { ink: [0x06, 0x4b, 0x45], ground: [0xe7, 0xf8, 0xf5] }),
    ("calm petrol", Colors { ink: [0x06, 0x49, 0x56], ground: [0xe7, 0xf7, 0xfb] }),
    ("calm azure", Colors { ink: [0x20, 0x46, 0x5f], ground: [0xe9, 0xf5, 0xff] }),
    ("calm cobalt", Colors { ink: [0x26, 0x42, 0x72], ground: [0xee, 0xf4, 0xfe] }),
    ("calm indigo", Colors { ink: [0x2f, 0x39, 0x8c], ground: [0xf1, 0xf3, 0xfe] }),
    ("calm violet", Colors { ink: [0x48, 0x2f, 0x8e], ground: [0xf4, 0xf1, 0xff] }),
    ("calm plum", Colors { ink: [0x65, 0x27, 0x74], ground: [0xf9, 0xf0, 0xfb] }),
    ("calm rose", Colors { ink: [0x74, 0x27, 0x39], ground: [0xff, 0xef, 0xf2] }),
    ("strong brick", Colors { ink: [0x72, 0x12, 0x10], ground: [0xe6, 0xf7, 0xfa] }),
    ("strong amber", Colors { ink: [0x4e, 0x32, 0x02], ground: [0xec, 0xf4, 0xfe] }),
    ("strong moss", Colors { ink: [0x2e, 0x3d, 0x00], ground: [0xf6, 0xf1, 0xfe] }),
    ("strong jade", Colors { ink: [0x00, 0x41, 0x2a], ground: [0xfc, 0xef, 0xf7] }),
    ("strong petrol", Colors { ink: [0x00, 0x3e, 0x48], ground: [0xfd, 0xf0, 0xed] }),
    ("strong cobalt", Colors { ink: [0x0f, 0x35, 0x74], ground: [0xfa, 0xf2, 0xe6] }),
    ("strong violet", Colors { ink: [0x42, 0x16, 0x9a], ground: [0xf3, 0xf5, 0xe8] }),
    ("strong plum", Colors { ink: [0x60, 0x10, 0x71], ground: [0xed, 0xf7, 0xeb] }),
];

/// The same hues for pages that are dark: light ink on dark ground.
#[rustfmt::skip]
const DARK_PAIRS: [(&str, Colors); 24] = [
    ("calm brick", Colors { ink: [0xe8, 0xc3, 0xbf], ground: [0x2a, 0x1d, 0x1b] }),
    ("calm rust", Colors { ink: [0xe6, 0xc6, 0xb9], ground: [0x2a, 0x1f, 0x1b] }),
    ("calm copper", Colors { ink: [0xe5, 0xc9, 0xb5], ground: [0x2a, 0x21, 0x1b] }),
    ("calm amber", Colors { ink: [0xe3, 0xcd, 0xb0], ground: [0x2a, 0x23, 0x1b] }),
    ("calm olive", Colors { ink: [0xdc, 0xd8, 0x9b], ground: [0x2a, 0x29, 0x1b] }),
    ("calm moss", Colors { ink: [0xc7, 0xdd, 0x9e], ground: [0x23, 0x2a, 0x1b] }),
    ("calm leaf", Colors { ink: [0xab, 0xe1, 0xa9], ground: [0x1c, 0x2a, 0x1b] }),
    ("calm jade", Colors { ink: [0xa6, 0xe0, 0xc4], ground: [0x1b, 0x2a, 0x21] }),
    ("calm teal", Colors { ink: [0xa4, 0xdf, 0xda], ground: [0x1b, 0x2a, 0x27] }),
    ("calm petrol", Colors { ink: [0xab, 0xd9, 0xe1], ground: [0x1b, 0x27, 0x2a] }),
    ("calm azure", Colors { ink: [0xb4, 0xd2, 0xe5], ground: [0x1b, 0x23, 0x2a] }),
    ("calm cobalt", Colors { ink: [0xbd, 0xcd, 0xe8], ground: [0x1b, 0x21, 0x2a] }),
    ("calm indigo", Colors { ink: [0xc2, 0xc6, 0xea], ground: [0x1b, 0x1d, 0x2a] }),
    ("calm violet", Colors { ink: [0xcc, 0xc2, 0xea], ground: [0x1e, 0x1b, 0x2a] }),
    ("calm plum", Colors { ink: [0xe1, 0xbf, 0xe9], ground: [0x27, 0x1b, 0x2a] }),
    ("calm rose", Colors { ink: [0xe9, 0xc0, 0xc9], ground: [0x2a, 0x1b, 0x1e] }),
    ("strong brick", Colors { ink: [0xfa, 0xdb, 0xda], ground: [0x18, 0x2a, 0x2d] }),
    ("strong amber", Colors { ink: [0xf2, 0xd6, 0xa5], ground: [0x18, 0x21, 0x2d] }),
    ("strong moss", Colors { ink: [0xb8, 0xe4, 0x3c], ground: [0x20, 0x18, 0x2d] }),
    ("strong jade", Colors { ink: [0x7a, 0xec, 0xc3], ground: [0x2d, 0x18, 0x25] }),
    ("strong petrol", Colors { ink: [0x9d, 0xe5, 0xf1], ground: [0x2d, 0x1c, 0x18] }),
    ("strong cobalt", Colors { ink: [0xd2, 0xe1, 0xf9], ground: [0x2d, 0x24, 0x18] }),
    ("strong violet", Colors { ink: [0xed, 0xe5, 0xfb], ground: [0x2a, 0x2d, 0x18] }),
    ("strong plum", Colors { ink: [0xf5, 0xdd, 0xfa], ground: [0x1c, 0x2d, 0x18] }),
];

/// How often a random colour is drawn again before black or white is taken.
const TRIES: usize = 32;

/// A random colour that can be told from `other`: one as `pleasant` makes them if that will do and any was not asked for. Black
/// or white stands out from whatever there is.
fn beside<R: Rng>(other: [u8; 3], wanted: Color, pleasant: Shade<R>, rng: &mut R) -> [u8; 3] {
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

/// A bright colour of any hue.
fn bright(rng: &mut impl Rng) -> [u8; 3] {
    from_hsl(rng.random_range(0.0..360.0), rng.random_range(0.4..0.7), rng.random_range(0.68..0.78))
}

/// A dark colour of any hue.
fn dusky(rng: &mut impl Rng) -> [u8; 3] {
    from_hsl(rng.random_range(0.0..360.0), rng.random_range(0.15..0.3), rng.random_range(0.11..0.15))
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
            let inks = [Color::Pleasant, Color::Random, set, grey(0), grey(118), grey(255)];
            for (color, background) in inks.iter().flat_map(|&a| inks.map(|b| (a, b))) {
                if matches!((color, background), (Color::Rgb(_), Color::Rgb(_))) {
                    continue;
                }
                for theme in Theme::ALL {
                    let colors = choose(color, background, theme, &mut rng);
                    assert!(colors.contrast() >= 4.5, "{color:?} on {background:?}, {theme:?}: {colors:?}");
                }
            }
            for (color, theme) in [Color::Pleasant, Color::Random].into_iter().flat_map(|c| Theme::ALL.map(|t| (c, t)))
            {
                let colors = choose(color, Color::Transparent, theme, &mut rng);
                assert_eq!(colors.ground, theme.page());
                assert!(colors.contrast() >= 4.5, "{color:?} on a {theme:?} page: {colors:?}");
            }
        }
    }

    #[test]
    fn what_the_caller_set_is_taken() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(4);
        let (red, white) = ([200, 0, 0], [255; 3]);
        assert_eq!(
            choose(Color::Rgb(red), Color::Rgb(white), Theme::Dark, &mut rng),
            Colors { ink: red, ground: white }
        );
        assert_eq!(choose(Color::Rgb(red), Color::Pleasant, Theme::Light, &mut rng).ink, red);
        assert_eq!(choose(Color::Random, Color::Rgb(white), Theme::Light, &mut rng).ground, white);
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
        for pairs in [PAIRS, DARK_PAIRS] {
            let names: std::collections::BTreeSet<&str> = pairs.iter().map(|&(name, _)| name).collect();
            assert_eq!(names.len(), pairs.len());
            for (name, colors) in pairs {
                assert!((8.5..12.0).contains(&colors.contrast()), "{name}: {}", colors.contrast());
                for deficiency in &DEFICIENCIES {
                    let [ink, ground] = [colors.ink, colors.ground].map(|color| seen_with(deficiency, color));
                    let contrast = Colors { ink, ground }.contrast();
                    assert!(contrast >= 7.0, "{name}: {contrast}");
                }
            }
        }
    }

    /// In the dark theme it is the other way round, and dark enough for a dark page.
    #[test]
    fn themes_say_which_of_the_two_is_darker() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(6);
        let light = |color: [u8; 3]| color.map(u32::from).iter().sum::<u32>() / 3;
        for _ in 0..500 {
            let Colors { ink, ground } = choose(Color::Pleasant, Color::Pleasant, Theme::Light, &mut rng);
            assert!(light(ink) < 140 && light(ground) > 230, "{ink:?} on {ground:?}");
            let Colors { ink, ground } = choose(Color::Pleasant, Color::Pleasant, Theme::Dark, &mut rng);
            assert!(light(ink) > 100 && light(ground) < 45, "{ink:?} on {ground:?}");
        }
    }

    #[test]
    fn by_default_every_pair_is_drawn() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
        for (theme, pairs) in Theme::ALL.into_iter().zip([PAIRS, DARK_PAIRS]) {
            let mut seen = [false; PAIRS.len()];
            for _ in 0..2000 {
                let colors = choose(Color::Pleasant, Color::Pleasant, theme, &mut rng);
                seen[pairs.iter().position(|&(_, pair)| pair == colors).unwrap()] = true;
            }
            assert_eq!(seen, [true; PAIRS.len()]);
        }
    }
}
