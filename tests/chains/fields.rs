//! Defects of one certificate, at each place of a chain.

use crate::case::{At, Case, GOOD, UNREADABLE, chain, each, each_der};
use crate::common::NOW;
use crate::common::issue::{
    ANY_USAGE, AUTHORITY_KEY, BASIC_CONSTRAINTS, CLIENT_AUTH, CODE_SIGNING, CRL_SIGN, Cert, DAY,
    DIGITAL_SIGNATURE, EXTENDED_KEY_USAGE, Extension, KEY_CERT_SIGN, KEY_USAGE, Key,
    POLICY_CONSTRAINTS, SERVER_AUTH, SUBJECT_KEY, UNKNOWN, algorithm, algorithm_null,
    authority_key, basic_constraints, extended_key_usage, key_usage, sequence, tlv,
};

/// A chain that is changed in one place of `change`'s choosing.
type Change = fn(Cert) -> Cert;

pub(crate) fn add(cases: &mut Vec<Case>) {
    signatures(cases);
    validity(cases);
    of_every_certificate(cases);
    of_issuers(cases);
    of_the_leaf(cases);
}

fn signatures(cases: &mut Vec<Case>) {
    let flipped = |cert: Cert, from_end: usize| {
        let mut der = cert.der();
        let place = der.len() - from_end;
        der[place] ^= 1;
        der
    };
    // The last octets are those of the signature's second number.
    each_der(cases, "signature-bit", At::Issued, "Signature", |cert| {
        flipped(cert, 3)
    });
    each_der(cases, "signature-bit-anchor", At::Issuers, GOOD, |cert| {
        // Of the anchor alone: the others are checked by the group above.
        if cert.issuer == cert.subject {
            flipped(cert, 3)
        } else {
            cert.der()
        }
    });
    each_der(cases, "signed-bit", At::Issued, "Signature", |cert| {
        let mut der = cert.der();
        let serial = cert.serial.as_slice();
        let place = der.windows(serial.len()).position(|part| part == serial);
        der[place.unwrap() + 5] ^= 1;
        der
    });
    each_der(cases, "empty-signature", At::Issued, "Signature", |cert| {
        sequence(&[cert.tbs(), cert.signer.algorithm.clone(), tlv(3, &[0])])
    });
    each(cases, "wrong-key", At::Issued, "Signature", |mut cert| {
        cert.signer = Key::p256("another");
        cert
    });
    each(
        cases,
        "algorithms-differ",
        At::Issued,
        "AlgorithmsDiffer",
        |mut cert| {
            cert.inner_algorithm = Some(algorithm("1.2.840.10045.4.3.3"));
            cert
        },
    );
    each(
        cases,
        "algorithm-parameters-differ",
        At::Issued,
        "AlgorithmsDiffer",
        |mut cert| {
            cert.inner_algorithm = Some(algorithm_null("1.2.840.10045.4.3.2"));
            cert
        },
    );
}

fn validity(cases: &mut Vec<Case>) {
    each(cases, "expired", At::All, "Expired", |mut cert| {
        cert.not_after = NOW - DAY;
        cert
    });
    each(
        cases,
        "not-yet-valid",
        At::All,
        "NotYetValid",
        |mut cert| {
            // GnuTLS has a clock of its own.
            cert.not_before = NOW + 3650 * DAY;
            cert
        },
    );
    each(cases, "past-2050", At::All, GOOD, |mut cert| {
        cert.not_after = 4_000_000_000;
        cert
    });
}

fn of_every_certificate(cases: &mut Vec<Case>) {
    each_der(cases, "trailing-octet", At::All, UNREADABLE, |cert| {
        let mut der = cert.der();
        der.push(0);
        der
    });
    each(cases, "extension-twice", At::All, UNREADABLE, |mut cert| {
        cert.extensions.push(cert.extensions[1].clone());
        cert
    });
    each(
        cases,
        "unknown-critical",
        At::All,
        "CriticalExtension: 1.3.6.1.4.1.32473.1",
        |cert| cert.with(Extension::critical(UNKNOWN, vec![5, 0])),
    );
    each(cases, "unknown", At::All, GOOD, |cert| {
        cert.with(Extension::new(UNKNOWN, vec![5, 0]))
    });
    let twice = "Profile: its serial number is ";
    let serials: [(&str, &str, Vec<u8>); 3] = [
        ("serial-zero", "zero", vec![0]),
        ("serial-negative", "negative", vec![0xfe, 1]),
        ("serial-long", "longer than 20 octets", vec![1; 21]),
    ];
    for (group, what, serial) in serials {
        each(
            cases,
            group,
            At::Issued,
            &format!("{twice}{what}"),
            |mut cert| {
                cert.serial.clone_from(&serial);
                cert
            },
        );
    }
    each(cases, "serial-20-octets", At::All, GOOD, |mut cert| {
        cert.serial = [&[0][..], &[0xff; 20]].concat();
        cert
    });
    each(
        cases,
        "version-1-with-extensions",
        At::All,
        "Profile: it has extensions and is not of version 3",
        |mut cert| {
            cert.version = 0;
            cert
        },
    );
    each(cases, "version-1", At::Issuers, "NotCa", |mut cert| {
        cert.version = 0;
        cert.extensions.clear();
        cert
    });
    let missing = "Profile: it has no authorityKeyIdentifier";
    each(cases, "version-1-leaf", At::Leaf, missing, |mut cert| {
        cert.version = 0;
        cert.extensions.clear();
        cert
    });
    each(cases, "version-4", At::All, UNREADABLE, |mut cert| {
        cert.version = 3;
        cert
    });
    each(
        cases,
        "authority-key-missing",
        At::Issued,
        "Profile: it has no authorityKeyIdentifier",
        |cert| cert.without(AUTHORITY_KEY),
    );
    each(
        cases,
        "authority-key-of-another",
        At::Issued,
        GOOD,
        |cert| cert.with(authority_key(&[7; 20])),
    );
    each(cases, "policy-constraints", At::Between, GOOD, |cert| {
        let explicit = sequence(&[tlv(0x80, &[9])]);
        cert.with(Extension::critical(POLICY_CONSTRAINTS, explicit))
    });
    each(
        cases,
        "usage-without-bits",
        At::Leaf,
        "Profile: its keyUsage has no bit set",
        |cert| cert.with(Extension::critical(KEY_USAGE, vec![3, 1, 0])),
    );
}

