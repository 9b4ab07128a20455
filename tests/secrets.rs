//! Private keys stay where they belong: not in debug output, not in errors, not in memory that was
//! given back.

mod common;
#[path = "common/watching.rs"]
mod watching;

use certwright::rand_core::Rng as _;
use certwright::{
    CertificateAuthority, CreateRequest, CsrRequest, SecretPem, SignRequest, SignSpec,
    SigningRequest, Time, create, generate_csr, match_key, sign, sign_batch,
};
use common::rows::{each_named, each_row};
use common::{ca, policy, rng, vector};
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::traits::PrivateKeyParts as _;
use std::error::Error as _;
use std::fmt::Write as _;
use watching::given_back;

#[test]
fn the_watch_sees_what_is_not_wiped() {
    let secret = b"not wiped, so found";
    assert!(given_back(secret, || drop(secret.to_vec())) > 0);
}

#[test]
fn a_secret_pem_is_wiped_when_it_is_dropped() {
    let key = SecretPem::from(vector("ca-p256.key"));
    let needle = key.as_str().as_bytes()[40..80].to_vec();
    assert_eq!(given_back(&needle, || drop(key)), 0);
}

/// The private number of a key in SEC 1 or PKCS#8: so many octets behind the header of an OCTET STRING.
fn number_of(pem: &str, length: u8) -> Vec<u8> {
    use base64ct::{Base64, Encoding};
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = Base64::decode_vec(&body).unwrap();
    let header = der.windows(2).position(|pair| pair == [0x04, length]);
    let at = header.unwrap() + 2;
    der[at..at + usize::from(length)].to_vec()
}

/// A part of the private number of a P-256 key.
fn scalar(pem: &str) -> Vec<u8> {
    number_of(pem, 32)[..16].to_vec()
}

#[test]
fn a_loaded_key_is_wiped_when_its_ca_is_dropped() {
    let (certificate, key) = (vector("ca-p256.pem"), vector("ca-p256.key"));
    let big_endian = scalar(&key);
    // The scalar as the curve's arithmetic holds it: the upper half, least significant byte first.
    let little_endian: Vec<u8> = big_endian.iter().rev().copied().collect();
    let rows = [("bytes", big_endian), ("number", little_endian)];
    each_named(rows, |needle| {
        let found = given_back(&needle, || {
            drop(CertificateAuthority::from_pem(&certificate, &key, &policy()).unwrap());
        });
        assert_eq!(found, 0);
    });
}

/// A part of each of these numbers of an RSA key: the two primes and the private exponent.
fn parts_of(key: &rsa::PrivateKey) -> [Vec<u8>; 3] {
    [&key.primes()[0], &key.primes()[1], key.d()].map(|number| number.to_be_bytes()[8..24].to_vec())
}

/// As the arithmetic holds a number: the least significant byte first.
fn reversed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().rev().copied().collect()
}

/// While it is loaded, the `rsa` crate 0.10 checks the key and gives back temporaries with the
/// primes in them, so only the drop is watched.
#[test]
fn a_loaded_rsa_key_is_wiped_when_its_ca_is_dropped() {
    let (certificate, key) = (vector("root.pem"), vector("root.key"));
    let loaded = rsa::PrivateKey::from_pkcs1_pem(&vector("root.pkcs1.key")).unwrap();
    let left = parts_of(&loaded).map(|part| {
        let ca = CertificateAuthority::from_pem(&certificate, &key, &policy()).unwrap();
        given_back(&reversed(&part), || drop(ca))
    });
    assert_eq!(left, [0, 0, 0]);
}

/// Neither while it is generated, nor while it signs and is written.
#[test]
fn a_new_rsa_key_is_wiped() {
    let root = CreateRequest::root_ca("ROOT").with_key_size(2048);
    let server = CreateRequest::server("a.example").with_key_size(2048);
    let made = |request| create(request, &policy(), &mut rng(1)).unwrap().private_key;
    let csr = || {
        let request = CsrRequest::new("CN=a.example");
        generate_csr(&request, &policy(), &mut rng(1)).unwrap()
    };
    let rows: [(&str, &dyn Fn() -> SecretPem); 3] = [
        ("create, root_ca", &|| made(&root)),
        ("create, server", &|| made(&server)),
        ("generate_csr", &|| csr().generated_private_key),
    ];
    each_named(rows, |make| {
        let key = rsa::PrivateKey::from_pkcs8_pem(make().as_str()).unwrap();
        let left = parts_of(&key).map(|part| {
            let number = given_back(&reversed(&part), || drop(make()));
            [number, given_back(&part, || drop(make()))]
        });
        assert_eq!(left, [[0, 0]; 3]);
    });
}

