//! No secret is left in the process after an operation, on the stacks or on the heap: all the memory that
//! can be written to is copied to a file through the system, and searched for each word of each secret.
#![cfg(target_os = "linux")]

mod common;

use certwright::{
    CertificateAuthority, CreateRequest, CsrRequest, SecretPem, SignRequest, create, generate_csr,
    sign,
};
use common::rows::each_named;
use common::{Folder, policy, rng, vector};
use der::{Decode as _, Encode as _};
use p256::elliptic_curve::bigint::{BoxedUint, ConcatenatingMul as _, NonZero, Odd, Resize as _};
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufReader, Read as _, Write as _};
use std::os::unix::fs::FileExt as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One test at a time: the tables of a curve are shared.
static TURN: Mutex<()> = Mutex::new(());

fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The memory of this process at one moment.
struct Dump {
    _folder: Folder,
    file: String,
}

impl Dump {
    fn take() -> Self {
        let folder = Folder::new("memory");
        let file = folder.path("dump");
        let mut out = File::create(&file).unwrap();
        let memory = File::open("/proc/self/mem").unwrap();
        let regions = regions();
        let mut buffer = vec![0; 1 << 16];
        let own = buffer.as_ptr() as u64..buffer.as_ptr() as u64 + buffer.len() as u64;
        for (start, end) in regions {
            // What the buffer had from elsewhere would be found twice.
            for (mut at, end) in [(start, end.min(own.start)), (start.max(own.end), end)] {
                while at < end {
                    let length = buffer.len().min(usize::try_from(end - at).unwrap());
                    let Ok(read @ 1..) = memory.read_at(&mut buffer[..length], at) else {
                        break;
                    };
                    out.write_all(&buffer[..read]).unwrap();
                    at += read as u64;
                }
            }
        }
        buffer.fill(0);
        Self {
            _folder: folder,
            file,
        }
    }

    /// How often each of the words is there.
    fn count(&self, words: &Words) -> HashMap<u64, usize> {
        let mut maybe = vec![false; 1 << 16];
        for word in words.0.keys() {
            maybe[usize::from(lowest(*word))] = true;
        }
        let mut counts = HashMap::new();
        let mut window = 0_u64;
        for byte in BufReader::with_capacity(1 << 16, File::open(&self.file).unwrap()).bytes() {
            window = window >> 8 | u64::from(byte.unwrap()) << 56;
            if maybe[usize::from(lowest(!window))] && words.0.contains_key(&!window) {
                *counts.entry(!window).or_default() += 1;
            }
        }
        counts
    }

    /// Panics with the names of the secrets that are there.
    fn assert_none(&self, words: &Words) {
        let mut found: Vec<_> = self
            .count(words)
            .into_keys()
            .map(|word| &words.0[&word])
            .collect();
        found.sort();
        found.dedup();
        let shown = &found[..found.len().min(10)];
        assert!(found.is_empty(), "{} words, such as {shown:?}", found.len());
    }
}

/// The lowest bits, by which most words are told apart at once.
fn lowest(word: u64) -> u16 {
    let bytes = word.to_le_bytes();
    u16::from_le_bytes([bytes[0], bytes[1]])
}

/// What can be read and written of this process.
fn regions() -> Vec<(u64, u64)> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    maps.lines()
        .filter(|line| line.split(' ').nth(1).unwrap().starts_with("rw"))
        .map(|line| {
            let (start, end) = line.split(' ').next().unwrap().split_once('-').unwrap();
            let address = |text| u64::from_str_radix(text, 16).unwrap();
            (address(start), address(end))
        })
        .collect()
}

/// Words of secrets and what they are of. Their complements are kept, so that no dump has them from here.
#[derive(Default)]
struct Words(HashMap<u64, String>);

impl Words {
    /// Each word of the number, as arithmetic holds it and as it is written.
    fn add(&mut self, name: &str, number: &BoxedUint) {
        for (place, &word) in number.as_words().iter().enumerate() {
            if word.count_ones().min(word.count_zeros()) < 8 {
                continue;
            }
            self.0.insert(!word, format!("{name}, word {place}"));
            self.0
                .insert(word.swap_bytes(), format!("{name}, bytes of word {place}"));
        }
    }

    /// The number in digits of 52 bits, as it is in lanes.
    fn add_digits(&mut self, name: &str, number: &BoxedUint) {
        for place in 0..number.bits_precision().div_ceil(52) {
            let digit = (number >> (52 * place)).as_words()[0] & ((1 << 52) - 1);
            // Whatever stands above it, which is little.
            if digit.count_ones() >= 8 {
                self.0.insert(!digit, format!("{name}, digit {place}"));
            }
        }
    }

