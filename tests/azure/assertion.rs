//! The assertion of a client with a certificate, verified by others.

use crate::common::{Folder, NOW, policy, rng, run, skip, vector};
use crate::world::{by_certificate, pair, pkcs12, read};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use certwright::azure::Download;
use certwright::{Certificate, HashFunction};
use rsa::Pss;
use rsa::pkcs8::DecodePrivateKey as _;
use serde_json::{Value, json};

/// The assertion that a client with this certificate sends, drawn from this seed.
fn assertion(certificate: &str, seed: u8) -> String {
    let configuration = read(&by_certificate(certificate)).check(&policy()).unwrap();
    let download = Download::start(configuration, &policy(), &mut rng(seed)).unwrap();
    let form = std::str::from_utf8(download.request().body()).unwrap();
    form.split_once("&client_assertion=").unwrap().1.to_owned()
}

fn json_of(part: &str) -> (String, Value) {
    let text = String::from_utf8(Base64UrlUnpadded::decode_vec(part).unwrap()).unwrap();
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

#[test]
fn header_and_claims() {
    let jwt = assertion(&pair("server"), 1);
    let parts: Vec<_> = jwt.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("{jwt}")
    };
    let certificate = Certificate::from_pem(&vector("server.pem")).unwrap();
    let thumbprint = HashFunction::Sha256.digest(certificate.der());
    let thumbprint = Base64UrlUnpadded::encode_string(&thumbprint);
    let expected = format!(r#"{{"alg":"PS256","typ":"JWT","x5t#S256":"{thumbprint}"}}"#);
    assert_eq!(json_of(header).0, expected);
    let (text, claims) = json_of(claims);
    let id = claims["jti"].as_str().unwrap().to_owned();
    let client = "12345678-abcd-1234-12ad-dfa5dffafdaa";
    assert_eq!(
        claims,
        json!({
            "aud": "https://login.microsoftonline.com/87654321-abcd-abcd-1234-720ef604b100/oauth2/v2.0/token",
            "iss": client,
            "sub": client,
            "jti": id,
            "iat": NOW,
            "nbf": NOW,
            "exp": NOW + 300,
        })
    );
    assert!(!text.contains(' '));
    assert_eq!(
        (id.len(), id.as_bytes()[14], id.to_lowercase()),
        (36, b'4', id.clone())
    );
    assert!(b"89ab".contains(&id.as_bytes()[19]));
    let signature = Base64UrlUnpadded::decode_vec(signature).unwrap();
    let key = rsa::PrivateKey::from_pkcs8_pem(&vector("server.key")).unwrap();
    let (signed, _) = jwt.rsplit_once('.').unwrap();
    let digest = HashFunction::Sha256.digest(signed.as_bytes());
    let scheme = Pss::<sha2::Sha256>::new_with_salt(32);
    key.as_public_key()
        .verify(scheme, &digest, &signature)
        .unwrap();
    // Another one for each download.
    let other = assertion(&pair("server"), 2);
    let (_, claims) = json_of(other.split('.').nth(1).unwrap());
    assert_ne!(claims["jti"], id.as_str());
}

const PYJWT: &str = "
import json, sys, jwt
from cryptography.x509 import load_pem_x509_certificate
token, pem, audience, now = json.load(open(sys.argv[1]))
key = load_pem_x509_certificate(pem.encode()).public_key()
options = {'require': ['aud', 'iss', 'sub', 'jti', 'iat', 'nbf', 'exp'], 'verify_exp': False, 'verify_nbf': False, 'verify_iat': False}
claims = jwt.decode(token, key, algorithms=['PS256'], audience=audience, options=options)
assert claims['nbf'] == claims['iat'] == now and claims['exp'] == now + 300, claims
broken = token[:-2] + ('AA' if token[-2:] != 'AA' else 'BB')
try:
    jwt.decode(broken, key, algorithms=['PS256'], audience=audience, options=options)
except jwt.InvalidSignatureError:
    print('verified')
";

#[test]
fn pyjwt_verifies_it() {
    let python = std::env::var("CERTWRIGHT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !run(&python, &["-c", "import jwt, cryptography"])
        .status
        .success()
    {
        return skip("Python's PyJWT is not there");
    }
    let folder = Folder::new("azure-jwt");
    let path = folder.path("assertion.json");
    let rows = [
        (pair("server"), "server.pem"),
        (pkcs12("empty.p12"), "server.pem"),
        (pair("ca-rsa3072"), "ca-rsa3072.pem"),
        (pair("ca-rsa4096"), "ca-rsa4096.pem"),
        // A key that the `rsa` crate signs with.
        (pair("ca-three-primes"), "ca-three-primes.pem"),
    ];
    for (certificate, pem) in rows {
        let audience = "https://login.microsoftonline.com/87654321-abcd-abcd-1234-720ef604b100/oauth2/v2.0/token";
        let given = json!([assertion(&certificate, 1), vector(pem), audience, NOW]);
        std::fs::write(&path, given.to_string()).unwrap();
        let output = run(&python, &["-c", PYJWT, &path]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let failed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(said.trim(), "verified", "{pem}: {failed}");
    }
}
