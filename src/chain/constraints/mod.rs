//! Name constraints (RFC 5280 section 4.2.1.10): what a CA lets the certificates below it be
//! named. Each kind of name has its rules in a file of its own.

mod dns;
mod email;
mod ip;
mod uri;

use super::budget::{Budget, Exhausted};
use crate::x509::der::element::{Elements, Tlv};
use crate::x509::name::key::NameKey;
use crate::x509::san::general_name::{GeneralName, OtherKind};
use der::{Tag, TagNumber};
use ip::Network;

/// The constraints of one CA certificate, their bases checked.
#[derive(Clone, Debug)]
pub(super) struct NameConstraints<'a> {
    permitted: Subtrees<'a>,
    excluded: Subtrees<'a>,
}

/// The bases of subtrees, by kind.
#[derive(Clone, Debug, Default)]
struct Subtrees<'a> {
    dns: Vec<&'a [u8]>,
    email: Vec<&'a [u8]>,
    uri: Vec<&'a [u8]>,
    ip: Vec<Network>,
    directory: Vec<NameKey>,
    /// Each once.
    other: Vec<OtherKind>,
}

/// The names of a certificate that constraints speak of.
#[derive(Clone, Debug)]
pub(super) struct ConstrainedNames<'a> {
    /// The subject, if it is not empty.
    pub(super) subject: Option<NameKey>,
    /// The subject alternative names, or where there are none, the e-mail addresses of the subject
    /// (RFC 5280 section 4.2.1.10).
    pub(super) names: Vec<GeneralName<'a>>,
}

/// Which name breaks the constraints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Violation<'a> {
    NotPermitted(OffendingName<'a>),
    Excluded(OffendingName<'a>),
    /// A constraint on a kind of name that is not processed, and a name of that kind.
    Unprocessed(OtherKind),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OffendingName<'a> {
    Subject,
    Alternative(GeneralName<'a>),
}

/// Why a `NameConstraints` is not one of RFC 5280.
pub(super) type BadConstraints = &'static str;

impl<'a> NameConstraints<'a> {
    pub(super) fn parse(der: &'a [u8]) -> Result<Self, BadConstraints> {
        const NOT_DER: BadConstraints = "its nameConstraints are not DER";
        let mut fields = Elements::of_sequence(der).map_err(|_| NOT_DER)?;
        let mut list = |number| {
            let tag = Tag::ContextSpecific {
                constructed: true,
                number: TagNumber(number),
            };
            let list = fields.optional(tag).map_err(|_| NOT_DER)?;
            list.map(|list| Subtrees::parse(list.value)).transpose()
        };
        let (permitted, excluded) = (list(0)?, list(1)?);
        fields.finish().map_err(|_| NOT_DER)?;
        if permitted.is_none() && excluded.is_none() {
            return Err("its nameConstraints are empty");
        }
        Ok(Self {
            permitted: permitted.unwrap_or_default(),
            excluded: excluded.unwrap_or_default(),
        })
    }

    /// Checks the names of one certificate below.
    pub(super) fn check(
        &self,
        names: &ConstrainedNames<'a>,
        budget: &mut Budget,
    ) -> Result<Result<(), Violation<'a>>, Exhausted> {
        if let Some(subject) = &names.subject {
            let verdict = self.of_directory_name(Some(subject), budget)?;
            if let Err(violation) = verdict.result(OffendingName::Subject) {
                return Ok(Err(violation));
            }
        }
        for name in &names.names {
            if let Err(violation) = self.check_name(*name, budget)? {
                return Ok(Err(violation));
            }
        }
        Ok(Ok(()))
    }

    fn check_name(
        &self,
        name: GeneralName<'a>,
        budget: &mut Budget,
    ) -> Result<Result<(), Violation<'a>>, Exhausted> {
        let (permitted, excluded) = (&self.permitted, &self.excluded);
        budget.spend_comparisons(reading_cost(name))?;
        let verdict = match name {
            GeneralName::Dns(text) => {
                let hosts = dns::Hosts::parse(text);
                let all_within = |base: &&[u8]| hosts.is_some_and(|hosts| hosts.are_within(base));
                let any_within = |base: &&[u8]| hosts.is_none_or(|hosts| hosts.may_be_within(base));
                Verdict::of(
                    &permitted.dns,
                    &excluded.dns,
                    all_within,
                    any_within,
                    budget,
                )
            }
            GeneralName::Email(text) => {
                let mailbox = email::Mailbox::parse(text);
                let all_within =
                    |base: &&[u8]| mailbox.is_some_and(|mailbox| mailbox.is_within(base));
                let any_within =
                    |base: &&[u8]| mailbox.is_none_or(|mailbox| mailbox.is_within(base));
                Verdict::of(
                    &permitted.email,
                    &excluded.email,
                    all_within,
                    any_within,
                    budget,
                )
            }
            GeneralName::Uri(text) => {
                let host = uri::host(text);
                let all_within = |base: &&[u8]| host.is_some_and(|host| uri::is_within(host, base));
                let any_within = |base: &&[u8]| host.is_none_or(|host| uri::is_within(host, base));
                Verdict::of(
                    &permitted.uri,
                    &excluded.uri,
                    all_within,
                    any_within,
                    budget,
                )
            }
            GeneralName::Ip(octets) => {
                let all_within = |base: &Network| base.contains(octets) == Some(true);
                let any_within = |base: &Network| base.contains(octets) != Some(false);
                Verdict::of(&permitted.ip, &excluded.ip, all_within, any_within, budget)
            }
            GeneralName::Directory(der) => {
                self.of_directory_name(NameKey::of(der).ok().as_ref(), budget)
            }
            GeneralName::Other(kind) => {
                let constrained = permitted.other.contains(&kind) || excluded.other.contains(&kind);
                return Ok(if constrained {
                    Err(Violation::Unprocessed(kind))
                } else {
                    Ok(())
                });
            }
        };
        Ok(verdict?.result(OffendingName::Alternative(name)))
    }

    /// `None` is a name that is not readable.
    fn of_directory_name(
        &self,
        name: Option<&NameKey>,
        budget: &mut Budget,
    ) -> Result<Verdict, Exhausted> {
        Verdict::of(
            &self.permitted.directory,
            &self.excluded.directory,
            |base| name.is_some_and(|name| name.is_within(base)),
            |base| name.is_none_or(|name| name.may_be_within(base)),
            budget,
        )
    }
}

