//! What stands inside of requests, certificates and revocation lists.

use crate::common::issue::{
    self, BASIC_CONSTRAINTS, Cert, Extension, Key, NAME_CONSTRAINTS, POLICIES, alternative_names,
    directory, dns, email, ip, name_constraints, sequence, tlv, uri,
};
use crate::common::list::List;
use crate::common::request::Csr;
use crate::common::{policy, rng};
use crate::texts::paste_certificate;
use crate::{answered, check, check_warnings, read};
use certwright::{
    Certificate, CertificateAuthority, Crl, CrlStore, ExtendedKeyUsage, InstallRequest,
    SigningRequest, TrustStore, inspect, install, sign,
};

/// The content of an object identifier that is this long.
fn long_oid(octets: usize) -> Vec<u8> {
    [&[0x2a][..], &vec![0xff; octets], &[0x7f]].concat()
}

fn attribute(oid: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
    tlv(0x31, &sequence(&[tlv(6, oid), tlv(tag, value)]))
}

const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANIZATION: &[u8] = &[0x55, 4, 10];
const COUNTRY: &[u8] = &[0x55, 4, 6];
/// emailAddress of PKCS #9.
const EMAIL: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];

/// Names that are long, hidden, or not text.
fn subjects() -> Vec<Vec<u8>> {
    let long = "x".repeat(60_000);
    let hidden = "\u{202e}\u{200b}\u{e0041}".repeat(20_000);
    let control = "\0\n\u{1b}\u{7f}".repeat(50_000);
    let base64 = "MIIEvQIB".repeat(10_000);
    let values = [
        &*long,
        &hidden,
        &control,
        &base64,
        "",
        " ",
        "\u{202e}a",
        "a\n",
    ];
    let mut subjects = Vec::new();
    for oid in [COMMON_NAME, ORGANIZATION, COUNTRY, EMAIL, &long_oid(10)] {
        for value in values {
            for tag in [0x0c, 0x1e] {
                subjects.push(attribute(oid, tag, value.as_bytes()));
            }
        }
    }
    subjects.push(attribute(&long_oid(500_000), 0x0c, b"a"));
    subjects.push(attribute(ORGANIZATION, 0x0c, b"a").repeat(20_000));
    let one = sequence(&[tlv(6, ORGANIZATION), tlv(0x0c, b"a")]);
    subjects.push(tlv(0x31, &one.repeat(20_000)));
    subjects
}

/// Names of every kind, the same.
fn names() -> Vec<Vec<Vec<u8>>> {
    let texts = [
        "x".repeat(500_000),
        "a.".repeat(100_000),
        "\u{202e}\u{200b}".repeat(50_000),
        "\0\n\u{1b}".repeat(50_000),
        format!("{}@a.example", "b".repeat(100_000)),
        format!("https://{}/", "c".repeat(100_000)),
        "-".to_owned(),
        "\u{202e}".to_owned(),
    ];
    let mut names = Vec::new();
    for text in &texts {
        names.extend(
            [dns(text), email(text), uri(text), ip(text.as_bytes())].map(|name| vec![name]),
        );
        names.push(vec![directory(&sequence(&[attribute(
            COMMON_NAME,
            0x0c,
            text.as_bytes(),
        )]))]);
        names.push(vec![tlv(
            0xa0,
            &[tlv(6, &long_oid(30_000)), tlv(0xa0, text.as_bytes())].concat(),
        )]);
    }
    names.push(vec![tlv(0x88, &long_oid(500_000))]);
    names.push(vec![dns("a_b"); 20_000]);
    names.push(
        (0..900)
            .map(|number| dns(&format!("host{number}.example")))
            .collect(),
    );
    names.push(vec![]);
    names
}

/// Extensions that nobody knows, or cannot read.
fn extensions() -> Vec<Vec<Extension>> {
    let usages = |count: usize, octets: usize| {
        let usages: Vec<_> = (0..count)
            .map(|number| {
                let last = u8::try_from(number % 128).unwrap();
                tlv(6, &[long_oid(octets), vec![last]].concat())
            })
            .collect();
        Extension::new(issue::EXTENDED_KEY_USAGE, sequence(&usages))
    };
    let unknown = |critical| Extension {
        critical,
        ..Extension::new(issue::UNKNOWN, vec![5, 0])
    };
    let odd = |oid| Extension::new(oid, vec![0xa5; 100_000]);
    vec![
        vec![usages(1, 500_000)],
        vec![usages(100, 40)],
        vec![usages(100, 3000)],
        vec![usages(20_000, 10)],
        vec![unknown(true)],
        vec![unknown(false); 2],
        vec![odd(issue::KEY_USAGE)],
        vec![odd(issue::SUBJECT_KEY)],
        vec![odd(POLICIES)],
        vec![odd(NAME_CONSTRAINTS)],
        vec![odd(BASIC_CONSTRAINTS)],
    ]
}