    /// The same of the number in Montgomery's representation, where it may not be reduced.
    fn add_residue(&mut self, name: &str, number: &BoxedUint, modulus: &Modulus) {
        let residue = modulus.multiply(number, &modulus.r);
        self.add(&format!("{name}, residue"), &residue);
        let above = residue.wrapping_add(&modulus.n);
        self.add(&format!("{name}, residue not reduced"), &above);
    }
}

/// Arithmetic modulo a prime, by crypto-bigint.
struct Modulus {
    n: BoxedUint,
    /// `2^bits` modulo the prime.
    r: BoxedUint,
}

impl Modulus {
    /// The prime has all its bits, a multiple of 64.
    fn new(n: &BoxedUint) -> Self {
        let mut words = vec![0; n.as_words().len()];
        words.push(1);
        Self {
            n: n.clone(),
            r: remainder(&BoxedUint::from_words(words), n),
        }
    }

    fn multiply(&self, a: &BoxedUint, b: &BoxedUint) -> BoxedUint {
        remainder(&a.concatenating_mul(b), &self.n)
    }

    fn invert(&self, a: &BoxedUint) -> BoxedUint {
        let exponent = self
            .n
            .wrapping_sub(BoxedUint::from(2_u8).resize(self.n.bits_precision()));
        let a = a.clone().resize(self.n.bits_precision());
        a.pow_mod(&exponent, &Odd::new(self.n.clone()).unwrap())
    }
}

fn remainder(x: &BoxedUint, n: &BoxedUint) -> BoxedUint {
    let bits = x.bits_precision().max(n.bits_precision());
    let divisor = NonZero::new(n.clone().resize(bits)).unwrap();
    x.clone()
        .resize(bits)
        .rem(&divisor)
        .resize(n.bits_precision())
}

fn number(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice(bytes, 8 * u32::try_from(bytes.len()).unwrap()).unwrap()
}

/// The complements of two secrets.
const COMPLEMENTS: [u64; 2] = [0x3c2d_1e0f_a5b6_c7d8, 0x0f1e_2d3c_4b5a_6978];

#[test]
fn the_search_finds_what_is_not_wiped() {
    let _turn = turn();
    let words = Words(COMPLEMENTS.map(|word| (word, "secret".to_owned())).into());
    Dump::take().assert_none(&words);
    let on_heap: Vec<_> = COMPLEMENTS.iter().map(|word| !word).collect();
    std::hint::black_box(&on_heap);
    assert_eq!(Dump::take().count(&words).len(), 2);
    drop(on_heap);
    leave_on_stack(COMPLEMENTS[1]);
    assert!(Dump::take().count(&words).contains_key(&COMPLEMENTS[1]));
}

#[inline(never)]
fn leave_on_stack(complement: u64) {
    let mut frame = [0; 2000];
    frame[1000] = !complement;
    std::hint::black_box(&frame);
}

/// The private numbers of a new RSA key; and in lanes its primes, and the one modulo each.
fn numbers_of_rsa(pem: &SecretPem) -> Words {
    let key = rsa::PrivateKey::from_pkcs8_pem(pem.as_str()).unwrap();
    let mut words = Words::default();
    words.add("p", &key.primes()[0]);
    words.add("q", &key.primes()[1]);
    words.add("d", key.d());
    words.add("dp", key.dp().unwrap());
    words.add("dq", key.dq().unwrap());
    words.add("coefficient", &key.qinv().unwrap().retrieve());
    for prime in key.primes() {
        let prime = prime.as_ref();
        // 20 digits for 1024 bits.
        let digits = prime.bits_precision() * 20 / 1024;
        let one = power_of_two(52 * digits, prime);
        words.add_digits("prime", prime);
        words.add_digits("one modulo the prime", &one);
        words.add_digits("negative of it", &prime.wrapping_sub(&one));
    }
    words
}

/// A power of two modulo a number.
fn power_of_two(exponent: u32, n: &BoxedUint) -> BoxedUint {
    let power = BoxedUint::one_with_precision(exponent + 1) << exponent;
    remainder(&power, n)
}

#[test]
fn a_new_rsa_key() {
    let _turn = turn();
    let root = |size, seed| {
        let request = CreateRequest::root_ca("ROOT").with_key_size(size);
        create(&request, &policy(), &mut rng(seed))
            .unwrap()
            .private_key
    };
    let csr = |strength, seed| {
        let request = CsrRequest::new("CN=a.example").with_security_strength(strength);
        generate_csr(&request, &policy(), &mut rng(seed))
            .unwrap()
            .generated_private_key
    };
    let rows: [(&str, &dyn Fn() -> SecretPem); 4] = [
        ("create, 2048", &|| root(2048, 71)),
        ("create, 3072", &|| root(3072, 72)),
        ("generate_csr, 2048", &|| csr(112, 73)),
        ("generate_csr, 4096", &|| csr(192, 79)),
    ];
    each_named(rows, |make| {
        let pem = make();
        let dump = Dump::take();
        dump.assert_none(&numbers_of_rsa(&pem));
    });
}

