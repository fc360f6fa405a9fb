//! Letters on the canvas, leaned and warped as they are drawn.
//!
//! Both are displacements of whole columns and whole rows, so a letter is resampled in two passes (E. Catmull and
//! A. R. Smith, "3-D Transformations of Images in Scanline Order", SIGGRAPH 1980): its columns move up and down, then its rows left and
//! right. In each pass a line moves by one fractional distance, which the compiler turns into code that does
//! many pixels at once. What moves is distances, not ink, so that edges stay sharp.

use rand::{Rng, RngExt};

use super::canvas::Canvas;
use super::warp::Warp;
use crate::font::Glyph;
use crate::layout::Placed;

/// What the letters of a picture are filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filling {
    Solid,
    /// Nothing but a wall along the outline.
    Hollow,
    /// Some the one, some the other.
    Mixed,
}

/// How thick letters are, in px.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stroke {
    /// How much fatter than its face a letter is on each side.
    pub weight: f32,
    /// The walls of hollow letters.
    pub wall: f32,
}

/// Draws letters where the layout put them, bent by `warp`. Where letters overlap they merge.
pub(crate) fn draw(
    canvas: &mut Canvas,
    letters: &[Placed],
    filling: Filling,
    stroke: Stroke,
    warp: &Warp,
    rng: &mut impl Rng,
) {
    let mut tile = Tile::default();
    for letter in letters {
        let hollow = match filling {
            Filling::Solid => false,
            Filling::Hollow => true,
            Filling::Mixed => rng.random(),
        };
        let slope = letter.glyph.slope;
        let outer = Edge::at(stroke.weight, slope);
        let inner = hollow.then(|| Edge::at(stroke.weight - stroke.wall, slope));
        tile.move_columns(letter, warp, canvas.height());
        tile.transpose();
        tile.move_rows(letter, warp, outer, inner, canvas);
    }
}

/// The part of the canvas that one letter is worked out on. One serves for all letters, for its memory's sake.
#[derive(Default)]
struct Tile {
    /// Distances by column, then by row. Both sides are padded to [`BLOCK`].
    by_column: Vec<u8>,
    by_row: Vec<u8>,
    columns: usize,
    rows: usize,
    /// The canvas's row of the tile's first.
    top: usize,
}

/// The side of the squares that are transposed at a time.
const BLOCK: usize = 8;

impl Tile {
    /// The first pass: the glyph's columns, each moved to where the warp and the letter's tilt put it.
    fn move_columns(&mut self, letter: &Placed, warp: &Warp, height: usize) {
        let glyph = &letter.glyph;
        let reach = farthest(&warp.down) + 1.0;
        self.top = clip(letter.bounds.top - reach, height);
        self.rows = clip(letter.bounds.bottom + reach + 1.0, height).saturating_sub(self.top).next_multiple_of(BLOCK);
        self.columns = glyph.columns.next_multiple_of(BLOCK);
        self.by_column.clear();
        self.by_column.resize(self.columns * self.rows, 0);
        if self.rows == 0 {
            return;
        }
        let columns = self.by_column.chunks_exact_mut(self.rows).zip(glyph.field.chunks_exact(glyph.rows));
        for (i, (into, from)) in columns.enumerate() {
            let across = i as f32 + 0.5 - glyph.middle.0;
            let shift = at(&warp.down, letter.x + across) - letter.lean.tilt * across;
            resample(into, from, self.top as f32 - letter.y + glyph.middle.1 + shift);
        }
    }

    /// The second pass: the tile's rows, each moved to where the warp and the letter's slant put it, and inked.
    fn move_rows(&mut self, letter: &Placed, warp: &Warp, outer: Edge, inner: Option<Edge>, canvas: &mut Canvas) {
        let reach = farthest(&warp.across) + 1.0;
        let left = clip(letter.bounds.left - reach, canvas.width());
        let right = clip(letter.bounds.right + reach + 1.0, canvas.width());
        let rows = canvas.rows_mut().skip(self.top).zip(self.by_row.chunks_exact(self.columns));
        let mut moved = vec![0; right - left];
        for (i, (row, from)) in rows.enumerate() {
            let y = self.top + i;
            let down = y as f32 + 0.5 - letter.y;
            let shift = warp.across[y] + letter.lean.slant * down;
            moved.fill(0);
            resample(&mut moved, from, left as f32 - letter.x + letter.glyph.middle.0 + shift);
            let pixels = row[left..right].iter_mut().zip(&moved);
            match inner {
                None => pixels.for_each(|(pixel, &distance)| *pixel = (*pixel).max(outer.coverage(distance))),
                Some(inner) => pixels.for_each(|(pixel, &distance)| {
                    *pixel = (*pixel).max(outer.coverage(distance) - inner.coverage(distance));
                }),
            }
        }
    }

    /// Turns columns into rows, a block at a time.
    fn transpose(&mut self) {
        self.by_row.clear();
        self.by_row.resize(self.columns * self.rows, 0);
        for x in (0..self.columns).step_by(BLOCK) {
            for y in (0..self.rows).step_by(BLOCK) {
                let block = std::array::from_fn(|i| read(&self.by_column[(x + i) * self.rows + y..]));
                for (i, line) in transposed(block).into_iter().enumerate() {
                    let start = (y + i) * self.columns + x;
                    self.by_row[start..start + BLOCK].copy_from_slice(&line.to_le_bytes());
                }
            }
        }
    }
}

