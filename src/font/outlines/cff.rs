//! PostScript outlines: charstrings, which call subroutines (Adobe Technical Notes #5176 and #5177).

use std::ops::Range;

use super::{big_endian, Budget};

/// Where in a file what an outline is made of lies.
pub(in crate::font) struct Cff {
    char_strings: Index,
    global_subrs: Index,
    local_subrs: LocalSubrs,
}

/// Subroutines of all glyphs, or of some each.
enum LocalSubrs {
    Shared(Index),
    /// Which of several each glyph uses, by the first glyph that does.
    ByGlyph {
        starts: Vec<(u16, u8)>,
        subrs: Vec<Index>,
    },
}

/// An INDEX: where its objects' offsets lie, and its objects.
#[derive(Clone, Copy, Default)]
struct Index {
    count: usize,
    offset_size: usize,
    offsets: usize,
    /// What offsets count from, which they do from 1 on.
    base: usize,
    end: usize,
}

/// As deep as the parser goes, and as many numbers as its stack holds.
const DEEPEST: u8 = 10;
const STACK: usize = 48;

mod operator {
    pub const PRIVATE: u16 = 18;
    pub const SUBRS: u16 = 19;
    pub const CHAR_STRINGS: u16 = 17;
    pub const ROS: u16 = 1230;
    pub const FD_ARRAY: u16 = 1236;
    pub const FD_SELECT: u16 = 1237;
}

impl Cff {
    /// Reads where everything is in a table that starts `offset` bytes into its file. `None` where anything is unusual, lest the
    /// parser find something else there.
    pub(super) fn parse(table: &[u8], offset: usize) -> Option<Self> {
        let header = usize::from(*table.get(2)?);
        if *table.first()? != 1 || header < 4 {
            return None;
        }
        let names = Index::parse(table, header)?;
        let dicts = Index::parse(table, names.end)?;
        let strings = Index::parse(table, dicts.end)?;
        let global_subrs = Index::parse(table, strings.end)?;
        let top = Dict::parse(dicts.get(table, 0)?)?;
        let char_strings = Index::parse(table, top.offset(operator::CHAR_STRINGS)?)?;
        let local_subrs = if top.has(operator::ROS) {
            let dicts = Index::parse(table, top.offset(operator::FD_ARRAY)?)?;
            let of_dict = |i| Self::subrs_of(table, &Dict::parse(dicts.get(table, i)?)?);
            LocalSubrs::ByGlyph {
                starts: starts(table, top.offset(operator::FD_SELECT)?, char_strings.count)?,
                subrs: (0..dicts.count.min(256)).map(of_dict).collect::<Option<_>>()?,
            }
        } else {
            LocalSubrs::Shared(Self::subrs_of(table, &top)?)
        };
        let moved = |index: Index| index.moved(offset);
        Some(Self {
            char_strings: moved(char_strings),
            global_subrs: moved(global_subrs),
            local_subrs: match local_subrs {
                LocalSubrs::Shared(index) => LocalSubrs::Shared(moved(index)),
                LocalSubrs::ByGlyph { starts, subrs } => {
                    LocalSubrs::ByGlyph { starts, subrs: subrs.into_iter().map(moved).collect() }
                }
            },
        })
    }

    /// The local subroutines of a font or of a part of it, which may have none.
    fn subrs_of(table: &[u8], dict: &Dict) -> Option<Index> {
        if !dict.has(operator::PRIVATE) {
            return Some(Index::default());
        }
        let [length, start] = dict.numbers(operator::PRIVATE)?;
        let private = Dict::parse(table.get(start..start.checked_add(length)?)?)?;
        if !private.has(operator::SUBRS) {
            return Some(Index::default());
        }
        Index::parse(table, start.checked_add(private.offset(operator::SUBRS)?)?)
    }

