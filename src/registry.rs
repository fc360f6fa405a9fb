//! The caches as many threads use them: the lock around them, and telling the thread that refills them.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;
use std::time::Instant;

use crate::bell::Bell;
use crate::error::{panic_message, Error, Result};
use crate::font;
use crate::limits::Limits;
use crate::options::Style;
use crate::picture::Picture;
use crate::shelf::{Shelf, Ticket};
use crate::sync::Mutex;

/// One cache for each style, found by value, within [`Limits`].
///
/// All of them lie behind one lock, which is held for a look-up and a move at most: pictures are drawn, copied and freed outside
/// of it. That makes every bound exact at every moment.
///
/// A registry alone draws whatever is asked of it while the caller waits. [`with_refill`](Self::with_refill) makes one that has a
/// thread to draw ahead.
///
/// A process that forks has the pictures that are ready then twice: one of the two should [`clear`](Self::clear) its registry.
/// What is drawn afterwards differs.
pub struct Registry {
    state: Mutex<State>,
    /// What styles are hashed with, before the lock is taken.
    hasher: RandomState,
    bell: Bell,
    draw: Draw,
}

type Draw = fn(&Style) -> Result<Picture>;

/// What a [`Registry`] holds and has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Caches now.
    pub caches: usize,
    /// Pictures in them now.
    pub pictures: usize,
    /// Bytes of those pictures now.
    pub bytes: usize,
    /// Pictures that callers got from a cache so far.
    pub hits: u64,
    /// Pictures that were drawn while a caller waited so far, those of a given text among them.
    pub misses: u64,
    /// Pictures that were drawn ahead so far.
    pub refills: u64,
    /// Caches that were dropped for a bound or for lying unused so far.
    pub evictions: u64,
    /// Panics that were caught so far.
    pub panics: u64,
    /// Whether the caches are refilled.
    pub running: bool,
}

struct State {
    shelf: Shelf,
    /// ccap's switch: while it is off, caches are neither refilled nor emptied.
    running: bool,
    hits: u64,
    misses: u64,
    refills: u64,
    panics: u64,
}

/// What the thread does next: draw, or sleep until it is wanted or a cache has lain unused too long.
pub(crate) enum Next {
    Draw(Job),
    Sleep(Option<Instant>),
}

/// What the thread is to draw.
pub(crate) struct Job {
    ticket: Ticket,
    style: Style,
}

impl Default for Registry {
    fn default() -> Self {
        Self::new(Picture::random)
    }
}

impl Registry {
    pub(crate) fn new(draw: Draw) -> Self {
        let hasher = RandomState::new();
        // Which pictures are shown while refilling is stopped need be no secret.
        let seed = hasher.hash_one(0);
        Self {
            state: Mutex::new(State {
                shelf: Shelf::new(Limits::default(), seed),
                running: true,
                hits: 0,
                misses: 0,
                refills: 0,
                panics: 0,
            }),
            hasher,
            bell: Bell::default(),
            draw,
        }
    }

    /// A picture of a random text that nobody else gets: from the cache, or drawn now when that is empty.
    ///
    /// While the registry is [stopped](Self::stop) it is a copy of a random one of those that are there, once the cache is full.
    /// Until then it is drawn now, and kept.
    ///
    /// # Errors
    /// When the options cannot be drawn.
    pub fn take(&self, style: &Style) -> Result<Picture> {
        self.take_shared(style).map(Arc::unwrap_or_clone)
    }

    /// As [`take`](Self::take), but `None` instead of drawing.
    pub fn try_take(&self, style: &Style) -> Option<Picture> {
        self.try_take_shared(style).map(Arc::unwrap_or_clone)
    }

    /// As [`take`](Self::take), for who copies the picture anyway: a random one is not copied before.
    pub(crate) fn take_shared(&self, style: &Style) -> Result<Arc<Picture>> {
        match self.try_take_shared(style) {
            Some(picture) => Ok(picture),
            None => self.draw_random_shared(style),
        }
    }

