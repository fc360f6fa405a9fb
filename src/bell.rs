//! What the thread waits at.

use std::time::Instant;

use crate::sync::{Condvar, Mutex};

/// What the thread waits at. A ring is not lost when nobody waits yet.
#[derive(Default)]
pub(crate) struct Bell {
    state: Mutex<BellState>,
    changed: Condvar,
}

#[derive(Default)]
struct BellState {
    /// Rung since somebody last waited.
    rung: bool,
    /// Nobody is to wait any more.
    closed: bool,
    /// Somebody waits.
    awaited: bool,
}

impl Bell {
    /// Wakes who waits, or who will wait next.
    pub fn ring(&self) {
        self.state.lock().rung = true;
        self.changed.notify_one();
    }

    /// Waits for a ring, one that was before included, or until `until`.
    pub fn wait(&self, until: Option<Instant>) {
        let mut state = self.state.lock();
        state.awaited = true;
        while !state.rung && !state.closed {
            match until {
                Some(until) => {
                    if self.changed.wait_until(&mut state, until).timed_out() {
                        break;
                    }
                }
                None => self.changed.wait(&mut state),
            }
        }
        state.awaited = false;
        state.rung = false;
    }

    /// Lets wait again.
    pub fn open(&self) {
        self.state.lock().closed = false;
    }

    /// Wakes who waits, and lets nobody wait until it is [opened](Self::open).
    pub fn close(&self) {
        self.state.lock().closed = true;
        self.changed.notify_one();
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.state.lock().closed
    }

    /// Whether somebody waits, and goes on waiting.
    #[cfg(test)]
    pub fn is_awaited(&self) -> bool {
        let state = self.state.lock();
        state.awaited && !state.rung
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_ring_before_somebody_waits_is_heard() {
        let bell = Bell::default();
        bell.ring();
        bell.ring();
        bell.wait(None);
        // Two rings are one.
        let soon = Instant::now() + Duration::from_millis(20);
        bell.wait(Some(soon));
        assert!(Instant::now() >= soon);
        bell.close();
        bell.wait(None);
        assert!(bell.is_closed());
    }
}
