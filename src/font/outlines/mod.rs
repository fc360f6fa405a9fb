//! What an outline of somebody's font costs, told before the font is asked for it.
//!
//! In both kinds of outlines a glyph can be made of others: components in `glyf`, subroutines in `CFF`. Each may use the next twice,
//! so that a file of a few hundred bytes asks for more work than a century has time for, and the parser, which bounds how deep they
//! nest, does not bound how many there are. What is done here is what it does, but for the drawing, and with an end.

mod cff;
mod glyf;

use std::ops::Range;

use ttf_parser::{RawFace, Tag};

use cff::Cff;
use glyf::Glyf;

/// Where a font's outlines are.
pub(super) enum Outlines {
    Glyf(Glyf),
    Cff(Cff),
}

/// What is left of the work that one outline may ask for: points, components, and bytes of charstrings. The most intricate
/// letters of fonts for reading take a tenth of it; a millisecond does it.
struct Budget(usize);

impl Budget {
    const OUTLINE: usize = 20_000;

    /// Takes `work` from what is left; `None` when that is not enough.
    fn spend(&mut self, work: usize) -> Option<()> {
        self.0 = self.0.checked_sub(work)?;
        Some(())
    }
}

impl Outlines {
    /// Finds the outlines in a TrueType or OpenType file, of one font; `None` if it is no such file or has outlines of no kind or
    /// of both. Variations are struck out of it: of a font that has some the default is drawn.
    pub fn find(file: &mut [u8]) -> Option<Self> {
        const KINDS: [&[u8]; 3] = [&[0, 1, 0, 0], b"OTTO", b"true"];
        if !KINDS.contains(&file.get(..4)?) {
            return None;
        }
        strike_out_variations(file)?;
        let raw = RawFace::parse(file, 0).ok()?;
        let range = |tag| {
            let table = raw.table_records.into_iter().find(|record| record.tag == Tag::from_bytes(tag))?;
            let start = usize::try_from(table.offset).ok()?;
            Some(start..start.checked_add(usize::try_from(table.length).ok()?)?)
        };
        match (range(b"glyf"), range(b"CFF ")) {
            (Some(glyf), None) => {
                let is_long = file.get(range(b"head")?)?.get(51)? == &1;
                Some(Self::Glyf(Glyf { glyf, loca: range(b"loca")?, is_long }))
            }
            (None, Some(table)) => Some(Self::Cff(Cff::parse(file.get(table.clone())?, table.start)?)),
            _ => None,
        }
    }

    /// Whether the outline of a glyph of this `file` takes bounded work.
    pub fn are_bounded(&self, file: &[u8], glyph: u16) -> bool {
        let mut budget = Budget(Budget::OUTLINE);
        match self {
            Self::Glyf(glyf) => glyf.walk(file, glyph, 0, &mut budget).is_some(),
            Self::Cff(cff) => cff.walk(file, glyph, &mut budget).is_some(),
        }
    }
}

/// Renames the table of outlines' variations, to a name that keeps the tables in order.
fn strike_out_variations(file: &mut [u8]) -> Option<()> {
    const RECORD: usize = 16;
    let count = usize::from(big_endian(file, 4..6)? as u16);
    for record in file.get_mut(12..)?.chunks_exact_mut(RECORD).take(count) {
        if record.starts_with(b"gvar") {
            record[3] = b'z';
        }
    }
    Some(())
}

/// A number of up to four bytes.
fn big_endian(bytes: &[u8], range: Range<usize>) -> Option<u32> {
    Some(bytes.get(range)?.iter().fold(0, |number, &byte| number << 8 | u32::from(byte)))
}
