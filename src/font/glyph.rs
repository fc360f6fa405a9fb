//! A letter at one size, resampled from what was measured of it.

use std::sync::Arc;

use parking_lot::RwLock;

use super::atlas::Atlas;
use super::letter::Letter;
use crate::simd::LANES;

/// A letter of one face at one size, ready to be drawn: distances to its outline, in a frame of px.
pub(crate) struct Glyph {
    /// Column by column, each from the top: [`EDGE`](Self::EDGE) on the outline, `slope`, a power of two, more for each px inwards and less for each
    /// px outwards. Nothing but 0 on the border. There is one column more than whole blocks of [`LANES`], and one row.
    pub field: Box<[u8]>,
    pub slope: f32,
    pub columns: usize,
    pub rows: usize,
    /// The columns from the left and the rows from the top that are not all 0.
    pub filled: (usize, usize),
    /// Px from the field's left and top to the letter's middle: across, of its ink; down, of the face's capitals.
    pub middle: (f32, f32),
    /// Height of the face's capitals in px.
    pub cap: f32,
    /// Width, as a share of the natural one.
    pub stretch: f32,
}

impl Glyph {
    /// The field's value on the outline.
    pub const EDGE: u8 = 128;
    /// The most that letters are made fatter on each side, in caps.
    pub const FATTEST: f32 = 0.05;

    /// Steps of width to the natural one.
    pub const STRETCH: u16 = 8;

    /// `letter` with capitals `cap` px high and `stretch` / [`STRETCH`](Self::STRETCH) of its natural width, from the atlas if
    /// it is there.
    pub fn of(letter: &Letter, cap: u16, stretch: u16) -> Arc<Self> {
        static ATLAS: RwLock<Atlas> = RwLock::new(Atlas::EMPTY);
        let key = (letter.serial, cap, stretch);
        let known = ATLAS.read().find(&key);
        let (glyph, is_new) = known.unwrap_or_else(|| {
            let stretch = f32::from(stretch) / f32::from(Self::STRETCH);
            (Arc::new(Self::resample(letter, f32::from(cap), stretch)), true)
        });
        if is_new {
            // What gives way is freed outside of the lock.
            let given_up = ATLAS.write().keep(key, Arc::clone(&glyph));
            drop(given_up);
        }
        glyph
    }

    /// Steep enough for smooth edges, flat enough that the field reaches as far outwards as letters are ever made fatter. A power of
    /// two, so that distances become coverage by being doubled.
    fn slope(cap: f32) -> f32 {
        let most = (f32::from(Self::EDGE) / (Self::FATTEST * cap + 1.0)).min(32.0);
        most.log2().floor().exp2()
    }

    fn resample(letter: &Letter, cap: f32, stretch: f32) -> Self {
        // Around the ink lie at least its edge when it is fattest, and a border. Beyond that the field is 0.
        let pad = 2.0 + (Self::FATTEST * cap).floor();
        let px = |caps: f32| (caps * cap).ceil() as usize + 2 * pad as usize;
        let filled = (px(letter.width * stretch), px(letter.bottom - letter.top));
        let blocks = |px: usize| px.next_multiple_of(LANES) + 1;
        let (columns, rows) = (blocks(filled.0), blocks(filled.1));
        let middle = (filled.0 as f32 / 2.0, pad - letter.top * cap);
        // A px of this field in texels of the letter's, and what a texel of distance is worth here.
        let texels = Letter::TEXELS / cap;
        // Where a px spans more than the letter's field knows of, its farthest must still count as outside of the fattest: caps of
        // less than 10 px, which are made fatter by half a px at most.
        let slope = Self::slope(cap);
        let gain = (slope / (Letter::SLOPE * texels)).max(0.26);
        let mut field = vec![0; columns * rows];
        // Between four texels: first between two columns of them, for all their rows, then between two rows. The border stays 0.
        let mut between = vec![0.0; letter.rows];
        let inner = 1..filled.1 - 1;
        let down: Vec<(usize, f32)> = inner
            .clone()
            .map(|y| split((y as f32 + 0.5 - pad) * texels + Letter::SPREAD as f32 - 0.5, letter.rows))
            .collect();
        for (x, column) in (1..filled.0 - 1).zip(field[rows..].chunks_exact_mut(rows)) {
            let u = (x as f32 + 0.5 - middle.0) * texels / stretch + letter.columns as f32 / 2.0 - 0.5;
            let (left, share) = split(u, letter.columns);
            let (left, right) = letter.field[left * letter.rows..].split_at(letter.rows);
            for ((between, &left), &right) in between.iter_mut().zip(left).zip(right) {
                let (left, right) = (f32::from(left), f32::from(right));
                *between = left + (right - left) * share;
            }
            for (value, &(upper, share)) in column[inner.clone()].iter_mut().zip(&down) {
                let [upper, lower] = [between[upper], between[upper + 1]];
                let distance = upper + (lower - upper) * share - f32::from(Letter::EDGE);
                *value = (distance * gain + f32::from(Self::EDGE)) as u8;
            }
        }
        Self { field: field.into(), slope, columns, rows, filled, middle, cap, stretch }
    }
}

/// The texel before a place among `count` of them, and how far on the way to the next it lies; places outside count as the border.
fn split(place: f32, count: usize) -> (usize, f32) {
    let place = place.clamp(0.0, count as f32 - 1.001);
    (place as usize, place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever place is asked for, the texels on both sides of it are there.
    #[test]
    fn places_between_texels_stay_within_the_field() {
        for (place, expected) in [(-3.0, (0, 0.0)), (0.0, (0, 0.0)), (2.25, (2, 0.25)), (99.0, (8, 0.999))] {
            let (texel, share) = split(place, 10);
            assert!(texel == expected.0 && (share - expected.1).abs() < 1e-4, "{place}: {texel} {share}");
        }
    }
}
