//! Ground of their own for the signs of arithmetic. They are no secret, and a bar that lies along the field's stripes is lost among
//! them: around each sign the picture is as it was before the field ran through it.

use super::canvas::Canvas;
use crate::layout::Placed;

/// A box with round corners, in px.
struct Clearing {
    x: f32,
    y: f32,
    /// From the middle to the sides.
    across: f32,
    down: f32,
    corner: f32,
}

/// Puts back what `plain`, the letters alone, has around each sign among `placed`.
pub(super) fn keep(canvas: &mut Canvas, plain: &Canvas, placed: &[Placed]) {
    for clearing in placed.iter().filter(|letter| letter.is_sign).map(Clearing::around) {
        clearing.keep(canvas, plain);
    }
}

impl Clearing {
    /// The least height, in caps: a minus would have hardly any ground above and below.
    const LEAST: f32 = 0.5;
    const CORNER: f32 = 0.2;

    fn around(letter: &Placed) -> Self {
        let Placed { glyph, x, y, .. } = letter;
        let (columns, rows) = glyph.filled;
        // The glyph's own frame has some ground around the ink.
        let down = (rows as f32).max(Self::LEAST * glyph.cap) / 2.0;
        let y = y - glyph.middle.1 + rows as f32 / 2.0;
        Self { x: *x, y, across: columns as f32 / 2.0, down, corner: Self::CORNER * glyph.cap }
    }

    fn keep(&self, canvas: &mut Canvas, plain: &Canvas) {
        let span = |middle: f32, half: f32, end: usize| {
            let place = |at: f32| at.clamp(0.0, end as f32) as usize;
            place(middle - half - 1.0)..place(middle + half + 2.0)
        };
        let (columns, rows) = (span(self.x, self.across, canvas.width()), span(self.y, self.down, canvas.height()));
        for (y, (row, plain)) in canvas.rows_mut().zip(plain.rows()).enumerate().skip(rows.start).take(rows.len()) {
            for x in columns.clone() {
                let share = self.share(x as f32 + 0.5, y as f32 + 0.5);
                let (drawn, kept) = (f32::from(row[x]), f32::from(plain[x]));
                row[x] = (drawn + (kept - drawn) * share + 0.5) as u8;
            }
        }
    }

    /// How much of a px lies inside, from its distance to the edge.
    fn share(&self, x: f32, y: f32) -> f32 {
        let beyond = |place: f32, middle: f32, half: f32| ((place - middle).abs() - half + self.corner).max(0.0);
        let distance = beyond(x, self.x, self.across).hypot(beyond(y, self.y, self.down)) - self.corner;
        (0.5 - distance).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    use super::super::{draw, Letters, Recipe};
    use super::*;
    use crate::math::Math;
    use crate::options::{Kind, Level, Options};

    /// Around a sign there is nothing of the field, at its middle above all; in a text of the other kind there is.
    #[test]
    fn signs_stand_on_ground_of_their_own_in_sums_alone() {
        let kinds = [Kind::Math(Math::default()), Kind::Text];
        for (kind, level) in kinds.into_iter().flat_map(|kind| Level::ALL.map(|level| (kind, level))) {
            for (width, height) in [(120, 40), (150, 50), (256, 60), (1024, 512), (32, 16)] {
                let options = Options { width, height, level, kind, ..Options::default() };
                let mut differing = 0;
                for (seed, text) in (0..40).zip(["17−5=?", "8÷2=?", "20×9+3=?", "-"].into_iter().cycle()) {
                    let rng = || Xoshiro256PlusPlus::seed_from_u64(seed);
                    let Letters { canvas: plain, placed, .. } =
                        Letters::draw(text, &options, Recipe::of(level), &mut rng()).unwrap();
                    let drawn = draw(text, &options, &mut rng()).unwrap();
                    let signs = text.chars().zip(&placed).filter(|(sign, _)| "+-−×÷=".contains(*sign));
                    for (_, sign) in signs {
                        assert_eq!(sign.is_sign, kind != Kind::Text);
                        let clearing = Clearing::around(sign);
                        let all = (0..plain.ink().len()).map(|i| (i, i % plain.width(), i / plain.width()));
                        let inside = all.filter(|&(_, x, y)| clearing.share(x as f32 + 0.5, y as f32 + 0.5) == 1.0);
                        differing += inside.filter(|&(i, ..)| drawn.ink()[i] != plain.ink()[i]).count();
                    }
                }
                assert_eq!(differing > 0, kind == Kind::Text, "{differing} at {width}x{height}, {level:?}");
            }
        }
    }

    /// A clearing that reaches beyond the picture is cut off.
    #[test]
    fn clearings_end_with_the_picture() {
        let plain = Canvas::new(40, 20, crate::colors::Colors { ink: [0; 3], ground: [255; 3] });
        for (x, y) in [(0.0, 0.0), (40.0, 20.0), (-50.0, 10.0), (20.0, 500.0), (1e9, -1e9)] {
            let mut canvas = plain.clone();
            canvas.rows_mut().for_each(|row| row.fill(200));
            Clearing { x, y, across: 9.0, down: 6.0, corner: 3.0 }.keep(&mut canvas, &plain);
            let cleared = canvas.ink().iter().filter(|&&ink| ink < 200).count();
            let inside = (-5.0..45.0).contains(&x) && (-5.0..25.0).contains(&y);
            assert_eq!(cleared > 0, inside, "{x}, {y}");
        }
    }
}
