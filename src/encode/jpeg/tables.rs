//! Tables of numbers, and what is worked out of them.

use super::codes;

/// libjpeg's reading of quality. The highest frequency has at least 2, so that numbers of 16 bits hold its factor.
pub(super) fn scaled(table: &[u8; 64], quality: u8) -> [u8; 64] {
    let quality = u32::from(quality.clamp(1, 100));
    let scale = if quality < 50 { 5000 / quality } else { 200 - quality * 2 };
    let mut quants = table.map(|value| ((u32::from(value) * scale + 50) / 100).clamp(1, 255) as u8);
    quants[63] = quants[63].max(2);
    quants
}

/// The lowest bits of a code, which tell its length.
pub(super) const LENGTH: u32 = 31;

/// The shortest length of codes that count as rare: few enough that keeping account of them takes no time, so many that a table
/// without those which a file does not need is short.
const RARE: u32 = 13;

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
        assert!(ac.codes[0] & LENGTH < RARE, "ends of blocks are in every file");
        let mut common = [0; 16 * Self::VALUES];
        let mut i = 0;
        while i < common.len() {
            let (run, value) = (i / Self::VALUES, (i % Self::VALUES) as i32 - Self::VALUES as i32 / 2);
            let size = 32 - (value ^ value >> 31).leading_zeros();
            if size > 0 && ac.codes[run << 4 | size as usize] & LENGTH < RARE {
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

/// By column, then by row: 16 times the fourth roots of T.81's (annex K.1). Those are made for photographs and cut off most of what
/// an edge is made of; these come as near to what was drawn with a tenth fewer bytes.
#[rustfmt::skip]
pub(super) const LUMA_QUANTS: [u8; 64] = [
    32, 30, 31, 31, 33, 36, 43, 47, 29, 30, 31, 33, 35, 39, 45, 50, 29, 31, 32, 35, 40, 44, 48, 50,
    32, 34, 36, 37, 44, 45, 49, 51, 36, 36, 40, 43, 46, 48, 51, 52, 40, 44, 44, 49, 52, 51, 53, 51,
    43, 45, 46, 48, 51, 52, 53, 51, 45, 44, 44, 45, 48, 50, 51, 51,
];
/// T.81's own.
#[rustfmt::skip]
pub(super) const CHROMA_QUANTS: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
];

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
                    assert!((1..=16).contains(&(code & LENGTH)), "{code:x}");
                    assert_eq!(code & !LENGTH, next);
                    next += 1 << (32 - (code & LENGTH));
                }
                assert!(next <= 0xffff << 16, "the code of ones alone is taken");
                assert_eq!(huffman.values.len(), symbols.len());
            }
        }
    }

    #[test]
    fn common_codes_are_those_of_the_table() {
        for coding in [&USUAL, &FINE] {
            for (run, value) in (0..20).flat_map(|run| (-1023..=1022).map(move |value| (run, value))) {
                let common = coding.common(run, value);
                assert!(common == 0 || common == coding.ac.code(run, value), "{run} {value}");
            }
            assert!(coding.common(0, 1) != 0 && coding.common(0, -2) != 0);
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
