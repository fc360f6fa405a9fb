//! Fonts of callers': what they draw, and that no file of theirs makes us hang, crash or take memory without end.

mod sfnt;

use ccap::{fonts, load_font, render, Charset, Fonts, Format, Options, Registry, Style};
use sfnt::{composites, font, rectangle, subroutines, Outlines};

const POSTSCRIPT: &[u8] = include_bytes!("fonts/postscript.otf");
const TRUETYPE: &[u8] = include_bytes!("../fonts/signika-bold.ttf");

#[test]
fn loaded_fonts_draw_their_letters_and_no_others() {
    load_font("postscript", POSTSCRIPT.to_vec()).unwrap();
    load_font("truetype", TRUETYPE.to_vec()).unwrap();
    for (names, text, is_drawn) in [
        (&["postscript"][..], "HéжK", true),
        (&["postscript"], "He\u{301}жK", true),
        (&["postscript"], "HéqK", false),
        (&["truetype"], "Hq+K", true),
        (&["truetype"], "HéK", false),
        (&["postscript", "truetype"], "éqж", true),
    ] {
        let fonts = Fonts::named(names.iter().copied()).unwrap();
        let drawn = render(text, &Options { fonts, format: Format::Png, ..Options::default() }, 1);
        assert_eq!(drawn.is_ok(), is_drawn, "{names:?} {text}: {:?}", drawn.err());
    }
    let options = |charset: &str| Options {
        charset: Charset::parse(charset).unwrap(),
        fonts: Fonts::named(["postscript"]).unwrap(),
        ..Options::default()
    };
    assert_eq!(options("ABéж").validate(), Ok(()));
    assert_eq!(
        options("ABéqж").validate().unwrap_err().to_string(),
        "The value of \"charset\" is out of range. It must be letters that the fonts can draw. Received some with 'q'"
    );
}

/// The same shapes in both kinds of outlines are the same pictures, but for the rounding of their curves.
#[test]
fn postscript_outlines_are_drawn_as_truetype_ones_are() {
    load_font("one-kind", POSTSCRIPT.to_vec()).unwrap();
    let picture = |name| {
        let fonts = Fonts::named([name]).unwrap();
        let options = Options { fonts, format: Format::Png, ..Options::default() };
        image::load_from_memory(&render("HKMR23", &options, 5).unwrap()).unwrap().into_luma8()
    };
    let (ours, theirs) = (picture("one-kind"), picture("signika-bold"));
    let differing = ours.pixels().zip(theirs.pixels()).filter(|(a, b)| a.0[0].abs_diff(b.0[0]) > 64).count();
    assert!(differing < 150, "{differing} pixels differ");
}

/// As many components as 20,000 allow: each takes one and the number of a rectangle's last point, 3, and the letter itself one.
const MOST: usize = 19_999 / 4;

/// What one outline asks for doubles with each level; the parser has no end to it but depth. That this ends is the test.
#[test]
fn outlines_that_ask_for_endless_work_are_not_drawn() {
    let bombs: [(&str, Vec<u8>); 4] = [
        ("components", font(&Outlines::TrueType(composites(30, 2)), 'A')),
        ("subroutines", font(&Outlines::PostScript(subroutines(9, 2000)), 'A')),
        ("empty-components", font(&Outlines::TrueType(composites(31, 3)), 'A')),
        // One component more than the next list has.
        ("too-many-components", font(&Outlines::TrueType(composites(1, MOST + 1)), 'A')),
    ];
    for (name, file) in bombs {
        load_font(name, file).unwrap();
        let fonts = Fonts::named([name]).unwrap();
        let options = Options { fonts, format: Format::Png, ..Options::default() };
        assert!(render("H", &options, 1).is_ok(), "{name}: its H is plain");
        let message = render("HA", &options, 1).unwrap_err().to_string();
        assert!(message.ends_with("Received \"HA\" with 'A'"), "{name}: {message}");
    }
    // A few levels are nothing unusual.
    for (name, file) in [
        ("most-components", font(&Outlines::TrueType(composites(1, MOST)), 'A')),
        ("some-components", font(&Outlines::TrueType(composites(5, 2)), 'A')),
        ("some-subroutines", font(&Outlines::PostScript(subroutines(5, 2)), 'A')),
    ] {
        load_font(name, file).unwrap();
        let fonts = Fonts::named([name]).unwrap();
        let drawn = render("HA", &Options { fonts, ..Options::default() }, 1);
        assert!(drawn.is_ok(), "{name}: {drawn:?}");
    }
}

