//! Canvas to file: jpeg, png, webp, gif, bmp, svg.
//!
//! A canvas has two colours and shades between them. The formats with a palette store four shades, two bits a pixel: ground, stripes,
//! ink, and one for smooth edges, which is what makes them small and fast.

mod jpeg;
#[cfg(test)]
mod package_merge;
mod png;
mod svg;

use image::codecs::bmp::BmpEncoder;
use image::ExtendedColorType;

use crate::draw::{Canvas, Colors, TINT};
use crate::error::{Error, Result};
use crate::options::{Animation, Format};

/// Encodes `canvas` as a file. `quality`, 1 to 100, counts for jpeg alone.
///
/// # Errors
/// None that a canvas can cause; what an encoder reports all the same is told as a bug.
pub fn encode(canvas: &Canvas, format: Format, quality: u8) -> Result<Box<[u8]>> {
    let bytes = match format {
        Format::Jpeg => Ok(jpeg::encode(canvas, quality)),
        Format::Png => Ok(png::encode(canvas)),
        Format::Webp => webp(canvas),
        Format::Gif => gif(std::slice::from_ref(canvas), Animation::STILL),
        Format::Bmp => bmp(canvas),
        Format::Svg => Ok(svg::encode(canvas)),
    };
    bytes.map(Vec::into_boxed_slice).map_err(|error| Error::internal(format!("{} encoder: {error}", format.name())))
}

/// Encodes the frames of a GIF that moves, which are of one size and in the same colours.
///
/// # Errors
/// As [`encode`]; without frames, too.
pub fn animate(frames: &[Canvas], animation: Animation) -> Result<Box<[u8]>> {
    let bytes = gif(frames, animation);
    bytes.map(Vec::into_boxed_slice).map_err(|error| Error::internal(format!("gif encoder: {error}")))
}

type Encoded = std::result::Result<Vec<u8>, Box<dyn std::error::Error>>;

/// The shades of a palette, as shares of ink: ground, the edge of a stripe, a stripe, ink. Edges of letters are of the two in between.
const SHADES: [u8; 4] = [0, TINT / 2, TINT, 255];

/// From which share of ink on another shade than the first is the nearest.
const FROM: [u8; SHADES.len() - 1] = {
    let mut from = [0; SHADES.len() - 1];
    let mut i = 0;
    while i < from.len() {
        from[i] = SHADES[i].midpoint(SHADES[i + 1]) + 1;
        i += 1;
    }
    from
};

/// Room for a file of the usual size, so that it grows at most once or twice.
const ROOM: usize = 8 * 1024;

fn webp(canvas: &Canvas) -> Encoded {
    let shades = canvas.ink().iter().map(|&ink| usize::from(SHADE[usize::from(ink)]));
    let (pixels, kind): (Vec<u8>, _) = if canvas.is_transparent {
        let [r, g, b] = canvas.colors.ink;
        (shades.flat_map(|shade| [r, g, b, SHADES[shade]]).collect(), image_webp::ColorType::Rgba8)
    } else {
        let palette = palette(&canvas.colors);
        (shades.flat_map(|shade| palette[shade]).collect(), image_webp::ColorType::Rgb8)
    };
    let mut bytes = Vec::with_capacity(ROOM);
    image_webp::WebPEncoder::new(&mut bytes).encode(&pixels, canvas.width() as u32, canvas.height() as u32, kind)?;
    Ok(bytes)
}

fn gif(frames: &[Canvas], animation: Animation) -> Encoded {
    let first = frames.first().ok_or("no frames")?;
    let (width, height) = (first.width() as u16, first.height() as u16);
    let mut bytes = Vec::with_capacity(ROOM * frames.len());
    let mut encoder = gif::Encoder::new(&mut bytes, width, height, &palette(&first.colors).concat())?;
    let mut timing = gif::Frame { width, height, ..gif::Frame::default() };
    if frames.len() > 1 {
        // 0 is without end here; in the file a number says how often after the first time.
        encoder.set_repeat(match animation.repeats {
            0 => gif::Repeat::Infinite,
            times => gif::Repeat::Finite(times as u16 - 1),
        })?;
        timing.delay = (animation.delay / 10) as u16;
        timing.dispose = gif::DisposalMethod::Background;
    }
    // A pixel of a GIF is there or not: the edges of letters are mixed with the page's colour.
    timing.transparent = first.is_transparent.then_some(0);
    for canvas in frames {
        encoder.write_frame(&gif::Frame { buffer: shades(canvas).into(), ..timing.clone() })?;
    }
    drop(encoder);
    Ok(bytes)
}

fn bmp(canvas: &Canvas) -> Encoded {
    let mut bytes = Vec::with_capacity(canvas.ink().len() + ROOM);
    BmpEncoder::new(&mut bytes).encode_with_palette(
        &shades(canvas),
        canvas.width() as u32,
        canvas.height() as u32,
        ExtendedColorType::L8,
        Some(&palette(&canvas.colors)),
    )?;
    Ok(bytes)
}

/// The colours of the shades, ground first.
fn palette(colors: &Colors) -> [[u8; 3]; SHADES.len()] {
    SHADES.map(|share| colors.mix(share))
}

/// The nearest shade to each share of ink.
const SHADE: [u8; 256] = {
    let mut table = [0; 256];
    let mut ink = 0;
    while ink < 256 {
        let mut shade = 0;
        while shade < FROM.len() && ink >= FROM[shade] as usize {
            shade += 1;
        }
        table[ink] = shade as u8;
        ink += 1;
    }
    table
};

