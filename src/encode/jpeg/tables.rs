//! Tables of numbers, and what is worked out of them.

use super::bits::{LENGTH, LONGEST};
use super::codes;

/// libjpeg's reading of quality. The highest frequency has at least 2, so that numbers of 16 bits hold its factor; the first one at most
/// 96, a step of 12 levels, so that the ground keeps its colour.
pub(super) fn scaled(table: &[u8; 64], quality: u8) -> [u8; 64] {
    let quality = u32::from(quality.clamp(1, 100));
    let scale = if quality < 50 { 5000 / quality } else { 200 - quality * 2 };
    let mut quants = table.map(|value| ((u32::from(value) * scale + 50) / 100).clamp(1, 255) as u8);
    quants[0] = quants[0].min(96);
    quants[63] = quants[63].max(2);
    quants
}

/// The shortest length of codes that count as rare: few enough that keeping account of them takes no time, so many that a table
/// without those which a file does not need is short.
const RARE: u32 = 13;

pub(super) struct Huffman {
    pub lengths: &'static [u8; 16],
    pub values: &'static [u8],
    /// By symbol: the code, and its length in the [lowest bits](LENGTH). So they grow from one value to the next.
    pub codes: [u32; 256],
}

impl Huffman {
    const fn new(lengths: &'static [u8; 16], values: &'static [u8]) -> Self {
        let mut codes = [0; 256];
        let (mut code, mut place, mut length) = (0, 0, 1);
        while length <= 16 {
            let mut count = 0;
            while count < lengths[length as usize - 1] {
                codes[values[place] as usize] = (code * (LENGTH + 1)) | length;
                (code, place, count) = (code + 1, place + 1, count + 1);
            }
            code <<= 1;
            length += 1;
        }
        Self { lengths, values, codes }
    }

    /// Adds the table to a file, without the rare codes that come after `rarest`.
    pub fn write(&self, rarest: u32, file: &mut Vec<u8>) {
        let (mut lengths, mut values) = (*self.lengths, self.values);
        while let Some((&last, others)) = values.split_last() {
            let code = self.codes[usize::from(last)];
            if code <= rarest || code & LENGTH < RARE {
                break;
            }
            lengths[(code & LENGTH) as usize - 1] -= 1;
            values = others;
        }
        file.extend(lengths);
        file.extend(values);
    }

    /// The code of a run of zeros and of what follows it, followed by that: negative ones are written as one less, without the sign, and
    /// come as one less.
    #[inline(always)]
    pub const fn code(&self, run: u32, value: i32) -> u32 {
        let (code, size) = (self.prefix(run, value), size(value));
        let bits = value as u32 & ((1 << size) - 1);
        (((code & !LENGTH) << size) | (bits * (LENGTH + 1))) + (code & LENGTH) + size
    }

    /// The same without the value: that of the symbol.
    #[inline(always)]
    pub const fn prefix(&self, run: u32, value: i32) -> u32 {
        self.codes[(run << 4 | size(value)) as usize & 0xff]
    }
}

/// How many bits a value takes.
#[inline(always)]
const fn size(value: i32) -> u32 {
    32 - (value ^ value >> 31).leading_zeros()
}

/// The codes of all planes.
pub(super) struct Coding {
    /// Of first frequencies, as differences.
    pub dc: Huffman,
    pub ac: Huffman,
    /// Those of later frequencies that are common, by how many steps of the zigzag they are from the one before, and by value: the
    /// magnitude, 31 if it is greater, and [`NEGATIVE`]. 0 for others.
    common: [u32; 63 * VALUES + 256],
}

/// How long codes are at most that are looked up.
const COMMON: u32 = 16;
/// How many values are looked up, half of them negative.
const VALUES: usize = 2 * NEGATIVE as usize;
/// What is added to the magnitude of a negative value that is looked up.
pub(super) const NEGATIVE: u8 = 32;

impl Coding {
    const fn new(dc: Huffman, ac: Huffman) -> Self {
        assert!(ac.codes[0] & LENGTH < RARE, "ends of blocks are in every file");
        let mut common = [0; 63 * VALUES + 256];
        let mut i = 0;
        while i < 16 * VALUES {
            let (run, magnitude) = ((i / VALUES) as u32, (i % VALUES) as i32 % NEGATIVE as i32);
            let size = 32 - magnitude.leading_zeros();
            // The greatest magnitude stands for all that are greater.
            let is_common = size > 0 && magnitude + 1 < NEGATIVE as i32;
            if is_common && ac.codes[(run << 4 | size) as usize] & LENGTH < RARE {
                let code = ac.code(run, if i % VALUES < NEGATIVE as usize { magnitude } else { !magnitude });
                if code & LENGTH <= COMMON {
                    common[VALUES + i] = code;
                }
            }
            i += 1;
        }
        let (mut longest, mut size) = (0, 0);
        while size <= 11 {
            let length = (dc.codes[size as usize] & LENGTH) + size;
            longest = if length > longest { length } else { longest };
            size += 1;
        }
        assert!(longest <= LONGEST);
        // What waits at most: less than a byte and three later frequencies, or two, the end of a block and the next one's first.
        assert!(7 + 3 * COMMON < 64 && 7 + 2 * COMMON + (ac.codes[0] & LENGTH) + longest < 64);
        Self { dc, ac, common }
    }

