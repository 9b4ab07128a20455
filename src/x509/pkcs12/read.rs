//! Reading PKCS#12 files.

use super::ber;
use super::encrypted_key::{decrypt_with, parts};
use super::error::{ContainerError, ENTRIES_MAX};
use crate::crypto::password::{Budget, Mac, Password, PasswordError, count_of};
use crate::x509::certificate::explicit;
use crate::x509::der::element::{Elements, Tlv};
use crate::x509::der::oid::Oid;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_DATA, ID_ENCRYPTED_DATA, ID_ENVELOPED_DATA, ID_SIGNED_DATA};
use der::{Decode as _, Tag, TagNumber};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

/// What a file holds, in its order.
#[derive(Default)]
pub(crate) struct Contents {
    /// DER of private keys, PKCS#8.
    pub(crate) keys: Vec<Zeroizing<Vec<u8>>>,
    /// DER of certificates.
    pub(crate) certificates: Vec<Vec<u8>>,
}

/// RFC 7292 appendix D and section 4.2.
const BAGS: &str = "1.2.840.113549.1.12.10.1";
const KEY_BAG: ObjectIdentifier = bag(1);
const SHROUDED_KEY_BAG: ObjectIdentifier = bag(2);
const CERTIFICATE_BAG: ObjectIdentifier = bag(3);
const SAFE_CONTENTS_BAG: ObjectIdentifier = bag(6);
/// PKCS#9, of RSA Security: `certTypes 1`.
pub(super) const X509_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");

pub(super) const fn bag(number: u8) -> ObjectIdentifier {
    match ObjectIdentifier::new_unwrap(BAGS).push_arc(number as u32) {
        Ok(oid) => oid,
        Err(_) => panic!("the arc is short"),
    }
}

const BAGS_UNREADABLE: ContainerError = ContainerError::Part("list of keys and certificates");

/// How deep bags of bags may be within each other; nobody writes any.
const NESTED_MAX: u32 = 4;

/// Opens a file under `password`. An empty one stands for none as well: writers differ in that.
pub(crate) fn open(file: &[u8], password: &str, fips: bool) -> Result<Contents, ContainerError> {
    let mut budget = Budget::new();
    let first = Reader::open(file, Password::new(password), fips, &mut budget);
    match first {
        Err(ContainerError::Password(PasswordError::Wrong)) if password.is_empty() => {
            Reader::open(file, Password::none(), fips, &mut budget)
        }
        opened => opened,
    }
}

struct Reader<'a> {
    password: Password<'a>,
    fips: bool,
    budget: &'a mut Budget,
    contents: Contents,
}

impl<'a> Reader<'a> {
    fn open(
        file: &[u8],
        password: Password<'a>,
        fips: bool,
        budget: &'a mut Budget,
    ) -> Result<Contents, ContainerError> {
        let mut reader = Self {
            password,
            fips,
            budget,
            contents: Contents::default(),
        };
        reader.file(file)?;
        Ok(reader.contents)
    }

    /// `PFX` (RFC 7292 section 4).
    fn file(&mut self, file: &[u8]) -> Result<(), ContainerError> {
        let der = ber::to_der(file).ok_or(ContainerError::NotOne)?;
        let mut fields = Elements::of_sequence(&der).map_err(|_| ContainerError::NotOne)?;
        let version = fields
            .expect(Tag::Integer)
            .map_err(|_| ContainerError::NotOne)?;
        if version.value != [3] {
            return Err(ContainerError::NotOne);
        }
        let safe = fields
            .expect(Tag::Sequence)
            .map_err(|_| ContainerError::NotOne)?;
        let mac = fields
            .optional(Tag::Sequence)
            .and_then(|mac| fields.finish().map(|()| mac))
            .map_err(|_| ContainerError::Part("authentication"))?;
        let (kind, content) = content_info(safe)?;
        if kind == ID_SIGNED_DATA {
            return Err(ContainerError::ByKey);
        }
        if kind != ID_DATA {
            return Err(ContainerError::Part("content"));
        }
        let safe = octets(content)?;
        if let Some(mac) = mac {
            self.authenticate(mac, safe)?;
        }
        self.safes(safe)
    }

