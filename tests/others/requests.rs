//! Requests as devices and people make them.

use crate::common::issue::{
    ANY_USAGE, CLIENT_AUTH, CODE_SIGNING, Cert, Extension, SERVER_AUTH, UNKNOWN, alternative_names,
    basic_constraints, dns, email, extended_key_usage, ip, key_usage, rdn, sequence, tlv, uri,
};
use crate::common::request::{
    COMMON_NAME, Csr, EXTENSION_REQUEST, MICROSOFT_EXTENSIONS, ORGANIZATION, UTF8,
};
use crate::common::rows::{each_named, each_row};
use crate::common::{policy, rng};
use crate::{load, root, shown, signed_by};
use certwright::{
    CreateRequest, CsrRequest, ErrorCode as Code, ExtendedKeyUsage, SignRequest, Warning, create,
    generate_csr, sign,
};

const HOST: &str = "svm1.example.com";
const COUNTRY: &str = "2.5.4.6";
const EMAIL: &str = "1.2.840.113549.1.9.1";
const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";
const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";
const SMART_CARD: &str = "1.3.6.1.4.1.311.20.2.2";
const KDC: &str = "1.3.6.1.5.2.3.5";

#[test]
fn empty_attributes() {
    const PRINTABLE: u8 = 0x13;
    let host = rdn(COMMON_NAME, UTF8, HOST);
    let san = || Some(alternative_names(&[dns(HOST)]));
    let multi = |first: Vec<u8>, second: Vec<u8>| tlv(0x31, &[&first[2..], &second[2..]].concat());
    let rows = [
        (
            vec![
                rdn(COUNTRY, PRINTABLE, "US"),
                rdn(ORGANIZATION, UTF8, ""),
                host.clone(),
            ],
            None,
            "C=US,CN=svm1.example.com",
        ),
        (
            vec![rdn(COUNTRY, PRINTABLE, ""), host.clone()],
            None,
            "CN=svm1.example.com",
        ),
        (
            vec![host.clone(), rdn(EMAIL, 0x16, "")],
            None,
            "CN=svm1.example.com",
        ),
        (
            vec![rdn(ORGANIZATION, 0x1e, ""), host.clone()],
            None,
            "CN=svm1.example.com",
        ),
        (
            vec![multi(
                rdn(COMMON_NAME, UTF8, HOST),
                rdn(ORGANIZATION, 0x14, ""),
            )],
            None,
            "CN=svm1.example.com",
        ),
        // An empty common name is none, so that the one before it counts.
        (
            vec![host.clone(), rdn(COMMON_NAME, UTF8, "")],
            None,
            "CN=svm1.example.com",
        ),
        (
            vec![rdn(ORGANIZATION, UTF8, "O"), rdn(COMMON_NAME, UTF8, "")],
            san(),
            "O=O",
        ),
        (
            vec![rdn(COMMON_NAME, PRINTABLE, ""), rdn(EMAIL, 0x16, "")],
            san(),
            "",
        ),
        // Of a type that the engine does not know.
        (
            vec![rdn("1.3.6.1.4.1.32473.2", UTF8, ""), host.clone()],
            None,
            "CN=svm1.example.com",
        ),
    ];
    each_named(rows.into_iter().enumerate(), |(rdns, names, subject)| {
        let mut csr = Csr::new(sequence(&rdns));
        csr.extensions.extend(names);
        let signed = signed_by(&root(), &csr).unwrap();
        let info = shown(&signed);
        assert_eq!(info.subject, subject);
        assert_eq!(info.subject_alternatives.dns, [HOST]);
    });
    let nothing = Csr::new(sequence(&[rdn(COMMON_NAME, UTF8, "")]));
    let error = signed_by(&root(), &nothing).unwrap_err();
    assert_eq!(error.code(), Code::CommonNameMissing);
}

