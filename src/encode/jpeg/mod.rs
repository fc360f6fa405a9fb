//! JPEG for canvases: baseline, 4:2:0 ([ITU-T T.81](https://www.w3.org/Graphics/JPEG/itu-t81.pdf)).
//!
//! Every pixel of a canvas lies on the line between two colours, so each plane is the ink, scaled and moved. The
//! transform is linear, so that of the ink serves all planes: scale and move are folded into the quantization. That, and skipping what is
//! flat or zero, is why this is here and no general encoder, which knows nothing of it and takes twice as long.

mod bits;
mod plane;
mod tables;
mod transform;

use wide::{i16x8, u8x16};

use super::ROOM;
use crate::draw::Canvas;
use crate::simd::{padded, LANES};
use bits::Bits;
use plane::Plane;
use tables::{scaled, CHROMA_QUANTS, HUFFMAN, LUMA_QUANTS, PLACES};
use transform::{Block, Lines, MIDDLE};

/// Encodes `canvas` with `quality` 1 to 100.
pub(crate) fn encode(canvas: &Canvas, quality: u8) -> Vec<u8> {
    let quants = [&LUMA_QUANTS, &CHROMA_QUANTS].map(|table| scaled(table, quality));
    let (ground, ink) = (y_cb_cr(canvas.colors.ground), y_cb_cr(canvas.colors.ink));
    let [mut y, mut cb, mut cr]: [Plane; 3] =
        std::array::from_fn(|i| Plane::new(ground[i], ink[i], &quants[i.min(1)], &HUFFMAN[i.min(1)]));
    let mut bits = Bits::new();
    for top in (0..canvas.height()).step_by(LANES) {
        for left in (0..canvas.width()).step_by(LANES) {
            let square = square(canvas, left, top);
            for top in [0, 8] {
                y.write(&quarter(&square, top, i16x8::from_u8x16_low), &mut bits);
                y.write(&quarter(&square, top, i16x8::from_u8x16_high), &mut bits);
            }
            let half = half(&square);
            cb.write(&half, &mut bits);
            cr.write(&half, &mut bits);
        }
    }
    let mut file = Vec::with_capacity(ROOM);
    headers(&mut file, canvas, &quants);
    bits.finish(&mut file);
    file.extend([0xff, 0xd9]);
    file
}

/// Sixteen by sixteen pixels of ink. Beyond the canvas's edges its last column and row are repeated.
#[inline(always)]
fn square(canvas: &Canvas, left: usize, top: usize) -> [u8x16; LANES] {
    let (width, last) = (canvas.width(), canvas.height() - 1);
    let mut square = [u8x16::ZERO; LANES];
    for (y, pixels) in (top..).zip(&mut square) {
        let row = &canvas.ink()[y.min(last) * width..][left..width];
        *pixels = u8x16::new(row.first_chunk().copied().unwrap_or_else(|| padded(row, row[row.len() - 1])));
    }
    square
}

/// The left or the right half of eight of a square's rows.
#[inline(always)]
fn quarter(square: &[u8x16; LANES], top: usize, half: impl Fn(u8x16) -> i16x8) -> Block {
    Block::of(std::array::from_fn(|i| half(square[top + i]) - i16x8::splat(MIDDLE)))
}

/// A square at half its size.
#[inline(always)]
fn half(square: &[u8x16; LANES]) -> Block {
    let two = i16x8::splat(2);
    let rows: Lines = std::array::from_fn(|i| {
        // Two rows, then two neighbours in each.
        let sum = |widen: fn(u8x16) -> i16x8| widen(square[2 * i]) + widen(square[2 * i + 1]);
        let (left, right) = (sum(i16x8::from_u8x16_low).to_array(), sum(i16x8::from_u8x16_high).to_array());
        let pair = |j: usize| if j < 4 { left[2 * j] + left[2 * j + 1] } else { right[2 * j - 8] + right[2 * j - 7] };
        ((i16x8::new(std::array::from_fn(pair)) + two) >> 2) - i16x8::splat(MIDDLE)
    });
    Block::of(rows)
}

