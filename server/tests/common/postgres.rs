//! A PostgreSQL server of the tests' own: in a temporary folder, on a free port, not as root.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Whom it runs as where the tests run as root, which it refuses to.
const NOBODY: u32 = 65534;
/// Starts the server and waits for its own input to end; then stops the server and, unless it is told to
/// keep it, removes the folder. So nothing is left when the tests are killed.
const KEEPER: &str = r#"
    "$@" & server=$!
    read -r word
    if [ "$word" = keep ]; then signal=INT; else signal=QUIT; fi
    kill -$signal $server 2>/dev/null; kill -CONT $server 2>/dev/null
    wait $server
    [ "$word" = keep ] || rm -rf "$0"
"#;

/// A server, which goes with its folder when it is dropped.
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    keeper: Option<Child>,
}

impl Postgres {
    /// A new one; `None` where PostgreSQL is not installed, unless `CERTWRIGHT_REQUIRE_TOOLS` is set.
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// As [`start`](Self::start), with settings such as `max_connections=3`.
    pub(crate) fn start_with(settings: &[&str]) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Some(programs) = programs() else {
            let reason = "PostgreSQL is not installed";
            assert!(
                std::env::var_os("CERTWRIGHT_REQUIRE_TOOLS").is_none(),
                "{reason}"
            );
            let line = format!("SKIPPED: {reason}\n");
            let _ = std::io::stderr().write_all(line.as_bytes());
            return None;
        };
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("certwright-pg-{}-{count}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).expect("a folder");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("a folder");
        if is_root() {
            chown(&folder, Some(NOBODY), Some(NOBODY)).expect("a folder of nobody's");
        }
        let mut server = Self {
            programs,
            folder,
            port: free_port(),
            keeper: None,
        };
        let data = server.folder.join("data");
        let made = server
            .command("initdb")
            .args(["-U", "certwright", "-A", "trust", "-E", "UTF8"])
            .args(["--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .output()
            .expect("initdb");
        assert!(made.status.success(), "{}", text(&made));
        let path = data.join("postgresql.conf");
        let mut lines = fs::read_to_string(&path).expect("its settings");
        lines.push_str("listen_addresses = '127.0.0.1'\n");
        lines.push_str("unix_socket_directories = '");
        lines.push_str(
            server
                .folder
                .to_str()
                .expect("a folder with a readable name"),
        );
        lines.push_str("'\n");
        for setting in settings {
            lines.push_str(setting);
            lines.push('\n');
        }
        fs::write(&path, lines).expect("its settings");
        server.start_again();
        Some(server)
    }

    /// One for all tests of this program, which ask for [databases](Self::database) of their own.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Postgres>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// The URL of a new, empty database.
    pub(crate) fn database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("d{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.url(&name)
    }

    /// The URL of a database, over TCP.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://certwright@127.0.0.1:{}/{database}", self.port)
    }

    /// Puts a file among its data, that only the server can read.
    pub(crate) fn add_file(&self, name: &str, from: &Path) {
        let to = self.folder.join("data").join(name);
        fs::copy(from, &to).expect("a file");
        fs::set_permissions(&to, fs::Permissions::from_mode(0o600)).expect("a file");
        if is_root() {
            chown(&to, Some(NOBODY), Some(NOBODY)).expect("a file of nobody's");
        }
    }

    /// What psql says to a statement.
    pub(crate) fn sql(&self, database: &str, sql: &str) -> String {
        let said = self
            .client("psql")
            .args(["-d", database, "-X", "-v", "ON_ERROR_STOP=1", "-Atqc", sql])
            .output()
            .expect("psql");
        assert!(said.status.success(), "{sql}: {}", text(&said));
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
    }

    /// Stops it as its administrator would; the data stay.
    pub(crate) fn stop(&mut self) {
        self.end("keep\n");
    }

    /// Starts it again, on the same port.
    pub(crate) fn start_again(&mut self) {
        let log = fs::File::create(self.folder.join("log")).expect("a log");
        let server = self.command("postgres");
        let mut keeper = Command::new("sh");
        keeper
            .args(["-c", KEEPER])
            .arg(&self.folder)
            .arg(server.get_program())
            .args(server.get_args())
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(["-p", &self.port.to_string()])
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .current_dir("/");
        self.keeper = Some(keeper.spawn().expect("sh"));
        let end = Instant::now() + Duration::from_mins(1);
        loop {
            let ready = self.client("pg_isready").output().expect("pg_isready");
            if ready.status.success() {
                return;
            }
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(Instant::now() < end, "it does not start: {}", log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Sends every process of it a signal, such as `STOP`, `CONT` or `KILL`.
    pub(crate) fn signal(&self, signal: &str) {
        let file = self.folder.join("data/postmaster.pid");
        let lines = fs::read_to_string(file).expect("its process");
        let process = lines.lines().next().expect("its number");
        let children = Command::new("ps")
            .args(["-o", "pid=", "--ppid", process])
            .output()
            .expect("ps");
        let children = String::from_utf8_lossy(&children.stdout).into_owned();
        // The first is the one that would start others.
        for process in std::iter::once(process).chain(children.split_whitespace()) {
            let sent = Command::new("kill").args(["-s", signal, process]).output();
            sent.expect("kill");
        }
    }

    fn end(&mut self, word: &str) {
        if let Some(mut keeper) = self.keeper.take() {
            if let Some(mut input) = keeper.stdin.take() {
                let _ = input.write_all(word.as_bytes());
            }
            let _ = keeper.wait();
        }
    }

    fn client(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command
            .arg("-h")
            .arg(&self.folder)
            .args(["-U", "certwright"]);
        command.args(["-p", &self.port.to_string()]);
        command
    }

    /// A program of the server's, which must not run as root.
    fn command(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command
                .arg(format!("--reuid={NOBODY}"))
                .arg(format!("--regid={NOBODY}"))
                .args(["--clear-groups", "--"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/");
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.keeper.is_none() {
            let _ = fs::remove_dir_all(&self.folder);
        }
        self.end("");
    }
}

/// Where the programs of the newest PostgreSQL are.
fn programs() -> Option<PathBuf> {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let newest = installed
        .flatten()
        .filter_map(|version| {
            let number: u32 = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin")))
        })
        .filter(|(_, programs)| programs.join("initdb").exists())
        .max();
    if let Some((_, programs)) = newest {
        return Some(programs);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|programs| programs.join("initdb").exists())
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("a port").port()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
