//! PNG for canvases: four shades, two bits a pixel ([the specification](https://www.w3.org/TR/png-3/)).
//!
//! Rows are filtered by "up", though shades of a palette are names and no numbers: most bytes are those of the row above, and so zero,
//! which is one bit in the code. That code is one for all pictures, worked out once from many of them, which is why this is here and no
//! general encoder, which takes more than twice as long and a third more bytes.

mod bits;
mod code;
mod deflate;

use wide::bytemuck::cast;
use wide::{i16x8, i8x16, u16x8, u8x16};

use super::{palette, FROM, ROOM, SHADES};
use crate::draw::Canvas;
use deflate::Padded;

/// Encodes `canvas`.
pub(crate) fn encode(canvas: &Canvas) -> Vec<u8> {
    let mut file = Vec::with_capacity(ROOM);
    file.extend(b"\x89PNG\r\n\x1a\n");
    chunk(&mut file, b"IHDR", |file| {
        file.extend([canvas.width() as u32, canvas.height() as u32].map(u32::to_be_bytes).as_flattened());
        // Two bits, a palette, and the one way there is to compress, to filter and to order rows.
        file.extend([2, 3, 0, 0, 0]);
    });
    let palette = if canvas.is_transparent { [canvas.colors.ink; SHADES.len()] } else { palette(&canvas.colors) };
    chunk(&mut file, b"PLTE", |file| file.extend(palette.as_flattened()));
    if canvas.is_transparent {
        chunk(&mut file, b"tRNS", |file| file.extend(SHADES));
    }
    chunk(&mut file, b"IDAT", |file| deflate::zlib(&lines(canvas), file));
    chunk(&mut file, b"IEND", |_| ());
    file
}

/// Adds a chunk with what `write` adds.
fn chunk(file: &mut Vec<u8>, name: &[u8; 4], write: impl FnOnce(&mut Vec<u8>)) {
    let start = file.len() + 8;
    file.extend([0; 4]);
    file.extend(name);
    write(file);
    let length = (file.len() - start) as u32;
    file[start - 8..start - 4].copy_from_slice(&length.to_be_bytes());
    let check = crc32fast::hash(&file[start - 4..]);
    file.extend(check.to_be_bytes());
}

/// Pixels in a byte.
const IN_BYTE: usize = 4;

/// For each row its filter, "up", and its pixels, two bits each, the leftmost in the highest; each byte less that of the row above.
fn lines(canvas: &Canvas) -> Padded {
    let stride = 1 + canvas.width().div_ceil(IN_BYTE);
    Padded::new(canvas.height() * stride, |lines| {
        lines.iter_mut().step_by(stride).for_each(|filter| *filter = UP);
        for (left, start) in (0..canvas.width()).step_by(BLOCK).zip((1..).step_by(BLOCK / IN_BYTE)) {
            let mut above = u8x16::ZERO;
            for (line, row) in lines.chunks_exact_mut(stride).zip(canvas.rows()) {
                let packed = match row[left..].first_chunk() {
                    Some(block) => packed(block),
                    None => last_packed(&row[left..]),
                };
                let less = (packed - above).to_array();
                match line[start..].first_chunk_mut() {
                    Some(bytes) => *bytes = less,
                    None => copy_last(&less, &mut line[start..]),
                }
                above = packed;
            }
        }
    })
}

/// The number of the filter that predicts each byte by the one above.
const UP: u8 = 2;

/// The last pixels of a row that are no whole block. Apart, as copies of a length that is known only then are calls.
#[cold]
fn last_packed(ink: &[u8]) -> u8x16 {
    let mut block = [0; BLOCK];
    block[..ink.len()].copy_from_slice(ink);
    packed(&block)
}

#[cold]
fn copy_last(bytes: &[u8; BLOCK / IN_BYTE], into: &mut [u8]) {
    into.copy_from_slice(&bytes[..into.len()]);
}

/// Pixels packed at once.
const BLOCK: usize = 64;

/// The nearest shades of shares of ink.
#[inline(always)]
fn packed(ink: &[u8; BLOCK]) -> u8x16 {
    // Within each number of 16 bits the first of two pixels is the lower byte.
    let words = |bytes: u8x16| cast::<u8x16, u16x8>(bytes);
    let halves = |a: u16x8, b: u16x8| u8x16::narrow_i16x8(cast::<u16x8, i16x8>(a), cast::<u16x8, i16x8>(b));
    let pairs = |start: usize| {
        let shades = words(shades(ink[start..].first_chunk().expect("a block has four of them")));
        (shades | shades >> 10u32) & u16x8::splat(0xf0)
    };
    let bytes = |start: usize| {
        let pairs = words(halves(pairs(start), pairs(start + 16)));
        (pairs | pairs >> 12u32) & u16x8::splat(0xff)
    };
    halves(bytes(0), bytes(32))
}

