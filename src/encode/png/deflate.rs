//! Bytes to a zlib stream ([RFC 1950](https://www.rfc-editor.org/rfc/rfc1950), [1951](https://www.rfc-editor.org/rfc/rfc1951)).
//!
//! The only matches are runs of one byte. What repeats the row above is zeros here already, since rows come filtered.

use wide::u8x16;

use super::bits::Bits;
use super::code::{Code, CODE, END, MOST};

/// Bytes to be compressed, between others that differ from the first and the last, so that no run goes on there.
pub(super) struct Padded {
    bytes: Vec<u8>,
    len: usize,
}

impl Padded {
    /// `len` bytes, one at least, which are zeros until `fill` changes them.
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

/// The shortest run that is written as one. Most are of zeros, of one bit each: shorter ones take as many bits, and each run takes longer
/// than some literals.
pub(super) const SHORTEST: usize = 11;
// One is found as two of eight that overlap, or lie side by side.
const _: () = assert!(8 <= SHORTEST && SHORTEST <= 16);
/// The longest, which is what a window shows.
pub(super) const LONGEST: usize = WINDOW;

/// Adds `data` as a zlib stream: in the code for pictures or, where that would be longer than the data, without one.
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
    let (bytes, repeats) = (&data.bytes[1..], data.repeats());
    let window = |at: usize| {
        let [low, high] = *repeats[at / WINDOW..].first_chunk().expect("one more than there are bytes for");
        low >> (at % WINDOW) | high << 1 << (WINDOW - 1 - at % WINDOW)
    };
    // How many literals there are before the next run, and its length: 0 if none follows at once.
    let find = |at: usize| {
        let repeats = window(at);
        // Only runs that begin within the window and are long enough there.
        let two = repeats & repeats >> 1;
        let four = two & two >> 2;
        let eight = four & four >> 4;
        let starts = eight & eight >> (SHORTEST - 8);
        let literals = (starts.trailing_zeros() as usize).min(MOST_LITERALS).min(data.len - at);
        let length = window(at + literals).trailing_ones() as usize;
        (literals, length * usize::from(length >= SHORTEST))
    };
    let literal = |byte: u8| code.symbols[usize::from(byte)];
    let mut bits = Bits::new(file, data.len / 2);
    bits.reserve(8 * (code.header.len() + 1));
    code.header.iter().for_each(|&part| bits.put(part));
    let (mut at, mut next) = (0, find(0));
    while at < data.len {
        bits.reserve(AHEAD);
        let (literals, length) = next;
        let start = at + literals;
        let (fours, rest) = bytes[at..start].as_chunks();
        at = start + length;
        // Found before it is needed, so that what it takes runs beside what follows here.
        next = find(at);
        for &four in fours {
            let [a, b, c, d] = four.map(literal);
            bits.put(a.then(b).then(c.then(d)));
        }
        // Up to three more and the run, all in one part and without a branch on how many. What is not there takes no bits.
        let three: [u8; 3] = *bytes[start - rest.len()..].first_chunk().expect("padding is longer");
        let [a, b, c] = three.map(literal);
        let [first, second, third] = THERE[rest.len()];
        bits.put(a.and(first).then(b.and(second)).then(c.and(third).then(code.runs[length])));
    }
    bits.put(code.symbols[END]);
    bits.finish();
}

/// By how many of three literals there are: which ones. Read from a table, since what is compared may become a branch.
static THERE: [[u64; 3]; 4] = [[0; 3], [!0, 0, 0], [!0, !0, 0], [!0; 3]];

/// The most literals before a run, for which a window has room.
const MOST_LITERALS: usize = WINDOW + 1 - SHORTEST;

/// Bytes for the literals before a run, each in up to [`MOST`] bits, for the run, for the end and for what waits.
const AHEAD: usize = MOST_LITERALS * MOST as usize / 8 + 16;

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
