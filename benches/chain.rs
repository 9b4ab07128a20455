//! The time of `validate_chain`: for good chains, for many trust anchors beside a `TrustStore` of
//! them, and for chains made to take long, each of which must be answered within 100 ms.
//!
//! ```sh
//! cargo bench --bench chain
//! ```

#[path = "../tests/common/mod.rs"]
mod common;
mod timing;

use certwright::{
    Certificate, CertificateAuthority, ChainRequest, CreateRequest, CreatedCertificate, Crl,
    CrlStore, CsrRequest, PathOptions, Revocation, SignRequest, SubjectAlternatives, TrustStore,
    create, generate_csr, sign, validate_chain,
};
use common::hostile::{Outcome, inputs};
use common::issue::{Cert, Key, algorithm_null, sequence, tlv};
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

    many_trust_anchors(options);

    revocation_lists(options);

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

/// How many trust anchors a machine may have; those of the web are about as many.
const ROOTS: usize = 120;

/// How often each is asked for one sample.
const VALIDATIONS: u32 = 1000;

/// A server that validates one peer after the other: with a store that is loaded once, and with
/// requests that bring their trust anchors as PEM.
fn many_trust_anchors(options: Options) {
    let policy = common::policy();
    let roots = roots();
    // Neither the first nor the last.
    let leaf = leaf(&roots[77]);
    let request = |roots: &[CreatedCertificate]| {
        let parts = roots.chunks(64).map(|part| {
            let texts = part.iter().map(|root| &*root.public_certificate);
            texts.collect::<String>()
        });
        parts.fold(
            ChainRequest::new(leaf.to_pem()).with_peer_name(HOST),
            ChainRequest::with_trust_anchor,
        )
    };
    let validate = |request: &ChainRequest| {
        for _ in 0..VALIDATIONS {
            black_box(validate_chain(black_box(request), &policy).expect("a good chain"));
        }
    };
    let store = TrustStore::new(roots.iter().map(|root| root.certificate.clone()));
    let peer = PathOptions::server(HOST);
    let (all, one) = (request(&roots), request(&roots[77..=77]));
    let cases = vec![
        Case::new(format!("chain/store-of-{ROOTS}"), VALIDATIONS, || {
            for _ in 0..VALIDATIONS {
                let chain = store.verify(black_box(&leaf), &[], &peer, &policy);
                black_box(chain.expect("a good chain"));
            }
        }),
        Case::new(format!("chain/pem-of-{ROOTS}"), VALIDATIONS, || {
            validate(&all);
        }),
        Case::new("chain/pem-of-1", VALIDATIONS, || validate(&one)),
    ];
    compare("trust anchors", cases, options.budget());
}

/// A list of a million entries beside one of none, and none: reading it, and what it adds to a
/// validation. With the feature `hooks` the look-up alone too.
fn revocation_lists(options: Options) {
    let policy = common::policy();
    let root = Cert::root("root");
    let read = |cert: &Cert| Certificate::from_der(&cert.der()).expect("a certificate");
    let (leaf, store) = (
        read(&Cert::leaf(HOST, &root)),
        TrustStore::new([read(&root)]),
    );
    let list = |entries| Crl::from_der(revocation_list(&root, entries)).expect("a list");
    let path = |entries| {
        let crls = CrlStore::new([list(entries)]);
        PathOptions::server(HOST).with_revocation(Revocation::RequiredForPath, crls)
    };
    let million = revocation_list(&root, 1_000_000);
    let (short, long) = (path(0), path(1_000_000));
    let validate = |options: &PathOptions| {
        for _ in 0..VALIDATIONS {
            black_box(
                store
                    .verify(black_box(&leaf), &[], options, &policy)
                    .expect("a good chain"),
            );
        }
    };
    #[cfg(feature = "hooks")]
    let (list, serials): (_, Vec<_>) = (list(1_000_000), (0..VALIDATIONS).map(serial).collect());
    let without = PathOptions::server(HOST);
    let cases = vec![
        #[cfg(feature = "hooks")]
        Case::new("chain/look-up-in-10^6", VALIDATIONS, || {
            for serial in &serials {
                assert!(certwright::hooks::is_listed(black_box(&list), serial));
            }
        }),
        Case::new("chain/without-lists", VALIDATIONS, || validate(&without)),
        Case::new("chain/read-list-of-10^6", 1, || {
            black_box(Crl::from_der(million.as_slice()).expect("a list"));
        }),
        Case::new("chain/with-list-of-0", VALIDATIONS, || validate(&short)),
        Case::new("chain/with-list-of-10^6", VALIDATIONS, || validate(&long)),
    ];
    compare("revocation lists", cases, options.budget());
}

/// The serial number of this entry.
fn serial(number: u32) -> Vec<u8> {
    let spread = number.wrapping_mul(2_654_435_761).to_be_bytes();
    [&[0x11][..], &spread, &[7; 11]].concat()
}

/// The DER of a list with so many entries, in no order.
fn revocation_list(issuer: &Cert, entries: u32) -> Vec<u8> {
    let date = tlv(0x17, b"251201000000Z");
    let revoked: Vec<_> = (0..entries)
        .map(|number| sequence(&[tlv(2, &serial(number)), date.clone()]))
        .collect();
    let mut fields = vec![
        tlv(2, &[1]),
        issuer.key.algorithm.clone(),
        issuer.subject.clone(),
        date,
        tlv(0x17, b"401201000000Z"),
    ];
    if entries > 0 {
        fields.push(sequence(&revoked));
    }
    let tbs = sequence(&fields);
    let signature = [&[0][..], &issuer.key.sign(&tbs)].concat();
    sequence(&[tbs, issuer.key.algorithm.clone(), tlv(3, &signature)])
}

/// Root CAs with P-256 keys.
fn roots() -> Vec<CreatedCertificate> {
    let (policy, mut rng) = (common::policy(), common::rng(1));
    let mut create = |number| {
        let request = CreateRequest::root_ca(format!("Root {number}")).with_algorithm("ec");
        create(&request, &policy, &mut rng).expect("a root")
    };
    (0..ROOTS).map(&mut create).collect()
}

/// A server's certificate below a root.
fn leaf(root: &CreatedCertificate) -> Certificate {
    let (policy, mut rng) = (common::policy(), common::rng(2));
    let names = SubjectAlternatives::new().with_dns(HOST);
    let csr = CsrRequest::for_names(names).with_algorithm("ec");
    let csr = generate_csr(&csr, &policy, &mut rng).expect("a request");
    let (certificate, key) = (root.certificate.der(), root.private_key_der.as_bytes());
    let ca = CertificateAuthority::from_der(certificate, key, &policy).expect("a sound CA");
    let request = SignRequest::new(csr.csr).with_expiry("P90D");
    let signed = sign(&ca, &request, &policy, &mut rng).expect("a certificate");
    signed.certificate
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
