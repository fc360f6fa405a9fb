//! The canvas that everything is drawn on, and its two colours.

pub use crate::colors::Colors;

/// A picture of two colours: for each pixel, how much of it is ink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canvas {
    width: usize,
    height: usize,
    ink: Vec<u8>,
    /// What the shares of ink stand for.
    pub colors: Colors,
}

impl Canvas {
    /// A canvas of `width` by `height` px without ink.
    #[must_use]
    pub fn new(width: usize, height: usize, colors: Colors) -> Self {
        Self { width, height, ink: vec![0; width * height], colors }
    }

    /// Width in px.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in px.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// The share of ink of each pixel, 0 to 255, row by row from the top.
    #[must_use]
    pub fn ink(&self) -> &[u8] {
        &self.ink
    }

    /// The rows from the top.
    pub(crate) fn rows(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.ink.chunks_exact(self.width)
    }

    /// The rows from the top, to draw on.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        self.ink.chunks_exact_mut(self.width)
    }

    /// Swaps ink and ground in column `x` between the heights `top` and `bottom`, whose pixels are covered in part.
    pub(crate) fn invert_run(&mut self, x: usize, top: f32, bottom: f32) {
        let (top, bottom) = (top.max(0.0), bottom.min(self.height as f32));
        if top >= bottom || x >= self.width {
            return;
        }
        let (first, last) = (top as usize, bottom as usize);
        if first == last {
            self.invert(x as i32, first as i32, bottom - top);
            return;
        }
        self.invert(x as i32, first as i32, (first + 1) as f32 - top);
        for pixel in self.ink[x..].iter_mut().step_by(self.width).take(last).skip(first + 1) {
            *pixel = 255 - *pixel;
        }
        self.invert(x as i32, last as i32, bottom - last as f32);
    }

    /// Swaps ink and ground in the pixel at `x`, `y`, as far as `coverage` of it is covered. Outside of the canvas nothing
    /// happens.
    pub(crate) fn invert(&mut self, x: i32, y: i32, coverage: f32) {
        if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) {
            if x < self.width && y < self.height {
                let pixel = &mut self.ink[y * self.width + x];
                let ink = i32::from(*pixel);
                let coverage = (coverage.clamp(0.0, 1.0) * 256.0) as i32;
                *pixel = (ink + ((coverage * (255 - 2 * ink)) >> 8)) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK_ON_WHITE: Colors = Colors { ground: [255; 3], ink: [0; 3] };

    #[test]
    fn runs_cover_their_length_and_clip_at_the_edges() {
        for (top, bottom, covered) in [
            (1.0, 3.0, 2.0),
            (1.25, 3.5, 2.25),
            (1.2, 1.7, 0.5),
            (-9.0, 1.5, 1.5),
            (5.5, 99.0, 2.5),
            (7.0, -1.0, 0.0),
            (9.0, 12.0, 0.0),
        ] {
            let mut canvas = Canvas::new(3, 8, BLACK_ON_WHITE);
            canvas.invert_run(1, top, bottom);
            let ink: f32 = canvas.ink().iter().map(|&ink| f32::from(ink) / 255.0).sum();
            assert!((ink - covered).abs() < 0.02, "{top}..{bottom}: {ink}");
            assert!(canvas.rows().all(|row| row[0] == 0 && row[2] == 0));
        }
    }

    #[test]
    fn inverting_twice_is_nothing_and_outside_is_nothing() {
        let mut canvas = Canvas::new(4, 3, BLACK_ON_WHITE);
        canvas.invert(1, 1, 1.0);
        assert_eq!(canvas.ink()[5], 255);
        canvas.invert(1, 1, 1.0);
        for (x, y) in [(-1, 0), (0, -1), (4, 0), (0, 3), (i32::MAX, i32::MIN)] {
            canvas.invert(x, y, 1.0);
        }
        assert!(canvas.ink().iter().all(|&ink| ink == 0));
    }
}
