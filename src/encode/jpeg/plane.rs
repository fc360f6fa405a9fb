//! From frequencies of ink to the codes of the three planes.

use wide::{bytemuck, f32x8, i16x8, i8x16, u16x8, u8x16};

use super::bits::Bits;
use super::tables::{Coding, NEGATIVE, PLACES, STEPS};
use super::transform::{Block, Lines, MIDDLE, SCALES};

/// What turns frequencies of ink into what is written of one plane.
pub(super) struct Plane<'a> {
    /// In the order of [`Block::lines`]: the factor of each frequency's magnitude, in 2^16ths: at most 54,888, for black on white
    /// and a [quantum](super::tables::scaled) of 1.
    factors: [u16x8; 8],
    /// What is added to each magnitude, so that the [share](LUMA_SHARES) of a quantum is rounded up.
    shares: Lines,
    /// Whether the factors are negative.
    is_negative: bool,
    /// The factor of the first one, which needs more digits, and what the ground adds to it.
    first: f32,
    offset: f32,
    /// The last block's first one.
    dc: i32,
    coding: &'a Coding,
}

/// What is written of a block in one plane.
#[derive(Clone, Copy, Default)]
pub(super) struct Quantized {
    /// The code of the first frequency.
    dc: u32,
    /// The steps of the zigzag at which there are others.
    there: u64,
    /// In the order of [`Block::lines`]: how they are [looked up](Coding::common). A flat block leaves them as they were.
    values: [u8x16; 4],
}

/// The blocks of a square in the order in which they are written: the plane of each, and the block of ink it is made of.
pub(super) const ORDER: [(usize, usize); 6] = [(0, 0), (0, 1), (0, 2), (0, 3), (1, 4), (2, 4)];

/// Writes a square's blocks. What they take is worked out for all of them before: each ends with a branch that is guessed wrong, and
/// what comes after it is shorter this way.
///
/// `rarest` is raised to the greatest of the symbols' codes that are not [common](Coding::common).
#[inline(never)]
pub(super) fn write(
    planes: &[Plane; 3],
    blocks: &[Block; 5],
    quantized: &[Quantized; 6],
    coding: &Coding,
    rarest: &mut u32,
    bits: &mut Bits,
) {
    bits.square(|mut writer| {
        for (i, quantized) in quantized.iter().enumerate() {
            let values: &[u8; 64] = bytemuck::cast_ref(&quantized.values);
            let (mut there, mut last) = (quantized.there, 0);
            writer = writer.put(quantized.dc);
            'block: loop {
                writer = writer.flush();
                let step = 'common: {
                    for _ in 0..3 {
                        if there == 0 {
                            break 'block;
                        }
                        let step = there.trailing_zeros();
                        let code = coding.common(step - last, values[usize::from(PLACES[step as usize])]);
                        if code == 0 {
                            break 'common step;
                        }
                        writer = writer.put(code);
                        there &= there - 1;
                        last = step;
                    }
                    continue 'block;
                };
                writer = writer.flush();
                let mut run = step - last - 1;
                while run > 15 {
                    *rarest = (*rarest).max(coding.ac.codes[0xf0]);
                    writer = writer.put(coding.ac.codes[0xf0]).flush();
                    run -= 16;
                }
                let (plane, block) = ORDER[i];
                let value = planes[plane].value(&blocks[block], PLACES[step as usize].into());
                *rarest = (*rarest).max(coding.ac.prefix(run, value));
                writer = writer.put(coding.ac.code(run, value));
                there &= there - 1;
                last = step;
            }
            if last < 63 {
                writer = writer.put(coding.ac.codes[0]);
            }
        }
        writer.flush()
    });
}

