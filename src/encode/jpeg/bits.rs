//! Codes to bytes.

use wide::u8x16;

use super::super::ROOM;
use crate::simd::LANES;

/// The bytes of all squares so far, and the bits that are no whole byte yet.
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// Where the next whole byte goes.
    at: usize,
    waiting: u64,
    count: u32,
}

/// Where the codes of a square go. It is passed by value, to stay within registers.
pub(super) struct Writer<'a> {
    bytes: &'a mut [u8; SQUARE + 8],
    at: usize,
    /// The lowest [`count`](Self::count) bits are still to be written, the first one highest. Those above have been.
    waiting: u64,
    /// How many bits wait, modulo 64: what is above is of no meaning.
    count: u32,
}

/// At least the bytes of any square.
const SQUARE: usize = 2048;
/// Six blocks have 64 frequencies each, and an end in place of the last ones.
const _: () = assert!(6 * 64 * LONGEST as usize / 8 < SQUARE && SQUARE.is_power_of_two());

/// The lowest bits of a code, which tell its length. The code itself is in those above.
pub(super) const LENGTH: u32 = 63;
/// How long a code may be, so that it has room above its length.
pub(super) const LONGEST: u32 = 26;

impl Bits {
    pub fn new() -> Self {
        Self { bytes: vec![0; ROOM], at: 0, waiting: 0, count: 0 }
    }

    /// Has `write` write a square.
    #[inline(always)]
    pub fn square(&mut self, write: impl FnOnce(Writer) -> Writer) {
        if self.at + SQUARE + 8 > self.bytes.len() {
            self.grow();
        }
        let bytes = self.bytes[self.at..].first_chunk_mut().expect("there is room");
        let Writer { at, waiting, count, .. } =
            write(Writer { bytes, at: 0, waiting: self.waiting, count: self.count });
        (self.at, self.waiting, self.count) = (self.at + at, waiting, count);
    }

    #[cold]
    fn grow(&mut self) {
        self.bytes.resize(2 * self.bytes.len(), 0);
    }

    /// Adds the bytes to a file, each 0xff followed by a zero, since it would start a marker.
    pub fn finish(mut self, file: &mut Vec<u8>) {
        // Seven ones, which fill the last byte.
        self.square(|writer| writer.put(0x7f << 6 | 7).flush());
        let mut bytes = &self.bytes[..self.at];
        while let Some(place) = first_marker(bytes) {
            let (until, others) = bytes.split_at(place + 1);
            file.extend_from_slice(until);
            file.push(0);
            bytes = others;
        }
        file.extend_from_slice(bytes);
    }
}

impl Writer<'_> {
    /// Adds a code. No more than 63 bits may wait.
    #[inline(always)]
    pub fn put(mut self, code: u32) -> Self {
        // Both a shift's distance and the count are modulo 64, so that the length need not be cut out of the code.
        self.waiting = self.waiting.wrapping_shl(code) | u64::from(code / (LENGTH + 1));
        self.count = self.count.wrapping_add(code);
        self
    }

    /// Writes the bits that wait, and again with what follows as long as they are no whole byte. That takes no branch, which would be
    /// guessed wrong half of the time.
    #[inline(always)]
    pub fn flush(mut self) -> Self {
        let first_highest = self.waiting.wrapping_shl(self.count.wrapping_neg());
        *self.bytes[self.at % SQUARE..].first_chunk_mut().expect("there is room") = first_highest.to_be_bytes();
        self.at += self.count as usize % 64 / 8;
        self.count %= 8;
        self
    }
}

/// Where the first 0xff is.
fn first_marker(bytes: &[u8]) -> Option<usize> {
    let (blocks, _) = bytes.as_chunks::<LANES>();
    let clear = blocks.iter().take_while(|&&block| !u8x16::new(block).simd_eq(u8x16::MAX).any()).count() * LANES;
    bytes[clear..].iter().position(|&byte| byte == 0xff).map(|place| clear + place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, RngExt, SeedableRng};

    /// Codes of all lengths, as many at a time as may wait; then the longest ones, as many as a square has at most.
    #[test]
    fn bits_come_out_as_they_were_put() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        for longest_only in [false, true] {
            let (mut bits, mut expected) = (Bits::new(), String::new());
            for _ in 0..50 {
                bits.square(|mut writer| {
                    let mut waiting = expected.len() % 8;
                    for _ in 0..6 * 64 {
                        let length = if longest_only { LONGEST } else { rng.random_range(1..=LONGEST) };
                        let code = rng.random_range(0..1 << length);
                        if waiting + length as usize > 63 {
                            writer = writer.flush();
                            waiting = expected.len() % 8;
                        }
                        writer = writer.put(code << 6 | length);
                        expected += &format!("{code:0width$b}", width = length as usize);
                        waiting += length as usize;
                    }
                    writer.flush()
                });
            }
            expected += &"1".repeat(expected.len().next_multiple_of(8) - expected.len());
            let mut file = Vec::new();
            bits.finish(&mut file);
            let mut got = String::new();
            let mut bytes = file.iter();
            while let Some(byte) = bytes.next() {
                got += &format!("{byte:08b}");
                assert!(*byte != 0xff || bytes.next() == Some(&0));
            }
            assert!(got == expected);
        }
    }

    #[test]
    fn a_zero_follows_each_marker() {
        for places in [&[][..], &[0], &[15, 16], &[31], &[3, 4, 5, 39], &[40]] {
            let mut bits = Bits::new();
            let bytes: Vec<u8> = (0..41).map(|i| if places.contains(&i) { 0xff } else { 1 }).collect();
            bits.square(|writer| {
                bytes.iter().fold(writer, |writer, &byte| writer.put(u32::from(byte) << 6 | 8).flush())
            });
            let mut file = Vec::new();
            bits.finish(&mut file);
            let stuffed = bytes.iter().flat_map(|&byte| [byte, 0].into_iter().take(if byte == 0xff { 2 } else { 1 }));
            assert!(file.into_iter().eq(stuffed), "{places:?}");
        }
    }
}
