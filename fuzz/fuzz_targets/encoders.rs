//! Any canvas in every format: what an independent decoder makes of the file is what was on the canvas.

#![no_main]

use arbitrary::Arbitrary;
use ccap::draw::{Canvas, Colors};
use ccap::{encode, Format};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    width: u8,
    quality: u8,
    colors: [[u8; 3]; 2],
    is_transparent: bool,
    ink: &'a [u8],
}

fuzz_target!(|input: Input| {
    let width = 1 + usize::from(input.width) % 80;
    let height = (input.ink.len() / width).min(80);
    if height == 0 {
        return;
    }
    let [ground, ink] = input.colors;
    let colors = Colors { ground, ink };
    let mut canvas = Canvas::of_ink(width, height, &input.ink[..width * height], colors).expect("as many as pixels");
    for format in Format::ALL {
        canvas.is_transparent = input.is_transparent && format.has_transparency();
        let file = encode(&canvas, format, 1 + input.quality % 100).expect("every canvas is encoded");
        if format == Format::Svg {
            let text = std::str::from_utf8(&file).expect("an SVG is text");
            roxmltree::Document::parse(text).expect("an SVG is XML");
            continue;
        }
        let decoded = image::load_from_memory(&file).expect("a picture decodes");
        assert_eq!((decoded.width() as usize, decoded.height() as usize), (width, height), "{format:?}");
        if canvas.is_transparent {
            continue;
        }
        let pixels = decoded.into_rgb8();
        if format == Format::Jpeg {
            // What it loses is another matter; the middle of all it must keep, at any quality that is not the lowest.
            continue;
        }
        for (pixel, &ink) in pixels.pixels().zip(canvas.ink()) {
            // Of four shades the nearest.
            let shade = (u32::from(ink) * 3 + 127) / 255;
            assert_eq!(pixel.0, colors.mix((shade * 85) as u8), "{format:?} {ink}");
        }
    }
});
