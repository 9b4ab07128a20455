use super::super::rsa::{RsaCheck, encode_pkcs1};
use super::*;
use crate::HashFunction;
use rand_core::SeedableRng;
use rsa::traits::PublicKeyParts as _;

#[test]
fn first_light() {
    let ifma = Ifma::detect().unwrap();
    let mut rng = chacha20::ChaCha20Rng::seed_from_u64(1);
    for bits in [2048, 3072, 4096] {
        let key = rsa::PrivateKey::new(&mut rng, bits).unwrap();
        let start = std::time::Instant::now();
        let mine = RsaKey::new(ifma, &key).unwrap();
        println!("setup {bits} {:?}", start.elapsed());
        let encoded: Vec<_> = (0..8u8)
            .map(|i| encode_pkcs1(HashFunction::Sha256, &[i], bits / 8).unwrap())
            .collect();
        let messages: Vec<_> = encoded.iter().map(Vec::as_slice).collect();
        for _ in 0..5 {
            let start = std::time::Instant::now();
            let made = mine.sign(&messages);
            println!("{bits} {:?}", start.elapsed() / 8);
            let start = std::time::Instant::now();
            let one = mine.sign(&messages[..1]);
            println!("single {bits} {:?}", start.elapsed());
            assert_eq!(one[0], made[0]);
            let n = key.n_bytes();
            let made: Vec<_> = made.into_iter().map(Option::unwrap).collect();
            let checks: Vec<_> = made
                .iter()
                .zip(&encoded)
                .map(|(signature, encoded)| RsaCheck {
                    n: &n,
                    e: 65537,
                    signature,
                    encoded: encoded.clone(),
                })
                .collect();
            let checks: Vec<_> = checks.iter().collect();
            let start = std::time::Instant::now();
            assert_eq!(ifma.verify(&checks), [true; 8]);
            println!("verify {bits} {:?}", start.elapsed() / 8);
            for (i, made) in (0..).zip(made) {
                let digest = HashFunction::Sha256.digest(&[i]);
                let theirs = key.sign(rsa::Pkcs1v15Sign::new::<sha2::Sha256>(), &digest);
                assert_eq!(made, theirs.unwrap());
            }
        }
    }
}