/// Fills `into` from `from`, where `into[i]` lies at `from[i + start]`, between its two neighbours. What lies outside of
/// `from` leaves `into` as it is.
fn resample(into: &mut [u8], from: &[u8], start: f32) {
    let whole = start.floor();
    let fraction = ((start - whole) * 256.0) as u16;
    let whole = whole as isize;
    let skipped = whole.min(0).unsigned_abs().min(into.len());
    let into = &mut into[skipped..];
    let from = &from[(whole.max(0) as usize).min(from.len())..];
    let pairs = from.iter().zip(from.get(1..).unwrap_or_default());
    for (value, (&a, &b)) in into.iter_mut().zip(pairs) {
        *value = ((u16::from(a) * (256 - fraction) + u16::from(b) * fraction) >> 8) as u8;
    }
}

/// A line along a letter's outline.
#[derive(Debug, Clone, Copy)]
struct Edge {
    /// The field's value on it.
    value: i16,
    /// What coverage gains when the field does by 1.
    gain: i16,
    /// How far from `value` the field is where coverage ends, so that no product outgrows 16 bits, of which a processor does twice as
    /// many at once as of 32.
    reach: i16,
}

impl Edge {
    /// The line `outwards` px outside of the outline of a field with this slope.
    fn at(outwards: f32, slope: f32) -> Self {
        let gain = (256.0 / slope).round().max(1.0);
        Self {
            value: i16::from(Glyph::EDGE) - (outwards * slope) as i16,
            gain: gain as i16,
            reach: (128.0 / gain).ceil() as i16,
        }
    }

    /// How much of a pixel with this distance lies inside: from none to all within one px.
    fn coverage(self, distance: u8) -> u8 {
        let inside = (i16::from(distance) - self.value).clamp(-self.reach, self.reach) * self.gain;
        (inside + 128).clamp(0, 255) as u8
    }
}

/// Eight bytes of a column as a number, the first in the lowest bits.
fn read(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

/// Transposes 8 by 8 bytes by swapping ever larger quarters (H. S. Warren, "Hacker's Delight", 7-3).
fn transposed(mut lines: [u64; BLOCK]) -> [u64; BLOCK] {
    let masks = [(1, 0x00ff_00ff_00ff_00ff), (2, 0x0000_ffff_0000_ffff), (4, 0x0000_0000_ffff_ffff)];
    for (step, mask) in masks {
        for i in (0..BLOCK).filter(|i| i & step == 0) {
            let (a, b) = (lines[i], lines[i + step]);
            lines[i] = (a & mask) | (b & mask) << (8 * step);
            lines[i + step] = (a >> (8 * step)) & mask | b & !mask;
        }
    }
    lines
}

fn farthest(table: &[f32]) -> f32 {
    table.iter().fold(0.0, |most, distance| most.max(distance.abs()))
}

/// The table's value for a place in px, that of its end for one outside.
fn at(table: &[f32], place: f32) -> f32 {
    table[(place.max(0.0) as usize).min(table.len() - 1)]
}

/// A place in px as a whole one between 0 and `most`.
fn clip(place: f32, most: usize) -> usize {
    (place.max(0.0) as usize).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposing_turns_columns_into_rows() {
        let lines = std::array::from_fn(|i| u64::from_le_bytes(std::array::from_fn(|j| (i * 8 + j) as u8)));
        for (j, line) in transposed(lines).into_iter().enumerate() {
            let expected: [u8; 8] = std::array::from_fn(|i| (i * 8 + j) as u8);
            assert_eq!(line.to_le_bytes(), expected);
        }
    }

    #[test]
    fn resampling_moves_by_fractions_and_clips_at_both_ends() {
        let from = [0, 100, 200, 0];
        for (start, expected) in [
            (0.0, [0, 100, 200, 9, 9, 9]),
            (0.5, [50, 150, 100, 9, 9, 9]),
            (-2.0, [9, 9, 0, 100, 200, 9]),
            (-1.25, [9, 9, 75, 175, 50, 9]),
            (2.0, [200, 9, 9, 9, 9, 9]),
            (3.0, [9; 6]),
            (1e6, [9; 6]),
            (-1e6, [9; 6]),
        ] {
            let mut into = [9; 6];
            resample(&mut into, &from, start);
            assert_eq!(into, expected, "{start}");
        }
    }

    #[test]
    fn coverage_crosses_from_none_to_all_in_a_px() {
        for slope in [32.0, 8.0] {
            let edge = Edge::at(0.0, slope);
            let half = slope as u8 / 2;
            assert_eq!(edge.coverage(Glyph::EDGE), 128);
            assert_eq!(edge.coverage(Glyph::EDGE - half), 0);
            assert_eq!(edge.coverage(Glyph::EDGE + half), 255);
            assert_eq!((edge.coverage(0), edge.coverage(255)), (0, 255));
            assert_eq!(Edge::at(1.0, slope).coverage(Glyph::EDGE - 2 * half), 128);
        }
    }
}
