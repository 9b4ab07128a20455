//! A chain and what should come of it.

use crate::common::issue::{Cert, pem};
use crate::common::policy;
use certwright::{ChainDefect, ChainRequest, ErrorCode, Profile, validate_chain};
use std::error::Error;

/// The verdict on a chain without a defect.
pub(crate) const GOOD: &str = "good";

/// The verdict on what is not a certificate.
pub(crate) const UNREADABLE: &str = "unreadable";

/// The host that the leaves are for.
pub(crate) const HOST: &str = "www.example.com";

pub(crate) struct Case {
    /// Its group and its variant: `expired/1/leaf`.
    pub name: String,
    pub leaf: Vec<u8>,
    pub intermediates: Vec<Vec<u8>>,
    pub anchors: Vec<Vec<u8>>,
    pub peer: Option<String>,
    /// [`GOOD`], [`UNREADABLE`], or a certificate and a rule.
    pub expected: String,
}

impl Case {
    /// A case of DER certificates, the trust anchor first and the leaf last.
    pub(crate) fn of_ders(name: impl Into<String>, mut ders: Vec<Vec<u8>>, expected: &str) -> Self {
        let leaf = ders.pop().unwrap();
        let anchors = vec![ders.remove(0)];
        // The one that issued the leaf first, as TLS servers send them.
        ders.reverse();
        Self {
            name: name.into(),
            leaf,
            intermediates: ders,
            anchors,
            peer: None,
            expected: expected.to_owned(),
        }
    }

    /// A case of certificates, the trust anchor first and the leaf last.
    pub(crate) fn of(name: impl Into<String>, chain: &[Cert], expected: &str) -> Self {
        let ders = chain.iter().map(Cert::der).collect();
        Self::of_ders(name, ders, expected)
    }

    #[must_use]
    pub(crate) fn for_peer(mut self, peer: &str) -> Self {
        self.peer = Some(peer.to_owned());
        self
    }

    #[must_use]
    pub(crate) fn with_intermediates(mut self, others: &[&Cert]) -> Self {
        self.intermediates
            .extend(others.iter().map(|cert| cert.der()));
        self
    }

    #[must_use]
    pub(crate) fn with_anchors(mut self, others: &[&Cert]) -> Self {
        self.anchors.extend(others.iter().map(|cert| cert.der()));
        self
    }

    fn request(&self) -> ChainRequest {
        let mut request = ChainRequest::new(pem(&self.leaf));
        request.intermediate_certificates = self.intermediates.iter().map(|der| pem(der)).collect();
        request.trust_anchors = self.anchors.iter().map(|der| pem(der)).collect();
        request.peer_name.clone_from(&self.peer);
        request
    }

    /// Whether the profile `compatible` accepts it; what it says if not.
    pub(crate) fn compatible(&self) -> Result<(), String> {
        let request = self.request().with_profile(Profile::Compatible);
        validate_chain(&request, &policy())
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    /// What `validate_chain` says, in the words of `expected`.
    pub(crate) fn verdict(&self) -> String {
        let Err(error) = validate_chain(&self.request(), &policy()) else {
            return GOOD.to_owned();
        };
        let Some(defect) = error
            .source()
            .and_then(|source| source.downcast_ref::<ChainDefect>())
        else {
            assert_eq!(error.code(), ErrorCode::CertificateUnreadable, "{error}");
            return UNREADABLE.to_owned();
        };
        let rule = label(&format!("{:?}", defect.rule));
        assert_eq!(error.code(), code(&rule), "{error}");
        format!("{:?} {rule}", defect.certificate)
    }
}

/// A rule by its name, with its text if it has one.
fn label(rule: &str) -> String {
    match rule.split_once('(') {
        Some((name, text)) if text.starts_with('"') => {
            format!("{name}: {}", text.trim_matches(['"', ')']))
        }
        Some((name, number)) if name == "PathLength" => {
            format!("{name} {}", number.trim_end_matches(')'))
        }
        Some((name, _)) => name.to_owned(),
        None => rule.to_owned(),
    }
}

/// The code that goes with a rule.
fn code(rule: &str) -> ErrorCode {
    match rule.split(':').next().unwrap_or_default() {
        "NotYetValid" => ErrorCode::NotYetValid,
        "Expired" => ErrorCode::Expired,
        "WeakHash" => ErrorCode::HashNotSupported,
        "Malformed" => ErrorCode::CertificateUnreadable,
        "Limit" => ErrorCode::OutOfMemory,
        _ => ErrorCode::IssuerUnusable,
    }
}

/// A good chain with so many CAs between the root and the leaf, the root first.
pub(crate) fn chain(intermediates: usize) -> Vec<Cert> {
    let mut chain = vec![Cert::root("root")];
    for number in 1..=intermediates {
        chain.push(Cert::ca(&format!("ca {number}"), &chain[number - 1]));
    }
    chain.push(Cert::leaf(HOST, &chain[intermediates]));
    chain
}

/// The numbers of CAs between root and leaf that defects are tried with.
pub(crate) const DEPTHS: std::ops::RangeInclusive<usize> = 0..=2;

/// How a verdict names the certificate at this index of a chain.
pub(crate) fn place(chain: usize, index: usize) -> String {
    match index {
        0 => "TrustAnchor(0)".to_owned(),
        _ if index + 1 == chain => "Leaf".to_owned(),
        _ => format!("Intermediate({})", chain - 2 - index),
    }
}

/// Which certificates of a chain get a defect.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// Each.
    All,
    /// Each but the trust anchor.
    Issued,
    /// Each but the leaf.
    Issuers,
    /// CAs between the two.
    Between,
    Leaf,
}

impl At {
    fn indices(self, chain: usize) -> std::ops::Range<usize> {
        match self {
            Self::All => 0..chain,
            Self::Issued => 1..chain,
            Self::Issuers => 0..chain - 1,
            Self::Between => 1..chain - 1,
            Self::Leaf => chain - 1..chain,
        }
    }
}

/// Adds a case for each place of each depth. `rule` is [`GOOD`], [`UNREADABLE`] or the rule that
/// the changed certificate breaks.
pub(crate) fn each(
    cases: &mut Vec<Case>,
    group: &str,
    at: At,
    rule: &str,
    change: impl Fn(Cert) -> Cert,
) {
    each_der(cases, group, at, rule, |cert| change(cert).der());
}

/// As [`each`], for changes of the signed certificate.
pub(crate) fn each_der(
    cases: &mut Vec<Case>,
    group: &str,
    at: At,
    rule: &str,
    change: impl Fn(Cert) -> Vec<u8>,
) {
    for depth in DEPTHS {
        let chain = chain(depth);
        for index in at.indices(chain.len()) {
            let ders = chain.iter().enumerate().map(|(place, cert)| {
                if place == index {
                    change(cert.clone())
                } else {
                    cert.der()
                }
            });
            let expected = match rule {
                GOOD | UNREADABLE => rule.to_owned(),
                _ => format!("{} {rule}", place(chain.len(), index)),
            };
            let position = match index {
                0 => "root".to_owned(),
                _ if index + 1 == chain.len() => "leaf".to_owned(),
                _ => format!("ca{index}"),
            };
            let name = format!("{group}/{depth}/{position}");
            cases.push(Case::of_ders(name, ders.collect(), &expected));
        }
    }
}
