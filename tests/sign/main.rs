//! `sign` and `sign_batch`.

#[path = "../common/mod.rs"]
mod common;

mod batch;
mod issued;
mod order;
mod others;
mod properties;
mod rules;

use certwright::{CertificateAuthority, CertificateInfo, Error, inspect, sign};
use common::issue::Cert;
use common::request::{Csr, ORGANIZATION, UTF8, name_of};
use common::{policy, rng};

fn load(certificate: &Cert) -> Result<CertificateAuthority, Error> {
    CertificateAuthority::from_pem(
        &certificate.pem(),
        &certificate.key.private_pem(),
        &policy(),
    )
}

fn root() -> CertificateAuthority {
    load(&Cert::root("Root")).unwrap()
}

fn signed_by(ca: &CertificateAuthority, csr: &Csr) -> Result<CertificateInfo, Error> {
    let request = csr.request().with_expiry("P30D");
    let signed = sign(ca, &request, &policy(), &mut rng(1))?;
    Ok(inspect(&signed.public_certificate).unwrap())
}

/// What a CA that is called Root issues for it, for 30 days.
#[track_caller]
fn signed(csr: &Csr) -> CertificateInfo {
    signed_by(&root(), csr).unwrap()
}

#[track_caller]
fn refused(csr: &Csr) -> Error {
    signed_by(&root(), csr).unwrap_err()
}

fn nameless() -> Csr {
    Csr::new(name_of(ORGANIZATION, UTF8, "Example"))
}
