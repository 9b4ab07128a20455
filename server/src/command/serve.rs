//! Serving: everything is put together, and taken apart again.

use super::BoxError;
use crate::auth::{self, Authenticator};
use crate::cli::Settings;
use crate::config::{Config, Role, TlsSource, User};
use crate::http::{self, App, Listeners};
use crate::jobs::Jobs;
use crate::machine::Machine;
use crate::metrics::Metrics;
use crate::policy::PolicySource;
use crate::private_file;
use crate::signing::Signers;
use crate::store::{self, ServerStore};
use crate::tls::ServerTls;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use certwright::catalog::Catalog;
use certwright::service::Service;
use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use zeroize::Zeroizing;

/// How often the catalog is looked at for what other servers changed.
const FOLLOW: Duration = Duration::from_secs(1);
/// How often it is looked whether the own certificate expires, and whose jobs were left.
const UPKEEP: Duration = Duration::from_mins(1);

/// Serves until SIGTERM or SIGINT.
pub(crate) fn serve(settings: &Settings, config: Config) -> Result<(), BoxError> {
    let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(run(settings, config));
    // What took too long ends here; the store after it, as it may block.
    runtime.shutdown_timeout(Duration::from_secs(1));
    served.map(drop)
}

/// Answers with the store, which is to be dropped where it may block.
async fn run(settings: &Settings, config: Config) -> Result<Arc<dyn ServerStore>, BoxError> {
    // Before anybody can know that the server is there.
    let signals = Signals::new()?;
    // Bound before anything is made, so that a second server at the same place makes nothing.
    let listeners = Listeners {
        https: listen(config.https).await?,
        http: match config.http {
            Some(address) => Some(listen(address).await?),
            None => None,
        },
    };
    let https = listeners.https.local_addr()?;
    let http = listeners
        .http
        .as_ref()
        .map(TcpListener::local_addr)
        .transpose()?;
    let app = tokio::task::spawn_blocking(move || prepare(config, https, http)).await??;
    let (stop, stopped) = watch::channel(false);
    let serving = http::serve(Arc::clone(&app), listeners, stopped);
    let upkeep = tokio::spawn(upkeep(Arc::clone(&app)));
    let signals = tokio::spawn(signals.follow(Arc::clone(&app), settings.clone(), stop));
    serving.await;
    upkeep.abort();
    signals.abort();
    app.jobs.stop(app.limits.stop_timeout).await;
    let store = Arc::clone(&app.store);
    // Those that still hold it are connections that took too long.
    if let Some(app) = Arc::into_inner(app) {
        tokio::task::spawn_blocking(move || app.signers.stop()).await?;
    }
    tracing::info!("stopped");
    Ok(store)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, BoxError> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| format!("{address}: {error}").into())
}

/// Opens the store and makes what is missing, and says on standard output where it serves.
fn prepare(
    config: Config,
    https: SocketAddr,
    http: Option<SocketAddr>,
) -> Result<Arc<App>, BoxError> {
    private_file::make_folder(&config.data)
        .map_err(|error| format!("{}: {error}", config.data.display()))?;
    let client = super::key_vault_client(&config)?;
    let policy = PolicySource {
        fips: config.cluster.fips,
        dcn: config.cluster.dcn,
    };
    let store = store::open(&config.store, &config.store_key, &config.data)?;
    let machine = Arc::new(Machine::new(config.cluster, Arc::clone(&store)));
    let catalog = Arc::new(Catalog::new(Arc::clone(&store), Arc::clone(&machine)));
    recover(&catalog, &*store, policy)?;
    let own = matches!(config.tls.source, TlsSource::Catalog(_));
    // Which names files have is their owner's to know.
    let names = if own { &config.tls.names[..] } else { &[] };
    let host = host(https, names);
    let tls = ServerTls::start(config.tls, &catalog, &*store, &machine, policy)?;
    let root = if own {
        write_root(&catalog, &config.data)?
    } else {
        None
    };
    // Late: a password that is made is told once, so nothing that may fail comes between.
    let mut users = config.users;
    let password = if users.is_empty() {
        first_login(&config.data, &mut users)?
    } else {
        None
    };
    let app = App {
        service: Service::new(Arc::clone(&catalog)).with_signatures_handed_out(),
        store,
        machine,
        policy,
        authenticator: Authenticator::new(users)?,
        signers: Signers::start(&catalog, policy, config.limits.signings)?,
        jobs: Jobs::new(policy, client),
        metrics: Metrics::new(),
        tls: Arc::new(tls),
        limits: config.limits,
    };
    let greeting = greeting(
        &host,
        https,
        http,
        password.as_deref().map(String::as_str),
        root.as_deref(),
    );
    if let Err(error) = super::say(&greeting) {
        if password.is_some() {
            // Nobody has read it: the next start makes another.
            let _ = std::fs::remove_file(config.data.join(FIRST_LOGIN));
        }
        return Err(error);
    }
    Ok(Arc::new(app))
}

/// Ends the jobs that nobody works on any more.
fn recover(
    catalog: &Catalog,
    store: &dyn ServerStore,
    policy: PolicySource,
) -> Result<(), BoxError> {
    let is_abandoned = |job: &certwright::catalog::Job| {
        store.is_abandoned(job.uuid).unwrap_or_else(|error| {
            tracing::warn!(error = crate::log::chain(&error), "a job cannot be read");
            false
        })
    };
    let ended = catalog.recover_where(is_abandoned, &policy.now())?;
    if ended > 0 {
        tracing::warn!(jobs = ended, "jobs were ended that had been interrupted");
    }
    Ok(())
}

/// The file of the hash of its password.
const FIRST_LOGIN: &str = "admin.hash";

