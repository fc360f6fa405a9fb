//! The caches under any sequence of calls: every bound holds after each, and what one caller was given nobody else gets, nor what was
//! shown while they were stopped.

#![no_main]

use std::collections::HashSet;

use arbitrary::Arbitrary;
use ccap::{Format, Options, Registry, Style};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
enum Call {
    Take(u8),
    TryTake(u8),
    DrawAhead(u8),
    Prepare(u8),
    Warm(u8),
    DrawText(u8),
    Stop,
    Start,
    Clear,
    CacheSize(u16),
    MaxCaches(u16),
    MaxBytes(u32),
}

/// Small pictures of texts that no two of have in common.
fn style(which: u8) -> Style {
    let options = Options {
        width: 32 + u32::from(which % 24),
        height: 16,
        length: 16,
        format: Format::Bmp,
        ..Options::default()
    };
    Style::new(options).expect("in range")
}

fuzz_target!(|calls: Vec<Call>| {
    let registry = Registry::default();
    // What was given to one caller, and what was shown to any.
    let (mut given, mut shown) = (HashSet::new(), HashSet::new());
    for call in calls.into_iter().take(200) {
        let was_running = registry.is_running();
        let mut hand_out = |text: String| {
            assert!(!given.contains(&text), "a text came again");
            if was_running {
                assert!(!shown.contains(&text), "a text that was shown was given");
                given.insert(text);
            } else {
                shown.insert(text);
            }
        };
        match call {
            Call::Take(which) => hand_out(registry.take(&style(which)).expect("it is drawn").text),
            Call::TryTake(which) => {
                if let Some(picture) = registry.try_take(&style(which)) {
                    hand_out(picture.text);
                }
            }
            Call::DrawAhead(which) => drop(registry.draw_one_ahead(&style(which)).expect("it is drawn")),
            Call::Prepare(which) => assert!(registry.prepare(&style(which)) >= 1),
            Call::Warm(which) => {
                if registry.limits().cache_size() <= 32 {
                    registry.warm(&style(which)).expect("it is drawn");
                }
            }
            Call::DrawText(which) => drop(registry.draw_text("AB", &style(which)).expect("it is drawn")),
            Call::Stop => registry.stop(),
            Call::Start => registry.start(),
            Call::Clear => registry.clear(),
            Call::CacheSize(value) => drop(registry.configure(|limits| limits.with("cacheSize", value.into()))),
            Call::MaxCaches(value) => drop(registry.configure(|limits| limits.with("maxCaches", value.into()))),
            Call::MaxBytes(value) => drop(registry.configure(|limits| limits.with("maxBytes", value.into()))),
        }
        assert_eq!(registry.is_running(), registry.stats().running);
        let (stats, limits) = (registry.stats(), registry.limits());
        assert!(stats.caches <= limits.max_caches() as usize, "{stats:?}");
        assert!(stats.bytes <= limits.max_bytes() as usize, "{stats:?}");
        assert!(stats.pictures <= stats.caches * limits.cache_size() as usize, "{stats:?}");
        assert_eq!((stats.panics, stats.pictures == 0), (0, stats.bytes == 0), "{stats:?}");
    }
});
