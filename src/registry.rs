//! Options to cache, and the bounds: how many caches, how many bytes, how long one may lie unused.

use std::collections::HashMap;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::cache::{self, Cache};
use crate::error::{panic_message, shown_number, Error, Result};
use crate::options::Options;
use crate::picture::Picture;

/// One cache for each distinct set of options, found by value.
///
/// All of it lies behind one lock, which is held for a look-up and a move at most: pictures are drawn and copied outside of
/// it. That makes every bound exact at every moment.
pub struct Registry {
    state: Mutex<State>,
    /// Told when the thread has something to do.
    work: Condvar,
    draw: Draw,
}

type Draw = fn(&Options) -> Result<Picture>;

/// The bounds of a [`Registry`]. [`with`](Self::with) sets one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    cache_size: u32,
    max_caches: u32,
    max_bytes: u32,
    max_idle: u32,
}

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
    /// Pictures that the thread drew so far.
    pub refills: u64,
    /// Caches that were dropped for a bound or for lying unused so far.
    pub evictions: u64,
    /// Panics that were caught so far.
    pub panics: u64,
}

struct State {
    caches: HashMap<Options, Cache>,
    limits: Limits,
    /// ccap's switch: while it is off, caches are neither refilled nor emptied.
    running: bool,
    /// Whether the thread should end.
    closing: bool,
    /// Whether the thread waits for [`Registry::work`].
    asleep: bool,
    /// `caches`, `pictures` and `bytes` of this one are kept up to date.
    stats: Stats,
}

impl Default for Registry {
    fn default() -> Self {
        Self::new(Picture::random)
    }
}

impl Registry {
    fn new(draw: Draw) -> Self {
        Self {
            state: Mutex::new(State {
                caches: HashMap::new(),
                limits: Limits::default(),
                running: true,
                closing: false,
                asleep: false,
                stats: Stats::default(),
            }),
            work: Condvar::new(),
            draw,
        }
    }

    /// A picture of a random text that nobody else gets: from the cache, or drawn now when that is empty.
    ///
    /// While the registry is [stopped](Self::stop) it is a copy of a random one of those that are there.
    ///
    /// # Errors
    /// When the options are out of range or cannot be drawn.
    pub fn take(&self, options: &Options) -> Result<Picture> {
        match self.try_take(options)? {
            Some(picture) => Ok(picture),
            None => self.draw_now(|| (self.draw)(options)),
        }
    }

    /// As [`take`](Self::take), but `None` instead of drawing.
    ///
    /// # Errors
    /// When the options are out of range.
    pub fn try_take(&self, options: &Options) -> Result<Option<Picture>> {
        options.validate()?;
        let now = Instant::now();
        let mut state = self.state.lock();
        let running = state.running;
        let cache = state.cache(options, now);
        let picture = if running { cache.take() } else { cache.pick(&mut rand::rng()) };
        if let Some(picture) = &picture {
            state.stats.hits += 1;
            if running {
                state.stats.pictures -= 1;
                state.stats.bytes -= cache::size(picture);
            }
        }
        if running {
            self.wake(state);
        }
        Ok(picture)
    }

    /// A picture of `text`, drawn now.
    ///
    /// # Errors
    /// When the options are out of range or the text cannot be drawn.
    pub fn draw_text(&self, text: &str, options: &Options) -> Result<Box<[u8]>> {
        self.draw_now(|| Picture::of(text, options))
    }

    /// A picture of a random text, drawn now, whatever the cache holds.
    ///
    /// # Errors
    /// When the options are out of range or cannot be drawn.
    pub fn draw_random(&self, options: &Options) -> Result<Picture> {
        self.draw_now(|| (self.draw)(options))
    }

