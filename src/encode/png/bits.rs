//! Codes to bytes.

/// Bits, the first in the lowest, and how many: up to 56, which is what fits beside those that wait to be a whole byte.
#[derive(Clone, Copy, Default)]
pub(super) struct Part {
    pub bits: u64,
    pub size: u32,
}

impl Part {
    pub fn new(bits: u64, size: u32) -> Self {
        Self { bits, size }
    }

    /// Nothing where `mask` is 0.
    #[inline(always)]
    pub fn and(self, mask: u64) -> Self {
        Self { bits: self.bits & mask, size: self.size & mask as u32 }
    }

    /// This one and what follows it.
    #[inline(always)]
    pub fn then(self, next: Self) -> Self {
        // A shift that is known to be below 64 takes no look at it.
        Self { bits: self.bits | next.bits << (self.size & 63), size: self.size + next.size }
    }
}

/// Parts to bytes.
///
/// All bits that wait are written, and written again with what follows as long as they are no whole byte. That takes no
/// branch, which would be guessed wrong half of the time.
pub(super) struct Bits<'a> {
    bytes: &'a mut Vec<u8>,
    /// Where the next whole byte goes.
    at: usize,
    waiting: Part,
}

impl<'a> Bits<'a> {
    /// For bits behind `bytes`, about `expected` bytes of them.
    pub fn new(bytes: &'a mut Vec<u8>, expected: usize) -> Self {
        let at = bytes.len();
        bytes.resize(at + expected, 0);
        Self { bytes, at, waiting: Part::default() }
    }

    /// Makes room for `ahead` bytes, eight more than the parts that follow take.
    #[inline(always)]
    pub fn reserve(&mut self, ahead: usize) {
        if self.at + ahead > self.bytes.len() {
            self.grow(ahead);
        }
    }

    #[cold]
    fn grow(&mut self, ahead: usize) {
        self.bytes.resize(2 * self.bytes.len() + ahead, 0);
    }

    #[inline(always)]
    pub fn put(&mut self, part: Part) {
        let Part { bits, size } = self.waiting.then(part);
        *self.bytes[self.at..].first_chunk_mut().expect("there is room") = bits.to_le_bytes();
        self.at += size as usize / 8;
        self.waiting = Part::new(bits >> (size & 0x38), size % 8);
    }

    /// Fills the last byte with zeros.
    pub fn finish(self) {
        self.bytes.truncate(self.at + usize::from(self.waiting.size > 0));
    }
}
