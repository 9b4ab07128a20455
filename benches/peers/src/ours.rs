//! certwright.

use crate::Peer;
use crate::fixtures::{Ca, P384, policy};
use certwright::rand_core::UnwrapErr;
use certwright::{CertificateAuthority, Policy, SignRequest, sign, sign_batch};
use getrandom::SysRng;

pub struct Ours {
    ca: CertificateAuthority,
    policy: Policy,
    /// That of the others: what fits the key.
    hash: &'static str,
}

impl Ours {
    pub fn load(ca: &Ca) -> Self {
        Self {
            ca: ca.load(),
            hash: if ca.name == P384.name {
                "sha384"
            } else {
                "sha256"
            },
            policy: policy(),
        }
    }
}

impl Peer for Ours {
    fn name(&self) -> &'static str {
        "certwright"
    }

    fn sign(&self, request: &str) -> String {
        let request = SignRequest::new(request).with_hash_function(self.hash);
        let signed = sign(&self.ca, &request, &self.policy, &mut UnwrapErr(SysRng));
        signed.expect("a certificate").public_certificate
    }

    fn sign_batch(&self, requests: &[&str]) -> Vec<String> {
        let requests: Vec<_> = requests
            .iter()
            .map(|request| SignRequest::new(*request).with_hash_function(self.hash))
            .collect();
        sign_batch(&self.ca, &requests, &self.policy, &mut UnwrapErr(SysRng))
            .into_iter()
            .map(|signed| signed.expect("a certificate").public_certificate)
            .collect()
    }
}
