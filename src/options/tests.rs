//! What is held of all options together.

use super::*;
use crate::math::Operators;

#[test]
fn an_empty_key_is_the_default() {
    assert_eq!(Options::from_key(""), Ok(Options::default()));
    assert_eq!(Options::from_key("\n\n\n\n\n\n\n"), Ok(Options::default()));
}

#[test]
fn a_key_sets_every_field() {
    let options =
        Options::from_key("128\n30\n20\n90\n24\n4\nAB,C\npng\nhard\n#01f\nrandom\nmath\n×\n2\n9\n3\ndark\n8\n150\n3\nnunito-black,signika-bold")
            .unwrap();
    let expected = Options {
        width: 128,
        height: 30,
        offset: 20,
        quality: 90,
        fontsize: 24,
        length: 4,
        charset: Charset::parse("ABC,").unwrap(),
        format: Format::Png,
        level: Level::Hard,
        color: Color::Rgb([0, 0x11, 0xff]),
        background: Color::Random,
        kind: Kind::Math(Math { operators: Operators::parse("×").unwrap(), min: 2, max: 9, terms: 3 }),
        theme: Theme::Dark,
        animation: Animation { frames: 8, delay: 150, repeats: 3 },
        fonts: Fonts::named(["nunito-black", "signika-bold"]).unwrap(),
    };
    assert_eq!(options, expected);
}

#[test]
fn a_transparent_ground_is_for_formats_that_have_it_and_keeps_contrast_to_the_page() {
    let options =
        |format, theme, color| Options { format, theme, color, background: Color::Transparent, ..Options::default() };
    for format in Format::ALL {
        let checked = options(format, Theme::Light, Color::Pleasant).validate();
        assert_eq!(checked.is_ok(), !matches!(format, Format::Jpeg | Format::Bmp), "{format:?}");
    }
    let refused = options(Format::Jpeg, Theme::Light, Color::Pleasant).validate().unwrap_err().to_string();
    assert_eq!(
        refused,
        "The value of \"background\" is out of range. It must be a colour where \"format\" is none of 'png', 'webp', \
         'gif', 'svg'. Received \"transparent\""
    );
    for (theme, grey, is_allowed) in
        [(Theme::Light, 0x76, true), (Theme::Light, 0x77, false), (Theme::Dark, 0x76, false), (Theme::Dark, 0x8c, true)]
    {
        let checked = options(Format::Png, theme, Color::Rgb([grey; 3])).validate();
        assert_eq!(checked.is_ok(), is_allowed, "{grey} on a {theme:?} page: {checked:?}");
    }
    assert!(Options { color: Color::Transparent, ..Options::default() }.validate().is_err());
}

#[test]
fn a_theme_that_has_no_say_makes_no_other_style() {
    let style = |color, background, theme| {
        Style::new(Options { color, background, theme, format: Format::Png, ..Options::default() }).unwrap()
    };
    let (black, white) = (Color::Rgb([0; 3]), Color::Rgb([255; 3]));
    for (color, background) in [(black, white), (black, Color::Random), (Color::Random, Color::Random)] {
        assert_eq!(style(color, background, Theme::Light), style(color, background, Theme::Dark));
    }
    for (color, background) in [(Color::Pleasant, white), (black, Color::Pleasant), (Color::Random, Color::Transparent)]
    {
        assert_ne!(style(color, background, Theme::Light), style(color, background, Theme::Dark));
    }
}

#[test]
fn limits_hold_to_the_pixel() {
    for (field, (name, limits)) in Options::LIMITS.iter().enumerate() {
        let key = |value: &str| format!("{}{value}", "\n".repeat(field));
        let (low, high) = (*limits.start(), *limits.end());
        assert!(Options::from_key(&key(&low.to_string())).is_ok(), "{name} {low}");
        assert!(Options::from_key(&key(&high.to_string())).is_ok(), "{name} {high}");
        let below = (low - 1).to_string();
        let above = (high + 1).to_string();
        for bad in [below.as_str(), above.as_str(), "-5", "Infinity", "1e+21"] {
            assert_eq!(
                Options::from_key(&key(bad)).unwrap_err().to_string(),
                format!("The value of \"{name}\" is out of range. It must be >= {low} && <= {high}. Received {bad}")
            );
        }
    }
}

#[test]
fn validate_agrees_with_from_key() {
    assert_eq!(Options::default().validate(), Ok(()));
    let wide = Options { width: 1025, ..Options::default() };
    assert_eq!(wide.validate(), Options::from_key("1025").map(drop));
    let long = Options { length: 17, ..Options::default() };
    assert_eq!(long.validate(), Options::from_key("\n\n\n\n\n17").map(drop));
}

#[test]
fn quality_is_part_of_a_style_where_the_format_has_one() {
    for format in Format::ALL {
        let style = |quality| Style::new(Options { format, quality, ..Options::default() }).unwrap();
        assert_eq!(style(10) == style(90), format != Format::Jpeg, "{}", format.name());
        let key = format!("\n\n\n10\n\n\n\n{}", format.name());
        assert_eq!(Style::from_key(&key), Ok(style(10)));
    }
    assert!(Style::new(Options { quality: 101, format: Format::Png, ..Options::default() }).is_err());
}

