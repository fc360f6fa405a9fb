//! Captcha pictures from fixed-size caches that one thread keeps full: the core of the npm package `ccap-rs`.
//!
//! A picture goes options → text → layout → letters → field → file, each step a plain function over plain data:
//!
//! ```
//! use ccap::{render, Format, Options};
//!
//! let options = Options { format: Format::Png, ..Options::default() };
//! let png = render("K7WPX2", &options, 1)?;
//! assert!(png.starts_with(b"\x89PNG"));
//! # Ok::<(), ccap::Error>(())
//! ```
//!
//! Serving them goes through a [`Registry`], which holds one cache for each [`Style`], and the thread of its [`Refill`], which
//! keeps those caches full:
//!
//! ```
//! use ccap::{Options, Registry, Style};
//!
//! let (registry, mut refill) = Registry::with_refill();
//! refill.start()?;
//! let style = Style::new(Options::default())?;
//! let picture = registry.take(&style)?;
//! assert_eq!(picture.text.len(), 6);
//! refill.stop();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The feature `binding`, on by default, adds the Node-API module; without it the crate has no N-API symbols and no `unsafe`.

#![cfg_attr(not(feature = "binding"), forbid(unsafe_code))]
#![deny(unsafe_code)]
#![warn(missing_docs)]

mod audio;
mod bell;
mod cache;
mod colors;
pub mod draw;
mod encode;
mod error;
mod font;
#[cfg(any(feature = "binding", test))]
mod keys;
mod layout;
mod limits;
mod math;
mod options;
mod picture;
mod random;
mod refill;
mod registry;
mod shelf;
mod simd;
mod sync;
mod text;

// Node loads it and calls it; the crate's own tests can do neither.
#[cfg(all(feature = "binding", not(test)))]
#[allow(unsafe_code, missing_docs)]
mod binding;

pub use audio::{speak, Language, MAX_AUDIO};
pub use encode::encode;
pub use error::{Error, Result};
pub use font::{fonts, load_font, FontInfo, Fonts};
pub use limits::Limits;
pub use math::{Math, Operators};
pub use options::{Animation, Color, Format, Kind, Level, Options, Style, Theme};
pub use picture::{render, Picture};
pub use refill::Refill;
pub use registry::{Registry, Stats};
pub use text::{random_text, Charset};
