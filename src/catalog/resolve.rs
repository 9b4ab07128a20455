//! Which scope a request means.

use super::catalog::Catalog;
use super::scope::{Scope, ScopeRequest, Svm};
use crate::{Error, ErrorCode};

impl Catalog {
    /// The scope that a request means.
    ///
    /// # Errors
    ///
    /// [`SvmNotFound`](ErrorCode::SvmNotFound); [`SvmMismatch`](ErrorCode::SvmMismatch): name and
    /// UUID are of different SVMs; [`SvmMissing`](ErrorCode::SvmMissing): `scope` is `svm` and no
    /// SVM is given; [`ValueInvalid`](ErrorCode::ValueInvalid): `scope` does not fit the SVM.
    ///
    /// ```
    /// # use certwright::catalog::{Catalog, Scope, ScopeRequest};
    /// # fn example(catalog: &Catalog) -> Result<(), certwright::Error> {
    /// assert_eq!(catalog.resolve(&ScopeRequest::default())?, Scope::Cluster);
    /// # Ok(())
    /// # }
    /// ```
    pub fn resolve(&self, request: &ScopeRequest) -> Result<Scope, Error> {
        self.owner(request).map(|owner| owner.scope)
    }

    pub(super) fn owner(&self, request: &ScopeRequest) -> Result<Owner, Error> {
        let by_uuid = match &request.svm_uuid {
            Some(text) => Some(self.svm_by_uuid(text)?),
            None => None,
        };
        let owner = match (&request.svm_name, by_uuid) {
            (None, None) if request.scope.as_deref() == Some("svm") => {
                let message = "scope is svm; svm.name or svm.uuid must be given";
                return Err(Error::new(ErrorCode::SvmMissing, message).with_target("svm.name"));
            }
            (None, None) => self.cluster(),
            (None, Some(svm)) => svm.into(),
            (Some(name), by_uuid) => {
                let by_name = self.by_name(name)?;
                if by_uuid.is_some_and(|svm| Scope::Svm(svm.uuid) != by_name.scope) {
                    let message = "svm.name and svm.uuid are of different SVMs";
                    return Err(Error::new(ErrorCode::SvmMismatch, message).with_target("svm.uuid"));
                }
                by_name
            }
        };
        match &request.scope {
            Some(scope) if scope != owner.scope.name() => Err(does_not_fit(scope, owner.scope)),
            _ => Ok(owner),
        }
    }

    fn cluster(&self) -> Owner {
        Owner {
            scope: Scope::Cluster,
            name: self.host.cluster_name(),
        }
    }

    fn by_name(&self, name: &str) -> Result<Owner, Error> {
        if name == self.host.cluster_name() {
            return Ok(self.cluster());
        }
        let svm = self.host.svm_by_name(name);
        svm.map(Owner::from).ok_or_else(|| {
            Error::new(ErrorCode::SvmNotFound, "there is no SVM with this name")
                .with_target("svm.name")
                .with_argument("value", name)
        })
    }

    fn svm_by_uuid(&self, text: &str) -> Result<Svm, Error> {
        let uuid = text.parse().ok();
        uuid.and_then(|uuid| self.host.svm_by_uuid(uuid))
            .ok_or_else(|| {
                Error::new(ErrorCode::SvmNotFound, "there is no SVM with this UUID")
                    .with_target("svm.uuid")
                    .with_argument("value", text)
            })
    }
}

/// A scope, and the name of its SVM or cluster.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) scope: Scope,
    pub(super) name: String,
}

impl From<Svm> for Owner {
    fn from(svm: Svm) -> Self {
        Self {
            scope: Scope::Svm(svm.uuid),
            name: svm.name,
        }
    }
}

fn does_not_fit(scope: &str, owner: Scope) -> Error {
    let message = match (scope, owner) {
        ("cluster", _) => "scope is cluster, and an SVM is given",
        ("svm", _) => "scope is svm, and the cluster is given",
        _ => "this is not a scope; accepted are cluster and svm",
    };
    Error::new(ErrorCode::ValueInvalid, message)
        .with_target("scope")
        .with_argument("value", scope)
}
