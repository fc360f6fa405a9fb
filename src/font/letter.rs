//! A letter of a face, measured.

use std::sync::atomic::{AtomicU64, Ordering};

use wide::f32x8;

/// A letter of one face, measured. Lengths are in caps: 1 is the height of the face's capitals.
pub(crate) struct Letter {
    /// Tells it from every other letter that there ever was.
    pub(super) serial: u64,
    /// Width of the ink.
    pub width: f32,
    /// Top and bottom of the ink, downwards from the middle of the capitals.
    pub top: f32,
    pub bottom: f32,
    /// How far the ink reaches at either side, from its top to its bottom.
    pub sides: Box<[Sides]>,
    /// Row by row, as glyphs are: 128 on the outline, more inside, less outside.
    pub(super) field: Box<[u8]>,
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// The leftmost and the rightmost ink of a letter at each of eight heights, from the middle of its ink and of the face's capitals,
/// in caps. Where there are fewer heights the last one is there again.
pub(crate) struct Sides {
    pub down: f32x8,
    pub left: f32x8,
    pub right: f32x8,
}

impl Sides {
    const HEIGHTS: usize = 8;

    /// The same at heights of `(down, left, right)`.
    fn all(heights: &[(f32, f32, f32)]) -> Box<[Self]> {
        let eight = |heights: &[(f32, f32, f32)]| {
            let height = |i: usize| heights[i.min(heights.len() - 1)];
            let each = |of: fn((f32, f32, f32)) -> f32| f32x8::new(std::array::from_fn(|i| of(height(i))));
            Self { down: each(|height| height.0), left: each(|height| height.1), right: each(|height| height.2) }
        };
        heights.chunks(Self::HEIGHTS).map(eight).collect()
    }
}

impl Letter {
    pub(super) fn next_serial() -> u64 {
        static LETTERS: AtomicU64 = AtomicU64::new(0);
        LETTERS.fetch_add(1, Ordering::Relaxed)
    }

    /// The field's value on the outline.
    pub(super) const EDGE: u8 = 128;
    /// Texels to one cap.
    pub(super) const TEXELS: f32 = 44.0;
    /// Texels around the ink, and the largest distance that the field tells.
    pub(super) const SPREAD: usize = 5;
    /// What the field gains in one texel, inwards.
    pub(super) const SLOPE: f32 = 127.0 / Self::SPREAD as f32;
}

/// How far ink reaches at either side, in a letter's coverage whose ink is `width` texels wide and starts `top` caps down.
pub(super) fn sides(coverage: &[f32], columns: usize, width: f32, top: f32) -> Box<[Sides]> {
    /// Rows taken together. What is lost by it is less than the ground that is kept between letters.
    const ROWS: usize = 6;
    let inked = |row: &[f32], (left, right): (usize, usize)| {
        let first = row.iter().position(|&c| c >= 0.5).unwrap_or(usize::MAX);
        let last = row.iter().rposition(|&c| c >= 0.5).map_or(0, |last| last + 1);
        (left.min(first), right.max(last))
    };
    let mut sides = Vec::new();
    for (i, rows) in coverage.chunks(ROWS * columns).enumerate() {
        let (left, right) = rows.chunks(columns).fold((usize::MAX, 0), |ends, row| inked(row, ends));
        if left >= right {
            continue;
        }
        let across = |x: usize| (x as f32 - Letter::SPREAD as f32 - width / 2.0) / Letter::TEXELS;
        let down = |y: usize| top + (y as f32 - Letter::SPREAD as f32) / Letter::TEXELS;
        // At its upper and its lower edge, so that nothing lies outside of what the points enclose.
        for y in [i * ROWS, (i + 1) * ROWS] {
            sides.push((down(y), across(left), across(right)));
        }
    }
    Sides::all(&sides)
}
