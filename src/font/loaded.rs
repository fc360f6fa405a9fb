//! The fonts that callers loaded, by name, for all of the process.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use parking_lot::RwLock;

use super::embedded;
use super::face::Face;
use super::fonts::Unloaded;
use crate::error::{shown, Error, Result};

/// Bounds of what is loaded: fonts, bytes of one, and bytes of all together.
const MOST_FONTS: usize = 64;
const MOST_BYTES: usize = 32 << 20;
const MOST_BYTES_OF_ALL: usize = 64 << 20;
/// Letters of a name.
const LONGEST_NAME: usize = 64;

static FONTS: RwLock<Vec<Arc<Face>>> = RwLock::new(Vec::new());
static CHANGES: AtomicU64 = AtomicU64::new(0);

/// A font that pictures can be drawn with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FontInfo {
    /// What it is asked for by.
    pub name: String,
    /// Bytes of its file; none of an embedded one, which is part of the program.
    pub bytes: usize,
    /// Whether it is part of the program.
    pub is_embedded: bool,
}

/// Loads a TrueType or OpenType font, which every thread of the process may name in
/// [`Fonts::named`](crate::Fonts::named) from now on. The same font under the same name is loaded once.
///
/// # Errors
/// When the name is not of 1 to 64 letters `A` to `Z`, `a` to `z`, digits, `-`, `_` and `.`, or that of another font; when `file` is no such font, takes
/// more than 32 MiB, or when there are 64 fonts or 64 MiB of them.
pub fn load_font(name: &str, file: Vec<u8>) -> Result<()> {
    check_name(name)?;
    let taken = || Error::out_of_range("name", "one that no other font has", shown(name));
    if embedded::names().any(|other| other == name) {
        return Err(taken());
    }
    if file.len() > MOST_BYTES {
        return Err(Error::out_of_range(
            "font",
            format!("a file of at most {MOST_BYTES} bytes"),
            file.len().to_string(),
        ));
    }
    // Told before it is read, as well, so that nobody's time is taken in vain.
    if let Some(other) = named(name) {
        return if other.bytes() == file { Ok(()) } else { Err(taken()) };
    }
    let size = file.len();
    let face = Face::loaded(name, file).ok_or_else(|| {
        Error::out_of_range(
            "font",
            "a TrueType or OpenType font (.ttf, .otf) of one face",
            format!("{size} bytes of something else"),
        )
    })?;
    let mut fonts = FONTS.write();
    if let Some(other) = fonts.iter().find(|other| other.name() == name) {
        return if other.bytes() == face.bytes() { Ok(()) } else { Err(taken()) };
    }
    if fonts.len() == MOST_FONTS {
        return Err(Error::out_of_range("font", format!("one of {MOST_FONTS} loaded fonts at most"), "one more"));
    }
    let bytes: usize = fonts.iter().map(|face| face.bytes().len()).sum();
    if bytes + size > MOST_BYTES_OF_ALL {
        let allowed = format!("{MOST_BYTES_OF_ALL} bytes at most with all that are loaded");
        return Err(Error::out_of_range("font", allowed, (bytes + size).to_string()));
    }
    fonts.push(Arc::new(face));
    CHANGES.fetch_add(1, Ordering::Release);
    Ok(())
}

fn check_name(name: &str) -> Result<()> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(is_letter) {
        let allowed = format!("1 to {LONGEST_NAME} letters A to Z, a to z, digits, '-', '_' and '.'");
        return Err(Error::out_of_range("name", allowed, shown(name)));
    }
    Ok(())
}

/// Takes a loaded font its name; whether there was one. It is freed when the last picture and cache that use it are gone, for
/// which see [`Registry::unload_font`](crate::Registry::unload_font).
pub(crate) fn unload_font(name: &str) -> Option<Unloaded> {
    let mut fonts = FONTS.write();
    let place = fonts.iter().position(|face| face.name() == name)?;
    CHANGES.fetch_add(1, Ordering::Release);
    Some(Unloaded(fonts.remove(place)))
}

/// All fonts, the embedded ones first.
#[must_use]
pub fn fonts() -> Vec<FontInfo> {
    let embedded = embedded::names().map(|name| FontInfo { name: name.to_owned(), bytes: 0, is_embedded: true });
    let loaded = FONTS.read();
    let info =
        |face: &Arc<Face>| FontInfo { name: face.name().to_owned(), bytes: face.bytes().len(), is_embedded: false };
    embedded.chain(loaded.iter().map(info)).collect()
}

pub(super) fn named(name: &str) -> Option<Arc<Face>> {
    FONTS.read().iter().find(|face| face.name() == name).cloned()
}

/// How often a font was loaded or unloaded: what a name was found to stand for is true as long as this is the same.
#[cfg(all(feature = "binding", not(test)))]
pub(crate) fn changes() -> u64 {
    CHANGES.load(Ordering::Acquire)
}
