//! The e-mail addresses of a subject. RFC 5280 section 4.1.2.6 has them among the subject alternative
//! names; signing requests have them in the subject alone, where OpenSSL asks for one.

use crate::base::error::quoted;
use crate::x509::der::element::Elements;
use crate::x509::der::write::{SEQUENCE, element, push};
use crate::x509::name::attribute::EMAIL_ADDRESS;
use crate::x509::name::{NameRef, Rdn};
use crate::x509::san::email;
use crate::x509::san::general_name::tag;

/// What the e-mail addresses of a subject are good for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Addresses {
    /// The DER of one rfc822Name after the other.
    names: Vec<u8>,
    /// Those that are no mailboxes, shortened and escaped.
    pub(crate) others: Vec<String>,
}

impl Addresses {
    pub(crate) fn of_subject(subject: NameRef<'_>) -> Self {
        let mut addresses = Self::default();
        let attributes = subject.rdns().flat_map(Rdn::attributes);
        for attribute in attributes.filter(|attribute| attribute.oid == EMAIL_ADDRESS) {
            // What is no text is refused as a part of the subject.
            let Ok(text) = attribute.text() else { continue };
            match email::check(text.as_bytes()) {
                Ok(()) => push(&mut addresses.names, tag::EMAIL, text.as_bytes()),
                Err(_) => addresses.others.push(quoted(&text)),
            }
        }
        addresses
    }

    /// The mailboxes behind these names, the DER of a SubjectAltName that was checked; `None` if there
    /// are no mailboxes.
    pub(crate) fn behind(&self, names: Option<&[u8]>) -> Option<Vec<u8>> {
        if self.names.is_empty() {
            return None;
        }
        let mut content = Vec::new();
        if let Some(given) = names.and_then(|names| Elements::of_sequence(names).ok()) {
            for name in given.flatten() {
                content.extend_from_slice(name.raw);
            }
        }
        content.extend_from_slice(&self.names);
        Some(element(SEQUENCE, &content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::name::tests::{CN, name};

    const EMAIL: &str = "1.2.840.113549.1.9.1";

    fn of(rdns: &[&[(&str, u8, &[u8])]]) -> Addresses {
        Addresses::of_subject(NameRef::parse(&name(rdns)).unwrap())
    }

    #[test]
    fn mailboxes_stand_behind_the_other_names() {
        let found = of(&[
            &[(EMAIL, 0x16, b"a@b.example")],
            &[(CN, 0x0C, b"c@d.example")],
            &[(EMAIL, 0x1E, b"\0e\0@\0f")],
        ]);
        assert_eq!(found.others, Vec::<String>::new());
        let both = [&[0x81, 11][..], b"a@b.example", &[0x81, 3], b"e@f"].concat();
        let alone = element(SEQUENCE, &both);
        assert_eq!(found.behind(None).unwrap(), alone);
        let one = element(SEQUENCE, &[0x82, 1, b'x']);
        let expected = element(SEQUENCE, &[&[0x82, 1, b'x'][..], &both].concat());
        assert_eq!(found.behind(Some(&one)).unwrap(), expected);
    }

    #[test]
    fn what_is_no_mailbox_is_shown_and_stays_where_it_is() {
        let found = of(&[
            &[(EMAIL, 0x16, b"nobody")],
            &[(EMAIL, 0x16, b"Some One <a@b.example>")],
            &[(EMAIL, 0x16, b"a@\nb")],
            &[(EMAIL, 0x04, b"a@b.example")],
        ]);
        let shown = ["nobody", "Some One <a@b.example>", "a@\\nb"];
        assert_eq!(found.others, shown);
        let one = element(SEQUENCE, &[0x82, 1, b'x']);
        assert_eq!(found.behind(Some(&one)), None);
        assert_eq!(found.behind(None), None);
    }
}
