//! Certificate revocation lists (RFC 5280 section 5): read where they lie, with an index of their
//! entries.

use super::der::element::Elements;
use super::der::span::Span;
use super::der::time;
use super::distribution_point::{self, IssuingDistributionPoint, NamedPoint, Reasons};
use super::extension::Extensions;
use super::name::key::NameKey;
use crate::Time;
use crate::crypto::SignatureScheme;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280 as oid;
use der::{Tag, TagNumber};
use std::collections::BTreeMap;
use std::fmt;

/// The largest list, in octets.
pub(crate) const MAX_OCTETS: usize = 64 << 20;

/// The most issuers that the entries of one indirect list name.
const MAX_ISSUERS: usize = 65_536;

/// Why a list cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadCrl {
    /// This part cannot be read.
    Part(&'static str),
    /// An extension of the list or of an entry is critical and not processed (sections 5.2 and 5.3).
    CriticalExtension,
    TooManyIssuers,
    TooLarge,
}

impl fmt::Display for BadCrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(part) => write!(f, "its {part} cannot be read"),
            Self::CriticalExtension => {
                f.write_str("it has a critical extension that is not processed")
            }
            Self::TooManyIssuers => write!(f, "its entries name more than {MAX_ISSUERS} issuers"),
            Self::TooLarge => f.write_str("it is larger than 64 MiB"),
        }
    }
}

impl std::error::Error for BadCrl {}

/// What was read of a list, by places in its DER.
#[derive(Clone, Debug)]
pub(crate) struct CrlLayout {
    tbs: Span,
    issuer: Span,
    signature: Span,
    pub(crate) scheme: SignatureScheme,
    pub(crate) algorithms_agree: bool,
    pub(crate) issuer_key: NameKey,
    pub(crate) this_update: Time,
    pub(crate) next_update: Option<Time>,
    number: Option<Span>,
    /// Of a delta, the number of the list that it builds on.
    base: Option<Span>,
    /// Value of the issuingDistributionPoint.
    point: Option<Span>,
    /// Sorted by serial number, issuer and place.
    entries: Box<[Place]>,
    /// The issuers that entries name beside that of the list, which has the number 0.
    issuers: BTreeMap<NameKey, u32>,
}

/// An entry: enough of its serial number to find it without a look at the DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    /// The first octets of the serial number.
    prefix: u64,
    at: u32,
    issuer: u32,
}

/// An entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CrlEntry {
    pub(crate) date: Time,
    /// The number of a CRLReason; 8 is removeFromCRL.
    pub(crate) reason: u8,
}

/// The number of removeFromCRL.
pub(crate) const REMOVE_FROM_CRL: u8 = 8;