/// What reading a name costs, in short comparisons.
fn reading_cost(name: GeneralName<'_>) -> usize {
    match name {
        GeneralName::Directory(der) => 4 + der.len(),
        GeneralName::Dns(text) | GeneralName::Email(text) | GeneralName::Uri(text) => {
            4 + text.len() / 16
        }
        GeneralName::Ip(_) | GeneralName::Other(_) => 4,
    }
}

/// How one name stands to the subtrees of its kind.
enum Verdict {
    Fine,
    Excluded,
    NotPermitted,
}

impl Verdict {
    /// `all_within` and `any_within` say the same of a valid name; one that is not valid, or that stands
    /// for many, neither of them lets pass.
    fn of<B: Base>(
        permitted: &[B],
        excluded: &[B],
        all_within: impl Fn(&B) -> bool,
        any_within: impl Fn(&B) -> bool,
        budget: &mut Budget,
    ) -> Result<Self, Exhausted> {
        for base in excluded {
            budget.spend_comparisons(base.cost())?;
            if any_within(base) {
                return Ok(Self::Excluded);
            }
        }
        for base in permitted {
            budget.spend_comparisons(base.cost())?;
            if all_within(base) {
                return Ok(Self::Fine);
            }
        }
        Ok(if permitted.is_empty() {
            Self::Fine
        } else {
            Self::NotPermitted
        })
    }

    fn result(self, name: OffendingName<'_>) -> Result<(), Violation<'_>> {
        match self {
            Self::Fine => Ok(()),
            Self::Excluded => Err(Violation::Excluded(name)),
            Self::NotPermitted => Err(Violation::NotPermitted(name)),
        }
    }
}

/// The base of a subtree.
trait Base {
    /// What comparing a name with it costs, in short comparisons.
    fn cost(&self) -> usize;
}

impl Base for &[u8] {
    fn cost(&self) -> usize {
        1
    }
}

impl Base for Network {
    fn cost(&self) -> usize {
        1
    }
}

impl Base for NameKey {
    fn cost(&self) -> usize {
        1 + self.len() / 64
    }
}

impl<'a> Subtrees<'a> {
    /// Reads the content of `GeneralSubtrees`.
    fn parse(der: &'a [u8]) -> Result<Self, BadConstraints> {
        let mut found = Self::default();
        let subtrees = Elements::of(der);
        if subtrees.is_empty() {
            return Err("its nameConstraints have an empty list of subtrees");
        }
        for subtree in subtrees {
            let base = subtree.ok().and_then(base);
            found.add(base.ok_or("its nameConstraints have a subtree that is not readable")?)?;
        }
        Ok(found)
    }

    fn add(&mut self, base: GeneralName<'a>) -> Result<(), BadConstraints> {
        match base {
            GeneralName::Dns(base) if dns::is_base(base) => self.dns.push(base),
            GeneralName::Dns(_) => return Err("its nameConstraints have a malformed DNS name"),
            GeneralName::Email(base) if email::is_base(base) => self.email.push(base),
            GeneralName::Email(_) => {
                return Err("its nameConstraints have a malformed e-mail address");
            }
            GeneralName::Uri(base) if uri::is_base(base) => self.uri.push(base),
            GeneralName::Uri(_) => return Err("its nameConstraints have a malformed URI host"),
            GeneralName::Ip(base) => self
                .ip
                .push(Network::parse(base).ok_or("its nameConstraints have a malformed network")?),
            GeneralName::Directory(base) => self.directory.push(
                NameKey::of(base)
                    .map_err(|_| "its nameConstraints have a malformed directory name")?,
            ),
            GeneralName::Other(kind) if self.other.contains(&kind) => {}
            GeneralName::Other(kind) => self.other.push(kind),
        }
        Ok(())
    }
}

/// The base of a `GeneralSubtree`; `None` unless minimum is 0 and maximum absent, as RFC 5280
/// requires.
fn base(subtree: Tlv<'_>) -> Option<GeneralName<'_>> {
    let mut fields = subtree.open(Tag::Sequence).ok()?;
    let base = GeneralName::of(fields.any().ok()?)?;
    let minimum = Tag::ContextSpecific {
        constructed: false,
        number: TagNumber(0),
    };
    match fields.optional(minimum).ok()? {
        // DER leaves the default out, but there is no doubt about what it says.
        Some(minimum) if minimum.value != [0] => return None,
        _ => {}
    }
    fields.finish().ok()?;
    Some(base)
}
