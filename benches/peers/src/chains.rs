//! Validates the same chains as rustls-webpki on aws-lc-rs: leaf, intermediate and root, from PEM, for
//! a server and its name. webpki reads of a root its name, its key and its name constraints alone.

use crate::fixtures::policy;
use crate::race;
use crate::timing::{Case, Options};
use certwright::{ChainRequest, validate_chain};
use rcgen_aws_lc_rs::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, date_time_ymd,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::hint::black_box;
use std::time::Duration;
use webpki::aws_lc_rs::{ECDSA_P256_SHA256, RSA_PKCS1_2048_8192_SHA256};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

const HOST: &str = "www.example.com";

/// 1 January 2026, as in [`policy`].
const NOW: UnixTime = UnixTime::since_unix_epoch(Duration::from_secs(1_767_225_600));

/// Leaf, intermediate and root, in PEM.
struct Chain {
    leaf: String,
    intermediate: String,
    root: String,
}

impl Chain {
    fn new(key: impl Fn() -> KeyPair) -> Self {
        let (root_key, key_of_intermediate) = (key(), key());
        let root_params = ca("root");
        let root = root_params.self_signed(&root_key).expect("a root").pem();
        let issuer = Issuer::new(root_params, root_key);
        let params = ca("intermediate");
        let intermediate = params.signed_by(&key_of_intermediate, &issuer);
        let intermediate = intermediate.expect("an intermediate").pem();
        let issuer = Issuer::new(params, key_of_intermediate);
        let leaf = leaf().signed_by(&key(), &issuer).expect("a leaf").pem();
        Self {
            leaf,
            intermediate,
            root,
        }
    }
}

fn params(name: &str, host: Option<&str>) -> CertificateParams {
    let hosts: Vec<_> = host.into_iter().map(str::to_owned).collect();
    let mut params = CertificateParams::new(hosts).expect("parameters");
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2025, 6, 1);
    params.not_after = date_time_ymd(2027, 1, 1);
    params.use_authority_key_identifier_extension = true;
    params
}

fn ca(name: &str) -> CertificateParams {
    let mut params = params(name, None);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn leaf() -> CertificateParams {
    let mut params = params("leaf", Some(HOST));
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

fn ours(request: &ChainRequest) -> bool {
    validate_chain(request, &policy()).is_ok_and(|chain| chain.path.len() == 3)
}

fn webpki(chain: &Chain) -> bool {
    let read = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).expect("PEM");
    let (leaf, intermediate, root) = (
        read(&chain.leaf),
        read(&chain.intermediate),
        read(&chain.root),
    );
    let anchors = [anchor_from_trusted_cert(&root).expect("a trust anchor")];
    let intermediates = [intermediate];
    let leaf = EndEntityCert::try_from(&leaf).expect("a certificate");
    let path = leaf.verify_for_usage(
        &[ECDSA_P256_SHA256, RSA_PKCS1_2048_8192_SHA256],
        &anchors,
        &intermediates,
        NOW,
        KeyUsage::server_auth(),
        None,
        None,
    );
    let name = ServerName::try_from(HOST).expect("a name");
    path.is_ok() && leaf.verify_is_valid_for_subject_name(&name).is_ok()
}

/// Chains of three certificates, all keys of one kind.
pub fn compare(options: Options) {
    let p256 = Chain::new(|| KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key"));
    let rsa = Chain::new(|| KeyPair::generate_for(&PKCS_RSA_SHA256).expect("a key"));
    for (name, chain) in [("p256", p256), ("rsa2048", rsa)] {
        let request = ChainRequest::new(&*chain.leaf)
            .with_intermediate(&*chain.intermediate)
            .with_trust_anchor(&*chain.root)
            .with_peer_name(HOST);
        assert!(ours(&request) && webpki(&chain), "a good chain");
        let cases = vec![
            Case::new("certwright", 1, || {
                assert!(ours(black_box(&request)));
            }),
            Case::new("webpki-aws-lc-rs", 1, || {
                assert!(webpki(black_box(&chain)));
            }),
        ];
        race(&format!("chain/{name}"), cases, options);
    }
}
