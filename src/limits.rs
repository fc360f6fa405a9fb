//! The bounds of the caches.

use crate::error::{shown_number, Error, Result};

/// The bounds of a [`Registry`](crate::Registry). [`with`](Self::with) sets one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    cache_size: u32,
    max_caches: u32,
    max_bytes: u32,
    max_idle: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { cache_size: 20, max_caches: 64, max_bytes: 32 << 20, max_idle: 600 }
    }
}

impl Limits {
    /// Pictures in a cache: 1..=1024, default 20. One that has fallen to three quarters is filled up again.
    #[must_use]
    pub fn cache_size(&self) -> u32 {
        self.cache_size
    }

    /// Caches: 1..=1024, default 64. When there are so many, a further set of options gets one at the cost of the least
    /// recently used, and only if it has been asked for more often of late.
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

    /// The pictures at which a cache is filled up again: three quarters of its size, 0 to 768.
    pub(crate) fn low_mark(&self) -> usize {
        self.cache_size as usize * 3 / 4
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

    #[test]
    fn a_cache_is_low_at_three_quarters() {
        for (size, low) in [(1.0, 0), (2.0, 1), (3.0, 2), (20.0, 15), (1024.0, 768)] {
            assert_eq!(Limits::default().with("cacheSize", size).unwrap().low_mark(), low);
        }
    }
}
