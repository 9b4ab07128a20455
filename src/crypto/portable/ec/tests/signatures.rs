//! Keys and signatures.

use super::on_each_curve;
use crate::crypto::portable::ec::curve::CurveParameters;
use crate::crypto::portable::ec::curve::Scalar;
use crate::crypto::portable::ec::ecdsa::{PrivateKey, PublicKey, Signature};
use crate::crypto::portable::ec::residue::Modulus;
use crate::crypto::portable::ec::tables::WordCurve as _;
use crate::crypto::portable::ec::words::{from_be, to_be};
use ::p256::ecdsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};
use ::p256::elliptic_curve::ops::Reduce as _;
use ::p256::elliptic_curve::point::AffineCoordinates as _;
use ::p256::elliptic_curve::sec1::{FromSec1Point as _, ToSec1Point as _};
use ::p256::elliptic_curve::{Field as _, PrimeField as _};
use chacha20::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};
use sha2::{Digest as _, Sha512};

on_each_curve! {
    use theirs::{ProjectivePoint, Scalar as TheirScalar};

    fn scalar(of: &TheirScalar) -> Scalar<Curve, N> {
        Scalar::<Curve, N>::from_integer(&from_be(&of.to_repr()))
    }

    fn private(d: &TheirScalar) -> PrivateKey<Curve, N> {
        PrivateKey::new(Curve::tables(), &d.to_repr()).unwrap()
    }

    fn public(point: &ProjectivePoint) -> PublicKey<Curve, N> {
        let encoded = point.to_affine().to_sec1_point(false);
        let (x, y) = encoded.as_bytes()[1..].split_at(8 * N);
        PublicKey::new(x, y).unwrap()
    }

    /// What either implementation says; they must agree.
    fn verdict(q: &ProjectivePoint, digest: &[u8], r: &TheirScalar, s: &TheirScalar) -> bool {
        let ours = Signature::new::<Curve>(&r.to_repr(), &s.to_repr())
            .is_some_and(|signature| public(q).verify(Curve::tables(), digest, &signature));
        let key = theirs::ecdsa::VerifyingKey::from_affine(q.to_affine()).unwrap();
        let theirs = theirs::ecdsa::Signature::from_scalars(r.to_repr(), s.to_repr())
            .is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok());
        assert_eq!(ours, theirs);
        ours
    }

    /// Keys that both make the same of, signatures of ours that the crate accepts and of the crate that
    /// are accepted here, and broken ones.
    fn both_ways(count: u32) {
        let mut rng = ChaCha20Rng::seed_from_u64(u64::from(count));
        for _ in 0..count {
            let mut bytes = [0; 8 * N];
            rng.fill_bytes(&mut bytes);
            let Ok(their_key) = theirs::ecdsa::SigningKey::from_slice(&bytes) else {
                assert!(PrivateKey::<Curve, N>::new(Curve::tables(), &bytes).is_none());
                continue;
            };
            let key = PrivateKey::<Curve, N>::new(Curve::tables(), &bytes).unwrap();
            let mut written = [0; 16 * N];
            key.public().write(&mut written);
            let encoded = their_key.verifying_key().to_sec1_point(false);
            assert_eq!(encoded.as_bytes()[1..], written);
            let mut digest = [0; 8 * N];
            let mut fresh = [0; 32];
            rng.fill_bytes(&mut digest);
            rng.fill_bytes(&mut fresh);
            let made = key.sign(Curve::tables(), || digest.to_vec(), &fresh).unwrap();
            assert!(key.public().verify(Curve::tables(), &digest, &made));
            let [r, s] = made.to_be();
            let mut both = [&r[48 - 8 * N..], &s[48 - 8 * N..]].concat();
            let theirs = theirs::ecdsa::Signature::from_slice(&both).unwrap();
            their_key.verifying_key().verify_prehash(&digest, &theirs).unwrap();
            let place = usize::from(fresh[0]) % both.len();
            both[place] ^= 1 << (fresh[1] % 8);
            let (r, s) = both.split_at(8 * N);
            assert!(!Signature::new::<Curve>(r, s).is_some_and(|bad| key.public().verify(Curve::tables(), &digest, &bad)));
            let theirs: theirs::ecdsa::Signature = their_key.sign_prehash(&digest).unwrap();
            let theirs = theirs.to_bytes();
            let (r, s) = theirs.split_at(8 * N);
            assert!(key.public().verify(Curve::tables(), &digest, &Signature::new::<Curve>(r, s).unwrap()));
        }
        println!("{count} keys and signatures of {} bits, both ways: all good", 64 * N);
    }

    #[test]
    fn some_random_signatures() {
        both_ways(20);
    }

    /// `cargo test --release --lib a_hundred_thousand -- --ignored --nocapture`
    #[test]
    #[ignore = "minutes, and only in a release build"]
    fn a_hundred_thousand_random_signatures() {
        both_ways(100_000);
    }

    /// Scalars at the ends of the range and with long runs of equal bits.
    #[test]
    fn multiples_of_the_generator() {
        let powers = (0..64 * N as u64).step_by(11).map(|i| TheirScalar::from(2_u64).pow([i]));
        let edges: Vec<_> = (1..35_u64).map(TheirScalar::from).chain(powers).collect();
        for k in edges.iter().flat_map(|k| [*k, -*k, *k - TheirScalar::ONE, k.invert().unwrap()]) {
            if bool::from(k.is_zero()) {
                continue;
            }
            assert_eq!(*private(&k).public(), public(&(ProjectivePoint::GENERATOR * k)));
        }
    }

    /// Those for which the last addition of the comb is one of equal points.
    #[test]
    fn multiples_where_the_last_row_meets_the_sum() {
        let row = TheirScalar::from(2_u64).pow([6 * ((64 * N as u64).div_ceil(6) - 1)]);
        for digit in (1..64_u64).step_by(2) {
            let k = row * TheirScalar::from(2 * digit);
            for k in [k, -k] {
                assert_eq!(*private(&k).public(), public(&(ProjectivePoint::GENERATOR * k)));
            }
        }
    }

    /// The sum of products passes equal and opposite points, and infinity.
    #[test]
    fn inputs_that_someone_chose() {
        let small = [1_u64, 2, 17, 127].map(TheirScalar::from);
        for d in small.into_iter().flat_map(|d| [d, -d]) {
            let q = ProjectivePoint::GENERATOR * d;
            for k in small {
                let r = TheirScalar::reduce(&(ProjectivePoint::GENERATOR * k).to_affine().x());
                // e = 0: no multiple of the generator is in the sum.
                let s = r * d * k.invert().unwrap();
                assert!(verdict(&q, &[0; 8 * N], &r, &s));
                // u G = v Q.
                let e = r * d;
                assert!(verdict(&q, &e.to_repr(), &r, &(s + s)));
                // u G = - v Q: the sum is infinity.
                let minus = -e;
                assert!(!verdict(&q, &minus.to_repr(), &r, &s));
                // Small u and v: u + v d = k.
                for v in small {
                    let s = r * v.invert().unwrap();
                    let e = (k - v * d) * s;
                    assert!(verdict(&q, &e.to_repr(), &r, &s));
                }
            }
        }
    }

    #[test]
    fn numbers_out_of_range() {
        let key = private(&TheirScalar::from(5_u64));
        let digest = [7; 8 * N];
        let good = key.sign(Curve::tables(), || digest.to_vec(), &[1; 32]).unwrap().to_be();
        let n = <<Curve as CurveParameters<N>>::Order as Modulus<N>>::MODULUS;
        let mut order = [0; 8 * N];
        to_be(&n, &mut order);
        let [r, s] = good.each_ref().map(|number| &number[48 - 8 * N..]);
        assert!(Signature::new::<Curve>(r, s).is_some());
        let zero: &[u8] = &[0; 8 * N];
        let most: &[u8] = &[0xff; 8 * N];
        let long: &[u8] = &[1; 8 * N + 1];
        for bad in [zero, &order, most, long, &[]] {
            assert!(Signature::new::<Curve>(bad, s).is_none());
            assert!(Signature::new::<Curve>(r, bad).is_none());
            assert!(PrivateKey::<Curve, N>::new(Curve::tables(), bad).is_none());
        }
    }

    /// Points that are none, and coordinates that are not reduced.
    #[test]
    fn points_off_the_curve() {
        let point = ProjectivePoint::GENERATOR.to_affine().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(8 * N);
        assert!(PublicKey::<Curve, N>::new(x, y).is_some());
        assert!(PublicKey::<Curve, N>::new(y, x).is_none());
        assert!(PublicKey::<Curve, N>::new(&[0; 8 * N], &[0; 8 * N]).is_none());
        assert!(PublicKey::<Curve, N>::new(&[0xff; 8 * N], y).is_none());
        assert!(PublicKey::<Curve, N>::new(x, &[0xff; 8 * N]).is_none());
    }

    /// The x-coordinate of the sum is not less than the order: `r` is what is above it.
    #[test]
    fn r_is_less_than_the_coordinate_by_the_order() {
        let n = Number::from_words(<<Curve as CurveParameters<N>>::Order as Modulus<N>>::MODULUS);
        let mut found = 0;
        for above in 1..60_u64 {
            let mut encoded = vec![2; 8 * N + 1];
            to_be(&n.wrapping_add(&Number::from_u64(above)).to_words(), &mut encoded[1..]);
            let Ok(encoded) = theirs::Sec1Point::from_bytes(&encoded) else { continue };
            let Some(point) = theirs::AffinePoint::from_sec1_point(&encoded).into_option() else {
                continue;
            };
            let (r, s, e) = (TheirScalar::from(above), TheirScalar::from(77_u64), TheirScalar::from(5_u64));
            // Q = (s R - e G) / r
            let q = (ProjectivePoint::from(point) * s - ProjectivePoint::GENERATOR * e)
                * r.invert().unwrap();
            assert!(verdict(&q, &e.to_repr(), &r, &s));
            assert!(!verdict(&q, &e.to_repr(), &(r + TheirScalar::ONE), &s));
            found += 1;
        }
        assert!(found > 10);
    }

    /// All of the key, the fresh bytes and the digest go into the nonce, and nothing else does.
    #[test]
    fn nonces() {
        let (one, two) = (TheirScalar::from(1_u64), TheirScalar::from(2_u64));
        let of = |d: &TheirScalar, fresh: u8, digest: &[u8]| {
            crate::crypto::portable::ec::nonce::nonce::<Curve, N>(&scalar(d), &[fresh; 32], digest)
        };
        let nonces = [of(&one, 1, &[3; 32]), of(&two, 1, &[3; 32]), of(&one, 2, &[3; 32]), of(&one, 1, &[4; 32])];
        for (i, nonce) in nonces.iter().enumerate() {
            assert!(nonces[..i].iter().all(|other| other != nonce));
        }
        assert_eq!(of(&one, 1, &[3; 32]), nonces[0]);
        // 512 bits, modulo the order.
        let hashed = Sha512::new().chain_update(one.to_repr()).chain_update([1; 32]).chain_update([3; 32]).finalize();
        let mut expected = TheirScalar::ZERO;
        for byte in hashed {
            expected = expected * TheirScalar::from(256_u64) + TheirScalar::from(u64::from(byte));
        }
        assert_eq!(nonces[0], scalar(&expected));
    }
}
