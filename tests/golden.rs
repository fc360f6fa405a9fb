//! Golden pictures: what each level and format drew when somebody last looked, and the pictures that the README shows.
//!
//! `npm run golden` draws them anew, on purpose. Look at them before committing.

use std::path::PathBuf;

use ccap::{render, Color, Format, Level, Options};
use image::RgbImage;

/// What is drawn: a name, a text, a seed and how the options differ from the defaults.
fn cases() -> Vec<(String, &'static str, u64, Options)> {
    let png = || Options { format: Format::Png, ..Options::default() };
    let mut cases = Vec::new();
    for level in Level::ALL {
        // An SVG has no pixels to compare; the encoder's own tests fill its path.
        for format in Format::ALL.into_iter().filter(|&format| format != Format::Svg) {
            let name = format!("{}.{}", level.name(), format.name());
            cases.push((name, "K7WPX2", 1, Options { level, format, ..png() }));
        }
    }
    for (name, text, seed, options) in [
        ("readme-256x60", "H3XKDL", 11, png()),
        ("readme-256x60-easy", "V2KFM3", 13, Options { level: Level::Easy, ..png() }),
        ("readme-120x40", "JHKX", 17, Options { width: 120, height: 40, ..png() }),
        ("readme-120x40-easy", "TL3C", 19, Options { width: 120, height: 40, level: Level::Easy, ..png() }),
        ("readme-100x40", "D2XM", 23, Options { width: 100, height: 40, ..png() }),
        ("readme-128x30", "FJ2K", 29, Options { width: 128, height: 30, ..png() }),
        ("small", "8KHT", 2, Options { width: 128, height: 30, ..png() }),
        ("large", "CR5LF8MK", 3, Options { width: 512, height: 120, ..png() }),
        ("one", "R", 4, png()),
        ("sixteen", "ABCDEFGHJKLMNPQR", 5, png()),
        ("lower-case-and-signs", "3 + 4g = ?", 6, png()),
        ("half-size-and-pitch", "K7WPX2", 7, Options { fontsize: 28, offset: 20, ..png() }),
        (
            "colors",
            "K7WPX2",
            8,
            Options { color: Color::Rgb([255, 255, 255]), background: Color::Rgb([0x11, 0x22, 0x33]), ..png() },
        ),
    ] {
        cases.push((format!("{name}.png"), text, seed, options));
    }
    cases
}

#[test]
fn pictures_are_as_they_were() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let bless = std::env::var_os("CCAP_BLESS").is_some();
    for (name, text, seed, options) in cases() {
        let bytes = render(text, &options, seed).unwrap();
        let path = folder.join(&name);
        if bless {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &bytes).unwrap();
        }
        let expected = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_alike(&name, &decode(&bytes), &decode(&expected), &options);
    }
}

fn decode(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes).unwrap().into_rgb8()
}

/// Equal but for what another platform's sine may round otherwise: a few pixels' shade at the edge of a letter.
#[track_caller]
fn assert_alike(name: &str, got: &RgbImage, expected: &RgbImage, options: &Options) {
    assert_eq!(got.dimensions(), (options.width, options.height), "{name}");
    assert_eq!(expected.dimensions(), (options.width, options.height), "{name}");
    let differing = got
        .pixels()
        .zip(expected.pixels())
        .filter(|(a, b)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > 8))
        .count();
    let most = (options.width * options.height / 500) as usize;
    assert!(differing <= most, "{name}: {differing} pixels differ, at most {most} may");
}

/// The text decides the picture: with one seed, another letter changes where that letter stands.
#[test]
fn another_text_is_another_picture() {
    let options = Options {
        format: Format::Png,
        color: Color::Rgb([0; 3]),
        background: Color::Rgb([255; 3]),
        ..Options::default()
    };
    let picture = |text| decode(&render(text, &options, 9).unwrap());
    let (a, b) = (picture("AAAAAA"), picture("AAWAAA"));
    let differing = a.pixels().zip(b.pixels()).filter(|(a, b)| a != b).count();
    assert!(differing > 300, "{differing}");
}
