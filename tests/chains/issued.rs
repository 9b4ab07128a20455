//! Chains that the engine issued, alone and with an intermediate that OpenSSL made.

use crate::common::rows::each_row;
use crate::common::{Folder, assert_runs, system_rng, tool};
use certwright::{
    CertificateAuthority, ChainCertificate, ChainRequest, CreateRequest, CreatedCertificate,
    CsrRequest, ErrorCode, Policy, Purpose, SignRequest, create, generate_csr, sign,
    validate_chain,
};
use std::time::{Duration, SystemTime};

const HOST: &str = "www.example.com";

/// The real time, because OpenSSL issues at it.
fn policy() -> Policy {
    Policy::at(SystemTime::now())
}

fn root(algorithm: &str) -> CreatedCertificate {
    let mut request = CreateRequest::root_ca("root").with_algorithm(algorithm);
    request.expiry_time = Some("P720D".to_owned());
    create(&request, &policy(), &mut system_rng()).unwrap()
}

/// A server's certificate of this CA.
fn leaf(certificate: &str, key: &str) -> String {
    let csr = CsrRequest::new(format!("CN={HOST}")).with_algorithm("ec");
    let csr = generate_csr(&csr, &policy(), &mut system_rng()).unwrap();
    let authority = CertificateAuthority::from_pem(certificate, key, &policy()).unwrap();
    let request = SignRequest::new(&*csr.csr).with_expiry("P90D");
    let signed = sign(&authority, &request, &policy(), &mut system_rng()).unwrap();
    signed.public_certificate
}

/// The places of the path to the root, for a server and for a client.
fn path(request: ChainRequest) -> Vec<ChainCertificate> {
    let request = request.with_peer_name(HOST);
    let chain = validate_chain(&request, &policy()).unwrap();
    let client = request.with_purpose(Purpose::Client);
    assert_eq!(validate_chain(&client, &policy()).unwrap(), chain);
    chain.path.iter().map(|link| link.place).collect()
}

#[test]
fn below_a_root() {
    each_row(["rsa", "ec"], |algorithm| {
        let root = root(algorithm);
        let leaf = leaf(&root.public_certificate, root.private_key.as_str());
        let request = ChainRequest::new(leaf).with_trust_anchor(root.public_certificate.as_str());
        let expected = [ChainCertificate::Leaf, ChainCertificate::TrustAnchor(0)];
        assert_eq!(path(request.clone()), expected);
        let later = Policy::at(SystemTime::now() + Duration::from_hours(2400));
        let error = validate_chain(&request, &later).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Expired);
    });
}

#[test]
fn below_an_intermediate_of_openssl() {
    if !tool("openssl") {
        return;
    }
    let folder = Folder::new("issued-chain");
    each_row(["rsa", "ec"], |algorithm| {
        let root = root(algorithm);
        let root_file = folder.write("root.pem", &root.public_certificate);
        let root_key = folder.write("root.key", root.private_key.as_str());
        let extensions = folder.write(
            "extensions",
            "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n\
             subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
        );
        let (key, csr, ca) = (
            folder.path("ca.key"),
            folder.path("ca.csr"),
            folder.path("ca.pem"),
        );
        let curve = "ec_paramgen_curve:P-256";
        let subject = "/O=Example/CN=intermediate";
        #[rustfmt::skip]
        assert_runs("openssl", &["req", "-new", "-newkey", "ec", "-pkeyopt", curve, "-nodes",
            "-keyout", &key, "-subj", subject, "-out", &csr]);
        #[rustfmt::skip]
        assert_runs("openssl", &["x509", "-req", "-in", &csr, "-CA", &root_file, "-CAkey", &root_key,
            "-set_serial", "4096", "-days", "300", "-extfile", &extensions, "-out", &ca]);
        let ca = std::fs::read_to_string(ca).unwrap();
        let leaf = leaf(&ca, &std::fs::read_to_string(key).unwrap());

        let expected = [
            ChainCertificate::Leaf,
            ChainCertificate::Intermediate(0),
            ChainCertificate::TrustAnchor(0),
        ];
        let anchored = |leaf: &str| {
            ChainRequest::new(leaf).with_trust_anchor(root.public_certificate.as_str())
        };
        assert_eq!(path(anchored(&leaf).with_intermediate(&*ca)), expected);
        // The file that servers are configured with: the CA behind the leaf.
        assert_eq!(path(anchored(&format!("{leaf}{ca}"))), expected);
        let error = validate_chain(&anchored(&leaf), &policy()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::IssuerUnusable);
    });
}