/// One byte a pixel: its shade.
fn shades(canvas: &Canvas) -> Vec<u8> {
    canvas.ink().iter().map(|&ink| SHADE[usize::from(ink)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, GenericImageView, ImageFormat};

    /// A ramp from ground to ink, of an odd size so that rows end within a byte and a block.
    fn ramp() -> Canvas {
        let colors = Colors { ground: [250, 240, 225], ink: [20, 40, 90] };
        let mut canvas = Canvas::new(61, 33, colors);
        for (y, row) in canvas.rows_mut().enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                *pixel = (x * 4 + y / 16) as u8;
            }
        }
        canvas
    }

    #[track_caller]
    fn decoded(format: Format, quality: u8) -> DynamicImage {
        let bytes = encode(&ramp(), format, quality).unwrap();
        let expected = match format {
            Format::Jpeg => ImageFormat::Jpeg,
            Format::Png => ImageFormat::Png,
            Format::Webp => ImageFormat::WebP,
            Format::Gif => ImageFormat::Gif,
            Format::Bmp => ImageFormat::Bmp,
            Format::Svg => unreachable!("it has no pixels"),
        };
        assert_eq!(image::guess_format(&bytes).unwrap(), expected);
        let picture = image::load_from_memory(&bytes).unwrap();
        assert_eq!(picture.dimensions(), (61, 33));
        picture
    }

    #[track_caller]
    fn assert_shows_ramp(format: Format, quality: u8, most: u8) {
        let (canvas, picture) = (ramp(), decoded(format, quality).into_rgb8());
        for (pixel, &ink) in picture.pixels().zip(canvas.ink()) {
            for (got, wanted) in pixel.0.into_iter().zip(canvas.colors.mix(ink)) {
                assert!(got.abs_diff(wanted) <= most, "{format:?}: {got} for {wanted}");
            }
        }
    }

    /// The shade that is nearest to a share of ink, looked for one by one.
    fn nearest(ink: u8) -> u8 {
        *SHADES.iter().min_by_key(|shade| shade.abs_diff(ink)).unwrap()
    }

    #[test]
    fn shades_are_the_nearest() {
        for ink in 0..=255 {
            assert_eq!(SHADES[usize::from(SHADE[usize::from(ink)])], nearest(ink), "{ink}");
        }
    }

    #[test]
    fn every_format_shows_the_canvas() {
        // Half of the way from a stripe to ink, of 111, in a palette that spans 230 of 255.
        for format in [Format::Png, Format::Webp, Format::Gif, Format::Bmp] {
            assert_shows_ramp(format, 50, 51);
        }
        assert_shows_ramp(Format::Jpeg, 95, 12);
    }

    /// Without a ground a pixel is ink, as opaque as there is of it; of a GIF it is there or not.
    #[test]
    fn a_transparent_ground_is_not_drawn() {
        for format in Format::ALL.into_iter().filter(|&format| format.has_transparency() && format != Format::Svg) {
            let mut canvas = ramp();
            canvas.is_transparent = true;
            let bytes = encode(&canvas, format, 50).unwrap();
            let picture = image::load_from_memory(&bytes).unwrap().into_rgba8();
            for (pixel, &ink) in picture.pixels().zip(canvas.ink()) {
                let [r, g, b, alpha] = pixel.0;
                let share = nearest(ink);
                match format {
                    Format::Gif if share > 0 => {
                        assert_eq!(([r, g, b], alpha), (canvas.colors.mix(share), 255), "{format:?}: {ink}")
                    }
                    Format::Gif => assert_eq!(alpha, 0),
                    _ => assert_eq!(([r, g, b], alpha), (canvas.colors.ink, share), "{format:?}: {ink}"),
                }
            }
        }
        let mut canvas = ramp();
        canvas.is_transparent = true;
        let svg = encode(&canvas, Format::Svg, 50).unwrap();
        let svg = String::from_utf8(svg.into()).unwrap();
        assert_eq!(svg.matches("<path").count(), 2, "{svg}");
        assert!(svg.contains("<path fill=\"#14285a\" fill-opacity=\"0.56\""), "{svg}");
        assert!(svg.contains("<path fill=\"#14285a\" fill-rule"), "{svg}");
    }

    #[test]
    fn a_gif_has_its_frames_their_delay_and_repetitions() {
        let mut other = ramp();
        other.rows_mut().for_each(|row| row.reverse());
        for repeats in [0, 1, 100] {
            let animation = Animation { frames: 3, delay: 155, repeats };
            let bytes = animate(&[ramp(), other.clone(), ramp()], animation).unwrap();
            let mut decoder = gif::DecodeOptions::new();
            decoder.set_color_output(gif::ColorOutput::Indexed);
            let mut decoder = decoder.read_info(&bytes[..]).unwrap();
            let mut frames = Vec::new();
            while let Some(frame) = decoder.read_next_frame().unwrap() {
                assert_eq!(frame.delay, 15);
                frames.push(frame.buffer.to_vec());
            }
            assert_eq!(frames, [shades(&ramp()), shades(&other), shades(&ramp())]);
            let expected = match repeats {
                0 => gif::Repeat::Infinite,
                times => gif::Repeat::Finite(times as u16 - 1),
            };
            assert_eq!(decoder.repeat(), expected);
        }
        assert!(animate(&[], Animation::STILL).is_err());
    }

    #[test]
    fn quality_is_jpegs() {
        let size = |format, quality| encode(&ramp(), format, quality).unwrap().len();
        assert!(size(Format::Jpeg, 10) < size(Format::Jpeg, 90));
        assert_eq!(size(Format::Png, 10), size(Format::Png, 90));
    }
}