impl CrlLayout {
    #[allow(clippy::too_many_lines, reason = "one field behind the other")]
    pub(crate) fn read(der: &[u8]) -> Result<Self, BadCrl> {
        if der.len() > MAX_OCTETS {
            return Err(BadCrl::TooLarge);
        }
        let structure = |_| BadCrl::Part("structure");
        let mut outer = Elements::of_sequence(der).map_err(structure)?;
        let tbs = outer.expect(Tag::Sequence).map_err(structure)?;
        let algorithm = outer.expect(Tag::Sequence).map_err(structure)?;
        let signature = outer.octets_of_bit_string().map_err(structure)?;
        outer.finish().map_err(structure)?;
        let mut fields = Elements::of(tbs.value);
        let is_v2 = match fields.optional(Tag::Integer).map_err(structure)? {
            None => false,
            Some(version) if version.value == [1] => true,
            Some(_) => return Err(BadCrl::Part("version")),
        };
        let inner_algorithm = fields.expect(Tag::Sequence).map_err(structure)?;
        let issuer = fields.expect(Tag::Sequence).map_err(structure)?.raw;
        let issuer_key = NameKey::of(issuer).map_err(|_| BadCrl::Part("issuer"))?;
        let times = |_| BadCrl::Part("times");
        let this_update = time::read(fields.any().map_err(structure)?).map_err(times)?;
        let next_update = match fields.peek() {
            Some(Tag::UtcTime | Tag::GeneralizedTime) => {
                Some(time::read(fields.any().map_err(structure)?).map_err(times)?)
            }
            _ => None,
        };
        let revoked = fields.optional(Tag::Sequence).map_err(structure)?;
        let wrapper = Tag::ContextSpecific {
            constructed: true,
            number: TagNumber(0),
        };
        let extensions = match fields.optional(wrapper).map_err(structure)? {
            Some(wrapper) if is_v2 => {
                Extensions::parse(wrapper.value).map_err(|_| BadCrl::Part("extensions"))?
            }
            Some(_) => return Err(BadCrl::Part("version")),
            None => Extensions::default(),
        };
        fields.finish().map_err(structure)?;
        let scheme =
            SignatureScheme::read(algorithm.raw).map_err(|_| BadCrl::Part("signatureAlgorithm"))?;
        check_critical(&extensions, &PROCESSED)?;
        let span = |oid, read: fn(&[u8]) -> Option<&[u8]>, what| {
            let extension = extensions.find(oid);
            extension
                .map(|extension| {
                    let part = read(extension.value).ok_or(BadCrl::Part(what))?;
                    Ok(Span::of(part, der))
                })
                .transpose()
        };
        let number = span(
            oid::ID_CE_CRL_NUMBER,
            distribution_point::number,
            "cRLNumber",
        )?;
        let base = span(
            oid::ID_CE_DELTA_CRL_INDICATOR,
            distribution_point::number,
            "deltaCRLIndicator",
        )?;
        let point = span(
            oid::ID_CE_ISSUING_DISTRIBUTION_POINT,
            |value| IssuingDistributionPoint::read(value).map(|_| value),
            "issuingDistributionPoint",
        )?;
        let mut layout = Self {
            tbs: Span::of(tbs.raw, der),
            issuer: Span::of(issuer, der),
            signature: Span::of(signature, der),
            scheme,
            algorithms_agree: algorithm.raw == inner_algorithm.raw,
            issuer_key,
            this_update,
            next_update,
            number,
            base,
            point,
            entries: Box::default(),
            issuers: BTreeMap::new(),
        };
        if let Some(revoked) = revoked {
            layout.index(revoked.value, der)?;
        }
        Ok(layout)
    }

    fn index(&mut self, revoked: &[u8], der: &[u8]) -> Result<(), BadCrl> {
        let mut entries = Vec::new();
        let mut issuer = 0;
        for entry in Elements::of(revoked) {
            let entry = entry.map_err(|_| ENTRY)?;
            let read = Entry::read(entry.raw).ok_or(ENTRY)?;
            if let Some(extensions) = read.extensions {
                let named = entry_extensions(extensions)?.issuer;
                if let Some(named) = named {
                    issuer = self.issuer_number(named)?;
                }
            }
            entries.push(Place {
                prefix: prefix(read.serial),
                at: Span::of(entry.raw, der).start(),
                issuer,
            });
        }
        // Many lists are in order as they are.
        let key = |place: &Place| (place.prefix, serial_at(der, *place), place.issuer, place.at);
        if !entries.is_sorted_by_key(key) {
            entries
                .sort_unstable_by(|a, b| a.prefix.cmp(&b.prefix).then_with(|| key(a).cmp(&key(b))));
        }
        self.entries = entries.into();
        Ok(())
    }

