//! Texts are what chance makes of the charset, and nothing else tells of them.
//!
//! Every figure is compared with what it exceeds about once in a million: chi-squared with as many degrees of freedom `f` stays below
//! `f + 6 √(2f) + 12` that often (Wilson and Hilferty's approximation, rounded up), and a mean within 5 standard errors. Texts come from
//! the system's generator, so that no run is like another.

use std::collections::{HashMap, HashSet};
use std::thread;

use ccap::{Charset, Format, Kind, Math, Options, Picture, Style};

/// Letters for each test of texts; `CCAP_LETTERS=100000000 cargo test --release --test randomness` takes more.
fn letters() -> usize {
    std::env::var("CCAP_LETTERS").map_or(2_000_000, |count| count.parse().expect("CCAP_LETTERS is a number"))
}

fn style(charset: &str, length: u32) -> Style {
    Style::new(Options { charset: Charset::parse(charset).unwrap(), length, ..Options::default() }).unwrap()
}

fn text(style: &Style) -> String {
    Picture::question(style).unwrap().1
}

fn chi_squared(counts: &[u64], expected: f64) -> f64 {
    counts.iter().map(|&count| (count as f64 - expected).powi(2) / expected).sum()
}

#[track_caller]
fn assert_chance(counts: &[u64], what: &str) {
    let total: u64 = counts.iter().sum();
    let freedom = counts.len() as f64 - 1.0;
    let chi_squared = chi_squared(counts, total as f64 / counts.len() as f64);
    assert!(
        chi_squared < freedom + 6.0 * (2.0 * freedom).sqrt() + 12.0,
        "{what}: {chi_squared} with {freedom} degrees"
    );
}

#[test]
fn letters_and_pairs_of_them_are_as_likely_as_others() {
    for charset in
        ["alphanumeric", "digits", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456", "01", "hanzi"]
    {
        let style = style(charset, 16);
        let index: HashMap<char, usize> = style.options().charset.letters().zip(0..).collect();
        let count = index.len();
        let mut single = vec![0; count];
        let mut pairs = vec![0; count * count];
        let mut first_and_last = vec![0; count * count];
        let mut before = None;
        for _ in 0..letters() / 5 / 16 {
            let text: Vec<usize> = text(&style).chars().map(|letter| index[&letter]).collect();
            for &letter in &text {
                single[letter] += 1;
            }
            // Pairs that do not overlap, of a text and of the end of one and the start of the next.
            text.chunks_exact(2).for_each(|pair| pairs[pair[0] * count + pair[1]] += 1);
            if let Some(last) = before.take() {
                first_and_last[last * count + text[0]] += 1;
            } else {
                before = Some(text[15]);
            }
        }
        assert_chance(&single, charset);
        assert_chance(&pairs, charset);
        // Five of each at least, else chi-squared is another.
        if first_and_last.iter().sum::<u64>() > 5 * (count * count) as u64 {
            assert_chance(&first_and_last, charset);
        }
    }
}

#[test]
fn sums_have_answers_as_often_as_they_are_meant_to() {
    // Of a difference it is the result that is as likely as another: 0 to 19.
    let math = Math { operators: ccap::Operators::parse("-").unwrap(), ..Math::default() };
    let style = Style::new(Options { kind: Kind::Math(math), ..Options::default() }).unwrap();
    let mut answers = [0; 20];
    for _ in 0..100_000 {
        answers[text(&style).parse::<usize>().unwrap()] += 1;
    }
    assert_chance(&answers, "differences");
}

#[test]
fn threads_share_no_texts() {
    let style = style("alphanumeric", 16);
    let texts: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..16).map(|_| scope.spawn(|| (0..2_000).map(|_| text(&style)).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(texts.iter().collect::<HashSet<_>>().len(), 32_000);
}

fn picture(text: &str, format: Format) -> Box<[u8]> {
    let style = Style::new(Options { format, ..Options::default() }).unwrap();
    Picture::of(text, &style).unwrap()
}

#[test]
fn the_answer_is_not_in_the_file() {
    let style = style("alphanumeric", 6);
    for format in Format::ALL {
        for _ in 0..100 {
            let text = text(&style);
            let file = picture(&text, format).to_ascii_uppercase();
            let is_there = |bytes: &[u8]| file.windows(bytes.len()).any(|part| part == bytes);
            assert!(!is_there(text.as_bytes()), "{format:?} {text}");
            assert!(!is_there(text.chars().rev().collect::<String>().as_bytes()), "{format:?} {text} backwards");
        }
    }
}

/// The letters decide how much of a file there is, and their order next to nothing beside what chance makes of each picture.
#[test]
fn a_size_tells_nothing_of_the_order_of_letters() {
    const N: usize = 600;
    for format in [Format::Png, Format::Jpeg, Format::Webp, Format::Gif, Format::Svg] {
        let sizes = |text: &str| -> Vec<f64> { (0..N).map(|_| picture(text, format).len() as f64).collect() };
        let (one, other) = (sizes("WX3K9R"), sizes("9KR3WX"));
        let mean = |sizes: &[f64]| sizes.iter().sum::<f64>() / N as f64;
        let spread = |sizes: &[f64]| (sizes.iter().map(|s| (s - mean(sizes)).powi(2)).sum::<f64>() / N as f64).sqrt();
        let apart = (mean(&one) - mean(&other)).abs() / ((spread(&one) + spread(&other)) / 2.0);
        // In standard deviations of one size: with less than half of one, whoever guesses by it is right in 60 of 100 at most.
        assert!(apart < 0.5, "{format:?}: {apart}");
    }
}

/// The drawing has a stream of its own: what a picture looks like says nothing of the text after it.
#[test]
fn a_size_tells_nothing_of_the_next_text() {
    let style = Style::new(Options { format: Format::Png, ..Options::default() }).unwrap();
    let letters: Vec<char> = Charset::DEFAULT.letters().collect();
    let mut counts = vec![0; 2 * letters.len()];
    let mut before: Option<usize> = None;
    let mut sizes = Vec::new();
    for _ in 0..6_000 {
        let Picture { text, image } = Picture::random(&style).unwrap();
        let first = letters.iter().position(|&letter| text.starts_with(letter)).unwrap();
        if let Some(size) = before {
            sizes.push((size, first));
        }
        before = Some(image.len());
    }
    let mut sorted: Vec<usize> = sizes.iter().map(|(size, _)| *size).collect();
    sorted.sort_unstable();
    let middle = sorted[sorted.len() / 2];
    for (size, first) in sizes {
        counts[first + if size < middle { letters.len() } else { 0 }] += 1;
    }
    // In each half as the letters are: their own frequencies are no matter here.
    let (large, small) = counts.split_at(letters.len());
    let total = |half: &[u64]| half.iter().sum::<u64>() as f64;
    let share = total(large) / (total(large) + total(small));
    let statistic: f64 = large
        .iter()
        .zip(small)
        .map(|(&large, &small)| {
            let expected = (large + small) as f64 * share;
            (large as f64 - expected).powi(2) / (expected * (1.0 - share))
        })
        .sum();
    assert!(statistic < 12.0 + 6.0 * 24.0f64.sqrt() + 12.0, "{statistic}");
}
