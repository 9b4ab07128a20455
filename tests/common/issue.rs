//! A maker of certificates that checks nothing: every field can be set to anything.

use super::NOW;
use const_oid::ObjectIdentifier;
use der::Encode;
use der::asn1::{GeneralizedTime, UtcTime};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::pkcs8::DecodePrivateKey;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

pub const ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";

pub const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub const KEY_USAGE: &str = "2.5.29.15";
pub const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
pub const ALTERNATIVE_NAMES: &str = "2.5.29.17";
pub const NAME_CONSTRAINTS: &str = "2.5.29.30";
pub const SUBJECT_KEY: &str = "2.5.29.14";
pub const AUTHORITY_KEY: &str = "2.5.29.35";
pub const POLICIES: &str = "2.5.29.32";
pub const POLICY_CONSTRAINTS: &str = "2.5.29.36";
/// Of the enterprise number for examples (RFC 5612): nobody understands it.
pub const UNKNOWN: &str = "1.3.6.1.4.1.32473.1";

pub const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
pub const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
pub const CODE_SIGNING: &str = "1.3.6.1.5.5.7.3.3";
pub const ANY_USAGE: &str = "2.5.29.37.0";

pub const DAY: i64 = 86_400;

/// Tag, length and content.
pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut der = vec![tag];
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|&&byte| byte == 0).count();
    match &length[zeros..] {
        [] => der.push(0),
        &[short @ ..0x80] => der.push(short),
        long => {
            der.push(0x80 | u8::try_from(long.len()).unwrap());
            der.extend(long);
        }
    }
    der.extend(content);
    der
}

/// The `SubjectPublicKeyInfo` of an RSA key with this modulus, of which the first bit is set.
pub fn rsa_spki(modulus: &[u8]) -> Vec<u8> {
    let modulus = tlv(2, &[&[0], modulus].concat());
    let key = sequence(&[modulus, tlv(2, &[1, 0, 1])]);
    let algorithm = algorithm_null("1.2.840.113549.1.1.1");
    sequence(&[algorithm, tlv(3, &[&[0], &*key].concat())])
}

pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

pub fn oid(text: &str) -> Vec<u8> {
    ObjectIdentifier::new_unwrap(text).to_der().unwrap()
}

/// An `AlgorithmIdentifier` without parameters.
pub fn algorithm(text: &str) -> Vec<u8> {
    sequence(&[oid(text)])
}

/// An `AlgorithmIdentifier` with NULL as its parameters.
pub fn algorithm_null(text: &str) -> Vec<u8> {
    sequence(&[oid(text), vec![5, 0]])
}

/// A relative distinguished name of one attribute; `tag` is that of its string type.
pub fn rdn(attribute: &str, tag: u8, value: &str) -> Vec<u8> {
    tlv(
        0x31,
        &sequence(&[oid(attribute), tlv(tag, value.as_bytes())]),
    )
}

/// A `Name` of an organization and a common name.
pub fn name(common_name: &str) -> Vec<u8> {
    sequence(&[
        rdn("2.5.4.10", 0x0c, "Example"),
        rdn("2.5.4.3", 0x0c, common_name),
    ])
}

/// A `Time` in the form that RFC 5280 section 4.1.2.5 wants.
fn time(unix: i64) -> Vec<u8> {
    let since = Duration::from_secs(unix.try_into().unwrap());
    match UtcTime::from_unix_duration(since) {
        Ok(time) => time.to_der().unwrap(),
        Err(_) => GeneralizedTime::from_unix_duration(since)
            .unwrap()
            .to_der()
            .unwrap(),
    }
}

/// A key: what it is certified with and, if it signs, how.
#[derive(Clone, Debug)]
pub struct Key {
    /// `SubjectPublicKeyInfo`.
    pub spki: Vec<u8>,
    /// The `AlgorithmIdentifier` of its signatures.
    pub algorithm: Vec<u8>,
    secret: Secret,
}