/// The nearest shade in the two highest bits of each byte: one more for each bound that is reached.
#[inline(always)]
fn shades(ink: &[u8; 16]) -> u8x16 {
    // Comparisons are of numbers with a sign, whose order is the same once the highest bit is the other; one that holds is -1.
    let ink = i8x16::new(ink.map(|ink| (ink ^ 0x80) as i8));
    let [first, second, third] = FROM.map(|from| ink.simd_gt(i8x16::splat(((from - 1) ^ 0x80) as i8)));
    let shades: u16x8 = cast(i8x16::ZERO - (first + second + third));
    cast(shades << 6u32)
}

#[cfg(test)]
mod tests {
    use super::super::SHADE;
    use super::*;
    use crate::draw::Colors;
    use rand::{rngs::Xoshiro256PlusPlus, RngExt, SeedableRng};

    /// A decoder finds each pixel's shade and the checksums right. Fully transparent ones have a colour, too.
    #[track_caller]
    fn assert_decodes(canvas: &Canvas) {
        let file = encode(canvas);
        let mut decoder = png::Decoder::new(std::io::Cursor::new(&file));
        decoder.ignore_checksums(false);
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        reader.finish().unwrap();
        assert_eq!((info.width as usize, info.height as usize), (canvas.width(), canvas.height()));
        let palette = palette(&canvas.colors);
        for (i, (pixel, &ink)) in pixels.chunks(info.color_type.samples()).zip(canvas.ink()).enumerate() {
            let shade = usize::from(SHADE[usize::from(ink)]);
            let [r, g, b] = if canvas.is_transparent { canvas.colors.ink } else { palette[shade] };
            let expected = [r, g, b, SHADES[shade]];
            assert_eq!(pixel, &expected[..pixel.len()], "pixel {i} of a width of {}", canvas.width());
        }
        assert_eq!(info.color_type == png::ColorType::Rgba, canvas.is_transparent);
    }

    fn canvas(width: usize, height: usize, mut ink: impl FnMut(usize, usize) -> u8) -> Canvas {
        let mut canvas = Canvas::new(width, height, Colors { ground: [250, 240, 225], ink: [120, 30, 90] });
        for (y, row) in canvas.rows_mut().enumerate() {
            row.iter_mut().enumerate().for_each(|(x, pixel)| *pixel = ink(x, y));
        }
        canvas
    }

    #[test]
    fn every_share_of_ink_becomes_its_nearest_shade_wherever_rows_end() {
        for width in (32..=200).chain(1000..=1024) {
            let mut next = 0u8;
            assert_decodes(&canvas(width, 16, |_, _| {
                next = next.wrapping_add(1);
                next
            }));
        }
    }

    #[test]
    fn every_content_decodes_at_every_size_transparent_or_not() {
        for (width, height) in [(32, 16), (33, 17), (256, 60), (1024, 16), (32, 512), (1024, 512)] {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
            let disc = |x: usize, y: usize| ((x % 50) as f32 - 25.0).hypot((y % 50) as f32 - 25.0);
            for mut canvas in [
                canvas(width, height, |_, _| 0),
                canvas(width, height, |_, _| 255),
                canvas(width, height, |x, y| ((20.5 - disc(x, y)).clamp(0.0, 1.0) * 255.0) as u8),
                canvas(width, height, |_, _| rng.random()),
            ] {
                assert_decodes(&canvas);
                canvas.is_transparent = true;
                assert_decodes(&canvas);
            }
        }
    }

    /// What is not of the pixels takes 87 bytes, and a stored block 5 more.
    #[test]
    fn no_picture_is_much_larger_than_its_packed_pixels() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        for (width, height, blocks) in [(32, 16, 1), (256, 60, 1), (1024, 512, 3)] {
            let noise = canvas(width, height, |_, _| rng.random());
            assert_eq!(encode(&noise).len(), 87 + 5 * blocks + height * (1 + width / 4));
            assert!(encode(&canvas(width, height, |_, _| 0)).len() < 200 + width * height / 128);
        }
    }
}