impl<'a> Plane<'a> {
    pub fn new(ground: f32, ink: f32, quants: &[u8; 64], shares: &[[f32; 8]; 8], coding: &'a Coding) -> Self {
        let way = (ink - ground) / 255.0;
        let scale = f32x8::splat(65536.0 * way.abs());
        let (mut factors, mut added) = ([u16x8::ZERO; 8], [i16x8::ZERO; 8]);
        for (column, quants) in quants.as_chunks::<8>().0.iter().enumerate() {
            let factor = scale * f32x8::new(SCALES[column]) / f32x8::new(quants.map(f32::from));
            let share = (f32x8::new(shares[column]) / factor).min(f32x8::splat(MOST_SHARE));
            factors[column] = u16x8::new(factor.to_array().map(|factor| (factor + 0.5) as u16));
            added[column] = i16x8::from_i32x8_saturate(share.fast_round_int());
        }
        let middle = ground + f32::from(MIDDLE) * way;
        Self {
            factors,
            shares: added,
            is_negative: way < 0.0,
            first: way / (f32::from(quants[0]) * 8.0),
            offset: (middle - 128.0) * 8.0 / f32::from(quants[0]),
            dc: 0,
            coding,
        }
    }

    /// Quantizes the next block.
    #[inline(always)]
    pub fn quantize(&mut self, block: &Block, quantized: &mut Quantized) {
        let dc = rounded(f32::from(block.lines[0].as_array()[0]) * self.first + self.offset);
        let step = dc - self.dc;
        self.dc = dc;
        quantized.dc = self.coding.dc.code(0, step + (step >> 31));
        quantized.there = 0;
        if !block.is_flat {
            self.quantize_waves(&block.lines, quantized);
        }
    }

    #[inline(never)]
    fn quantize_waves(&self, lines: &Lines, quantized: &mut Quantized) {
        let (sizes, signs) = self.quanta(lines);
        let opposite = i8x16::splat(-i8::from(self.is_negative));
        // Most are 0. The others are found by their bits, in the order of the zigzag.
        let mut there = 0;
        for (i, values) in quantized.values.iter_mut().enumerate() {
            let sizes = u8x16::narrow_i16x8(sizes[2 * i], sizes[2 * i + 1]).min(u8x16::splat(NEGATIVE - 1));
            let zeros = sizes.simd_eq(u8x16::ZERO).to_bitmask() as usize;
            there |= STEPS[2 * i][!zeros & 0xff] | STEPS[2 * i + 1][!zeros >> 8 & 0xff];
            let signs = i8x16::from_i16x16_saturate(bytemuck::cast([signs[2 * i], signs[2 * i + 1]])) ^ opposite;
            *values = sizes | bytemuck::cast::<_, u8x16>(signs) & u8x16::splat(NEGATIVE);
        }
        quantized.there = there & !1;
    }

    /// How many quanta there are of each frequency, and all ones where it is negative.
    ///
    /// A magnitude is at most 12,941 and its share 19,000, so that numbers of 16 bits hold both.
    #[inline(always)]
    fn quanta(&self, lines: &Lines) -> (Lines, Lines) {
        let signs = lines.map(|line| line >> 15u32);
        let sizes = std::array::from_fn(|i| {
            // One less than the magnitude where that is negative: less than what the transform is off by.
            let size: u16x8 = bytemuck::cast((lines[i] ^ signs[i]) + self.shares[i]);
            bytemuck::cast(size.mul_keep_high(self.factors[i]))
        });
        (sizes, signs)
    }

    /// As [`quanta`](Self::quanta), one of them and with its sign; negative ones are one less.
    #[cold]
    fn value(&self, block: &Block, place: usize) -> i32 {
        let at = |lines: &Lines| lines[place / 8].as_array()[place % 8];
        let (frequency, factor) = (at(&block.lines), self.factors[place / 8].as_array()[place % 8]);
        let sign = frequency >> 15;
        let size = (((frequency ^ sign) + at(&self.shares)) as u32 * u32::from(factor)) >> 16;
        size as i32 ^ i32::from(sign) ^ -i32::from(self.is_negative)
    }
}

/// By column, then by row: the share of a quantum, in 2^16ths, that is added to a magnitude before its fraction is cut off. Less than
/// a half, since what is nearer to 0 takes fewer bits; least where most are 0, so that one which is not takes most bits.
pub(super) const LUMA_SHARES: [[f32; 8]; 8] = shares(0.43, 0.27);
/// Less than that, since chroma is seen less.
pub(super) const CHROMA_SHARES: [[f32; 8]; 8] = shares(0.35, 0.05);