    /// Goes through the charstring of a glyph and all that it calls; `None` when that takes more than the budget, or is an error
    /// to the parser, too.
    pub(super) fn walk(&self, file: &[u8], glyph: u16, budget: &mut Budget) -> Option<()> {
        let local_subrs = match &self.local_subrs {
            LocalSubrs::Shared(index) => *index,
            LocalSubrs::ByGlyph { starts, subrs } => {
                let after = starts.partition_point(|&(first, _)| first <= glyph);
                *subrs.get(usize::from(starts.get(after.checked_sub(1)?)?.1))?
            }
        };
        let mut walk =
            Walk { file, cff: self, local_subrs, stack: Vec::with_capacity(STACK), stems: 0, has_ended: false };
        walk.char_string(self.char_strings.get(file, glyph.into())?, 0, budget)
    }
}

/// By the first glyph of each run, which of a font's parts its glyphs belong to.
fn starts(table: &[u8], at: usize, glyphs: usize) -> Option<Vec<(u16, u8)>> {
    let select = table.get(at..)?;
    match select.first()? {
        0 => select
            .get(1..1 + glyphs)?
            .iter()
            .enumerate()
            .map(|(i, &part)| Some((u16::try_from(i).ok()?, part)))
            .collect(),
        3 => {
            let count = big_endian(select, 1..3)? as usize;
            let starts: Vec<(u16, u8)> = select
                .get(3..3 + 3 * count)?
                .chunks_exact(3)
                .map(|run| (u16::from_be_bytes([run[0], run[1]]), run[2]))
                .collect();
            starts.is_sorted_by(|a, b| a.0 < b.0).then_some(starts)
        }
        _ => None,
    }
}

/// The state of a charstring's interpreter, as far as it decides what is called.
struct Walk<'a> {
    file: &'a [u8],
    cff: &'a Cff,
    local_subrs: Index,
    stack: Vec<f32>,
    stems: usize,
    has_ended: bool,
}

impl Walk<'_> {
    fn char_string(&mut self, code: &[u8], depth: u8, budget: &mut Budget) -> Option<()> {
        let mut at = 0;
        while let Some(&byte) = code.get(at) {
            budget.spend(1)?;
            at += 1;
            match byte {
                1 | 3 | 18 | 23 => self.add_stems(),
                19 | 20 => {
                    self.add_stems();
                    at += self.stems.div_ceil(8);
                }
                // Moves, lines and curves.
                4..=8 | 21 | 22 | 24..=27 | 30 | 31 => self.stack.clear(),
                10 => self.call(self.local_subrs, depth, budget)?,
                29 => self.call(self.cff.global_subrs, depth, budget)?,
                11 => return Some(()),
                12 => {
                    // Flexes are all that the parser knows of the others.
                    (34..=37).contains(code.get(at)?).then_some(())?;
                    at += 1;
                    self.stack.clear();
                }
                14 => {
                    // With four numbers or more it draws two other glyphs, as old fonts do for accents.
                    self.has_ended = true;
                    return (self.stack.len() < 4).then_some(());
                }
                28 => {
                    self.push(f32::from(big_endian(code, at..at + 2)? as u16 as i16))?;
                    at += 2;
                }
                32..=246 => self.push(f32::from(byte) - 139.0)?,
                247..=254 => {
                    let next = f32::from(*code.get(at)?);
                    at += 1;
                    let number = match byte {
                        247..=250 => (f32::from(byte) - 247.0) * 256.0 + next + 108.0,
                        _ => (251.0 - f32::from(byte)) * 256.0 - next - 108.0,
                    };
                    self.push(number)?;
                }
                255 => {
                    self.push(big_endian(code, at..at + 4)? as i32 as f32 / 65536.0)?;
                    at += 4;
                }
                _ => return None,
            }
            if self.has_ended {
                break;
            }
        }
        Some(())
    }

    fn push(&mut self, number: f32) -> Option<()> {
        (self.stack.len() < STACK).then(|| self.stack.push(number))
    }

    fn add_stems(&mut self) {
        self.stems += self.stack.len() / 2;
        self.stack.clear();
    }

    fn call(&mut self, subrs: Index, depth: u8, budget: &mut Budget) -> Option<()> {
        let bias = match subrs.count {
            0..1240 => 107,
            1240..33900 => 1131,
            _ => 32768,
        };
        let index = usize::try_from(self.stack.pop()? as i64 + bias).ok()?;
        if depth == DEEPEST {
            return None;
        }
        self.char_string(subrs.get(self.file, index)?, depth + 1, budget)
    }
}

