//! Letters on the canvas, leaned and warped as they are drawn.
//!
//! Both are displacements of whole columns and whole rows, so a letter is resampled in two passes (E. Catmull and
//! A. R. Smith, "3-D Transformations of Images in Scanline Order", SIGGRAPH 1980): its columns move up and down, then its rows left and
//! right, many pixels at once. The columns of a block move at once as well, each by a distance of its own, which hardly differs from the next
//! one's: so no pass needs the letter turned over. What moves is distances, not ink, so that edges stay sharp.

use wide::{i16x8, u8x16};

use super::canvas::Canvas;
use super::warp::Warp;
use crate::font::Glyph;
use crate::layout::Placed;
use crate::simd::{widened, LANES};

/// Draws letters where the layout put them, bent by `warp`, each side of their strokes `weight` px fatter than their faces have
/// it. Where letters overlap they merge. Fine ones are as their faces have them: the dots of a `÷` would meet its bar.
pub(crate) fn draw(canvas: &mut Canvas, letters: &[Placed], weight: f32, warp: &Warp) {
    let mut tile = Tile::default();
    for letter in letters {
        tile.move_columns(letter, warp);
        let weight = if letter.is_fine { 0.0 } else { weight };
        tile.move_rows(letter, warp, canvas, Edge::at(weight, letter.glyph.slope));
    }
}

/// The part of the canvas that one letter is worked out on, and what lies beside it. One serves for all letters, for its
/// memory's sake.
#[derive(Default)]
struct Tile {
    /// Distances by row, as in the glyph: there is one column more than whole blocks, and 0 in the first one. Beyond them lies what
    /// larger letters left.
    field: Vec<u8>,
    columns: usize,
    rows: usize,
    /// The canvas's row of the tile's first; less than 0 above it.
    top: i32,
    /// Where each column but the first goes, or each row.
    places: Vec<Place>,
    /// How far the warp moves each column but the first.
    down: Vec<f32>,
}

impl Tile {
    /// The first pass: the glyph's columns, each moved to where the warp and the letter's tilt put it.
    fn move_columns(&mut self, letter: &Placed, warp: &Warp) {
        let glyph = &letter.glyph;
        let left = letter.x + 0.5 - glyph.middle.0;
        let first = left.floor() as isize + 1;
        // Columns beside the picture, which have no ink, go with the outermost.
        let place = |column: isize| column.clamp(0, warp.down.len() as isize) as usize;
        let inside = &warp.down[place(first)..place(first + glyph.columns as isize - 1)];
        self.down.clear();
        self.down.resize(place(-first).min(glyph.columns - 1), warp.down[0]);
        self.down.extend_from_slice(inside);
        self.down.resize(glyph.columns - 1, warp.down[warp.down.len() - 1]);
        self.places.clear();
        self.places.extend((1..).zip(&self.down).map(|(column, down): (i32, _)| {
            let across = left + column as f32 - letter.x;
            Place::of(letter.y - glyph.middle.1 - down + letter.lean.tilt * across)
        }));
        let ends = (i32::MAX, i32::MIN);
        let (top, bottom) = self.places.iter().fold(ends, |(top, bottom), p| (top.min(p.0), bottom.max(p.0)));
        let (top, bottom) = (Place(top).whole(), Place(bottom).whole());
        self.top = top;
        self.columns = glyph.columns;
        self.rows = (bottom - top) as usize + glyph.filled.1;
        let size = self.columns * self.rows;
        if self.field.len() < size {
            self.field.resize(size, 0);
        }
        let field = &mut self.field[..size];
        field.iter_mut().step_by(self.columns).for_each(|first| *first = 0);
        for (places, x) in self.places.as_chunks().0.iter().zip((1..).step_by(LANES)) {
            Block::of(places, top).move_down(&glyph.field[x..], &mut field[x..], self.columns);
        }
    }

