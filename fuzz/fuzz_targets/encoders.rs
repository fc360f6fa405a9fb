//! Any canvas in every format: what an independent decoder makes of the file is what was on the canvas. Pixel for pixel where
//! nothing is lost, and no further off than another encoder is where something is.

#![no_main]

use arbitrary::Arbitrary;
use ccap::draw::{Canvas, Colors};
use ccap::{encode, Format};
use image::DynamicImage;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use libfuzzer_sys::fuzz_target;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

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
    let quality = 1 + input.quality % 100;
    for format in Format::ALL {
        canvas.is_transparent = input.is_transparent && format.has_transparency();
        let file = encode(&canvas, format, quality).expect("every canvas is encoded");
        if format == Format::Svg {
            assert_svg(&file, &canvas);
            continue;
        }
        let decoded = image::load_from_memory(&file).expect("a picture decodes");
        assert_eq!((decoded.width() as usize, decoded.height() as usize), (width, height), "{format:?}");
        match format {
            Format::Jpeg => assert_near(&file, &canvas, quality),
            _ => assert_same(&decoded, &canvas, format),
        }
    }
});

/// The share of ink in a stripe.
const TINT: u8 = 144;

/// Of four shades the nearest to each share of ink.
fn shade(ink: u8) -> u8 {
    [0, TINT / 2, TINT, 255].into_iter().min_by_key(|shade: &u8| shade.abs_diff(ink)).expect("there are four")
}

fn assert_same(decoded: &DynamicImage, canvas: &Canvas, format: Format) {
    for (pixel, &ink) in decoded.to_rgba8().pixels().zip(canvas.ink()) {
        let [r, g, b, alpha] = pixel.0;
        let shade = shade(ink);
        let (color, opaque) = match (canvas.is_transparent, format) {
            (false, _) => (canvas.colors.mix(shade), 255),
            // Either there or not.
            (true, Format::Gif) => (canvas.colors.mix(shade), if shade == 0 { 0 } else { 255 }),
            (true, _) => (canvas.colors.ink, shade),
        };
        assert_eq!(alpha, opaque, "{format:?} {ink}");
        // What is not to be seen has no colour.
        assert!(alpha == 0 || [r, g, b] == color, "{format:?} {ink}: {:?}, not {color:?}", [r, g, b]);
    }
}

/// How far a JPEG is off depends on what it shows: here, not much further than that of another encoder with colour at half the
/// size. Luma and chroma are compared as they are in the file, since what lies outside of RGB is cut off there.
fn assert_near(file: &[u8], canvas: &Canvas, quality: u8) {
    let (width, height) = (canvas.width() as u16, canvas.height() as u16);
    let original: Vec<u8> = canvas.ink().iter().flat_map(|&ink| canvas.colors.mix(ink)).collect();
    let mut other = Vec::new();
    let mut encoder = Encoder::new(&mut other, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&original, width, height, ColorType::Rgb).expect("it is encoded");
    let (ours, others) = (planes(file), planes(&other));
    assert_eq!((ours.len(), others.len()), (original.len(), original.len()));
    // Half of the coarsest step of the standard's tables: further off by it comes what is rounded the other way.
    let percent = if quality < 50 { 5000.0 / f32::from(quality) } else { 200.0 - 2.0 * f32::from(quality) };
    let rounding = (1.21 * percent).clamp(1.0, 255.0) / 2.0;
    for plane in 0..3 {
        let error = |decoded: &[u8]| {
            let pairs = original.chunks_exact(3).zip(decoded.chunks_exact(3));
            let squares: f32 =
                pairs.map(|(rgb, decoded)| (y_cb_cr(rgb)[plane] - f32::from(decoded[plane])).powi(2)).sum();
            (squares / canvas.ink().len() as f32).sqrt()
        };
        let (ours, others) = (error(&ours), error(&others));
        assert!(
            ours <= 1.25 * others + rounding + 2.0,
            "plane {plane} is off by {ours}, another encoder's by {others}: {width}x{height}, {quality}, {:?}, {:?}",
            canvas.colors,
            canvas.ink()
        );
    }
}

fn planes(file: &[u8]) -> Vec<u8> {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::YCbCr);
    JpegDecoder::new_with_options(ZCursor::new(file), options).decode().expect("it decodes")
}

/// As JFIF has it.
fn y_cb_cr(rgb: &[u8]) -> [f32; 3] {
    let [r, g, b] = [rgb[0], rgb[1], rgb[2]].map(f32::from);
    [
        0.299 * r + 0.587 * g + 0.114 * b,
        128.0 - 0.168_736 * r - 0.331_264 * g + 0.5 * b,
        128.0 + 0.5 * r - 0.418_688 * g - 0.081_312 * b,
    ]
}

/// Outlines are drawn anew, and coarser where they are many: what they enclose is not compared, but which colours they have, and that
/// they lie within the picture.
fn assert_svg(file: &[u8], canvas: &Canvas) {
    let text = std::str::from_utf8(file).expect("an SVG is text");
    let document = roxmltree::Document::parse(text).expect("an SVG is XML");
    let root = document.root_element();
    let size = |name: &str| root.attribute(name).and_then(|value| value.parse().ok());
    assert_eq!((size("width"), size("height")), (Some(canvas.width()), Some(canvas.height())));
    let fills: Vec<&str> = root.children().filter_map(|path| path.attribute("fill")).collect();
    let hex = |[r, g, b]: [u8; 3]| format!("#{r:02x}{g:02x}{b:02x}");
    let ink = hex(canvas.colors.ink);
    let expected = if canvas.is_transparent {
        vec![ink.clone(), ink]
    } else {
        vec![hex(canvas.colors.ground), hex(canvas.colors.mix(TINT)), ink]
    };
    assert_eq!(fills, expected);
    let paths: Vec<_> = root.children().filter(|path| path.attribute("fill-rule").is_some()).collect();
    let [stripes, ink] = paths[..] else { panic!("{} paths", paths.len()) };
    let opacity = stripes.attribute("fill-opacity");
    assert_eq!((opacity, ink.attribute("fill-opacity")), (canvas.is_transparent.then_some("0.56"), None));
    let [stripes, ink] = [stripes, ink].map(|path| path.attribute("d").expect("a path has data"));
    // Specks may get lost, and a picture of nothing but ink, or of nothing but a stripe, must not.
    let all = |is: fn(u8) -> bool| canvas.ink().iter().all(|&ink| is(ink));
    let is_large = canvas.width().min(canvas.height()) >= 9;
    assert!(!all(|ink| ink == 0) || (stripes.is_empty() && ink.is_empty()), "{stripes} {ink}");
    assert!(!is_large || !all(|ink| ink > 200) || !ink.is_empty());
    assert!(!is_large || !all(|ink| (100..=TINT).contains(&ink)) || !stripes.is_empty());
    for data in [stripes, ink] {
        assert!(!data.contains("NaN") && !data.contains("inf"), "{data}");
    }
}