fn der_of(pem: &str) -> Vec<u8> {
    pem_rfc7468::decode_vec(pem.as_bytes()).unwrap().1
}

/// A certificate or a request: what is signed, and the signature.
struct Signed {
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl Signed {
    fn certificate(pem: &str) -> Self {
        let certificate = x509_cert::Certificate::from_der(&der_of(pem)).unwrap();
        Self {
            message: certificate.tbs_certificate().to_der().unwrap(),
            signature: certificate.signature().raw_bytes().to_vec(),
        }
    }

    fn request(pem: &str) -> Self {
        let request = x509_cert::request::CertReq::from_der(&der_of(pem)).unwrap();
        Self {
            message: request.info.to_der().unwrap(),
            signature: request.signature.raw_bytes().to_vec(),
        }
    }
}

/// Powers of the message modulo each prime, what was found modulo each, and the quotient between.
#[test]
fn an_rsa_signature() {
    let _turn = turn();
    for (backend, seed) in [("portable", 74), ("this processor's", 81)] {
        let mut ca =
            CertificateAuthority::from_pem(&vector("root.pem"), &vector("root.key"), &policy())
                .unwrap();
        if backend == "portable" {
            ca = ca.with_portable_arithmetic();
        }
        let request = SignRequest::new(vector("server.csr"));
        let signed = sign(&ca, &request, &policy(), &mut rng(seed)).unwrap();
        let dump = Dump::take();
        let signature = number(&Signed::certificate(&signed.public_certificate).signature);
        let key = rsa::PrivateKey::from_pkcs8_pem(&vector("root.key")).unwrap();
        let n = key.n().as_ref();
        let e = BoxedUint::from(65_537_u32).resize(2048);
        let message = signature.pow_mod(&e, &Odd::new(n.clone()).unwrap());
        let mut words = Words::default();
        for prime in key.primes() {
            let prime = prime.as_ref().clone().resize(1024);
            let modulus = Modulus::new(&prime);
            let half = remainder(&signature, &prime);
            words.add("half of the signature", &half);
            words.add_residue("half of the signature", &half, &modulus);
            words.add_digits("half of the signature", &half);
            let base = remainder(&message, &prime);
            let mut power = base.clone();
            for exponent in 1..16 {
                words.add_residue(&format!("power {exponent}"), &power, &modulus);
                power = modulus.multiply(&power, &base);
            }
        }
        dump.assert_none(&words);
    }
}

/// A curve as the test sees it.
#[derive(Clone, Copy)]
struct TestCurve {
    size: u16,
    order: &'static str,
    prime: &'static str,
    /// The coordinates of a multiple of the generator.
    multiple: fn(&[u8]) -> [Vec<u8>; 2],
}

const P256: TestCurve = TestCurve {
    size: 256,
    order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    prime: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    multiple: |scalar| {
        use p256::elliptic_curve::sec1::ToSec1Point as _;
        let key = p256::SecretKey::from_slice(scalar).unwrap();
        let point = key.public_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        [x.to_vec(), y.to_vec()]
    },
};

const P384: TestCurve = TestCurve {
    size: 384,
    order: "ffffffffffffffffffffffffffffffffffffffffffffffff\
            c7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    prime: "ffffffffffffffffffffffffffffffffffffffffffffffff\
            fffffffffffffffeffffffff0000000000000000ffffffff",
    multiple: |scalar| {
        use p384::elliptic_curve::sec1::ToSec1Point as _;
        let key = p384::SecretKey::from_slice(scalar).unwrap();
        let point = key.public_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(48);
        [x.to_vec(), y.to_vec()]
    },
};

impl TestCurve {
    fn number(self, hex: &str) -> BoxedUint {
        BoxedUint::from_str_radix_vartime(hex, 16)
            .unwrap()
            .resize(self.size.into())
    }

    /// The private number of a PKCS#8 file.
    fn private(self, pem: &str) -> BoxedUint {
        let length = usize::from(self.size / 8);
        let der = der_of(pem);
        // The version of an ECPrivateKey (RFC 5915), and the header of its number.
        let header = [2, 1, 1, 4, u8::try_from(length).unwrap()];
        let at = der.windows(5).position(|window| window == header).unwrap() + 5;
        number(&der[at..at + length])
    }

