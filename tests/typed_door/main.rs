//! The typed door: specs, parsed values and DER give what the bodies of the REST API give.

#[path = "../common/mod.rs"]
mod common;

mod arbitrary;
mod keys;
mod pending;
mod refusals;
mod same_bytes;

use certwright::{Certificate, CertificateAuthority, SigningRequest, Time};
use common::{NOW, policy, vector};

fn in_days(days: i64) -> Time {
    Time::from_unix(NOW + days * 86_400).unwrap()
}

#[track_caller]
fn certificate(name: &str) -> Certificate {
    Certificate::from_pem(&vector(name)).unwrap()
}

#[track_caller]
fn signing_request(name: &str) -> SigningRequest {
    SigningRequest::from_pem(&vector(name)).unwrap()
}

/// A CA of the vectors, of which the certificate alone is here.
#[track_caller]
fn without_key(stem: &str) -> CertificateAuthority {
    let certificate = certificate(&format!("{stem}.pem"));
    CertificateAuthority::without_key(&certificate, &policy()).unwrap()
}

/// What stands in a PEM file of the vectors.
#[track_caller]
fn der(name: &str) -> Vec<u8> {
    pem_rfc7468::decode_vec(vector(name).as_bytes()).unwrap().1
}
