//! The keys that were given of late, and what they say.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use crate::error::Result;
use crate::options::Style;

/// Keys at most: as many as there may be caches.
const MOST: usize = 1024;
/// Bytes of them together at most. That is three times what so many of the usual length take, and more than the longest one takes.
const MOST_BYTES: usize = 256 * 1024;

/// Styles by their keys: to read a key takes as long as several takes of a picture. What does not fit any more drives out all others.
pub(crate) struct Keys {
    known: HashTable<Known>,
    hasher: RandomState,
    bytes: usize,
    /// How often fonts had been loaded or unloaded when these keys were read: a name may stand for another one since.
    changes: u64,
}

struct Known {
    key: Box<str>,
    style: Style,
}

impl Keys {
    pub fn new() -> Self {
        Self { known: HashTable::new(), hasher: RandomState::new(), bytes: 0, changes: 0 }
    }

    /// Calls `with` with the style of a key. `changes` says how often fonts have been loaded or unloaded by now.
    ///
    /// # Errors
    /// As [`Style::from_key`].
    pub fn with<T>(&mut self, key: &str, changes: u64, with: impl FnOnce(&Style) -> T) -> Result<T> {
        if self.changes != changes {
            self.changes = changes;
            self.clear();
        }
        let hash = self.hasher.hash_one(key);
        if let Some(known) = self.known.find(hash, |known| *known.key == *key) {
            return Ok(with(&known.style));
        }
        let style = Style::from_key(key)?;
        let result = with(&style);
        self.add(hash, Known { key: key.into(), style });
        Ok(result)
    }

    fn add(&mut self, hash: u64, known: Known) {
        if self.known.len() == MOST || self.bytes + known.key.len() > MOST_BYTES {
            self.clear();
        }
        self.bytes += known.key.len();
        self.known.insert_unique(hash, known, |known| self.hasher.hash_one(&*known.key));
    }

    fn clear(&mut self) {
        self.known.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(width: usize) -> String {
        format!("{width}\n60\n40\n50\n57\n6\n\npng\nnormal")
    }

    fn width(keys: &mut Keys, key: &str) -> u32 {
        keys.with(key, 0, |style| style.options().width).unwrap()
    }

    #[test]
    fn a_key_says_the_same_whether_it_is_known_or_not() {
        let mut keys = Keys::new();
        for _ in 0..3 {
            for one in [100, 101, 102] {
                assert_eq!(width(&mut keys, &key(one)), one as u32);
            }
        }
        assert_eq!(keys.known.len(), 3);
        assert_eq!(keys.bytes, 3 * key(100).len());
    }

    #[test]
    fn what_cannot_be_read_is_an_error_each_time_and_not_kept() {
        let mut keys = Keys::new();
        let error = Style::from_key("5").unwrap_err();
        for _ in 0..2 {
            assert_eq!(keys.with("5", 0, |_| ()).unwrap_err().to_string(), error.to_string());
        }
        assert_eq!(keys.known.len(), 0);
    }

    #[test]
    fn there_are_so_many_at_most() {
        let mut keys = Keys::new();
        let key = |i: usize| format!("{}\n{}\n40\n50\n57\n6\n\npng\nnormal", 32 + i % 900, 16 + i / 900);
        for i in 0..MOST {
            width(&mut keys, &key(i));
        }
        assert_eq!(keys.known.len(), MOST);
        width(&mut keys, &key(0));
        assert_eq!(keys.known.len(), MOST);
        width(&mut keys, &key(MOST));
        assert_eq!((keys.known.len(), keys.bytes), (1, key(MOST).len()));
    }

    #[test]
    fn they_have_so_many_bytes_at_most() {
        let mut keys = Keys::new();
        let letters: String = ('\u{4e00}'..'\u{9fff}').filter(|&letter| reads(letter)).take(150).collect();
        let key = |i: usize| format!("{}\n60\n40\n50\n57\n6\n{letters}\npng\nnormal", 32 + i);
        let fit = MOST_BYTES / key(100).len();
        assert!(fit < 900, "each has to be {} bytes long", MOST_BYTES / 900);
        for i in 100..100 + fit {
            width(&mut keys, &key(i));
        }
        assert_eq!((keys.known.len(), keys.bytes), (fit, fit * key(100).len()));
        assert!(keys.bytes <= MOST_BYTES);
        width(&mut keys, &key(99));
        assert_eq!(keys.known.len(), 1);
    }

    /// Whether a charset may have it, whatever the fonts draw of it.
    fn reads(letter: char) -> bool {
        Style::from_key(&format!("100\n60\n40\n50\n57\n6\n{letter}\npng\nnormal")).is_ok()
    }

    #[test]
    fn a_change_of_the_fonts_forgets_all() {
        let mut keys = Keys::new();
        width(&mut keys, &key(100));
        assert!(keys.with(&key(101), 1, |_| ()).is_ok());
        assert_eq!((keys.known.len(), keys.bytes), (1, key(101).len()));
    }
}