    /// `MacData`, over the content as it stands in the file.
    fn authenticate(&mut self, mac: Tlv<'_>, content: &[u8]) -> Result<(), ContainerError> {
        let unreadable = |_| ContainerError::Part("authentication");
        let mut fields = mac.open(Tag::Sequence).map_err(unreadable)?;
        let mut digest = fields
            .expect(Tag::Sequence)
            .and_then(|info| info.open(Tag::Sequence))
            .map_err(unreadable)?;
        let algorithm = digest.expect(Tag::Sequence).map_err(unreadable)?;
        let algorithm = AlgorithmIdentifierRef::from_der(algorithm.raw).map_err(unreadable)?;
        let tag = digest.expect(Tag::OctetString).map_err(unreadable)?.value;
        digest.finish().map_err(unreadable)?;
        let salt = fields.expect(Tag::OctetString).map_err(unreadable)?.value;
        let iterations = fields.optional(Tag::Integer).map_err(unreadable)?;
        let iterations = iterations.map_or(Ok(1), |count| count_of(count.raw));
        let mac = Mac::read(algorithm, salt, iterations.map_err(unreadable)?)?;
        if self.fips && !mac.is_fips() {
            return Err(ContainerError::NotFips("authentication"));
        }
        mac.verify(content, tag, &self.password, self.budget)?;
        Ok(())
    }

    /// `AuthenticatedSafe` (section 4.1).
    fn safes(&mut self, ber: &[u8]) -> Result<(), ContainerError> {
        let unreadable = |_| ContainerError::Part("content");
        let der = ber::to_der(ber).ok_or(ContainerError::Part("content"))?;
        for safe in Elements::of_sequence(&der).map_err(unreadable)? {
            let safe = safe.map_err(unreadable)?;
            let (kind, content) = content_info(safe)?;
            if kind == ID_DATA {
                self.bags(octets(content)?, NESTED_MAX, BAGS_UNREADABLE)?;
            } else if kind == ID_ENCRYPTED_DATA {
                let bags = self.encrypted_data(content)?;
                // What the wrong password makes is hardly ever one element; who changed the data
                // cannot be told from who mistook the password.
                let wrong = ContainerError::Password(PasswordError::Wrong);
                self.bags(&bags, NESTED_MAX, wrong)?;
            } else if kind == ID_ENVELOPED_DATA {
                return Err(ContainerError::ByKey);
            } else {
                return Err(ContainerError::Part("content"));
            }
        }
        Ok(())
    }

    /// `EncryptedData` (RFC 5652 section 8).
    fn encrypted_data(&mut self, data: Tlv<'_>) -> Result<Zeroizing<Vec<u8>>, ContainerError> {
        let unreadable = |_| ContainerError::Part("encrypted content");
        let mut fields = data.open(Tag::Sequence).map_err(unreadable)?;
        fields.expect(Tag::Integer).map_err(unreadable)?;
        let info = fields.expect(Tag::Sequence).map_err(unreadable)?;
        let mut info = info.open(Tag::Sequence).map_err(unreadable)?;
        let kind = info.oid().map_err(unreadable)?;
        let algorithm = info.expect(Tag::Sequence).map_err(unreadable)?;
        let content = info.any().map_err(unreadable)?;
        let constructed = match content.tag {
            Tag::ContextSpecific {
                constructed,
                number: TagNumber(0),
            } if kind == ID_DATA => constructed,
            _ => return Err(ContainerError::Part("encrypted content")),
        };
        let content = ber::joined(constructed, content.value)
            .ok_or(ContainerError::Part("encrypted content"))?;
        let clear = self.decrypt(algorithm.raw, &content)?;
        Ok(clear)
    }

