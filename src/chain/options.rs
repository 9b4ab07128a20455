//! [`PathOptions`]: what a certificate is validated for.

use super::crl_store::CrlStore;
use super::peer_name::PeerName;
use super::profile::Profile;
use super::profiles::PublicSuffixes;
use crate::CertificatePolicy;
use const_oid::db::rfc5280::{ID_KP_CLIENT_AUTH, ID_KP_SERVER_AUTH};

/// What a path is asked for, beside what the [`Policy`](crate::Policy) says.
///
/// ```
/// use certwright::{PathOptions, Purpose};
///
/// let options = PathOptions::default();
/// assert_eq!((options.purpose, options.peer_names), (Purpose::Server, vec![]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PathOptions {
    /// What the certificate is to be used for; default [`Purpose::Server`].
    pub purpose: Purpose,
    /// The names that the peer is known by, if they matter: the certificate must be for one of them,
    /// whichever. None here means any.
    pub peer_names: Vec<PeerName>,
    /// The most CAs between the certificate and the trust anchor, if it matters. Those whose subject
    /// and issuer are one name do not count, as for path lengths.
    pub max_intermediates: Option<usize>,
    /// How strictly certificates are judged; default [`Profile::Rfc5280`].
    pub profile: Profile,
    /// For [`Profile::WebPki`]: the domains directly below which no wildcard may stand, beside the
    /// top-level ones.
    pub public_suffixes: PublicSuffixes,
    /// Whether revocation is asked for; default [`Revocation::NotAsked`].
    pub revocation: Revocation,
    /// The lists that tell it.
    pub crls: CrlStore,
    /// The certificate policies that the caller takes (RFC 5280 section 6.1.1 c); none here means
    /// any. It matters where an explicit policy is required, and for the policies of the result.
    pub user_initial_policies: Vec<CertificatePolicy>,
    /// The path must be valid for a policy that the caller takes (RFC 5280 section 6.1.1 f), not
    /// only where one of its certificates requires that.
    pub initial_explicit_policy: bool,
    /// Policies are not mapped to others (RFC 5280 section 6.1.1 e).
    pub initial_policy_mapping_inhibit: bool,
    /// A certificate for anyPolicy counts as one for none (RFC 5280 section 6.1.1 g).
    pub initial_any_policy_inhibit: bool,
}

/// Of which certificates it is asked whether they are revoked (RFC 5280 section 6.3), from lists that
/// the caller gives: nothing is fetched. Trust anchors are never asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Revocation {
    /// Of none; the result says so.
    #[default]
    NotAsked,
    /// Of all, and one of which the lists do not tell is accepted: [`RevocationStatus::Unknown`] in
    /// the result.
    ///
    /// [`RevocationStatus::Unknown`]: crate::RevocationStatus::Unknown
    WhereGiven,
    /// Of all, and it must be known of the certificate that the path is for.
    RequiredForLeaf,
    /// Of all, and it must be known of each.
    RequiredForPath,
}

/// What the key of a certificate is to be used for (RFC 5280 section 4.2.1.12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// TLS server authentication.
    #[default]
    Server,
    /// TLS client authentication.
    Client,
    /// Anything: extended key usages are not checked.
    Any,
}

impl PathOptions {
    /// The certificate of the server with this DNS name or IP address.
    ///
    /// ```
    /// use certwright::{PathOptions, PeerName};
    ///
    /// let options = PathOptions::server("10.0.0.1");
    /// assert_eq!(options.peer_names, [PeerName::host("10.0.0.1")]);
    /// ```
    pub fn server(host: impl Into<String>) -> Self {
        Self {
            purpose: Purpose::Server,
            peer_names: vec![PeerName::host(host)],
            ..Self::default()
        }
    }

    /// The certificate of a client, whatever its name.
    ///
    /// ```
    /// use certwright::{PathOptions, Purpose};
    ///
    /// assert_eq!(PathOptions::client().purpose, Purpose::Client);
    /// ```
    pub fn client() -> Self {
        Self {
            purpose: Purpose::Client,
            ..Self::default()
        }
    }

    /// The certificate must be for one of these names.
    ///
    /// ```
    /// use certwright::{PathOptions, PeerName};
    ///
    /// let name = PeerName::Uri("spiffe://example.org/billing".to_owned());
    /// let options = PathOptions::client().with_peer_names([name]);
    /// assert_eq!(options.peer_names.len(), 1);
    /// ```
    #[must_use]
    pub fn with_peer_names(mut self, names: impl IntoIterator<Item = PeerName>) -> Self {
        self.peer_names = names.into_iter().collect();
        self
    }

    /// Asks whether certificates are revoked.
    ///
    /// ```
    /// use certwright::{CrlStore, PathOptions, Revocation};
    ///
    /// let crls = CrlStore::from_pem(include_str!("../../vectors/crl-root.pem"))?;
    /// let options = PathOptions::client().with_revocation(Revocation::RequiredForLeaf, crls);
    /// assert_eq!(options.crls.len(), 1);
    /// # Ok::<(), certwright::Error>(())
    /// ```
    #[must_use]
    pub fn with_revocation(mut self, revocation: Revocation, crls: CrlStore) -> Self {
        self.revocation = revocation;
        self.crls = crls;
        self
    }

    /// A certificate for any purpose and of any name.
    ///
    /// ```
    /// use certwright::{PathOptions, Purpose};
    ///
    /// assert_eq!(PathOptions::any().purpose, Purpose::Any);
    /// ```
    pub fn any() -> Self {
        Self {
            purpose: Purpose::Any,
            ..Self::default()
        }
    }
}

impl PathOptions {
    /// The policies that the caller takes, sorted: anyPolicy alone for any.
    pub(super) fn accepted_policies(&self) -> Vec<CertificatePolicy> {
        let mut policies = self.user_initial_policies.clone();
        if policies.is_empty() || policies.iter().any(CertificatePolicy::is_any) {
            return vec![CertificatePolicy::any()];
        }
        policies.sort_unstable();
        policies.dedup();
        policies
    }
}

impl Purpose {
    /// The extended key usage that allows it, if it takes one.
    pub(super) const fn usage(self) -> Option<const_oid::ObjectIdentifier> {
        match self {
            Self::Server => Some(ID_KP_SERVER_AUTH),
            Self::Client => Some(ID_KP_CLIENT_AUTH),
            Self::Any => None,
        }
    }
}