    /// Whether the caches are refilled; so it is at first.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.state.lock().running
    }

    /// Stops refilling. From now on the pictures that are there are handed out again and again.
    pub fn stop(&self) {
        self.state.lock().running = false;
    }

    /// Refills again. Pictures that may have been handed out meanwhile are thrown away.
    pub fn start(&self) {
        let mut state = self.state.lock();
        if !state.running {
            state.running = true;
            state.keep_at_most(0);
            self.wake(state);
        }
    }

    /// The bounds in force.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.state.lock().limits
    }

    /// Sets the bounds; what exceeds them goes at once.
    pub fn configure(&self, limits: Limits) {
        let mut state = self.state.lock();
        state.limits = limits;
        state.keep_at_most(limits.cache_size as usize);
        while state.caches.len() > limits.max_caches as usize || state.stats.bytes > limits.max_bytes as usize {
            state.evict_oldest();
        }
        for cache in state.caches.values_mut() {
            cache.resting = false;
        }
        self.wake(state);
    }

    /// Counts and bytes.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let state = self.state.lock();
        Stats { caches: state.caches.len(), ..state.stats }
    }

    /// Drops every cache.
    pub fn clear(&self) {
        let mut state = self.state.lock();
        let dropped = std::mem::take(&mut state.caches);
        state.stats.pictures = 0;
        state.stats.bytes = 0;
        drop(state);
        drop(dropped);
    }

    /// For the thread: the options of the cache that needs a picture most, or `None` when it should end. Sleeps while
    /// all caches are full.
    pub(crate) fn next_job(&self) -> Option<Options> {
        let mut state = self.state.lock();
        loop {
            if state.closing {
                return None;
            }
            let next_expiry = state.drop_expired(Instant::now());
            if let Some(options) = state.neediest() {
                return Some(options);
            }
            state.asleep = true;
            match next_expiry {
                Some(when) => drop(self.work.wait_until(&mut state, when)),
                None => self.work.wait(&mut state),
            }
            state.asleep = false;
        }
    }

    /// For the thread: does one job.
    pub(crate) fn do_job(&self, options: &Options) {
        let drawn = self.guarded(|| (self.draw)(options));
        let mut state = self.state.lock();
        match drawn {
            Ok(picture) => {
                state.stats.refills += 1;
                state.put(options, picture);
            }
            Err(_) => {
                if let Some(cache) = state.caches.get_mut(options) {
                    cache.resting = true;
                }
            }
        }
    }

    /// For the thread's owner: makes [`next_job`](Self::next_job) say that it should end, or no longer.
    pub(crate) fn set_closing(&self, closing: bool) {
        let mut state = self.state.lock();
        state.closing = closing;
        self.wake(state);
    }

    #[cfg(test)]
    pub(crate) fn is_thread_asleep(&self) -> bool {
        self.state.lock().asleep
    }

    fn draw_now<T>(&self, draw: impl FnOnce() -> Result<T>) -> Result<T> {
        let drawn = self.guarded(draw)?;
        self.state.lock().stats.misses += 1;
        Ok(drawn)
    }

    /// Turns a panic into an error and counts it. Nothing that is drawn outlives a panic, so there is no state to be torn.
    fn guarded<T>(&self, draw: impl FnOnce() -> Result<T>) -> Result<T> {
        catch_unwind(AssertUnwindSafe(draw)).unwrap_or_else(|payload| {
            self.state.lock().stats.panics += 1;
            Err(Error::internal(panic_message(&*payload)))
        })
    }

    /// Wakes the thread if it sleeps, after giving up the lock that it will want.
    fn wake(&self, state: MutexGuard<'_, State>) {
        let asleep = state.asleep;
        drop(state);
        if asleep {
            self.work.notify_one();
        }
    }
}

impl State {
    /// The cache for `options`, made if need be, marked as used.
    fn cache(&mut self, options: &Options, now: Instant) -> &mut Cache {
        if !self.caches.contains_key(options) {
            while self.caches.len() >= self.limits.max_caches as usize {
                self.evict_oldest();
            }
        }
        let cache = self.caches.entry(*options).or_insert_with(|| Cache::new(now));
        cache.last_used = now;
        cache.resting = false;
        cache
    }

