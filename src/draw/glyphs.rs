//! Letters on the canvas, leaned and warped as they are drawn.
//!
//! Both are displacements of whole columns and whole rows, so a letter is resampled in two passes (E. Catmull and
//! A. R. Smith, "3-D Transformations of Images in Scanline Order", SIGGRAPH 1980): its columns move up and down, then its rows left and
//! right. In each pass a line moves by one fractional distance, many pixels at once. What moves is distances, not ink, so that edges stay sharp.

use wide::{i16x8, u8x16};

use super::canvas::Canvas;
use super::warp::Warp;
use crate::font::Glyph;
use crate::layout::Placed;
use crate::simd::{transposed, widened, LANES};

/// Draws letters where the layout put them, bent by `warp`, each side of their strokes `weight` px fatter than their faces have
/// it. Where letters overlap they merge. Fine ones are as their faces have them: the dots of a `÷` would meet its bar.
pub(crate) fn draw(canvas: &mut Canvas, letters: &[Placed], weight: f32, warp: &Warp) {
    let mut tile = Tile::default();
    for letter in letters {
        tile.move_columns(letter, warp);
        tile.transpose();
        let weight = if letter.is_fine { 0.0 } else { weight };
        tile.move_rows(letter, warp, canvas, Edge::at(weight, letter.glyph.slope));
    }
}

/// The part of the canvas that one letter is worked out on, and what lies beside it. One serves for all letters, for its
/// memory's sake.
#[derive(Default)]
struct Tile {
    /// Distances by column, then by row. As in the glyph, there is one column more than whole blocks, and 0 in the first one. Beyond them
    /// lies what larger letters left.
    by_column: Vec<u8>,
    by_row: Vec<u8>,
    /// Where each column goes.
    places: Vec<Place>,
    columns: usize,
    /// Rows that are not all 0, and how many a column has room for.
    rows: usize,
    stride: usize,
    /// The canvas's row of the tile's first; less than 0 above it.
    top: i32,
}

impl Tile {
    /// The first pass: the glyph's columns, each moved to where the warp and the letter's tilt put it.
    fn move_columns(&mut self, letter: &Placed, warp: &Warp) {
        let glyph = &letter.glyph;
        let left = letter.x + 0.5 - glyph.middle.0;
        let (first, last) = (left.floor() as isize, warp.down.len() as isize - 1);
        self.places.clear();
        self.places.extend((0..glyph.filled.0).map(|column| {
            let down = warp.down[(first + column as isize).clamp(0, last) as usize];
            let across = left + column as f32 - letter.x;
            Place::of(letter.y - glyph.middle.1 - down + letter.lean.tilt * across)
        }));
        let ends = (i32::MAX, i32::MIN);
        let (top, bottom) = self.places.iter().fold(ends, |(top, bottom), p| (top.min(p.whole), bottom.max(p.whole)));
        self.top = top;
        self.columns = glyph.columns;
        self.rows = (bottom - top) as usize + glyph.filled.1;
        self.stride = ((bottom - top) as usize + glyph.rows).next_multiple_of(LANES);
        let size = self.columns * self.stride;
        grow(&mut self.by_column, size);
        let mut columns = self.by_column[..size].chunks_exact_mut(self.stride);
        for ((place, from), into) in self.places.iter().zip(glyph.field.chunks_exact(glyph.rows)).zip(&mut columns) {
            let (above, into) = into.split_at_mut((place.whole - top) as usize + 1);
            above.fill(0);
            let (into, rest) = into.split_at_mut(glyph.rows - 1);
            for (into, moved) in into.as_chunks_mut().0.iter_mut().zip(place.moved(from)) {
                *into = moved.to_array();
            }
            rest.fill(0);
        }
        columns.for_each(|column| column.fill(0));
    }

    /// The second pass: the tile's rows, each moved to where the warp and the letter's slant put it, and inked as far as each
    /// distance lies inside.
    #[inline(always)]
    fn move_rows(&self, letter: &Placed, warp: &Warp, canvas: &mut Canvas, edge: Edge) {
        let above = self.top.min(0).unsigned_abs() as usize;
        let rows = canvas.rows_mut().enumerate().skip(self.top.max(0) as usize);
        for ((y, row), from) in rows.zip(self.by_row.chunks_exact(self.columns).take(self.rows).skip(above)) {
            let down = y as f32 + 0.5 - letter.y;
            let place = Place::of(letter.x - letter.glyph.middle.0 - warp.across[y] - letter.lean.slant * down);
            for (start, moved) in (place.whole + 1..).step_by(LANES).zip(place.moved(from)) {
                let ink = edge.coverage(moved);
                if let Some(pixels) = pixels(row, start) {
                    *pixels = u8x16::new(*pixels).max(ink).to_array();
                } else {
                    // Across the canvas's edge, where there is no ink but that of a letter close to it.
                    for (x, ink) in (start..).zip(ink.to_array()) {
                        if let Some(pixel) = usize::try_from(x).ok().and_then(|x| row.get_mut(x)) {
                            *pixel = (*pixel).max(ink);
                        }
                    }
                }
            }
        }
    }

