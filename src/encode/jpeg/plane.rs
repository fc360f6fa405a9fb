//! From frequencies of ink to the codes of one plane.

use wide::{i16x8, u8x16};

use super::bits::Bits;
use super::tables::{Huffman, PLACES, STEPS};
use super::transform::{Block, Lines, AAN, MIDDLE, POWERS};

/// What turns frequencies of ink into the bits of one plane.
pub(super) struct Plane<'a> {
    /// In the order of [`Block::Waves`]: the factor, in 2^16ths, of each frequency times its [power](POWERS): at most 8,192, for
    /// black on white and a quantum of 1.
    factors: Lines,
    /// The factor of the first one, which needs more digits, and what the ground adds to it.
    first: f32,
    offset: f32,
    /// The last block's first one.
    dc: i32,
    huffman: &'a [Huffman; 2],
}

impl<'a> Plane<'a> {
    pub fn new(ground: f32, ink: f32, quants: &[u8; 64], huffman: &'a [Huffman; 2]) -> Self {
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
    pub fn write(&mut self, block: &Block, bits: &mut Bits) {
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