    /// Adds a picture to the cache for `options` if it is still wanted, making room in memory at the cost of caches that
    /// were used less recently.
    fn put(&mut self, options: &Options, picture: Picture) {
        let Some(last_used) = self.caches.get(options).map(|cache| cache.last_used) else {
            return;
        };
        let most = self.limits.max_bytes as usize;
        let size = cache::size(&picture);
        while self.stats.bytes + size > most && self.oldest().is_some_and(|(_, used)| used < last_used) {
            self.evict_oldest();
        }
        let Some(cache) = self.caches.get_mut(options) else {
            return;
        };
        if self.stats.bytes + size > most {
            cache.resting = true;
            return;
        }
        let (count, bytes) = (cache.len(), cache.bytes());
        cache.put(picture, self.limits.cache_size as usize);
        self.stats.pictures += cache.len() - count;
        self.stats.bytes += cache.bytes() - bytes;
    }

    /// The options of the cache with the fewest pictures; of those, the one used last.
    fn neediest(&self) -> Option<Options> {
        if !self.running {
            return None;
        }
        self.caches
            .iter()
            .filter(|(_, cache)| !cache.resting && cache.len() < self.limits.cache_size as usize)
            .min_by_key(|(_, cache)| (cache.len(), std::cmp::Reverse(cache.last_used)))
            .map(|(options, _)| *options)
    }

    /// The least recently used cache, and when that was.
    fn oldest(&self) -> Option<(Options, Instant)> {
        self.caches.iter().map(|(options, cache)| (*options, cache.last_used)).min_by_key(|&(_, used)| used)
    }

    fn evict_oldest(&mut self) {
        if let Some((options, _)) = self.oldest() {
            self.evict(&options);
        }
    }

    fn evict(&mut self, options: &Options) {
        if let Some(cache) = self.caches.remove(options) {
            self.stats.pictures -= cache.len();
            self.stats.bytes -= cache.bytes();
            self.stats.evictions += 1;
        }
    }

    /// Drops the caches that have lain unused too long, and tells when the next one will have.
    fn drop_expired(&mut self, now: Instant) -> Option<Instant> {
        let idle = Duration::from_secs(self.limits.max_idle.into());
        let expired: Vec<Options> = self
            .caches
            .iter()
            .filter(|(_, cache)| cache.last_used + idle <= now)
            .map(|(options, _)| *options)
            .collect();
        for options in &expired {
            self.evict(options);
        }
        self.caches.values().map(|cache| cache.last_used + idle).min()
    }

    /// Drops pictures until each cache has at most `most`.
    fn keep_at_most(&mut self, most: usize) {
        for cache in self.caches.values_mut() {
            cache.truncate(most);
        }
        self.stats.pictures = self.caches.values().map(Cache::len).sum();
        self.stats.bytes = self.caches.values().map(Cache::bytes).sum();
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { cache_size: 20, max_caches: 64, max_bytes: 32 << 20, max_idle: 600 }
    }
}

impl Limits {
    /// Pictures in a cache: 1..=1024, default 20.
    #[must_use]
    pub fn cache_size(&self) -> u32 {
        self.cache_size
    }

    /// Caches; the least recently used goes first: 1..=1024, default 64.
    #[must_use]
    pub fn max_caches(&self) -> u32 {
        self.max_caches
    }

    /// Bytes in all caches together: 0..=1 GiB, default 32 MiB.
    #[must_use]
    pub fn max_bytes(&self) -> u32 {
        self.max_bytes
    }

    /// Seconds that a cache may lie unused before it is dropped: 1..=86,400, default 600.
    #[must_use]
    pub fn max_idle(&self) -> u32 {
        self.max_idle
    }

