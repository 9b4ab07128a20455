//! [`Addition`]: what is to be added to a catalog.

use super::scope::ScopeRequest;
#[cfg(feature = "azure")]
use crate::azure::DownloadRequest;
use crate::{CreateRequest, InstallRequest};

/// What is to be added to a catalog: a body of `POST /security/certificates`.
///
/// ```
/// use certwright::CreateRequest;
/// use certwright::catalog::{Addition, ScopeRequest};
///
/// let addition = Addition::from(CreateRequest::server("www.example.com"))
///     .with_name("www")
///     .with_scope(ScopeRequest::svm("svm1"));
/// assert_eq!(addition.name.as_deref(), Some("www"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Addition {
    /// Where to.
    pub scope: ScopeRequest,
    /// Its name; without one it gets the first that is free of `<common name>`,
    /// `<common name>_<serial number>`, `<common name>_<serial number>_<ca>`,
    /// `<common name>_<serial number>_2`, ….
    pub name: Option<String>,
    /// What.
    pub certificate: NewCertificate,
    /// `azure.verify_host` of a certificate that was downloaded by the host. A
    /// `NewCertificate::Download` has its own.
    pub verify_host: Option<bool>,
}

/// The certificate of an [`Addition`].
///
/// ```
/// use certwright::InstallRequest;
/// use certwright::catalog::NewCertificate;
///
/// let new = NewCertificate::Install(InstallRequest::server_ca("CERTIFICATE"));
/// assert!(matches!(new, NewCertificate::Install(_)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NewCertificate {
    /// One that is made.
    Create(CreateRequest),
    /// One that is there. Its own `name` counts where the addition has none.
    Install(InstallRequest),
    /// One that is in a key vault. The name that it has there counts where the addition has none. Always
    /// a job, and never in a list.
    #[cfg(feature = "azure")]
    Download(Box<DownloadRequest>),
}

impl Addition {
    fn new(certificate: NewCertificate) -> Self {
        Self {
            scope: ScopeRequest::default(),
            name: None,
            certificate,
            verify_host: None,
        }
    }

    /// Sets the name.
    ///
    /// ```
    /// use certwright::CreateRequest;
    /// use certwright::catalog::Addition;
    ///
    /// let addition = Addition::from(CreateRequest::root_ca("ROOT")).with_name("my_root");
    /// assert_eq!(addition.name.as_deref(), Some("my_root"));
    /// ```
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the scope.
    ///
    /// ```
    /// use certwright::CreateRequest;
    /// use certwright::catalog::{Addition, ScopeRequest};
    ///
    /// let addition = Addition::from(CreateRequest::root_ca("ROOT")).with_scope(ScopeRequest::svm("svm1"));
    /// assert_eq!(addition.scope.svm_name.as_deref(), Some("svm1"));
    /// ```
    #[must_use]
    pub fn with_scope(mut self, scope: ScopeRequest) -> Self {
        self.scope = scope;
        self
    }
}

impl From<CreateRequest> for Addition {
    fn from(request: CreateRequest) -> Self {
        Self::new(NewCertificate::Create(request))
    }
}

impl From<InstallRequest> for Addition {
    fn from(request: InstallRequest) -> Self {
        Self::new(NewCertificate::Install(request))
    }
}

#[cfg(feature = "azure")]
impl From<DownloadRequest> for Addition {
    fn from(request: DownloadRequest) -> Self {
        Self::new(NewCertificate::Download(Box::new(request)))
    }
}
