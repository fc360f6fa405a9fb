//! The standard's tables, and what is worked out of them.

/// libjpeg's reading of quality.
pub(super) fn scaled(table: &[u8; 64], quality: u8) -> [u8; 64] {
    let quality = u32::from(quality.clamp(1, 100));
    let scale = if quality < 50 { 5000 / quality } else { 200 - quality * 2 };
    table.map(|value| ((u32::from(value) * scale + 50) / 100).clamp(1, 255) as u8)
}

/// The lowest bits of a code, which tell its length.
pub(super) const LENGTH: u32 = 31;

pub(super) struct Huffman {
    pub lengths: &'static [u8; 16],
    pub values: &'static [u8],
    /// By symbol: the code in the highest bits, its length in the [lowest ones](LENGTH).
    pub codes: [u32; 256],
}

impl Huffman {
    const fn new(lengths: &'static [u8; 16], values: &'static [u8]) -> Self {
        let mut codes = [0; 256];
        let (mut code, mut place, mut length) = (0, 0, 1);
        while length <= 16 {
            let mut count = 0;
            while count < lengths[length as usize - 1] {
                codes[values[place] as usize] = code << (32 - length) | length;
                (code, place, count) = (code + 1, place + 1, count + 1);
            }
            code <<= 1;
            length += 1;
        }
        Self { lengths, values, codes }
    }

    /// Adds the table to a file, without those of the longest codes that come after `rarest`.
    pub fn write(&self, rarest: u32, file: &mut Vec<u8>) {
        let is_there = |symbol: u8| {
            let code = self.codes[usize::from(symbol)];
            code & LENGTH < 16 || code <= rarest
        };
        let left_out = self.values.iter().rev().take_while(|&&symbol| !is_there(symbol)).count();
        file.extend(&self.lengths[..15]);
        file.push(self.lengths[15] - left_out as u8);
        file.extend(&self.values[..self.values.len() - left_out]);
    }

    /// The code of a run of zeros, in its upper four bits, and what follows it, followed by that: negative ones are written as one
    /// less, without the sign, and come as one less.
    #[inline(always)]
    pub const fn code(&self, run: u32, value: i32) -> u32 {
        let size = 32 - (value ^ value >> 31).leading_zeros();
        let code = self.codes[(run << 4 | size) as usize & 0xff];
        let bits = value as u32 & ((1 << size) - 1);
        (code | bits << (32 - (code & LENGTH) - size)) + size
    }
}

/// The codes of all planes.
pub(super) struct Coding {
    /// Of first frequencies, as differences.
    pub dc: Huffman,
    pub ac: Huffman,
    /// Those of later frequencies that are common, by run and value; 0 for others.
    common: [u32; 16 * Self::VALUES],
}

impl Coding {
    /// How many values of each run are looked up, half of them negative.
    const VALUES: usize = 64;

    const fn new(dc: Huffman, ac: Huffman) -> Self {
        let mut common = [0; 16 * Self::VALUES];
        let mut i = 0;
        while i < common.len() {
            let (run, value) = (i / Self::VALUES, (i % Self::VALUES) as i32 - Self::VALUES as i32 / 2);
            let size = 32 - (value ^ value >> 31).leading_zeros();
            if size > 0 && ac.codes[run << 4 | size as usize] & LENGTH < 16 {
                common[i] = ac.code(run as u32, value);
            }
            i += 1;
        }
        Self { dc, ac, common }
    }

    /// As [`Huffman::code`] of later frequencies, but 0 for what is rare.
    #[inline(always)]
    pub fn common(&self, run: u32, value: i32) -> u32 {
        let place = (value + Self::VALUES as i32 / 2) as u32;
        if run > 15 || place >= Self::VALUES as u32 {
            return 0;
        }
        self.common[(run as usize * Self::VALUES + place as usize) % (16 * Self::VALUES)]
    }
}

pub(super) static CODING: Coding =
    Coding::new(Huffman::new(&LUMA_DC_LENGTHS, &DC_VALUES), Huffman::new(&LUMA_AC_LENGTHS, &LUMA_AC_VALUES));

/// The place in [`Block::Waves`] of each step of the zigzag.
#[rustfmt::skip]
pub(super) const PLACES: [u8; 64] = [
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
pub(super) static STEPS: [[u64; 256]; 8] = {
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
pub(super) const LUMA_QUANTS: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29,
    51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
    120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
#[rustfmt::skip]
pub(super) const CHROMA_QUANTS: [u8; 64] = [
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
