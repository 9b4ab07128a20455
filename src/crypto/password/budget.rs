//! The work that a file may ask for.

use super::error::{ITERATIONS_MAX, MEMORY_MAX, PasswordError};

/// What is left of the work that one file may ask for: whoever wrote it chose how much there is.
pub(crate) struct Budget(u32);

impl Budget {
    pub(crate) fn new() -> Self {
        Self(ITERATIONS_MAX)
    }

    pub(super) fn spend(&mut self, iterations: u32) -> Result<(), PasswordError> {
        if iterations == 0 {
            return Err(PasswordError::Parameters);
        }
        self.0 = self
            .0
            .checked_sub(iterations)
            .ok_or(PasswordError::TooMuchWork)?;
        Ok(())
    }

    /// scrypt of cost `n`, blocks of 128 `r` octets, `p` times: 64 octets count as an iteration.
    pub(super) fn spend_scrypt(&mut self, n: u64, r: u32, p: u32) -> Result<(), PasswordError> {
        let work = n
            .checked_mul(128 * u64::from(r))
            .and_then(|memory| memory.checked_mul(u64::from(p)))
            .filter(|octets| *octets <= MEMORY_MAX)
            .ok_or(PasswordError::TooMuchWork)?;
        let iterations = u32::try_from(work / 128).map_err(|_| PasswordError::TooMuchWork)?;
        self.spend(iterations)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_bounded() {
        let mut budget = Budget::new();
        assert_eq!(budget.spend(0), Err(PasswordError::Parameters));
        assert_eq!(budget.spend(600_000), Ok(()));
        assert_eq!(budget.spend(3_400_001), Err(PasswordError::TooMuchWork));
        assert_eq!(budget.spend(3_400_000), Ok(()));
        assert_eq!(budget.spend(1), Err(PasswordError::TooMuchWork));
    }

    #[test]
    fn memory_is_bounded() {
        // What OpenSSL writes, and the most there may be.
        for (n, r, p) in [(1 << 14, 8, 1), (1 << 16, 8, 1), (1 << 15, 8, 2)] {
            assert_eq!(Budget::new().spend_scrypt(n, r, p), Ok(()));
        }
        for (n, r, p) in [
            (1 << 16, 9, 1),
            (1 << 16, 8, 2),
            (u64::MAX, 8, 1),
            (1 << 40, u32::MAX, u32::MAX),
        ] {
            let refused = Budget::new().spend_scrypt(n, r, p);
            assert_eq!(refused, Err(PasswordError::TooMuchWork));
        }
    }
}
