//! The time of `validate_chain`: for good chains, and for chains made to take long, each of which
//! must be answered within 100 ms.
//!
//! ```sh
//! cargo bench --bench chain
//! ```

#[path = "../tests/common/mod.rs"]
mod common;
mod timing;

use certwright::{ChainRequest, validate_chain};
use common::hostile::{Outcome, inputs};
use common::issue::{Cert, Key, algorithm_null};
use std::hint::black_box;
use timing::{Case, Options, compare};

const HOST: &str = "www.example.com";

fn main() {
    let options = Options::from_args();
    let mut chains = vec![
        ("p256/leaf", below(0)),
        ("p256/leaf-ca", below(1)),
        ("p256/leaf-ca-ca", below(2)),
    ];
    // OpenSSL signs them, before the clock runs.
    if common::tool("openssl") {
        chains.push(("rsa2048/leaf", below_rsa(0)));
        chains.push(("rsa2048/leaf-ca", below_rsa(1)));
    }
    let policy = common::policy();
    let cases = chains.iter().map(|(name, request)| {
        Case::new(format!("chain/{name}"), 1, || {
            black_box(validate_chain(black_box(request), &policy).expect("a good chain"));
        })
    });
    compare("good chains", cases.collect(), options.budget());

    let inputs = inputs();
    let cases = inputs.iter().map(|hostile| {
        Case::new(format!("chain/hostile/{}", hostile.name), 1, || {
            let answer = validate_chain(black_box(&hostile.request), &policy);
            assert_eq!(answer.is_ok(), hostile.outcome == Outcome::Good);
            let _ = black_box(answer);
        })
    });
    compare("hostile chains", cases.collect(), options.budget());
}

/// A chain with so many CAs between root and leaf.
fn below(intermediates: usize) -> ChainRequest {
    request(intermediates, Cert::root("root"))
}

/// The same with one RSA key for all CAs.
fn below_rsa(intermediates: usize) -> ChainRequest {
    let path = format!("{}/vectors/root.key", env!("CARGO_MANIFEST_DIR"));
    let spki = common::run(
        "openssl",
        &["pkey", "-in", &path, "-pubout", "-outform", "DER"],
    );
    let command = ["openssl", "dgst", "-sha256", "-sign", &path];
    let key = Key::command(
        spki.stdout,
        algorithm_null("1.2.840.113549.1.1.11"),
        &command,
    );
    let mut root = Cert::root("root").with_key(key.clone());
    root.signer = key;
    request(intermediates, root)
}

fn request(intermediates: usize, root: Cert) -> ChainRequest {
    let mut request = ChainRequest::new("")
        .with_trust_anchor(root.pem())
        .with_peer_name(HOST);
    let mut above = root;
    for number in 0..intermediates {
        // A CA of its own name, with the key of the one above, so that its kind is the same.
        let key = above.key.clone();
        above = Cert::ca(&format!("ca {number}"), &above).with_key(key);
        request = request.with_intermediate(above.pem());
    }
    request.public_certificate = Cert::leaf(HOST, &above).pem();
    request
}
