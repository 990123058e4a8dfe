//! Lists that fit one call: at least one entry, at most the number the platform takes.

use std::ops::Deref;

/// Between 1 and `MAX` entries. The platform's limits per call are in section 9.4 of the
/// API reference; most are 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<T, const MAX: usize = 100>(Vec<T>);

/// Why a list is not a batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    #[error("the batch is empty")]
    Empty,
    #[error("the batch has {entries} entries, more than {max}")]
    TooMany { entries: usize, max: usize },
}

impl<T, const MAX: usize> Batch<T, MAX> {
    /// Makes a batch of a list that must already fit.
    pub fn new(entries: Vec<T>) -> Result<Self, BatchError> {
        match entries.len() {
            0 => Err(BatchError::Empty),
            n if n > MAX => Err(BatchError::TooMany {
                entries: n,
                max: MAX,
            }),
            _ => Ok(Self(entries)),
        }
    }

    /// Cuts a list of any length into the fewest batches, in order.
    pub fn split(entries: impl IntoIterator<Item = T>) -> Vec<Self> {
        let mut batches = Vec::new();
        let mut current = Vec::new();
        for entry in entries {
            current.push(entry);
            if current.len() == MAX {
                batches.push(Self(std::mem::take(&mut current)));
            }
        }
        if !current.is_empty() {
            batches.push(Self(current));
        }
        batches
    }
}

impl<T, const MAX: usize> From<T> for Batch<T, MAX> {
    fn from(entry: T) -> Self {
        Self(vec![entry])
    }
}

impl<T, const MAX: usize> Deref for Batch<T, MAX> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_into_the_fewest_batches_in_order() {
        let batches = Batch::<i32, 100>::split(0..250);
        assert_eq!(
            batches.iter().map(|b| b.len()).collect::<Vec<_>>(),
            [100, 100, 50]
        );
        assert_eq!(
            batches.iter().flat_map(|b| b.iter()).sum::<i32>(),
            (0..250).sum::<i32>()
        );
        assert!(Batch::<i32, 100>::split([]).is_empty());
    }

    #[test]
    fn an_empty_or_overlong_list_is_no_batch() {
        assert_eq!(Batch::<i32, 2>::new(vec![]), Err(BatchError::Empty));
        assert_eq!(
            Batch::<i32, 2>::new(vec![1, 2, 3]),
            Err(BatchError::TooMany { entries: 3, max: 2 })
        );
    }
}