impl Index {
    fn parse(table: &[u8], at: usize) -> Option<Self> {
        let count = big_endian(table, at..at.checked_add(2)?)? as usize;
        if count == 0 {
            return Some(Self { end: at + 2, ..Self::default() });
        }
        let offset_size = usize::from(*table.get(at + 2)?);
        if !(1..=4).contains(&offset_size) {
            return None;
        }
        let offsets = at + 3;
        let base = offsets + (count + 1) * offset_size - 1;
        let index = Self { count, offset_size, offsets, base, end: 0 };
        let end = base.checked_add(index.offset(table, count)?)?;
        (end <= table.len()).then_some(Self { end, ..index })
    }

    fn offset(&self, bytes: &[u8], i: usize) -> Option<usize> {
        let at = self.offsets + i * self.offset_size;
        Some(big_endian(bytes, at..at + self.offset_size)? as usize)
    }

    fn get<'a>(&self, bytes: &'a [u8], i: usize) -> Option<&'a [u8]> {
        if i >= self.count {
            return None;
        }
        let (start, end) = (self.offset(bytes, i)?, self.offset(bytes, i + 1)?);
        (start > 0).then_some(())?;
        bytes.get(self.base.checked_add(start)?..self.base.checked_add(end)?)
    }

    /// The same in bytes that start so much earlier.
    fn moved(self, by: usize) -> Self {
        Self { offsets: self.offsets + by, base: self.base + by, end: self.end + by, ..self }
    }
}

/// A DICT: operators, each with the numbers before it.
struct Dict(Vec<(u16, Vec<Option<i32>>)>);

impl Dict {
    /// `None` where an operator comes twice, too, since only one of them counts.
    fn parse(data: &[u8]) -> Option<Self> {
        let mut entries: Vec<(u16, Vec<Option<i32>>)> = Vec::new();
        let mut numbers = Vec::new();
        let mut at = 0;
        while let Some(&byte) = data.get(at) {
            at += 1;
            let number = |range: Range<usize>| big_endian(data, range);
            match byte {
                0..=21 => {
                    let operator = if byte == 12 {
                        at += 1;
                        1200 + u16::from(*data.get(at - 1)?)
                    } else {
                        u16::from(byte)
                    };
                    if entries.iter().any(|(other, _)| *other == operator) {
                        return None;
                    }
                    entries.push((operator, std::mem::take(&mut numbers)));
                }
                28 => {
                    numbers.push(Some(i32::from(number(at..at + 2)? as u16 as i16)));
                    at += 2;
                }
                29 => {
                    numbers.push(Some(number(at..at + 4)? as i32));
                    at += 4;
                }
                // A decimal number, which ends with a half byte of 15. No offset is one.
                30 => {
                    at += data.get(at..)?.iter().position(|pair| pair & 15 == 15 || pair >> 4 == 15)? + 1;
                    numbers.push(None);
                }
                32..=246 => numbers.push(Some(i32::from(byte) - 139)),
                247..=254 => {
                    let next = i32::from(*data.get(at)?);
                    at += 1;
                    let byte = i32::from(byte);
                    numbers.push(Some(if byte < 251 {
                        (byte - 247) * 256 + next + 108
                    } else {
                        (251 - byte) * 256 - next - 108
                    }));
                }
                _ => return None,
            }
            if numbers.len() > STACK {
                return None;
            }
        }
        Some(Self(entries))
    }

    fn has(&self, operator: u16) -> bool {
        self.0.iter().any(|(other, _)| *other == operator)
    }

    /// The numbers of an operator that has just so many, none of them below 0.
    fn numbers<const N: usize>(&self, operator: u16) -> Option<[usize; N]> {
        let (_, numbers) = self.0.iter().find(|(other, _)| *other == operator)?;
        let numbers: Option<Vec<usize>> = numbers.iter().map(|number| usize::try_from((*number)?).ok()).collect();
        numbers?.try_into().ok()
    }

    fn offset(&self, operator: u16) -> Option<usize> {
        self.numbers(operator).map(|[offset]| offset)
    }
}
