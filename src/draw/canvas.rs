//! The canvas that everything is drawn on, and its two colours.

pub use crate::colors::Colors;

/// How much ink there is in a stripe that runs over ground, of 255: enough for people to see why letters are cut, and pale enough not to
/// be mistaken for a letter.
pub(crate) const TINT: u8 = 144;

/// A picture of two colours: for each pixel, how much of it is ink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canvas {
    width: usize,
    height: usize,
    ink: Vec<u8>,
    /// What the shares of ink stand for.
    pub colors: Colors,
    /// Whether the ground is not drawn: then its colour is that of the page that is thought to be behind it.
    pub is_transparent: bool,
}

impl Canvas {
    /// A canvas of `width` by `height` px without ink.
    #[must_use]
    pub fn new(width: usize, height: usize, colors: Colors) -> Self {
        Self { width, height, ink: vec![0; width * height], colors, is_transparent: false }
    }

    /// A canvas with these shares of ink, row by row from the top; `None` unless there is one for each pixel, and one pixel at least.
    #[must_use]
    pub fn of_ink(width: usize, height: usize, ink: &[u8], colors: Colors) -> Option<Self> {
        let is_whole = width.checked_mul(height) == Some(ink.len()) && !ink.is_empty();
        is_whole.then(|| Self { width, height, ink: ink.to_vec(), colors, is_transparent: false })
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

    /// So many rows at a time, from the top, to draw on; fewer in the last.
    pub(crate) fn bands_mut(&mut self, rows: usize) -> impl Iterator<Item = &mut [u8]> {
        self.ink.chunks_mut(rows * self.width)
    }
}
