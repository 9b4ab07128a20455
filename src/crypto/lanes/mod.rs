//! RSA in lanes.
#![allow(unsafe_code)]

mod block;
mod digits;
mod modular;
mod power;
mod private;
mod public;
mod unroll;

use digits::LANES;
use private::{Numbers, PrivateKey, Workspace};
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};

/// Proof that the processor has the instructions; only [`Ifma::detect`] makes one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ifma(());

impl Ifma {
    pub(super) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma"))
            .then_some(Self(()))
    }
}

/// A private key made ready for this arithmetic.
pub(super) struct RsaKey {
    key: Sized,
    ifma: Ifma,
}

enum Sized {
    Rsa2048(Box<PrivateKey<20, 1, 2>>),
    Rsa3072(Box<PrivateKey<15, 2, 4>>),
    Rsa4096(Box<PrivateKey<20, 2, 4>>),
}

impl RsaKey {
    /// `None` for a key that this arithmetic does not take.
    pub(super) fn new(ifma: Ifma, key: &rsa::PrivateKey) -> Option<Self> {
        let &[ref p, ref q] = key.primes() else {
            return None;
        };
        let coefficient = zeroize::Zeroizing::new(key.qinv()?.retrieve());
        let &[e] = key.e().as_words() else {
            return None;
        };
        let numbers = Numbers {
            n: key.n().as_words(),
            e,
            p: p.as_words(),
            q: q.as_words(),
            dp: key.dp()?.as_words(),
            dq: key.dq()?.as_words(),
            coefficient: coefficient.as_words(),
        };
        let bits = key.n().bit_width();
        if e & 1 == 0 || e < 3 || p.bit_width() != bits / 2 || q.bit_width() != bits / 2 {
            return None;
        }
        // SAFETY: the processor has the instructions, says the proof.
        let key = unsafe {
            match bits {
                2048 => Sized::Rsa2048(PrivateKey::new(&numbers, 2048)),
                3072 => Sized::Rsa3072(PrivateKey::new(&numbers, 3072)),
                4096 => Sized::Rsa4096(PrivateKey::new(&numbers, 4096)),
                _ => return None,
            }
        };
        Some(Self { key, ifma })
    }

    /// Signs encoded messages.
    pub(super) fn sign(&self, encoded: &[Vec<u8>]) -> Vec<Option<Vec<u8>>> {
        match &self.key {
            Sized::Rsa2048(key) => sign(self.ifma, key, encoded),
            Sized::Rsa3072(key) => sign(self.ifma, key, encoded),
            Sized::Rsa4096(key) => sign(self.ifma, key, encoded),
        }
    }
}

fn sign<const B: usize, const N: usize, const M: usize>(
    _: Ifma,
    key: &PrivateKey<B, N, M>,
    encoded: &[Vec<u8>],
) -> Vec<Option<Vec<u8>>> {
    // SAFETY: the processor has the instructions, says the proof.
    unsafe {
        let mut space = Workspace::new();
        let mut signatures = Vec::with_capacity(encoded.len());
        for group in encoded.chunks(LANES) {
            let words: Vec<_> = group.iter().map(|bytes| words(bytes)).collect();
            let messages: Vec<_> = words.iter().map(Vec::as_slice).collect();
            let (numbers, good) = key.sign(&messages, &mut space);
            for (lane, message) in group.iter().enumerate() {
                signatures.push((good >> lane & 1 == 1).then(|| {
                    let mut words = vec![0; message.len() / 8];
                    digits::store(numbers.as_flattened(), lane, &mut words);
                    words
                        .iter()
                        .rev()
                        .flat_map(|word| word.to_be_bytes())
                        .collect()
                }));
            }
        }
        signatures
    }
}

/// The 64-bit words, least significant first, of a big-endian number of a multiple of 8 bytes.
fn words(bytes: &[u8]) -> Vec<u64> {
    bytes
        .rchunks_exact(8)
        .map(|chunk| {
            chunk
                .iter()
                .fold(0, |word, &byte| word << 8 | u64::from(byte))
        })
        .collect()
}

#[cfg(test)]
mod tests;
