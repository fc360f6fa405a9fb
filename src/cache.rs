//! One cache: a ring of fixed size, each picture of which is taken once.

use std::collections::VecDeque;
use std::time::Instant;

use rand::{seq::IteratorRandom, Rng};

use crate::picture::Picture;

/// The pictures that are ready for one set of options. It knows neither the options nor the time; the registry does.
pub(crate) struct Cache {
    ring: VecDeque<Picture>,
    bytes: usize,
    /// When a picture was last asked of it.
    pub last_used: Instant,
    /// Set when drawing for it failed or memory has no room for more, so that the thread does not try again and again. The
    /// next take clears it.
    pub resting: bool,
}

impl Cache {
    /// An empty cache, used just now.
    pub fn new(now: Instant) -> Self {
        Self { ring: VecDeque::new(), bytes: 0, last_used: now, resting: false }
    }

    /// The picture that has waited longest, which nobody else gets.
    pub fn take(&mut self) -> Option<Picture> {
        let picture = self.ring.pop_front()?;
        self.bytes -= size(&picture);
        Some(picture)
    }

    /// A copy of one of the pictures, which all stay.
    pub fn pick(&self, rng: &mut impl Rng) -> Option<Picture> {
        self.ring.iter().choose(rng).cloned()
    }

    /// Adds a picture, unless there are `most` already.
    pub fn put(&mut self, picture: Picture, most: usize) {
        if self.ring.len() < most {
            self.bytes += size(&picture);
            self.ring.push_back(picture);
        }
    }

    /// Drops the oldest pictures until at most `most` are left.
    pub fn truncate(&mut self, most: usize) {
        while self.ring.len() > most {
            self.take();
        }
        self.ring.shrink_to(most);
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

/// The memory that a picture takes, its place in the ring included.
pub(crate) fn size(picture: &Picture) -> usize {
    std::mem::size_of::<Picture>() + picture.text.capacity() + picture.image.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    fn picture(text: &str) -> Picture {
        Picture { text: text.to_owned(), image: text.as_bytes().into() }
    }

    #[test]
    fn pictures_leave_in_the_order_they_came_once_each() {
        let mut cache = Cache::new(Instant::now());
        for text in ["a", "b", "c", "d"] {
            cache.put(picture(text), 3);
        }
        assert_eq!(cache.len(), 3);
        let taken: Vec<String> = std::iter::from_fn(|| cache.take()).map(|p| p.text).collect();
        assert_eq!(taken, ["a", "b", "c"]);
    }

    #[test]
    fn picking_keeps_the_set_and_reaches_all_of_it() {
        let mut cache = Cache::new(Instant::now());
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        assert_eq!(cache.pick(&mut rng), None);
        for text in ["a", "b", "c"] {
            cache.put(picture(text), 3);
        }
        let mut seen: Vec<String> = (0..100).map(|_| cache.pick(&mut rng).unwrap().text).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen, ["a", "b", "c"]);
        assert_eq!(cache.len(), 3);
    }

    #[test]
    fn bytes_follow_the_pictures() {
        let mut cache = Cache::new(Instant::now());
        let one = size(&picture("abc"));
        for _ in 0..5 {
            cache.put(picture("abc"), 5);
        }
        assert_eq!(cache.bytes(), 5 * one);
        cache.truncate(2);
        assert_eq!((cache.len(), cache.bytes()), (2, 2 * one));
        cache.take();
        cache.take();
        assert_eq!(cache.bytes(), 0);
    }
}