fn headers(bytes: &mut Vec<u8>, canvas: &Canvas, quants: &[[u8; 64]; 2]) {
    bytes.extend(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\0\0\x01\0\x01\0\0");
    for (i, table) in (0u8..).zip(quants) {
        bytes.extend([0xff, 0xdb, 0, 67, i]);
        bytes.extend(PLACES.iter().map(|&place| table[place as usize % 8 * 8 + place as usize / 8]));
    }
    bytes.extend([0xff, 0xc0, 0, 17, 8]);
    bytes.extend((canvas.height() as u16).to_be_bytes());
    bytes.extend((canvas.width() as u16).to_be_bytes());
    bytes.extend([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    for (destination, tables) in (0u8..).zip(&*HUFFMAN) {
        for (class, table) in (0u8..).zip(tables) {
            bytes.extend([0xff, 0xc4]);
            bytes.extend((19 + table.values.len() as u16).to_be_bytes());
            bytes.push(class << 4 | destination);
            bytes.extend(table.lengths);
            bytes.extend(table.values);
        }
    }
    bytes.extend([0xff, 0xda, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
}

/// JFIF's conversion from RGB ([ITU-T T.871](https://www.itu.int/rec/T-REC-T.871)).
fn y_cb_cr(color: [u8; 3]) -> [f32; 3] {
    let [r, g, b] = color.map(f32::from);
    let y = 0.299 * r + 0.587 * g + 0.114 * b;
    [y, (b - y) / 1.772 + 128.0, (r - y) / 1.402 + 128.0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Colors;
    use rand::{rngs::Xoshiro256PlusPlus, RngExt, SeedableRng};

    const COLORS: Colors = Colors { ground: [250, 240, 225], ink: [120, 30, 90] };

    /// Discs on the ground, and noise when asked for: flat blocks, edges and every frequency.
    fn canvas(width: usize, height: usize, noise: bool, seed: u64) -> Canvas {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut canvas = Canvas::new(width, height, COLORS);
        for (y, row) in canvas.rows_mut().enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                let disc = (x % 50) as f32 - 25.0;
                let inside = 20.0 - disc.hypot((y % 50) as f32 - 25.0);
                *pixel = ((inside + 0.5).clamp(0.0, 1.0) * 255.0) as u8;
                if noise {
                    *pixel = rng.random();
                }
            }
        }
        canvas
    }

    #[track_caller]
    fn decoded(canvas: &Canvas, quality: u8) -> image::RgbImage {
        let bytes = encode(canvas, quality);
        let picture = image::load_from_memory_with_format(&bytes, image::ImageFormat::Jpeg).unwrap().into_rgb8();
        assert_eq!(picture.dimensions(), (canvas.width() as u32, canvas.height() as u32));
        picture
    }

    /// Mean difference of the green channel, most of luma: chroma is kept at half its size.
    fn difference(canvas: &Canvas, picture: &image::RgbImage) -> f32 {
        let pixels = picture.pixels().zip(canvas.ink());
        pixels.map(|(pixel, &ink)| f32::from(pixel.0[1].abs_diff(canvas.colors.mix(ink)[1]))).sum::<f32>()
            / canvas.ink().len() as f32
    }

    #[test]
    fn every_size_decodes_to_what_was_drawn() {
        for (width, height) in [(32, 16), (33, 17), (47, 31), (48, 32), (128, 30), (256, 60), (1024, 16), (32, 512)] {
            let canvas = canvas(width, height, false, 1);
            let difference = difference(&canvas, &decoded(&canvas, 90));
            assert!(difference < 3.0, "{width}x{height}: {difference}");
        }
    }

    #[test]
    fn every_quality_decodes_and_a_better_one_is_nearer() {
        let canvas = canvas(160, 80, false, 2);
        let differences: Vec<f32> = (1..=100).map(|quality| difference(&canvas, &decoded(&canvas, quality))).collect();
        assert!(differences[0] > differences[49] && differences[49] > differences[99], "{differences:?}");
        assert!(differences[99] < 1.5, "{}", differences[99]);
    }

    /// Noise at full quality has codes of every length, long runs of bits and bytes to be stuffed.
    #[test]
    fn noise_decodes_too() {
        for seed in 0..20 {
            let canvas = canvas(96, 64, true, seed);
            let (fine, coarse) =
                (difference(&canvas, &decoded(&canvas, 100)), difference(&canvas, &decoded(&canvas, 5)));
            assert!(fine < 9.0 && coarse < 60.0, "{fine} {coarse}");
        }
    }
}
