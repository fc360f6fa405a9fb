//! What [codes](super::codes) are made of: how often each symbol is in the pictures of this crate.

use super::super::package_merge;
use super::encode;
use crate::draw::draw;
use crate::options::{Level, Options};
use crate::text::{random_text, Charset};
use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

/// By class and symbol.
pub(super) type Counts = [[u64; 256]; 2];

/// Prints what `codes.rs` holds, for when what is drawn or how it is quantized has changed:
/// `cargo test --release --no-default-features --lib print_codes -- --ignored --nocapture`.
#[test]
#[ignore = "it prints and tests nothing"]
fn print_codes() {
    for (name, qualities) in [("USUAL", &[30, 40, 50, 50, 60, 70][..]), ("FINE", &[80, 90, 95, 100])] {
        let mut counts = [[0; 256]; 2];
        for &quality in qualities {
            count(quality, &mut counts);
        }
        for (class, counts, symbols) in [("DC", &counts[0], dc_symbols()), ("AC", &counts[1], ac_symbols())] {
            let (lengths, values) = trained(counts, symbols);
            let bits: u64 =
                code_lengths(&lengths, &values).map(|(value, length)| counts[usize::from(value)] * length).sum();
            println!("/// {:.3} bits each.", bits as f64 / counts.iter().sum::<u64>() as f64);
            println!("pub const {name}_{class}_LENGTHS: [u8; 16] = {lengths:?};");
            println!("#[rustfmt::skip]\npub const {name}_{class}_VALUES: [u8; {}] = [", values.len());
            for values in values.chunks(25) {
                let values: Vec<String> = values.iter().map(u8::to_string).collect();
                println!("    {},", values.join(", "));
            }
            println!("];");
        }
    }
}

fn code_lengths<'a>(lengths: &'a [u8; 16], values: &'a [u8]) -> impl Iterator<Item = (u8, u64)> + 'a {
    let lengths = (1..).zip(lengths).flat_map(|(length, &count)| std::iter::repeat_n(length, count.into()));
    values.iter().copied().zip(lengths)
}

/// The sizes of differences.
fn dc_symbols() -> Vec<u8> {
    (0..=11).collect()
}

/// Runs and sizes, the smaller sizes first; the end of a block and sixteen zeros.
fn ac_symbols() -> Vec<u8> {
    let pairs = (1..=10).flat_map(|size| (0..16).map(move |run| run << 4 | size));
    [0x00, 0xf0].into_iter().chain(pairs).collect()
}

fn count(quality: u8, counts: &mut Counts) {
    for (width, height, length, pictures) in [(256, 60, 6, 200), (120, 40, 4, 200), (512, 256, 6, 10)] {
        for level in Level::ALL {
            let options = Options { width, height, length, level, ..Options::default() };
            for seed in 0..pictures {
                let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
                let text = random_text(&Charset::DEFAULT, length as usize, &mut rng);
                let canvas = draw(&text, &options, &mut rng).unwrap();
                let blocks = width.div_ceil(16) * height.div_ceil(16) * 6;
                count_file(&encode(&canvas, quality), blocks, counts);
            }
        }
    }
}

/// Reads a file's symbols by its own tables.
pub(super) fn count_file(file: &[u8], blocks: u32, counts: &mut Counts) {
    let mut tables = [const { Vec::new() }; 2];
    let mut at = 2;
    while file[at + 1] != 0xda {
        let end = at + 2 + usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
        if file[at + 1] == 0xc4 {
            let mut rest = &file[at + 4..end];
            while let [class, table @ ..] = rest {
                let (lengths, values) = table.split_first_chunk().unwrap();
                let (values, others) = values.split_at(lengths.iter().map(|&count| usize::from(count)).sum());
                tables[usize::from(class >> 4)] = codes(lengths, values);
                rest = others;
            }
        }
        at = end;
    }
    let mut bytes = file[at + 14..].iter().copied();
    let (mut bits, mut held) = (0u64, 0);
    let mut symbol = |class: usize| {
        while held < 32 {
            let byte = bytes.next().unwrap_or(0);
            if byte == 0xff {
                bytes.next();
            }
            bits |= u64::from(byte) << (56 - held);
            held += 8;
        }
        let &(_, length, symbol) =
            tables[class].iter().rev().find(|&&(code, _, _)| code <= (bits >> 32) as u32).unwrap();
        let length = length + u32::from(symbol & 15);
        bits <<= length;
        held -= length;
        counts[class][usize::from(symbol)] += 1;
        symbol
    };
    for _ in 0..blocks {
        symbol(0);
        let mut place = 1;
        while place < 64 {
            match symbol(1) {
                0 => break,
                symbol => place += usize::from(symbol >> 4) + 1,
            }
        }
    }
}

/// Codes in the highest bits, with their lengths and symbols, in their order.
fn codes(lengths: &[u8; 16], values: &[u8]) -> Vec<(u32, u32, u8)> {
    let codes = code_lengths(lengths, values).scan(0, |next, (value, length)| {
        let code = *next;
        *next += 1 << (32 - length);
        Some((code, length as u32, value))
    });
    codes.collect()
}

/// The best code lengths up to 16, and the symbols by their order: what is more frequent comes first, and what never was by its order
/// in `symbols`.
fn trained(counts: &[u64; 256], mut symbols: Vec<u8>) -> ([u8; 16], Vec<u8>) {
    symbols.sort_by_key(|&symbol| std::cmp::Reverse(counts[usize::from(symbol)]));
    // One more symbol, the rarest of all, takes the code of ones alone, which T.81 forbids.
    let counts = symbols.iter().map(|&symbol| 1000 * counts[usize::from(symbol)] + 2);
    let mut lengths = package_merge::code_lengths(&counts.chain([1]).collect::<Vec<u64>>(), 16);
    // Of what is as frequent any may have the longer code.
    lengths.sort_unstable();
    lengths.pop();
    (std::array::from_fn(|i| lengths.iter().filter(|&&length| usize::from(length) == i + 1).count() as u8), symbols)
}
