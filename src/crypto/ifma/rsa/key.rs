//! [`RsaKey`]: a private key of one of the sizes that there are kernels for.

use super::private::{HALF, Numbers, PrivateKey, Workspace};
use crate::crypto::ifma::Ifma;
use crate::crypto::ifma::digits::{LANES, bytes, words, words_of};
use crate::crypto::rsa_numbers::RsaNumbers;
use crate::crypto::stack;

/// A private key made ready to sign in lanes. Wiped when it is dropped.
pub(in crate::crypto) struct RsaKey {
    pub(super) key: RsaKeyBySize,
    pub(super) ifma: Ifma,
}

/// Block length, blocks of a prime, blocks of the modulus, digits of a chunk.
pub(super) enum RsaKeyBySize {
    Rsa2048(Box<PrivateKey<20, 1, 2, 5>>),
    Rsa3072(Box<PrivateKey<15, 2, 4, 8>>),
    Rsa4096(Box<PrivateKey<20, 2, 4, 10>>),
}

impl RsaKey {
    /// `None` for a key of a size that there are no kernels for.
    pub(in crate::crypto) fn new(ifma: Ifma, key: &RsaNumbers) -> Option<Self> {
        let numbers = Numbers {
            n: &key.n,
            e: key.e,
            p: &key.p,
            q: &key.q,
            dp: &key.dp,
            dq: &key.dq,
            coefficient: &key.coefficient,
        };
        // SAFETY: `ifma` is the proof that the processor has the instructions.
        let key = unsafe {
            match 64 * key.n.len() {
                2048 => RsaKeyBySize::Rsa2048(PrivateKey::new(&numbers, 2048)),
                3072 => RsaKeyBySize::Rsa3072(PrivateKey::new(&numbers, 3072)),
                4096 => RsaKeyBySize::Rsa4096(PrivateKey::new(&numbers, 4096)),
                _ => return None,
            }
        };
        stack::wipe_deep();
        Some(Self { key, ifma })
    }

    /// Bytes of the modulus and of a signature.
    pub(in crate::crypto) fn length(&self) -> usize {
        match self.key {
            RsaKeyBySize::Rsa2048(_) => 2048 / 8,
            RsaKeyBySize::Rsa3072(_) => 3072 / 8,
            RsaKeyBySize::Rsa4096(_) => 4096 / 8,
        }
    }

    /// Signs encoded messages, each as long as the modulus and less than it. There is no signature
    /// where the one that was made did not verify.
    pub(in crate::crypto) fn sign(&self, encoded: &[&[u8]]) -> Vec<Option<Vec<u8>>> {
        let signatures = match &self.key {
            RsaKeyBySize::Rsa2048(key) => sign(self.ifma, key, encoded, 3),
            RsaKeyBySize::Rsa3072(key) => sign(self.ifma, key, encoded, 3),
            RsaKeyBySize::Rsa4096(key) => sign(self.ifma, key, encoded, 4),
        };
        stack::wipe();
        signatures
    }
}

/// Signs in passes of eight and four, and what is left over one by one; `worth_a_pass` is how many
/// left over take longer so than in a pass of four (`benches/kernels.rs` tells).
fn sign<const B: usize, const N: usize, const M: usize, const K: usize>(
    _: Ifma,
    key: &PrivateKey<B, N, M, K>,
    encoded: &[&[u8]],
    worth_a_pass: usize,
) -> Vec<Option<Vec<u8>>> {
    let words: Vec<_> = encoded.iter().map(|bytes| words(bytes)).collect();
    let messages: Vec<_> = words.iter().map(Vec::as_slice).collect();
    let mut signatures = Vec::with_capacity(messages.len());
    // SAFETY: the caller has the proof that the processor has the instructions.
    let mut space = unsafe { Workspace::new() };
    let mut rest = messages.as_slice();
    while !rest.is_empty() {
        let together = match rest.len() {
            LANES.. => LANES,
            count if count % HALF < worth_a_pass => (count - count % HALF).max(1),
            count => count,
        };
        let (group, after) = rest.split_at(together);
        rest = after;
        // SAFETY: as above.
        let (numbers, good) = unsafe {
            match group {
                [message] => key.sign_one(message, &mut space),
                messages => key.sign(messages, &mut space),
            }
        };
        for (lane, message) in group.iter().enumerate() {
            let number = words_of(numbers.as_flattened(), lane);
            let length = 8 * message.len();
            signatures.push((good >> lane & 1 == 1).then(|| bytes(&number, length)));
        }
    }
    signatures
}
