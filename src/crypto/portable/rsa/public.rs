//! The RSA public operation: signatures that are checked, one's own among them.

use super::modulus::{Modulus, Scratch};
use super::words::of_bytes;
use crate::crypto::rsa::RsaCheck;

/// A public key whose modulus has `64 N` bits. Nothing of it is secret.
pub(super) struct PublicKey<const N: usize> {
    modulus: Modulus<N>,
    e: u64,
    r_squared: [u64; N],
}

impl<const N: usize> PublicKey<N> {
    pub(super) fn new(n: &[u64; N], e: u64, scratch: &mut Scratch<N>) -> Self {
        let modulus = Modulus::new(n);
        let r_squared = modulus.r_squared(scratch);
        Self {
            modulus,
            e,
            r_squared,
        }
    }

    /// Whether `signature^e mod n` is `encoded`; both are less than `n`.
    pub(super) fn check(
        &self,
        signature: &[u64; N],
        encoded: &[u64; N],
        scratch: &mut Scratch<N>,
    ) -> bool {
        let Self {
            modulus,
            e,
            r_squared,
        } = self;
        let mut base = *signature;
        modulus.multiply(&mut base, r_squared, scratch);
        let mut power = base;
        // The highest bit is the base itself.
        for place in (0..e.ilog2()).rev() {
            modulus.square(&mut power, scratch);
            if e >> place & 1 == 1 {
                modulus.multiply(&mut power, &base, scratch);
            }
        }
        modulus.leave(&mut power, scratch);
        power == *encoded
    }
}

/// Makes a check; tells whether the signature is good.
pub(in crate::crypto) fn verify(check: &RsaCheck<'_>) -> bool {
    match check.n.len() {
        256 => verify_by_size::<32>(check),
        384 => verify_by_size::<48>(check),
        512 => verify_by_size::<64>(check),
        _ => false,
    }
}

fn verify_by_size<const N: usize>(check: &RsaCheck<'_>) -> bool {
    let mut scratch = Scratch::new();
    PublicKey::<N>::new(&of_bytes(check.n), check.e, &mut scratch).check(
        &of_bytes(check.signature),
        &of_bytes(&check.encoded),
        &mut scratch,
    )
}
