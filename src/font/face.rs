//! The embedded fonts.

use std::sync::OnceLock;

use ab_glyph::{Font, FontRef, Point};

use super::distances::distances;
use super::letter::{sides, Letter};

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

/// An embedded font.
pub(crate) struct Face {
    name: &'static str,
    font: FontRef<'static>,
    /// Height of a capital in font units.
    cap: f32,
    letters: [OnceLock<Option<Letter>>; CHARACTERS],
}

impl Face {
    fn new(name: &'static str, bytes: &'static [u8]) -> Self {
        let font = FontRef::try_from_slice(bytes).expect("an embedded font parses");
        let bounds = font.outline(font.glyph_id('H')).expect("an embedded font has an H").bounds;
        Self { name, font, cap: (bounds.max.y - bounds.min.y).abs(), letters: [const { OnceLock::new() }; CHARACTERS] }
    }

    /// Whether the face draws a letter so that readers took it for another: serifs that a field turns into strokes, a `J` with a
    /// bar or below the line, an open `4`, an `M` or `W` so narrow that its legs run together, a `÷` whose dots nearly touch its bar.
    fn is_odd(&self, letter: char) -> bool {
        let odd = match self.name {
            "roboto-slab-extrabold" => "479AEFHIJKLMNPQRTUVWXYZ",
            "grandstander-bold" => "47Q÷",
            "montserrat-extrabold" => "J÷",
            "nunito-black" => "J",
            "playpen-sans-extrabold" => "÷",
            "signika-bold" => "M÷",
            "sofia-sans-condensed-extrabold" => "JMW÷",
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

fn faces() -> &'static [Face] {
    static FACES: OnceLock<Vec<Face>> = OnceLock::new();
    FACES.get_or_init(|| EMBEDDED.iter().map(|&(name, bytes)| Face::new(name, bytes)).collect())
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../fonts/", $name, ".ttf")))),*]
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
}