    /// As [`take_shared`](Self::take_shared), but `None` instead of drawing.
    pub(crate) fn try_take_shared(&self, style: &Style) -> Option<Arc<Picture>> {
        let hash = self.hasher.hash_one(style);
        let now = Instant::now();
        let (picture, is_news) = self.change(|state| {
            let was_content = state.shelf.is_content();
            let picture =
                if state.running { state.shelf.take(style, hash, now) } else { state.shelf.pick(style, hash, now) };
            state.hits += u64::from(picture.is_some());
            (picture, was_content && state.running && !state.shelf.is_content())
        });
        if is_news {
            self.bell.ring();
        }
        picture
    }

    /// A picture of `text`, drawn now.
    ///
    /// # Errors
    /// When the text cannot be drawn.
    pub fn draw_text(&self, text: &str, style: &Style) -> Result<Box<[u8]>> {
        let image = self.guarded(|| Picture::of(text, style))?;
        self.change(|state| state.misses += 1);
        Ok(image)
    }

    /// A picture of a random text, drawn now, whatever the cache holds. While the registry is [stopped](Self::stop) a copy is kept
    /// in the cache, if that is not full.
    ///
    /// # Errors
    /// When the options cannot be drawn.
    pub fn draw_random(&self, style: &Style) -> Result<Picture> {
        self.draw_random_shared(style).map(Arc::unwrap_or_clone)
    }

    fn draw_random_shared(&self, style: &Style) -> Result<Arc<Picture>> {
        let picture = Arc::new(self.guarded(|| (self.draw)(style))?);
        let is_running = self.change(|state| {
            state.misses += 1;
            state.running
        });
        if is_running {
            return Ok(picture);
        }
        let hash = self.hasher.hash_one(style);
        self.change(|state| {
            // It may have been started meanwhile: then nobody else is to get what this caller gets.
            if !state.running {
                state.shelf.keep(style, hash, Arc::clone(&picture));
            }
        });
        Ok(picture)
    }

    /// Draws pictures ahead until the cache of `style` is full, as many as it can hold at most. It is made if need be, whatever
    /// others were asked for: the least recently used makes room.
    ///
    /// # Errors
    /// When the options cannot be drawn.
    pub fn warm(&self, style: &Style) -> Result<()> {
        for _ in 0..self.prepare(style) {
            if !self.draw_one_ahead(style)? {
                break;
            }
        }
        Ok(())
    }

    /// Makes the cache of `style`, as [`warm`](Self::warm) does, and tells how many pictures it can hold.
    pub fn prepare(&self, style: &Style) -> u32 {
        let hash = self.hasher.hash_one(style);
        let now = Instant::now();
        let cache_size = self.change(|state| {
            state.shelf.warm(style, hash, now);
            state.shelf.limits().cache_size()
        });
        self.bell.ring();
        cache_size
    }

    /// Draws a picture ahead for the cache of `style`, if there is one that is not full, and tells whether it wants another.
    ///
    /// # Errors
    /// When the options cannot be drawn.
    pub fn draw_one_ahead(&self, style: &Style) -> Result<bool> {
        let hash = self.hasher.hash_one(style);
        let Some(ticket) = self.change(|state| state.shelf.wanting(style, hash)) else {
            return Ok(false);
        };
        let picture = Arc::new(self.guarded(|| (self.draw)(style))?);
        Ok(self.change(|state| {
            state.refills += 1;
            state.shelf.put(ticket, picture);
            state.shelf.wanting(style, hash).is_some()
        }))
    }

