//! The code that all pictures are written in, so that none has to be counted first.

use std::sync::LazyLock;

use super::bits::Part;
use super::deflate::{LONGEST, SHORTEST};

pub(super) static CODE: LazyLock<Code> = LazyLock::new(|| Code::new(LENGTHS, META_LENGTHS));

/// Of each literal, of the end and of the lengths of matches, as a digit, how many bits its code has.
///
/// Worked out from 3,636 pictures of all levels: for each one 300 of 256x60, 120x40, 100x40 and 128x30 px and 12 of 512x256. For
/// other ones: `cargo test --release --no-default-features --lib -- --ignored --nocapture train`.
const LENGTHS: &[u8; SYMBOLS] =
    b"165a7779789babbb7bbb7abb8aabaabb6bbb8bbbababbbbb9bbbbbbbbbbbbbbb6abbbbbbbbbbbbbb7bbba99bbbbbabbb7bbbabbbb\
    babbbbb7bbbabbbbbbbbbba5abbbbbbbbbbabbb7bbbbbbbbbbbabbb7bbbabbbaa89abbb7bbbbbbbbbbbbbba6bbbbbbbbbbbbbbb9\
    bbbbbbbabbb8bbb6bbaabaa8bba7bbb7bbbab9879777a65b00000000aabbbbbbbbba";
/// The same of the lengths themselves.
const META_LENGTHS: &[u8; 19] = b"7700065355310000300";

/// Up to that of the longest run.
const SYMBOLS: usize = 277;

/// The symbol after the literals, which ends a block.
pub(super) const END: usize = 256;

/// The most bits of a literal: four of them, or three and a run, are written as one part.
pub(super) const MOST: u32 = 13;

/// A code and what tells it to a decoder.
pub(super) struct Code {
    /// The start of a block.
    pub header: Vec<Part>,
    pub symbols: [Part; SYMBOLS],
    /// By length: a match with the byte before; nothing for those that are too short.
    pub runs: [Part; LONGEST + 1],
}

impl Code {
    fn new(lengths: &[u8; SYMBOLS], meta_lengths: &[u8; 19]) -> Self {
        let symbols = codes(lengths);
        let runs = std::array::from_fn(|length| {
            if length < SHORTEST {
                return Part::default();
            }
            let (symbol, extra) = length_symbol(length);
            // The distance is 1, whose code is a zero.
            symbols[symbol].then(extra).then(Part::new(0, 1))
        });
        Self { header: header(lengths, meta_lengths), symbols, runs }
    }
}

fn digit(digit: u8) -> u32 {
    char::from(digit).to_digit(16).expect("a digit")
}

/// The codes of the lengths given (RFC 1951, 3.2.2).
fn codes<const N: usize>(lengths: &[u8; N]) -> [Part; N] {
    let (mut codes, mut code) = ([Part::default(); N], 0u64);
    for size in 1..=15 {
        code <<= 1;
        for symbol in (0..N).filter(|&symbol| digit(lengths[symbol]) == size) {
            codes[symbol] = Part::new(code.reverse_bits() >> (64 - size), size);
            code += 1;
        }
    }
    codes
}

/// The symbol of a match's length and its extra bits (RFC 1951, 3.2.5).
fn length_symbol(length: usize) -> (usize, Part) {
    let from = length - 3;
    let size = (from | 7).ilog2() - 2;
    (257 + 4 * size as usize + (from >> size), Part::new(from as u64 & ((1 << size) - 1), size))
}

/// The start of a last block with a code of its own (RFC 1951, 3.2.7).
fn header(lengths: &[u8; SYMBOLS], meta_lengths: &[u8; 19]) -> Vec<Part> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let mut header =
        vec![Part::new(0b101, 3), Part::new(SYMBOLS as u64 - 257, 5), Part::new(0, 5), Part::new(19 - 4, 4)];
    header.extend(ORDER.map(|symbol| Part::new(digit(meta_lengths[symbol]).into(), 3)));
    let meta = codes(meta_lengths);
    header.extend(meta_symbols(lengths).into_iter().map(|(symbol, extra)| meta[symbol].then(extra)));
    // A few large parts, since each picture writes them.
    header.chunks(5).map(|parts| parts.iter().fold(Part::default(), |all, &part| all.then(part))).collect()
}

