//! The embedded fonts, parsed once, and what their letters look like at any size.
//!
//! A letter is measured once, as a signed distance field (C. Green, "Improved Alpha-Tested Magnification for Vector Textures and
//! Special Effects", SIGGRAPH 2007): a small table of distances to the outline, from which its [`Glyph`] at a given size is
//! resampled in microseconds. Glyphs are kept in an atlas of bounded size, so that a thousand distinct styles need no more
//! memory than a few.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use ab_glyph::{Font, FontRef, Point};
use parking_lot::RwLock;

use crate::error::{shown, Error, Result};
use crate::options::Options;
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
    pub fn of(letter: &'static Letter, cap: u16, stretch: u16) -> Arc<Self> {
        static ATLAS: RwLock<Atlas> = RwLock::new(Atlas::EMPTY);
        let key = (std::ptr::from_ref(letter) as usize, cap, stretch);
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
        // Between four texels: first between two columns of them, for all their rows, then between two rows.
        let mut between = vec![0.0; letter.rows];
        let down: Vec<(usize, f32)> = (0..filled.1)
            .map(|y| split((y as f32 + 0.5 - pad) * texels + Letter::SPREAD as f32 - 0.5, letter.rows))
            .collect();
        for (x, column) in field.chunks_exact_mut(rows).enumerate().skip(1).take(filled.0 - 2) {
            let u = (x as f32 + 0.5 - middle.0) * texels / stretch + letter.columns as f32 / 2.0 - 0.5;
            let (left, share) = split(u, letter.columns);
            for (between, row) in between.iter_mut().zip(letter.field.chunks_exact(letter.columns)) {
                let (left, right) = (f32::from(row[left]), f32::from(row[left + 1]));
                *between = left + (right - left) * share;
            }
            for (value, &(upper, share)) in column.iter_mut().zip(&down).skip(1).take(filled.1 - 2) {
                let distance = between[upper] + (between[upper + 1] - between[upper]) * share - f32::from(Letter::EDGE);
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

/// A letter (its address: letters live for ever) and size.
type GlyphKey = (usize, u16, u16);
type Glyphs = HashMap<GlyphKey, Arc<Glyph>>;

/// Glyphs in two generations, each of at most half of the atlas's bytes. New ones go into the younger. When that is full it becomes the
/// older, whose place is taken: what has not been drawn for a generation is forgotten, a little at a time, and what is drawn often is
/// back in the younger one before its turn comes.
struct Atlas {
    younger: Option<Glyphs>,
    older: Option<Glyphs>,
    /// Of the younger.
    bytes: usize,
}

impl Atlas {
    const EMPTY: Self = Self { younger: None, older: None, bytes: 0 };
    /// Every default letter of every face at the sizes of one style takes a few MB, up to 256x60.
    const MOST_BYTES: usize = 16 << 20;

    /// A glyph, and whether it is to be kept anew, as it is in the older generation alone.
    fn find(&self, key: &GlyphKey) -> Option<(Arc<Glyph>, bool)> {
        let within = |glyphs: &Option<Glyphs>| glyphs.as_ref()?.get(key).cloned();
        within(&self.younger).map(|glyph| (glyph, false)).or_else(|| within(&self.older).map(|glyph| (glyph, true)))
    }

    /// Adds a glyph; gives back those that it has no room for any more.
    fn keep(&mut self, key: GlyphKey, glyph: Arc<Glyph>) -> Option<Glyphs> {
        let size = glyph.field.len() + 128;
        let mut given_up = None;
        if self.bytes + size > Self::MOST_BYTES / 2 {
            given_up = std::mem::replace(&mut self.older, self.younger.take());
            self.bytes = 0;
        }
        if self.younger.get_or_insert_default().insert(key, glyph).is_none() {
            self.bytes += size;
        }
        given_up
    }
}

/// A letter of one face, measured. Lengths are in caps: 1 is the height of the face's capitals.
pub(crate) struct Letter {
    /// Width of the ink.
    pub width: f32,
    /// Top and bottom of the ink, downwards from the middle of the capitals.
    pub top: f32,
    pub bottom: f32,
    /// How far the ink reaches at either side, from its top to its bottom.
    pub sides: Box<[Side]>,
    /// Row by row, 128 on the outline, more inside, less outside.
    field: Box<[u8]>,
    columns: usize,
    rows: usize,
}

/// The leftmost and the rightmost ink of a letter at one height, from the middle of its ink and of the face's capitals, in caps.
pub(crate) struct Side {
    pub down: f32,
    pub left: f32,
    pub right: f32,
}

impl Letter {
    /// The field's value on the outline.
    const EDGE: u8 = 128;
    /// Texels to one cap.
    const TEXELS: f32 = 44.0;
    /// Texels around the ink, and the largest distance that the field tells.
    const SPREAD: usize = 5;
    /// What the field gains in one texel, inwards.
    const SLOPE: f32 = 127.0 / Self::SPREAD as f32;
}

/// The faces that draw `letter`, in their fixed order: those whose own is like anybody's, if there are any.
pub(crate) fn faces_of(letter: char) -> &'static [&'static Face] {
    static FACES_OF: [OnceLock<Vec<&'static Face>>; CHARACTERS] = [const { OnceLock::new() }; CHARACTERS];
    let collect = || {
        let all: Vec<_> = faces().iter().filter(|face| face.has(letter)).collect();
        let clear: Vec<_> = all.iter().copied().filter(|face| !face.is_odd(letter)).collect();
        if clear.is_empty() {
            all
        } else {
            clear
        }
    };
    slot(letter).map_or(&[], |slot| FACES_OF[slot].get_or_init(collect))
}

/// Checks that `text` can be drawn, and legibly.
///
/// # Errors
/// Names what is wrong: no letter, more than [`Options::MAX_TEXT`] of them, or one that no face has.
pub(crate) fn check_text(text: &str) -> Result<()> {
    let allowed = || format!("1 to {} letters that the fonts can draw", Options::MAX_TEXT);
    let count = text.chars().count();
    if count > Options::MAX_TEXT {
        let received = format!("{} ({count} letters)", shown(text));
        return Err(Error::out_of_range("text", allowed(), received));
    }
    if text.chars().all(|letter| letter == ' ') {
        return Err(Error::out_of_range("text", allowed(), shown(text)));
    }
    for letter in text.chars().filter(|&letter| letter != ' ') {
        if faces_of(letter).is_empty() {
            let received = format!("{} with {letter:?}", shown(text));
            return Err(Error::out_of_range("text", allowed(), received));
        }
    }
    Ok(())
}

/// An embedded font.
pub(crate) struct Face {
    name: &'static str,
    font: FontRef<'static>,
    /// Height of a capital in font units.
    cap: f32,
    letters: [OnceLock<Option<Letter>>; CHARACTERS],
}

/// What the embedded subsets hold: printable ASCII and three signs of arithmetic.
const CHARACTERS: usize = 94 + 3;

fn slot(letter: char) -> Option<usize> {
    match letter {
        '!'..='~' => Some(letter as usize - '!' as usize),
        '×' => Some(94),
        '÷' => Some(95),
        '−' => Some(96),
        _ => None,
    }
}

impl Face {
    fn new(name: &'static str, bytes: &'static [u8]) -> Self {
        let font = FontRef::try_from_slice(bytes).expect("an embedded font parses");
        let bounds = font.outline(font.glyph_id('H')).expect("an embedded font has an H").bounds;
        Self { name, font, cap: (bounds.max.y - bounds.min.y).abs(), letters: [const { OnceLock::new() }; CHARACTERS] }
    }

    /// Whether the face draws a letter so that readers took it for another: serifs that a field turns into strokes, a `J` with a
    /// bar or below the line, an open `4`, an `M` or `W` so narrow that its legs run together.
    fn is_odd(&self, letter: char) -> bool {
        let odd = match self.name {
            "roboto-slab-extrabold" => "479AEFHIJKLMNPQRTUVWXYZ",
            "grandstander-bold" => "47Q",
            "montserrat-extrabold" | "nunito-black" => "J",
            "signika-bold" => "M",
            "sofia-sans-condensed-extrabold" => "JMW",
            _ => "",
        };
        odd.contains(letter)
    }

    fn has(&self, letter: char) -> bool {
        let id = self.font.glyph_id(letter);
        // Glyph 0 is the box that fonts draw for what they do not have.
        id.0 != 0 && self.font.outline(id).is_some()
    }

    /// `letter`, measured when it is first asked for.
    pub fn letter(&self, letter: char) -> Option<&Letter> {
        self.letters[slot(letter)?].get_or_init(|| self.measure(letter)).as_ref()
    }

    /// Rasters a letter's outline and turns the coverage into distances.
    fn measure(&self, letter: char) -> Option<Letter> {
        if !self.has(letter) {
            return None;
        }
        let id = self.font.glyph_id(letter);
        let units = self.font.height_unscaled();
        let scale = units * Letter::TEXELS / self.cap;
        let glyph = id.with_scale_and_position(scale, Point { x: 0.0, y: 0.0 });
        let outlined = self.font.outline_glyph(glyph)?;
        let bounds = outlined.px_bounds();
        let columns = bounds.width() as usize + 2 * Letter::SPREAD;
        let rows = bounds.height() as usize + 2 * Letter::SPREAD;
        let mut coverage = vec![0.0; columns * rows];
        outlined.draw(|x, y, c| {
            let at = (y as usize + Letter::SPREAD) * columns + x as usize + Letter::SPREAD;
            coverage[at] = c.min(1.0);
        });
        let ascent = bounds.min.y / Letter::TEXELS;
        Some(Letter {
            width: bounds.width() / Letter::TEXELS,
            // Outlines stand on the baseline, half a cap below the middle.
            top: ascent + 0.5,
            bottom: ascent + 0.5 + bounds.height() / Letter::TEXELS,
            sides: sides(&coverage, columns, bounds.width(), ascent + 0.5),
            field: distances(&coverage, columns, rows),
            columns,
            rows,
        })
    }
}

fn faces() -> &'static [Face] {
    static FACES: OnceLock<Vec<Face>> = OnceLock::new();
    FACES.get_or_init(|| EMBEDDED.iter().map(|&(name, bytes)| Face::new(name, bytes)).collect())
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../fonts/", $name, ".ttf")))),*]
    };
}

const EMBEDDED: &[(&str, &[u8])] = embedded![
    "grandstander-bold",
    "montserrat-extrabold",
    "nunito-black",
    "playpen-sans-extrabold",
    "roboto-slab-extrabold",
    "signika-bold",
    "sofia-sans-condensed-extrabold",
];

/// How far ink reaches at either side, in a letter's coverage whose ink is `width` texels wide and starts `top` caps down.
fn sides(coverage: &[f32], columns: usize, width: f32, top: f32) -> Box<[Side]> {
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
            sides.push(Side { down: down(y), left: across(left), right: across(right) });
        }
    }
    sides.into()
}

