//! The caches: which there are, in which order they go, which needs a picture most, and what they take together.
//!
//! Plain data: it knows no lock, no thread and no clock. However many caches there are, what is done for one takes about the
//! same time; only what concerns all of them, such as new bounds, goes through all.

mod by_age;
mod demand;

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hashbrown::HashTable;
use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

use crate::cache::{self, Cache, Pictures};
use crate::limits::Limits;
use crate::options::Style;
use crate::picture::Picture;
use by_age::ByAge;
use demand::{Count, Demand};

/// One cache for each style, within [`Limits`].
///
/// While there is room, whoever is asked for gets a cache. When there is none left, the least recently used cache gives way, but
/// only to what was [asked for more often](Demand::outweighs) of late. So those that are asked for once, however many, take
/// nothing from the others; and of styles that come in turn, one more than there are caches, all but one or two keep theirs,
/// where dropping the least recently used would drop each just before it is asked for again. The same goes for memory.
///
/// What it drops is kept until it is [swept](Self::sweep) up, so that a caller that holds a lock can free it afterwards.
pub(crate) struct Shelf {
    limits: Limits,
    caches: ByAge<Place>,
    /// Where in `caches` each style is.
    index: HashTable<usize>,
    /// The caches that are to be filled up.
    needs: BTreeSet<Need>,
    demand: Demand,
    /// Counts asks and caches: a number for each.
    clock: u64,
    pictures: usize,
    bytes: usize,
    evictions: u64,
    dropped: Vec<Pictures>,
    /// For picking pictures, where nothing is secret.
    rng: Xoshiro256PlusPlus,
}

/// A cache, and what is known of it.
struct Place {
    style: Style,
    hash: u64,
    cache: Cache,
    /// Tells it from those that were at its place before.
    serial: u64,
    count: Count,
    last_used: Instant,
    /// When it was last asked for, as `clock` has it.
    last_asked: u64,
    /// Whether it was asked for more than once, or warmed. One that was not is filled after all others: most such are never
    /// asked for again.
    is_known: bool,
    rest: Rest,
    /// Its entry in `needs`, if it is to be filled up.
    need: Option<Need>,
}

/// Why a cache is left alone, so that the thread does not try again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    No,
    /// Drawing failed. The next ask ends it.
    Failed,
    /// A picture of so many bytes found no room. An ask ends it when there is some.
    NoRoom(usize),
}

/// How much a cache needs a picture. The least needs it most: of those that are known the one with the fewest pictures, of
/// these the one used last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Need {
    is_new: bool,
    pictures: usize,
    used: Reverse<u64>,
    place: usize,
}

/// A cache, as who draws for it knows it: the cache may be gone when the picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket {
    place: usize,
    serial: u64,
}

impl Shelf {
    /// A shelf without caches. `seed` is that of the order in which [`pick`](Self::pick) picks.
    pub fn new(limits: Limits, seed: u64) -> Self {
        Self {
            limits,
            caches: ByAge::new(),
            index: HashTable::new(),
            needs: BTreeSet::new(),
            demand: Demand::new(limits.max_caches() as usize),
            clock: 0,
            pictures: 0,
            bytes: 0,
            evictions: 0,
            dropped: Vec::new(),
            rng: Xoshiro256PlusPlus::seed_from_u64(seed),
        }
    }

    /// The picture of the cache of `style` that has waited longest, which nobody else gets. `hash` is that of `style`.
    pub fn take(&mut self, style: &Style, hash: u64, now: Instant) -> Option<Arc<Picture>> {
        let place = self.ask(style, hash, now)?;
        let picture = self.caches[place].cache.take();
        if let Some(picture) = &picture {
            self.pictures -= 1;
            self.bytes -= cache::size(picture);
        }
        self.settle(place);
        picture
    }

    /// A random one of the pictures in the cache of `style`, which all stay; none while it is to get [more](Self::keep).
    pub fn pick(&mut self, style: &Style, hash: u64, now: Instant) -> Option<Arc<Picture>> {
        let place = self.ask(style, hash, now)?;
        self.settle(place);
        let is_full = self.has_enough(place) || matches!(self.caches[place].rest, Rest::NoRoom(_));
        is_full.then(|| self.caches[place].cache.pick(&mut self.rng)).flatten()
    }

