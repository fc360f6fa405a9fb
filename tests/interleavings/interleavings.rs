//! The caches and the thread that refills them, under a checker that decides at each lock who goes on: thousands of orders in
//! which a few threads take, refill, evict, stop, start, unload and shut down. Run by `npm run sanitize`.

#![cfg(shuttle)]

use std::collections::HashSet;
use std::sync::Arc;

use ccap::{Format, Options, Registry, Style};
use shuttle::thread::{spawn, JoinHandle};

/// Orders that are tried of each scene: at random, and those that differ from a straight one in few places.
const ORDERS: usize = 1500;
const FEW: usize = 3;

fn check(scene: fn()) {
    shuttle::check_random(scene, ORDERS);
    shuttle::check_pct(scene, ORDERS, FEW);
}

/// Of a random text of sixteen letters, no two of which are alike.
fn style(width: u32) -> Style {
    Style::new(Options { width, height: 16, length: 16, format: Format::Bmp, ..Options::default() }).unwrap()
}

fn small_caches(registry: &Registry) {
    registry.configure(|limits| limits.with("cacheSize", 2.0)?.with("maxCaches", 2.0)).unwrap();
}

/// A thread that takes pictures and gives their texts.
fn taker(registry: &Arc<Registry>, width: u32, count: usize) -> JoinHandle<Vec<String>> {
    let registry = Arc::clone(registry);
    spawn(move || (0..count).map(|_| registry.take(&style(width)).unwrap().text).collect())
}

fn assert_bounds(registry: &Registry) {
    let (stats, limits) = (registry.stats(), registry.limits());
    assert!(stats.caches <= limits.max_caches() as usize, "{stats:?}");
    assert!(stats.pictures <= stats.caches * limits.cache_size() as usize, "{stats:?}");
    assert_eq!(stats.panics, 0);
}

#[test]
fn each_picture_goes_to_one_taker() {
    check(|| {
        let (registry, mut refill) = Registry::with_refill();
        small_caches(&registry);
        refill.start().unwrap();
        let takers = [taker(&registry, 32, 3), taker(&registry, 32, 3), taker(&registry, 33, 2)];
        let texts: Vec<String> = takers.into_iter().flat_map(|taker| taker.join().unwrap()).collect();
        assert_eq!(texts.iter().collect::<HashSet<_>>().len(), 8);
        refill.stop();
        assert_bounds(&registry);
    });
}

#[test]
fn a_thread_that_is_stopped_ends_and_can_be_started_again() {
    check(|| {
        let (registry, mut refill) = Registry::with_refill();
        small_caches(&registry);
        refill.start().unwrap();
        let taker = taker(&registry, 32, 2);
        refill.stop();
        refill.start().unwrap();
        refill.start().unwrap();
        taker.join().unwrap();
        // Ends it, whatever it does.
        drop(refill);
        assert_bounds(&registry);
    });
}

/// What is shown while refilling is stopped is not shown to somebody else afterwards.
#[test]
fn pictures_from_before_a_start_are_gone_after_it() {
    check(|| {
        let (registry, mut refill) = Registry::with_refill();
        small_caches(&registry);
        refill.start().unwrap();
        registry.stop();
        let taker = taker(&registry, 32, 4);
        let stopped: HashSet<String> = (0..2).map(|_| registry.take(&style(32)).unwrap().text).collect();
        registry.start();
        let after: Vec<String> = (0..3).map(|_| registry.take(&style(32)).unwrap().text).collect();
        taker.join().unwrap();
        assert!(after.iter().all(|text| !stopped.contains(text)));
        assert_eq!(after.iter().collect::<HashSet<_>>().len(), 3);
        refill.stop();
    });
}

#[test]
fn bounds_hold_while_they_change() {
    check(|| {
        let (registry, mut refill) = Registry::with_refill();
        refill.start().unwrap();
        small_caches(&registry);
        let takers = [taker(&registry, 32, 2), taker(&registry, 33, 2), taker(&registry, 34, 2)];
        registry.configure(|limits| limits.with("maxCaches", 1.0)).unwrap();
        assert_bounds(&registry);
        registry.configure(|limits| limits.with("maxBytes", 0.0)).unwrap();
        assert_bounds(&registry);
        registry.clear();
        takers.into_iter().for_each(|taker| drop(taker.join().unwrap()));
        refill.stop();
        assert_eq!(registry.stats().bytes, 0);
    });
}

#[test]
fn a_cache_is_warm_when_that_is_told() {
    check(|| {
        let (registry, mut refill) = Registry::with_refill();
        small_caches(&registry);
        refill.start().unwrap();
        let warmer = {
            let registry = Arc::clone(&registry);
            spawn(move || registry.warm(&style(32)).unwrap())
        };
        registry.warm(&style(32)).unwrap();
        warmer.join().unwrap();
        assert_bounds(&registry);
        let texts: HashSet<String> = (0..2).map(|_| registry.take(&style(32)).unwrap().text).collect();
        assert_eq!(texts.len(), 2);
        refill.stop();
    });
}
