//! The lock and the threads that the caches and the one that refills them use. With `--cfg shuttle` those of a checker stand in for
//! them, which runs one thread at a time and decides at each lock who goes on: see `tests/interleavings/`.

#[cfg(not(shuttle))]
pub(crate) use parking_lot::{Condvar, Mutex};
#[cfg(not(shuttle))]
pub(crate) use std::thread::{Builder, JoinHandle};

#[cfg(shuttle)]
pub(crate) use checked::{Builder, Condvar, JoinHandle, Mutex};

/// The checker's, with the interface of those above as far as it is used.
#[cfg(shuttle)]
mod checked {
    use std::io;
    use std::ops::{Deref, DerefMut};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::Arc;
    use std::time::Instant;

    #[derive(Default)]
    pub(crate) struct Mutex<T>(shuttle::sync::Mutex<T>);

    /// It is taken apart while its holder waits.
    pub(crate) struct MutexGuard<'a, T>(Option<shuttle::sync::MutexGuard<'a, T>>);

    #[derive(Default)]
    pub(crate) struct Condvar(shuttle::sync::Condvar);

    pub(crate) struct TimedOut(bool);

    /// With whether it has come to its end, which the checker's own does not tell.
    pub(crate) struct JoinHandle<T>(shuttle::thread::JoinHandle<T>, Arc<AtomicBool>);

    #[derive(Default)]
    pub(crate) struct Builder(shuttle::thread::Builder);

    impl<T> Mutex<T> {
        pub fn new(value: T) -> Self {
            Self(shuttle::sync::Mutex::new(value))
        }

        pub fn lock(&self) -> MutexGuard<'_, T> {
            MutexGuard(Some(self.0.lock().unwrap()))
        }
    }

    impl<T> Deref for MutexGuard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            self.0.as_ref().unwrap()
        }
    }

    impl<T> DerefMut for MutexGuard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            self.0.as_mut().unwrap()
        }
    }

    impl Condvar {
        pub fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
            guard.0 = Some(self.0.wait(guard.0.take().unwrap()).unwrap());
        }

        /// Time stands still.
        pub fn wait_until<T>(&self, guard: &mut MutexGuard<'_, T>, _until: Instant) -> TimedOut {
            self.wait(guard);
            TimedOut(false)
        }

        pub fn notify_one(&self) {
            self.0.notify_one();
        }
    }

    impl TimedOut {
        pub fn timed_out(&self) -> bool {
            self.0
        }
    }

    impl Builder {
        pub fn new() -> Self {
            Self::default()
        }

        pub fn name(self, name: String) -> Self {
            Self(self.0.name(name))
        }

        pub fn spawn<T: Send + 'static>(self, run: impl FnOnce() -> T + Send + 'static) -> io::Result<JoinHandle<T>> {
            let ended = Arc::new(AtomicBool::new(false));
            let end = Arc::clone(&ended);
            let run = move || {
                let result = run();
                end.store(true, Ordering::Release);
                result
            };
            Ok(JoinHandle(self.0.spawn(run)?, ended))
        }
    }

    impl<T> JoinHandle<T> {
        pub fn is_finished(&self) -> bool {
            self.1.load(Ordering::Acquire)
        }

        pub fn join(self) -> std::thread::Result<T> {
            self.0.join()
        }
    }
}
