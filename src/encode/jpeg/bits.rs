//! Codes to bytes.

use wide::u8x16;

use super::super::ROOM;
use super::tables::LENGTH;
use crate::simd::LANES;

/// Codes of a square wait in a list, then go to the bytes by twos: finding them and packing them are loops of their own, each
/// short enough to stay within registers.
pub(super) struct Bits {
    codes: [u32; Self::CODES],
    /// How many codes wait.
    pub count: usize,
    /// The greatest of the [rare codes](Self::put_rare): what comes after it needs no place in the file's table.
    rarest: u32,
    bytes: Vec<u8>,
    /// Where the next whole byte goes.
    at: usize,
    /// Bits that are no whole byte yet, the first one highest.
    waiting: u64,
    held: u32,
}

impl Bits {
    /// At least those of a square, which are six blocks of at most 65: one for each frequency and an end.
    const CODES: usize = 512;
    /// At least the bytes of that many codes of up to 27 bits, and those written beyond them.
    const BYTES: usize = 2048;

    pub fn new() -> Self {
        Self { codes: [0; Self::CODES], count: 0, rarest: 0, bytes: vec![0; ROOM], at: 0, waiting: 0, held: 0 }
    }

    /// Adds a code, packed as in [`Huffman`](super::tables::Huffman).
    #[inline(always)]
    pub fn put(&mut self, code: u32) {
        self.count = self.put_at(self.count, code);
    }

    /// Adds a code behind `count` others. What puts many keeps count itself.
    #[inline(always)]
    pub fn put_at(&mut self, count: usize, code: u32) -> usize {
        self.codes[count % Self::CODES] = code;
        count + 1
    }

    /// Adds a code that is seldom needed.
    pub fn put_rare(&mut self, code: u32) {
        self.rarest = self.rarest.max(code);
        self.put(code);
    }

    /// Brings the codes that wait to the bytes.
    ///
    /// All bits that are there are written, and written again with what follows as long as they are no whole byte. That takes no
    /// branch, which would be guessed wrong half of the time.
    #[inline(always)]
    pub fn pack(&mut self) {
        if self.at + Self::BYTES > self.bytes.len() {
            self.grow();
        }
        // A code of no bits makes the last two whole.
        self.codes[self.count % Self::CODES] = 0;
        let (mut at, mut waiting, mut held) = (self.at, self.waiting, self.held);
        for &[first, second] in self.codes[..self.count.next_multiple_of(2)].as_chunks().0 {
            let bits = |code: u32| u64::from(code & !LENGTH) << 32;
            let (one, other) = (first & LENGTH, second & LENGTH);
            waiting |= (bits(first) | bits(second) >> one) >> held;
            held += one + other;
            *self.bytes[at..].first_chunk_mut().expect("there is room") = waiting.to_be_bytes();
            at += held as usize / 8;
            waiting <<= held & !7;
            held &= 7;
        }
        (self.at, self.waiting, self.held, self.count) = (at, waiting, held, 0);
    }

    #[cold]
    fn grow(&mut self) {
        self.bytes.resize(2 * self.bytes.len(), 0);
    }

    pub fn rarest(&self) -> u32 {
        self.rarest
    }

    /// Adds the bytes to a file, each 0xff followed by a zero, since it would start a marker.
    pub fn finish(mut self, file: &mut Vec<u8>) {
        // Seven ones, which fill the last byte.
        self.put(0x7f << 25 | 7);
        self.pack();
        let (blocks, rest) = self.bytes[..self.at].as_chunks::<LANES>();
        for block in blocks {
            if u8x16::new(*block).simd_eq(u8x16::MAX).any() {
                stuff(block, file);
            } else {
                file.extend_from_slice(block);
            }
        }
        stuff(rest, file);
    }
}

#[cold]
fn stuff(bytes: &[u8], file: &mut Vec<u8>) {
    for &byte in bytes {
        file.push(byte);
        if byte == 0xff {
            file.push(0);
        }
    }
}
