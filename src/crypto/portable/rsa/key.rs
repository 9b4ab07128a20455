//! [`RsaKey`]: a private key of one of the sizes that there is code for.

use super::private::PrivateKey;
use super::words::{of_bytes, to_bytes};
use crate::crypto::rsa_numbers::RsaNumbers;
use crate::crypto::stack;

/// A private key made ready to sign. Wiped when it is dropped.
pub(in crate::crypto) struct RsaKey(RsaKeyBySize);

/// Words of a prime, words of the modulus.
enum RsaKeyBySize {
    Rsa2048(Box<PrivateKey<16, 32>>),
    Rsa3072(Box<PrivateKey<24, 48>>),
    Rsa4096(Box<PrivateKey<32, 64>>),
}

impl RsaKey {
    /// `None` for a key of another size.
    pub(in crate::crypto) fn new(numbers: &RsaNumbers) -> Option<Self> {
        let key = match numbers.n.len() {
            32 => PrivateKey::new(numbers).map(RsaKeyBySize::Rsa2048),
            48 => PrivateKey::new(numbers).map(RsaKeyBySize::Rsa3072),
            64 => PrivateKey::new(numbers).map(RsaKeyBySize::Rsa4096),
            _ => None,
        };
        stack::wipe();
        key.map(Self)
    }

    /// Signs an encoded message, as long as the modulus and less than it. `None` if the signature
    /// that was made does not verify.
    pub(in crate::crypto) fn sign(&self, encoded: &[u8]) -> Option<Vec<u8>> {
        let signature = match &self.0 {
            RsaKeyBySize::Rsa2048(key) => sign(key, encoded),
            RsaKeyBySize::Rsa3072(key) => sign(key, encoded),
            RsaKeyBySize::Rsa4096(key) => sign(key, encoded),
        };
        stack::wipe();
        signature
    }
}

fn sign<const N: usize, const M: usize>(key: &PrivateKey<N, M>, encoded: &[u8]) -> Option<Vec<u8>> {
    key.sign(&of_bytes(encoded))
        .map(|signature| to_bytes(&signature))
}
