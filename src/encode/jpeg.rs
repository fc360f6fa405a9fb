//! JPEG for canvases: baseline, 4:2:0 ([ITU-T T.81](https://www.w3.org/Graphics/JPEG/itu-t81.pdf)).
//!
//! Every pixel of a canvas lies on the line between two colours, so each plane is the ink, scaled and moved. The
//! transform is linear, so that of the ink serves all planes: scale and move are folded into the quantization. That, and skipping what is
//! flat or zero, is why this is here and no general encoder, which knows nothing of it and takes twice as long.

use std::sync::LazyLock;

use wide::{i16x8, u8x16};

use super::ROOM;
use crate::draw::Canvas;
use crate::simd::{padded, LANES};

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

/// Rows of a block of ink, from which half of full ink is taken away; or its frequencies.
type Lines = [i16x8; 8];

/// Frequencies of an 8x8 block of ink. Few of them exist at a time, and all on the stack, so that their size does no harm.
#[allow(clippy::large_enum_variant)]
enum Block {
    /// All pixels alike.
    Flat(i16),
    /// By column, then by row, scaled as [`transform`] leaves them.
    Waves(Lines),
}

/// What is taken away from ink, so that numbers of 16 bits hold all frequencies.
const MIDDLE: i16 = 128;

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

impl Block {
    #[inline(always)]
    fn of(rows: Lines) -> Self {
        let first = i16x8::splat(rows[0].as_array()[0]);
        if rows.iter().fold(i16x8::ZERO, |differing, row| differing | (*row ^ first)) == i16x8::ZERO {
            return Self::Flat(first.as_array()[0]);
        }
        Self::Waves(transform(rows))
    }
}

/// Discrete cosine transform (Arai, Agui and Nakajima), each frequency too large by 8 and its [`AAN`] factors, turned by
/// the diagonal.
#[inline(always)]
fn transform(lines: Lines) -> Lines {
    pass(i16x8::transpose(pass(lines)))
}

const AAN: [f32; 8] = [1.0, 1.387_039_8, 1.306_563, 1.175_875_6, 1.0, 0.785_694_96, 0.541_196_1, 0.275_899_38];

/// By column, then by row: the power of two that brings a frequency to about the range of all others, so that its factor has
/// as many digits as theirs.
const POWERS: Lines = {
    let mut powers = [i16x8::new([1; 8]); 8];
    let mut column = 0;
    while column < 8 {
        let mut rows = [1; 8];
        let mut row = 0;
        while row < 8 {
            while AAN[column] * AAN[row] * (2 * rows[row]) as f32 / 2.0 < 1.0 {
                rows[row] *= 2;
            }
            row += 1;
        }
        powers[column] = i16x8::new(rows);
        column += 1;
    }
    powers
};

/// A factor below 2 for [`times`].
const fn factor(factor: f32) -> i16 {
    (factor * 16384.0 + 0.5) as i16
}

#[inline(always)]
fn times(numbers: i16x8, factor: i16) -> i16x8 {
    (numbers << 2u32).mul_keep_high(i16x8::splat(factor))
}

#[inline(always)]
fn pass(d: Lines) -> Lines {
    let (t0, t7) = (d[0] + d[7], d[0] - d[7]);
    let (t1, t6) = (d[1] + d[6], d[1] - d[6]);
    let (t2, t5) = (d[2] + d[5], d[2] - d[5]);
    let (t3, t4) = (d[3] + d[4], d[3] - d[4]);
    let (t10, t13) = (t0 + t3, t0 - t3);
    let (t11, t12) = (t1 + t2, t1 - t2);
    let z1 = times(t12 + t13, const { factor(0.707_106_77) });
    let (u10, u11, u12) = (t4 + t5, t5 + t6, t6 + t7);
    let z5 = times(u10 - u12, const { factor(0.382_683_43) });
    let z2 = times(u10, const { factor(0.541_196_1) }) + z5;
    let z4 = times(u12, const { factor(1.306_563) }) + z5;
    let z3 = times(u11, const { factor(0.707_106_77) });
    let (z11, z13) = (t7 + z3, t7 - z3);
    [t10 + t11, z11 + z4, t13 + z1, z13 - z2, t10 - t11, z13 + z2, t13 - z1, z11 - z4]
}

