//! Bytes to a zlib stream ([RFC 1950](https://www.rfc-editor.org/rfc/rfc1950), [1951](https://www.rfc-editor.org/rfc/rfc1951)).
//!
//! The only matches are runs of one byte. Matches with the row above would save another half of a per cent of a picture of
//! the usual size, and up to 5 % of large ones, but take a second search and a choice.

use wide::u8x16;

use super::code::{Code, CODE};

/// Bytes to be compressed, between others that end runs.
pub(super) struct Padded {
    bytes: Vec<u8>,
    len: usize,
}

impl Padded {
    /// `len` bytes, zeros that `fill` changes all but the first of.
    pub fn new(len: usize, fill: impl FnOnce(&mut [u8])) -> Self {
        let mut bytes = vec![0; 1 + (len / WINDOW + 2) * WINDOW];
        fill(&mut bytes[1..=len]);
        bytes[0] = !bytes[1];
        let end = !bytes[len];
        bytes[len + 1..].fill(end);
        Self { bytes, len }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[1..=self.len]
    }

    /// A bit for each byte that is the same as the one before it, the first in the lowest.
    fn repeats(&self) -> Vec<u64> {
        let (befores, bytes) = (self.bytes.as_chunks::<WINDOW>().0, self.bytes[1..].as_chunks::<WINDOW>().0);
        let quarter = |block: &[u8; WINDOW], i: usize| u8x16::new(*block[16 * i..].first_chunk().expect("one of four"));
        let alike =
            |before, block, i| u64::from(quarter(before, i).simd_eq(quarter(block, i)).to_bitmask()) << (16 * i);
        let repeats = |(before, block)| {
            alike(before, block, 0) | alike(before, block, 1) | alike(before, block, 2) | alike(before, block, 3)
        };
        befores.iter().zip(bytes).map(repeats).collect()
    }
}

/// Bytes that are looked at at once: a bit for each in a number.
const WINDOW: usize = 64;

/// The shortest run that is written as one: shorter ones take about as many bits, but more time.
pub(super) const SHORTEST: usize = 5;
/// The longest, which is what a window shows.
pub(super) const LONGEST: usize = WINDOW;

/// Adds `data` as a zlib stream: in the code for pictures, or as it is where that is shorter, as it is for noise.
pub(super) fn zlib(data: &Padded, file: &mut Vec<u8>) {
    file.extend([0x78, 0x01]);
    let start = file.len();
    coded(data, &CODE, file);
    let blocks = data.bytes().chunks(0xffff);
    if file.len() - start > 5 * blocks.len() + data.len {
        file.truncate(start);
        let last = blocks.len() - 1;
        for (i, block) in blocks.enumerate() {
            let length = block.len() as u16;
            file.push(u8::from(i == last));
            file.extend([length, !length].map(u16::to_le_bytes).as_flattened());
            file.extend(block);
        }
    }
    file.extend(simd_adler32::adler32(&data.bytes()).to_be_bytes());
}

fn coded(data: &Padded, code: &Code, file: &mut Vec<u8>) {
    file.extend(&code.header);
    let mut bits = Bits::new(file, data.len / 2);
    bits.put(packed(code.header_end));
    let (bytes, repeats) = (&data.bytes[1..], data.repeats());
    let window = |at: usize| {
        let [low, high] = *repeats[at / WINDOW..].first_chunk().expect("one more than there are bytes for");
        low >> (at % WINDOW) | high << 1 << (WINDOW - 1 - at % WINDOW)
    };
    let literal = |byte: u8| packed(code.symbols[usize::from(byte)]);
    let mut at = 0;
    while at < data.len {
        bits.reserve();
        let repeats = window(at);
        let two = repeats & repeats >> 1;
        // Only runs that begin within the window and are long enough there.
        let starts = two & two >> 2 & repeats >> 4;
        let run = (starts.trailing_zeros() as usize).min(WINDOW + 1 - SHORTEST).min(data.len - at);
        let (fours, rest) = bytes[at..at + run].as_chunks();
        for &four in fours {
            let [a, b, c, d] = four.map(literal);
            bits.put(joined(joined(a, b), joined(c, d)));
        }
        at += run;
        let rest = rest.len();
        let three: [u8; 3] = *bytes[at - rest..].first_chunk().expect("padding is longer");
        let [a, b, c] = three.map(literal);
        let if_there = |index: usize, code: (u64, u64)| if index < rest { code } else { (0, 0) };
        // None, in no bits, if what follows is too short.
        let length = window(at).trailing_ones() as usize;
        bits.put(joined(joined(if_there(0, a), if_there(1, b)), joined(if_there(2, c), packed(code.runs[length]))));
        at += if length < SHORTEST { 0 } else { length };
    }
    bits.put(packed(code.symbols[256]));
    let end = bits.finish();
    file.truncate(end);
}

