//! A letter at one size, resampled from what was measured of it.

use std::sync::Arc;

use parking_lot::RwLock;
use wide::{f32x8, i16x8, i32x8, u16x8, u8x16};

use super::atlas::Atlas;
use super::letter::Letter;
use crate::simd::LANES;

/// A letter of one face at one size, ready to be drawn: distances to its outline, in a frame of px.
pub(crate) struct Glyph {
    /// Row by row: [`EDGE`](Self::EDGE) on the outline, `slope`, a power of two, more for each px inwards and less for each px
    /// outwards. Nothing but 0 on the border. There is one column more than whole blocks of [`LANES`].
    pub field: Box<[u8]>,
    pub slope: f32,
    pub columns: usize,
    /// The columns from the left that are not all 0, and all rows, both with the border.
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
        let columns = filled.0.next_multiple_of(LANES) + 1;
        let middle = (filled.0 as f32 / 2.0, pad - letter.top * cap);
        // A px of this field in texels of the letter's, and what a texel of distance is worth here.
        let texels = Letter::TEXELS / cap;
        // Where a px spans more than the letter's field knows of, its farthest must still count as outside of the fattest: caps of
        // less than 10 px, which are made fatter by half a px at most.
        let slope = Self::slope(cap);
        let gain = (slope / (Letter::SLOPE * texels)).max(0.26);
        let mut field = vec![0; columns * filled.1];
        // Between four texels: first between two columns of them, for a whole row, then between two rows. The border stays 0.
        let u = |x: usize| (x as f32 + 0.5 - middle.0) * texels / stretch + letter.columns as f32 / 2.0 - 0.5;
        let v = |y: usize| (y as f32 + 0.5 - pad) * texels + Letter::SPREAD as f32 - 0.5;
        let places: Vec<Places> =
            (1..columns).step_by(8).map(|x| Places::of(x, |x| split(u(x), letter.columns))).collect();
        // The last even row and the last odd one, of which two that follow each other are one of each.
        let mut rows = [(usize::MAX, vec![f32x8::ZERO; places.len()]), (usize::MAX, vec![f32x8::ZERO; places.len()])];
        for (y, line) in (1..filled.1 - 1).zip(field.chunks_exact_mut(columns).skip(1)) {
            let (upper, down) = split(v(y), letter.rows);
            for wanted in [upper, upper + 1] {
                let (row, between) = &mut rows[wanted % 2];
                if *row != wanted {
                    *row = wanted;
                    across(&letter.field[wanted * letter.columns..][..letter.columns], &places, between);
                }
            }
            let (upper, lower) = (&rows[upper % 2].1, &rows[(upper + 1) % 2].1);
            let distances = upper.iter().zip(lower).map(|(&upper, &lower)| {
                let distance = upper + (lower - upper) * f32x8::splat(down) - f32x8::splat(f32::from(Self::EDGE));
                let value = distance * f32x8::splat(gain) + f32x8::splat(f32::from(Self::EDGE));
                i16x8::from_i32x8_saturate(value.fast_trunc_int())
            });
            fill(&mut line[1..], distances);
            line[filled.0 - 1..].fill(0);
        }
        Self { field: field.into(), slope, columns, filled, middle, cap, stretch }
    }
}

/// Where eight px lie among the texels of a row.
struct Places {
    /// The texel to the left of each. No letter is as wide as 256 of them.
    left: [u8; 8],
    /// How far each lies on the way to the next.
    share: f32x8,
}

impl Places {
    /// Those from the px `x` on.
    fn of(x: usize, place: impl Fn(usize) -> (usize, f32)) -> Self {
        let places: [_; 8] = std::array::from_fn(|i| place(x + i));
        Self { left: places.map(|(left, _)| left as u8), share: f32x8::new(places.map(|(_, share)| share)) }
    }
}

/// What lies at these places in a row of texels.
fn across(texels: &[u8], places: &[Places], between: &mut [f32x8]) {
    // Two texels beside each other, by the left one.
    let mut pairs = [0; 256];
    for (pair, (&left, &right)) in pairs.iter_mut().zip(texels.iter().zip(&texels[1..])) {
        *pair = u16::from_le_bytes([left, right]);
    }
    for (between, Places { left, share }) in between.iter_mut().zip(places) {
        let pairs = u16x8::new(left.map(|left| pairs[usize::from(left)]));
        let [left, right] = [pairs & u16x8::splat(0xff), pairs >> 8_u32].map(i32x8::from_u16x8).map(f32x8::from_i32x8);
        *between = left + (right - left) * *share;
    }
}

/// Fills whole blocks with as many values, cut to 0 to 255.
fn fill(blocks: &mut [u8], mut values: impl Iterator<Item = i16x8>) {
    for block in blocks.as_chunks_mut::<LANES>().0 {
        let mut half = || values.next().unwrap_or_default();
        *block = u8x16::narrow_i16x8(half(), half()).to_array();
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
