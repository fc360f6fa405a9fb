//! The thread that keeps the caches full.

use std::io;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crate::registry::Registry;

/// A running refill thread. One serves a whole [`Registry`]: drawing is quick, and a process that shows captchas has
/// other work for its cores.
///
/// It sleeps while every cache is full. A panic while it draws is caught and counted, and the cache that
/// caused it left alone until it is used again.
#[must_use = "the thread goes on until it is stopped"]
pub struct Refill {
    registry: Arc<Registry>,
    thread: JoinHandle<()>,
}

impl Refill {
    /// Starts the thread, named `ccap-refill`.
    ///
    /// # Errors
    /// When the system will not start another thread. The registry works without: it then draws while the caller waits.
    pub fn start(registry: Arc<Registry>) -> io::Result<Self> {
        registry.set_closing(false);
        let for_thread = Arc::clone(&registry);
        let thread = Builder::new().name("ccap-refill".to_owned()).spawn(move || {
            while let Some(options) = for_thread.next_job() {
                for_thread.do_job(&options);
            }
        })?;
        Ok(Self { registry, thread })
    }

    /// Ends the thread and waits until it has, for as long as one picture takes to draw.
    pub fn stop(self) {
        self.registry.set_closing(true);
        // Drawing is guarded, so the thread cannot have panicked; if it had, it would have ended all the same.
        drop(self.thread.join());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{Color, Format, Level, Options};
    use std::thread::{sleep, yield_now};
    use std::time::{Duration, Instant};

    const SMALL: Options = Options {
        width: 32,
        height: 16,
        offset: 40,
        quality: 50,
        fontsize: 57,
        length: 1,
        charset: crate::text::Charset::DEFAULT,
        format: Format::Bmp,
        level: Level::Normal,
        color: Color::Pleasant,
        background: Color::Pleasant,
    };

    /// Waits for what must come about soon; a minute is a failure.
    #[track_caller]
    fn eventually(what: impl Fn() -> bool) {
        let start = Instant::now();
        while !what() {
            assert!(start.elapsed() < Duration::from_secs(60), "it did not come about");
            yield_now();
        }
    }

    #[test]
    fn it_fills_a_cache_as_soon_as_there_is_one_and_after_each_take() {
        let registry = Arc::new(Registry::default());
        let refill = Refill::start(Arc::clone(&registry)).unwrap();
        registry.take(&SMALL).unwrap();
        eventually(|| registry.stats().pictures == 20);
        for _ in 0..5 {
            registry.take(&SMALL).unwrap();
        }
        eventually(|| registry.stats().pictures == 20);
        assert_eq!(registry.stats().refills, 25);
        refill.stop();
    }

    #[test]
    fn it_sleeps_while_all_is_full_and_while_stopped() {
        let registry = Arc::new(Registry::default());
        let refill = Refill::start(Arc::clone(&registry)).unwrap();
        registry.take(&SMALL).unwrap();
        eventually(|| registry.stats().pictures == 20 && registry.is_thread_asleep());
        registry.stop();
        registry.take(&Options { width: 33, ..SMALL }).unwrap();
        sleep(Duration::from_millis(50));
        assert!(registry.is_thread_asleep());
        assert_eq!(registry.stats().refills, 20);
        registry.start();
        eventually(|| registry.stats().pictures == 40);
        refill.stop();
    }

    #[test]
    fn stopping_ends_the_thread_and_another_can_follow() {
        let registry = Arc::new(Registry::default());
        for _ in 0..50 {
            let refill = Refill::start(Arc::clone(&registry)).unwrap();
            registry.take(&SMALL).unwrap();
            refill.stop();
            // The thread held the other one.
            assert_eq!(Arc::strong_count(&registry), 1);
        }
    }

    #[test]
    fn threads_that_take_while_it_refills_get_each_picture_once() {
        let registry = Arc::new(Registry::default());
        let refill = Refill::start(Arc::clone(&registry)).unwrap();
        let options = Options { length: 16, width: 64, ..SMALL };
        let mut texts: Vec<String> = std::thread::scope(|scope| {
            let takers: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..500).map(|_| registry.take(&options).unwrap().text).collect::<Vec<_>>()))
                .collect();
            takers.into_iter().flat_map(|taker| taker.join().unwrap()).collect()
        });
        refill.stop();
        texts.sort_unstable();
        texts.dedup();
        // Sixteen letters of 32: two equal texts are one picture handed out twice, not chance.
        assert_eq!(texts.len(), 2000);
    }
}
