//! A revocation list: as DER, and as the parts of one that is signed as it should be, beside a
//! certificate whose distribution points are the input's too.
#![no_main]

#[path = "../../tests/common/issue.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod issue;
mod parts;

use certwright::{Certificate, ChainRule, Crl, CrlStore, PathOptions, Revocation, TrustStore};
use issue::{Cert, Extension, sequence, tlv};
use libfuzzer_sys::fuzz_target;
use parts::{parts, policy, vector};
use std::sync::LazyLock;

const NOW: i64 = parts::NOW;
const DISTRIBUTION_POINTS: &str = "2.5.29.31";

fn list(issuer: &Cert, entries: &[u8], extensions: &[u8]) -> Vec<u8> {
    let time = |text: &[u8]| tlv(0x17, text);
    let mut fields = vec![
        tlv(2, &[1]),
        issuer.key.algorithm.clone(),
        issuer.subject.clone(),
        time(b"251231000000Z"),
        time(b"260201000000Z"),
    ];
    if !entries.is_empty() {
        fields.push(tlv(0x30, entries));
    }
    if !extensions.is_empty() {
        fields.push(tlv(0xa0, &tlv(0x30, extensions)));
    }
    let tbs = sequence(&fields);
    let signature = [&[0][..], &issuer.key.sign(&tbs)].concat();
    sequence(&[tbs, issuer.key.algorithm.clone(), tlv(3, &signature)])
}

/// A CA, a certificate of it, and what trusts the CA: keys take long.
static FRAME: LazyLock<(Cert, Cert, TrustStore)> = LazyLock::new(|| {
    let root = Cert::root("root");
    let mut leaf = Cert::leaf("server.example.com", &root);
    // Short, so that the input can name it.
    leaf.serial = vec![5];
    let anchor = Certificate::from_der(&root.der()).expect("it is sound");
    (root, leaf, TrustStore::new([anchor]))
});

fuzz_target!(|data: &[u8]| {
    match Crl::from_der(data) {
        Ok(crl) => {
            assert_eq!(Crl::from_der(crl.der()).expect("it was read before"), crl);
            let _ = format!("{crl:?} {:?} {:?}", crl.this_update(), crl.next_update());
        }
        Err(error) => assert!(error.message().len() < 1000),
    }
    let [entries, extensions, delta, delta_extensions, points] = parts(data);
    let (root, leaf, store) = &*FRAME;
    let mut leaf = leaf.clone();
    if !points.is_empty() {
        leaf = leaf.with(Extension::new(DISTRIBUTION_POINTS, points.to_vec()));
    }
    let lists = [
        list(root, entries, extensions),
        list(root, delta, delta_extensions),
    ];
    let crls = CrlStore::new(lists.into_iter().flat_map(Crl::from_der));
    let leaf = Certificate::from_der(&leaf.der()).expect("its frame is sound");
    let verdict = |revocation| {
        let options = PathOptions::any().with_revocation(revocation, crls.clone());
        let verdict = store.verify(&leaf, &[], &options, &policy());
        verdict.map_err(|error| {
            assert!(error.message().len() < 1000);
            error.chain_defect().map(|defect| defect.rule.clone())
        })
    };
    let (given, required) = (
        verdict(Revocation::WhereGiven),
        verdict(Revocation::RequiredForPath),
    );
    match (&given, &required) {
        (Ok(_), Err(Some(ChainRule::RevocationUnknown))) => {}
        (given, required) => assert_eq!(given, required),
    }
});
