//! [`App`]: what all connections share.

use crate::auth::Authenticator;
use crate::config::Limits;
use crate::jobs::Jobs;
use crate::machine::Machine;
use crate::metrics::Metrics;
use crate::policy::PolicySource;
use crate::signing::Signers;
use crate::store::ServerStore;
use crate::tls::ServerTls;
use certwright::service::Service;
use std::sync::Arc;

pub(crate) struct App {
    pub(crate) service: Service,
    pub(crate) store: Arc<dyn ServerStore>,
    pub(crate) machine: Arc<Machine>,
    pub(crate) policy: PolicySource,
    pub(crate) authenticator: Authenticator,
    pub(crate) signers: Signers,
    pub(crate) jobs: Jobs,
    pub(crate) metrics: Metrics,
    pub(crate) tls: Arc<ServerTls>,
    pub(crate) limits: Limits,
}
