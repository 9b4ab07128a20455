//! [`Seed`]: the randomness of one operation, drawn from the caller's generator at once; [`SignJob`]:
//! what it is for.

use super::hash::HashFunction;
use chacha20::ChaCha20Rng;
use rand_core::{CryptoRng, SeedableRng};
use zeroize::Zeroizing;

/// 32 bytes from the caller's generator, enough for one operation.
///
/// Each operation draws exactly one seed, after all its checks, and stretches it with ChaCha20.
/// So a batch consumes the caller's stream as a loop does, whatever is rejected inside, and a
/// generator that is stuck (all zeros) cannot make a rejection loop run forever.
pub(crate) struct Seed(Zeroizing<[u8; 32]>);

impl Seed {
    pub(crate) fn draw(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self(seed)
    }

    /// The generator for one use of the seed; each use has a stream of its own.
    pub(crate) fn generator(&self, stream: Stream) -> ChaCha20Rng {
        let mut rng = ChaCha20Rng::from_seed(*self.0);
        rng.set_stream(stream as u64);
        rng
    }
}

/// What the randomness is for.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    Key,
    SerialNumber,
    Signature,
    #[cfg(feature = "azure")]
    TokenId,
}

/// One message to sign.
#[derive(Clone, Copy)]
pub(crate) struct SignJob<'a> {
    pub(crate) hash: HashFunction,
    pub(crate) message: &'a [u8],
    pub(crate) seed: &'a Seed,
}