#[test]
fn addresses_of_the_subject() {
    let csr = |address: &str| {
        let rdns = [rdn(COMMON_NAME, UTF8, HOST), rdn(EMAIL, 0x16, address)];
        Csr::new(sequence(&rdns))
    };
    let asked = |csr: Csr, name| csr.with(alternative_names(&[name]));
    let mailbox = "admin@example.com";
    let rows = [
        ("none asked for", csr(mailbox), vec![HOST], vec![mailbox]),
        (
            "a host",
            asked(csr(mailbox), dns("a.example")),
            vec!["a.example"],
            vec![mailbox],
        ),
        (
            "the same",
            asked(csr(mailbox), email("admin@EXAMPLE.com")),
            vec![],
            vec!["admin@EXAMPLE.com"],
        ),
        (
            "another",
            asked(csr(mailbox), email("b@example.com")),
            vec![],
            vec!["b@example.com", mailbox],
        ),
    ];
    let cases = rows.map(|(row, csr, hosts, mailboxes)| (row, (csr, hosts, mailboxes)));
    each_named(cases, |(csr, hosts, mailboxes)| {
        let signed = signed_by(&root(), &csr).unwrap();
        let granted = shown(&signed).subject_alternatives;
        assert_eq!(
            (granted.dns, granted.email),
            (
                hosts.iter().map(ToString::to_string).collect(),
                mailboxes.iter().map(ToString::to_string).collect()
            )
        );
        assert!(signed.warnings.is_empty());
    });
    each_row(["nobody", "Admin <admin@example.com>"], |address| {
        let signed = signed_by(&root(), &csr(address)).unwrap();
        assert!(shown(&signed).subject_alternatives.email.is_empty());
        assert_eq!(
            signed.warnings,
            [Warning::EmailAddressIsNoMailbox(address.to_owned())]
        );
    });
    // A server is not found by its mailbox.
    let rdns = [rdn(COMMON_NAME, UTF8, "a_b"), rdn(EMAIL, 0x16, mailbox)];
    let signed = signed_by(&root(), &Csr::new(sequence(&rdns))).unwrap();
    assert_eq!(shown(&signed).subject_alternatives.email, [mailbox]);
    assert_eq!(signed.warnings[0], Warning::NoSubjectAlternativeName);
    // More names than a certificate may have, with it.
    let thousand: Vec<_> = (0..1000).map(|host| dns(&format!("h{host}.a"))).collect();
    let error = signed_by(&root(), &csr(mailbox).with(alternative_names(&thousand))).unwrap_err();
    assert_eq!(error.code(), Code::SigningFailed);
}

#[test]
fn a_common_name_with_its_key() {
    each_row(["CN=svm1.example.com", "cn = svm1"], |name| {
        let request = CreateRequest::root_ca(name).with_algorithm("ec");
        let created = create(&request, &policy(), &mut rng(1)).unwrap();
        assert_eq!(
            created.warnings,
            [Warning::CommonNameHasKey(name.to_owned())]
        );
    });
    each_row(["svm1", "CNAME=a", "a=CN"], |name| {
        let request = CreateRequest::root_ca(name).with_algorithm("ec");
        assert!(
            create(&request, &policy(), &mut rng(1))
                .unwrap()
                .warnings
                .is_empty()
        );
    });
}

#[test]
fn extensions_by_microsofts_name() {
    let asked = |csr: Csr| {
        csr.with(alternative_names(&[dns(HOST), dns("svm1")]))
            .with(extended_key_usage(&[SERVER_AUTH]))
            .with(key_usage(0xa0))
    };
    let mut csr = asked(Csr::named("other"));
    csr.extension_attributes = vec![MICROSOFT_EXTENSIONS];
    let info = shown(&signed_by(&root(), &csr).unwrap());
    assert_eq!(info.subject_alternatives.dns, [HOST, "svm1"]);
    assert_eq!(info.extended_key_usages, ["serverAuth"]);
    // By both names, as some write them to be understood by all.
    csr.extension_attributes.push(EXTENSION_REQUEST);
    let info = shown(&signed_by(&root(), &csr).unwrap());
    assert_eq!(info.subject_alternatives.dns, [HOST, "svm1"]);
    // Nothing is asked for in it.
    let mut empty = Csr::named(HOST);
    empty.extension_attributes = vec![MICROSOFT_EXTENSIONS];
    empty.always_has_attributes = true;
    assert!(signed_by(&root(), &empty).is_ok());
    // Twice by one name is no request of RFC 2986.
    let mut twice = asked(Csr::named(HOST));
    twice.extension_attributes = vec![MICROSOFT_EXTENSIONS; 2];
    let error = signed_by(&root(), &twice).unwrap_err();
    assert_eq!(error.code(), Code::SigningFailed);
}

#[test]
fn the_bad_name_is_named() {
    let rows = [
        (dns("bad_name20.example.com"), "bad_name20.example.com"),
        (dns("-a.example.com"), "-a.example.com"),
        (dns("a.example.com."), "a.example.com."),
        (email("nobody"), "nobody"),
        (uri("relative/path"), "relative/path"),
        (
            ip(&[10, 0, 0, 0, 255, 0, 0, 0]),
            "an IP address of a wrong length",
        ),
    ];
    each_named(rows.into_iter().enumerate(), |(bad, name)| {
        let mut names: Vec<_> = (0..40)
            .map(|host| dns(&format!("host{host}.example.com")))
            .collect();
        names[20] = bad;
        let csr = Csr::named(HOST).with(alternative_names(&names));
        let error = signed_by(&root(), &csr).unwrap_err();
        assert_eq!(error.code(), Code::SigningFailed);
        assert!(error.message().contains(&format!("\"{name}\"")), "{error}");
        assert_eq!(error.arguments()[0].message, name, "{error}");
    });
}