#[test]
fn what_a_kind_does_not_use_is_checked_and_no_part_of_a_style() {
    let key = |text: &str, math: &str| Style::from_key(&format!("\n\n\n\n\n{text}\n\n\n\n\n{math}"));
    assert_eq!(key("4\nABC", "math"), key("6\n", "math"));
    assert_ne!(key("4\nABC", "text"), key("6\n", "text"));
    assert_eq!(key("6\n", "text\n×\n2\n9\n3"), key("6\n", ""));
    // Without such calculations there are none to ask for; as a text nobody asks.
    assert_eq!(key("6\n", "text\n-\n9\n2\n3"), key("6\n", ""));
    for (field, name) in ["color", "operators", "min", "max", "terms"].into_iter().enumerate().skip(1) {
        for kind in ["text", "math"] {
            let message = key("6\n", &format!("{kind}{}101", "\n".repeat(field))).unwrap_err().to_string();
            assert!(message.starts_with(&format!("The value of \"{name}\" is out of range. It must be ")), "{message}");
        }
    }
    assert!(key("17\n", "math").is_err());
    let message = key("6\n", "Math").unwrap_err().to_string();
    assert_eq!(message, "The value of \"kind\" is out of range. It must be one of 'text', 'math'. Received \"Math\"");
}

#[test]
fn validate_and_from_key_agree_on_calculations() {
    let validate = |math| Options { kind: Kind::Math(math), ..Options::default() }.validate();
    for (math, key) in [
        (Math::default(), ""),
        (Math { min: 0, ..Math::default() }, "\n\n0"),
        (Math { max: 100, ..Math::default() }, "\n\n\n100"),
        (Math { max: u32::MAX, ..Math::default() }, "\n\n\n4294967295"),
        (Math { terms: 4, ..Math::default() }, "\n\n\n\n4"),
        (Math { min: 9, max: 8, ..Math::default() }, "\n\n9\n8"),
    ] {
        let key = format!("{}math{key}", "\n".repeat(11));
        assert_eq!(validate(math), Options::from_key(&key).map(drop), "{math:?}");
    }
}

#[test]
fn formats_go_by_name() {
    for format in Format::ALL {
        let key = format!("\n\n\n\n\n\n\n{}", format.name());
        assert_eq!(Options::from_key(&key).unwrap().format, format);
    }
    assert_eq!(
        Options::from_key("\n\n\n\n\n\n\ntiff").unwrap_err().to_string(),
        "The value of \"format\" is out of range. It must be one of 'jpeg', 'png', 'webp', 'gif', 'bmp', 'svg'. \
         Received \"tiff\""
    );
}

#[test]
fn levels_go_by_name() {
    for level in Level::ALL {
        let key = format!("{}{}", "\n".repeat(8), level.name());
        assert_eq!(Options::from_key(&key).unwrap().level, level);
    }
    let message = Options::from_key(&format!("{}Easy", "\n".repeat(8))).unwrap_err().to_string();
    assert!(message.ends_with("It must be one of 'easy', 'normal', 'hard'. Received \"Easy\""), "{message}");
}

#[test]
fn colors_are_read_as_css_writes_them() {
    for (text, color) in [
        ("#fff", Color::Rgb([255; 3])),
        ("#a1B2c3", Color::Rgb([0xa1, 0xb2, 0xc3])),
        ("#08f", Color::Rgb([0, 0x88, 0xff])),
        ("random", Color::Random),
    ] {
        assert_eq!(Color::parse("color", text), Ok(color));
    }
    assert_eq!(Color::parse("background", "transparent"), Ok(Color::Transparent));
    assert!(Color::parse("color", "transparent").is_err());
    for bad in ["red", "fff", "#ff", "#ffff", "#ggg", "#fffffff", "#12345é", "##fff", "# fff", "Random"] {
        let message = Color::parse("background", bad).unwrap_err().to_string();
        let allowed = "The value of \"background\" is out of range. It must be '#rgb', '#rrggbb', 'random' or 'transparent'. Received";
        assert!(message.starts_with(allowed), "{message}");
    }
}

#[test]
fn two_colors_of_the_callers_need_contrast() {
    let key = |color: &str, ground: &str| format!("{}{color}\n{ground}", "\n".repeat(9));
    assert!(Options::from_key(&key("#767676", "#fff")).is_ok());
    assert!(Options::from_key(&key("#fff", "#000")).is_ok());
    let error = Options::from_key(&key("#777777", "#fff")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The value of \"color\" is out of range. It must be a color with a contrast of at least 4.5:1 to \"background\". \
         Received a contrast of 4.47:1"
    );
    // One of them alone always finds a partner.
    assert!(Options::from_key(&key("#777777", "")).is_ok());
}
