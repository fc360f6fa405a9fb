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
