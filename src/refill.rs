//! The thread that keeps the caches full: its whole life.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::registry::{Job, Next, Registry};
use crate::sync::{Builder, JoinHandle};

/// The thread that draws ahead for a [`Registry`]. One serves it whole: drawing is quick, and a process that shows captchas has
/// other work for its cores.
///
/// There is one `Refill` for a registry, [made with it](Registry::with_refill), and at most one thread for a `Refill`. It sleeps
/// while no cache is low. A panic while it draws is caught and counted, and the cache that caused it left alone until it is
/// used again. Dropping the `Refill` ends the thread.
pub struct Refill {
    registry: Arc<Registry>,
    thread: Option<JoinHandle<()>>,
    /// The last attempt to start it that failed, and when there may be another.
    failure: Option<(io::ErrorKind, Instant)>,
}

impl Registry {
    /// A registry, and what draws ahead for it once it is [started](Refill::start).
    #[must_use]
    pub fn with_refill() -> (Arc<Self>, Refill) {
        Refill::of(Self::default())
    }
}

impl Refill {
    /// How long no other attempt is made when the system would not start a thread.
    pub const BACK_OFF: Duration = Duration::from_secs(1);

    /// The only way to a `Refill`, which takes the registry for its own.
    pub(crate) fn of(registry: Registry) -> (Arc<Registry>, Self) {
        let registry = Arc::new(registry);
        (Arc::clone(&registry), Self { registry, thread: None, failure: None })
    }

    /// Starts the thread, named `ccap-refill`, unless it runs.
    ///
    /// # Errors
    /// When the system will not start another thread, and without asking it for [`BACK_OFF`](Self::BACK_OFF) after that. The
    /// registry works without: it then draws while the caller waits.
    pub fn start(&mut self) -> io::Result<()> {
        self.start_with(|registry| {
            Builder::new().name("ccap-refill".to_owned()).spawn(move || {
                while let Some(job) = next_job(&registry) {
                    registry.draw_ahead(job);
                }
            })
        })
    }

    /// Ends the thread and waits until it has, for as long as one picture takes to draw. It can be started again.
    pub fn stop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.registry.bell().close();
            // Drawing is guarded, so the thread cannot have panicked; if it had, it would have ended all the same.
            drop(thread.join());
        }
    }

    fn start_with(&mut self, spawn: impl FnOnce(Arc<Registry>) -> io::Result<JoinHandle<()>>) -> io::Result<()> {
        if self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return Ok(());
        }
        self.stop();
        if let Some((kind, until)) = self.failure {
            if Instant::now() < until {
                return Err(kind.into());
            }
        }
        self.registry.bell().open();
        let spawned = spawn(Arc::clone(&self.registry));
        self.failure = spawned.as_ref().err().map(|error| (error.kind(), Instant::now() + Self::BACK_OFF));
        self.thread = Some(spawned?);
        Ok(())
    }
}

