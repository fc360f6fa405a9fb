//! The embedded fonts.

use std::sync::{Arc, OnceLock};

use super::face::{slot, Face, COMMON};

/// The faces that draw `letter` where no font is asked for, in their fixed order: those whose own is like anybody's, if there are any.
pub(super) fn faces_of(letter: char) -> &'static [Arc<Face>] {
    static FACES_OF: [OnceLock<Vec<Arc<Face>>>; COMMON] = [const { OnceLock::new() }; COMMON];
    let collect = || {
        let all: Vec<_> = latin().iter().filter(|face| face.has(letter)).cloned().collect();
        let clear: Vec<_> = all.iter().filter(|face| !is_odd(face, letter)).cloned().collect();
        if clear.is_empty() {
            all
        } else {
            clear
        }
    };
    match slot(letter) {
        Some(slot) => FACES_OF[slot].get_or_init(collect),
        None if is_han(letter) && han()[0].has(letter) => han(),
        None => &[],
    }
}

/// The embedded font of that name.
pub(super) fn named(name: &str) -> Option<&'static Arc<Face>> {
    if name == HAN {
        return han().first();
    }
    latin().iter().find(|face| face.name() == name)
}

/// The names of all of them.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    LATIN.iter().map(|(name, _)| *name).chain([HAN])
}

/// Whether it is a Chinese character of the plane that has the frequent ones.
fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

/// Whether a face draws a letter so that readers took it for another: serifs that a field turns into strokes, a `J` with a
/// bar or below the line, an open `4`, an `M` or `W` so narrow that its legs run together, a `÷` whose dots nearly touch its bar.
fn is_odd(face: &Face, letter: char) -> bool {
    let odd = match face.name() {
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

fn latin() -> &'static [Arc<Face>] {
    static FACES: OnceLock<Vec<Arc<Face>>> = OnceLock::new();
    FACES.get_or_init(|| LATIN.iter().map(|&(name, bytes)| Arc::new(Face::embedded(name, bytes))).collect())
}

/// One, and read by itself: most services never ask for it.
fn han() -> &'static [Arc<Face>] {
    static FACE: OnceLock<[Arc<Face>; 1]> = OnceLock::new();
    FACE.get_or_init(|| [Arc::new(Face::embedded(HAN, include_bytes!("../../fonts/noto-sans-sc-bold.ttf")))])
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../fonts/", $name, ".ttf")))),*]
    };
}

const LATIN: &[(&str, &[u8])] = embedded![
    "grandstander-bold",
    "montserrat-extrabold",
    "nunito-black",
    "playpen-sans-extrabold",
    "roboto-slab-extrabold",
    "signika-bold",
    "sofia-sans-condensed-extrabold",
];
const HAN: &str = "noto-sans-sc-bold";

#[cfg(test)]
mod tests {
    use super::super::letter::Letter;
    use super::*;
    use crate::text::Charset;

    #[test]
    fn every_face_draws_every_default_letter_distinct_from_the_others() {
        for face in latin() {
            let letters: Vec<char> = Charset::DEFAULT.letters().collect();
            for (i, &a) in letters.iter().enumerate() {
                let glyph = face.letter(a).unwrap_or_else(|| panic!("{} lacks {a}", face.name()));
                assert!(
                    (0.85..1.4).contains(&(glyph.bottom - glyph.top)),
                    "{} draws {a} {} caps high",
                    face.name(),
                    glyph.bottom - glyph.top
                );
                for &b in &letters[..i] {
                    let other = face.letter(b).unwrap();
                    let difference = shape_difference(&glyph, &other);
                    assert!(difference > 0.05, "{}: {a} and {b} differ by {difference}", face.name());
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