/// What turns frequencies of ink into the bits of one plane.
struct Plane<'a> {
    /// In the order of [`Block::Waves`]: the factor, in 2^16ths, of each frequency times its [power](POWERS).
    factors: Lines,
    /// The factor of the first one, which needs more digits, and what the ground adds to it.
    first: f32,
    offset: f32,
    /// The last block's first one.
    dc: i32,
    huffman: &'a [Huffman; 2],
}

impl<'a> Plane<'a> {
    fn new(ground: f32, ink: f32, quants: &[u8; 64], huffman: &'a [Huffman; 2]) -> Self {
        let way = (ink - ground) / 255.0;
        let factors = std::array::from_fn(|column| {
            i16x8::new(std::array::from_fn(|row| {
                let scale = AAN[column] * AAN[row] * f32::from(POWERS[column].as_array()[row]) * 8.0;
                (65536.0 * way / (f32::from(quants[row * 8 + column]) * scale)).round() as i16
            }))
        });
        let first = way / (f32::from(quants[0]) * 8.0);
        let middle = ground + f32::from(MIDDLE) * way;
        Self { factors, first, offset: (middle - 128.0) * 8.0 / f32::from(quants[0]), dc: 0, huffman }
    }

    #[inline(always)]
    fn write(&mut self, block: &Block, bits: &mut Bits) {
        match block {
            Block::Flat(value) => {
                self.write_dc(64 * value, bits);
                bits.put(self.huffman[1].codes[0]);
            }
            Block::Waves(lines) => self.write_waves(lines, bits),
        }
    }

    #[inline(always)]
    fn write_dc(&mut self, frequency: i16, bits: &mut Bits) {
        let dc = rounded(f32::from(frequency) * self.first + self.offset);
        bits.put_value(&self.huffman[0], 0, dc - self.dc);
        self.dc = dc;
    }

    fn write_waves(&mut self, lines: &Lines, bits: &mut Bits) {
        self.write_dc(lines[0].as_array()[0], bits);
        let mut values = [i16x8::ZERO; 8];
        for (i, value) in values.iter_mut().enumerate() {
            let scaled = lines[i] * POWERS[i];
            // The upper half of the product, rounded by the highest bit of the lower one.
            let rest: i16x8 = (scaled * self.factors[i]) >> 15u32;
            *value = scaled.mul_keep_high(self.factors[i]) - rest;
        }
        // Most are 0. The others are found by their bits, in the order of the zigzag.
        let mut there = 0;
        for i in 0..4 {
            let zero = |values: i16x8| values.simd_eq(i16x8::ZERO) & i16x8::splat(0xff);
            let zeros = u8x16::narrow_i16x8(zero(values[2 * i]), zero(values[2 * i + 1])).to_bitmask() as usize;
            there |= STEPS[2 * i][!zeros & 0xff] | STEPS[2 * i + 1][!zeros >> 8 & 0xff];
        }
        let values = values.map(i16x8::to_array);
        let values = values.as_flattened();
        there &= !1;
        let mut last = 0;
        while there != 0 {
            let place = there.trailing_zeros();
            let mut run = place - last - 1;
            while run > 15 {
                bits.put(self.huffman[1].codes[0xf0]);
                run -= 16;
            }
            bits.put_value(&self.huffman[1], run << 4, values[PLACES[place as usize] as usize].into());
            last = place;
            there &= there - 1;
        }
        if last < 63 {
            bits.put(self.huffman[1].codes[0]);
        }
    }
}

/// To the nearest whole number, for numbers below 2^22: adding 1.5 * 2^23 leaves no bits for a fraction.
#[inline(always)]
fn rounded(value: f32) -> i32 {
    (value + 12_582_912.0).to_bits() as i32 - 0x4b40_0000
}

/// Bits to bytes.
///
/// All bits that wait are written, and written again with what follows as long as they are no whole byte. That takes no
/// branch, which would be guessed wrong half of the time.
struct Bits {
    bytes: Vec<u8>,
    /// Where the next whole byte goes.
    at: usize,
    /// The first bit that waits is the highest.
    waiting: u64,
    count: u32,
}