/// The numbers of a key in use, and what signing with it leaves behind: by each arithmetic, alone and
/// in batches.
#[test]
fn signing_leaves_nothing_of_an_rsa_key() {
    let load =
        || CertificateAuthority::from_pem(&vector("root.pem"), &vector("root.key"), &policy());
    let loaded = rsa::PrivateKey::from_pkcs1_pem(&vector("root.pkcs1.key")).unwrap();
    for ca in [load().unwrap().with_portable_arithmetic(), load().unwrap()] {
        for part in parts_of(&loaded) {
            for part in [reversed(&part), part] {
                assert_eq!(left_by_signing(&ca, &part), [0, 0]);
            }
        }
    }
}

/// How many blocks with `part` in them signing gives back: one request, and a batch of several.
fn left_by_signing(ca: &CertificateAuthority, part: &[u8]) -> [usize; 2] {
    let requests = ["server.csr", "csr-p256.pem", "csr-p384.pem"];
    let requests: Vec<_> = requests.map(vector).map(SignRequest::new).into();
    let requests = [&requests[..]; 4].concat();
    let one = given_back(part, || {
        drop(sign(ca, &requests[0], &policy(), &mut rng(1)).unwrap());
    });
    let batch = given_back(part, || {
        let answers = sign_batch(ca, &requests, &policy(), &mut rng(1));
        assert!(answers.iter().all(Result::is_ok));
    });
    [one, batch]
}

#[test]
fn signing_leaves_nothing_of_an_ec_key() {
    let rows = [("ca-p256", 32), ("ca-p384", 48), ("ca-p521", 66)];
    each_named(rows.map(|row| (row.0, row)), |(name, length)| {
        let number = number_of(&vector(&format!("{name}.key")), length);
        let part = number[number.len() - 24..number.len() - 8].to_vec();
        for part in [reversed(&part), part] {
            assert_eq!(left_by_signing(&ca(name), &part), [0, 0]);
            assert_eq!(
                left_by_signing(&ca(name).with_portable_arithmetic(), &part),
                [0, 0]
            );
        }
    });
}

/// The randomness of an operation, from which its key and its nonces come: of a batch each.
#[test]
fn seeds_are_wiped() {
    let csrs = [
        vector("csr-p256.pem"),
        vector("csr-p384.pem"),
        vector("server.csr"),
    ];
    let requests = csrs.map(SignRequest::new);
    let (rsa, ec) = (ca("root"), ca("ca-p256"));
    let root = |algorithm: &str| {
        let request = CreateRequest::root_ca("ROOT").with_algorithm(algorithm);
        drop(create(&request, &policy(), &mut rng(1)).unwrap());
    };
    let csr = |algorithm: &str| {
        let request = CsrRequest::new("CN=a.example").with_algorithm(algorithm);
        drop(generate_csr(&request, &policy(), &mut rng(1)).unwrap());
    };
    let by_the_typed_door = || {
        let request = SigningRequest::from_pem(&vector("csr-p256.pem")).unwrap();
        let spec = SignSpec::new(Time::from_unix(common::NOW + 864_000).unwrap());
        drop(ec.sign(&request, &spec, &policy(), &mut rng(1)).unwrap());
        drop(ec.prepare(&request, &spec, &policy(), &mut rng(1)).unwrap());
    };
    let refused = |answer: &Result<_, certwright::Error>| answer.is_err();
    let batch = |ca: &CertificateAuthority| {
        let answers = sign_batch(ca, &requests, &policy(), &mut rng(1));
        assert!(!answers.iter().any(refused));
    };
    let rows: [(&str, &dyn Fn()); 9] = [
        ("sign, RSA", &|| {
            drop(sign(&rsa, &requests[0], &policy(), &mut rng(1)).unwrap());
        }),
        ("sign, EC", &|| {
            drop(sign(&ec, &requests[0], &policy(), &mut rng(1)).unwrap());
        }),
        ("sign_batch, RSA", &|| batch(&rsa)),
        ("sign_batch, EC", &|| batch(&ec)),
        ("typed", &by_the_typed_door),
        ("create, RSA", &|| root("rsa")),
        ("create, EC", &|| root("ec")),
        ("generate_csr, RSA", &|| csr("rsa")),
        ("generate_csr, EC", &|| csr("ec")),
    ];
    each_named(rows, |work| {
        let mut stream = rng(1);
        for _ in 0..requests.len() {
            let mut seed = [0; 32];
            stream.fill_bytes(&mut seed);
            assert_eq!(given_back(&seed[8..24], work), 0);
        }
    });
}