fn of_issuers(cases: &mut Vec<Case>) {
    let changes: [(&str, &str, Change); 11] = [
        ("ca-false", "NotCa", |cert| {
            cert.with(basic_constraints(false, None))
                .with(key_usage(DIGITAL_SIGNATURE))
        }),
        ("no-basic-constraints", "NotCa", |cert| {
            cert.without(BASIC_CONSTRAINTS)
        }),
        (
            "basic-constraints-not-critical",
            "Profile: it is a CA and its basicConstraints are not critical",
            |cert| {
                let basic = basic_constraints(true, None);
                cert.with(Extension::new(BASIC_CONSTRAINTS, basic.value))
            },
        ),
        (
            "basic-constraints-malformed",
            "Malformed: its basicConstraints are not readable",
            |cert| cert.with(Extension::critical(BASIC_CONSTRAINTS, vec![0x30, 3, 1, 1])),
        ),
        ("no-cert-sign", "NoKeyCertSign", |cert| {
            cert.with(key_usage(DIGITAL_SIGNATURE | CRL_SIGN))
        }),
        ("no-key-usage", GOOD, |cert| cert.without(KEY_USAGE)),
        ("cert-sign-alone", GOOD, |cert| {
            cert.with(key_usage(KEY_CERT_SIGN))
        }),
        (
            "no-subject-key",
            "Profile: it is a CA and has no subjectKeyIdentifier",
            |cert| cert.without(SUBJECT_KEY),
        ),
        ("usage-of-ca-other", "ExtendedKeyUsage", |cert| {
            cert.with(extended_key_usage(&[CLIENT_AUTH, CODE_SIGNING]))
        }),
        ("usage-of-ca", GOOD, |cert| {
            cert.with(extended_key_usage(&[CLIENT_AUTH, SERVER_AUTH]))
        }),
        ("usage-of-ca-any", GOOD, |cert| {
            cert.with(extended_key_usage(&[ANY_USAGE]))
        }),
    ];
    for (group, rule, change) in changes {
        each(cases, group, At::Issuers, rule, change);
    }
    // The certificates below name their issuer, which is empty then.
    let mut nameless = chain(1);
    nameless[1].subject = sequence(&[]);
    nameless[2].issuer = sequence(&[]);
    cases.push(Case::of(
        "empty-issuer",
        &nameless,
        "Leaf Profile: its issuer is empty",
    ));
}

fn of_the_leaf(cases: &mut Vec<Case>) {
    let changes: [(&str, &str, Change); 8] = [
        ("usage-other", "ExtendedKeyUsage", |cert| {
            cert.with(extended_key_usage(&[CLIENT_AUTH]))
        }),
        ("usage-any", GOOD, |cert| {
            cert.with(extended_key_usage(&[ANY_USAGE]))
        }),
        ("usage-both", GOOD, |cert| {
            cert.with(extended_key_usage(&[CLIENT_AUTH, SERVER_AUTH]))
        }),
        ("usage-absent", GOOD, |cert| {
            cert.without(EXTENDED_KEY_USAGE)
        }),
        (
            "usage-malformed",
            "Malformed: its extendedKeyUsage is not readable",
            |cert| cert.with(Extension::new(EXTENDED_KEY_USAGE, vec![0x30, 2, 6, 1])),
        ),
        ("key-usage-absent", GOOD, |cert| cert.without(KEY_USAGE)),
        ("key-usage-crl-sign", "KeyUsage", |cert| {
            cert.with(key_usage(CRL_SIGN))
        }),
        (
            "cert-sign-without-ca",
            "Profile: its keyUsage has keyCertSign and it is not a CA",
            |cert| cert.with(key_usage(DIGITAL_SIGNATURE | KEY_CERT_SIGN)),
        ),
    ];
    for (group, rule, change) in changes {
        each(cases, &format!("leaf-{group}"), At::Leaf, rule, change);
    }
}