#[derive(Clone, Debug)]
enum Secret {
    P256(SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
    Rsa(Box<rsa::PrivateKey>),
    /// The command that signs its standard input.
    Command(Vec<String>),
    Forged(Vec<u8>),
}

impl Key {
    /// The same key for the same name.
    pub fn p256(name: &str) -> Self {
        let secret = SigningKey::from_slice(&Sha256::digest(name)).unwrap();
        let spki = secret.verifying_key().to_public_key_der().unwrap();
        Self {
            spki: spki.into_vec(),
            algorithm: algorithm(ECDSA_SHA256),
            secret: Secret::P256(secret),
        }
    }

    pub fn p384(name: &str) -> Self {
        let digest = Sha512::digest(name);
        let secret = p384::ecdsa::SigningKey::from_slice(&digest[..48]).unwrap();
        let spki = secret.verifying_key().to_public_key_der().unwrap();
        Self {
            spki: spki.into_vec(),
            algorithm: algorithm("1.2.840.10045.4.3.3"),
            secret: Secret::P384(secret),
        }
    }

    pub fn p521(name: &str) -> Self {
        let digest = [&[0, 0][..], &Sha512::digest(name)].concat();
        let secret = p521::ecdsa::SigningKey::from_slice(&digest).unwrap();
        let spki = secret.verifying_key().to_public_key_der().unwrap();
        Self {
            spki: spki.into_vec(),
            algorithm: algorithm("1.2.840.10045.4.3.4"),
            secret: Secret::P521(secret),
        }
    }

    /// An RSA key of the vectors, of at least 1024 bits.
    pub fn rsa(file: &str) -> Self {
        let secret = rsa::PrivateKey::from_pkcs8_pem(&super::vector(file)).unwrap();
        let spki = secret.to_public_key().to_public_key_der().unwrap();
        Self {
            spki: spki.into_vec(),
            algorithm: algorithm_null("1.2.840.113549.1.1.11"),
            secret: Secret::Rsa(Box::new(secret)),
        }
    }

    /// A key that signs by way of a command, such as `openssl dgst -sha1 -sign FILE`.
    pub fn command(spki: Vec<u8>, algorithm: Vec<u8>, command: &[&str]) -> Self {
        let command = command.iter().map(|&word| word.to_owned()).collect();
        Self {
            spki,
            algorithm,
            secret: Secret::Command(command),
        }
    }

    /// A key that signs nothing.
    pub fn public(spki: Vec<u8>) -> Self {
        Self::forged(spki, algorithm(ECDSA_SHA256), vec![0; 8])
    }

