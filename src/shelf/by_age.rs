//! Things in the order in which they were last touched.

use std::ops::{Index, IndexMut};

/// Things that are found, touched, added and removed in constant time, and known by how long ago they were touched last.
///
/// A list whose links are places in one vector. The vector is as long as there have ever been things at once.
pub(crate) struct ByAge<T> {
    nodes: Vec<Node<T>>,
    /// Places that are free.
    free: Vec<usize>,
    oldest: usize,
    newest: usize,
}

struct Node<T> {
    /// None where the place is free.
    thing: Option<T>,
    older: usize,
    newer: usize,
}

/// A link to no node.
const NONE: usize = usize::MAX;

impl<T> ByAge<T> {
    pub fn new() -> Self {
        Self { nodes: Vec::new(), free: Vec::new(), oldest: NONE, newest: NONE }
    }

    /// How many things there are.
    pub fn len(&self) -> usize {
        self.nodes.len() - self.free.len()
    }

    /// Adds a thing, the newest now, and tells its place, which it has until it is removed.
    pub fn add(&mut self, thing: T) -> usize {
        let node = Node { thing: Some(thing), older: NONE, newer: NONE };
        let place = match self.free.pop() {
            Some(place) => {
                self.nodes[place] = node;
                place
            }
            None => {
                self.nodes.push(node);
                self.nodes.len() - 1
            }
        };
        self.link(place);
        place
    }

    /// Takes out what is at `place`.
    pub fn remove(&mut self, place: usize) -> Option<T> {
        let thing = self.nodes.get_mut(place)?.thing.take()?;
        self.unlink(place);
        self.free.push(place);
        Some(thing)
    }

    /// Makes what is at `place` the newest.
    pub fn touch(&mut self, place: usize) {
        if self.newest != place {
            self.unlink(place);
            self.link(place);
        }
    }

    /// What is at `place`, if there is anything.
    pub fn get(&self, place: usize) -> Option<&T> {
        self.nodes.get(place)?.thing.as_ref()
    }

    /// The place of the thing that was touched longest ago.
    pub fn oldest(&self) -> Option<usize> {
        (self.oldest != NONE).then_some(self.oldest)
    }

    /// All places, from the oldest thing's on.
    pub fn places(&self) -> impl Iterator<Item = usize> + '_ {
        let next = |&place: &usize| Some(self.nodes[place].newer).filter(|&place| place != NONE);
        std::iter::successors(self.oldest(), next)
    }

    fn link(&mut self, place: usize) {
        let older = std::mem::replace(&mut self.newest, place);
        self.nodes[place].older = older;
        self.nodes[place].newer = NONE;
        match older {
            NONE => self.oldest = place,
            _ => self.nodes[older].newer = place,
        }
    }

    fn unlink(&mut self, place: usize) {
        let Node { older, newer, .. } = self.nodes[place];
        match older {
            NONE => self.oldest = newer,
            _ => self.nodes[older].newer = newer,
        }
        match newer {
            NONE => self.newest = older,
            _ => self.nodes[newer].older = older,
        }
    }
}

impl<T> Index<usize> for ByAge<T> {
    type Output = T;

    fn index(&self, place: usize) -> &T {
        self.nodes[place].thing.as_ref().expect("the place is taken")
    }
}

impl<T> IndexMut<usize> for ByAge<T> {
    fn index_mut(&mut self, place: usize) -> &mut T {
        self.nodes[place].thing.as_mut().expect("the place is taken")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, RngExt, SeedableRng};

    #[test]
    fn it_does_what_a_plain_list_does() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut by_age = ByAge::new();
        // Place and thing, the oldest first.
        let mut plain: Vec<(usize, u32)> = Vec::new();
        let mut most = 0;
        for step in 0..20_000u32 {
            match (rng.random_range(0..4), plain.len()) {
                (0, len) if len > 0 => {
                    let (place, thing) = plain.remove(rng.random_range(0..len));
                    assert_eq!(by_age.remove(place), Some(thing));
                    assert!(by_age.get(place).is_none() && by_age.remove(place).is_none());
                }
                (1 | 2, len) if len > 0 => {
                    let touched = plain.remove(rng.random_range(0..len));
                    by_age.touch(touched.0);
                    plain.push(touched);
                }
                (_, len) if len < 30 => plain.push((by_age.add(step), step)),
                _ => {}
            }
            most = most.max(plain.len());
            assert_eq!(by_age.len(), plain.len());
            assert_eq!(by_age.oldest(), plain.first().map(|&(place, _)| place));
            assert!(by_age.places().map(|place| (place, by_age[place])).eq(plain.iter().copied()));
        }
        assert_eq!(by_age.nodes.len(), most, "places are used again");
    }
}