#[test]
fn common_names_that_are_no_host_names() {
    let rows = [
        ("svm1.example.com.", Some("svm1.example.com")),
        ("*.example.com.", Some("*.example.com")),
        ("svm1", Some("svm1")),
        ("svm_1.example.com", None),
        ("svm1.example.com:443", None),
        ("https://svm1.example.com/", None),
        ("svm1 (production)", None),
        ("svm1.example.com..", None),
        ("Jürgen", None),
    ];
    each_row(rows, |(name, host)| {
        let signed = signed_by(&root(), &Csr::named(name)).unwrap();
        let info = shown(&signed);
        assert_eq!(info.subject_alternatives.dns, Vec::from_iter(host));
        let expected = [
            Warning::NoSubjectAlternativeName,
            Warning::CommonNameIsNoHostName(name.to_owned()),
        ];
        let expected = if host.is_some() { &[][..] } else { &expected };
        assert_eq!(signed.warnings, expected);

        let request = CreateRequest::server(name).with_algorithm("ec");
        let created = create(&request, &policy(), &mut rng(1)).unwrap();
        let names = created.certificate.info().unwrap().subject_alternatives;
        assert_eq!(names.dns, Vec::from_iter(host));
        assert_eq!(created.warnings, expected);
    });
    // Clients are not looked for by name.
    let client = Csr::named("a_b").with(extended_key_usage(&[CLIENT_AUTH]));
    assert!(signed_by(&root(), &client).unwrap().warnings.is_empty());
    let client = CreateRequest::client("a_b").with_algorithm("ec");
    assert!(
        create(&client, &policy(), &mut rng(1))
            .unwrap()
            .warnings
            .is_empty()
    );
    let named = Csr::named("a_b").with(alternative_names(&[dns(HOST)]));
    assert!(signed_by(&root(), &named).unwrap().warnings.is_empty());
}

#[test]
fn characters_that_are_not_seen() {
    let hidden = [
        '\u{200b}',
        '\u{202e}',
        '\u{2066}',
        '\u{ad}',
        '\u{feff}',
        '\u{e0041}',
        '\u{3164}',
        '\u{61c}',
    ];
    each_row(hidden, |character| {
        let name = format!("svm1{character}.example.com");
        for attribute in [COMMON_NAME, ORGANIZATION, "2.5.4.11", "1.3.6.1.4.1.32473.2"] {
            let rdns = [rdn(attribute, UTF8, &name), rdn("2.5.4.7", UTF8, "L")];
            let csr = Csr::new(sequence(&rdns)).with(alternative_names(&[dns(HOST)]));
            let error = signed_by(&root(), &csr).unwrap_err();
            assert_eq!(error.code(), Code::SigningFailed, "{attribute}");
            assert!(!error.message().contains(character), "{error}");
        }
        for request in [
            CreateRequest::server(&*name),
            CreateRequest::root_ca(&*name),
        ] {
            let request = request.with_algorithm("ec");
            let error = create(&request, &policy(), &mut rng(1)).unwrap_err();
            assert_eq!(error.code(), Code::CommonNameInvalid, "{error}");
        }
        for subject in [format!("CN={name}"), format!("CN=a,O={name}")] {
            let request = CsrRequest::new(subject).with_algorithm("ec");
            assert!(generate_csr(&request, &policy(), &mut rng(1)).is_err());
        }
    });
    // Accents, other scripts and pictures are seen.
    each_row(
        ["Ääkkönen", "e\u{301}", "東京", "שרת", "😀"],
        |name| {
            let csr = Csr::named(name).with(alternative_names(&[dns(HOST)]));
            assert_eq!(
                shown(&signed_by(&root(), &csr).unwrap())
                    .common_name
                    .as_deref(),
                Some(name)
            );
        },
    );
}

