//! The answers are the same bytes, whatever arithmetic is behind them.

mod common;

use certwright::{Backend, SignRequest, backend, sign, sign_batch};
use common::rows::each_row;
use common::{ca, policy, rng, vector};

const REQUESTS: [&str; 9] = [
    "server.csr",
    "csr-rsa3072.pem",
    "csr-rsa4096.pem",
    "csr-rsa1024.pem",
    "csr-p256.pem",
    "csr-pss.pem",
    "csr-bad-signature.pem",
    "csr-plain.pem",
    "csr-multi-cn.pem",
];

/// Requests with every hash function, in every order of sizes.
fn requests(count: usize) -> Vec<SignRequest> {
    let hashes = ["sha224", "sha256", "sha384", "sha512"];
    (0..count)
        .map(|place| {
            SignRequest::new(vector(REQUESTS[place * 4 % REQUESTS.len()]))
                .with_hash_function(hashes[place % hashes.len()])
        })
        .collect()
}

#[test]
fn every_key_and_every_length_of_batch() {
    let keys = [
        "root",
        "ca-e3",
        "ca-rsa3072",
        "ca-rsa4096",
        "ca-p256",
        "ca-three-primes",
    ];
    each_row(keys, |name| {
        let fast = ca(name);
        let portable = ca(name).with_portable_arithmetic();
        assert_eq!(fast.backend(), backend());
        assert_eq!(portable.backend(), Backend::Portable);
        for count in [1, 3, 12, 21] {
            let requests = requests(count);
            let answers = |ca| -> Vec<_> {
                sign_batch(ca, &requests, &policy(), &mut rng(1))
                    .into_iter()
                    .map(|answer| answer.map_err(|error| error.to_string()))
                    .collect()
            };
            assert_eq!(answers(&fast), answers(&portable), "{count} requests");
        }
        let one = &requests(1)[0];
        let answer = |ca| sign(ca, one, &policy(), &mut rng(2)).unwrap();
        assert_eq!(answer(&fast), answer(&portable));
    });
}

/// Says it to the gate, which tells whether the kernels were tested.
#[test]
fn the_backend_of_this_processor_is_named() {
    common::say(&format!("backend: {}", backend()));
    let ca = ca("root");
    assert_eq!(ca.backend(), backend());
    assert_eq!(ca.with_portable_arithmetic().backend(), Backend::Portable);
}

#[test]
fn backends_have_names() {
    assert_eq!(Backend::Portable.to_string(), "portable");
    assert_eq!(Backend::Ifma.to_string(), "avx512-ifma");
    if cfg!(not(all(feature = "ifma", target_arch = "x86_64"))) {
        assert_eq!(backend(), Backend::Portable);
    }
}