    /// The number of the issuer that an entry names, given as the DER of GeneralNames.
    fn issuer_number(&mut self, names: &[u8]) -> Result<u32, BadCrl> {
        let name = content(names)
            .and_then(distribution_point::directory_name)
            .and_then(|name| NameKey::of(name).ok())
            .ok_or(BadCrl::Part("certificateIssuer"))?;
        if name == self.issuer_key {
            return Ok(0);
        }
        let next = u32::try_from(self.issuers.len() + 1).unwrap_or(u32::MAX);
        let number = *self.issuers.entry(name).or_insert(next);
        if self.issuers.len() > MAX_ISSUERS {
            return Err(BadCrl::TooManyIssuers);
        }
        Ok(number)
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entry of a certificate. Of several the one that revokes it, if one does.
    pub(crate) fn find(&self, der: &[u8], issuer: &NameKey, serial: &[u8]) -> Option<CrlEntry> {
        let issuer = if *issuer == self.issuer_key {
            0
        } else {
            *self.issuers.get(issuer)?
        };
        let wanted = (prefix(serial), serial, issuer);
        let first = self.entries.partition_point(|place| {
            let order = place.prefix.cmp(&wanted.0);
            order
                .then_with(|| (serial_at(der, *place), place.issuer).cmp(&(wanted.1, wanted.2)))
                .is_lt()
        });
        let places = self.entries.get(first..)?.iter().take_while(|place| {
            place.prefix == wanted.0 && place.issuer == issuer && serial_at(der, **place) == serial
        });
        let mut entries = places.map(|place| entry_at(der, *place));
        let first = entries.next()?;
        if first.reason != REMOVE_FROM_CRL {
            return Some(first);
        }
        let others = entries.by_ref().take(DOUBLES_MAX);
        let revoking = { others }.find(|entry| entry.reason != REMOVE_FROM_CRL);
        // More than a few are no list's way of saying anything: what is not looked at may revoke.
        let unread = entries.next().map(|entry| CrlEntry { reason: 0, ..entry });
        Some(revoking.or(unread).unwrap_or(first))
    }

    pub(crate) fn tbs<'a>(&self, der: &'a [u8]) -> &'a [u8] {
        self.tbs.within(der)
    }

    /// DER of the Name.
    pub(crate) fn issuer<'a>(&self, der: &'a [u8]) -> &'a [u8] {
        self.issuer.within(der)
    }

    pub(crate) fn signature<'a>(&self, der: &'a [u8]) -> &'a [u8] {
        self.signature.within(der)
    }

    /// A form of its number that compares.
    pub(crate) fn number<'a>(&self, der: &'a [u8]) -> Option<(usize, &'a [u8])> {
        self.number.map(|number| comparable(number.within(der)))
    }

    /// Of a delta, the least number of a complete list that it can be used with.
    pub(crate) fn base<'a>(&self, der: &'a [u8]) -> Option<(usize, &'a [u8])> {
        self.base.map(|number| comparable(number.within(der)))
    }

    /// The DER of its issuingDistributionPoint.
    pub(crate) fn point_der<'a>(&self, der: &'a [u8]) -> Option<&'a [u8]> {
        self.point.map(|point| point.within(der))
    }

    /// What it speaks of.
    pub(crate) fn scope<'a>(&self, der: &'a [u8]) -> IssuingDistributionPoint<'a> {
        self.point_der(der)
            .and_then(IssuingDistributionPoint::read)
            .unwrap_or(IssuingDistributionPoint {
                point: None::<NamedPoint<'a>>,
                only_user_certificates: false,
                only_ca_certificates: false,
                only_attribute_certificates: false,
                reasons: Reasons::ALL,
                is_indirect: false,
            })
    }
}

/// As many entries of one certificate are looked at.
const DOUBLES_MAX: usize = 1000;

const ENTRY: BadCrl = BadCrl::Part("entries");

/// The parts of an entry.
struct Entry<'a> {
    serial: &'a [u8],
    date: Time,
    /// DER of its extensions.
    extensions: Option<&'a [u8]>,
}

impl<'a> Entry<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        let mut fields = Elements::of(content(der)?);
        // Only what is as short as it can be is found again.
        let serial = fields.expect(Tag::Integer).ok()?.value;
        if matches!(serial, [] | [0, ..0x80, ..] | [0xff, 0x80..=0xff, ..]) {
            return None;
        }
        let date = time::read(fields.any().ok()?).ok()?;
        let extensions = fields.optional(Tag::Sequence).ok()?;
        fields.finish().ok()?;
        Some(Self {
            serial,
            date,
            extensions: extensions.map(|extensions| extensions.raw),
        })
    }
}