#[test]
fn letters_of_no_size_or_of_a_giants_are_not_drawn() {
    for (name, [left, bottom, right, top], is_drawn) in [
        ("plain", [0, 0, 500, 700], true),
        ("wide", [0, 0, 2000, 700], true),
        ("too-wide", [0, 0, 2200, 700], false),
        ("high", [0, -800, 500, 1500], true),
        ("too-high", [0, 0, 500, 1700], false),
        ("too-low", [0, -1000, 500, 700], false),
        ("giant", [-32000, -32000, 32000, 32000], false),
        ("flat", [0, 300, 500, 300], false),
        ("hair", [0, 300, 500, 301], false),
    ] {
        let shapes = Outlines::TrueType(vec![rectangle([0, 0, 500, 700]), rectangle([left, bottom, right, top])]);
        load_font(name, font(&shapes, 'A')).unwrap();
        let fonts = Fonts::named([name]).unwrap();
        let options =
            Options { fonts, charset: Charset::parse("HA").unwrap(), format: Format::Png, ..Options::default() };
        let before = options.validate();
        let drawn = render("HA", &options, 1);
        assert_eq!(drawn.is_ok(), is_drawn, "{name}: {:?}", drawn.err());
        assert_eq!(options.validate(), before, "{name}: what is allowed does not depend on what was drawn");
    }
    // Tests of the package's other side load it: its A passes for a letter until it is drawn.
    let shapes = Outlines::TrueType(vec![rectangle([0, 0, 500, 700]), rectangle([0, 300, 500, 301])]);
    assert!(font(&shapes, 'A') == include_bytes!("fonts/hair.ttf"));
}

/// Damaged files are errors or fonts; whatever they are, what they draw is bounded.
#[test]
fn damaged_fonts_never_panic() {
    let registry = Registry::default();
    let mut state = 1u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut drawn = 0;
    for round in 0..1500 {
        let mut file = if round % 2 == 0 { POSTSCRIPT.to_vec() } else { TRUETYPE.to_vec() };
        for _ in 0..1 + random(8) {
            let at = random(file.len());
            file[at] = random(256) as u8;
        }
        if round % 10 == 0 {
            file.truncate(random(file.len()));
        }
        if load_font("damaged", file).is_err() {
            continue;
        }
        let options =
            Options { fonts: Fonts::named(["damaged"]).unwrap(), width: 64, height: 32, ..Options::default() };
        for text in ["HK", "AB", "39", "é"] {
            drawn += usize::from(render(text, &options, round).is_ok());
        }
        assert!(registry.unload_font("damaged"));
    }
    assert!(drawn > 1000, "{drawn}: nearly all were refused, so that nothing was tried");
}

#[test]
fn caches_of_a_font_go_with_it() {
    let registry = Registry::default();
    load_font("short-lived", POSTSCRIPT.to_vec()).unwrap();
    let with = |names: &[&str]| {
        let fonts = Fonts::named(names.iter().copied()).unwrap();
        Style::new(Options { fonts, charset: Charset::parse("é").unwrap(), ..Options::default() }).unwrap()
    };
    let style = with(&["short-lived"]);
    registry.take(&style).unwrap();
    registry.take(&Style::new(Options::default()).unwrap()).unwrap();
    assert_eq!(registry.stats().caches, 2);
    assert!(registry.unload_font("short-lived"));
    assert_eq!((registry.stats().caches, registry.stats().evictions), (1, 0));
    assert!(!registry.unload_font("short-lived") && !registry.unload_font("nunito-black"));
    let gone = Fonts::named(["short-lived"]).unwrap_err().to_string();
    assert!(gone.ends_with("Received \"short-lived\""), "{gone}");
    // The same name is another font.
    load_font("short-lived", POSTSCRIPT.to_vec()).unwrap();
    assert_ne!(with(&["short-lived"]), style);
}

#[test]
fn what_is_loaded_is_named_and_listed() {
    let listed = |name: &str| fonts().into_iter().find(|font| font.name == name);
    assert!(listed("noto-sans-sc-bold").unwrap().is_embedded);
    load_font("Listed_1.0-a", POSTSCRIPT.to_vec()).unwrap();
    let font = listed("Listed_1.0-a").unwrap();
    assert!(font.bytes == POSTSCRIPT.len() && !font.is_embedded);
    // Each worker may load it at its start.
    load_font("Listed_1.0-a", POSTSCRIPT.to_vec()).unwrap();
    for (name, file, end) in [
        ("Listed_1.0-a", TRUETYPE, "It must be one that no other font has. Received \"Listed_1.0-a\""),
        ("nunito-black", TRUETYPE, "It must be one that no other font has. Received \"nunito-black\""),
        ("", TRUETYPE, "letters A to Z, a to z, digits, '-', '_' and '.'. Received \"\""),
        ("a b", TRUETYPE, "Received \"a b\""),
        ("a,b", TRUETYPE, "Received \"a,b\""),
        (&"a".repeat(65), TRUETYPE, "Received \"aaaaaaaaaaaaaaaa\"..."),
        (
            "no-font",
            b"",
            "It must be a TrueType or OpenType font (.ttf, .otf) of one face. Received 0 bytes of something else",
        ),
        ("no-font", b"wOF2 and more", "Received 13 bytes of something else"),
    ] {
        let message = load_font(name, file.to_vec()).unwrap_err().to_string();
        assert!(message.ends_with(end), "{message}");
    }
    assert!(load_font(&"a".repeat(64), POSTSCRIPT.to_vec()).is_ok());
}
