//! The certificate that a path is for, and those that are offered beside it: each read once, none
//! of them twice.

use super::defect::{ChainCertificate, ChainDefect, ChainRule, Limit};
use super::node::Node;
use crate::input;
use crate::x509::certificate::Malformed;
use crate::x509::pem;
use crate::{Certificate, Error, ErrorCode};
use std::collections::BTreeSet;

/// The most certificates of one request, and of one trust store.
pub(super) const CERTIFICATES_MAX: usize = pem::MAX_ANCHORS;

/// The most octets that they have together: reading them takes time too.
const OCTETS_MAX: usize = 2 << 20;

/// A certificate and those that may stand above it.
#[derive(Debug)]
pub(crate) struct CertificateBundle {
    pub(crate) leaf: Certificate,
    intermediates: Vec<Certificate>,
    octets: usize,
}

impl CertificateBundle {
    pub(crate) fn new(leaf: Certificate, intermediates: &[Certificate]) -> Result<Self, Error> {
        let mut bundle = Self {
            octets: leaf.der().len(),
            leaf,
            intermediates: Vec::new(),
        };
        for intermediate in intermediates {
            bundle.add(intermediate.clone())?;
        }
        Ok(bundle)
    }

    /// The first certificate of a PEM text, and as intermediates those behind it.
    pub(crate) fn from_pem(public_certificate: &str) -> Result<Self, Error> {
        let field = ChainCertificate::Leaf.field();
        Self::from_ders(input::certificates(public_certificate, field)?)
    }

    /// The first certificate, and as intermediates those behind it.
    pub(crate) fn from_ders(ders: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, Error> {
        let mut ders = ders.into_iter();
        let leaf = read(ders.next().unwrap_or_default(), ChainCertificate::Leaf)?;
        let mut bundle = Self::new(leaf, &[])?;
        ders.try_for_each(|der| bundle.add_der(der))?;
        Ok(bundle)
    }

    /// Makes the certificate that this picks, of the leaf and the others in their order, the leaf. Says
    /// whether there is one; of several, the first.
    pub(crate) fn choose_leaf(&mut self, pick: impl Fn(&Certificate) -> bool) -> bool {
        if pick(&self.leaf) {
            return true;
        }
        let Some(place) = self.intermediates.iter().position(pick) else {
            return false;
        };
        let leaf = self.intermediates.remove(place);
        let other = std::mem::replace(&mut self.leaf, leaf);
        self.intermediates.insert(0, other);
        true
    }

    /// How many certificates there are, the leaf too.
    pub(crate) fn len(&self) -> usize {
        1 + self.intermediates.len()
    }

    /// Whether there is nothing but the leaf.
    pub(crate) fn is_single(&self) -> bool {
        self.intermediates.is_empty()
    }

    /// Adds the certificates of PEM texts.
    pub(crate) fn add_intermediates(&mut self, texts: &[String]) -> Result<(), Error> {
        let field = ChainCertificate::Intermediate(0).field();
        for text in texts {
            for der in input::certificates(text, field)? {
                self.add_der(der)?;
            }
        }
        Ok(())
    }

    fn add_der(&mut self, der: Vec<u8>) -> Result<(), Error> {
        let place = ChainCertificate::Intermediate(self.intermediates.len());
        self.add(read(der, place)?)
    }

    fn add(&mut self, intermediate: Certificate) -> Result<(), Error> {
        self.octets += intermediate.der().len();
        self.intermediates.push(intermediate);
        check_limits(self.intermediates.len() + 1, self.octets)
    }

    /// The leaf, then the intermediates, of equal ones the first.
    pub(super) fn nodes(&self) -> Result<Vec<Node<'_>>, Error> {
        let leaf = read_names(&self.leaf, ChainCertificate::Leaf);
        [leaf].into_iter().chain(self.above()).collect()
    }

    /// As [`Self::nodes`], without the intermediates whose names are not readable: they are those of
    /// nobody.
    pub(super) fn usable_nodes(&self) -> Result<Vec<Node<'_>>, Error> {
        let mut nodes = Vec::with_capacity(self.len());
        nodes.push(read_names(&self.leaf, ChainCertificate::Leaf)?);
        nodes.extend(self.above().flatten());
        Ok(nodes)
    }

    fn above(&self) -> impl Iterator<Item = Result<Node<'_>, Error>> {
        let mut seen = BTreeSet::from([self.leaf.der()]);
        let places = self.intermediates.iter().enumerate();
        places
            .filter(move |(_, intermediate)| seen.insert(intermediate.der()))
            .map(|(index, intermediate)| {
                read_names(intermediate, ChainCertificate::Intermediate(index))
            })
    }
}

/// The trust anchors of PEM texts, each with what is unreadable about it named.
pub(crate) fn read_anchors(texts: &[String]) -> Result<Vec<Certificate>, Error> {
    let field = ChainCertificate::TrustAnchor(0).field();
    let mut anchors = Vec::new();
    let mut octets = 0;
    for text in texts {
        for der in input::anchors(text, field)? {
            octets += der.len();
            check_limits(anchors.len() + 1, octets)?;
            let place = ChainCertificate::TrustAnchor(anchors.len());
            anchors.push(read(der, place)?);
        }
    }
    Ok(anchors)
}

pub(super) fn check_limits(certificates: usize, octets: usize) -> Result<(), Error> {
    let limit = if certificates > CERTIFICATES_MAX {
        Limit::Certificates
    } else if octets > OCTETS_MAX {
        Limit::Octets
    } else {
        return Ok(());
    };
    let defect = ChainDefect {
        name: None,
        certificate: ChainCertificate::Leaf,
        subject: String::new(),
        rule: ChainRule::Limit(limit),
    };
    Err(defect.into_error(false))
}

/// Reads a certificate; an error says which one it is.
pub(super) fn read(der: Vec<u8>, place: ChainCertificate) -> Result<Certificate, Error> {
    Certificate::parse(der).map_err(|(error, der)| match input::instead_of_certificate(&der) {
        Some(found) => {
            let message = format!("{place} is not readable: {found}");
            Error::new(ErrorCode::CertificateUnreadable, message).with_target(place.field())
        }
        None => unreadable(&error, place),
    })
}

pub(super) fn read_names(
    certificate: &Certificate,
    place: ChainCertificate,
) -> Result<Node<'_>, Error> {
    Node::read(certificate, place)
        .map_err(|error| unreadable(&Malformed::Part("names", error), place))
}

fn unreadable(error: &Malformed, place: ChainCertificate) -> Error {
    let message = format!("{place} is not readable: {error}");
    Error::new(ErrorCode::CertificateUnreadable, message)
        .with_target(place.field())
        .with_source(*error)
}
