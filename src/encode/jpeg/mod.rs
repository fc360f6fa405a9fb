//! JPEG for canvases: baseline, 4:2:0 ([ITU-T T.81](https://www.w3.org/Graphics/JPEG/itu-t81.pdf)).
//!
//! Every pixel of a canvas lies on the line between two colours, so each plane is the ink, scaled and moved. The
//! transform is linear, so that of the ink serves all planes: scale and move are folded into the quantization. That, and skipping what is
//! flat or zero, is why this is here and no general encoder, which knows nothing of it and takes twice as long.

mod bits;
mod codes;
mod plane;
mod tables;
#[cfg(test)]
mod training;
mod transform;

use wide::{bytemuck, i16x8, u16x8, u8x16};

use super::ROOM;
use crate::draw::Canvas;
use crate::simd::{padded, LANES};
use bits::Bits;
use plane::{Plane, Quantized, CHROMA_SHARES, LUMA_SHARES, ORDER};
use tables::{coding, scaled, Coding, PLACES, QUANTS};
use transform::{Block, Lines, MIDDLE};

/// Encodes `canvas` with `quality` 1 to 100.
pub(crate) fn encode(canvas: &Canvas, quality: u8) -> Vec<u8> {
    let quants = scaled(&QUANTS, quality);
    let coding = coding(quality);
    let (ground, ink) = (y_cb_cr(canvas.colors.ground), y_cb_cr(canvas.colors.ink));
    let shares = [&LUMA_SHARES, &CHROMA_SHARES, &CHROMA_SHARES];
    let mut planes = std::array::from_fn(|i| Plane::new(ground[i], ink[i], &quants, shares[i], coding));
    let (mut blocks, mut quantized) = ([Block::default(); 5], [Quantized::default(); 6]);
    let (mut bits, mut rarest) = (Bits::new(), 0);
    let last = canvas.height() - 1;
    for top in (0..canvas.height()).step_by(LANES) {
        // Below a canvas its last row is repeated.
        let starts = std::array::from_fn(|i| (top + i).min(last) * canvas.width());
        for left in (0..canvas.width()).step_by(LANES) {
            transform_square(&square(canvas, &starts, left), &mut blocks);
            for (quantized, (plane, block)) in quantized.iter_mut().zip(ORDER) {
                planes[plane].quantize(&blocks[block], quantized);
            }
            plane::write(&planes, &blocks, &quantized, coding, &mut rarest, &mut bits);
        }
    }
    let mut file = Vec::with_capacity(ROOM);
    headers(&mut file, canvas, &quants, coding, rarest);
    bits.finish(&mut file);
    file.extend([0xff, 0xd9]);
    file
}

/// The next sixteen pixels of the rows that start there.
#[inline(always)]
fn square(canvas: &Canvas, starts: &[usize; LANES], left: usize) -> [u8x16; LANES] {
    if left + LANES > canvas.width() {
        return last_square(canvas, starts, left);
    }
    starts.map(|start| u8x16::new(*canvas.ink()[start + left..].first_chunk().expect("it is within the row")))
}

/// Beyond the end of a row its last pixel is repeated. Apart, so that no other square is copied by a length that is known only then.
#[cold]
fn last_square(canvas: &Canvas, starts: &[usize; LANES], left: usize) -> [u8x16; LANES] {
    starts.map(|start| {
        let row = &canvas.ink()[start..][..canvas.width()];
        u8x16::new(padded(&row[left..], row[row.len() - 1]))
    })
}

/// The four blocks of a square, and the one it is at half its size.
#[inline(always)]
fn transform_square(square: &[u8x16; LANES], blocks: &mut [Block; 5]) {
    let [blocks @ .., small] = blocks;
    for (rows, blocks) in square.as_chunks::<8>().0.iter().zip(blocks.as_chunks_mut::<2>().0) {
        let flat = flat(rows);
        blocks[0].set(flat & 0xff == 0xff, |i| i16x8::from_u8x16_low(rows[i]) - i16x8::splat(MIDDLE));
        blocks[1].set(flat >> 8 == 0xff, |i| i16x8::from_u8x16_high(rows[i]) - i16x8::splat(MIDDLE));
    }
    let rows = half(square);
    let first = i16x8::splat(rows[0].as_array()[0]);
    let differing = rows.iter().fold(i16x8::ZERO, |differing, row| differing | (*row ^ first));
    small.set(differing == i16x8::ZERO, |i| rows[i]);
}

/// Which bytes of eight rows are as the first one of their half in all rows.
#[inline(always)]
fn flat(rows: &[u8x16; 8]) -> u32 {
    let pixels = rows[0].as_array();
    let first: u8x16 = bytemuck::cast([pixels[0], pixels[8]].map(|pixel| [pixel; 8]));
    let differing = rows.iter().fold(u8x16::ZERO, |differing, row| differing | (*row ^ first));
    differing.simd_eq(u8x16::ZERO).to_bitmask()
}

