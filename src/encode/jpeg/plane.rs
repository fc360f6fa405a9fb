//! From frequencies of ink to the codes of one plane.

use wide::{i16x8, u8x16};

use super::bits::Bits;
use super::tables::{Coding, PLACES, STEPS};
use super::transform::{Block, Lines, AAN, MIDDLE, POWERS};

/// What turns frequencies of ink into the codes of one plane.
pub(super) struct Plane<'a> {
    /// In the order of [`Block::Waves`]: the factor, in 2^16ths, of each frequency times its [power](POWERS), without its sign: at
    /// most 8,192, for black on white and a quantum of 1.
    factors: Lines,
    /// What is added to a frequency's magnitude, so that a quantum's share of it is rounded up.
    shares: Lines,
    /// All ones where the factors are negative.
    sign: i16x8,
    /// The factor of the first one, which needs more digits, and what the ground adds to it.
    first: f32,
    offset: f32,
    /// The last block's first one.
    dc: i32,
    coding: &'a Coding,
}

impl<'a> Plane<'a> {
    pub fn new(ground: f32, ink: f32, quants: &[u8; 64], coding: &'a Coding) -> Self {
        let way = (ink - ground) / 255.0;
        let factors: [[i16; 8]; 8] = std::array::from_fn(|column| {
            std::array::from_fn(|row| {
                let scale = AAN[column] * AAN[row] * f32::from(POWERS[column].as_array()[row]) * 8.0;
                (65536.0 * way.abs() / (f32::from(quants[row * 8 + column]) * scale)).round() as i16
            })
        });
        let shares: [[i16; 8]; 8] = std::array::from_fn(|column| {
            std::array::from_fn(|row| {
                let share = SHARE - SHARE_LOST * (column + row) as f32;
                (65536.0 * share / f32::from(factors[column][row])).min(MOST_SHARE) as i16
            })
        });
        let first = way / (f32::from(quants[0]) * 8.0);
        let middle = ground + f32::from(MIDDLE) * way;
        Self {
            factors: factors.map(i16x8::new),
            shares: shares.map(i16x8::new),
            sign: i16x8::splat(-i16::from(way < 0.0)),
            first,
            offset: (middle - 128.0) * 8.0 / f32::from(quants[0]),
            dc: 0,
            coding,
        }
    }

    #[inline(always)]
    pub fn write(&mut self, block: &Block, bits: &mut Bits) {
        match block {
            Block::Flat(value) => {
                self.write_dc(64 * value, bits);
                bits.put(self.coding.ac.codes[0]);
            }
            Block::Waves(lines) => self.write_waves(lines, bits),
        }
    }

    #[inline(always)]
    fn write_dc(&mut self, frequency: i16, bits: &mut Bits) {
        let dc = rounded(f32::from(frequency) * self.first + self.offset);
        let step = dc - self.dc;
        bits.put(self.coding.dc.code(0, step + (step >> 31)));
        self.dc = dc;
    }

    fn write_waves(&mut self, lines: &Lines, bits: &mut Bits) {
        self.write_dc(lines[0].as_array()[0], bits);
        let mut values = [i16x8::ZERO; 8];
        let mut zeros = [i16x8::ZERO; 8];
        for i in 0..8 {
            let scaled = lines[i] * POWERS[i];
            let sign = scaled >> 15u32;
            // The magnitude, one less where it was negative, as T.81 writes them; that is an eighth of a quantum at most.
            let size = ((scaled ^ sign) + self.shares[i]).mul_keep_high(self.factors[i]);
            values[i] = size ^ sign ^ self.sign;
            zeros[i] = size.simd_eq(i16x8::ZERO);
        }
        // Most are 0. The others are found by their bits, in the order of the zigzag.
        let mut there = 0;
        for i in 0..4 {
            let byte = i16x8::splat(0xff);
            let zeros = u8x16::narrow_i16x8(zeros[2 * i] & byte, zeros[2 * i + 1] & byte).to_bitmask() as usize;
            there |= STEPS[2 * i][!zeros & 0xff] | STEPS[2 * i + 1][!zeros >> 8 & 0xff];
        }
        let values = values.map(i16x8::to_array);
        let values = values.as_flattened();
        there &= !1;
        let mut last = 0;
        let mut count = bits.count;
        while there != 0 {
            let place = there.trailing_zeros();
            there &= there - 1;
            let (run, value) = (place - last - 1, values[PLACES[place as usize] as usize].into());
            last = place;
            match self.coding.common(run, value) {
                0 => count = self.write_rare(run, value, bits, count),
                code => count = bits.put_at(count, code),
            }
        }
        if last < 63 {
            count = bits.put_at(count, self.coding.ac.codes[0]);
        }
        bits.count = count;
    }

    #[cold]
    fn write_rare(&self, mut run: u32, value: i32, bits: &mut Bits, count: usize) -> usize {
        bits.count = count;
        while run > 15 {
            bits.put_rare(self.coding.ac.codes[0xf0]);
            run -= 16;
        }
        bits.put_rare(self.coding.ac.code(run, value));
        bits.count
    }
}

/// The share of a quantum that is added before the rest is cut off: less than a half, since a value nearer to 0 costs fewer bits, and
/// less for higher frequencies, whose values are mostly 0, so that one which is not costs most.
const SHARE: f32 = 0.45;
const SHARE_LOST: f32 = 0.15 / 14.0;
/// So that numbers of 16 bits hold the largest frequency, 12,941, and its share. Where it would need more its factor is 1 at most,
/// and the frequency less than a quantum.
const MOST_SHARE: f32 = 19_000.0;

/// To the nearest whole number, for numbers below 2^22: adding 1.5 * 2^23 leaves no bits for a fraction.
#[inline(always)]
fn rounded(value: f32) -> i32 {
    (value + 12_582_912.0).to_bits() as i32 - 0x4b40_0000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_the_nearest() {
        for (value, whole) in [(0.0, 0), (0.49, 0), (0.51, 1), (-0.51, -1), (-2047.4, -2047), (1023.6, 1024)] {
            assert_eq!(rounded(value), whole, "{value}");
        }
    }
}
