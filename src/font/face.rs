//! One font: which letters it has, and what they measure.

use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use ab_glyph::{Font, FontRef, FontVec, GlyphId, Outline, OutlinedGlyph, Point, Rect};
use parking_lot::RwLock;

use super::distances::distances;
use super::letter::{sides, Letter};
use super::outlines::Outlines;

/// A font, embedded or loaded. Two are equal if they are the same one: a name may go to another font later.
pub struct Face {
    name: String,
    source: Source,
    /// Height of a capital in font units.
    cap: f32,
    serial: u64,
    /// What was measured so far: the common letters without a lock, the others behind one.
    common: [OnceLock<Option<Arc<Letter>>>; COMMON],
    others: RwLock<HashMap<char, Option<Arc<Letter>>>>,
}

enum Source {
    Embedded(Box<FontRef<'static>>),
    /// Of a caller's: what an outline costs is looked at before it is asked for.
    Loaded(FontVec, Outlines),
}

// Glyphs are resampled from texels that a byte numbers.
const _: () = assert!(Face::WIDEST * Letter::TEXELS + (2 * Letter::SPREAD + 2) as f32 <= 255.0);

/// What `slot` numbers: printable ASCII and three signs of arithmetic.
pub(super) const COMMON: usize = 94 + 3;

pub(super) fn slot(letter: char) -> Option<usize> {
    match letter {
        '!'..='~' => Some(letter as usize - '!' as usize),
        '×' => Some(94),
        '÷' => Some(95),
        '−' => Some(96),
        _ => None,
    }
}

impl Face {
    /// Letters beyond the common ones whose measures are kept, of some 5 KB each. With more of them all are measured anew.
    pub(super) const MOST_OTHERS: usize = 1024;
    /// How wide letters may be, and how far above and below the middle of the capitals they may reach, in caps.
    const WIDEST: f32 = 3.0;
    const FARTHEST: f32 = 1.75;

    pub(super) fn embedded(name: &str, bytes: &'static [u8]) -> Self {
        let font = FontRef::try_from_slice(bytes).expect("an embedded font parses");
        Self::new(name, Source::Embedded(Box::new(font))).expect("an embedded font has capitals")
    }

    /// A font of a caller's; `None` if it is none.
    pub(super) fn loaded(name: &str, mut bytes: Vec<u8>) -> Option<Self> {
        let outlines = Outlines::find(&mut bytes)?;
        let font = FontVec::try_from_vec(bytes).ok()?;
        Self::new(name, Source::Loaded(font, outlines))
    }

    /// `None` where nothing tells how high capitals are.
    fn new(name: &str, source: Source) -> Option<Self> {
        static FACES: AtomicU64 = AtomicU64::new(0);
        let mut face = Self {
            name: name.to_owned(),
            source,
            cap: 0.0,
            serial: FACES.fetch_add(1, Ordering::Relaxed),
            common: [const { OnceLock::new() }; COMMON],
            others: RwLock::default(),
        };
        face.cap = face.height_of_capitals()?;
        Some(face)
    }

    /// That of an H; in a font without one that of a digit, or else as much of its own height as capitals have in most.
    fn height_of_capitals(&self) -> Option<f32> {
        let of_letter = |letter| {
            let Rect { min, max } = self.outline(self.glyph_id(letter))?.bounds;
            Some((max.y - min.y).abs())
        };
        let by_units = || match &self.source {
            Source::Embedded(font) => font.units_per_em(),
            Source::Loaded(font, _) => font.units_per_em(),
        };
        let height = of_letter('H').or_else(|| of_letter('0')).or_else(|| by_units().map(|units| 0.7 * units))?;
        height.is_normal().then_some(height)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        match &self.source {
            Source::Embedded(_) => &[],
            Source::Loaded(font, _) => font.as_slice(),
        }
    }

    /// Whether it has an outline for `letter`, of a size that can be set; it need not have ink. A letter that was measured has one, and
    /// to look it up takes a fraction of what its outline does.
    pub(super) fn has(&self, letter: char) -> bool {
        self.known(letter).flatten().is_some() || self.has_outline(letter)
    }

    /// What was found when `letter` was measured, if it was.
    fn known(&self, letter: char) -> Option<Option<Arc<Letter>>> {
        match slot(letter) {
            Some(slot) => self.common[slot].get().cloned(),
            None => self.others.read().get(&letter).cloned(),
        }
    }

    /// Whether there is an outline for `letter`, of a size that can be set.
    fn has_outline(&self, letter: char) -> bool {
        let id = self.glyph_id(letter);
        // Glyph 0 is the box that fonts draw for what they do not have.
        id.0 != 0 && self.outline(id).is_some_and(|outline| self.can_set(outline.bounds))
    }