    /// Whether the caches are refilled; so it is at first.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.state.lock().running
    }

    /// Stops refilling. From now on the pictures that are there are handed out again and again.
    pub fn stop(&self) {
        self.change(|state| state.running = false);
    }

    /// Refills again. Pictures that may have been handed out meanwhile are thrown away.
    pub fn start(&self) {
        self.change(|state| {
            if !state.running {
                state.running = true;
                state.shelf.empty();
            }
        });
        self.bell.ring();
    }

    /// The bounds in force.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.state.lock().shelf.limits()
    }

    /// Changes the bounds, in one step: nobody else's change comes between those that `change` is given and those that it
    /// returns. What exceeds them goes at once, and what they leave room for is filled. Returns the new ones.
    ///
    /// # Errors
    /// That of `change`; then they stay as they are.
    pub fn configure(&self, change: impl FnOnce(Limits) -> Result<Limits>) -> Result<Limits> {
        let limits = self.change(|state| {
            let before = state.shelf.limits();
            let limits = change(before)?;
            if limits != before {
                state.shelf.set_limits(limits);
            }
            Ok(limits)
        })?;
        self.bell.ring();
        Ok(limits)
    }

    /// Counts and bytes.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let state = self.state.lock();
        Stats {
            caches: state.shelf.len(),
            pictures: state.shelf.pictures(),
            bytes: state.shelf.bytes(),
            hits: state.hits,
            misses: state.misses,
            refills: state.refills,
            evictions: state.shelf.evictions(),
            panics: state.panics,
            running: state.running,
        }
    }

    /// Takes the font that was [loaded](crate::load_font) under a name away, with the caches that use it; whether there was one. Pictures that are being drawn with it
    /// keep it until they are done.
    pub fn unload_font(&self, name: &str) -> bool {
        let Some(unloaded) = font::unload_font(name) else {
            return false;
        };
        self.change(|state| state.shelf.drop_styles(|style| style.options().fonts.use_unloaded(&unloaded)));
        true
    }

    /// Drops every cache.
    pub fn clear(&self) {
        self.change(|state| state.shelf.clear());
    }

    /// For the thread: what to do next.
    pub(crate) fn next(&self) -> Next {
        let now = Instant::now();
        self.change(|state| {
            state.shelf.drop_expired(now);
            let needy = if state.running { state.shelf.next_needy() } else { None };
            match needy {
                Some((ticket, style)) => Next::Draw(Job { ticket, style }),
                None => Next::Sleep(state.shelf.next_expiry()),
            }
        })
    }

    /// For the thread: does one job.
    pub(crate) fn draw_ahead(&self, Job { ticket, style }: Job) {
        let drawn = self.guarded(|| (self.draw)(&style)).map(Arc::new);
        self.change(|state| match drawn {
            Ok(picture) => {
                state.refills += 1;
                state.shelf.put(ticket, picture);
            }
            Err(_) => state.shelf.rest(ticket),
        });
    }

    /// For the thread: what it waits at.
    pub(crate) fn bell(&self) -> &Bell {
        &self.bell
    }

    /// Changes the state behind the lock, and frees what that leaves over when the lock has been given up.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock();
        let result = change(&mut state);
        let left_over = state.shelf.sweep();
        drop(state);
        drop(left_over);
        result
    }

    /// Turns a panic into an error and counts it. Nothing that is drawn outlives a panic, so there is no state to be torn.
    fn guarded<T>(&self, draw: impl FnOnce() -> Result<T>) -> Result<T> {
        catch_unwind(AssertUnwindSafe(draw)).unwrap_or_else(|payload| {
            self.change(|state| state.panics += 1);
            Err(Error::internal(panic_message(&*payload)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{Format, Options};
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::sync::Barrier;

    /// A picture of its own for each call, quicker than drawing one.
    fn numbered(_: &Style) -> Result<Picture> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let text = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
        Ok(Picture { image: text.as_bytes().into(), text })
    }

    fn style(width: u32) -> Style {
        Style::new(Options { width, format: Format::Png, ..Options::default() }).unwrap()
    }

    /// Does what the thread would do until it would sleep.
    fn fill(registry: &Registry) {
        while let Next::Draw(job) = registry.next() {
            registry.draw_ahead(job);
        }
    }

    fn set(registry: &Registry, name: &'static str, value: u32) {
        registry.configure(|limits| limits.with(name, value.into())).unwrap();
    }

    #[track_caller]
    fn assert_bounds_hold(registry: &Registry) {
        let (stats, limits) = (registry.stats(), registry.limits());
        assert!(stats.bytes <= limits.max_bytes() as usize, "{stats:?}");
        assert!(stats.caches <= limits.max_caches() as usize, "{stats:?}");
        assert!(stats.pictures <= stats.caches * limits.cache_size() as usize, "{stats:?}");
    }

    #[test]
    fn equal_styles_share_a_cache_of_fixed_size() {
        let registry = Registry::new(numbered);
        for _ in 0..1000 {
            registry.take(&style(100)).unwrap();
        }
        fill(&registry);
        let stats = registry.stats();
        assert_eq!((stats.caches, stats.pictures, stats.misses), (1, 20, 1000));
        registry.take(&style(100)).unwrap();
        let stats = registry.stats();
        assert_eq!((stats.pictures, stats.hits), (19, 1));
    }

    #[test]
    fn nothing_is_handed_out_twice_while_running() {
        let registry = Registry::new(numbered);
        let mut seen = HashSet::new();
        for i in 0..10_000 {
            if i % 7 == 0 {
                fill(&registry);
            }
            assert!(seen.insert(registry.take(&style(100)).unwrap().text));
        }
        assert!(registry.stats().hits > 0 && registry.stats().misses > 0);
    }

    #[test]
    fn threads_that_take_at_once_get_each_picture_once() {
        let registry = Registry::new(numbered);
        set(&registry, "cacheSize", 1024);
        registry.warm(&style(100)).unwrap();
        let taken: Vec<String> = std::thread::scope(|scope| {
            let takers: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        std::iter::from_fn(|| registry.try_take(&style(100)))
                            .map(|picture| picture.text)
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            takers.into_iter().flat_map(|taker| taker.join().unwrap()).collect()
        });
        assert_eq!(taken.len(), 1024);
        assert_eq!(taken.iter().collect::<HashSet<_>>().len(), 1024);
        assert_eq!((registry.stats().pictures, registry.stats().bytes), (0, 0));
    }

    #[test]
    fn the_thread_is_told_when_a_cache_falls_to_three_quarters_and_then_fills_it() {
        let registry = Registry::new(numbered);
        let draws = || matches!(registry.next(), Next::Draw(_));
        registry.take(&style(100)).unwrap();
        assert!(draws());
        fill(&registry);
        for _ in 0..4 {
            registry.take(&style(100)).unwrap();
            assert!(!draws());
        }
        registry.take(&style(100)).unwrap();
        assert_eq!(registry.stats().pictures, 15);
        assert!(draws());
        fill(&registry);
        assert_eq!(registry.stats().pictures, 20);
    }

    #[test]
    fn while_stopped_the_set_is_fixed_and_afterwards_new() {
        let registry = Registry::new(numbered);
        registry.take(&style(100)).unwrap();
        fill(&registry);
        registry.stop();
        let shown: HashSet<String> = (0..1000).map(|_| registry.take(&style(100)).unwrap().text).collect();
        assert_eq!(shown.len(), 20);
        fill(&registry);
        assert_eq!((registry.stats().refills, registry.stats().misses), (20, 1));
        registry.start();
        fill(&registry);
        let after: HashSet<String> = (0..100).map(|_| registry.take(&style(100)).unwrap().text).collect();
        assert!(after.is_disjoint(&shown));
    }

    #[test]
    fn while_stopped_what_is_drawn_is_kept_until_the_cache_is_full() {
        let registry = Registry::new(numbered);
        registry.stop();
        let drawn: HashSet<String> = (0..20).map(|_| registry.take(&style(100)).unwrap().text).collect();
        assert_eq!(drawn.len(), 20);
        let stats = registry.stats();
        assert_eq!((stats.pictures, stats.misses, stats.hits), (20, 20, 0));
        let shown: HashSet<String> = (0..1000).map(|_| registry.take(&style(100)).unwrap().text).collect();
        assert_eq!(shown, drawn);
        let stats = registry.stats();
        assert_eq!((stats.pictures, stats.misses, stats.hits), (20, 20, 1000));
        registry.start();
        assert_eq!(registry.stats().pictures, 0);
    }

    #[test]
    fn while_stopped_bounds_hold_and_what_finds_no_room_is_not_kept() {
        let registry = Registry::new(numbered);
        registry.stop();
        set(&registry, "maxBytes", 500);
        let seen: HashSet<String> = (0..500).map(|_| registry.take(&style(100)).unwrap().text).collect();
        assert_bounds_hold(&registry);
        let kept = registry.stats().pictures;
        // One more was drawn, which told that there is no room.
        assert!(kept > 1 && seen.len() == kept + 1, "{kept} {}", seen.len());
        set(&registry, "maxBytes", 0);
        assert_ne!(registry.take(&style(100)), registry.take(&style(100)));
        assert_eq!(registry.stats().pictures, 0);
    }

    /// A registry whose next picture is drawn when it is told.
    fn held_back() -> (Arc<Registry>, &'static Barrier) {
        static BARRIER: Barrier = Barrier::new(2);
        static HOLD: AtomicBool = AtomicBool::new(true);
        let draw: Draw = |style| {
            if HOLD.swap(false, Ordering::Relaxed) {
                BARRIER.wait();
                BARRIER.wait();
            }
            numbered(style)
        };
        (Arc::new(Registry::new(draw)), &BARRIER)
    }

    #[test]
    fn what_was_drawn_while_stopped_is_not_kept_once_started() {
        let (registry, barrier) = held_back();
        registry.stop();
        let taker = {
            let registry = Arc::clone(&registry);
            std::thread::spawn(move || registry.take(&style(100)).unwrap())
        };
        barrier.wait();
        registry.start();
        barrier.wait();
        let taken = taker.join().unwrap();
        assert_eq!(registry.stats().pictures, 0);
        fill(&registry);
        let later: Vec<String> = std::iter::from_fn(|| registry.try_take(&style(100))).map(|p| p.text).collect();
        assert!(later.len() == 20 && !later.contains(&taken.text));
    }

    #[test]
    fn a_picture_that_a_cache_no_longer_waits_for_is_dropped() {
        let registry = Registry::new(numbered);
        registry.take(&style(100)).unwrap();
        let Next::Draw(job) = registry.next() else { panic!("an empty cache is to be filled") };
        registry.clear();
        // Another one at the same place.
        registry.take(&style(101)).unwrap();
        registry.draw_ahead(job);
        assert_eq!((registry.stats().caches, registry.stats().pictures), (1, 0));
        fill(&registry);
        assert_eq!(registry.stats().pictures, 20);
    }

    #[test]
    fn a_panic_is_an_error_to_the_caller_and_rests_the_cache() {
        let registry = Registry::new(|style| match style.options().width {
            100 => panic!("a bug at width {}", style.options().width),
            _ => numbered(style),
        });
        let error = registry.take(&style(100)).unwrap_err();
        assert_eq!(error.to_string(), "ccap failed to draw: a bug at width 100");
        assert_eq!(error.code(), "ERR_INTERNAL_ASSERTION");
        registry.take(&style(101)).unwrap();
        fill(&registry);
        let stats = registry.stats();
        // One for the caller, one for the thread, which then left that cache alone and filled the other.
        assert_eq!((stats.panics, stats.pictures), (2, 20));
        registry.warm(&style(100)).unwrap_err();
        registry.stop();
        registry.take(&style(100)).unwrap_err();
        assert_eq!(registry.stats().panics, 4);
    }

    #[test]
    fn changes_of_the_bounds_are_not_lost() {
        let registry = Registry::new(numbered);
        std::thread::scope(|scope| {
            for name in ["cacheSize", "maxCaches"] {
                let registry = &registry;
                scope.spawn(move || {
                    for value in 1..=1000 {
                        set(registry, name, value);
                        let limits = registry.limits();
                        let own = if name == "cacheSize" { limits.cache_size() } else { limits.max_caches() };
                        assert_eq!(own, value, "{name}");
                    }
                });
            }
        });
    }

    #[test]
    fn a_bound_that_is_refused_changes_none() {
        let registry = Registry::new(numbered);
        let error = registry.configure(|limits| limits.with("cacheSize", 5.0)?.with("maxIdle", 0.0)).unwrap_err();
        assert_eq!(error.code(), "ERR_OUT_OF_RANGE");
        assert_eq!(registry.limits(), Limits::default());
    }

    #[test]
    fn new_bounds_hold_at_once_and_what_they_leave_room_for_is_filled() {
        let registry = Registry::new(numbered);
        for width in 100..110 {
            registry.take(&style(width)).unwrap();
        }
        fill(&registry);
        assert_eq!(registry.stats().pictures, 200);
        registry.configure(|limits| limits.with("cacheSize", 5.0)?.with("maxCaches", 4.0)).unwrap();
        assert_eq!((registry.stats().caches, registry.stats().pictures), (4, 20));
        assert_bounds_hold(&registry);
        // Though 5 of 6 is above three quarters.
        set(&registry, "cacheSize", 6);
        fill(&registry);
        assert_eq!(registry.stats().pictures, 24);
    }

    #[test]
    fn a_warmed_cache_is_full() {
        let registry = Registry::new(numbered);
        registry.warm(&style(100)).unwrap();
        let stats = registry.stats();
        assert_eq!((stats.caches, stats.pictures, stats.refills), (1, 20, 20));
        registry.take(&style(100)).unwrap();
        registry.warm(&style(100)).unwrap();
        assert_eq!((registry.stats().pictures, registry.stats().hits), (20, 1));
        // Whatever the others were asked for.
        set(&registry, "maxCaches", 1);
        for _ in 0..100 {
            registry.take(&style(100)).unwrap();
        }
        registry.warm(&style(101)).unwrap();
        assert!(registry.try_take(&style(101)).is_some());
        // Stopped or not, and with no room for it at all.
        registry.stop();
        registry.warm(&style(102)).unwrap();
        assert_eq!(registry.stats().pictures, 20);
        set(&registry, "maxBytes", 0);
        registry.warm(&style(102)).unwrap();
        assert_eq!(registry.stats().pictures, 0);
    }

    #[test]
    fn those_that_are_warmed_at_once_push_each_other_out_without_end_for_none() {
        let registry = Registry::new(numbered);
        set(&registry, "maxCaches", 2);
        std::thread::scope(|scope| {
            for width in 100..108 {
                let registry = &registry;
                scope.spawn(move || registry.warm(&style(width)).unwrap());
            }
        });
        assert_bounds_hold(&registry);
    }

    /// Everything at once, so that whatever order the steps come in, no picture comes twice while running and all counts are
    /// true.
    #[test]
    fn whatever_happens_at_once_pictures_are_handed_out_once_and_bounds_hold() {
        let registry = Registry::new(numbered);
        let is_over = AtomicBool::new(false);
        let mut texts: Vec<String> = std::thread::scope(|scope| {
            let registry = &registry;
            let is_over = &is_over;
            let takers: Vec<_> = (0..3)
                .map(|taker| {
                    scope.spawn(move || {
                        let texts = (0..4000).map(|i| registry.take(&style(100 + (i + taker) % 9)).unwrap().text);
                        texts.collect::<Vec<_>>()
                    })
                })
                .collect();
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    fill(registry);
                }
            });
            scope.spawn(move || {
                for i in 0.. {
                    if is_over.load(Ordering::Relaxed) {
                        break;
                    }
                    match i % 5 {
                        0 => set(registry, "maxCaches", 1 + i % 7),
                        1 => set(registry, "cacheSize", 1 + i % 23),
                        2 => set(registry, "maxBytes", 3000 * (i % 11)),
                        3 => registry.warm(&style(100 + i % 9)).unwrap(),
                        _ if i % 20 == 4 => registry.clear(),
                        _ => registry.start(),
                    }
                    assert_bounds_hold(registry);
                }
            });
            let texts = takers.into_iter().flat_map(|taker| taker.join().unwrap()).collect();
            is_over.store(true, Ordering::Relaxed);
            texts
        });
        let stats = registry.stats();
        assert_eq!(stats.hits + stats.misses, 12_000);
        assert!(stats.refills >= stats.hits + stats.pictures as u64, "{stats:?}");
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), 12_000);
        registry.clear();
        let stats = registry.stats();
        assert_eq!((stats.caches, stats.pictures, stats.bytes), (0, 0, 0));
    }

    /// The same while it is stopped and started: a picture that somebody got while it ran, nobody else gets.
    #[test]
    fn stopping_and_starting_at_any_moment_gives_no_picture_of_the_stopped_time_afterwards() {
        let registry = Registry::new(numbered);
        for round in 0..300 {
            registry.stop();
            std::thread::scope(|scope| {
                let registry = &registry;
                let takers: Vec<_> = (0..2)
                    .map(|_| {
                        scope.spawn(|| (0..30).map(|_| registry.take(&style(100)).unwrap().text).collect::<Vec<_>>())
                    })
                    .collect();
                scope.spawn(|| fill(registry));
                let starter = scope.spawn(|| registry.start());
                let taken: HashSet<String> = takers.into_iter().flat_map(|taker| taker.join().unwrap()).collect();
                starter.join().unwrap();
                fill(registry);
                let later = std::iter::from_fn(|| registry.try_take(&style(100)));
                for picture in later {
                    assert!(!taken.contains(&picture.text), "round {round}");
                }
            });
        }
    }
}