    /// The private number, and the nonce of a signature with SHA-256: `k = (e + r d) / s`; its inverse,
    /// and what the check of the signature multiplies, `k + d`.
    #[allow(clippy::many_single_char_names, reason = "the names of the standard")]
    fn secrets(self, d: &BoxedUint, signed: &Signed) -> Words {
        let order = Modulus::new(&self.number(self.order));
        let pair = Vec::<der::asn1::Uint>::from_der(&signed.signature).unwrap();
        let [r, s] =
            [&pair[0], &pair[1]].map(|value| number(value.as_bytes()).resize(self.size.into()));
        let e = number(&Sha256::digest(&signed.message)).resize(self.size.into());
        let add = |a: &BoxedUint, b: &BoxedUint| {
            let modulus = NonZero::new(order.n.clone()).unwrap();
            a.add_mod(b, &modulus)
        };
        let sum = add(&remainder(&e, &order.n), &order.multiply(&r, d));
        let k = order.multiply(&sum, &order.invert(&s));
        let mut words = Words::default();
        for (name, number) in [
            ("private number", d),
            ("nonce", &k),
            ("inverse of the nonce", &order.invert(&k)),
            ("number of the check", &add(&k, d)),
        ] {
            words.add(name, number);
            words.add_residue(name, number, &order);
        }
        words
    }

    /// The entries of the table that secret scalars are multiplied by: odd multiples below 64 of `2^(6 i)`
    /// times the generator.
    fn entries(self) -> Words {
        let field = Modulus::new(&self.number(self.prime));
        let order = Modulus::new(&self.number(self.order));
        let mut words = Words::default();
        let mut base = BoxedUint::one().resize(self.size.into());
        let times = |factor: u8| BoxedUint::from(factor).resize(self.size.into());
        for row in 0..self.size.div_ceil(6) {
            for odd in (1..64).step_by(2) {
                let scalar = order.multiply(&base, &times(odd));
                for coordinate in (self.multiple)(&scalar.to_be_bytes()) {
                    let residue = field.multiply(&number(&coordinate), &field.r);
                    words
                        .0
                        .insert(!residue.as_words()[1], format!("{odd} of row {row}"));
                }
            }
            base = order.multiply(&base, &times(64));
        }
        words
    }
}

/// Makes a key and something that is signed with it.
type Make<'a> = &'a dyn Fn() -> (SecretPem, Signed);

#[test]
fn a_new_ec_key() {
    let _turn = turn();
    let root = |curve: TestCurve, seed| {
        let request = CreateRequest::root_ca("ROOT")
            .with_algorithm("ec")
            .with_hash_function("sha256")
            .with_key_size(curve.size.into());
        let made = create(&request, &policy(), &mut rng(seed)).unwrap();
        (
            made.private_key,
            Signed::certificate(&made.public_certificate),
        )
    };
    let csr = |curve: TestCurve, seed| {
        let request = CsrRequest::new("CN=a.example")
            .with_algorithm("ec")
            .with_hash_function("sha256")
            .with_security_strength(curve.size / 2);
        let made = generate_csr(&request, &policy(), &mut rng(seed)).unwrap();
        (made.generated_private_key, Signed::request(&made.csr))
    };
    let rows: [(&str, TestCurve, Make<'_>); 4] = [
        ("create, P-256", P256, &|| root(P256, 75)),
        ("create, P-384", P384, &|| root(P384, 76)),
        ("generate_csr, P-256", P256, &|| csr(P256, 77)),
        ("generate_csr, P-384", P384, &|| csr(P384, 78)),
    ];
    each_named(
        rows.map(|(name, curve, make)| (name, (curve, make))),
        |(curve, make)| {
            let (pem, signed) = make();
            let dump = Dump::take();
            dump.assert_none(&curve.secrets(&curve.private(pem.as_str()), &signed));
        },
    );
}

/// Of a CA that is loaded, signs, and is dropped.
#[test]
fn an_ecdsa_signature() {
    let _turn = turn();
    let rows = [("ca-p256", P256), ("ca-p384", P384)];
    each_named(rows.map(|row| (row.0, row)), |(name, curve)| {
        let sign_with = |seed| {
            let (certificate, key) = (
                vector(&format!("{name}.pem")),
                vector(&format!("{name}.key")),
            );
            let ca = CertificateAuthority::from_pem(&certificate, &key, &policy()).unwrap();
            let ca = ca.with_portable_arithmetic();
            let request = SignRequest::new(vector("csr-p256.pem")).with_hash_function("sha256");
            sign(&ca, &request, &policy(), &mut rng(seed))
                .unwrap()
                .public_certificate
        };
        // What the making of the tables left is there before and after.
        let entries = curve.entries();
        sign_with(79);
        let before = Dump::take().count(&entries);
        let certificate = sign_with(80);
        let dump = Dump::take();
        for (word, count) in dump.count(&entries) {
            assert!(count <= before[&word], "{}", entries.0[&word]);
        }
        let d = curve.private(&vector(&format!("{name}.key")));
        dump.assert_none(&curve.secrets(&d, &Signed::certificate(&certificate)));
    });
}