#[test]
fn of_signing_requests() {
    let mut csrs: Vec<_> = subjects()
        .into_iter()
        .map(|rdns| Csr::new(tlv(0x30, &rdns)))
        .collect();
    let named = || Csr::named("a.example");
    csrs.extend(
        names()
            .iter()
            .map(|names| named().with(alternative_names(names))),
    );
    for list in extensions() {
        csrs.push(list.into_iter().fold(named(), Csr::with));
    }
    let load = |cert: &Cert| {
        let key = cert.key.private_pem();
        CertificateAuthority::from_pem(&cert.pem(), &key, &policy()).unwrap()
    };
    let usage = |text: &str| text.parse::<ExtendedKeyUsage>().unwrap();
    let long = format!(
        "1{}",
        ".340282366920938463463374607431768211455"
            .repeat(60)
            .replacen(".340282366920938463463374607431768211455", ".2", 1)
    );
    let base = directory(&sequence(&[attribute(ORGANIZATION, 0x0c, b"a")]));
    let bases = [
        dns("example.com"),
        email("example.com"),
        uri("example.com"),
        base,
    ];
    let cas = [
        load(&Cert::root("Root")),
        load(&Cert::root("Root").with(name_constraints(&bases, &[]))),
        load(&Cert::root("Root").with(name_constraints(&[], &[dns("example"), ip(&[0; 8])]))),
        load(&Cert::root("Root")).with_extended_key_usages(vec![usage(&long); 1000]),
    ];
    for csr in &csrs {
        for ca in &cas {
            for request in [csr.request(), csr.clone().forged().request()] {
                if let Some(signed) = answered("sign", sign(ca, &request, &policy(), &mut rng(1))) {
                    check_warnings(&signed.warnings);
                    answered("inspect", inspect(&signed.public_certificate));
                }
            }
        }
        if let Some(request) = read(SigningRequest::from_pem(&csr.pem())) {
            let shown = format!("{request:?}");
            assert!(shown.len() < crate::LIMIT, "{} octets", shown.len());
            read(request.names());
            read(request.key_usages());
            read(request.extended_key_usages());
        }
    }
}

/// Certificates with such names and extensions, below a CA that is called so too.
fn certificates() -> Vec<(Cert, Cert)> {
    let (root, host) = (Cert::root("root"), "a.example");
    let mut pairs: Vec<(Cert, Cert)> = Vec::new();
    for subject in subjects() {
        let mut above = root.clone();
        above.subject = tlv(0x30, &subject);
        above.issuer.clone_from(&above.subject);
        let mut leaf = Cert::leaf(host, &above);
        pairs.push((leaf.clone(), above.clone()));
        // What is said where the issuer is not there.
        pairs.push((leaf.clone(), root.clone()));
        leaf.subject = above.subject;
        leaf.issuer.clone_from(&root.subject);
        leaf.signer = root.key.clone();
        pairs.push((leaf, root.clone()));
    }
    for names in names() {
        let leaf = Cert::leaf(host, &root).with(alternative_names(&names));
        pairs.push((leaf.clone(), root.clone()));
        let bounded = root
            .clone()
            .with(name_constraints(&[dns("example.org")], &[]));
        pairs.push((leaf.clone(), bounded));
        if !names.is_empty() {
            pairs.push((leaf, root.clone().with(name_constraints(&names, &names))));
        }
    }
    for list in extensions() {
        let with = |cert: Cert| list.iter().cloned().fold(cert, Cert::with);
        pairs.push((with(Cert::leaf(host, &root)), root.clone()));
        pairs.push((Cert::leaf(host, &root), with(root.clone())));
    }
    let mut serial = Cert::leaf(host, &root);
    serial.serial = vec![0x7f; 500_000];
    pairs.push((serial.clone(), root.clone()));
    serial.not_after = serial.not_before + 1;
    pairs.push((serial, root.clone()));
    let mut key = Cert::leaf(host, &root);
    let algorithm = sequence(&[tlv(6, &long_oid(500_000))]);
    key.key = Key::public(sequence(&[algorithm.clone(), tlv(3, &[0; 9])]));
    pairs.push((key.clone(), root.clone()));
    key.signer.algorithm = algorithm;
    pairs.push((key, root));
    pairs
}

#[test]
fn of_certificates() {
    let key = Key::p256("a.example").private_pem();
    for (leaf, above) in certificates() {
        let chain = leaf.pem() + &above.pem();
        paste_certificate(&chain);
        let request = InstallRequest::server(&*chain, &*key);
        for policy in [policy(), policy().with_fips()] {
            if let Some(installed) = answered("install", install(&request, &policy)) {
                check_warnings(&installed.warnings);
            }
        }
        if let Ok(certificate) = Certificate::from_pem(&chain) {
            let shown = format!("{certificate:?}");
            assert!(shown.len() < crate::LIMIT, "{} octets", shown.len());
            let store = TrustStore::new([certificate]);
            store
                .rejected()
                .iter()
                .for_each(|rejected| check(&rejected.error));
        }
        let key = above.key.private_pem();
        answered(
            "CA load",
            CertificateAuthority::from_pem(&above.pem(), &key, &policy()),
        );
    }
}

#[test]
fn of_revocation_lists() {
    let root = Cert::root("root");
    for subject in subjects() {
        let mut list = List::of(&root);
        list.issuer = tlv(0x30, &subject);
        check_list(&list);
    }
    for extensions in extensions() {
        let list = extensions.into_iter().fold(List::of(&root), List::and);
        check_list(&list);
    }
}

fn check_list(list: &List) {
    if let Some(crl) = read(Crl::from_der(list.der())) {
        let store = CrlStore::new([crl]);
        store
            .rejected()
            .iter()
            .for_each(|rejected| check(&rejected.error));
    }
}