fn packed(code: u64) -> (u64, u64) {
    (code >> 8, code)
}

/// Two codes as one, and its size.
#[inline(always)]
fn joined(first: (u64, u64), second: (u64, u64)) -> (u64, u64) {
    (first.0 | second.0 << (first.1 & 0x3f), first.1 + second.1)
}

/// Bits to bytes, the first one in the lowest.
///
/// All bits that wait are written, and written again with what follows as long as they are no whole byte. That takes no
/// branch, which would be guessed wrong half of the time.
pub(super) struct Bits<'a> {
    bytes: &'a mut Vec<u8>,
    /// Where the next whole byte goes.
    at: usize,
    waiting: u64,
    count: u64,
}

impl<'a> Bits<'a> {
    /// For bits behind `bytes`, about `expected` bytes of them.
    pub fn new(bytes: &'a mut Vec<u8>, expected: usize) -> Self {
        let at = bytes.len();
        bytes.resize(at + expected.max(AHEAD), 0);
        Self { bytes, at, waiting: 0, count: 0 }
    }

    /// Makes room for [`AHEAD`] bytes.
    #[inline(always)]
    pub fn reserve(&mut self) {
        if self.at + AHEAD > self.bytes.len() {
            self.grow();
        }
    }

    #[cold]
    fn grow(&mut self) {
        self.bytes.resize(2 * self.bytes.len(), 0);
    }

    /// Adds the lowest `size` bits, up to 56.
    #[inline(always)]
    pub fn put(&mut self, (bits, size): (u64, u64)) {
        self.waiting |= bits << (self.count & 0x3f);
        self.count += size & 0xff;
        *self.bytes[self.at..].first_chunk_mut().expect("there is room") = self.waiting.to_le_bytes();
        self.at += self.count as usize / 8;
        self.waiting >>= self.count & 0x38;
        self.count &= 7;
    }

    /// Fills the last byte with zeros.
    pub fn finish(self) -> usize {
        self.at + usize::from(self.count > 0)
    }
}

/// More bytes than are written between two calls of `reserve`: the literals of a window, a run and what waits.
const AHEAD: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, RngExt, SeedableRng};
    use std::io::Read;

    /// The stream of `bytes`, which a decoder that compares the checksum decodes.
    #[track_caller]
    fn decoded(bytes: &[u8]) -> Vec<u8> {
        let mut stream = Vec::new();
        zlib(&Padded::new(bytes.len(), |data| data.copy_from_slice(bytes)), &mut stream);
        let (mut decoder, mut decoded) = (flate2::read::ZlibDecoder::new(&stream[..]), Vec::new());
        decoder.read_to_end(&mut decoded).unwrap();
        assert!(decoded == bytes, "{bytes:?}");
        assert_eq!(decoder.total_in(), stream.len() as u64);
        stream
    }

    #[test]
    fn runs_of_every_length_decode_wherever_they_are() {
        for length in (0..=3 * WINDOW).chain([256, 257, 258, 259, 260, 4 * WINDOW + SHORTEST]) {
            for before in (0..=WINDOW + 1).step_by(if length < 10 { 1 } else { 7 }) {
                let literals: Vec<u8> = (1..=before as u8).collect();
                decoded(&[&literals[..], &vec![0xaa; length], &[0xff]].concat());
                decoded(&[&literals[..], &vec![0xaa; length + 1]].concat());
            }
        }
    }

    /// Bytes of all kinds in turn, as a picture may hold them.
    #[test]
    fn runs_between_noise_decode() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        for _ in 0..2000 {
            let mut bytes = Vec::new();
            for _ in 0..rng.random_range(1..40) {
                let length = rng.random_range(1..20) * rng.random_range(1..10);
                if rng.random() {
                    bytes.extend(vec![rng.random::<u8>(); length]);
                } else {
                    bytes.extend((0..length).map(|_| rng.random::<u8>()));
                }
            }
            decoded(&bytes);
        }
    }

    #[test]
    fn noise_is_stored() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        for (length, blocks) in [(1000, 1), (0xffff, 1), (0x1_0000, 2), (0x2_0000, 3)] {
            let noise: Vec<u8> = (0..length).map(|_| rng.random()).collect();
            assert_eq!(decoded(&noise).len(), 6 + 5 * blocks + length);
        }
    }
}
