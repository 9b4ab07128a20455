//! A fault in the computation, made on purpose.

use super::ifma_for;
use super::keys::{encoded, key_of, lanes_of};
use crate::crypto::ifma::digits::{LANES, Number, of_lanes, to_lanes};
use crate::{CertificateAuthority, ErrorCode, Policy, SignRequest, Time};
use rand_core::SeedableRng;
use std::cell::Cell;

thread_local! {
    /// The lane of the first pass whose power the next signature is to get wrong.
    static LANE: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Flips a bit of a power modulo a prime, if that was asked for.
pub(in crate::crypto::ifma) fn strike<const B: usize, const N: usize>(pass: &mut Number<B, N>) {
    if let Some(lane) = LANE.take() {
        let mut digits = to_lanes(pass[0][3]);
        digits[lane] ^= 1 << 17;
        pass[0][3] = of_lanes(digits);
    }
}

#[test]
fn a_wrong_half_is_not_given_out() {
    let Some(ifma) = ifma_for(a_wrong_half_is_not_given_out) else {
        return;
    };
    for name in ["root", "ca-rsa3072", "ca-rsa4096"] {
        let key = key_of(name);
        let lanes = lanes_of(ifma, &key).unwrap();
        let encoded = encoded(&key, 4);
        let messages: Vec<_> = encoded.iter().map(Vec::as_slice).collect();
        for lane in 0..LANES {
            LANE.set(Some(lane));
            let signatures = lanes.sign(&messages);
            // The upper lanes have the powers modulo the other prime.
            for (place, signature) in signatures.iter().enumerate() {
                assert_eq!(
                    signature.is_none(),
                    place == lane % 4,
                    "{name}, lane {lane}"
                );
            }
        }
        for lane in [0, 4] {
            LANE.set(Some(lane));
            assert_eq!(
                lanes.sign(&messages[..1]),
                [None],
                "{name}, lane {lane} alone"
            );
        }
        assert!(lanes.sign(&messages).iter().all(Option::is_some));
    }
}

#[test]
fn a_fault_fails_the_request() {
    if ifma_for(a_fault_fails_the_request).is_none() {
        return;
    }
    let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>().unwrap());
    let ca = CertificateAuthority::from_pem(
        include_str!("../../../../../vectors/root.pem"),
        include_str!("../../../../../vectors/root.key"),
        &policy,
    )
    .unwrap();
    let request = SignRequest::new(include_str!("../../../../../vectors/server.csr"));
    let mut rng = chacha20::ChaCha20Rng::seed_from_u64(1);
    LANE.set(Some(4));
    let error = crate::sign(&ca, &request, &policy, &mut rng).unwrap_err();
    assert_eq!(error.code(), ErrorCode::SigningFailed);
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("the computation is at fault"), "{cause}");
    assert!(crate::sign(&ca, &request, &policy, &mut rng).is_ok());
}
