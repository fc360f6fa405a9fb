//! TrueType outlines: points, or glyphs that are made of others.

use std::ops::Range;

use super::{big_endian, Budget};

/// Where `glyf` and `loca` lie in a file, and of how many bytes an offset in `loca` is.
pub(in crate::font) struct Glyf {
    pub glyf: Range<usize>,
    pub loca: Range<usize>,
    pub is_long: bool,
}

/// The flags of a component, which tell what follows them.
mod flag {
    pub const WORDS: u32 = 1;
    pub const XY: u32 = 1 << 1;
    pub const SCALE: u32 = 1 << 3;
    pub const MORE: u32 = 1 << 5;
    pub const TWO_SCALES: u32 = 1 << 6;
    pub const MATRIX: u32 = 1 << 7;
}

/// As deep as the parser goes.
const DEEPEST: u8 = 32;
const HEADER: usize = 10;

impl Glyf {
    /// Goes through all that the outline is made of; `None` when that takes more than the budget.
    pub(super) fn walk(&self, file: &[u8], glyph: u16, depth: u8, budget: &mut Budget) -> Option<()> {
        budget.spend(1)?;
        // A glyph that is not there has no outline, which costs nothing.
        let Some(data) = self.glyph(file, glyph) else { return Some(()) };
        let Some(contours) = big_endian(data, 0..2) else { return Some(()) };
        let contours = contours as u16 as i16;
        if contours < 0 {
            return if depth < DEEPEST { self.walk_components(file, data, depth, budget) } else { Some(()) };
        }
        let last = HEADER + 2 * (contours as usize).saturating_sub(1);
        budget.spend(big_endian(data, last..last + 2).unwrap_or(0) as usize)
    }

    fn walk_components(&self, file: &[u8], data: &[u8], depth: u8, budget: &mut Budget) -> Option<()> {
        let mut at = HEADER;
        while let (Some(flags), Some(glyph)) = (big_endian(data, at..at + 2), big_endian(data, at + 2..at + 4)) {
            self.walk(file, glyph as u16, depth + 1, budget)?;
            let has = |flag| flags & flag != 0;
            let place = match (has(flag::XY), has(flag::WORDS)) {
                (true, true) => 4,
                (true, false) => 2,
                // Points that are to meet: the parser knows nothing of them.
                (false, _) => 0,
            };
            let scale = match (has(flag::MATRIX), has(flag::TWO_SCALES), has(flag::SCALE)) {
                (true, ..) => 8,
                (_, true, _) => 4,
                (.., true) => 2,
                _ => 0,
            };
            if !has(flag::MORE) {
                break;
            }
            at += 4 + place + scale;
        }
        Some(())
    }

    fn glyph<'a>(&self, file: &'a [u8], glyph: u16) -> Option<&'a [u8]> {
        let loca = file.get(self.loca.clone())?;
        let offset = |index: usize| {
            if self.is_long {
                big_endian(loca, 4 * index..4 * index + 4)
            } else {
                Some(2 * big_endian(loca, 2 * index..2 * index + 2)?)
            }
        };
        let (start, end) = (offset(glyph.into())?, offset(usize::from(glyph) + 1)?);
        file.get(self.glyf.clone())?.get(start as usize..end as usize)
    }
}