    /// Adds a picture to that cache, if it is still there and wants one. Caches that were asked for less often of late, and
    /// longer ago, make room.
    pub fn put(&mut self, ticket: Ticket, picture: Arc<Picture>) {
        let Some(own) = self.own(ticket).filter(|&own| !self.has_enough(own)) else {
            self.dropped.push([picture].into());
            return;
        };
        let size = cache::size(&picture);
        if self.make_room(own, size) {
            self.pictures += 1;
            self.bytes += size;
            self.caches[own].cache.put(picture);
        } else {
            self.caches[own].rest = Rest::NoRoom(size);
            self.dropped.push([picture].into());
        }
        self.settle(own);
    }

    /// Adds a picture to the cache of `style`, if there is one that has room for it.
    pub fn keep(&mut self, style: &Style, hash: u64, picture: Arc<Picture>) {
        if let Some(place) = self.find(style, hash) {
            self.put(self.ticket(place), picture);
        }
    }

    /// Leaves that cache alone until it is asked for: drawing for it failed.
    pub fn rest(&mut self, ticket: Ticket) {
        if let Some(own) = self.own(ticket) {
            self.caches[own].rest = Rest::Failed;
            self.settle(own);
        }
    }

    /// Makes a cache for `style` if there is none, whatever the others were asked for: somebody knows that it will be asked for.
    pub fn warm(&mut self, style: &Style, hash: u64, now: Instant) {
        let place = match self.find(style, hash) {
            Some(place) => place,
            None => {
                self.clock += 1;
                self.add(style, hash, now)
            }
        };
        self.caches.touch(place);
        let own = &mut self.caches[place];
        own.is_known = true;
        own.last_used = now;
        own.rest = Rest::No;
        self.set_need(place, !self.has_enough(place));
    }

    /// The cache of `style`, if there is one and it can take another picture.
    pub fn wanting(&self, style: &Style, hash: u64) -> Option<Ticket> {
        let place = self.find(style, hash)?;
        (!self.has_enough(place) && self.caches[place].rest == Rest::No).then(|| self.ticket(place))
    }

    /// The cache that needs a picture most, if any is to be filled up.
    pub fn next_needy(&self) -> Option<(Ticket, Style)> {
        let place = self.needs.first()?.place;
        Some((self.ticket(place), self.caches[place].style.clone()))
    }

    /// Whether no cache is to be filled up.
    pub fn is_content(&self) -> bool {
        self.needs.is_empty()
    }

    /// When the next cache will have lain unused too long.
    pub fn next_expiry(&self) -> Option<Instant> {
        Some(self.caches[self.caches.oldest()?].last_used + Duration::from_secs(self.limits.max_idle().into()))
    }

    /// Drops the caches that have lain unused too long.
    pub fn drop_expired(&mut self, now: Instant) {
        while self.next_expiry().is_some_and(|expiry| expiry <= now) {
            self.evict_oldest();
        }
    }

    /// The bounds in force.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Sets the bounds. What exceeds them goes, and what they leave room for is to be filled.
    pub fn set_limits(&mut self, limits: Limits) {
        if limits.max_caches() != self.limits.max_caches() {
            self.demand = Demand::new(limits.max_caches() as usize);
            let places: Vec<usize> = self.caches.places().collect();
            places.into_iter().for_each(|place| self.caches[place].count = Count::default());
        }
        self.limits = limits;
        self.keep_at_most(limits.cache_size() as usize);
        while self.caches.len() > limits.max_caches() as usize || self.bytes > limits.max_bytes() as usize {
            self.evict_oldest();
        }
    }

    /// Drops every picture, and keeps the caches, which are then to be filled.
    pub fn empty(&mut self) {
        self.keep_at_most(0);
    }

    /// Drops the caches of some styles: nobody can ask for them any more.
    pub fn drop_styles(&mut self, is_gone: impl Fn(&Style) -> bool) {
        let gone: Vec<usize> = self.caches.places().filter(|&place| is_gone(&self.caches[place].style)).collect();
        let evictions = self.evictions;
        gone.into_iter().for_each(|place| self.evict(place));
        // Nobody was in need of room.
        self.evictions = evictions;
    }

    /// Drops every cache.
    pub fn clear(&mut self) {
        let evictions = self.evictions;
        while self.caches.len() > 0 {
            self.evict_oldest();
        }
        // Nobody was in need of room.
        self.evictions = evictions;
    }

