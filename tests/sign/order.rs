//! Of two faults, which one is reported.

use crate::common::issue::{
    BASIC_CONSTRAINTS, CODE_SIGNING, Cert, DAY, Extension, KEY_USAGE, Key, NAME_CONSTRAINTS,
    algorithm, alternative_names, basic_constraints, directory, dns, extended_key_usage, key_usage,
    name, name_constraints, oid, rdn, sequence, tlv,
};
use crate::common::order::{Fault, each_comes_first, fault};
use crate::common::request::{COMMON_NAME, Csr, ORGANIZATION, UTF8};
use crate::common::signer::Claims;
use crate::common::{NOW, at, ca, policy, rng, vector};
use crate::{refused, signed};
use certwright::{
    CertificateAuthority, Error, ErrorCode as Code, KeyUsage, Policy, SignRequest, sign,
};

const UNIT: &str = "2.5.4.11";
const LOCALITY: &str = "2.5.4.7";
const ECDSA_SHA1: &str = "1.2.840.10045.4.1";

/// A request, and what it is signed with, before it is written down.
#[derive(Clone)]
struct Draft {
    authority: Cert,
    /// Whether the CA's key is in a device that does not sign.
    device: bool,
    /// In place of the request's PEM.
    text: Option<&'static str>,
    /// Behind the organization.
    subject: Vec<Vec<u8>>,
    common_name: Option<&'static str>,
    names: Vec<Vec<u8>>,
    csr: Csr,
    hash: Option<&'static str>,
    expiry: Option<&'static str>,
    policy: Policy,
}

impl Draft {
    fn good() -> Self {
        Self {
            authority: Cert::root("Root"),
            device: false,
            text: None,
            subject: Vec::new(),
            common_name: Some("a.example"),
            names: Vec::new(),
            csr: Csr::new(Vec::new()),
            hash: None,
            expiry: None,
            policy: policy(),
        }
    }

    fn signed(&self) -> Result<(), Error> {
        // When the CA that may have expired meanwhile was loaded. In FIPS mode, because otherwise one
        // that is not acceptable there is not loaded at all.
        let then = at(NOW - 20 * DAY).with_fips();
        let (pem, key) = (self.authority.pem(), &self.authority.key);
        let ca = if self.device {
            CertificateAuthority::with_signer(&pem, Claims(key.spki.clone()), &then)
        } else {
            CertificateAuthority::from_pem(&pem, &key.private_pem(), &then)
        };
        let mut csr = self.csr.clone();
        let common_name = self.common_name.map(|name| rdn(COMMON_NAME, UTF8, name));
        let subject = [rdn(ORGANIZATION, UTF8, "Example")].into_iter();
        let subject = subject.chain(self.subject.clone()).chain(common_name);
        csr.subject = sequence(&subject.collect::<Vec<_>>());
        if !self.names.is_empty() {
            csr = csr.with(alternative_names(&self.names));
        }
        let mut request = SignRequest::new(self.text.map_or_else(|| csr.pem(), str::to_owned));
        request.hash_function = self.hash.map(str::to_owned);
        request.expiry_time = self.expiry.map(str::to_owned);
        sign(&ca.unwrap(), &request, &self.policy, &mut rng(1)).map(|_| ())
    }
}

