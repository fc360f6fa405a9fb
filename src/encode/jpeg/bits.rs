//! Codes to bytes.

use super::super::ROOM;
use super::tables::Huffman;

/// Bits to bytes.
///
/// All bits that wait are written, and written again with what follows as long as they are no whole byte. That takes no
/// branch, which would be guessed wrong half of the time.
pub(super) struct Bits {
    bytes: Vec<u8>,
    /// Where the next whole byte goes.
    at: usize,
    /// The first bit that waits is the highest.
    waiting: u64,
    count: u32,
}

impl Bits {
    pub fn new() -> Self {
        Self { bytes: vec![0; ROOM], at: 0, waiting: 0, count: 0 }
    }

    /// Adds a code, packed as in [`Huffman`].
    #[inline(always)]
    pub fn put(&mut self, code: u32) {
        self.put_bits(code >> 8, code & 0xff);
    }

    #[inline(always)]
    pub fn put_value(&mut self, huffman: &Huffman, run: u32, value: i32) {
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
    pub fn finish(mut self, file: &mut Vec<u8>) {
        self.put_bits(0x7f, 7);
        for part in self.bytes[..self.at].split_inclusive(|&byte| byte == 0xff) {
            file.extend_from_slice(part);
            if part.last() == Some(&0xff) {
                file.push(0);
            }
        }
    }
}