impl Bits {
    fn new() -> Self {
        Self { bytes: vec![0; ROOM], at: 0, waiting: 0, count: 0 }
    }

    /// Adds a code, packed as in [`Huffman`].
    #[inline(always)]
    fn put(&mut self, code: u32) {
        self.put_bits(code >> 8, code & 0xff);
    }

    #[inline(always)]
    fn put_value(&mut self, huffman: &Huffman, run: u32, value: i32) {
        let size = 32 - value.unsigned_abs().leading_zeros();
        // Negative ones are written as one less, without the sign.
        let bits = (value + (value >> 31)) as u32 & ((1 << size) - 1);
        let code = huffman.codes[(run | size) as usize & 0xff];
        self.put_bits((code >> 8) << size | bits, (code & 0xff) + size);
    }

    /// Adds the lowest `size` bits, up to 27.
    #[inline(always)]
    fn put_bits(&mut self, bits: u32, size: u32) {
        self.count += size;
        self.waiting |= u64::from(bits) << (64 - self.count);
        if self.at + 8 > self.bytes.len() {
            self.grow();
        }
        *self.bytes[self.at..].first_chunk_mut().expect("there is room") = self.waiting.to_be_bytes();
        self.at += self.count as usize / 8;
        self.waiting <<= self.count & !7;
        self.count &= 7;
    }

    #[cold]
    fn grow(&mut self) {
        self.bytes.resize(2 * self.bytes.len(), 0);
    }

