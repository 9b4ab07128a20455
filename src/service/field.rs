//! The fields of a record: their names, what kind of value each has, and sets of them.

/// A field of a record that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Uuid,
    Name,
    Scope,
    SvmName,
    SvmUuid,
    Type,
    CommonName,
    Ca,
    SerialNumber,
    HashFunction,
    KeySize,
    ExpiryTime,
    PublicCertificate,
    SubjectKeyIdentifier,
    AuthorityKeyIdentifier,
    Dns,
    Email,
    Ip,
    Uri,
    VerifyHost,
}

/// How values of a field are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// As it stands.
    Text,
    /// One of a few words; case does not count, and a hyphen is an underscore.
    Word(&'static [&'static str]),
    Uuid,
    /// Hex pairs; case does not count.
    Hex,
    /// Hex; without an operator it is a number.
    Serial,
    Number,
    Instant,
    /// PEM; white space does not count.
    Pem,
}

const TYPES: &[&str] = &["client", "server", "client_ca", "server_ca", "root_ca"];
const SCOPES: &[&str] = &["cluster", "svm"];
const HASHES: &[&str] = &["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

impl Field {
    /// Every field.
    pub(super) const ALL: [Self; 20] = [
        Self::Uuid,
        Self::Name,
        Self::Scope,
        Self::SvmName,
        Self::SvmUuid,
        Self::Type,
        Self::CommonName,
        Self::Ca,
        Self::SerialNumber,
        Self::HashFunction,
        Self::KeySize,
        Self::ExpiryTime,
        Self::PublicCertificate,
        Self::SubjectKeyIdentifier,
        Self::AuthorityKeyIdentifier,
        Self::Dns,
        Self::Email,
        Self::Ip,
        Self::Uri,
        Self::VerifyHost,
    ];

    /// The name in the API's spelling.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Name => "name",
            Self::Scope => "scope",
            Self::SvmName => "svm.name",
            Self::SvmUuid => "svm.uuid",
            Self::Type => "type",
            Self::CommonName => "common_name",
            Self::Ca => "ca",
            Self::SerialNumber => "serial_number",
            Self::HashFunction => "hash_function",
            Self::KeySize => "key_size",
            Self::ExpiryTime => "expiry_time",
            Self::PublicCertificate => "public_certificate",
            Self::SubjectKeyIdentifier => "subject_key_identifier",
            Self::AuthorityKeyIdentifier => "authority_key_identifier",
            Self::Dns => "subject_alternatives.dns",
            Self::Email => "subject_alternatives.email",
            Self::Ip => "subject_alternatives.ip",
            Self::Uri => "subject_alternatives.uri",
            Self::VerifyHost => "azure.verify_host",
        }
    }

    pub(super) const fn kind(self) -> Kind {
        match self {
            Self::Uuid | Self::SvmUuid => Kind::Uuid,
            Self::Scope => Kind::Word(SCOPES),
            Self::Type => Kind::Word(TYPES),
            Self::HashFunction => Kind::Word(HASHES),
            Self::SerialNumber => Kind::Serial,
            Self::KeySize => Kind::Number,
            Self::ExpiryTime => Kind::Instant,
            Self::PublicCertificate => Kind::Pem,
            Self::SubjectKeyIdentifier | Self::AuthorityKeyIdentifier => Kind::Hex,
            Self::Name
            | Self::SvmName
            | Self::CommonName
            | Self::Ca
            | Self::Dns
            | Self::Email
            | Self::Ip
            | Self::Uri
            | Self::VerifyHost => Kind::Text,
        }
    }

    /// The field that records can be filtered and ordered by under this name.
    pub(super) fn filter(name: &str) -> Option<Self> {
        let field = Self::ALL.into_iter().find(|field| field.name() == name)?;
        (field != Self::VerifyHost).then_some(field)
    }
}

/// Fields that are to be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FieldSet(u32);

impl FieldSet {
    pub(super) fn all() -> Self {
        Self::of(Field::ALL)
    }

    pub(super) fn of(fields: impl IntoIterator<Item = Field>) -> Self {
        let mut set = Self::default();
        fields.into_iter().for_each(|field| set.insert(field));
        set
    }

    /// What a name in `fields` means: a field, all fields below an object, or everything.
    pub(super) fn named(name: &str) -> Option<Self> {
        if matches!(name, "*" | "**") {
            return Some(Self::all());
        }
        let is_meant = |field: &Field| {
            let rest = field.name().strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let set = Self::of(Field::ALL.into_iter().filter(is_meant));
        (set != Self::default()).then_some(set)
    }

    pub(super) fn insert(&mut self, field: Field) {
        self.0 |= 1 << field as u32;
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn has(self, field: Field) -> bool {
        self.0 >> (field as u32) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_mean_fields_objects_or_everything() {
        for field in Field::ALL {
            assert_eq!(FieldSet::named(field.name()), Some(FieldSet::of([field])));
        }
        let svm = FieldSet::of([Field::SvmName, Field::SvmUuid]);
        assert_eq!(FieldSet::named("svm"), Some(svm));
        let azure = FieldSet::of([Field::VerifyHost]);
        assert_eq!(FieldSet::named("azure"), Some(azure));
        assert_eq!(FieldSet::named("**"), Some(FieldSet::all()));
        for name in [
            "",
            "private_key",
            "svm.",
            "sv",
            "svm.name.x",
            "UUID",
            "azure.proxy",
        ] {
            assert_eq!(FieldSet::named(name), None, "{name}");
        }
    }

    #[test]
    fn nineteen_can_be_filtered_by() {
        let filters = Field::ALL
            .iter()
            .filter_map(|field| Field::filter(field.name()));
        assert_eq!(filters.count(), 19);
        assert_eq!(Field::filter("azure.verify_host"), None);
    }
}