/// What the extensions of an entry say.
#[derive(Default)]
struct EntryExtensions<'a> {
    reason: u8,
    /// DER of GeneralNames.
    issuer: Option<&'a [u8]>,
}

fn entry_extensions(der: &[u8]) -> Result<EntryExtensions<'_>, BadCrl> {
    let extensions = Extensions::parse(der).map_err(|_| ENTRY)?;
    check_critical(&extensions, &PROCESSED_OF_ENTRIES)?;
    let reason = match extensions.find(oid::ID_CE_CRL_REASONS) {
        Some(reason) => distribution_point::reason(reason.value).ok_or(ENTRY)?,
        None => 0,
    };
    let issuer = extensions.find(oid::ID_CE_CERTIFICATE_ISSUER);
    Ok(EntryExtensions {
        reason,
        issuer: issuer.map(|issuer| issuer.value),
    })
}

fn check_critical(
    extensions: &Extensions<'_>,
    processed: &[ObjectIdentifier],
) -> Result<(), BadCrl> {
    let is_processed = |oid| processed.iter().any(|known| oid == *known);
    let all_processed = extensions
        .iter()
        .all(|extension| !extension.critical || is_processed(extension.oid));
    if all_processed {
        Ok(())
    } else {
        Err(BadCrl::CriticalExtension)
    }
}

/// Critical extensions of a list that are processed.
const PROCESSED: [ObjectIdentifier; 3] = [
    oid::ID_CE_CRL_NUMBER,
    oid::ID_CE_DELTA_CRL_INDICATOR,
    oid::ID_CE_ISSUING_DISTRIBUTION_POINT,
];

/// Critical extensions of an entry that are processed; a date of invalidity changes nothing.
const PROCESSED_OF_ENTRIES: [ObjectIdentifier; 3] = [
    oid::ID_CE_CRL_REASONS,
    oid::ID_CE_CERTIFICATE_ISSUER,
    oid::ID_CE_INVALIDITY_DATE,
];

fn entry_at(der: &[u8], place: Place) -> CrlEntry {
    let entry = der.get(index(place.at)..).unwrap_or_default();
    let read = Elements::of(entry)
        .any()
        .ok()
        .and_then(|entry| Entry::read(entry.raw));
    let extensions = read.as_ref().and_then(|read| read.extensions);
    CrlEntry {
        date: read.as_ref().map_or(Time::MIN, |read| read.date),
        reason: extensions
            .and_then(|extensions| entry_extensions(extensions).ok())
            .map_or(0, |extensions| extensions.reason),
    }
}

/// The serial number of the entry at a place that was read before: a short way through its DER.
fn serial_at(der: &[u8], place: Place) -> &[u8] {
    let entry = der.get(index(place.at)..).unwrap_or_default();
    header(entry)
        .and_then(|(_, content)| header(content))
        .map_or(&[], |(length, content)| {
            content.get(..length).unwrap_or_default()
        })
}

/// The length that a header says, and what is behind it.
fn header(der: &[u8]) -> Option<(usize, &[u8])> {
    match der {
        [_, length @ ..0x80, rest @ ..] => Some((usize::from(*length), rest)),
        [_, long, rest @ ..] => {
            let (octets, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            let length = octets.iter().fold(0_usize, |length, &octet| {
                length.wrapping_shl(8) | usize::from(octet)
            });
            Some((length, rest))
        }
        _ => None,
    }
}

fn content(der: &[u8]) -> Option<&[u8]> {
    let mut outer = Elements::of(der);
    outer.expect(Tag::Sequence).ok().map(|outer| outer.value)
}

fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// Orders as the serial numbers do, octet by octet, as far as eight octets tell.
fn prefix(serial: &[u8]) -> u64 {
    let mut octets = [0; 8];
    for (octet, digit) in octets.iter_mut().zip(serial) {
        *octet = *digit;
    }
    u64::from_be_bytes(octets)
}

/// A magnitude without leading zeros, so that what is longer is larger.
fn comparable(magnitude: &[u8]) -> (usize, &[u8]) {
    (magnitude.len(), magnitude)
}

#[cfg(test)]
mod tests;
