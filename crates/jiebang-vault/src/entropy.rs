//! Randomness as something that is passed in, so that a run can be repeated from a seed.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};

/// A source of random bytes. Clones share the same source.
#[derive(Clone)]
pub struct Entropy(Arc<Source>);

enum Source {
    System(SystemRandom),
    /// SHA-256 in counter mode over a seed: repeatable, for tests and demos only.
    Seeded {
        seed: u64,
        counter: AtomicU64,
    },
}

impl Entropy {
    /// The machine's randomness. Everything secret is drawn from here.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(Source::System(SystemRandom::new())))
    }

    /// Bytes that are the same for the same seed and the same order of calls.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Source::Seeded {
            seed,
            counter: AtomicU64::new(0),
        }))
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// Overwrites `out` with random bytes. Ends the process if the machine has none to give:
    /// going on with weak bytes would be worse, and AWS-LC itself does the same.
    pub fn fill(&self, out: &mut [u8]) {
        match &*self.0 {
            Source::System(system) => {
                if system.fill(out).is_err() {
                    std::process::abort();
                }
            }
            Source::Seeded { seed, counter } => {
                for chunk in out.chunks_mut(digest::SHA256_OUTPUT_LEN) {
                    let mut block = [0; 16];
                    block[..8].copy_from_slice(&seed.to_be_bytes());
                    block[8..]
                        .copy_from_slice(&counter.fetch_add(1, Ordering::SeqCst).to_be_bytes());
                    let hash = digest::digest(&digest::SHA256, &block);
                    chunk.copy_from_slice(&hash.as_ref()[..chunk.len()]);
                }
            }
        }
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &*self.0 {
            Source::System(_) => "Entropy(system)",
            Source::Seeded { .. } => "Entropy(seeded)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_bytes_again_and_another_seed_gives_others() {
        let draw = |seed| {
            let entropy = Entropy::seeded(seed);
            (entropy.bytes::<10>(), entropy.bytes::<70>())
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let (first, second) = draw(1);
        assert_ne!(first[..], second[..10]);
    }

    #[test]
    fn the_system_does_not_repeat_itself() {
        let entropy = Entropy::system();
        assert_ne!(entropy.bytes::<32>(), entropy.bytes::<32>());
    }
}
