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
use plane::Plane;
use tables::{coding, scaled, Coding, CHROMA_QUANTS, LUMA_QUANTS, PLACES};
use transform::{Block, MIDDLE};

/// Encodes `canvas` with `quality` 1 to 100.
pub(crate) fn encode(canvas: &Canvas, quality: u8) -> Vec<u8> {
    let quants = [&LUMA_QUANTS, &CHROMA_QUANTS].map(|table| scaled(table, quality));
    let coding = coding(quality);
    let (ground, ink) = (y_cb_cr(canvas.colors.ground), y_cb_cr(canvas.colors.ink));
    let [mut y, mut cb, mut cr]: [Plane; 3] =
        std::array::from_fn(|i| Plane::new(ground[i], ink[i], &quants[i.min(1)], coding));
    let mut bits = Bits::new();
    let last = canvas.height() - 1;
    for top in (0..canvas.height()).step_by(LANES) {
        let rows: [&[u8]; LANES] =
            std::array::from_fn(|i| &canvas.ink()[(top + i).min(last) * canvas.width()..][..canvas.width()]);
        for left in (0..canvas.width()).step_by(LANES) {
            let square = rows.map(|row| pixels(&row[left..]));
            for rows in square.as_chunks().0 {
                let flat = flat(rows);
                y.write(&quarter(rows, flat & 0xff == 0xff, i16x8::from_u8x16_low), &mut bits);
                y.write(&quarter(rows, flat >> 8 == 0xff, i16x8::from_u8x16_high), &mut bits);
            }
            let half = half(&square);
            cb.write(&half, &mut bits);
            cr.write(&half, &mut bits);
            bits.pack();
        }
    }
    let mut file = Vec::with_capacity(ROOM);
    headers(&mut file, canvas, &quants, coding, bits.rarest());
    bits.finish(&mut file);
    file.extend([0xff, 0xd9]);
    file
}

/// The next sixteen pixels of a row. Beyond its end the last one is repeated, as is the last row below a canvas.
#[inline(always)]
fn pixels(row: &[u8]) -> u8x16 {
    match row.first_chunk() {
        Some(pixels) => u8x16::new(*pixels),
        None => u8x16::new(padded(row, row[row.len() - 1])),
    }
}

/// Which bytes of eight rows are as the first one of their half in all rows.
#[inline(always)]
fn flat(rows: &[u8x16; 8]) -> u32 {
    let pixels = rows[0].as_array();
    let first: u8x16 = bytemuck::cast([pixels[0], pixels[8]].map(|pixel| [pixel; 8]));
    let differing = rows.iter().fold(u8x16::ZERO, |differing, row| differing | (*row ^ first));
    differing.simd_eq(u8x16::ZERO).to_bitmask()
}

/// The left or the right half of eight rows.
#[inline(always)]
fn quarter(rows: &[u8x16; 8], is_flat: bool, half: impl Fn(u8x16) -> i16x8) -> Block {
    let row = |i: usize| half(rows[i]) - i16x8::splat(MIDDLE);
    if is_flat {
        Block::Flat(row(0).as_array()[0])
    } else {
        Block::waves(std::array::from_fn(row))
    }
}

/// A square at half its size.
#[inline(always)]
fn half(square: &[u8x16; LANES]) -> Block {
    // Neighbours are the bytes of one number: either order has the same sum.
    let sums = |pixels: u8x16| {
        let pairs: u16x8 = bytemuck::cast(pixels);
        (pairs & u16x8::splat(0xff)) + (pairs >> 8)
    };
    Block::of(std::array::from_fn(|i| {
        let means = (sums(square[2 * i]) + sums(square[2 * i + 1]) + u16x8::splat(2)) >> 2;
        bytemuck::cast::<_, i16x8>(means) - i16x8::splat(MIDDLE)
    }))
}

fn headers(bytes: &mut Vec<u8>, canvas: &Canvas, quants: &[[u8; 64]; 2], coding: &Coding, rarest: u32) {
    bytes.extend(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\0\0\x01\0\x01\0\0");
    bytes.extend([0xff, 0xdb, 0, 2 + 2 * 65]);
    for (i, table) in (0u8..).zip(quants) {
        bytes.push(i);
        bytes.extend(PLACES.map(|place| table[usize::from(place)]));
    }
    bytes.extend([0xff, 0xc0, 0, 17, 8]);
    bytes.extend((canvas.height() as u16).to_be_bytes());
    bytes.extend((canvas.width() as u16).to_be_bytes());
    bytes.extend([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
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
}
