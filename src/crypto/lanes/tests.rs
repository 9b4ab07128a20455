use super::*;
use rand_core::SeedableRng;

#[test]
fn first_light() {
    let mut rng = chacha20::ChaCha20Rng::seed_from_u64(1);
    for bits in [2048, 3072, 4096] {
        let key = rsa::PrivateKey::new(&mut rng, bits).unwrap();
        let mine = RsaKey::new(Ifma::detect().unwrap(), &key).unwrap();
        let messages: Vec<Vec<u8>> = (0..8u8)
            .map(|i| {
                crate::crypto::rsa::encode_pkcs1(crate::HashFunction::Sha256, &[i], bits / 8)
                    .unwrap()
            })
            .collect();
        for i in 0..5 {
            let start = std::time::Instant::now();
            let made = mine.sign(&messages);
            println!("{bits} {:?}", start.elapsed() / 8);
            let _ = i;
            for (i, made) in made.iter().enumerate() {
                let theirs = key
                    .sign(
                        rsa::Pkcs1v15Sign::new::<sha2::Sha256>(),
                        &crate::HashFunction::Sha256.digest(&[i as u8]),
                    )
                    .unwrap();
                assert_eq!(made.as_ref().unwrap(), &theirs);
            }
        }
    }
}