    /// Adds the bytes to a file, each 0xff followed by a zero, since it would start a marker.
    fn finish(mut self, file: &mut Vec<u8>) {
        self.put_bits(0x7f, 7);
        for part in self.bytes[..self.at].split_inclusive(|&byte| byte == 0xff) {
            file.extend_from_slice(part);
            if part.last() == Some(&0xff) {
                file.push(0);
            }
        }
    }
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

/// libjpeg's reading of quality.
fn scaled(table: &[u8; 64], quality: u8) -> [u8; 64] {
    let quality = u32::from(quality.clamp(1, 100));
    let scale = if quality < 50 { 5000 / quality } else { 200 - quality * 2 };
    table.map(|value| ((u32::from(value) * scale + 50) / 100).clamp(1, 255) as u8)
}

/// JFIF's conversion from RGB ([ITU-T T.871](https://www.itu.int/rec/T-REC-T.871)).
fn y_cb_cr(color: [u8; 3]) -> [f32; 3] {
    let [r, g, b] = color.map(f32::from);
    let y = 0.299 * r + 0.587 * g + 0.114 * b;
    [y, (b - y) / 1.772 + 128.0, (r - y) / 1.402 + 128.0]
}

struct Huffman {
    lengths: &'static [u8; 16],
    values: &'static [u8],
    /// By symbol: the code, then its length in the lowest byte.
    codes: [u32; 256],
}

impl Huffman {
    fn new(lengths: &'static [u8; 16], values: &'static [u8]) -> Self {
        let mut codes = [0; 256];
        let (mut code, mut value) = (0, values.iter());
        for (&count, length) in lengths.iter().zip(1..) {
            for &symbol in value.by_ref().take(count.into()) {
                codes[usize::from(symbol)] = code << 8 | length;
                code += 1;
            }
            code <<= 1;
        }
        Self { lengths, values, codes }
    }
}

/// For luma and chroma, first and later frequencies.
static HUFFMAN: LazyLock<[[Huffman; 2]; 2]> = LazyLock::new(|| {
    [
        [Huffman::new(&LUMA_DC_LENGTHS, &DC_VALUES), Huffman::new(&LUMA_AC_LENGTHS, &LUMA_AC_VALUES)],
        [Huffman::new(&CHROMA_DC_LENGTHS, &DC_VALUES), Huffman::new(&CHROMA_AC_LENGTHS, &CHROMA_AC_VALUES)],
    ]
});

/// The place in [`Block::Waves`] of each step of the zigzag.
#[rustfmt::skip]
const PLACES: [u8; 64] = [
    0, 8, 1, 2, 9, 16, 24, 17, 10, 3, 4, 11, 18, 25, 32, 40, 33, 26, 19, 12, 5, 6, 13, 20, 27, 34, 41, 48, 56, 49,
    42, 35, 28, 21, 14, 7, 15, 22, 29, 36, 43, 50, 57, 58, 51, 44, 37, 30, 23, 31, 38, 45, 52, 59, 60, 53, 46, 39,
    47, 54, 61, 62, 55, 63,
];
/// The step of the zigzag of each place.
#[rustfmt::skip]
const ZIGZAG: [u8; 64] = [
    0, 2, 3, 9, 10, 20, 21, 35, 1, 4, 8, 11, 19, 22, 34, 36, 5, 7, 12, 18, 23, 33, 37, 48, 6, 13, 17, 24, 32, 38,
    47, 49, 14, 16, 25, 31, 39, 46, 50, 57, 15, 26, 30, 40, 45, 51, 56, 58, 27, 29, 41, 44, 52, 55, 59, 62, 28, 42,
    43, 53, 54, 60, 61, 63,
];

/// By column and by which of its eight rows: the steps of the zigzag, as bits.
static STEPS: [[u64; 256]; 8] = {
    let mut table = [[0; 256]; 8];
    let mut i = 0;
    while i < 8 * 256 * 8 {
        let (column, rows, row) = (i / (256 * 8), i / 8 % 256, i % 8);
        if rows >> row & 1 == 1 {
            table[column][rows] |= 1 << ZIGZAG[8 * column + row];
        }
        i += 1;
    }
    table
};

/// Quantization tables of T.81, annex K.1, row by row.
#[rustfmt::skip]
const LUMA_QUANTS: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29,
    51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
    120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
#[rustfmt::skip]
const CHROMA_QUANTS: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
];
/// Huffman tables of T.81, annex K.3: how many codes there are of each length, and what they stand for.
#[rustfmt::skip]
const LUMA_DC_LENGTHS: [u8; 16] = [
    0x00, 0x01, 0x05, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
];
#[rustfmt::skip]
const CHROMA_DC_LENGTHS: [u8; 16] = [
    0x00, 0x03, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00,
];
#[rustfmt::skip]
const DC_VALUES: [u8; 12] = [
    0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B,
];
#[rustfmt::skip]
const LUMA_AC_LENGTHS: [u8; 16] = [
    0x00, 0x02, 0x01, 0x03, 0x03, 0x02, 0x04, 0x03, 0x05, 0x05, 0x04, 0x04, 0x00, 0x00, 0x01, 0x7D,
];
#[rustfmt::skip]
const LUMA_AC_VALUES: [u8; 162] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71,
    0x14, 0x32, 0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52, 0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72,
    0x82, 0x09, 0x0A, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x34, 0x35, 0x36, 0x37,
    0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59,
    0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x83,
    0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3,
    0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3,
    0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE1, 0xE2,
    0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA,
];
#[rustfmt::skip]
const CHROMA_AC_LENGTHS: [u8; 16] = [
    0x00, 0x02, 0x01, 0x02, 0x04, 0x04, 0x03, 0x04, 0x07, 0x05, 0x04, 0x04, 0x00, 0x01, 0x02, 0x77,
];
#[rustfmt::skip]
const CHROMA_AC_VALUES: [u8; 162] = [
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13, 0x22,
    0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xA1, 0xB1, 0xC1, 0x09, 0x23, 0x33, 0x52, 0xF0, 0x15, 0x62, 0x72, 0xD1,
    0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25, 0xF1, 0x17, 0x18, 0x19, 0x1A, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x35, 0x36,
    0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58,
    0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A,
    0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A,
    0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA,
    0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA,
    0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA,
];

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

    #[test]
    fn numbers_are_rounded_to_the_nearest() {
        for (value, whole) in [(0.0, 0), (0.49, 0), (0.51, 1), (-0.51, -1), (-2047.4, -2047), (1023.6, 1024)] {
            assert_eq!(rounded(value), whole, "{value}");
        }
    }
}
