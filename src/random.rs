//! Random numbers for what is secret, straight from the system.

use std::convert::Infallible;

use rand::{rngs::SysRng, TryRng};

use crate::error::{Error, Result};

/// The system's own cryptographic generator, read in blocks of as many bytes as a picture needs: 16 for its letters, 8 for the
/// seed of its drawing, and some for letters that are drawn again.
///
/// One is made for each picture, so no state outlives it. Two processes that a fork made of one share no texts then, which
/// they would with a generator of our own; and nothing is left in memory that would tell the next text. It costs one system
/// call a picture: 0.4 µs here, of the 20 that a png takes.
pub(crate) struct SystemRng {
    block: [u8; BLOCK],
    used: usize,
}

/// Bytes read at once.
const BLOCK: usize = 32;

impl SystemRng {
    /// A generator that has read its first block.
    ///
    /// # Errors
    /// When the system has no random numbers to give. That a further block fails when the first did not is not foreseen: it
    /// panics.
    pub fn new() -> Result<Self> {
        let mut block = [0; BLOCK];
        fill(&mut block)?;
        Ok(Self { block, used: 0 })
    }

    fn next<const N: usize>(&mut self) -> [u8; N] {
        if BLOCK - self.used < N {
            fill(&mut self.block).expect("there were some before");
            self.used = 0;
        }
        let bytes = std::array::from_fn(|i| self.block[self.used + i]);
        self.used += N;
        bytes
    }
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    SysRng.try_fill_bytes(bytes).map_err(|error| Error::internal(format!("the system has no random numbers: {error}")))
}

impl TryRng for SystemRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> std::result::Result<u32, Infallible> {
        Ok(u32::from_ne_bytes(self.next()))
    }

    fn try_next_u64(&mut self) -> std::result::Result<u64, Infallible> {
        Ok(u64::from_ne_bytes(self.next()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> std::result::Result<(), Infallible> {
        fill(bytes).expect("there were some before");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;
    use std::collections::HashSet;

    #[test]
    fn no_number_comes_twice_whatever_the_blocks() {
        let mut rng = SystemRng::new().unwrap();
        let mut seen = HashSet::new();
        for i in 0..10_000 {
            // Reads of both sizes, so that blocks end in between.
            assert!(seen.insert(rng.next_u64()));
            if i % 3 == 0 {
                rng.next_u32();
            }
        }
        let mut bytes = [0; 100];
        rng.fill_bytes(&mut bytes);
        assert!(bytes.iter().collect::<HashSet<_>>().len() > 50);
    }

    #[test]
    fn every_bit_is_as_often_one_as_zero() {
        let mut rng = SystemRng::new().unwrap();
        let mut ones = [0; 64];
        for _ in 0..10_000 {
            let number = rng.next_u64();
            for (bit, ones) in ones.iter_mut().enumerate() {
                *ones += number >> bit & 1;
            }
        }
        // Ten standard deviations of 50.
        assert!(ones.iter().all(|ones| (4500..=5500).contains(ones)), "{ones:?}");
    }
}