    /// These limits with the one called `name` set to `value`.
    ///
    /// # Errors
    /// When there is no such limit, or `value` is outside of what it may be.
    pub fn with(mut self, name: &'static str, value: f64) -> Result<Self> {
        let (limit, range) = match name {
            "cacheSize" => (&mut self.cache_size, 1..=1024),
            "maxCaches" => (&mut self.max_caches, 1..=1024),
            "maxBytes" => (&mut self.max_bytes, 0..=1 << 30),
            "maxIdle" => (&mut self.max_idle, 1..=86_400),
            _ => return Err(Error::out_of_range("limit", "the name of one", name)),
        };
        let (least, most) = (*range.start(), *range.end());
        // Written so that NaN, which compares with nothing, is refused.
        if !(value >= f64::from(least) && value <= f64::from(most)) {
            return Err(Error::out_of_range(name, format!(">= {least} && <= {most}"), shown_number(value)));
        }
        *limit = value as u32;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Format;
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// A picture of its own for each call, quicker than drawing one.
    fn numbered(_: &Options) -> Result<Picture> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let text = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
        Ok(Picture { image: text.as_bytes().into(), text })
    }

    fn style(width: u32) -> Options {
        Options { width, format: Format::Png, ..Options::default() }
    }

    /// Does what the thread would do until it would sleep.
    fn fill(registry: &Registry) {
        loop {
            let job = registry.state.lock().neediest();
            match job {
                Some(options) => registry.do_job(&options),
                None => break,
            }
        }
    }

