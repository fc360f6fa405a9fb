//! How a GIF moves.

use super::numbers::Limited;

/// How a GIF moves. With more than one frame, in each a letter or two are missing and the stripes lie a little elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Animation {
    /// How many frames there are: 1..=16, default 1.
    pub frames: u32,
    /// For how long each is shown, in ms: 20..=5000, default 200. A GIF counts in hundredths of a second.
    pub delay: u32,
    /// How often all are shown: 0..=100, default 0, which is for ever.
    pub repeats: u32,
}

impl Animation {
    /// A single frame.
    pub const STILL: Self = Self { frames: 1, delay: 200, repeats: 0 };

    /// The numeric options and their limits, in the order of a key.
    pub(super) const LIMITS: [Limited; 3] = [("frames", 1..=16), ("delay", 20..=5000), ("loop", 0..=100)];
}