/// Signed distances to the outline as far as [`Letter::SPREAD`], from antialiased coverage.
///
/// Each pixel that the outline runs through knows where it does so, from its coverage and the direction in which coverage grows (S.
/// Gustavson and R. Strand, "Anti-aliased Euclidean distance transform", 2011). It stands for a short piece of
/// the outline, and every pixel around is as far from the outline as from the nearest piece.
fn distances(coverage: &[f32], columns: usize, rows: usize) -> Box<[u8]> {
    let mut nearest = vec![Letter::SPREAD as f32; columns * rows];
    let reach = Letter::SPREAD as i32;
    for y in 1..rows - 1 {
        for x in 1..columns - 1 {
            let Some(piece) = Piece::within(|dx, dy| coverage[(y + dy - 1) * columns + x + dx - 1]) else { continue };
            for dy in -reach..=reach {
                for dx in -reach..=reach {
                    let (x, y) = (x as i32 + dx, y as i32 + dy);
                    if (0..columns as i32).contains(&x) && (0..rows as i32).contains(&y) {
                        let least = &mut nearest[y as usize * columns + x as usize];
                        *least = least.min(piece.distance(dx as f32, dy as f32));
                    }
                }
            }
        }
    }
    let signed = nearest.iter().zip(coverage).map(|(&d, &c)| if c < 0.5 { -d } else { d });
    signed.map(|distance| (f32::from(Letter::EDGE) + distance * Letter::SLOPE) as u8).collect()
}

