//! Signatures of many keys, checked at once.

use super::ifma_for;
use super::keys::key_of;
use crate::HashFunction;
use crate::crypto::dispatch::{Dispatch, VerifyJob};
use crate::crypto::{PublicKey, SignatureScheme};
use p256::elliptic_curve::bigint::{BoxedUint, Resize as _};
use p256::pkcs8::EncodePublicKey as _;
use rsa::Pkcs1v15Sign;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};

struct Signed {
    spki: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

/// Keys of every size in many orders, some of the signatures spoilt in one way or another.
fn signed() -> Vec<Signed> {
    let names = [
        "root",
        "ca-e3",
        "ca-rsa3072",
        "ca-rsa4096",
        "ca-rsa1024",
        "csr-rsa3072",
    ];
    let mut signed = Vec::new();
    for (round, name) in (0_u8..40).zip(names.iter().cycle()) {
        let key = key_of(name);
        let message = vec![round; 100];
        let digest = HashFunction::Sha384.digest(&message);
        let mut signature = key
            .sign(Pkcs1v15Sign::new::<sha2::Sha384>(), &digest)
            .unwrap();
        match round % 13 {
            3 => signature[40] ^= 1,
            5 => signature.fill(0),
            7 => signature.push(0),
            9 => signature.fill(0xff),
            11 => {
                // The same residue, but not the signature.
                let bits = key.n().bits_precision() + 64;
                let number = BoxedUint::from_be_slice_vartime(&signature).resize(bits);
                let sum = number.wrapping_add(key.n().as_ref()).to_be_bytes();
                signature = sum[sum.len() - key.size()..].to_vec();
            }
            _ => {}
        }
        let spki = key.as_public_key().to_public_key_der().unwrap().into_vec();
        signed.push(Signed {
            spki,
            message,
            signature,
        });
    }
    signed
}

#[test]
fn verdicts_are_those_of_the_portable_way() {
    if ifma_for(verdicts_are_those_of_the_portable_way).is_none() {
        return;
    }
    let signed = signed();
    for count in [0, 1, 2, 7, 8, 9, 40] {
        let jobs: Vec<_> = signed[..count]
            .iter()
            .map(|signed| VerifyJob {
                key: PublicKey::from_spki(&signed.spki).unwrap(),
                scheme: SignatureScheme::RsaPkcs1(HashFunction::Sha384),
                message: &signed.message,
                signature: &signed.signature,
            })
            .collect();
        let portable = Dispatch::PORTABLE.verify(&jobs);
        assert_eq!(Dispatch::detect().verify(&jobs), portable);
        if count == 40 {
            let good = portable.iter().filter(|verdict| verdict.is_ok()).count();
            assert!((20..35).contains(&good), "{good}");
        }
    }
}

/// Exponents up to the largest that the lanes take, with and without zeros in a row.
#[test]
fn public_exponents() {
    use crate::crypto::rsa::RsaCheck;
    let Some(ifma) = ifma_for(public_exponents) else {
        return;
    };
    let key = key_of("root");
    let n = key.n_bytes();
    let signature = super::random(3, 2040).to_be_bytes();
    let signature = [&vec![0; 256 - signature.len()], &*signature].concat();
    for e in [
        3_u64,
        5,
        17,
        65537,
        0xffff_ffff,
        (1 << 32) + 1,
        (1 << 33) - 1,
    ] {
        let encoded = BoxedUint::from_be_slice(&signature, 2048)
            .unwrap()
            .pow_mod(&BoxedUint::from(e), &super::odd(key.n()))
            .to_be_bytes()
            .to_vec();
        let check = |encoded: Vec<u8>| {
            let e = e.to_be_bytes();
            let start = e.iter().position(|&byte| byte != 0).unwrap();
            RsaCheck::new(&n, &e[start..], &signature, || Some(encoded)).unwrap()
        };
        let mut wrong = encoded.clone();
        wrong[0] ^= 1;
        let checks = [check(encoded), check(wrong)];
        let verdicts = ifma.verify(&checks.iter().collect::<Vec<_>>());
        assert_eq!(verdicts, [true, false], "{e}");
    }
    let large = [1, 0, 0, 0, 1];
    assert!(RsaCheck::new(&n, &[2, 0, 0, 0, 1], &signature, || Some(n.to_vec())).is_none());
    assert!(RsaCheck::new(&n, &large, &signature, || Some(n.to_vec())).is_some());
    assert!(key.primes().len() == 2);
}