    /// As [`Huffman::code`] of later frequencies, but 0 for what is rare.
    #[inline(always)]
    pub fn common(&self, steps: u32, value: u8) -> u32 {
        self.common[steps as usize % 64 * VALUES + usize::from(value)]
    }
}

/// The codes for files of `quality`: finer quanta leave more values, and greater ones.
pub(super) fn coding(quality: u8) -> &'static Coding {
    if quality < FINE_FROM {
        &USUAL
    } else {
        &FINE
    }
}

/// Where both take about as many bytes.
const FINE_FROM: u8 = 75;

static USUAL: Coding = Coding::new(
    Huffman::new(&codes::USUAL_DC_LENGTHS, &codes::USUAL_DC_VALUES),
    Huffman::new(&codes::USUAL_AC_LENGTHS, &codes::USUAL_AC_VALUES),
);
static FINE: Coding = Coding::new(
    Huffman::new(&codes::FINE_DC_LENGTHS, &codes::FINE_DC_VALUES),
    Huffman::new(&codes::FINE_AC_LENGTHS, &codes::FINE_AC_VALUES),
);

/// The place in [`Block::lines`](super::transform::Block::lines) of each step of the zigzag.
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

/// By column, then by row: quanta of all planes. T.81's (annex K.1) are made for photographs and cut off most of what an edge is made
/// of. The first one is finer, since the ground's colour hangs on it. A table for chroma alone would take more bytes than it saves.
pub(super) const QUANTS: [u8; 64] = {
    let mut quants = [24; 64];
    let mut i = 1;
    while i < 64 {
        quants[i] = 35 + ((3 * (i / 8 + i % 8) + 2) / 4) as u8;
        i += 1;
    }
    quants
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The end of a block, sixteen zeros, and each size after each run.
    fn later() -> impl Iterator<Item = u8> {
        [0x00, 0xf0].into_iter().chain((1..=10).flat_map(|size| (0..16).map(move |run| run << 4 | size)))
    }

    #[test]
    fn everything_has_a_code_that_starts_no_other() {
        for coding in [&USUAL, &FINE] {
            for (huffman, symbols) in [(&coding.dc, (0..=11).collect()), (&coding.ac, later().collect::<Vec<u8>>())] {
                let mut codes: Vec<u32> = symbols.iter().map(|&symbol| huffman.codes[usize::from(symbol)]).collect();
                codes.sort_unstable();
                // Where each one's share of all numbers ends, the next one's starts.
                let mut next = 0;
                for code in codes {
                    let (code, length) = (code / (LENGTH + 1), code & LENGTH);
                    assert!((1..=16).contains(&length), "{code:b} of {length} bits");
                    assert_eq!(code << (16 - length), next);
                    next += 1 << (16 - length);
                }
                assert!(next <= 0xffff, "the code of ones alone is taken");
                assert_eq!(huffman.values.len(), symbols.len());
            }
        }
    }

    #[test]
    fn common_codes_are_those_of_the_table() {
        for coding in [&USUAL, &FINE] {
            for (run, value) in (0..63).flat_map(|run| (-1023..=1023).map(move |value: i32| (run, value))) {
                let magnitude = value.unsigned_abs().min(u32::from(NEGATIVE) - 1) as u8;
                let common = coding.common(run + 1, if value < 0 { NEGATIVE | magnitude } else { magnitude });
                let is_known = run < 16 && value != 0;
                assert!(
                    common == 0 || is_known && common == coding.ac.code(run, value + (value >> 31)),
                    "{run} {value}"
                );
                assert!(common & LENGTH <= COMMON);
            }
            assert!(coding.common(1, 1) != 0 && coding.common(1, NEGATIVE | 1) != 0);
        }
    }

    #[test]
    fn no_code_is_longer_than_there_is_room_for() {
        for coding in [&USUAL, &FINE] {
            for value in -2047..=2047 {
                assert!(coding.dc.code(0, value + (value >> 31)) & LENGTH <= LONGEST);
            }
            for (run, value) in (0..16).flat_map(|run| (-1023..=1023).map(move |value| (run, value))) {
                assert!(coding.ac.code(run, value + (value >> 31)) & LENGTH <= LONGEST);
            }
        }
    }

    #[test]
    fn a_table_is_written_down_to_the_rarest_code_that_is_needed() {
        for symbol in later() {
            let ac = &USUAL.ac;
            let mut file = Vec::new();
            ac.write(ac.codes[usize::from(symbol)], &mut file);
            let (lengths, values) = file.split_first_chunk::<16>().unwrap();
            assert_eq!(lengths.iter().map(|&count| usize::from(count)).sum::<usize>(), values.len());
            assert_eq!(values, &ac.values[..values.len()]);
            assert!(values.contains(&symbol));
            let last = usize::from(values[values.len() - 1]);
            assert!(last == usize::from(symbol) || ac.codes[last] & LENGTH < RARE);
        }
    }
}
