//! The code that all pictures are written in, so that none has to be counted first.

use std::sync::LazyLock;

use super::deflate::{Bits, LONGEST, SHORTEST};

pub(super) static CODE: LazyLock<Code> = LazyLock::new(|| Code::new(LENGTHS, META_LENGTHS));

/// Of each literal, of the end and of the lengths of matches, the digits of how many bits its code has.
///
/// Worked out by `cargo test --release --no-default-features -- --ignored train`.
const LENGTHS: &[u8; SYMBOLS] =
    b"2679b777bbb7bbb9bbbba98bbb97bbb7bbbbbbbbbbbbbbb7bbbbbbbbbbbbbbb95abbbbbbbbbbbbbb7bbb979bbb89bbbbbbbbbbbbbb98bb\
    b7bbbbbbbbbbbbbbb77bbbbbbbbbbbbbbb7bbb89bbbbbbbbbbbbbb98bbb979bbb8bbbbbbbbbbbbbba59bbbbbbbbbbbbbbb7bbbbbbbbbbb\
    bbbb7bbb79bbb89bbbbb9bbb7bbb778b9752b00777888889a9abbbbbb";
/// The same of the lengths themselves.
const META_LENGTHS: &[u8; 19] = b"7770067343610000300";

/// Up to that of the longest run.
const SYMBOLS: usize = length_symbol(LONGEST).0 + 1;

/// A code and what tells it to a decoder. Codes are packed: how many bits in the lowest byte, and above it the bits.
pub(super) struct Code {
    /// The start of the block, up to the last whole byte, and what is left of it.
    pub header: Vec<u8>,
    pub header_end: u64,
    pub symbols: [u64; SYMBOLS],
    /// By length: a match with the byte before; nothing for those that are too short.
    pub runs: [u64; LONGEST + 1],
}

impl Code {
    fn new(lengths: &[u8; SYMBOLS], meta_lengths: &[u8; 19]) -> Self {
        let symbols = codes(lengths);
        let runs = std::array::from_fn(|length| {
            if length < SHORTEST {
                return 0;
            }
            let (symbol, extra, size) = length_symbol(length);
            let code = symbols[symbol];
            // The distance is 1, whose code is a zero.
            (code >> 8 | extra << (code & 0xff)) << 8 | (code & 0xff) + size + 1
        });
        let (header, header_end) = header(lengths, meta_lengths);
        Self { header, header_end, symbols, runs }
    }
}

fn digit(digit: u8) -> u64 {
    char::from(digit).to_digit(16).expect("a digit").into()
}

/// The codes of the lengths given (RFC 1951, 3.2.2), the first bit in the lowest as they are written.
fn codes<const N: usize>(lengths: &[u8; N]) -> [u64; N] {
    let (mut codes, mut code) = ([0; N], 0u64);
    for length in 1..=15 {
        code <<= 1;
        for symbol in (0..N).filter(|&symbol| digit(lengths[symbol]) == length) {
            codes[symbol] = code.reverse_bits() >> (64 - length) << 8 | length;
            code += 1;
        }
    }
    codes
}

/// The symbol of a match's length, its extra bits and how many they are (RFC 1951, 3.2.5).
const fn length_symbol(length: usize) -> (usize, u64, u64) {
    let from = length - 3;
    if from < 8 {
        return (257 + from, 0, 0);
    }
    let size = from.ilog2() - 2;
    (257 + 4 * size as usize + (from >> size), from as u64 & ((1 << size) - 1), size as u64)
}

/// The start of a last block with a code of its own (RFC 1951, 3.2.7): whole bytes, then what is left.
fn header(lengths: &[u8; SYMBOLS], meta_lengths: &[u8; 19]) -> (Vec<u8>, u64) {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let mut parts = vec![(0b101, 3), (SYMBOLS as u64 - 257, 5), (0, 5), (19 - 4, 4)];
    parts.extend(ORDER.map(|symbol| (digit(meta_lengths[symbol]), 3)));
    let meta = codes(meta_lengths);
    for (symbol, extra, size) in meta_symbols(lengths) {
        parts.extend([(meta[symbol] >> 8, meta[symbol] & 0xff), (extra, size)]);
    }
    let mut bytes = Vec::new();
    let size: u64 = parts.iter().map(|&(_, size)| size).sum();
    let mut bits = Bits::new(&mut bytes, size as usize / 8 + 1);
    parts.into_iter().for_each(|part| bits.put(part));
    let end = bits.finish();
    bytes.truncate(end);
    let end = if size % 8 > 0 { u64::from(bytes.pop().expect("there are bits")) } else { 0 };
    (bytes, end << 8 | size % 8)
}

