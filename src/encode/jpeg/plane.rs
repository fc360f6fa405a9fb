//! From frequencies of ink to the codes of one plane.

use wide::{bytemuck, f32x8, i16x8, u16x8, u8x16};

use super::bits::Bits;
use super::tables::{Coding, PLACES, STEPS};
use super::transform::{Block, Lines, MIDDLE, SCALES};

/// What turns frequencies of ink into the codes of one plane.
pub(super) struct Plane<'a> {
    /// In the order of [`Block::Waves`]: the factor of each frequency's magnitude, in 2^16ths: at most 54,888, for black on white
    /// and a [quantum](super::tables::scaled) of 1.
    factors: [u16x8; 8],
    /// What is added to each magnitude, so that the [share](SHARES) of a quantum is rounded up.
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
        let scale = f32x8::splat(65536.0 * way.abs());
        let (mut factors, mut shares) = ([u16x8::ZERO; 8], [i16x8::ZERO; 8]);
        for (column, quants) in quants.as_chunks::<8>().0.iter().enumerate() {
            let factor = scale * f32x8::new(SCALES[column]) / f32x8::new(quants.map(f32::from));
            let share = (f32x8::new(SHARES[column]) / factor).min(f32x8::splat(MOST_SHARE));
            factors[column] = u16x8::new(factor.to_array().map(|factor| (factor + 0.5) as u16));
            shares[column] = i16x8::from_i32x8_saturate(share.fast_round_int());
        }
        let first = way / (f32::from(quants[0]) * 8.0);
        let middle = ground + f32::from(MIDDLE) * way;
        Self {
            factors,
            shares,
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

    /// How many quanta there are of each frequency, and the same with its sign, negative ones as one less.
    ///
    /// A magnitude is at most 12,941 and its share 19,000, so that numbers of 16 bits hold both.
    #[inline(always)]
    fn quantized(&self, lines: &Lines) -> (Lines, Lines) {
        let (mut sizes, mut values) = ([i16x8::ZERO; 8], [i16x8::ZERO; 8]);
        for i in 0..8 {
            let sign = lines[i] >> 15u32;
            // One less than the magnitude where that is negative: less than what the transform is off by.
            let size: u16x8 = bytemuck::cast((lines[i] ^ sign) + self.shares[i]);
            sizes[i] = bytemuck::cast(size.mul_keep_high(self.factors[i]));
            values[i] = sizes[i] ^ sign ^ self.sign;
        }
        (sizes, values)
    }

    fn write_waves(&mut self, lines: &Lines, bits: &mut Bits) {
        self.write_dc(lines[0].as_array()[0], bits);
        let (sizes, values) = self.quantized(lines);
        // Most are 0. The others are found by their bits, in the order of the zigzag.
        let mut there = 0;
        for i in 0..4 {
            let sizes = u8x16::narrow_i16x8(sizes[2 * i], sizes[2 * i + 1]);
            let zeros = sizes.simd_eq(u8x16::ZERO).to_bitmask() as usize;
            there |= STEPS[2 * i][!zeros & 0xff] | STEPS[2 * i + 1][!zeros >> 8 & 0xff];
        }
        let values = values.map(i16x8::to_array);
        let values = values.as_flattened();
        there &= !1;
        let (mut last, mut count) = (0, bits.count);
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

    /// What is not [common](Coding::common).
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

/// By column, then by row: the share of a quantum, in 2^16ths, that is added to a magnitude before its fraction is cut off. Less than
/// a half, since what is nearer to 0 takes fewer bits; least where most are 0, so that one which is not takes most bits.
const SHARES: [[f32; 8]; 8] = {
    let mut shares = [[0.0; 8]; 8];
    let mut i = 0;
    while i < 64 {
        shares[i / 8][i % 8] = 65536.0 * (0.45 - 0.15 / 14.0 * (i / 8 + i % 8) as f32);
        i += 1;
    }
    shares
};
/// Where the share would be more, the factor is 2 at most, and the magnitude less than a quantum.
const MOST_SHARE: f32 = 19_000.0;

/// To the nearest whole number, for numbers below 2^22: adding 1.5 * 2^23 leaves no bits for a fraction.
#[inline(always)]
fn rounded(value: f32) -> i32 {
    (value + 12_582_912.0).to_bits() as i32 - 0x4b40_0000
}

#[cfg(test)]
mod tests {
    use super::super::tables::{coding, scaled, CHROMA_QUANTS, LUMA_QUANTS};
    use super::*;

    #[test]
    fn numbers_are_rounded_to_the_nearest() {
        for (value, whole) in [(0.0, 0), (0.49, 0), (0.51, 1), (-0.51, -1), (-2047.4, -2047), (1023.6, 1024)] {
            assert_eq!(rounded(value), whole, "{value}");
        }
    }

    /// The largest frequencies, in all colours and qualities: what overflowed would be off by thousands.
    #[test]
    fn every_frequency_is_cut_off_within_a_quantum() {
        for quality in 1..=100 {
            for quants in [LUMA_QUANTS, CHROMA_QUANTS].map(|table| scaled(&table, quality)) {
                for (ground, ink) in [(0.0, 255.0), (255.0, 0.0), (130.0, 120.0), (200.0, 90.0), (7.0, 7.0)] {
                    let plane = Plane::new(ground, ink, &quants, coding(quality));
                    for frequency in [-12_941, -9000, -300, -1, 0, 1, 17, 2000, 12_940, 12_941] {
                        assert_cut_off(&plane, &quants, frequency, (ink - ground) / 255.0);
                    }
                }
            }
        }
    }

    /// All blocks whose frequencies are as large as they can be, as in the transform's tests.
    #[test]
    fn no_value_is_larger_than_there_are_codes_for() {
        let plane = Plane::new(255.0, 0.0, &scaled(&LUMA_QUANTS, 100), coding(100));
        let ends = [i16::from(u8::MAX) - MIDDLE, -MIDDLE];
        for across in 0u32..1 << 8 {
            for down in 0u32..1 << 8 {
                let end = |x: usize, y: usize| ends[((across >> x ^ down >> y) & 1) as usize];
                let ink = std::array::from_fn(|y| i16x8::new(std::array::from_fn(|x| end(x, y))));
                let Block::Waves(lines) = Block::waves(ink) else { unreachable!() };
                let mut sizes = plane.quantized(&lines).0.map(i16x8::to_array);
                sizes[0][0] = 0;
                let most = sizes.as_flattened().iter().max();
                assert!(most <= Some(&1023), "{across:08b} across, {down:08b} down: {most:?}");
            }
        }
    }

    #[track_caller]
    fn assert_cut_off(plane: &Plane, quants: &[u8; 64], frequency: i16, way: f32) {
        let (sizes, values) = plane.quantized(&[i16x8::splat(frequency); 8]);
        let (sizes, values) = (sizes.map(i16x8::to_array), values.map(i16x8::to_array));
        for (i, &quant) in quants.iter().enumerate() {
            let (size, value) = (sizes[i / 8][i % 8], values[i / 8][i % 8]);
            assert!(size == 0 || size == value ^ value >> 15, "{size} {value}");
            let exact = f32::from(frequency) * way * SCALES[i / 8][i % 8] / f32::from(quant);
            let sign = if value < 0 { -1.0 } else { 1.0 };
            // Factors have at least the digits of what they make. A step of a frequency is up to 0.84 quanta.
            let most = 0.75 + exact.abs() / 256.0 + SCALES[i / 8][i % 8] / f32::from(quant);
            let off = (sign * f32::from(size) - exact).abs();
            assert!(off < most, "{i}: {size} quanta of {quant} for {exact}, off by {off}");
        }
    }
}