/// A straight piece of outline, relative to the middle of its pixel.
struct Piece {
    middle: (f32, f32),
    /// Of length 1.
    along: (f32, f32),
}

impl Piece {
    /// Half its length: enough to meet the next one, even across a pixel's corner.
    const HALF: f32 = 0.6;

    /// The outline within a pixel, if there is one, told the coverage of it and of its neighbours: at (1, 1) its own.
    fn within(at: impl Fn(usize, usize) -> f32) -> Option<Self> {
        let around = (0..9).map(|i| at(i % 3, i / 3));
        let (least, most) = around.fold((1.0f32, 0.0f32), |(least, most), c| (least.min(c), most.max(c)));
        let coverage = at(1, 1);
        let beside_nothing = [at(0, 1), at(2, 1), at(1, 0), at(1, 2)].iter().any(|&c| c < TRACE);
        let is_crossed = (TRACE..=1.0 - TRACE).contains(&coverage) || (coverage > 0.5 && beside_nothing);
        // On one side of an outline there is ink, on the other none. All else are the rasteriser's traces.
        if !is_crossed || most < 0.5 || least > 0.5 {
            return None;
        }
        let side = std::f32::consts::SQRT_2;
        let inwards = (
            at(2, 0) + side * at(2, 1) + at(2, 2) - at(0, 0) - side * at(0, 1) - at(0, 2),
            at(0, 2) + side * at(1, 2) + at(2, 2) - at(0, 0) - side * at(1, 0) - at(2, 0),
        );
        let length = inwards.0.hypot(inwards.1);
        if length < 1e-3 {
            return None;
        }
        let (x, y) = (inwards.0 / length, inwards.1 / length);
        let depth = depth(coverage, x.abs().max(y.abs()), x.abs().min(y.abs()));
        Some(Self { middle: (x * depth, y * depth), along: (-y, x) })
    }