    /// The second pass: the tile's rows, each moved to where the warp and the letter's slant put it, and inked as far as each
    /// distance lies inside.
    #[inline(always)]
    fn move_rows(&mut self, letter: &Placed, warp: &Warp, canvas: &mut Canvas, edge: Edge) {
        let first = self.top.max(0);
        let across = warp.across.get(first as usize..).unwrap_or_default();
        let rows = self.field.chunks_exact(self.columns).take(self.rows).skip((first - self.top) as usize);
        self.places.clear();
        self.places.extend((first..).zip(across).take(rows.len()).map(|(y, across)| {
            let down = y as f32 + 0.5 - letter.y;
            Place::of(letter.x - letter.glyph.middle.0 - across - letter.lean.slant * down)
        }));
        for ((row, from), place) in canvas.rows_mut().skip(first as usize).zip(rows).zip(&self.places) {
            for (start, ink) in (place.whole() + 1..).step_by(LANES).zip(place.inked(from, edge)) {
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
}

/// Where the columns of a block go.
struct Block {
    /// How many px down the one goes that goes least, and how many more each of them.
    least: usize,
    more: u8x16,
    fractions: [i16x8; 2],
}

impl Block {
    fn of(places: &[Place; LANES], top: i32) -> Self {
        let least = places.iter().map(|place| place.whole()).fold(i32::MAX, i32::min);
        let more = places.map(|place| (place.whole() - least) as u8);
        let fractions = [0, LANES / 2].map(|half| i16x8::new(std::array::from_fn(|i| places[half + i].fraction())));
        Self { least: (least - top) as usize, more: u8x16::new(more), fractions }
    }

    /// Moves columns of a block, which lie at the start of each row of `columns`, down to `into`.
    fn move_down(&self, from: &[u8], into: &mut [u8], columns: usize) {
        // Tilt and warp together are less steep than 1 in 4, and seldom as steep as 1 in 8: most blocks are in the first three.
        let most = self.more.to_array().into_iter().fold(0, u8::max);
        debug_assert!(usize::from(most) < LANES, "{most}");
        match most {
            0 => self.move_down_by::<1>(from, into, columns),
            1 => self.move_down_by::<2>(from, into, columns),
            2 => self.move_down_by::<3>(from, into, columns),
            _ => self.move_down_by::<LANES>(from, into, columns),
        }
    }

    /// The same where no column goes `MOVES` px more than another.
    #[inline(always)]
    fn move_down_by<const MOVES: usize>(&self, from: &[u8], into: &mut [u8], columns: usize) {
        let movers: [u8x16; MOVES] = std::array::from_fn(|px| self.more.simd_eq(u8x16::splat(px as u8)));
        let [low, high] = self.fractions;
        // The rows above, the nearest first; beyond the first one of all and the last there is nothing.
        let mut rows = [u8x16::ZERO; MOVES];
        let mut before = [i16x8::ZERO; 2];
        let mut place = 0;
        while let Some(into) = into.get_mut(place..).and_then(<[u8]>::first_chunk_mut) {
            let row = from
                .get(place.wrapping_sub(self.least * columns)..)
                .and_then(<[u8]>::first_chunk)
                .map_or(u8x16::ZERO, |row| u8x16::new(*row));
            rows = std::array::from_fn(|px| if px == 0 { row } else { rows[px - 1] });
            let values = rows.iter().zip(&movers).fold(u8x16::ZERO, |values, (row, movers)| values | (*row & *movers));
            let values = [i16x8::from_u8x16_low(values), i16x8::from_u8x16_high(values)];
            let [low, high] = [mixed(values[0], before[0], low), mixed(values[1], before[1], high)];
            *into = u8x16::narrow_i16x8(low, high).to_array();
            before = values;
            place += columns;
        }
    }
}

/// Values and those before, of 8 bits, mixed by a number of 128ths.
#[inline(always)]
fn mixed(values: i16x8, before: i16x8, fraction: i16x8) -> i16x8 {
    values + (((before - values) * fraction) >> 7)
}

/// A place in 128ths of a px.
#[derive(Clone, Copy)]
struct Place(i32);

impl Place {
    #[inline(always)]
    fn of(px: f32) -> Self {
        // The nearest whole number below 2^22, in the lowest bits: rounding by itself would be a call.
        const ROUND: f32 = 12_582_912.0;
        Self((px * 128.0 + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i32)
    }

    /// The px to the left of it, or above.
    #[inline(always)]
    fn whole(self) -> i32 {
        self.0 >> 7
    }

    #[inline(always)]
    fn fraction(self) -> i16 {
        (self.0 & 127) as i16
    }

    /// The blocks of a line of distances but for its first value, moved on by the fraction, as far as they lie inside of an edge: each
    /// value is mixed with the one before.
    #[inline(always)]
    fn inked(self, line: &[u8], edge: Edge) -> impl Iterator<Item = u8x16> + '_ {
        let (values, _) = line.get(1..).unwrap_or_default().as_chunks();
        let (before, _) = line.as_chunks();
        let fraction = i16x8::splat(self.fraction());
        values.iter().zip(before).map(move |(values, before)| {
            let pair = [u8x16::new(*values), u8x16::new(*before)];
            widened(pair, |[value, before]| edge.coverage(mixed(value, before, fraction)))
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
    start: i16,
    /// How often what the field exceeds it by is doubled to be the coverage: 7 times at most, which 16 bits have room for.
    doublings: u32,
}

impl Edge {
    /// The line `outwards` px outside of the outline of a field with this slope, 2 at least.
    fn at(outwards: f32, slope: f32) -> Self {
        Self {
            start: i16::from((f32::from(Glyph::EDGE) - (outwards + 0.5) * slope) as u8),
            doublings: (256.0 / slope).to_bits() / (1 << 23) - 127,
        }
    }

    /// How much of pixels with these distances lies inside: from none to all within one px, and below and beyond.
    #[inline(always)]
    fn coverage(self, distances: i16x8) -> i16x8 {
        (distances - i16x8::splat(self.start)) << self.doublings
    }
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
            let place = Place(fraction);
            let moved: Vec<u8> =
                place.inked(&line, Edge { start: 0, doublings: 0 }).flat_map(u8x16::to_array).collect();
            assert_eq!(moved.len(), 2 * LANES);
            for (at, expected) in [(0, first), (1, second), (2, third), (3, 0), (31, last)] {
                assert!(moved[at].abs_diff(expected) <= 1, "{fraction}: {moved:?}");
            }
        }
    }

    /// Whatever they have in common, and with rows above and below the glyph.
    #[test]
    fn columns_move_down_each_by_its_own_place() {
        let columns = LANES + 1;
        let from: Vec<u8> =
            (0..columns * 5).map(|i| if (1..4).contains(&(i / columns)) { (7 * i) as u8 } else { 0 }).collect();
        for step in [-128, -20, -3, 0, 3, 10, 20, 128] {
            let places: [Place; LANES] = std::array::from_fn(|i| Place(30 * 128 + 5 + step * i as i32));
            let top = places[0].whole().min(places[15].whole()) - 2;
            let mut into = vec![1; columns * 30];
            Block::of(&places, top).move_down(&from[1..], &mut into[1..], columns);
            for (x, place) in places.iter().enumerate() {
                for y in 0..30 {
                    let at = |row: i32| {
                        let value = usize::try_from(row).ok().and_then(|row| from.get(row * columns + x + 1));
                        value.map_or(0, |value| i32::from(*value))
                    };
                    let row = y - (place.whole() - top);
                    let (value, before) = (at(row), at(row - 1));
                    let expected = value + (((before - value) * i32::from(place.fraction())) >> 7);
                    assert_eq!(i32::from(into[y as usize * columns + x + 1]), expected, "{step}: {x}, {y}");
                }
            }
        }
    }

    #[test]
    fn places_are_split_towards_the_left() {
        for (px, whole, fraction) in [(0.0, 0, 0), (3.25, 3, 32), (-0.25, -1, 96), (-2.0, -2, 0), (1023.5, 1023, 64)] {
            let place = Place::of(px);
            assert_eq!((place.whole(), place.fraction()), (whole, fraction), "{px}");
        }
    }

    #[test]
    fn coverage_crosses_from_none_to_all_in_a_px() {
        for slope in [32.0, 16.0, 8.0, 2.0] {
            let edge = Edge::at(0.0, slope);
            let half = slope as u8 / 2;
            let coverage =
                |edge: Edge, distance| widened([u8x16::splat(distance)], |[d]| edge.coverage(d)).to_array()[5];
            assert_eq!(coverage(edge, Glyph::EDGE), 128);
            assert_eq!(coverage(edge, Glyph::EDGE - half), 0);
            assert_eq!(coverage(edge, Glyph::EDGE + half), 255);
            assert_eq!((coverage(edge, 0), coverage(edge, 255)), (0, 255));
            assert_eq!(coverage(Edge::at(1.0, slope), Glyph::EDGE - 2 * half), 128);
        }
    }
}
