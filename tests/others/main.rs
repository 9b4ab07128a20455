//! What other people's requests, CAs and bundles are like. Each kind of oddity has its test:
//!
//! | kind | tests |
//! |---|---|
//! | the certificate that fits the key is not the first; none fits | `bundles::the_leaf_is_the_one_that_the_key_fits`, `bundles::a_key_that_fits_nothing` |
//! | a root and its cross-certificate, an intermediate by two issuers | `bundles::alternatives`, `foreign::what_install_returns` |
//! | an expired twin beside the renewed one | `bundles::expired_twins`, `foreign::what_install_returns` |
//! | the intermediate in between is missing | `bundles::a_gap_names_the_missing_issuer` |
//! | a self-signed certificate without CA:TRUE as a CA | `bundles::a_self_signed_certificate_verifies_itself` |
//! | a long common name in a certificate that others made | `bundles::long_common_names` |
//! | a default name of what stands in the certificate | `bundles::no_name_is_made_up` |
//! | short RSA keys | `keys::short_keys_of_requests`, `keys::short_keys_that_are_installed` |
//! | points off their curve, even moduli | `keys::what_is_no_key_is_not_acceptable` |
//! | PSS with rubbish, PSS with a long salt in FIPS mode | `crypto::algorithm` (beside the code), `keys::a_salt_longer_than_the_digest` |
//! | empty attributes | `requests::empty_attributes` |
//! | e-mail addresses in the subject alone | `requests::addresses_of_the_subject`, `foreign::what_is_signed_is_read_by_all` |
//! | a common name that is written with its key | `requests::a_common_name_with_its_key` |
//! | Microsoft's name for extensionRequest | `requests::extensions_by_microsofts_name` |
//! | one bad name among many | `requests::the_bad_name_is_named` |
//! | a common name that is no host name | `requests::common_names_that_are_no_host_names` |
//! | invisible and direction-changing characters | `requests::characters_that_are_not_seen` |
//! | extended key usages by the requester's choice | `requests::extended_key_usages` |
//! | an expiry of ten years | `request::expiry` (beside the code), `requests::ten_years` |
//! | a serial number from the seed alone | `requests::a_copied_generator` |
//! | name constraints of the signing CA | `authorities::the_cas_own_constraints` |
//! | a CA with an unknown critical extension | `authorities::unknown_critical_extensions` |
//! | a system's root bundle as one text | `authorities::a_whole_root_bundle` |
//! | all of it at random | `issued` |

#[path = "../common/mod.rs"]
mod common;

mod authorities;
mod bundles;
mod foreign;
mod issued;
mod keys;
mod requests;

use certwright::{CertificateAuthority, CertificateInfo, Error, SignedCertificate, inspect, sign};
use common::issue::Cert;
use common::request::Csr;
use common::{policy, rng};

#[track_caller]
fn load(certificate: &Cert) -> CertificateAuthority {
    let key = certificate.key.private_pem();
    CertificateAuthority::from_pem(&certificate.pem(), &key, &policy()).unwrap()
}

fn root() -> CertificateAuthority {
    load(&Cert::root("Root"))
}

fn signed_by(ca: &CertificateAuthority, csr: &Csr) -> Result<SignedCertificate, Error> {
    sign(
        ca,
        &csr.request().with_expiry("P30D"),
        &policy(),
        &mut rng(1),
    )
}

#[track_caller]
fn shown(signed: &SignedCertificate) -> CertificateInfo {
    inspect(&signed.public_certificate).unwrap()
}
