//! The glyphs that are kept, within a bound.

use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxBuildHasher;

use super::glyph::Glyph;

/// Glyphs in two generations, each of at most half of the atlas's bytes. New ones go into the younger. When that is full it becomes the
/// older, whose place is taken: what has not been drawn for a generation is forgotten, a little at a time, and what is drawn often is
/// back in the younger one before its turn comes.
pub(super) struct Atlas {
    younger: Option<Glyphs>,
    older: Option<Glyphs>,
    /// Of the younger.
    bytes: usize,
}

impl Atlas {
    pub const EMPTY: Self = Self { younger: None, older: None, bytes: 0 };
    /// Every default letter of every face at the sizes of one style takes a few MB, up to 256x60.
    const MOST_BYTES: usize = 16 << 20;

    /// A glyph, and whether it is to be kept anew, as it is in the older generation alone.
    pub fn find(&self, key: &GlyphKey) -> Option<(Arc<Glyph>, bool)> {
        let within = |glyphs: &Option<Glyphs>| glyphs.as_ref()?.get(key).cloned();
        within(&self.younger).map(|glyph| (glyph, false)).or_else(|| within(&self.older).map(|glyph| (glyph, true)))
    }

    /// Adds a glyph; gives back those that it has no room for any more.
    pub fn keep(&mut self, key: GlyphKey, glyph: Arc<Glyph>) -> Option<Glyphs> {
        let size = glyph.field.len() + 128;
        let mut given_up = None;
        if self.bytes + size > Self::MOST_BYTES / 2 {
            given_up = std::mem::replace(&mut self.older, self.younger.take());
            self.bytes = 0;
        }
        if self.younger.get_or_insert_default().insert(key, glyph).is_none() {
            self.bytes += size;
        }
        given_up
    }
}

/// A letter by its serial, and size.
type GlyphKey = (u64, u16, u16);
/// Hashed by a multiplication for each number. The standard library's hasher holds out against whoever chooses keys so that they collide, for
/// which serials leave no choice.
type Glyphs = HashMap<GlyphKey, Arc<Glyph>, FxBuildHasher>;

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters of several faces at many sizes, as a service meets them, fall into as many places as chance would have it.
    #[test]
    fn keys_are_spread_over_a_table() {
        use std::hash::BuildHasher;
        const PLACES: usize = 1 << 13;
        let mut counts = vec![0u32; PLACES];
        for (serial, cap, stretch) in
            (0..91u64).flat_map(|s| (20..29u16).flat_map(move |c| (6..16u16).map(move |w| (s, c, w))))
        {
            counts[FxBuildHasher.hash_one((serial, cap, stretch)) as usize % PLACES] += 1;
        }
        // One for each place on average: by chance 3,007 are left empty, and hardly any has eight.
        assert!(counts.iter().filter(|&&count| count == 0).count() < 3400);
        assert!(counts.iter().all(|&count| count < 10));
    }

    /// One style of the largest pictures has more glyphs than there is room for; those in use must not go with the others.
    #[test]
    fn the_atlas_keeps_to_its_bytes_and_to_what_is_in_use() {
        let glyph = |size: usize| {
            let field = vec![0; size].into();
            Arc::new(Glyph {
                field,
                slope: 8.0,
                columns: 1,
                filled: (1, 1),
                middle: (0.0, 0.0),
                cap: 9.0,
                stretch: 1.0,
            })
        };
        let bytes = |atlas: &Atlas| {
            let all = [&atlas.younger, &atlas.older].into_iter().flatten().flat_map(HashMap::values);
            all.map(|glyph| glyph.field.len() + 128).sum::<usize>()
        };
        let mut atlas = Atlas::EMPTY;
        let in_use = (0, 9, 8);
        atlas.keep(in_use, glyph(1000));
        let mut given_up = 0;
        for i in 1..400 {
            given_up += atlas.keep((i, 9, 8), glyph(150_000)).map_or(0, |glyphs| glyphs.len());
            assert!(bytes(&atlas) <= Atlas::MOST_BYTES, "{} bytes after {i}", bytes(&atlas));
            let (found, is_new) = atlas.find(&in_use).unwrap();
            if is_new {
                atlas.keep(in_use, found);
            }
        }
        assert!(given_up > 200, "{given_up}");
        assert!(atlas.find(&(1, 9, 8)).is_none() && atlas.find(&(399, 9, 8)).is_some());
    }
}
