//! The certificates of a request: read, in order, none of them twice.

use super::defect::{ChainCertificate, ChainDefect, ChainRule, Limit};
use super::node::Node;
use crate::x509::certificate::Malformed;
use crate::{Error, ErrorCode, input};
use std::collections::HashSet;

/// The most certificates of one request.
const CERTIFICATES_MAX: usize = 1000;

/// The DER of every certificate of a request.
pub(super) struct Ders {
    leaf: Vec<u8>,
    others: Vec<(ChainCertificate, Vec<u8>)>,
}

/// The certificates of a request, parsed.
pub(super) struct Pool<'a> {
    /// The leaf, then the trust anchors, then the intermediates.
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) anchors: usize,
    pub(super) leaf_is_anchor: bool,
}

impl Ders {
    pub(super) fn decode(
        public_certificate: &str,
        intermediates: &[String],
        anchors: &[String],
    ) -> Result<Self, Error> {
        let field = ChainCertificate::Leaf.field();
        let mut bundle = input::certificates(public_certificate, field)?.into_iter();
        let leaf = bundle.next().unwrap_or_default();
        let mut given: Vec<Vec<u8>> = bundle.collect();
        for text in intermediates {
            given.extend(input::certificates(
                text,
                ChainCertificate::Intermediate(0).field(),
            )?);
        }
        let mut trusted = Vec::new();
        for text in anchors {
            trusted.extend(input::certificates(
                text,
                ChainCertificate::TrustAnchor(0).field(),
            )?);
        }
        let place = |make: fn(usize) -> ChainCertificate| {
            move |(index, der): (usize, Vec<u8>)| (make(index), der)
        };
        let trusted = trusted.into_iter().enumerate();
        let given = given.into_iter().enumerate();
        let others: Vec<_> = trusted
            .map(place(ChainCertificate::TrustAnchor))
            .chain(given.map(place(ChainCertificate::Intermediate)))
            .collect();
        if others.len() >= CERTIFICATES_MAX {
            let defect = ChainDefect {
                certificate: ChainCertificate::Leaf,
                subject: String::new(),
                rule: ChainRule::Limit(Limit::Certificates),
            };
            return Err(defect.into_error(false));
        }
        Ok(Self { leaf, others })
    }

    pub(super) fn pool(&self) -> Result<Pool<'_>, Error> {
        let mut nodes = vec![read(&self.leaf, ChainCertificate::Leaf)?];
        let mut seen = HashSet::from([self.leaf.as_slice()]);
        let (mut anchors, mut leaf_is_anchor) = (0, false);
        for (place, der) in &self.others {
            let is_anchor = matches!(place, ChainCertificate::TrustAnchor(_));
            leaf_is_anchor |= is_anchor && *der == self.leaf;
            if seen.insert(der.as_slice()) {
                nodes.push(read(der, *place)?);
                anchors += usize::from(is_anchor);
            }
        }
        Ok(Pool {
            nodes,
            anchors,
            leaf_is_anchor,
        })
    }
}

fn read(der: &[u8], place: ChainCertificate) -> Result<Node<'_>, Error> {
    let certificate = input::parse_certificate(der, place.field())?;
    Node::read(certificate, place).map_err(|error| {
        let malformed = Malformed::Part("names", error);
        input::malformed(&malformed, ErrorCode::CertificateUnreadable, place.field())
    })
}