    /// A key whose every signature is this one.
    pub fn forged(spki: Vec<u8>, algorithm: Vec<u8>, signature: Vec<u8>) -> Self {
        Self {
            spki,
            algorithm,
            secret: Secret::Forged(signature),
        }
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.secret {
            Secret::P256(key) => {
                let signature: Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Secret::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Secret::P521(key) => {
                let signature: p521::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Secret::Rsa(key) => {
                let padding = rsa::pkcs1v15::Pkcs1v15Sign::new::<Sha256>();
                key.sign(padding, &Sha256::digest(message)).unwrap()
            }
            Secret::Command(command) => {
                let mut child = Command::new(&command[0])
                    .args(&command[1..])
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap();
                child.stdin.take().unwrap().write_all(message).unwrap();
                let output = child.wait_with_output().unwrap();
                assert!(output.status.success(), "{command:?}");
                output.stdout
            }
            Secret::Forged(signature) => signature.clone(),
        }
    }

    /// The private key as PKCS#8 PEM.
    pub fn private_pem(&self) -> String {
        let pem = match &self.secret {
            Secret::P256(key) => key.to_pkcs8_pem(LineEnding::LF),
            Secret::P384(key) => key.to_pkcs8_pem(LineEnding::LF),
            Secret::P521(key) => key.to_pkcs8_pem(LineEnding::LF),
            Secret::Rsa(key) => key.to_pkcs8_pem(LineEnding::LF),
            Secret::Command(_) | Secret::Forged(_) => panic!("the private key is not here"),
        };
        pem.unwrap().to_string()
    }

    pub fn identifier(&self) -> Vec<u8> {
        Sha1::digest(&self.spki).to_vec()
    }
}

#[derive(Clone, Debug)]
pub struct Extension {
    pub oid: &'static str,
    pub critical: bool,
    pub value: Vec<u8>,
}

impl Extension {
    pub fn new(oid: &'static str, value: Vec<u8>) -> Self {
        Self {
            oid,
            critical: false,
            value,
        }
    }

    pub fn critical(oid: &'static str, value: Vec<u8>) -> Self {
        Self {
            critical: true,
            ..Self::new(oid, value)
        }
    }

    pub fn der(&self) -> Vec<u8> {
        let critical = if self.critical {
            tlv(1, &[0xff])
        } else {
            Vec::new()
        };
        sequence(&[oid(self.oid), critical, tlv(4, &self.value)])
    }
}

pub fn basic_constraints(ca: bool, path_length: Option<u8>) -> Extension {
    let ca = if ca { tlv(1, &[0xff]) } else { Vec::new() };
    let length = path_length.map_or_else(Vec::new, |length| tlv(2, &[length]));
    Extension::critical(BASIC_CONSTRAINTS, sequence(&[ca, length]))
}

/// `bits`: the first octet of the BIT STRING, 0x80 digitalSignature to 0x02 cRLSign.
pub fn key_usage(bits: u8) -> Extension {
    let unused = u8::try_from(bits.trailing_zeros().min(7)).unwrap();
    Extension::critical(KEY_USAGE, tlv(3, &[unused, bits]))
}

pub const DIGITAL_SIGNATURE: u8 = 0x80;
pub const KEY_CERT_SIGN: u8 = 0x04;
pub const CRL_SIGN: u8 = 0x02;

pub fn extended_key_usage(usages: &[&str]) -> Extension {
    let usages: Vec<_> = usages.iter().map(|usage| oid(usage)).collect();
    Extension::new(EXTENDED_KEY_USAGE, sequence(&usages))
}

pub fn subject_key(identifier: &[u8]) -> Extension {
    Extension::new(SUBJECT_KEY, tlv(4, identifier))
}

pub fn authority_key(identifier: &[u8]) -> Extension {
    Extension::new(AUTHORITY_KEY, sequence(&[tlv(0x80, identifier)]))
}

pub fn alternative_names(names: &[Vec<u8>]) -> Extension {
    Extension::new(ALTERNATIVE_NAMES, sequence(names))
}

/// Lists of `GeneralName`; an empty one is left out.
pub fn name_constraints(permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Extension {
    let subtrees = |tag, bases: &[Vec<u8>]| {
        let bases: Vec<_> = bases.iter().map(|base| tlv(0x30, base)).collect();
        if bases.is_empty() {
            Vec::new()
        } else {
            tlv(tag, &bases.concat())
        }
    };
    Extension::critical(
        NAME_CONSTRAINTS,
        sequence(&[subtrees(0xa0, permitted), subtrees(0xa1, excluded)]),
    )
}

pub fn dns(name: &str) -> Vec<u8> {
    tlv(0x82, name.as_bytes())
}

pub fn email(address: &str) -> Vec<u8> {
    tlv(0x81, address.as_bytes())
}

pub fn uri(text: &str) -> Vec<u8> {
    tlv(0x86, text.as_bytes())
}

pub fn ip(octets: &[u8]) -> Vec<u8> {
    tlv(0x87, octets)
}

pub fn directory(name: &[u8]) -> Vec<u8> {
    tlv(0xa4, name)
}

/// A certificate to be. Its fields are what will stand in it, right or wrong.
#[derive(Clone)]
pub struct Cert {
    /// The version number as encoded; 0 (v1) is the default, which DER leaves out.
    pub version: u8,
    /// Content of the INTEGER.
    pub serial: Vec<u8>,
    pub issuer: Vec<u8>,
    pub subject: Vec<u8>,
    /// Seconds since 1970; by default from 30 days before [`NOW`] to 2045, so that a validator with
    /// a clock of its own agrees.
    pub not_before: i64,
    pub not_after: i64,
    pub key: Key,
    /// The key that signs it.
    pub signer: Key,
    /// The algorithm that the signed part names, if it is another than the signer's.
    pub inner_algorithm: Option<Vec<u8>>,
    pub extensions: Vec<Extension>,
}

impl Cert {
    fn new(common_name: &str, extensions: Vec<Extension>) -> Self {
        let key = Key::p256(common_name);
        let mut serial = Sha1::digest(common_name).to_vec();
        // Positive, and no longer than need be.
        serial[0] = serial[0] & 0x7f | 0x40;
        Self {
            version: 2,
            serial,
            issuer: name(common_name),
            subject: name(common_name),
            not_before: NOW - 30 * DAY,
            not_after: NOW + 7000 * DAY,
            signer: key.clone(),
            inner_algorithm: None,
            extensions,
            key,
        }
    }

    /// A self-signed CA.
    pub fn root(common_name: &str) -> Self {
        let identifier = Key::p256(common_name).identifier();
        let extensions = vec![
            basic_constraints(true, None),
            key_usage(KEY_CERT_SIGN | CRL_SIGN),
            subject_key(&identifier),
        ];
        Self::new(common_name, extensions)
    }

    /// A CA below another.
    pub fn ca(common_name: &str, issuer: &Self) -> Self {
        Self::root(common_name).below(issuer)
    }

    /// A server's certificate for the DNS name that is its common name too.
    pub fn leaf(host: &str, issuer: &Self) -> Self {
        let identifier = Key::p256(host).identifier();
        let extensions = vec![
            basic_constraints(false, None),
            key_usage(DIGITAL_SIGNATURE),
            extended_key_usage(&[SERVER_AUTH]),
            alternative_names(&[dns(host)]),
            subject_key(&identifier),
        ];
        Self::new(host, extensions).below(issuer)
    }

    /// Names `issuer` as its issuer, and has its key sign.
    #[must_use]
    pub fn below(mut self, issuer: &Self) -> Self {
        self.issuer.clone_from(&issuer.subject);
        self.signer = issuer.key.clone();
        self.with(authority_key(&issuer.key.identifier()))
    }

    /// Certifies another key.
    #[must_use]
    pub fn with_key(mut self, key: Key) -> Self {
        let identifier = key.identifier();
        self.key = key;
        self.with(subject_key(&identifier))
    }

    /// With this extension in place of the one of its kind.
    #[must_use]
    pub fn with(mut self, extension: Extension) -> Self {
        let known = self.extensions.iter_mut();
        match known.into_iter().find(|known| known.oid == extension.oid) {
            Some(known) => *known = extension,
            None => self.extensions.push(extension),
        }
        self
    }

    /// Without the extensions of this kind.
    #[must_use]
    pub fn without(mut self, oid: &str) -> Self {
        self.extensions.retain(|extension| extension.oid != oid);
        self
    }

    pub fn tbs(&self) -> Vec<u8> {
        let version = match self.version {
            0 => Vec::new(),
            number => tlv(0xa0, &tlv(2, &[number])),
        };
        let extensions: Vec<_> = self.extensions.iter().map(Extension::der).collect();
        let extensions = if extensions.is_empty() {
            Vec::new()
        } else {
            tlv(0xa3, &sequence(&extensions))
        };
        let algorithm = self.inner_algorithm.as_ref();
        sequence(&[
            version,
            tlv(2, &self.serial),
            algorithm.unwrap_or(&self.signer.algorithm).clone(),
            self.issuer.clone(),
            sequence(&[time(self.not_before), time(self.not_after)]),
            self.subject.clone(),
            self.key.spki.clone(),
            extensions,
        ])
    }

    /// The signed certificate.
    pub fn der(&self) -> Vec<u8> {
        let tbs = self.tbs();
        let mut signature = vec![0];
        signature.extend(self.signer.sign(&tbs));
        sequence(&[tbs, self.signer.algorithm.clone(), tlv(3, &signature)])
    }

    pub fn pem(&self) -> String {
        pem(&self.der())
    }
}

pub fn pem(der: &[u8]) -> String {
    pem_rfc7468::encode_string("CERTIFICATE", pem_rfc7468::LineEnding::LF, der).unwrap()
}
