//! Of two faults, which one is reported.

use crate::common::issue::{
    Cert, DAY, Extension, KEY_USAGE, alternative_names, basic_constraints, dns, key_usage, tlv,
};
use crate::common::request::Csr;
use crate::common::rows::each_named;
use crate::common::{at, ca, policy, rng, vector};
use crate::{load, nameless, refused, root, signed, signed_by};
use certwright::{ErrorCode as Code, KeyUsage, Policy, SignRequest, Time, sign};

#[test]
fn of_two_faults_in_a_sign_request_the_first_is_reported() {
    let (root, e3) = (ca("root"), ca("ca-e3"));
    let (now, late) = (
        policy(),
        Policy::at("2044-06-01T00:00:00Z".parse::<Time>().unwrap()),
    );
    let (fips, late_fips) = (policy().with_fips(), late.with_fips());
    let of = |name| SignRequest::new(vector(name));
    #[rustfmt::skip]
    let rows = [
        ("hash, expiry", &root, of("server.csr").with_hash_function("x").with_expiry("x"), now, Code::HashNotSupported),
        ("expiry, text", &root, SignRequest::new("x").with_expiry("x"), now, Code::ExpiryOutOfRange),
        ("expiry, signature", &root, of("csr-bad-signature.pem").with_expiry("x"), now, Code::ExpiryOutOfRange),
        ("no name, end", &root, of("csr-no-cn.pem"), late, Code::CommonNameMissing),
        ("no name, FIPS of the CA", &e3, of("csr-no-cn.pem"), fips, Code::CommonNameMissing),
        ("FIPS, end", &root, of("csr-rsa1024.pem"), late_fips, Code::CertificateNotFips),
        ("FIPS of the CA, end", &e3, of("server.csr"), late_fips, Code::CertificateNotFips),
        ("same name, end", &root, of("csr-same-cn.pem"), late, Code::SameCommonNameAsCa),
        ("end, bad name", &root, of("csr-bad-dns.pem"), late, Code::OutlivesCa),
    ];
    let named = rows.map(|(name, ca, request, policy, code)| (name, (ca, request, policy, code)));
    each_named(named, |(ca, request, policy, code)| {
        let error = sign(ca, &request, &policy, &mut rng(1)).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    });
}

#[test]
fn of_two_faults_the_first_is_reported_with_a_ca_that_has_expired_meanwhile() {
    let ca = root();
    let later = at(Cert::root("Root").not_after + DAY);
    let good = Csr::named("a.example");
    let odd = Extension::new(KEY_USAGE, tlv(2, &[1]));
    #[rustfmt::skip]
    let rows = [
        ("hash", good.request().with_hash_function("x"), Code::HashNotSupported),
        ("expiry", good.request().with_expiry("x"), Code::ExpiryOutOfRange),
        ("text", SignRequest::new("x"), Code::SigningFailed),
        ("signature", good.clone().forged().request(), Code::SigningFailed),
        ("extension", good.clone().with(odd).request(), Code::SigningFailed),
        ("no name", nameless().request(), Code::CaCannotSign),
        ("nothing", good.request(), Code::CaCannotSign),
    ];
    let named = rows.map(|(name, request, code)| (name, (request, code)));
    each_named(named, |(request, code)| {
        let error = sign(&ca, &request, &later, &mut rng(1)).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    });
}

#[test]
fn of_two_faults_in_a_request_the_first_is_reported() {
    let malformed = Csr::named("a\0").with(Extension::new(KEY_USAGE, tlv(2, &[1])));
    let error = refused(&malformed.clone().forged());
    assert!(error.message().contains("does not verify"), "{error}");
    assert_eq!(refused(&malformed).code(), Code::SigningFailed);
    assert_eq!(refused(&nameless().forged()).code(), Code::SigningFailed);
    // Its line end would not count in the comparison with the CA's name.
    assert_eq!(
        refused(&Csr::named("ROOT\n")).code(),
        Code::CommonNameInvalid
    );
    // Names are compared before anything that is asked for is weighed.
    let bad_name = alternative_names(&[dns("a_b")]);
    assert_eq!(
        refused(&Csr::named("root").with(bad_name)).code(),
        Code::SameCommonNameAsCa
    );
    let last = Cert::root("Root").with(basic_constraints(true, Some(0)));
    let last = load(&last).unwrap();
    let to_be_ca = Csr::named("root").with(basic_constraints(true, None));
    let error = signed_by(&last, &to_be_ca).unwrap_err();
    assert_eq!(error.code(), Code::CaCannotSign);
    let usage = signed(&Csr::named("a.example").with(key_usage(0x06)));
    assert_eq!(usage.key_usages, [KeyUsage::DigitalSignature]);
}