/// Neither the scalar as it is written nor as the arithmetic holds it.
#[test]
fn a_new_ec_key_is_wiped() {
    let root = |bits| {
        let request = CreateRequest::root_ca("ROOT")
            .with_algorithm("ec")
            .with_key_size(bits);
        create(&request, &policy(), &mut rng(1))
            .unwrap()
            .private_key
    };
    let csr = |bits: u16| {
        let request = CsrRequest::new("CN=a.example").with_algorithm("ec");
        let request = request.with_security_strength(bits / 2);
        let csr = generate_csr(&request, &policy(), &mut rng(1)).unwrap();
        csr.generated_private_key
    };
    let rows: [(&str, &dyn Fn() -> SecretPem, u8); 6] = [
        ("create, P-256", &|| root(256), 32),
        ("create, P-384", &|| root(384), 48),
        ("create, P-521", &|| root(521), 66),
        ("generate_csr, P-256", &|| csr(256), 32),
        ("generate_csr, P-384", &|| csr(384), 48),
        ("generate_csr, P-521", &|| csr(512), 66),
    ];
    each_named(
        rows.map(|(name, make, length)| (name, (make, length))),
        |(make, length)| {
            let number = number_of(make().as_str(), length);
            let part = &number[number.len() - 24..number.len() - 8];
            let left =
                [part.to_vec(), reversed(part)].map(|part| given_back(&part, || drop(make())));
            assert_eq!(left, [0, 0]);
        },
    );
}

#[test]
fn the_pem_of_a_key_is_not_left_behind_by_reading_it() {
    each_row(["root", "ca-p256"], |name| {
        let (certificate, key) = (
            vector(&format!("{name}.pem")),
            vector(&format!("{name}.key")),
        );
        let line = key.lines().nth(2).unwrap().as_bytes()[..40].to_vec();
        let found = given_back(&line, || match_key(&certificate, &key).unwrap());
        assert_eq!(found, 0);
    });
}

#[test]
fn keys_are_not_shown() {
    let request = CreateRequest::root_ca("ROOT").with_algorithm("ec");
    let created = create(&request, &policy(), &mut rng(1)).unwrap();
    let body = created
        .private_key
        .as_str()
        .lines()
        .nth(1)
        .unwrap()
        .to_owned();
    let ca = CertificateAuthority::from_pem(
        &created.public_certificate,
        created.private_key.as_str(),
        &policy(),
    )
    .unwrap();
    let texts = [
        format!("{created:?}"),
        format!("{ca:?}"),
        format!("{:#?}", created.private_key),
    ];
    each_row(texts, |text| {
        assert!(!text.contains(&body) && !text.contains("PRIVATE KEY"));
    });
}

#[test]
fn errors_do_not_quote_keys() {
    let key = vector("server.key");
    let body = key.lines().nth(1).unwrap();
    let broken = [
        key.replace("-----END", "----END"),
        key.replace(body, &format!("{body}-")),
        key.replace(body, &body[4..]),
        key.replace("PRIVATE", "RSA PRIVATE"),
        key.clone(),
    ];
    each_named(broken.into_iter().enumerate(), |text| {
        let error = match_key(&vector("root.pem"), &text).unwrap_err();
        let mut shown = format!("{error} {error:?}");
        let mut source = error.source();
        while let Some(cause) = source {
            write!(shown, "{cause} {cause:?}").unwrap();
            source = cause.source();
        }
        for line in text.lines().filter(|line| line.len() == 64) {
            assert!(!shown.contains(&line[..16]), "{shown}");
        }
    });
}