    fn limits(change: &[(&'static str, f64)]) -> Limits {
        change.iter().fold(Limits::default(), |limits, &(name, value)| limits.with(name, value).unwrap())
    }

    #[track_caller]
    fn assert_counts_are_true(registry: &Registry) {
        let state = registry.state.lock();
        assert_eq!(state.stats.pictures, state.caches.values().map(Cache::len).sum::<usize>());
        assert_eq!(state.stats.bytes, state.caches.values().map(Cache::bytes).sum::<usize>());
        assert!(state.stats.bytes <= state.limits.max_bytes as usize);
        assert!(state.caches.len() <= state.limits.max_caches as usize);
    }

    #[test]
    fn equal_options_share_a_cache_of_fixed_size() {
        let registry = Registry::new(numbered);
        for _ in 0..1000 {
            registry.take(&Options::default()).unwrap();
        }
        fill(&registry);
        let stats = registry.stats();
        assert_eq!((stats.caches, stats.pictures, stats.misses), (1, 20, 1000));
        registry.take(&Options::default()).unwrap();
        let stats = registry.stats();
        assert_eq!((stats.pictures, stats.hits), (19, 1));
        assert_counts_are_true(&registry);
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
        registry.configure(limits(&[("cacheSize", 1024.0)]));
        registry.take(&style(100)).unwrap();
        fill(&registry);
        let taken: Vec<String> = std::thread::scope(|scope| {
            let takers: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        std::iter::from_fn(|| registry.try_take(&style(100)).unwrap())
                            .map(|picture| picture.text)
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            takers.into_iter().flat_map(|taker| taker.join().unwrap()).collect()
        });
        assert_eq!(taken.len(), 1024);
        assert_eq!(taken.iter().collect::<HashSet<_>>().len(), 1024);
        assert_counts_are_true(&registry);
    }

    #[test]
    fn the_least_recently_used_cache_goes_first() {
        let registry = Registry::new(numbered);
        registry.configure(limits(&[("maxCaches", 3.0)]));
        for width in [100, 101, 102, 100, 103] {
            registry.take(&style(width)).unwrap();
        }
        let state = registry.state.lock();
        let mut kept: Vec<u32> = state.caches.keys().map(|options| options.width).collect();
        kept.sort_unstable();
        assert_eq!(kept, [100, 102, 103]);
        assert_eq!(state.stats.evictions, 1);
    }

    #[test]
    fn bytes_stay_within_their_bound_at_the_cost_of_older_caches() {
        let heavy: Draw = |_| Ok(Picture { text: "A".to_owned(), image: vec![0; 1000].into() });
        let registry = Registry::new(heavy);
        registry.configure(limits(&[("maxBytes", 25_000.0)]));
        for width in [100, 101, 102] {
            registry.take(&style(width)).unwrap();
            fill(&registry);
            assert_counts_are_true(&registry);
        }
        let stats = registry.stats();
        // 25,000 bytes hold the 20 of the newest, and nothing of the others could stay with their last picture.
        assert!(stats.pictures >= 20 && stats.caches < 3, "{stats:?}");
        assert!(registry.state.lock().caches[&style(102)].len() == 20);
    }

    #[test]
    fn a_cache_that_memory_has_no_room_for_rests() {
        let registry = Registry::new(numbered);
        registry.configure(limits(&[("maxBytes", 0.0)]));
        registry.take(&style(100)).unwrap();
        fill(&registry);
        assert_eq!(registry.stats().pictures, 0);
        assert!(registry.take(&style(100)).is_ok());
        assert_counts_are_true(&registry);
    }

    #[test]
    fn unused_caches_are_dropped() {
        let registry = Registry::new(numbered);
        registry.configure(limits(&[("maxIdle", 10.0)]));
        registry.take(&style(100)).unwrap();
        let start = registry.state.lock().caches[&style(100)].last_used;
        let mut state = registry.state.lock();
        assert_eq!(state.drop_expired(start + Duration::from_secs(9)), Some(start + Duration::from_secs(10)));
        assert_eq!(state.caches.len(), 1);
        assert_eq!(state.drop_expired(start + Duration::from_secs(10)), None);
        assert!(state.caches.is_empty());
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
        assert_eq!(registry.stats().refills, 20);
        registry.start();
        fill(&registry);
        let after: HashSet<String> = (0..100).map(|_| registry.take(&style(100)).unwrap().text).collect();
        assert!(after.is_disjoint(&shown));
        assert_counts_are_true(&registry);
    }

    #[test]
    fn while_stopped_an_empty_cache_draws() {
        let registry = Registry::new(numbered);
        registry.stop();
        assert_ne!(registry.take(&style(100)), registry.take(&style(100)));
        assert_eq!(registry.stats().pictures, 0);
    }

    #[test]
    fn a_panic_is_an_error_to_the_caller_and_rests_the_cache() {
        let registry = Registry::new(|options| match options.width {
            100 => panic!("a bug at width {}", options.width),
            _ => numbered(options),
        });
        let error = registry.take(&style(100)).unwrap_err();
        assert_eq!(error.to_string(), "ccap failed to draw: a bug at width 100");
        assert_eq!(error.code(), "ERR_INTERNAL_ASSERTION");
        registry.take(&style(101)).unwrap();
        fill(&registry);
        let stats = registry.stats();
        // One for the caller, one for the thread, which then left that cache alone and filled the other.
        assert_eq!((stats.panics, stats.pictures), (2, 20));
    }

    #[test]
    fn shrinking_the_bounds_shrinks_what_is_there() {
        let registry = Registry::new(numbered);
        for width in 100..110 {
            registry.take(&style(width)).unwrap();
        }
        fill(&registry);
        assert_eq!(registry.stats().pictures, 200);
        registry.configure(limits(&[("cacheSize", 5.0), ("maxCaches", 4.0)]));
        assert_eq!((registry.stats().caches, registry.stats().pictures), (4, 20));
        assert_counts_are_true(&registry);
        registry.configure(limits(&[("cacheSize", 7.0), ("maxCaches", 4.0)]));
        fill(&registry);
        assert_eq!(registry.stats().pictures, 28);
    }

    #[test]
    fn limits_refuse_what_is_outside_of_them() {
        for (name, bad, message) in [
            ("cacheSize", 0.0, "It must be >= 1 && <= 1024. Received 0"),
            ("maxCaches", 1025.0, "It must be >= 1 && <= 1024. Received 1025"),
            ("maxBytes", f64::NAN, "It must be >= 0 && <= 1073741824. Received NaN"),
            ("maxIdle", -1.0, "It must be >= 1 && <= 86400. Received -1"),
            ("maxIdle", f64::INFINITY, "It must be >= 1 && <= 86400. Received Infinity"),
        ] {
            let error = Limits::default().with(name, bad).unwrap_err().to_string();
            assert_eq!(error, format!("The value of \"{name}\" is out of range. {message}"));
        }
    }
}
