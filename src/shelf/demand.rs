//! How often sets of options were asked for of late.

use std::collections::HashMap;

/// Counts who asks for what, in windows of so many asks: what counts is this window and half of the one before.
///
/// Admission by how often something was asked for is TinyLFU's (Einziger, Friedman and Manes, "TinyLFU: A Highly Efficient Cache
/// Admission Policy", ACM Transactions on Storage 13(4), 2017), which counts in a sketch that it halves from time to time. Here
/// there are a thousand caches at most, so counts can be exact; and the two windows make halving them cost nothing.
///
/// What has a cache keeps its own [`Count`]; the others' are here, found by the hash of their options, at most as many in
/// each window as there were asks in it: 16 times the caches that there may be, 32,768 in both together, 16 bytes each.
pub(crate) struct Demand {
    window: u64,
    /// Asks in this window, fewer than `length`.
    asks: usize,
    length: usize,
    this: HashMap<u64, u32>,
    last: HashMap<u64, u32>,
}

/// How often one set of options was asked for in a window and in the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    window: u64,
    this: u32,
    last: u32,
}

impl Demand {
    /// Counts for so many caches at most.
    pub fn new(max_caches: usize) -> Self {
        Self {
            window: 0,
            asks: 0,
            length: ASKS_A_CACHE * max_caches.max(FEWEST),
            this: HashMap::new(),
            last: HashMap::new(),
        }
    }

    /// To be called before each ask is counted.
    pub fn tick(&mut self) {
        if self.asks == self.length {
            self.asks = 0;
            self.window += 1;
            std::mem::swap(&mut self.this, &mut self.last);
            self.this.clear();
        }
        self.asks += 1;
    }

    /// Counts an ask for what has a cache.
    pub fn count(&self, count: &mut Count) {
        *count = self.now(*count);
        count.this += 1;
    }

    /// Counts an ask for what has none, and tells its count.
    pub fn count_outsider(&mut self, hash: u64) -> Count {
        let this = self.this.entry(hash).or_default();
        *this += 1;
        Count { window: self.window, this: *this, last: self.last.get(&hash).copied().unwrap_or_default() }
    }

    /// Takes out the count of what gets a cache.
    pub fn admit(&mut self, hash: u64) -> Count {
        let this = self.this.remove(&hash).unwrap_or_default();
        let last = self.last.remove(&hash).unwrap_or_default();
        Count { window: self.window, this, last }
    }

    /// Goes on counting for what has lost its cache.
    pub fn dismiss(&mut self, hash: u64, count: Count) {
        let Count { this, last, .. } = self.now(count);
        for (asks, window) in [(this, &mut self.this), (last, &mut self.last)] {
            if asks > 0 {
                window.insert(hash, asks);
            }
        }
    }

    /// Whether what has the count `new` should have the room that what has the count `old` takes: when it was asked for half
    /// as often again, and twice more at least. Less would be chance, and a change costs a cache full of pictures: those
    /// thrown away, and those drawn.
    pub fn outweighs(&self, new: Count, old: Count) -> bool {
        let (new, old) = (self.weight(new), self.weight(old));
        new >= old + 2 && 2 * new > 3 * old
    }

    /// Whether that is an ask for something that is known of late.
    pub fn is_more_than_once(&self, count: Count) -> bool {
        let Count { this, last, .. } = self.now(count);
        this + last > 1
    }

    fn weight(&self, count: Count) -> u32 {
        let Count { this, last, .. } = self.now(count);
        this + last / 2
    }

    /// The count as it is in this window, made in an earlier one maybe.
    fn now(&self, count: Count) -> Count {
        match self.window - count.window {
            0 => count,
            1 => Count { window: self.window, this: 0, last: count.this },
            _ => Count { window: self.window, ..Count::default() },
        }
    }
}

/// Asks in a window for each cache that there may be. Twice as many tell better what is asked for often, and adapt half as
/// fast.
const ASKS_A_CACHE: usize = 16;
/// A window is never shorter than for so many caches: chance would decide.
const FEWEST: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(demand: &mut Demand, times: usize, hash: u64) -> Count {
        for _ in 1..times {
            demand.tick();
            demand.count_outsider(hash);
        }
        demand.tick();
        demand.count_outsider(hash)
    }

    #[test]
    fn the_room_goes_to_what_is_asked_for_half_as_often_again_and_twice_more() {
        let mut demand = Demand::new(64);
        for (new, old, outweighs) in
            [(1, 1, false), (2, 1, false), (3, 1, true), (5, 4, false), (6, 4, false), (7, 4, true)]
        {
            let (new_hash, old_hash) = (1000 + new as u64, 2000 + old as u64);
            demand.admit(new_hash);
            demand.admit(old_hash);
            let (new, old) = (asked(&mut demand, new, new_hash), asked(&mut demand, old, old_hash));
            assert_eq!(demand.outweighs(new, old), outweighs, "{new:?} {old:?}");
        }
        let twice = asked(&mut demand, 2, 1);
        assert!(demand.outweighs(twice, Count::default()));
        let once = asked(&mut demand, 1, 2);
        assert!(!demand.outweighs(once, Count::default()));
    }

    #[test]
    fn counts_fade_with_the_windows() {
        let mut demand = Demand::new(64);
        let mut resident = Count::default();
        demand.tick();
        for _ in 0..8 {
            demand.count(&mut resident);
        }
        let weights: Vec<u32> = (0..3)
            .map(|_| {
                let weight = demand.weight(resident);
                (0..16 * 64).for_each(|_| demand.tick());
                weight
            })
            .collect();
        assert_eq!(weights, [8, 4, 0]);
        assert_eq!(demand.now(resident), Count { window: 3, this: 0, last: 0 });
    }

    #[test]
    fn a_count_goes_with_its_options_and_comes_back() {
        let mut demand = Demand::new(64);
        let count = asked(&mut demand, 5, 7);
        assert_eq!(demand.admit(7), count);
        assert_eq!(demand.admit(7), Count { window: 0, this: 0, last: 0 });
        demand.dismiss(7, count);
        assert_eq!(asked(&mut demand, 1, 7).this, 6);
        // Into the window that it belongs to, too.
        (0..16 * 64).for_each(|_| demand.tick());
        demand.dismiss(8, count);
        assert_eq!(asked(&mut demand, 1, 8), Count { window: 1, this: 1, last: 5 });
    }

    #[test]
    fn it_keeps_no_more_counts_than_there_were_asks() {
        for (max_caches, most) in [(1, 256), (64, 1024), (1024, 16_384)] {
            let mut demand = Demand::new(max_caches);
            for hash in 0..100_000 {
                asked(&mut demand, 1, hash);
                assert!(demand.this.len() <= most && demand.last.len() <= most);
            }
            assert_eq!(demand.last.len(), most);
        }
    }
}
