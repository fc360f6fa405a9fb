//! Fonts, embedded and loaded, and what their letters look like at any size.
//!
//! A letter is measured once, as a signed distance field (C. Green, "Improved Alpha-Tested Magnification for Vector Textures and
//! Special Effects", SIGGRAPH 2007): a small table of distances to the outline, from which its [`Glyph`] at a given size is
//! resampled in microseconds. Glyphs are kept in an atlas of bounded size, so that a thousand distinct styles need no more
//! memory than a few.

mod atlas;
mod distances;
mod embedded;
mod face;
mod fonts;
mod glyph;
mod letter;
mod loaded;
mod outlines;

pub use fonts::Fonts;
pub use loaded::{fonts, load_font, FontInfo};

#[cfg(all(feature = "binding", not(test)))]
pub(crate) use loaded::changes;
pub(crate) use loaded::unload_font;

pub(crate) use glyph::Glyph;
pub(crate) use letter::{Letter, Sides};
