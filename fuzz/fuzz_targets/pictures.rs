//! Options as they come from JavaScript, and a text: an error, or a picture that decodes to the size that was asked for.

#![no_main]

use std::io::Cursor;

use arbitrary::Arbitrary;
use ccap::{render, Format, Options, Style};
use image::codecs::gif::GifDecoder;
use image::AnimationDecoder;
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    /// Fields of the key, which mostly are in range, or else the key itself.
    fields: [u16; 12],
    color: Option<[u8; 3]>,
    background: Option<[u8; 3]>,
    charset: &'a str,
    key: Option<&'a str>,
    text: &'a str,
    seed: u64,
}

fuzz_target!(|input: Input| {
    let key = input.key.map_or_else(|| key_of(&input), str::to_owned);
    let Ok(style) = Style::from_key(&key) else { return };
    // Enough of each, and many a second.
    let Options { width, height, .. } = *style.options();
    let options = Options { width: width.min(300), height: height.min(100), ..style.options().clone() };
    let Ok(file) = render(input.text, &options, input.seed) else { return };
    let size = (options.width, options.height);
    if options.format == Format::Svg {
        let text = std::str::from_utf8(&file).expect("an SVG is text");
        let document = roxmltree::Document::parse(text).expect("an SVG is XML");
        let root = document.root_element();
        let number = |name: &str| root.attribute(name).and_then(|value| value.parse().ok());
        assert_eq!((number("width"), number("height")), (Some(size.0), Some(size.1)));
        return;
    }
    let picture = image::load_from_memory(&file).expect("a picture decodes");
    assert_eq!((picture.width(), picture.height()), size);
    if options.format == Format::Gif {
        let frames = GifDecoder::new(Cursor::new(&file)).expect("a GIF begins as one").into_frames();
        let frames = frames.collect_frames().expect("every frame decodes");
        assert_eq!(frames.len(), options.animation.frames as usize);
        assert!(frames.iter().all(|frame| frame.buffer().dimensions() == size));
    }
});

fn key_of(input: &Input) -> String {
    let [width, height, offset, quality, fontsize, length, format, level, kind, theme, frames, terms] = input.fields;
    let one_of = |names: &[&str], which: u16| names[usize::from(which) % names.len()].to_owned();
    let color = |color: Option<[u8; 3]>| color.map_or_else(String::new, |[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}"));
    [
        (32 + width % 993).to_string(),
        (16 + height % 497).to_string(),
        (1 + offset % 1024).to_string(),
        (1 + quality % 100).to_string(),
        (8 + fontsize % 1017).to_string(),
        (1 + length % 16).to_string(),
        input.charset.replace('\n', ""),
        one_of(&["jpeg", "png", "webp", "gif", "bmp", "svg"], format),
        one_of(&["easy", "normal", "hard"], level),
        color(input.color),
        if format % 7 == 0 { "transparent".to_owned() } else { color(input.background) },
        one_of(&["text", "math"], kind),
        one_of(&["+", "-", "×", "÷", "+-×÷"], kind),
        (1 + kind % 99).to_string(),
        (1 + level % 99).to_string(),
        (2 + terms % 2).to_string(),
        one_of(&["light", "dark"], theme),
        (1 + frames % 4).to_string(),
        (20 + frames % 4981).to_string(),
        (frames % 101).to_string(),
        one_of(&["", "", "nunito-black", "noto-sans-sc-bold,signika-bold"], theme),
    ]
    .join("\n")
}
