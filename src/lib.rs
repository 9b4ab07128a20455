//! Issue, validate and install X.509 certificates: no C, no I/O.
//!
//! The engine of a certificate service, for servers that bring their own network, storage and clock.
//! Each operation is a pure function. It takes a request, a [`Policy`] (the time, and whether FIPS
//! mode is on) and, where something is made, a random number generator of the caller's
//! ([`rand_core`]). It gives a value or an [`Error`]. Everything is `Send` and `Sync`; one
//! [`CertificateAuthority`] or [`TrustStore`] serves all threads.
//!
//! ```
//! use certwright::{
//!     CertificateAuthority, CertificateKind, CreateSpec, CsrSpec, KeySpec, PathOptions, Policy,
//!     SignSpec, SigningRequest, SubjectAlternatives, Time, TrustStore,
//! };
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut rng = certwright::rand_core::UnwrapErr(getrandom::SysRng);
//! // A server has `Policy::at(SystemTime::now())`.
//! let policy = Policy::at("2026-01-01T00:00:00Z".parse::<Time>()?);
//!
//! // A CA: made here, or loaded from DER or PEM that any tool made.
//! let root = CreateSpec::new(CertificateKind::RootCa, "ROOT", "2035-12-31T00:00:00Z".parse()?)?
//!     .with_key(KeySpec::P256)
//!     .make(&policy, &mut rng)?;
//! let key = root.private_key_der.as_bytes();
//! let ca = CertificateAuthority::from_der(root.certificate.der(), key, &policy)?;
//!
//! // A signing request, as it comes from elsewhere.
//! let names = SubjectAlternatives::new().with_dns("www.example.com");
//! let csr = CsrSpec::new("CN=www.example.com", &names)?
//!     .with_key(KeySpec::P256)
//!     .make(&policy, &mut rng)?;
//!
//! // Its own signature is verified when it is read. Look at it, then sign it.
//! let request = SigningRequest::from_der(&csr.csr_der)?;
//! assert_eq!(request.subject(), "CN=www.example.com");
//! assert_eq!(request.names()?, names);
//! let spec = SignSpec::new("2026-04-01T00:00:00Z".parse()?);
//! let signed = ca.sign(&request, &spec, &policy, &mut rng)?.certificate;
//! println!("{} has serial number {}", signed.subject(), signed.serial_number());
//!
//! // What a client of that server does.
//! let store = TrustStore::new([root.certificate]);
//! let chain = store.verify(&signed, &[], &PathOptions::server("www.example.com"), &policy)?;
//! assert_eq!(chain.path.len(), 2);
//! # Ok(())
//! # }
//! ```
//!
//! # Two doors
//!
//! The *REST door* is for servers of the ONTAP REST API `/security/certificates`: the request is the
//! body as it came, with text in every field, and with the feature `serde` it is read from JSON and
//! results and errors are written as the API has them. The *typed door* is for callers with enums,
//! DER and parsed values. A body is checked into the type behind the typed door
//! ([`CreateRequest::check`] gives a [`CreateSpec`]), so that both follow the same rules.
//!
//! | operation | REST door | typed door |
//! |---|---|---|
//! | a key and a self-signed certificate | [`create()`], [`CreateRequest`] | [`CreateSpec`] |
//! | a key and a signing request | [`generate_csr`], [`CsrRequest`] | [`CsrSpec`] |
//! | load a CA | [`CertificateAuthority::from_pem`] | [`CertificateAuthority::from_der`] |
//! | with the key in a device that is called | [`CertificateAuthority::with_signer`], [`Signer`] | the same |
//! | with the key in a service that is awaited | – | [`CertificateAuthority::without_key`], [`prepare`], [`PendingCertificate`] |
//! | sign requests | [`sign()`], [`sign_batch`], [`SignRequest`] | [`SigningRequest`], [`SignSpec`], [`CertificateAuthority::sign`] |
//! | take a certificate in | [`install()`], [`InstallRequest`] | [`InstallSpec`] |
//! | validate a chain | [`validate_chain`], [`ChainRequest`] | [`TrustStore`], [`PathOptions`] |
//! | match a key to a certificate | [`match_key()`] | – |
//! | check for FIPS mode | [`check_fips`] | [`Certificate::check_fips`] |
//! | look at a certificate | [`inspect()`] | [`Certificate`], [`CertificateInfo`] |
//!
//! [`prepare`]: CertificateAuthority::prepare
//!
//! # Errors
//!
//! Every refusal is an [`Error`] with one of the API's numbers ([`ErrorCode`]), a message that says
//! what is accepted, the field it is about, an HTTP status and its cause. [`Error::chain_defect`]
//! names the certificate and the rule of a chain, [`Error::fips_rule`] the rule of FIPS mode. Each
//! function lists its codes in the order of its checks.
//!
//! # What a certificate gets
//!
//! | | root CA | self-signed server | self-signed client | signed from a request |
//! |---|---|---|---|---|
//! | basicConstraints (critical) | CA:TRUE | CA:FALSE | CA:FALSE | CA:FALSE, whatever it asks |
//! | keyUsage (critical) | keyCertSign, cRLSign | digitalSignature, keyEncipherment (RSA) | digitalSignature | as asked, less keyCertSign, cRLSign and what its key type cannot do; else as a server |
//! | extendedKeyUsage | – | serverAuth | clientAuth | as asked, less what the CA does not grant ([`with_extended_key_usages`](CertificateAuthority::with_extended_key_usages)); else serverAuth, clientAuth |
//! | subjectAltName | as asked | as asked, else the common name where it is a DNS name or an IP address | as asked | as asked, else as a server; critical if the subject is empty |
//! | key identifiers | yes | yes | yes | yes, the authority's being the CA's |
//!
//! A request's other extensions are dropped; what it asked for in vain, and names that clients will not
//! accept, are typed [`Warning`]s of the result. E-mail addresses of its subject stand among the
//! alternative names too (RFC 5280 section 4.1.2.6). Names that it asks for must be DNS names, e-mail
//! addresses, IP addresses or URIs, and keep the CA's name constraints; any other is refused, and so are
//! characters that nobody sees. Empty attributes of its subject are left out.
//!
//! # What is checked of a chain
//!
//! The rules of a [`Profile`], by default those of RFC 5280 sections 4 and 6, by building paths from any number of intermediates in any
//! order: [`ChainRule`] lists what a certificate can break, with the sections, and [`Limit`] what a
//! search may not have too much of. The README has the table of rules, and which of them
//! [`install()`] leaves out.
//!
//! # Secrets
//!
//! Private keys come as [`SecretPem`] and [`SecretDer`], which are wiped when they are dropped, not
//! shown by `Debug` and compared in constant time. SECURITY.md says what is promised and what not.
//!
//! # Features
//!
//! * `ifma` (default): RSA on AVX-512 IFMA, where the processor has it; [`backend`] tells. Without
//!   it all arithmetic is portable. The bytes are the same.
//! * `catalog` (default): certificates that are kept, over a store and a host: see the module
//!   `catalog`.
//! * `service`: the REST API over a catalog, from HTTP requests to HTTP responses, without a socket:
//!   see the module `service`.
//! * `testing`: what shows that a store of one's own keeps its promises.
//! * `serde`: requests, results and errors are the bodies of the REST API.
//! * `json`: `from_json` of the requests, whose failures have the codes of the REST API.
//! * `pki-types`: conversions between [`Certificate`], [`SecretDer`] and the types of rustls.
//! * `pkcs12`: PKCS#12 files (`KeyAndCertificates`), encrypted private keys (`SecretPem::decrypt`),
//!   PKCS#7 bundles (`Certificate::from_pkcs7`).
//! * `azure`: certificates out of an Azure Key Vault, the exchange without a socket: see the module
//!   `azure`.
//! * `rustls`: verifiers of TLS peers over [`TrustStore`] and [`CrlStore`], for rustls: see the
//!   module `tls`.
//! * `hooks`: what tests and benches look at inside the crate; no part of its interface.
//!
//! # What is not done
//!
//! * Nothing is stored, sent or read: no files, sockets, clock or randomness of the operating
//!   system, no global state.
//! * Revocation lists are not fetched, and OCSP is not spoken: [`CrlStore`] takes lists.
//! * No subordinate CA is issued: a signing request never becomes a CA.
//! * FIPS mode is a policy of algorithms and parameters, not a validated module.
//! * Keys of the type RSASSA-PSS and Ed25519 keys are not accepted; encrypted private keys are decrypted
//!   first.
#![cfg_attr(docsrs, feature(doc_cfg))]
// Tests and benches may have them.
#![warn(clippy::disallowed_types)]

