//! The pictures of `docs/options.md`: what each option does to one text, drawn from one seed.
//!
//! `npm run golden` draws them anew, with the golden pictures. Look at them before committing.

use std::collections::BTreeSet;
use std::path::PathBuf;

use ccap::{render, Animation, Color, Fonts, Format, Kind, Level, Math, Options, Theme};

const SEED: u64 = 21;
const TEXT: &str = "K7WPX2";

/// The pictures: a name, which begins with the option's, a text and the options. All are PNG but those of `quality`, whose
/// subject is what JPEG leaves, and of what moves.
fn pictures() -> Vec<(String, &'static str, Options)> {
    // Of one pair of colours, so that nothing but the option makes the difference.
    let plain = || Options {
        format: Format::Png,
        color: Color::Rgb([0x1d, 0x35, 0x57]),
        background: Color::Rgb([0xf1, 0xfa, 0xee]),
        ..Options::default()
    };
    let mut pictures = Vec::new();
    let mut add = |name: String, text, options: Options| {
        let file = format!("{name}.{}", options.format.name());
        pictures.push((file, text, options));
    };
    for width in [160, 256, 400] {
        add(format!("width-{width}"), TEXT, Options { width, ..plain() });
    }
    for height in [40, 60, 100] {
        add(format!("height-{height}"), TEXT, Options { height, ..plain() });
    }
    for offset in [20, 40, 60] {
        add(format!("offset-{offset}"), TEXT, Options { offset, ..plain() });
    }
    for fontsize in [30, 57, 80] {
        add(format!("fontsize-{fontsize}"), TEXT, Options { fontsize, ..plain() });
    }
    for quality in [5, 50, 95] {
        add(format!("quality-{quality}"), TEXT, Options { quality, format: Format::Jpeg, ..plain() });
    }
    for text in ["K7W", "K7WPX2", "K7WPX2HM4C"] {
        add(format!("length-{}", text.len()), text, plain());
    }
    for (name, text) in [("default", TEXT), ("digits", "493071"), ("small", "hgkexn"), ("hanzi", "山春河火")] {
        add(format!("charset-{name}"), text, plain());
    }
    add("generate-sum".to_owned(), "3 + 4 = ?", plain());
    let math = || Options { kind: Kind::Math(Math::default()), ..plain() };
    add("kind-text".to_owned(), TEXT, plain());
    for (name, sum) in [
        ("kind-math", "17+5=?"),
        ("operators-plus", "12+6=?"),
        ("operators-minus", "12−6=?"),
        ("operators-times", "12×6=?"),
        ("operators-over", "12÷6=?"),
        ("min-1", "3+8=?"),
        ("min-10", "13+18=?"),
        ("max-9", "7+4=?"),
        ("max-99", "72+46=?"),
        ("terms-2", "7+4=?"),
        ("terms-3", "7+4−3=?"),
    ] {
        add(name.to_owned(), sum, math());
    }
    for level in Level::ALL {
        add(format!("level-{}", level.name()), TEXT, Options { level, ..plain() });
    }
    let (deep, pale, any) = (Color::Pleasant, Color::Pleasant, Color::Random);
    for (name, color) in [("default", deep), ("random", any), ("own", Color::Rgb([0xb0, 0x00, 0x20]))] {
        add(format!("color-{name}"), TEXT, Options { color, background: pale, ..plain() });
    }
    for (name, background) in [("default", pale), ("random", any), ("own", Color::Rgb([0xff, 0xe0, 0x66]))] {
        add(format!("background-{name}"), TEXT, Options { color: deep, background, ..plain() });
    }
    add("background-none".to_owned(), TEXT, Options { color: deep, background: Color::Transparent, ..plain() });
    for frames in [1, 8] {
        let animation = Animation { frames, ..Animation::STILL };
        add(format!("frames-{frames}"), TEXT, Options { format: Format::Gif, animation, ..plain() });
    }
    let moving = Animation { frames: 8, ..Animation::STILL };
    for (name, animation) in
        [("delay-600", Animation { delay: 600, ..moving }), ("loop-2", Animation { repeats: 2, ..moving })]
    {
        add(name.to_owned(), TEXT, Options { format: Format::Gif, animation, ..plain() });
    }
    for (name, fonts) in [("default", Fonts::default()), ("one", Fonts::named(["playpen-sans-extrabold"]).unwrap())] {
        add(format!("font-{name}"), TEXT, Options { fonts, ..plain() });
    }
    for theme in Theme::ALL {
        add(format!("theme-{}", theme.name()), TEXT, Options { color: deep, background: pale, theme, ..plain() });
    }
    pictures
}

#[test]
fn pictures_of_the_options_are_as_they_were() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/images/options");
    let bless = std::env::var_os("CCAP_BLESS").is_some();
    if bless {
        std::fs::create_dir_all(&folder).unwrap();
    }
    let mut names = BTreeSet::new();
    for (name, text, options) in pictures() {
        let path = folder.join(&name);
        let drawn = render(text, &options, SEED).unwrap();
        if bless {
            std::fs::write(&path, &drawn).unwrap();
        }
        let kept = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let differing = differing_pixels(&drawn, &kept, &options);
        // What another platform's sine may round otherwise: a few pixels' shade at the edge of a letter.
        let most = (options.width * options.height / 500) as usize;
        assert!(differing <= most, "{name}: {differing} pixels differ, at most {most} may");
        names.insert(name);
    }
    let kept = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(kept.collect::<BTreeSet<_>>(), names, "what nobody draws has no place there");
}

#[track_caller]
fn differing_pixels(a: &[u8], b: &[u8], options: &Options) -> usize {
    let [a, b] = [a, b].map(|bytes| image::load_from_memory(bytes).unwrap().into_rgb8());
    assert_eq!(a.dimensions(), (options.width, options.height));
    assert_eq!(b.dimensions(), (options.width, options.height));
    a.pixels().zip(b.pixels()).filter(|(a, b)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > 8)).count()
}