#[test]
fn extended_key_usages() {
    let dropped = |oid: &str| Warning::ExtendedKeyUsageDropped(oid.to_owned());
    let rows = [
        (
            vec![SERVER_AUTH, CODE_SIGNING],
            vec!["serverAuth"],
            vec![CODE_SIGNING],
        ),
        (
            vec![SMART_CARD, CLIENT_AUTH, KDC],
            vec!["clientAuth"],
            vec![SMART_CARD, KDC],
        ),
        (vec![EMAIL_PROTECTION], vec!["emailProtection"], vec![]),
        (
            vec![ANY_USAGE, CLIENT_AUTH, OCSP_SIGNING],
            vec!["clientAuth"],
            vec![ANY_USAGE, OCSP_SIGNING],
        ),
        (vec![], vec!["serverAuth", "clientAuth"], vec![]),
    ];
    each_row(rows, |(asked, granted, lost)| {
        let csr = Csr::named(HOST);
        let csr = if asked.is_empty() {
            csr
        } else {
            csr.with(extended_key_usage(&asked))
        };
        let signed = signed_by(&root(), &csr).unwrap();
        assert_eq!(shown(&signed).extended_key_usages, granted);
        let lost: Vec<_> = lost.into_iter().map(dropped).collect();
        assert_eq!(signed.warnings, lost);
    });
    each_row(
        [vec![CODE_SIGNING], vec![SMART_CARD, KDC], vec![ANY_USAGE]],
        |asked| {
            let csr = Csr::named(HOST).with(extended_key_usage(&asked));
            let error = signed_by(&root(), &csr).unwrap_err();
            assert_eq!(error.code(), Code::SigningFailed);
            assert!(
                error
                    .message()
                    .contains("granted are serverAuth, clientAuth"),
                "{error}"
            );
        },
    );
    let uuid = "2.25.329800735698586629295641978511506172918";
    let usage = |text: &str| text.parse::<ExtendedKeyUsage>().unwrap();
    let ca = root().with_extended_key_usages([usage(uuid), usage("codeSigning"), usage(ANY_USAGE)]);
    let mut asked = extended_key_usage(&[CODE_SIGNING, SERVER_AUTH, ANY_USAGE]);
    // 2.25 and an arc of 128 bits.
    let long = [&[0x69, 0x83][..], &[0xf8; 17], &[0x7a]].concat();
    asked.value = [&asked.value[..], &tlv(6, &long)].concat();
    asked.value[1] = u8::try_from(asked.value.len() - 2).unwrap();
    let signed = signed_by(&ca, &Csr::named(HOST).with(asked)).unwrap();
    assert_eq!(shown(&signed).extended_key_usages, ["codeSigning"]);
    assert_eq!(signed.warnings.len(), 3);
    let error = signed_by(&ca, &Csr::named(HOST)).unwrap_err();
    assert_eq!(error.code(), Code::SigningFailed);
}

#[test]
fn what_is_not_granted_is_reported() {
    let csr = Csr::named(HOST)
        .with(basic_constraints(true, None))
        .with(key_usage(0xa6))
        .with(Extension::new(UNKNOWN, vec![5, 0]));
    let signed = signed_by(&root(), &csr).unwrap();
    let expected = [
        Warning::NotMadeACa,
        Warning::KeyUsageDropped("keyEncipherment"),
        Warning::KeyUsageDropped("keyCertSign"),
        Warning::KeyUsageDropped("cRLSign"),
        Warning::ExtensionDropped(UNKNOWN.to_owned()),
    ];
    assert_eq!(signed.warnings, expected);
    each_row(signed.warnings, |warning| {
        assert!(!warning.to_string().is_empty() && !warning.name().is_empty());
    });
}

#[test]
fn ten_years() {
    let csr = Csr::named(HOST);
    each_row(["P10Y", "P120M", "P3652D"], |expiry| {
        let request = csr.request().with_expiry(expiry);
        assert!(sign(&root(), &request, &policy(), &mut rng(1)).is_ok());
    });
    let request = csr.request().with_expiry("P10Y2D");
    let error = sign(&root(), &request, &policy(), &mut rng(1)).unwrap_err();
    assert_eq!(error.code(), Code::ExpiryOutOfRange);
}

/// The same bytes of randomness, as after a virtual machine was copied.
#[test]
fn a_copied_generator() {
    let ca = load(&Cert::root("Root"));
    let serial = |request: &SignRequest| {
        let signed = sign(&ca, request, &policy(), &mut rng(7)).unwrap();
        signed.certificate.serial_number()
    };
    let csr = Csr::named(HOST);
    let mut other_key = csr.clone();
    other_key.key = crate::common::issue::Key::p256("another");
    let requests = [
        csr.request(),
        Csr::named("svm2.example.com").request(),
        other_key.request(),
        csr.request().with_expiry("P30D"),
        csr.clone()
            .with(extended_key_usage(&[SERVER_AUTH]))
            .request(),
        csr.request().with_hash_function("sha384"),
    ];
    let mut serials: Vec<_> = requests.iter().map(serial).collect();
    serials.sort_unstable();
    serials.dedup();
    assert_eq!(serials.len(), requests.len());
    assert_eq!(serial(&requests[0]), serial(&requests[0]));
}