/// What tells the lengths: each symbol with its extra bits and how many they are. The last is that of the one distance.
fn meta_symbols(lengths: &[u8; SYMBOLS]) -> Vec<(usize, u64, u64)> {
    let mut symbols = Vec::new();
    for same in lengths.chunk_by(|a, b| a == b) {
        let length = (digit(same[0]) as usize, 0, 0);
        symbols.push(length);
        let mut left = same.len() - 1;
        while left > 2 {
            let repeated = left.min(6);
            symbols.push((16, repeated as u64 - 3, 2));
            left -= repeated;
        }
        symbols.extend(vec![length; left]);
    }
    symbols.push((1, 0, 0));
    symbols
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::draw;
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
                    for symbol in symbols(lines(&draw(&text, &options, &mut rng).unwrap()).bytes()) {
                        counts[symbol] += 1;
                    }
                    pictures += 1;
                }
            }
        }
        let (mut least, mut best) = (f64::MAX, None);
        for longest in 9..=12 {
            for floor in 0..60 {
                let floored: Vec<u64> = (0..SYMBOLS)
                    .map(|symbol| {
                        let is_run = (SHORTEST..=LONGEST).any(|length| length_symbol(length).0 == symbol);
                        if symbol < 257 || is_run {
                            counts[symbol].max(pictures * floor / 20).max(1)
                        } else {
                            0
                        }
                    })
                    .collect();
                let lengths: [u8; SYMBOLS] = huffman(&floored, longest).try_into().unwrap();
                let mut meta_counts = [0; 19];
                meta_symbols(&lengths).iter().for_each(|&(symbol, ..)| meta_counts[symbol] += 1);
                let meta: [u8; 19] = huffman(&meta_counts, 7).try_into().unwrap();
                let header = Code::new(&lengths, &meta).header.len();
                let body: u64 = (0..SYMBOLS).map(|symbol| counts[symbol] * digit(lengths[symbol])).sum();
                let size = body as f64 / 8.0 / pictures as f64 + header as f64;
                if size < least {
                    (least, best) = (size, Some((lengths, meta, longest, floor, header)));
                }
            }
        }
        let (lengths, meta, longest, floor, header) = best.unwrap();
        println!("{pictures} pictures, on average {least:.1} bytes, {header} of them the header; {longest} bits, floor {floor}");
        println!("{}\n{}", String::from_utf8_lossy(&lengths), String::from_utf8_lossy(&meta));
    }

    #[test]
    fn codes_are_complete_and_short_enough_to_be_put_together() {
        let kraft =
            |lengths: &[u8]| lengths.iter().filter(|&&l| l > b'0').map(|&l| 2f64.powi(-(digit(l) as i32))).sum::<f64>();
        assert_eq!((kraft(LENGTHS), kraft(META_LENGTHS)), (1.0, 1.0));
        let size = |code: u64| code & 0xff;
        assert!(CODE.symbols[..=256].iter().all(|&code| (1..=13).contains(&size(code))));
        assert!(CODE.runs[..SHORTEST].iter().all(|&code| size(code) == 0));
        // With three literals in 56 bits.
        assert!(CODE.runs[SHORTEST..].iter().all(|&code| (3..=56 - 3 * 13).contains(&size(code))));
    }

    /// Nothing is written in more bits than its symbols take.
    #[test]
    fn streams_are_as_long_as_their_symbols() {
        for seed in 0..100 {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let lines = lines(&draw("K7WPX2", &Options::default(), &mut rng).unwrap());
            let extra = |symbol: usize| {
                (SHORTEST..=LONGEST).find(|&l| length_symbol(l).0 == symbol).map_or(0, |l| 1 + length_symbol(l).2)
            };
            let bits: u64 =
                symbols(lines.bytes()).into_iter().map(|symbol| (CODE.symbols[symbol] & 0xff) + extra(symbol)).sum();
            let mut stream = Vec::new();
            zlib(&lines, &mut stream);
            let bits = bits + 8 * CODE.header.len() as u64 + (CODE.header_end & 0xff);
            assert_eq!(stream.len() as u64, 2 + bits.div_ceil(8) + 4);
        }
    }

    /// The symbols that bytes are written in.
    fn symbols(bytes: &[u8]) -> Vec<usize> {
        let (mut symbols, mut at) = (vec![256], 0);
        while at < bytes.len() {
            let run = |&before: &u8| bytes[at..].iter().take(LONGEST).take_while(|&&byte| byte == before).count();
            let length = at.checked_sub(1).map_or(0, |before| run(&bytes[before]));
            let is_run = length >= SHORTEST;
            symbols.push(if is_run { length_symbol(length).0 } else { bytes[at].into() });
            at += if is_run { length } else { 1 };
        }
        symbols
    }

    /// The lengths of the best code of up to `longest` bits, as digits: package-merge (L. Larmore and D. Hirschberg, "A fast
    /// algorithm for optimal length-limited Huffman codes", 1990).
    fn huffman(counts: &[u64], longest: usize) -> Vec<u8> {
        let single: Vec<(u64, Vec<usize>)> =
            (0..counts.len()).filter(|&i| counts[i] > 0).map(|i| (counts[i], vec![i])).collect();
        let mut packages = Vec::new();
        for _ in 0..longest {
            packages.extend_from_slice(&single);
            packages.sort();
            packages =
                packages.chunks_exact(2).map(|two| (two[0].0 + two[1].0, [&*two[0].1, &two[1].1].concat())).collect();
        }
        let mut lengths = vec![0; counts.len()];
        packages[..single.len() - 1].iter().flat_map(|(_, symbols)| symbols).for_each(|&symbol| lengths[symbol] += 1);
        lengths.into_iter().map(|length: usize| HEX[length] as u8).collect()
    }
}
