//! Scopes: the cluster, or one SVM.

use super::uuid::Uuid;

/// Where a record is at home. Names are unique within a scope.
///
/// ```
/// use certwright::catalog::{Scope, Uuid};
///
/// let svm = Uuid::from_bytes([1; 16]);
/// assert_eq!(Scope::Cluster.name(), "cluster");
/// assert_eq!(Scope::Svm(svm).name(), "svm");
/// assert_eq!(Scope::Svm(svm).svm(), Some(svm));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The cluster, whose name is that of its admin SVM.
    Cluster,
    /// The data SVM with this UUID.
    Svm(Uuid),
}

impl Scope {
    /// The name in the API's spelling.
    ///
    /// ```
    /// assert_eq!(certwright::catalog::Scope::Cluster.name(), "cluster");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Svm(_) => "svm",
        }
    }

    /// The SVM, unless it is the cluster.
    ///
    /// ```
    /// assert_eq!(certwright::catalog::Scope::Cluster.svm(), None);
    /// ```
    pub const fn svm(self) -> Option<Uuid> {
        match self {
            Self::Cluster => None,
            Self::Svm(uuid) => Some(uuid),
        }
    }
}

/// A data SVM, as the host knows it.
///
/// ```
/// use certwright::catalog::{Svm, Uuid};
///
/// let svm = Svm { name: "svm1".to_owned(), uuid: Uuid::from_bytes([1; 16]) };
/// assert_eq!(svm.name, "svm1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Svm {
    /// It may change; records hold the UUID.
    pub name: String,
    /// It never changes.
    pub uuid: Uuid,
}

/// How a request says which scope it means. With nothing set it means the cluster.
///
/// ```
/// use certwright::catalog::ScopeRequest;
///
/// let request = ScopeRequest::svm("svm1");
/// assert_eq!(request.svm_name.as_deref(), Some("svm1"));
/// assert_eq!(ScopeRequest::default().scope, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeRequest {
    /// `svm.name`. The cluster's own name means the cluster.
    pub svm_name: Option<String>,
    /// `svm.uuid`, as it was written.
    pub svm_uuid: Option<String>,
    /// `scope`: must fit the SVM.
    pub scope: Option<String>,
}

impl ScopeRequest {
    /// The SVM with this name.
    ///
    /// ```
    /// assert_eq!(certwright::catalog::ScopeRequest::svm("svm1").svm_uuid, None);
    /// ```
    pub fn svm(name: impl Into<String>) -> Self {
        Self {
            svm_name: Some(name.into()),
            ..Self::default()
        }
    }
}
