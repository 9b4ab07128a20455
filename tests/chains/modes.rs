//! Purposes, and FIPS mode.

use crate::case::{HOST, chain};
use crate::common::issue::{
    CLIENT_AUTH, Cert, Key, SERVER_AUTH, algorithm, algorithm_null, extended_key_usage, key_usage,
    pem, sequence, tlv,
};
use crate::common::policy;
use crate::common::rows::{each_named, each_row};
use certwright::{
    ChainDefect, ChainRequest, ChainRule, ErrorCode, FipsRule, Policy, Purpose, Time,
    validate_chain,
};
use std::error::Error;

const SERVER: Purpose = Purpose::Server;
const CLIENT: Purpose = Purpose::Client;
const ANY: Purpose = Purpose::Any;

/// The root first, the leaf last.
fn request(chain: &[Cert]) -> ChainRequest {
    let ders: Vec<_> = chain.iter().map(Cert::der).collect();
    let leaf = ders.len() - 1;
    let mut request = ChainRequest::new(pem(&ders[leaf])).with_trust_anchor(pem(&ders[0]));
    for ca in &ders[1..leaf] {
        request = request.with_intermediate(pem(ca));
    }
    request
}

fn refused(request: &ChainRequest, policy: &Policy) -> Option<(ErrorCode, ChainRule)> {
    let error = validate_chain(request, policy).err()?;
    let source = error.source().unwrap();
    let defect: &ChainDefect = source.downcast_ref().unwrap();
    Some((error.code(), defect.rule.clone()))
}

#[test]
fn usages_are_checked_for_the_purpose() {
    let digital_signature = key_usage(0x80);
    let key_encipherment = key_usage(0x20);
    let key_agreement = key_usage(0x08);
    let cases = [
        (&[SERVER_AUTH][..], &digital_signature, &[SERVER, ANY][..]),
        (&[CLIENT_AUTH], &digital_signature, &[CLIENT, ANY]),
        (
            &[SERVER_AUTH, CLIENT_AUTH],
            &digital_signature,
            &[SERVER, CLIENT, ANY],
        ),
        (
            &[SERVER_AUTH, CLIENT_AUTH],
            &key_encipherment,
            &[SERVER, ANY],
        ),
        (
            &[SERVER_AUTH, CLIENT_AUTH],
            &key_agreement,
            &[SERVER, CLIENT, ANY],
        ),
    ];
    each_named(
        cases.into_iter().enumerate(),
        |(usages, key_usage, good_for)| {
            for on_ca in [false, true] {
                let mut chain = chain(1);
                chain[2] = chain[2].clone().with(key_usage.clone());
                // A CA's usages bound those of the certificates below.
                let bounded = if on_ca { 1 } else { 2 };
                chain[2] = chain[2]
                    .clone()
                    .with(extended_key_usage(&[SERVER_AUTH, CLIENT_AUTH]));
                chain[bounded] = chain[bounded].clone().with(extended_key_usage(usages));
                for purpose in [SERVER, CLIENT, ANY] {
                    let request = request(&chain).with_purpose(purpose);
                    let verdict = refused(&request, &policy());
                    let is_good = good_for.contains(&purpose);
                    assert_eq!(
                        verdict.is_none(),
                        is_good,
                        "{usages:?} {purpose:?} {verdict:?}"
                    );
                }
            }
        },
    );
}

#[test]
fn fips_mode_judges_all_but_the_anchors_own_signature() {
    let fips = policy().with_fips();
    let refusal = |chain: &[Cert]| refused(&request(chain), &fips);
    let broken = |rule| Some((ErrorCode::CertificateNotFips, ChainRule::Fips(rule)));
    assert_eq!(refusal(&chain(2)), None);

    let rsa = |bits: usize, exponent: &[u8]| {
        let modulus = [&[0][..], &vec![0xff; bits / 8]].concat();
        let key = sequence(&[tlv(2, &modulus), tlv(2, exponent)]);
        let algorithm = algorithm_null("1.2.840.113549.1.1.1");
        Key::public(sequence(&[
            algorithm,
            tlv(3, &[&[0], key.as_slice()].concat()),
        ]))
    };
    let leaf_of = |key: Key| {
        let root = Cert::root("root");
        let leaf = Cert::leaf(HOST, &root).with_key(key);
        [root, leaf]
    };
    assert_eq!(refusal(&leaf_of(rsa(2048, &[1, 0, 1]))), None);
    let short = leaf_of(rsa(1024, &[1, 0, 1]));
    assert_eq!(
        refusal(&short),
        broken(FipsRule::RsaModulusTooShort { bits: 1024 })
    );
    assert_eq!(refused(&request(&short), &policy()), None);
    assert_eq!(
        refusal(&leaf_of(rsa(2048, &[3]))),
        broken(FipsRule::RsaExponent)
    );
    let ed25519 = [
        algorithm("1.3.101.112"),
        tlv(3, &[&[0][..], &[9; 32]].concat()),
    ];
    let ed25519 = leaf_of(Key::public(sequence(&ed25519)));
    assert_eq!(refusal(&ed25519), broken(FipsRule::KeyType));

    // A signature with sha1: of the leaf, of a CA, of the root.
    each_row(0..3, |index| {
        let mut chain = chain(1);
        let weak = algorithm("1.2.840.10045.4.1");
        let signer = &chain[index].signer;
        chain[index].signer = Key::forged(signer.spki.clone(), weak, vec![0; 8]);
        let (verdict, outside) = (refusal(&chain), refused(&request(&chain), &policy()));
        if index == 0 {
            assert_eq!((verdict, outside), (None, None));
        } else {
            let weak = ChainRule::WeakHash("sha1");
            assert_eq!(verdict, Some((ErrorCode::CertificateNotFips, weak.clone())));
            assert_eq!(outside, Some((ErrorCode::HashNotSupported, weak)));
        }
    });
}

#[test]
fn both_ends_of_a_validity_belong_to_it() {
    each_row(0..3, |index| {
        let mut chain = chain(1);
        let (first, last) = (chain[index].not_before + 1, chain[index].not_after - 1);
        (chain[index].not_before, chain[index].not_after) = (first, last);
        let request = request(&chain);
        let at = |seconds| {
            let policy = Policy::at(Time::from_unix(seconds).unwrap());
            refused(&request, &policy).map(|(code, _)| code)
        };
        assert_eq!((at(first), at(last)), (None, None));
        assert_eq!(at(first - 1), Some(ErrorCode::NotYetValid));
        assert_eq!(at(last + 1), Some(ErrorCode::Expired));
    });
}