    /// Turns columns into rows, a block at a time.
    fn transpose(&mut self) {
        let size = self.columns * self.stride;
        grow(&mut self.by_row, size);
        self.by_row[..size].iter_mut().step_by(self.columns).for_each(|first| *first = 0);
        for x in (1..self.columns).step_by(LANES) {
            for y in (0..self.rows).step_by(LANES) {
                let columns = self.by_column[x * self.stride + y..].chunks(self.stride);
                let mut block = [u8x16::ZERO; LANES];
                for (line, column) in block.iter_mut().zip(columns) {
                    *line = load(column);
                }
                let block = transposed(block);
                let rows = self.by_row[y * self.columns + x..].chunks_mut(self.columns);
                for (line, row) in block.iter().zip(rows) {
                    row[..LANES].copy_from_slice(line.as_array());
                }
            }
        }
    }
}

/// Makes room for so many bytes at least. What stood there stays, and is written over.
fn grow(bytes: &mut Vec<u8>, size: usize) {
    if bytes.len() < size {
        bytes.resize(size, 0);
    }
}

/// A place in px: a whole number of them, and 128ths.
#[derive(Clone, Copy)]
struct Place {
    whole: i32,
    fraction: i16,
}

impl Place {
    #[inline(always)]
    fn of(px: f32) -> Self {
        // The nearest whole number below 2^22, in the lowest bits: rounding by itself would be a call.
        const ROUND: f32 = 12_582_912.0;
        let fixed = (px * 128.0 + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i32;
        Self { whole: fixed >> 7, fraction: (fixed & 127) as i16 }
    }

    /// The blocks of a line but for its first value, moved on by the fraction: each value is mixed with the one before.
    #[inline(always)]
    fn moved(self, line: &[u8]) -> impl Iterator<Item = u8x16> + '_ {
        let (values, _) = line.get(1..).unwrap_or_default().as_chunks();
        let (before, _) = line.as_chunks();
        let fraction = i16x8::splat(self.fraction);
        values.iter().zip(before).map(move |(values, before)| {
            let pair = [u8x16::new(*values), u8x16::new(*before)];
            widened(pair, |[value, before]| value + (((before - value) * fraction) >> 7))
        })
    }
}

/// A block of a row's pixels, if it lies inside.
#[inline(always)]
fn pixels(row: &mut [u8], start: i32) -> Option<&mut [u8; LANES]> {
    row.get_mut(usize::try_from(start).ok()?..)?.first_chunk_mut()
}

/// A line along a letter's outline, an edge one px wide.
#[derive(Debug, Clone, Copy)]
struct Edge {
    /// The field's value where coverage starts.
    start: u8,
    /// How often what the field exceeds it by is doubled to be the coverage.
    doublings: u32,
}

impl Edge {
    /// The line `outwards` px outside of the outline of a field with this slope.
    fn at(outwards: f32, slope: f32) -> Self {
        Self {
            start: (f32::from(Glyph::EDGE) - (outwards + 0.5) * slope) as u8,
            doublings: (256.0 / slope).log2().round() as u32,
        }
    }

    /// How much of pixels with these distances lies inside: from none to all within one px.
    #[inline(always)]
    fn coverage(self, distances: u8x16) -> u8x16 {
        let mut coverage = distances.saturating_sub(u8x16::splat(self.start));
        for _ in 0..self.doublings {
            coverage = coverage.saturating_add(coverage);
        }
        coverage
    }
}

/// The first block of some bytes that are whole blocks.
#[inline(always)]
fn load(bytes: &[u8]) -> u8x16 {
    bytes.first_chunk().map_or(u8x16::ZERO, |block| u8x16::new(*block))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_move_by_fractions() {
        let mut line = [0; 2 * LANES + 1];
        (line[1], line[2], line[32]) = (100, 200, 255);
        for (fraction, [first, second, third, last]) in
            [(0, [100, 200, 0, 255]), (64, [50, 150, 100, 128]), (127, [0, 100, 198, 2])]
        {
            let place = Place { whole: 0, fraction };
            let moved: Vec<u8> = place.moved(&line).flat_map(u8x16::to_array).collect();
            assert_eq!(moved.len(), 2 * LANES);
            for (at, expected) in [(0, first), (1, second), (2, third), (3, 0), (31, last)] {
                assert!(moved[at].abs_diff(expected) <= 1, "{fraction}: {moved:?}");
            }
        }
    }

    #[test]
    fn places_are_split_towards_the_left() {
        for (px, whole, fraction) in [(0.0, 0, 0), (3.25, 3, 32), (-0.25, -1, 96), (-2.0, -2, 0), (1023.5, 1023, 64)] {
            let place = Place::of(px);
            assert_eq!((place.whole, place.fraction), (whole, fraction), "{px}");
        }
    }

    #[test]
    fn coverage_crosses_from_none_to_all_in_a_px() {
        for slope in [32.0, 16.0, 8.0, 2.0] {
            let edge = Edge::at(0.0, slope);
            let half = slope as u8 / 2;
            let coverage = |edge: Edge, distance| edge.coverage(u8x16::splat(distance)).to_array()[5];
            assert_eq!(coverage(edge, Glyph::EDGE), 128);
            assert_eq!(coverage(edge, Glyph::EDGE - half), 0);
            assert_eq!(coverage(edge, Glyph::EDGE + half), 255);
            assert_eq!((coverage(edge, 0), coverage(edge, 255)), (0, 255));
            assert_eq!(coverage(Edge::at(1.0, slope), Glyph::EDGE - 2 * half), 128);
        }
    }
}