impl Drop for Refill {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Sleeps until there is a job, or `None` when the thread should end.
fn next_job(registry: &Registry) -> Option<Job> {
    while !registry.bell().is_closed() {
        match registry.next() {
            Next::Draw(job) => return Some(job),
            Next::Sleep(until) => registry.bell().wait(until),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{Format, Options, Style};
    use std::thread::{sleep, yield_now};

    fn small(width: u32) -> Style {
        Style::new(Options { width, height: 16, length: 1, format: Format::Bmp, ..Options::default() }).unwrap()
    }

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
    fn it_fills_a_cache_as_soon_as_there_is_one_and_when_it_is_low() {
        let (registry, mut refill) = Registry::with_refill();
        refill.start().unwrap();
        registry.take(&small(32)).unwrap();
        eventually(|| registry.stats().pictures == 20);
        for _ in 0..5 {
            registry.take(&small(32)).unwrap();
        }
        eventually(|| registry.stats().pictures == 20);
        assert_eq!(registry.stats().refills, 25);
    }

    #[test]
    fn it_sleeps_while_none_is_low_and_while_stopped() {
        let (registry, mut refill) = Registry::with_refill();
        refill.start().unwrap();
        registry.take(&small(32)).unwrap();
        eventually(|| registry.stats().pictures == 20 && registry.bell().is_awaited());
        for _ in 0..4 {
            registry.take(&small(32)).unwrap();
        }
        sleep(Duration::from_millis(50));
        assert!(registry.bell().is_awaited());
        assert_eq!(registry.stats().refills, 20);
        registry.stop();
        registry.take(&small(33)).unwrap();
        sleep(Duration::from_millis(50));
        assert!(registry.bell().is_awaited());
        assert_eq!(registry.stats().refills, 20);
        registry.start();
        eventually(|| registry.stats().pictures == 40);
    }

    #[test]
    fn it_drops_what_lies_unused() {
        let (registry, mut refill) = Registry::with_refill();
        refill.start().unwrap();
        registry.take(&small(32)).unwrap();
        eventually(|| registry.stats().pictures == 20 && registry.bell().is_awaited());
        registry.configure(|limits| limits.with("maxIdle", 1.0)).unwrap();
        eventually(|| registry.stats().caches == 0);
        assert_eq!((registry.stats().evictions, registry.stats().bytes), (1, 0));
    }

    #[test]
    fn there_is_one_thread_however_often_it_is_started_and_none_when_it_is_stopped() {
        let (registry, mut refill) = Registry::with_refill();
        for _ in 0..50 {
            refill.start().unwrap();
            refill.start().unwrap();
            // The test, the refill and its thread.
            assert_eq!(Arc::strong_count(&registry), 3);
            registry.take(&small(32)).unwrap();
            refill.stop();
            refill.stop();
            assert_eq!(Arc::strong_count(&registry), 2);
        }
        refill.start().unwrap();
        drop(refill);
        assert_eq!(Arc::strong_count(&registry), 1);
        assert!(registry.take(&small(32)).is_ok(), "a registry alone draws");
    }

    #[test]
    fn it_goes_on_after_the_thread_has_ended_in_an_unforeseen_way() {
        let (registry, mut refill) = Registry::with_refill();
        refill.start_with(|_| Builder::new().spawn(|| ())).unwrap();
        eventually(|| refill.thread.as_ref().unwrap().is_finished());
        refill.start().unwrap();
        registry.take(&small(32)).unwrap();
        eventually(|| registry.stats().pictures == 20);
    }

    #[test]
    fn a_system_that_has_no_thread_is_asked_again_after_a_while() {
        let (_registry, mut refill) = Registry::with_refill();
        let mut attempts = 0;
        for _ in 0..1000 {
            let error = refill.start_with(|_| {
                attempts += 1;
                Err(io::ErrorKind::WouldBlock.into())
            });
            assert_eq!(error.unwrap_err().kind(), io::ErrorKind::WouldBlock);
        }
        let (_, until) = refill.failure.unwrap();
        // Not more than one in each back-off, however long that took here.
        assert!(
            attempts >= 1 && attempts <= 1 + (Instant::now() + Refill::BACK_OFF - until).as_secs() + 1000 / 999,
            "{attempts}"
        );
        refill.failure = Some((io::ErrorKind::WouldBlock, Instant::now()));
        refill.start().unwrap();
        assert!(refill.failure.is_none());
    }

    #[test]
    fn threads_that_take_while_it_refills_get_each_picture_once() {
        let (registry, mut refill) = Registry::with_refill();
        refill.start().unwrap();
        let options = Options { length: 16, width: 64, ..small(32).options().clone() };
        let style = Style::new(options).unwrap();
        let mut texts: Vec<String> = std::thread::scope(|scope| {
            let takers: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..500).map(|_| registry.take(&style).unwrap().text).collect::<Vec<_>>()))
                .collect();
            takers.into_iter().flat_map(|taker| taker.join().unwrap()).collect()
        });
        texts.sort_unstable();
        texts.dedup();
        // Sixteen letters of 32: two equal texts are one picture handed out twice, not chance.
        assert_eq!(texts.len(), 2000);
    }
}