/// What tells the lengths: each symbol with its extra bits. The last is that of the one distance.
fn meta_symbols(lengths: &[u8; SYMBOLS]) -> Vec<(usize, Part)> {
    let mut symbols = Vec::new();
    for same in lengths.chunk_by(|a, b| a == b) {
        let length = (digit(same[0]) as usize, Part::default());
        symbols.push(length);
        let mut left = same.len() - 1;
        while left > 2 {
            let repeated = left.min(6);
            symbols.push((16, Part::new(repeated as u64 - 3, 2)));
            left -= repeated;
        }
        symbols.extend(vec![length; left]);
    }
    symbols.push((1, Part::default()));
    symbols
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::draw;
    use crate::encode::package_merge::code_lengths;
    use crate::encode::png::deflate::zlib;
    use crate::encode::png::lines;
    use crate::options::{Level, Options};
    use crate::text::{random_text, Charset};
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];

    /// Prints the code for the pictures that are drawn now, to be put in above.
    #[test]
    #[ignore = "prints what belongs above"]
    fn train() {
        let sizes = [(256, 60, 6, 300), (120, 40, 4, 300), (100, 40, 4, 300), (128, 30, 4, 300), (512, 256, 6, 12)];
        let mut counts = [0; SYMBOLS];
        let mut pictures = 0;
        for (width, height, length, seeds) in sizes {
            for level in Level::ALL {
                for seed in 0..seeds {
                    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
                    let text = random_text(&Charset::DEFAULT, length, &mut rng);
                    let options = Options { width, height, level, ..Options::default() };
                    for (symbol, _) in symbols(lines(&draw(&text, &options, &mut rng).unwrap()).bytes()) {
                        counts[symbol] += 1;
                    }
                    pictures += 1;
                }
            }
        }
        let is_run = |symbol| (SHORTEST..=LONGEST).any(|length| length_symbol(length).0 == symbol);
        for (_, count) in counts.iter_mut().enumerate().filter(|&(symbol, _)| symbol <= END || is_run(symbol)) {
            *count = (*count).max(1);
        }
        // The longest run is what flat pictures are made of. None are drawn, but whoever encodes one has it small.
        counts[SYMBOLS - 1] = counts[SYMBOLS - 1].max(counts.iter().sum::<u64>() / 1024);
        // A shorter limit makes for more codes of one length, and for a header that tells them in fewer bits.
        let code = |longest| {
            let lengths: [u8; SYMBOLS] = huffman(&counts, longest).try_into().unwrap();
            let mut meta_counts = [0; 19];
            meta_symbols(&lengths).iter().for_each(|&(symbol, _)| meta_counts[symbol] += 1);
            let meta: [u8; 19] = huffman(&meta_counts, 7).try_into().unwrap();
            let body: u64 = counts.iter().zip(lengths).map(|(count, length)| count * u64::from(digit(length))).sum();
            (body / pictures + u64::from(size(&header(&lengths, &meta))), lengths, meta)
        };
        let (size, lengths, meta) = (9..=MOST as usize).map(code).min().unwrap();
        println!("{pictures} pictures, in {} bytes on average without what is beside symbols:", size / 8);
        println!("{}\n{}", String::from_utf8_lossy(&lengths), String::from_utf8_lossy(&meta));
    }

    fn size(parts: &[Part]) -> u32 {
        parts.iter().map(|part| part.size).sum()
    }

    #[test]
    fn codes_are_complete_and_their_parts_fit() {
        let kraft = |lengths: &[u8]| {
            lengths
                .iter()
                .filter(|&&length| length > b'0')
                .map(|&length| 0.5f64.powi(digit(length) as i32))
                .sum::<f64>()
        };
        assert_eq!((kraft(LENGTHS), kraft(META_LENGTHS)), (1.0, 1.0));
        assert_eq!(length_symbol(LONGEST).0, SYMBOLS - 1);
        assert!(CODE.symbols[..=END].iter().all(|code| (1..=MOST).contains(&code.size)));
        assert!(CODE.runs[..SHORTEST].iter().all(|run| run.size == 0));
        assert!(CODE.runs[SHORTEST..].iter().all(|run| (3..=56 - 3 * MOST).contains(&run.size)));
        assert!(4 * MOST <= 56 && CODE.header.iter().all(|part| part.size <= 56));
    }

    /// No run is missed.
    #[test]
    fn streams_are_as_long_as_their_symbols() {
        for seed in 0..100 {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let lines = lines(&draw("K7WPX2", &Options::default(), &mut rng).unwrap());
            let bits: u32 =
                symbols(lines.bytes()).iter().map(|&(symbol, extra)| CODE.symbols[symbol].size + extra).sum();
            let mut stream = Vec::new();
            zlib(&lines, &mut stream);
            assert_eq!(stream.len() as u32, 2 + (size(&CODE.header) + bits).div_ceil(8) + 4);
        }
    }

    /// The symbols that bytes are written in, each with how many bits more.
    fn symbols(bytes: &[u8]) -> Vec<(usize, u32)> {
        let (mut symbols, mut at) = (vec![(END, 0)], 0);
        while at < bytes.len() {
            let run = |&before: &u8| bytes[at..].iter().take(LONGEST).take_while(|&&byte| byte == before).count();
            let length = at.checked_sub(1).map_or(0, |before| run(&bytes[before]));
            if length < SHORTEST {
                symbols.push((bytes[at].into(), 0));
                at += 1;
            } else {
                let (symbol, extra) = length_symbol(length);
                symbols.push((symbol, extra.size + 1));
                at += length;
            }
        }
        symbols
    }

    /// The lengths of the best code of up to `longest` bits, as digits.
    fn huffman(counts: &[u64], longest: usize) -> Vec<u8> {
        code_lengths(counts, longest).into_iter().map(|length| HEX[usize::from(length)] as u8).collect()
    }
}