/// The login that there is where the configuration has no users: `admin`, with a password that is
/// made at the first start, and told once.
fn first_login(
    data: &Path,
    users: &mut crate::config::Users,
) -> Result<Option<Zeroizing<String>>, BoxError> {
    let path = data.join(FIRST_LOGIN);
    let (hash, password) = match private_file::read_text(&path, 4096) {
        Ok(hash) => (hash.trim().to_owned(), None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut octets = Zeroizing::new([0; 18]);
            getrandom::fill(&mut *octets)?;
            let password = Zeroizing::new(Base64UrlUnpadded::encode_string(&*octets));
            let hash = auth::hash(password.as_bytes()).map_err(|error| error.to_string())?;
            private_file::replace(&path, format!("{hash}\n").as_bytes())
                .map_err(|error| format!("{}: {error}", path.display()))?;
            (hash, Some(password))
        }
        Err(error) => return Err(format!("{}: {error}", path.display()).into()),
    };
    users
        .add(User {
            name: "admin".to_owned(),
            password_hash: Some(hash),
            role: Role::Admin,
            certificates: Vec::new(),
        })
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(password)
}

/// Writes the CA of the own certificate beside the data, for clients to trust.
fn write_root(catalog: &Catalog, data: &Path) -> Result<Option<std::path::PathBuf>, BoxError> {
    let Some(root) = crate::tls::own_ca(&*catalog.snapshot()?) else {
        return Ok(None);
    };
    let path = data.join("root.pem");
    private_file::replace(&path, root.certificate.to_pem().as_bytes())
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Some(path))
}

/// What the server is called in a URL: as it is reached from here, if its certificate has that name.
fn host(https: SocketAddr, names: &[String]) -> String {
    let is_here = https.ip().is_unspecified() || https.ip().is_loopback();
    let name = match names.first() {
        Some(first) if !(is_here && names.iter().any(|name| name == "localhost")) => first,
        _ if is_here => "localhost",
        _ => &https.ip().to_string(),
    };
    if name.contains(':') {
        format!("[{name}]")
    } else {
        name.to_owned()
    }
}

fn greeting(
    host: &str,
    https: SocketAddr,
    http: Option<SocketAddr>,
    password: Option<&str>,
    root: Option<&Path>,
) -> String {
    let url = format!("https://{host}:{}/api/security/certificates", https.port());
    let mut text = format!("Serving {url}\n");
    let user = match password {
        Some(password) => {
            let _ = writeln!(
                text,
                "Login: admin, password {password} (it is not shown again)"
            );
            format!("admin:{password}")
        }
        None => "admin".to_owned(),
    };
    if let Some(root) = root {
        let _ = writeln!(
            text,
            "Try: curl --cacert {} -u {user} '{url}?fields=*'",
            root.display()
        );
    }
    if let Some(http) = http {
        let _ = writeln!(
            text,
            "Serving http://{http}/api/security/certificates, where passwords are not protected"
        );
    }
    text
}

/// What is looked after while requests are answered.
async fn upkeep(app: Arc<App>) {
    let mut follow = tokio::time::interval(FOLLOW);
    let mut others = tokio::time::interval(UPKEEP);
    loop {
        let is_follow = tokio::select! {
            _ = follow.tick() => true,
            _ = others.tick() => false,
        };
        let app = Arc::clone(&app);
        let done = tokio::task::spawn_blocking(move || {
            if is_follow {
                app.tls.follow(&app);
                return;
            }
            app.tls.renew(&app);
            if let Err(error) = recover(app.service.catalog(), &*app.store, app.policy) {
                let error = crate::log::chain(&*error);
                tracing::warn!(error, "jobs cannot be looked at");
            }
        });
        if done.await.is_err() {
            tracing::error!("what is looked after was interrupted");
        }
    }
}

/// What the server is told from outside.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    /// Listens from now on.
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// SIGTERM and SIGINT stop the server; SIGHUP reads users and certificate again.
    async fn follow(mut self, app: Arc<App>, settings: Settings, stop: watch::Sender<bool>) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => break,
                _ = self.interrupt.recv() => break,
                _ = self.hangup.recv() => {
                    let (app, settings) = (Arc::clone(&app), settings.clone());
                    let done = tokio::task::spawn_blocking(move || reload(&app, &settings)).await;
                    if let Ok(Err(error)) = done {
                        tracing::error!(error = crate::log::chain(&*error), "nothing was reloaded");
                    }
                }
            }
        }
        drop(app);
        let _ = stop.send(true);
    }
}

/// Takes the users and the certificate that are there now. All that is needed is read before anything
/// changes.
fn reload(app: &App, settings: &Settings) -> Result<(), BoxError> {
    let config = Config::load(settings)?;
    let mut users = config.users;
    if users.is_empty() {
        first_login(&config.data, &mut users)?;
    }
    app.tls.reload(&*app.store, &app.machine)?;
    app.authenticator.set_users(users);
    app.tls.users_changed();
    tracing::info!("users and certificate were reloaded");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn the_line_to_try_has_a_name_of_the_certificate() {
        for (address, names, expected) in [
            ("127.0.0.1:1", &["localhost", "127.0.0.1"][..], "localhost"),
            ("0.0.0.0:1", &["ca.example.com", "localhost"], "localhost"),
            ("127.0.0.1:1", &["ca.example.com"], "ca.example.com"),
            (
                "192.0.2.1:1",
                &["ca.example.com", "localhost"],
                "ca.example.com",
            ),
            ("[::1]:1", &["::1"], "[::1]"),
            ("127.0.0.1:1", &[], "localhost"),
            ("192.0.2.1:1", &[], "192.0.2.1"),
            ("[2001:db8::1]:1", &[], "[2001:db8::1]"),
        ] {
            let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(
                host(address.parse().unwrap(), &names),
                expected,
                "{address}"
            );
        }
    }
}
