//! The certificates of a request: read, in order, none of them twice.

use super::defect::{ChainCertificate, ChainDefect, ChainRule, Limit};
use super::node::Node;
use crate::input;
use crate::x509::certificate::{CertificateRef, Malformed};
use crate::{Error, ErrorCode};
use std::collections::HashSet;

/// The most certificates of one request.
const CERTIFICATES_MAX: usize = 1000;

/// The most octets that they have together: reading them takes time too.
const OCTETS_MAX: usize = 2 << 20;

/// The DER of every certificate of a request.
#[derive(Debug)]
pub(crate) struct CertificateBundle {
    pub(crate) leaf: Vec<u8>,
    intermediates: Vec<Vec<u8>>,
    anchors: Vec<Vec<u8>>,
}

/// The certificates of a request, parsed.
pub(super) struct Pool<'a> {
    /// The leaf, then the trust anchors, then the intermediates.
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) anchors: usize,
    pub(super) leaf_is_anchor: bool,
}

impl CertificateBundle {
    /// The leaf and the intermediates behind it.
    pub(crate) fn of_bundle(public_certificate: &str) -> Result<Self, Error> {
        let field = ChainCertificate::Leaf.field();
        let mut bundle = input::certificates(public_certificate, field)?.into_iter();
        Ok(Self {
            leaf: bundle.next().unwrap_or_default(),
            intermediates: bundle.collect(),
            anchors: Vec::new(),
        })
    }

    /// Whether there is nothing but the leaf.
    pub(crate) fn is_single(&self) -> bool {
        self.intermediates.is_empty() && self.anchors.is_empty()
    }

    pub(crate) fn add_intermediates(&mut self, texts: &[String]) -> Result<(), Error> {
        let field = ChainCertificate::Intermediate(0).field();
        for text in texts {
            self.intermediates.extend(input::certificates(text, field)?);
            self.check_limits()?;
        }
        Ok(())
    }

    pub(super) fn add_anchors(&mut self, texts: &[String]) -> Result<(), Error> {
        let field = ChainCertificate::TrustAnchor(0).field();
        for text in texts {
            self.anchors.extend(input::certificates(text, field)?);
            self.check_limits()?;
        }
        Ok(())
    }

    fn check_limits(&self) -> Result<(), Error> {
        let others = || self.intermediates.iter().chain(&self.anchors);
        let limit = if others().count() >= CERTIFICATES_MAX {
            Limit::Certificates
        } else if self.leaf.len() + others().map(Vec::len).sum::<usize>() > OCTETS_MAX {
            Limit::Octets
        } else {
            return Ok(());
        };
        let defect = ChainDefect {
            certificate: ChainCertificate::Leaf,
            subject: String::new(),
            rule: ChainRule::Limit(limit),
        };
        Err(defect.into_error(false))
    }

    pub(super) fn pool(&self) -> Result<Pool<'_>, Error> {
        let mut nodes = vec![read(&self.leaf, ChainCertificate::Leaf)?];
        let mut seen = HashSet::from([self.leaf.as_slice()]);
        let anchors = self.anchors.iter().enumerate();
        for (index, der) in anchors.filter(|(_, der)| seen.insert(der)) {
            nodes.push(read(der, ChainCertificate::TrustAnchor(index))?);
        }
        let anchors = nodes.len() - 1;
        let intermediates = self.intermediates.iter().enumerate();
        for (index, der) in intermediates.filter(|(_, der)| seen.insert(der)) {
            nodes.push(read(der, ChainCertificate::Intermediate(index))?);
        }
        Ok(Pool {
            nodes,
            anchors,
            leaf_is_anchor: self.anchors.contains(&self.leaf),
        })
    }
}

fn read(der: &[u8], place: ChainCertificate) -> Result<Node<'_>, Error> {
    let node = CertificateRef::parse(der).and_then(|certificate| {
        Node::read(certificate, place).map_err(|error| Malformed::Part("names", error))
    });
    node.map_err(|error| {
        let message = format!("{place} is not readable: {error}");
        Error::new(ErrorCode::CertificateUnreadable, message)
            .with_target(place.field())
            .with_source(error)
    })
}