/// A square at half its size, less [`MIDDLE`].
#[inline(always)]
fn half(square: &[u8x16; LANES]) -> Lines {
    // Neighbours are the bytes of one number: either order has the same sum.
    let sums = |pixels: u8x16| {
        let pairs: u16x8 = bytemuck::cast(pixels);
        (pairs & u16x8::splat(0xff)) + (pairs >> 8)
    };
    std::array::from_fn(|i| {
        let means = (sums(square[2 * i]) + sums(square[2 * i + 1]) + u16x8::splat(2)) >> 2;
        bytemuck::cast::<_, i16x8>(means) - i16x8::splat(MIDDLE)
    })
}

fn headers(bytes: &mut Vec<u8>, canvas: &Canvas, quants: &[u8; 64], coding: &Coding, rarest: u32) {
    bytes.extend(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\0\0\x01\0\x01\0\0");
    bytes.extend([0xff, 0xdb, 0, 2 + 65, 0]);
    bytes.extend(PLACES.map(|place| quants[usize::from(place)]));
    bytes.extend([0xff, 0xc0, 0, 17, 8]);
    bytes.extend((canvas.height() as u16).to_be_bytes());
    bytes.extend((canvas.width() as u16).to_be_bytes());
    bytes.extend([3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0]);
    let tables = [(0x00, &coding.dc, u32::MAX), (0x10, &coding.ac, rarest)];
    bytes.extend([0xff, 0xc4, 0, 0]);
    let start = bytes.len();
    for (name, table, rarest) in tables {
        bytes.push(name);
        table.write(rarest, bytes);
    }
    let length = (bytes.len() - start + 2) as u16;
    bytes[start - 2..start].copy_from_slice(&length.to_be_bytes());
    bytes.extend([0xff, 0xda, 0, 12, 3, 1, 0x00, 2, 0x00, 3, 0x00, 0, 63, 0]);
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

    /// Blocks whose frequencies are as large as they can be, every eighth of them, in the strongest colours.
    #[test]
    fn the_strongest_patterns_decode() {
        for (colors, most) in [
            (Colors { ground: [255; 3], ink: [0; 3] }, 2.0),
            (Colors { ground: [0; 3], ink: [255; 3] }, 2.0),
            (Colors { ground: [0, 0, 255], ink: [255, 255, 0] }, 60.0),
        ] {
            let mut canvas = Canvas::new(1024, 512, colors);
            for (y, row) in canvas.rows_mut().enumerate() {
                for (x, pixel) in row.iter_mut().enumerate() {
                    let block = y / 8 * 128 + x / 8;
                    let [down, across] = (block as u16 * 8 + block as u16 % 7).to_be_bytes();
                    *pixel = if (down >> (y % 8) ^ across >> (x % 8)) & 1 == 1 { 255 } else { 0 };
                }
            }
            for quality in [1, 50, 74, 75, 90, 100] {
                let difference = difference(&canvas, &decoded(&canvas, quality));
                assert!(quality < 100 || difference < most, "{difference}");
            }
        }
    }

    /// Noise at full quality has codes of every length, long runs of bits and bytes to be stuffed.
    #[test]
    fn noise_decodes_too() {
        for seed in 0..20 {
            let canvas = canvas(96, 64, true, seed);
            for quality in 1..=100 {
                decoded(&canvas, quality);
            }
            let (fine, coarse) =
                (difference(&canvas, &decoded(&canvas, 100)), difference(&canvas, &decoded(&canvas, 5)));
            assert!(fine < 9.0 && coarse < 60.0, "{fine} {coarse}");
        }
    }
    /// Codes of 13 bits and more are in the file as far as they are needed.
    #[test]
    fn the_table_ends_with_a_symbol_of_the_picture() {
        for (quality, noise) in [(10, false), (50, false), (50, true), (90, false), (90, true)] {
            let file = encode(&canvas(96, 64, noise, 1), quality);
            let mut counts = [[0; 256]; 2];
            training::count_file(&file, 6 * 4 * 6, &mut counts);
            let scan = file.windows(2).position(|marker| marker == [0xff, 0xda]).unwrap();
            let table = file.windows(2).position(|marker| marker == [0xff, 0xc4]).unwrap() + 4;
            let later = &file[table + 17 + 12..scan];
            assert_eq!(later[0], 0x10);
            let has_long_codes = later[13..17].iter().any(|&count| count > 0);
            assert!(!has_long_codes || counts[1][usize::from(file[scan - 1])] > 0, "{quality} {noise}");
        }
    }
}