mod authority;
#[cfg(feature = "azure")]
pub mod azure;
mod base;
#[cfg(feature = "serde")]
mod bodies;
#[cfg(feature = "catalog")]
pub mod catalog;
mod chain;
#[cfg(feature = "pkcs12")]
mod containers;
mod create;
mod crypto;
mod csr;
mod fips;
#[cfg(feature = "hooks")]
#[doc(hidden)]
pub mod hooks;
mod input;
mod inspect;
mod install;
mod issue;
#[cfg(feature = "serde")]
mod json;
mod match_key;
#[cfg(feature = "pki-types")]
mod pki_types;
mod request;
#[cfg(feature = "service")]
pub mod service;
mod sign;
#[cfg(feature = "rustls")]
pub mod tls;
mod validate;
mod x509;

pub use authority::CertificateAuthority;
pub use base::code::{ErrorCode, UnknownErrorCode};
pub use base::error::{Error, ErrorArgument};
pub use base::policy::Policy;
pub use base::secret::{SecretDer, SecretPem};
pub use base::time::{Time, TimeError};
pub use base::warning::Warning;
pub use chain::{
    ChainCertificate, ChainDefect, ChainLink, ChainRule, CrlStore, Limit, PathOptions,
    PeerIdentity, PeerName, Profile, PublicSuffixes, Purpose, RejectedAnchor, RejectedCrl,
    Revocation, RevocationReason, RevocationStatus, TrustStore, ValidatedChain,
};
#[cfg(feature = "pkcs12")]
pub use containers::KeyAndCertificates;
pub use create::{CreateRequest, CreateSpec, CreatedCertificate, create};
pub use crypto::{
    Backend, Digest, FipsRule, HashFunction, KeySpec, SignatureAlgorithm, Signer, SignerError,
    backend,
};
pub use csr::{CsrRequest, CsrSpec, GeneratedCsr, generate_csr};
pub use fips::check_fips;
pub use input::{Certificate, Crl, SigningRequest};
pub use inspect::{CertificateInfo, inspect};
pub use install::{InstallRequest, InstallSpec, InstalledCertificate, install};
pub use match_key::match_key;
pub use rand_core;
pub use request::kind::CertificateKind;
pub use sign::{PendingCertificate, SignRequest, SignSpec, SignedCertificate, sign, sign_batch};
pub use validate::{ChainRequest, validate_chain};
pub use x509::algorithm::{KeyAlgorithm, SignatureHash};
pub use x509::policy_id::{CertificatePolicy, PolicyIdError};
pub use x509::san::SubjectAlternatives;
pub use x509::usage::{ExtendedKeyUsage, KeyUsage, UnknownUsage};

/// The programs of the README, compiled and run as those of the documentation are. The axum handler
/// reads and writes JSON, and one serves the API.
#[cfg(all(doctest, feature = "service"))]
#[doc = include_str!("../README.md")]
struct Readme;