    /// How many caches there are.
    pub fn len(&self) -> usize {
        self.caches.len()
    }

    /// Pictures in all caches.
    pub fn pictures(&self) -> usize {
        self.pictures
    }

    /// Bytes of all pictures.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Caches that were dropped for a bound or for lying unused so far.
    pub fn evictions(&self) -> u64 {
        self.evictions
    }

    /// What was dropped since this was last called.
    #[must_use = "freeing it is what is better done without a lock"]
    pub fn sweep(&mut self) -> Vec<Pictures> {
        std::mem::take(&mut self.dropped)
    }

    /// Counts an ask for `style`, and finds its cache, which it may get now. To be [settled](Self::settle) then.
    fn ask(&mut self, style: &Style, hash: u64, now: Instant) -> Option<usize> {
        self.clock += 1;
        self.demand.tick();
        let Some(place) = self.find(style, hash) else {
            let count = self.demand.count_outsider(hash);
            if self.is_full() && !self.demand.outweighs(count, self.caches[self.caches.oldest()?].count) {
                return None;
            }
            return Some(self.add(style, hash, now));
        };
        self.caches.touch(place);
        let own = &mut self.caches[place];
        self.demand.count(&mut own.count);
        own.last_used = now;
        own.last_asked = self.clock;
        own.is_known = true;
        let rests_on = match own.rest {
            Rest::No | Rest::Failed => false,
            Rest::NoRoom(size) => !self.seems_to_have_room(place, size),
        };
        if !rests_on {
            self.caches[place].rest = Rest::No;
        }
        Some(place)
    }

    fn find(&self, style: &Style, hash: u64) -> Option<usize> {
        self.index.find(hash, |&place| self.caches[place].style == *style).copied()
    }

    fn ticket(&self, place: usize) -> Ticket {
        Ticket { place, serial: self.caches[place].serial }
    }

    /// The place of that cache, if it is still there.
    fn own(&self, ticket: Ticket) -> Option<usize> {
        self.caches.get(ticket.place).is_some_and(|own| own.serial == ticket.serial).then_some(ticket.place)
    }

    fn is_full(&self) -> bool {
        self.caches.len() >= self.limits.max_caches() as usize
    }

    fn has_enough(&self, place: usize) -> bool {
        self.caches[place].cache.len() >= self.limits.cache_size() as usize
    }

    /// Makes a cache, dropping the oldest if there are as many as may be.
    fn add(&mut self, style: &Style, hash: u64, now: Instant) -> usize {
        while self.is_full() {
            self.evict_oldest();
        }
        let place = self.caches.add(Place {
            style: style.clone(),
            hash,
            cache: Cache::default(),
            serial: self.clock,
            count: self.demand.admit(hash),
            last_used: now,
            last_asked: self.clock,
            is_known: false,
            rest: Rest::No,
            need: None,
        });
        self.index.insert_unique(hash, place, |&place| self.caches[place].hash);
        self.caches[place].is_known = self.demand.is_more_than_once(self.caches[place].count);
        place
    }

    fn evict_oldest(&mut self) {
        if let Some(place) = self.caches.oldest() {
            self.evict(place);
        }
    }

    fn evict(&mut self, place: usize) {
        if let Some(need) = self.caches[place].need {
            self.needs.remove(&need);
        }
        let hash = self.caches[place].hash;
        if let Ok(entry) = self.index.find_entry(hash, |&other| other == place) {
            entry.remove();
        }
        if let Some(gone) = self.caches.remove(place) {
            self.demand.dismiss(hash, gone.count);
            self.pictures -= gone.cache.len();
            self.bytes -= gone.cache.bytes();
            self.evictions += 1;
            self.dropped.push(gone.cache.into_pictures());
        }
    }

    /// Makes room for a picture of `size` bytes for the cache at `place`. Nobody goes unless that is enough.
    fn make_room(&mut self, place: usize, size: usize) -> bool {
        let most = self.limits.max_bytes() as usize;
        if size > most {
            return false;
        }
        let mut bytes = self.bytes;
        let mut going = 0;
        for other in self.caches.places() {
            if bytes + size <= most {
                break;
            }
            if other == place || !self.demand.outweighs(self.caches[place].count, self.caches[other].count) {
                return false;
            }
            bytes -= self.caches[other].cache.bytes();
            going += 1;
        }
        for _ in 0..going {
            self.evict_oldest();
        }
        bytes + size <= most
    }