    /// How far from it the point lies.
    fn distance(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x - self.middle.0, y - self.middle.1);
        let along = (x * self.along.0 + y * self.along.1).clamp(-Self::HALF, Self::HALF);
        (x - along * self.along.0).hypot(y - along * self.along.1)
    }
}

/// Coverage that a rasteriser's sums leave where there is none, or take where there is all.
const TRACE: f32 = 0.01;

/// How far inwards from a pixel's middle a straight edge lies that leaves so much of it covered, where the direction inwards has these
/// two components, the larger first.
fn depth(coverage: f32, larger: f32, smaller: f32) -> f32 {
    // The share that lies beyond the edge when it goes through a corner.
    let corner = 0.5 * smaller / larger;
    if coverage < corner {
        0.5 * (larger + smaller) - (2.0 * larger * smaller * coverage).sqrt()
    } else if coverage > 1.0 - corner {
        (2.0 * larger * smaller * (1.0 - coverage)).sqrt() - 0.5 * (larger + smaller)
    } else {
        (0.5 - coverage) * larger
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Charset;

    #[test]
    fn every_face_draws_every_default_letter_distinct_from_the_others() {
        for face in faces() {
            let letters: Vec<char> = Charset::DEFAULT.letters().collect();
            for (i, &a) in letters.iter().enumerate() {
                let glyph = face.letter(a).unwrap_or_else(|| panic!("{} lacks {a}", face.name));
                assert!(
                    (0.85..1.4).contains(&(glyph.bottom - glyph.top)),
                    "{} draws {a} {} caps high",
                    face.name,
                    glyph.bottom - glyph.top
                );
                for &b in &letters[..i] {
                    let other = face.letter(b).unwrap();
                    let difference = shape_difference(glyph, other);
                    assert!(difference > 0.05, "{}: {a} and {b} differ by {difference}", face.name);
                }
            }
        }
    }

    /// The share of cells in which two letters, each stretched to one square, differ.
    fn shape_difference(a: &Letter, b: &Letter) -> f32 {
        const N: usize = 32;
        let inside = |glyph: &Letter, x: usize, y: usize| {
            let (w, h) = (glyph.columns - 2 * Letter::SPREAD, glyph.rows - 2 * Letter::SPREAD);
            let (x, y) = (Letter::SPREAD + x * w / N, Letter::SPREAD + y * h / N);
            glyph.field[y * glyph.columns + x] >= Letter::EDGE
        };
        let cells = (0..N * N).map(|i| (i % N, i / N));
        let differing = cells.filter(|&(x, y)| inside(a, x, y) != inside(b, x, y)).count();
        differing as f32 / (N * N) as f32
    }

    #[test]
    fn distances_along_a_slanted_edge_are_true() {
        // A half plane, its coverage worked out from sixteen by sixteen points in each pixel.
        let (columns, rows) = (30, 30);
        for degrees in [0.0f32, 12.0, 30.0, 45.0, 71.0] {
            let (sin, cos) = degrees.to_radians().sin_cos();
            let depth = |x: f32, y: f32| (x - 15.2) * cos + (y - 14.7) * sin;
            let coverage = |i: usize| {
                let point = |n: usize, start: usize| start as f32 + (n as f32 + 0.5) / 16.0;
                let points = (0..256).map(|j| depth(point(j % 16, i % columns), point(j / 16, i / columns)));
                points.filter(|&depth| depth > 0.0).count() as f32 / 256.0
            };
            let coverage: Vec<f32> = (0..columns * rows).map(coverage).collect();
            let field = distances(&coverage, columns, rows);
            for (i, &value) in field.iter().enumerate() {
                let (x, y) = (i % columns, i / columns);
                // Near the sides the edge goes on beyond them.
                if (6..24).contains(&x) && (6..24).contains(&y) {
                    let expected = depth(x as f32 + 0.5, y as f32 + 0.5).clamp(-4.9, 4.9);
                    let told = (f32::from(value) - f32::from(Letter::EDGE)) / Letter::SLOPE;
                    let room = if expected.abs() > 4.5 { 0.5 } else { 0.12 };
                    assert!((told - expected).abs() < room, "{degrees}: {told} for {expected} at {x}, {y}");
                }
            }
        }
    }

    #[test]
    fn fields_tell_distances_to_a_pixel_edge() {
        // A half plane whose edge runs through the middle of column 10.
        let (columns, rows) = (20, 8);
        let coverage: Vec<f32> = (0..columns * rows)
            .map(|i| match i % columns {
                10 => 0.5,
                x if x > 10 => 1.0,
                _ => 0.0,
            })
            .collect();
        let field = distances(&coverage, columns, rows);
        for row in field.chunks(columns) {
            for (x, &value) in row.iter().enumerate() {
                let distance = (x as f32 - 10.0).clamp(-5.0, 5.0);
                let expected = f32::from(Letter::EDGE) + distance * Letter::SLOPE;
                assert!((f32::from(value) - expected).abs() <= Letter::SLOPE / 2.0 + 1.0, "{x}: {value}");
            }
        }
    }

    /// One style of the largest pictures has more glyphs than there is room for; those in use must not go with the others.
    #[test]
    fn the_atlas_keeps_to_its_bytes_and_to_what_is_in_use() {
        let glyph = |size: usize| {
            let field = vec![0; size].into();
            Arc::new(Glyph {
                field,
                slope: 8.0,
                columns: 1,
                rows: 1,
                filled: (1, 1),
                middle: (0.0, 0.0),
                cap: 9.0,
                stretch: 1.0,
            })
        };
        let bytes = |atlas: &Atlas| {
            let all = [&atlas.younger, &atlas.older].into_iter().flatten().flat_map(HashMap::values);
            all.map(|glyph| glyph.field.len() + 128).sum::<usize>()
        };
        let mut atlas = Atlas::EMPTY;
        let in_use = (0, 9, 8);
        atlas.keep(in_use, glyph(1000));
        let mut given_up = 0;
        for i in 1..400 {
            given_up += atlas.keep((i, 9, 8), glyph(150_000)).map_or(0, |glyphs| glyphs.len());
            assert!(bytes(&atlas) <= Atlas::MOST_BYTES, "{} bytes after {i}", bytes(&atlas));
            let (found, is_new) = atlas.find(&in_use).unwrap();
            if is_new {
                atlas.keep(in_use, found);
            }
        }
        assert!(given_up > 200, "{given_up}");
        assert!(atlas.find(&(1, 9, 8)).is_none() && atlas.find(&(399, 9, 8)).is_some());
    }

    /// Whatever place is asked for, the texels on both sides of it are there.
    #[test]
    fn places_between_texels_stay_within_the_field() {
        for (place, expected) in [(-3.0, (0, 0.0)), (0.0, (0, 0.0)), (2.25, (2, 0.25)), (99.0, (8, 0.999))] {
            let (texel, share) = split(place, 10);
            assert!(texel == expected.0 && (share - expected.1).abs() < 1e-4, "{place}: {texel} {share}");
        }
    }

    #[test]
    fn texts_are_checked_by_letter() {
        for good in ["A", "abc", "1 + 2 = ?", "3×4", "8÷2−1", "{[~|]}"] {
            assert_eq!(check_text(good), Ok(()), "{good}");
        }
        for (bad, named) in [
            ("", "\"\""),
            ("   ", "\"   \""),
            ("AÄ", "'Ä'"),
            ("😀", "'😀'"),
            ("A\tB", r"'\t'"),
            ("AAAAAAAAAAAAAAAAA", "17 letters"),
        ] {
            let message = check_text(bad).unwrap_err().to_string();
            assert!(message.contains(named), "{message}");
        }
    }
}