/// In the order of the checks.
#[rustfmt::skip]
const FAULTS: &[Fault<Draft>] = &[
    fault("hash", Code::HashNotSupported, "hash_function", "", |draft| draft.hash = Some("sha3")),
    fault("hash in FIPS mode", Code::HashNotFips, "hash_function", "", |draft| {
        draft.hash = Some("sha1");
        draft.policy = draft.policy.with_fips();
    }),
    fault("expiry", Code::ExpiryOutOfRange, "expiry_time", "", |draft| draft.expiry = Some("x")),
    fault("text", Code::SigningFailed, "signing_request", "no signing request", |draft| draft.text = Some("x")),
    fault("weak signature", Code::HashNotSupported, "signing_request", "sha1", |draft| draft.csr.key.algorithm = algorithm(ECDSA_SHA1)),
    fault("type of key", Code::KeyTypeNotSupported, "signing_request", "secp256k1", |draft| {
        draft.csr.key.spki = sequence(&[sequence(&[oid("1.2.840.10045.2.1"), oid("1.3.132.0.10")]), tlv(3, &[&[0, 4][..], &[1; 64]].concat())]);
    }),
    fault("unknown signature", Code::SigningFailed, "signing_request", "algorithm that is not supported", |draft| draft.csr.key.algorithm = algorithm("1.2.3.4")),
    fault("signature", Code::SigningFailed, "signing_request", "does not verify", |draft| draft.csr.forged = true),
    fault("extension", Code::SigningFailed, "signing_request", "is not readable", |draft| {
        draft.csr.extensions.push(Extension::new(KEY_USAGE, tlv(2, &[1])));
    }),
    fault("expired CA", Code::CaCannotSign, "ca_certificate", "expired", |draft| draft.authority.not_after = NOW - DAY),
    fault("no name", Code::CommonNameMissing, "signing_request", "", |draft| draft.common_name = None),
    fault("common name", Code::CommonNameInvalid, "signing_request", "control", |draft| draft.common_name = Some("Root\n")),
    fault("FIPS", Code::CertificateNotFips, "signing_request", "", |draft| {
        draft.csr.key = Key::rsa("rsa1024.key");
        draft.policy = draft.policy.with_fips();
    }),
    fault("FIPS of the CA", Code::CertificateNotFips, "ca_certificate", "", |draft| {
        draft.authority.issuer = name("Upper");
        draft.authority.signer.algorithm = algorithm(ECDSA_SHA1);
        draft.policy = draft.policy.with_fips();
    }),
    fault("short key", Code::SigningFailed, "signing_request", "1024 bits", |draft| draft.csr.key = Key::rsa("rsa1024.key")),
    fault("to be a CA", Code::CaCannotSign, "signing_request", "path length is 0", |draft| {
        draft.authority = draft.authority.clone().with(basic_constraints(true, Some(0)));
        draft.csr.extensions.push(Extension::new(BASIC_CONSTRAINTS, sequence(&[tlv(1, &[0xff])])));
    }),
    fault("name of the CA", Code::SameCommonNameAsCa, "signing_request", "", |draft| draft.common_name = Some(" rOOt ")),
    fault("end", Code::OutlivesCa, "expiry_time", "", |draft| draft.authority.not_after = NOW + 10 * DAY),
    fault("kind of name", Code::SigningFailed, "signing_request", "registeredID", |draft| draft.names.insert(0, tlv(0x88, &[0x2a]))),
    fault("DNS name", Code::SigningFailed, "signing_request", "\"a_b\"", |draft| draft.names.insert(0, dns("a_b"))),
    fault("control character", Code::SigningFailed, "signing_request", "OU contains a control character", |draft| {
        draft.subject.insert(0, rdn(UNIT, UTF8, "a\nb"));
    }),
    fault("hidden character", Code::SigningFailed, "signing_request", "L contains a character that is invisible", |draft| {
        draft.subject.push(rdn(LOCALITY, UTF8, "a\u{202e}b"));
    }),
    fault("hidden in the common name", Code::SigningFailed, "signing_request", "CN contains a character that is invisible", |draft| {
        draft.common_name = Some("a\u{200b}b");
    }),
    fault("constraints", Code::CaCannotSign, "ca_certificate", "nameConstraints", |draft| {
        draft.authority = draft.authority.clone().with(Extension::critical(NAME_CONSTRAINTS, vec![5, 0]));
    }),
    fault("name outside the constraints", Code::SigningFailed, "signing_request", "cannot be signed by this CA", |draft| {
        let organization = directory(&sequence(&[rdn(ORGANIZATION, UTF8, "Example")]));
        draft.authority = draft.authority.clone().with(name_constraints(&[], &[organization]));
    }),
    fault("purpose", Code::SigningFailed, "signing_request", "grants none of the extended key usages", |draft| {
        draft.csr.extensions.push(extended_key_usage(&[CODE_SIGNING]));
    }),
    fault("signer", Code::SigningFailed, "signing_request", "", |draft| draft.device = true),
];

/// Faults that cannot be there together.
const EXCLUSIVE: &[[&str; 2]] = &[
    // Other codes in FIPS mode.
    ["hash", "hash in FIPS mode"],
    ["weak signature", "FIPS"],
    ["weak signature", "FIPS of the CA"],
    ["FIPS of the CA", "short key"],
    // Where alternative names are asked for, no common name is needed.
    ["no name", "kind of name"],
    ["no name", "DNS name"],
];

#[test]
fn of_two_faults_in_a_sign_request_the_first_is_reported() {
    each_comes_first(&Draft::good(), FAULTS, EXCLUSIVE, Draft::signed);
}

/// A CA with a key that FIPS mode refuses.
#[test]
fn the_key_of_the_ca_comes_before_the_end() {
    let late = Policy::at("2044-06-01T00:00:00Z".parse::<certwright::Time>().unwrap());
    let request = SignRequest::new(vector("server.csr"));
    let sign = |policy: &Policy| sign(&ca("ca-e3"), &request, policy, &mut rng(1)).unwrap_err();
    assert_eq!(sign(&late).code(), Code::OutlivesCa);
    assert_eq!(sign(&late.with_fips()).code(), Code::CertificateNotFips);
}

#[test]
fn what_is_no_fault_is_not_reported() {
    // Its line end would not count in the comparison with the CA's name.
    let error = refused(&Csr::named("ROOT\n"));
    assert_eq!(error.code(), Code::CommonNameInvalid);
    let usage = signed(&Csr::named("a.example").with(key_usage(0x06)));
    assert_eq!(usage.key_usages, [KeyUsage::DigitalSignature]);
}