    /// Whether it is worth a try to draw a picture of `size` bytes for the cache at `place`.
    fn seems_to_have_room(&self, place: usize, size: usize) -> bool {
        let most = self.limits.max_bytes() as usize;
        let outweighs =
            |other: usize| other != place && self.demand.outweighs(self.caches[place].count, self.caches[other].count);
        self.bytes + size <= most || (size <= most && self.caches.oldest().is_some_and(outweighs))
    }

    /// Drops pictures until each cache has at most `most`; whatever is not full then is to be filled.
    fn keep_at_most(&mut self, most: usize) {
        let places: Vec<usize> = self.caches.places().collect();
        for place in places {
            let own = &mut self.caches[place];
            let bytes = own.cache.bytes();
            let out = own.cache.truncate(most);
            own.rest = Rest::No;
            self.bytes -= bytes - own.cache.bytes();
            self.pictures -= out.len();
            self.dropped.push(out);
            self.set_need(place, !self.has_enough(place));
        }
    }

    /// Brings the need of the cache at `place` up to date. A cache that is low is filled until it is full, so that the thread
    /// is woken once for a quarter of it rather than for each picture.
    fn settle(&mut self, place: usize) {
        let Place { rest, need, cache, .. } = &self.caches[place];
        let is_low = cache.len() <= self.limits.low_mark();
        let is_needy = *rest == Rest::No && !self.has_enough(place) && (is_low || need.is_some());
        self.set_need(place, is_needy);
    }

