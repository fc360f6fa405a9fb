//! One cache: a ring of fixed size, each picture of which is taken once.

use std::collections::VecDeque;
use std::sync::Arc;

use rand::{seq::IteratorRandom, Rng};

use crate::picture::Picture;

/// Pictures in the order in which they were drawn. They are shared, so that one can be copied, or dropped, outside of the lock
/// that a cache lies behind.
pub(crate) type Pictures = VecDeque<Arc<Picture>>;

/// The pictures that are ready for one set of options. It knows neither the options nor the bounds; the shelf does.
#[derive(Default)]
pub(crate) struct Cache {
    ring: Pictures,
    bytes: usize,
}

impl Cache {
    /// The picture that has waited longest, which nobody else gets.
    pub fn take(&mut self) -> Option<Arc<Picture>> {
        let picture = self.ring.pop_front()?;
        self.bytes -= size(&picture);
        Some(picture)
    }

    /// One of the pictures, which all stay.
    pub fn pick(&self, rng: &mut impl Rng) -> Option<Arc<Picture>> {
        self.ring.iter().choose(rng).cloned()
    }

    /// Adds a picture.
    pub fn put(&mut self, picture: Arc<Picture>) {
        self.bytes += size(&picture);
        self.ring.push_back(picture);
    }

    /// Takes out the oldest pictures until at most `most` are left.
    pub fn truncate(&mut self, most: usize) -> Pictures {
        let out: Pictures = self.ring.drain(..self.ring.len().saturating_sub(most)).collect();
        self.ring.shrink_to(most);
        self.bytes -= out.iter().map(|picture| size(picture)).sum::<usize>();
        out
    }

    /// All of its pictures.
    pub fn into_pictures(self) -> Pictures {
        self.ring
    }

    /// How many pictures there are.
    pub fn len(&self) -> usize {
        self.ring.len()
    }

    /// The memory that its pictures take.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

/// The memory that a picture takes, its place in the ring and its counts of who shares it included.
pub(crate) fn size(picture: &Picture) -> usize {
    size_of::<Arc<Picture>>()
        + 2 * size_of::<usize>()
        + size_of::<Picture>()
        + picture.text.capacity()
        + picture.image.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    fn picture(text: &str) -> Arc<Picture> {
        Arc::new(Picture { text: text.to_owned(), image: text.as_bytes().into() })
    }

    #[test]
    fn pictures_leave_in_the_order_they_came_once_each() {
        let mut cache = Cache::default();
        for text in ["a", "b", "c"] {
            cache.put(picture(text));
        }
        assert_eq!(cache.len(), 3);
        let taken: Vec<String> = std::iter::from_fn(|| cache.take()).map(|p| p.text.clone()).collect();
        assert_eq!(taken, ["a", "b", "c"]);
    }

    #[test]
    fn picking_keeps_the_set_and_reaches_all_of_it() {
        let mut cache = Cache::default();
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        assert_eq!(cache.pick(&mut rng), None);
        for text in ["a", "b", "c"] {
            cache.put(picture(text));
        }
        let mut seen: Vec<String> = (0..100).map(|_| cache.pick(&mut rng).unwrap().text.clone()).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen, ["a", "b", "c"]);
        assert_eq!(cache.len(), 3);
    }

    #[test]
    fn bytes_follow_the_pictures() {
        let mut cache = Cache::default();
        let one = size(&picture("abc"));
        for _ in 0..5 {
            cache.put(picture("abc"));
        }
        assert_eq!(cache.bytes(), 5 * one);
        assert_eq!(cache.truncate(2).len(), 3);
        assert_eq!((cache.len(), cache.bytes()), (2, 2 * one));
        assert!(cache.truncate(2).is_empty());
        cache.take();
        cache.take();
        assert_eq!(cache.bytes(), 0);
    }
}