    /// Bounds in font units, upwards from the baseline, as outlines are.
    fn can_set(&self, Rect { min, max }: Rect) -> bool {
        let (left, right) = (min.x.min(max.x) / self.cap, min.x.max(max.x) / self.cap);
        let (bottom, top) = (min.y.min(max.y) / self.cap, min.y.max(max.y) / self.cap);
        // Written so that what is no number fails.
        right > left
            && top > bottom
            && right - left <= Self::WIDEST
            && top - 0.5 <= Self::FARTHEST
            && 0.5 - bottom <= Self::FARTHEST
    }

    /// `letter`, measured when it is first asked for; `None` if the face cannot draw it.
    pub(super) fn letter(&self, letter: char) -> Option<Arc<Letter>> {
        if let Some(slot) = slot(letter) {
            return self.common[slot].get_or_init(|| self.measure(letter)).clone();
        }
        if let Some(known) = self.known(letter) {
            return known;
        }
        let measured = self.measure(letter);
        let mut others = self.others.write();
        if others.len() >= Self::MOST_OTHERS {
            others.clear();
        }
        others.entry(letter).or_insert(measured).clone()
    }

    /// Rasters a letter's outline and turns the coverage into distances.
    fn measure(&self, letter: char) -> Option<Arc<Letter>> {
        if !self.has_outline(letter) {
            return None;
        }
        let outlined = self.outlined(self.glyph_id(letter))?;
        let bounds = outlined.px_bounds();
        let columns = bounds.width() as usize + 2 * Letter::SPREAD;
        let rows = bounds.height() as usize + 2 * Letter::SPREAD;
        let mut coverage = vec![0.0; columns * rows];
        outlined.draw(|x, y, c| {
            let at = (y as usize + Letter::SPREAD) * columns + x as usize + Letter::SPREAD;
            coverage[at] = c.min(1.0);
        });
        let ascent = bounds.min.y / Letter::TEXELS;
        let sides = sides(&coverage, columns, bounds.width(), ascent + 0.5);
        // An outline may enclose next to nothing.
        if sides.is_empty() {
            return None;
        }
        Some(Arc::new(Letter {
            serial: Letter::next_serial(),
            width: bounds.width() / Letter::TEXELS,
            // Outlines stand on the baseline, half a cap below the middle.
            top: ascent + 0.5,
            bottom: ascent + 0.5 + bounds.height() / Letter::TEXELS,
            sides,
            field: distances(&coverage, columns, rows),
            columns,
            rows,
        }))
    }

    fn glyph_id(&self, letter: char) -> GlyphId {
        match &self.source {
            Source::Embedded(font) => font.glyph_id(letter),
            Source::Loaded(font, _) => font.glyph_id(letter),
        }
    }

    fn outline(&self, id: GlyphId) -> Option<Outline> {
        match &self.source {
            Source::Embedded(font) => font.outline(id),
            Source::Loaded(font, outlines) => {
                outlines.are_bounded(font.as_slice(), id.0).then(|| font.outline(id)).flatten()
            }
        }
    }

    /// An outline of a glyph that has one, at the scale of a [`Letter`].
    fn outlined(&self, id: GlyphId) -> Option<OutlinedGlyph> {
        let at = |units: f32| id.with_scale_and_position(units * Letter::TEXELS / self.cap, Point { x: 0.0, y: 0.0 });
        match &self.source {
            Source::Embedded(font) => font.outline_glyph(at(font.height_unscaled())),
            Source::Loaded(font, _) => font.outline_glyph(at(font.height_unscaled())),
        }
    }
}

impl PartialEq for Face {
    fn eq(&self, other: &Self) -> bool {
        self.serial == other.serial
    }
}

impl Eq for Face {}

impl Hash for Face {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.serial.hash(state);
    }
}

impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Face").field(&self.name).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The measures of other letters are bounded, and a letter that was dropped is measured anew and alike.
    #[test]
    fn no_more_measures_are_kept_than_said() {
        let face = Face::embedded("noto-sans-sc-bold", include_bytes!("../../fonts/noto-sans-sc-bold.ttf"));
        let first = face.letter('山').unwrap();
        let asked = 3 * Face::MOST_OTHERS as u32;
        let mut most = 0;
        for letter in (0x4E00..0x4E00 + asked).filter_map(char::from_u32) {
            let is_drawn = face.letter(letter).is_some();
            assert_eq!(face.has(letter), is_drawn, "{letter}");
            most = most.max(face.others.read().len());
        }
        assert_eq!(most, Face::MOST_OTHERS);
        let again = face.letter('山').unwrap();
        assert_ne!(first.serial, again.serial);
        assert_eq!((first.width, &first.field), (again.width, &again.field));
    }
}