    fn set_need(&mut self, place: usize, is_needy: bool) {
        let own = &mut self.caches[place];
        let need = is_needy.then(|| Need {
            is_new: !own.is_known,
            pictures: own.cache.len(),
            used: Reverse(own.last_asked),
            place,
        });
        let before = std::mem::replace(&mut own.need, need);
        if before != need {
            if let Some(before) = before {
                self.needs.remove(&before);
            }
            self.needs.extend(need);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{Format, Options};
    use rand::RngExt;

    /// A shelf that is asked as a registry asks it, its styles known by numbers.
    struct Asked {
        shelf: Shelf,
        now: Instant,
    }

    impl Asked {
        fn new(change: &[(&'static str, u32)]) -> Self {
            Self { shelf: Shelf::new(limits(change), 1), now: Instant::now() }
        }

        /// Whether a picture was there.
        fn take(&mut self, number: u32) -> bool {
            self.shelf.take(&style(number), hash(number), self.now).is_some()
        }

        /// The cache of a style, when it has been asked for a picture.
        fn ask(&mut self, number: u32) -> Option<Ticket> {
            self.take(number);
            self.shelf.find(&style(number), hash(number)).map(|place| self.shelf.ticket(place))
        }

        /// Draws as the thread would, so many pictures of `bytes` bytes at most; returns how many.
        fn draw(&mut self, most: usize, bytes: usize) -> usize {
            for drawn in 0..most {
                let Some((ticket, _)) = self.shelf.next_needy() else { return drawn };
                self.shelf.put(ticket, picture(bytes));
                self.assert_counts_are_true();
            }
            most
        }

        fn numbers(&self) -> Vec<u32> {
            self.shelf.caches.places().map(|place| number(&self.shelf.caches[place].style)).collect()
        }

        /// Pictures in the cache of a style.
        fn pictures(&self, number: u32) -> usize {
            self.shelf.find(&style(number), hash(number)).map_or(0, |place| self.shelf.caches[place].cache.len())
        }

        #[track_caller]
        fn assert_counts_are_true(&self) {
            let Shelf { limits, caches, index, needs, pictures, bytes, .. } = &self.shelf;
            let places: Vec<usize> = caches.places().collect();
            assert_eq!(*pictures, places.iter().map(|&place| caches[place].cache.len()).sum::<usize>());
            assert_eq!(*bytes, places.iter().map(|&place| caches[place].cache.bytes()).sum::<usize>());
            assert!(*bytes <= limits.max_bytes() as usize);
            assert!(places.len() <= limits.max_caches() as usize && places.len() == index.len());
            let mut own: Vec<Need> = places.iter().filter_map(|&place| caches[place].need).collect();
            own.sort();
            assert!(needs.iter().eq(own.iter()));
            for place in places {
                let own = &caches[place];
                assert_eq!(self.shelf.find(&own.style, own.hash), Some(place));
                assert!(own.cache.len() <= limits.cache_size() as usize);
                assert!(own.need.is_none_or(|need| need.pictures == own.cache.len() && need.place == place));
            }
        }
    }

    fn limits(change: &[(&'static str, u32)]) -> Limits {
        change.iter().fold(Limits::default(), |limits, &(name, value)| limits.with(name, value.into()).unwrap())
    }

    /// There are more numbers than widths.
    fn style(number: u32) -> Style {
        let (width, height) = (32 + number % 900, 16 + number / 900);
        Style::new(Options { width, height, format: Format::Png, ..Options::default() }).unwrap()
    }

    fn number(style: &Style) -> u32 {
        style.options().width - 32 + (style.options().height - 16) * 900
    }

    fn hash(number: u32) -> u64 {
        u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn picture(bytes: usize) -> Arc<Picture> {
        Arc::new(Picture { text: String::new(), image: vec![0; bytes].into() })
    }

    #[test]
    fn while_there_is_room_everybody_gets_a_cache_and_is_filled() {
        let mut asked = Asked::new(&[]);
        for number in 0..64 {
            assert!(!asked.take(number));
        }
        assert_eq!(asked.draw(10_000, 10), 64 * 20);
        assert!((0..64).all(|number| asked.take(number)));
        assert_eq!((asked.shelf.len(), asked.shelf.evictions()), (64, 0));
    }

    #[test]
    fn the_least_recently_used_gives_way_to_what_is_asked_for_more() {
        let mut asked = Asked::new(&[("maxCaches", 3)]);
        for number in [0, 3, 6, 0] {
            asked.ask(number);
        }
        assert_eq!(asked.numbers(), [3, 6, 0]);
        // Once is no more than what the oldest was asked for, nor twice much more.
        assert!(asked.ask(9).is_none() && asked.ask(9).is_none());
        assert!(asked.ask(9).is_some());
        assert_eq!(asked.numbers(), [6, 0, 9]);
        assert_eq!(asked.shelf.evictions(), 1);
        // It has lost its place, not its count.
        asked.ask(3);
        assert!(asked.ask(3).is_some());
        asked.assert_counts_are_true();
    }

    #[test]
    fn styles_whose_hashes_are_equal_are_told_apart() {
        let mut asked = Asked::new(&[]);
        for number in [0, 1, 2] {
            asked.shelf.take(&style(number), 7, asked.now);
        }
        assert_eq!(asked.numbers(), [0, 1, 2]);
        asked.shelf.take(&style(1), 7, asked.now);
        let (ticket, needy) = asked.shelf.next_needy().unwrap();
        assert_eq!(number(&needy), 1);
        asked.shelf.put(ticket, picture(10));
        asked.shelf.set_limits(limits(&[("maxCaches", 1)]));
        assert_eq!((asked.numbers(), asked.shelf.pictures()), (vec![1], 1));
    }

    /// Hits in percent, asked for by `order`, while the thread draws so many pictures for each ask.
    fn hits(asked: &mut Asked, draws: usize, asks: usize, mut order: impl FnMut(usize) -> u32) -> usize {
        let mut hits = 0;
        for i in 0..asks {
            hits += usize::from(asked.take(order(i)));
            asked.draw(draws, 10);
        }
        100 * hits / asks
    }

    #[test]
    fn one_style_more_than_caches_in_turn_costs_no_more_than_its_own_share() {
        for (styles, share) in [(64, 99), (65, 97), (80, 79), (128, 49), (640, 9)] {
            let mut asked = Asked::new(&[]);
            hits(&mut asked, 2, 3000, |i| i as u32 % styles);
            let before = asked.shelf.evictions();
            let own = hits(&mut asked, 2, 20_000, |i| i as u32 % styles);
            assert!(own >= share, "{styles} styles: {own} %");
            assert_eq!(asked.shelf.evictions(), before, "{styles} styles");
        }
    }

    #[test]
    fn styles_that_are_asked_for_once_take_nothing_from_one_that_is_asked_for_often() {
        let mut asked = Asked::new(&[]);
        let mut once = 1;
        // Ten of the one in a row, then ten that never come again; and no more is drawn than is taken.
        let order = |i: usize| {
            once += 1;
            if i % 20 < 10 {
                0
            } else {
                once
            }
        };
        let all = hits(&mut asked, 1, 20_000, order);
        assert!(all >= 49, "{all} %");
        assert!(asked.shelf.evictions() == 0 && asked.pictures(0) >= 9);
    }

    #[test]
    fn chance_moves_few_caches() {
        let mut asked = Asked::new(&[]);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let own = hits(&mut asked, 4, 30_000, |_| rng.random_range(0..100));
        // 64 of 100 have a cache, a new one is empty at first.
        assert!(own >= 60, "{own} %");
        assert!(asked.shelf.evictions() < 600, "{}", asked.shelf.evictions());
    }

    #[test]
    fn what_becomes_popular_gets_a_cache_soon() {
        let mut asked = Asked::new(&[]);
        for era in 0..4 {
            let own = hits(&mut asked, 4, 10_000, |i| era * 1000 + i as u32 % 60);
            assert!(own >= 80, "era {era}: {own} %");
        }
    }

    #[test]
    fn the_emptiest_is_filled_first_and_what_was_asked_for_once_last() {
        let mut asked = Asked::new(&[("cacheSize", 4)]);
        asked.ask(0);
        asked.ask(3);
        asked.ask(3);
        asked.ask(6);
        asked.ask(6);
        // The last used first, then in turn; what was asked for once when they are full.
        let order: Vec<u32> = std::iter::from_fn(|| {
            let (ticket, style) = asked.shelf.next_needy()?;
            asked.shelf.put(ticket, picture(1));
            Some(number(&style))
        })
        .collect();
        assert_eq!(order, [6, 3, 6, 3, 6, 3, 6, 3, 0, 0, 0, 0]);
    }

    #[test]
    fn a_cache_is_filled_from_three_quarters_on_until_it_is_full() {
        let mut asked = Asked::new(&[]);
        asked.take(0);
        assert_eq!(asked.draw(100, 1), 20);
        for left in (16..20).rev() {
            assert!(asked.take(0) && asked.shelf.is_content(), "{left}");
        }
        assert!(asked.take(0) && !asked.shelf.is_content());
        assert_eq!(asked.draw(3, 1), 3);
        assert!(asked.take(0) && !asked.shelf.is_content());
        assert_eq!(asked.draw(100, 1), 3);
    }

    #[test]
    fn a_picture_larger_than_all_memory_drives_nobody_out() {
        let mut asked = Asked::new(&[("maxBytes", 100_000)]);
        asked.ask(0);
        asked.draw(100, 1000);
        for _ in 0..100 {
            asked.ask(3);
        }
        let ticket = asked.ask(3).unwrap();
        asked.shelf.put(ticket, picture(100_000));
        assert_eq!((asked.pictures(0), asked.pictures(3), asked.shelf.evictions()), (20, 0, 0));
        // And is not tried again while that is so.
        assert!(asked.shelf.is_content() && !asked.take(3) && asked.shelf.is_content());
        asked.shelf.set_limits(limits(&[("maxBytes", 200_000)]));
        assert!(!asked.shelf.is_content());
        asked.assert_counts_are_true();
    }

    #[test]
    fn memory_goes_to_what_is_asked_for_more() {
        let mut asked = Asked::new(&[("maxBytes", 25_000)]);
        asked.ask(0);
        asked.draw(100, 1000);
        assert_eq!(asked.pictures(0), 20);
        // Asked for as often, the newer one gets what is left.
        asked.ask(3);
        asked.draw(100, 1000);
        assert_eq!((asked.pictures(0), asked.pictures(3)), (20, 3));
        // It rests then: nothing is drawn for it in vain.
        assert!(asked.take(3));
        asked.draw(1, 1000);
        assert!(asked.shelf.is_content());
        assert!(asked.take(3) && !asked.shelf.is_content());
        asked.draw(100, 1000);
        assert_eq!((asked.pictures(0), asked.pictures(3), asked.shelf.evictions()), (0, 20, 1));
    }

    #[test]
    fn nobody_goes_unless_that_makes_room_enough() {
        let mut asked = Asked::new(&[("maxBytes", 20_000), ("cacheSize", 1)]);
        asked.ask(0);
        asked.draw(1, 1000);
        for _ in 0..10 {
            asked.ask(3);
        }
        asked.draw(1, 15_000);
        let ticket = (0..5).map(|_| asked.ask(6)).last().flatten().unwrap();
        // The first would have to go and is not enough, the second may not.
        asked.shelf.put(ticket, picture(10_000));
        assert_eq!((asked.pictures(0), asked.pictures(3), asked.pictures(6)), (1, 1, 0));
        asked.shelf.put(ticket, picture(4000));
        assert_eq!((asked.pictures(0), asked.pictures(3), asked.pictures(6)), (0, 1, 1));
        asked.assert_counts_are_true();
    }

    #[test]
    fn unused_caches_are_dropped() {
        let mut asked = Asked::new(&[("maxIdle", 10)]);
        let start = asked.now;
        asked.ask(0);
        asked.now += Duration::from_secs(5);
        asked.ask(3);
        assert_eq!(asked.shelf.next_expiry(), Some(start + Duration::from_secs(10)));
        asked.shelf.drop_expired(start + Duration::from_secs(9));
        assert_eq!(asked.shelf.len(), 2);
        asked.shelf.drop_expired(start + Duration::from_secs(10));
        assert_eq!(asked.numbers(), [3]);
        asked.shelf.drop_expired(start + Duration::from_secs(100));
        assert_eq!((asked.shelf.next_expiry(), asked.shelf.evictions()), (None, 2));
    }

    #[test]
    fn failed_drawing_rests_until_the_next_ask() {
        let mut asked = Asked::new(&[]);
        let ticket = asked.ask(0).unwrap();
        asked.shelf.rest(ticket);
        assert!(asked.shelf.is_content());
        asked.take(0);
        assert!(!asked.shelf.is_content());
    }

    #[test]
    fn what_is_dropped_is_there_to_be_freed_later() {
        let mut asked = Asked::new(&[]);
        asked.ask(0);
        asked.draw(100, 10);
        let count = |shelf: &mut Shelf| shelf.sweep().iter().map(std::collections::VecDeque::len).sum::<usize>();
        asked.shelf.set_limits(limits(&[("cacheSize", 5)]));
        assert_eq!(count(&mut asked.shelf), 15);
        let ticket = asked.ask(0).unwrap();
        asked.shelf.put(ticket, picture(10));
        asked.shelf.put(ticket, picture(10));
        assert_eq!(count(&mut asked.shelf), 1);
        asked.shelf.empty();
        assert_eq!(count(&mut asked.shelf), 5);
        asked.draw(100, 10);
        asked.shelf.clear();
        assert_eq!((count(&mut asked.shelf), count(&mut asked.shelf), asked.shelf.evictions()), (5, 0, 0));
    }

    #[test]
    fn counts_and_orders_are_true_whatever_happens() {
        let mut asked = Asked::new(&[("maxCaches", 8), ("maxBytes", 20_000)]);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
        let mut tickets = Vec::new();
        for _ in 0..30_000 {
            let number = rng.random_range(0..20);
            match rng.random_range(0..100) {
                0 => asked.shelf.set_limits(limits(&[
                    ("maxCaches", rng.random_range(1..12)),
                    ("maxBytes", rng.random_range(0..30_000)),
                    ("cacheSize", rng.random_range(1..30)),
                ])),
                1 => asked.shelf.empty(),
                2 => asked.shelf.clear(),
                3 => asked.shelf.warm(&style(number), hash(number), asked.now),
                4 => asked.shelf.drop_expired(asked.now),
                5 => asked.shelf.keep(&style(number), hash(number), picture(200)),
                6 => asked.now += Duration::from_secs(rng.random_range(0..500)),
                7..40 => tickets.extend(asked.ask(number)),
                40..70 => drop(asked.take(number)),
                70..80 => drop(asked.draw(3, rng.random_range(0..2000))),
                _ => {
                    // Of caches that may be gone.
                    if let Some(&ticket) = tickets.get(tickets.len().saturating_sub(rng.random_range(1..9))) {
                        match number % 4 {
                            0 => asked.shelf.rest(ticket),
                            1 => drop(asked.shelf.pick(&style(number), hash(number), asked.now)),
                            _ => asked.shelf.put(ticket, picture(500)),
                        }
                    }
                }
            }
            asked.assert_counts_are_true();
        }
    }
}
