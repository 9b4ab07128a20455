//! Which extended key usages a request is granted.

use crate::x509::der::oid::Oid;
use crate::x509::usage::ExtendedKeyUsage;
use const_oid::db::rfc5280::{ANY_EXTENDED_KEY_USAGE, ID_KP_CLIENT_AUTH, ID_KP_SERVER_AUTH};
use std::borrow::Cow;

pub(crate) const SERVER: Oid<'static> = Oid::known(ID_KP_SERVER_AUTH.as_bytes());
pub(crate) const CLIENT: Oid<'static> = Oid::known(ID_KP_CLIENT_AUTH.as_bytes());

/// What a CA grants as long as nothing else is said.
pub(crate) const DEFAULT: [ExtendedKeyUsage; 3] = [
    ExtendedKeyUsage::SERVER_AUTH,
    ExtendedKeyUsage::CLIENT_AUTH,
    ExtendedKeyUsage::EMAIL_PROTECTION,
];

/// What a request gets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Purposes<'a> {
    /// At least one.
    pub(crate) granted: Cow<'a, [Oid<'a>]>,
    /// What it asked for in vain.
    pub(crate) dropped: Vec<Oid<'a>>,
}

/// The purposes of `asked` that are in the list of what the CA grants; where nothing is asked for, those
/// of a server and of a client that are. `None` if that leaves nothing.
///
/// anyExtendedKeyUsage is in no such list: it stands for every purpose, OCSP signing too, by which the
/// holder could answer in the CA's name (RFC 6960 section 4.2.2.2).
pub(crate) fn grant<'a>(
    mut asked: Vec<Oid<'a>>,
    allowed: &[ExtendedKeyUsage],
) -> Option<Purposes<'a>> {
    let is_allowed = |purpose: &Oid<'_>| {
        *purpose != ANY_EXTENDED_KEY_USAGE && allowed.iter().any(|known| known.oid() == *purpose)
    };
    let mut dropped = Vec::new();
    let granted = if asked.is_empty() {
        match (is_allowed(&SERVER), is_allowed(&CLIENT)) {
            (true, true) => Cow::Borrowed(&[SERVER, CLIENT][..]),
            (true, false) => Cow::Borrowed(&[SERVER][..]),
            (false, true) => Cow::Borrowed(&[CLIENT][..]),
            (false, false) => return None,
        }
    } else {
        if !asked.iter().all(is_allowed) {
            (asked, dropped) = asked.into_iter().partition(is_allowed);
        }
        Cow::Owned(asked)
    };
    (!granted.is_empty()).then_some(Purposes { granted, dropped })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn oids(usages: &[ExtendedKeyUsage]) -> Vec<Oid<'_>> {
        usages.iter().map(ExtendedKeyUsage::oid).collect()
    }

    #[test]
    fn nothing_asked_for_is_server_and_client_as_far_as_they_are_granted() {
        let granted = |allowed: &[ExtendedKeyUsage]| {
            grant(Vec::new(), allowed).map(|purposes| purposes.granted.into_owned())
        };
        let [server, client, email] = DEFAULT;
        assert_eq!(granted(&DEFAULT), Some(vec![SERVER, CLIENT]));
        assert_eq!(granted(&[server]), Some(vec![SERVER]));
        assert_eq!(granted(&[email.clone(), client]), Some(vec![CLIENT]));
        assert_eq!(granted(&[email]), None);
        assert_eq!(granted(&[]), None);
    }

    #[test]
    fn any_purpose_is_granted_to_nobody() {
        let any: ExtendedKeyUsage = "anyExtendedKeyUsage".parse().unwrap();
        let allowed = [any.clone(), ExtendedKeyUsage::SERVER_AUTH];
        assert_eq!(grant(vec![any.oid()], &allowed), None);
        let both = grant(vec![any.oid(), SERVER], &allowed).unwrap();
        assert_eq!(
            (&*both.granted, &*both.dropped),
            (&[SERVER][..], &[any.oid()][..])
        );
    }

    proptest! {
        #[test]
        fn what_is_asked_is_granted_or_dropped_in_its_order(
            asked in prop::collection::vec(0u8..6, 1..8), allowed in prop::collection::vec(0u8..6, 0..6)
        ) {
            let usage = |arc: &u8| format!("1.2.{arc}").parse::<ExtendedKeyUsage>().unwrap();
            let asked: Vec<_> = asked.iter().map(usage).collect();
            let allowed: Vec<_> = allowed.iter().map(usage).collect();
            let (kept, lost): (Vec<_>, Vec<_>) =
                asked.iter().cloned().partition(|usage| allowed.contains(usage));
            let purposes = grant(oids(&asked), &allowed);
            prop_assert_eq!(purposes.is_none(), kept.is_empty());
            if let Some(purposes) = purposes {
                prop_assert_eq!(purposes.granted.into_owned(), oids(&kept));
                prop_assert_eq!(purposes.dropped, oids(&lost));
            }
        }
    }
}