    fn decrypt(
        &mut self,
        algorithm: &[u8],
        data: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, ContainerError> {
        decrypt_with(algorithm, data, &self.password, self.fips, self.budget)
    }

    /// `SafeContents` (RFC 7292 section 4.2). What is no list at all is refused with `no_list`.
    fn bags(
        &mut self,
        ber: &[u8],
        nested: u32,
        no_list: ContainerError,
    ) -> Result<(), ContainerError> {
        let Some(der) = ber::to_der(ber) else {
            return Err(no_list);
        };
        let bags = Elements::of_sequence(&der).map_err(|_| no_list)?;
        for bag in bags {
            self.bag(bag.map_err(|_| BAGS_UNREADABLE)?, nested)?;
        }
        Ok(())
    }

    fn bag(&mut self, bag: Tlv<'_>, nested: u32) -> Result<(), ContainerError> {
        let unreadable = |_| BAGS_UNREADABLE;
        let mut fields = bag.open(Tag::Sequence).map_err(unreadable)?;
        let kind = fields.oid().map_err(unreadable)?;
        let value = fields
            .expect(explicit(0))
            .and_then(|outer| Elements::of(outer.value).any())
            .map_err(unreadable)?;
        if kind == KEY_BAG {
            self.add_key(Zeroizing::new(value.raw.to_vec()))
        } else if kind == SHROUDED_KEY_BAG {
            let (algorithm, data) = parts(value.raw)?;
            let key = self.decrypt(algorithm, data)?;
            self.add_key(key)
        } else if kind == CERTIFICATE_BAG {
            self.certificate(value)
        } else if kind == SAFE_CONTENTS_BAG {
            let nested = nested.checked_sub(1).ok_or(BAGS_UNREADABLE)?;
            self.bags(value.raw, nested, BAGS_UNREADABLE)
        } else {
            // Revocation lists and secrets of other kinds are not asked for.
            Ok(())
        }
    }

    fn add_key(&mut self, key: Zeroizing<Vec<u8>>) -> Result<(), ContainerError> {
        self.check_room()?;
        self.contents.keys.push(key);
        Ok(())
    }

    /// `CertBag`; certificates of SDSI are passed over.
    fn certificate(&mut self, bag: Tlv<'_>) -> Result<(), ContainerError> {
        let unreadable = |_| BAGS_UNREADABLE;
        let mut fields = bag.open(Tag::Sequence).map_err(unreadable)?;
        if fields.oid().map_err(unreadable)? != X509_CERTIFICATE {
            return Ok(());
        }
        let value = fields
            .expect(explicit(0))
            .and_then(|outer| Elements::of(outer.value).any())
            .map_err(unreadable)?;
        self.check_room()?;
        self.contents.certificates.push(octets(value)?.to_vec());
        Ok(())
    }

    fn check_room(&self) -> Result<(), ContainerError> {
        let Contents { keys, certificates } = &self.contents;
        if keys.len() + certificates.len() == ENTRIES_MAX {
            return Err(ContainerError::TooMany);
        }
        Ok(())
    }
}

/// The type and the content of a `ContentInfo` (RFC 5652 section 3).
pub(super) fn content_info(info: Tlv<'_>) -> Result<(Oid<'_>, Tlv<'_>), ContainerError> {
    let unreadable = |_| ContainerError::Part("content");
    let mut fields = info.open(Tag::Sequence).map_err(unreadable)?;
    let kind = fields.oid().map_err(unreadable)?;
    let content = fields.expect(explicit(0)).map_err(unreadable)?;
    fields.finish().map_err(unreadable)?;
    let mut inner = Elements::of(content.value);
    let content = inner.any().map_err(unreadable)?;
    inner.finish().map_err(unreadable)?;
    Ok((kind, content))
}

fn octets(element: Tlv<'_>) -> Result<&[u8], ContainerError> {
    match element.tag {
        Tag::OctetString => Ok(element.value),
        _ => Err(ContainerError::Part("content")),
    }
}