const fn shares(lowest: f32, highest: f32) -> [[f32; 8]; 8] {
    let mut shares = [[0.0; 8]; 8];
    let mut i = 0;
    while i < 64 {
        shares[i / 8][i % 8] = 65536.0 * (lowest - (lowest - highest) / 14.0 * (i / 8 + i % 8) as f32);
        i += 1;
    }
    shares
}

/// Where the share would be more, the factor is 2 at most, and the magnitude less than a quantum.
const MOST_SHARE: f32 = 19_000.0;

/// To the nearest whole number, for numbers below 2^22: adding 1.5 * 2^23 leaves no bits for a fraction.
#[inline(always)]
fn rounded(value: f32) -> i32 {
    (value + 12_582_912.0).to_bits() as i32 - 0x4b40_0000
}

#[cfg(test)]
mod tests {
    use super::super::tables::{coding, scaled, QUANTS};
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
            let quants = scaled(&QUANTS, quality);
            for shares in [LUMA_SHARES, CHROMA_SHARES] {
                for (ground, ink) in [(0.0, 255.0), (255.0, 0.0), (130.0, 120.0), (200.0, 90.0), (7.0, 7.0)] {
                    let plane = Plane::new(ground, ink, &quants, &shares, coding(quality));
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
        let plane = Plane::new(255.0, 0.0, &scaled(&QUANTS, 100), &LUMA_SHARES, coding(100));
        let ends = [i16::from(u8::MAX) - MIDDLE, -MIDDLE];
        for across in 0u32..1 << 8 {
            for down in 0u32..1 << 8 {
                let end = |x: usize, y: usize| ends[((across >> x ^ down >> y) & 1) as usize];
                let mut block = Block::default();
                block.set(false, |y| i16x8::new(std::array::from_fn(|x| end(x, y))));
                let mut sizes = plane.quanta(&block.lines).0.map(i16x8::to_array);
                sizes[0][0] = 0;
                let most = sizes.as_flattened().iter().max();
                assert!(most <= Some(&1023), "{across:08b} across, {down:08b} down: {most:?}");
            }
        }
    }

    #[track_caller]
    fn assert_cut_off(plane: &Plane, quants: &[u8; 64], frequency: i16, way: f32) {
        let block = Block { lines: [i16x8::splat(frequency); 8], is_flat: false };
        let (sizes, _) = plane.quanta(&block.lines);
        let mut quantized = Quantized::default();
        plane.quantize_waves(&block.lines, &mut quantized);
        let looked_up: &[u8] = bytemuck::cast_slice(&quantized.values);
        for (i, &quant) in quants.iter().enumerate() {
            let (size, value) = (sizes[i / 8].as_array()[i % 8], plane.value(&block, i) as i16);
            assert_eq!(size, value ^ value >> 15, "{value}");
            let magnitude = size.min(i16::from(NEGATIVE) - 1) as u8;
            assert_eq!(looked_up[i], if value < 0 { NEGATIVE | magnitude } else { magnitude }, "{value}");
            let step = PLACES.iter().position(|&place| usize::from(place) == i).unwrap();
            assert_eq!(quantized.there >> step & 1 == 1, i > 0 && size > 0, "{value}");
            let exact = f32::from(frequency) * way * SCALES[i / 8][i % 8] / f32::from(quant);
            let sign = if value < 0 { -1.0 } else { 1.0 };
            // What is not rounded up, up to half a step of the factor, and one of the frequency, which is up to 0.84 quanta.
            let most = 0.95 + f32::from(frequency).abs() / 131_072.0 + SCALES[i / 8][i % 8] / f32::from(quant);
            let off = (sign * f32::from(size) - exact).abs();
            assert!(off < most, "{i}: {size} quanta of {quant} for {exact}, off by {off}");
        }
    }
}
