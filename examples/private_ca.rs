//! A private CA on the command line: a demonstration into a folder, or a signature on a request
//! that another tool made. `--help` tells how.

use certwright::{
    CertificateAuthority, ChainRequest, CreateRequest, CsrRequest, Error, Policy, SignRequest,
    SubjectAlternatives, check_fips, create, generate_csr, inspect, match_key,
    rand_core::UnwrapErr, sign, validate_chain,
};
use getrandom::SysRng;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;
use zeroize::Zeroizing;

const HELP: &str = "\
A private CA without a network.

    private_ca [--force] [--fips] FOLDER
        Makes a root CA, a server key and its signing request, and signs it. Writes root.pem,
        root.key, server.csr, server.key and server.pem into FOLDER. Files that exist are kept
        (and the command fails) unless --force is given. Keys are readable by their owner alone.

    private_ca --ca CERT --ca-key KEY --csr FILE [--expiry WHEN] [--hash NAME] [--fips] [--out FILE]
        Signs the request in FILE (PEM, from any tool) with the CA, and writes the certificate to
        --out, or to the standard output.

    --ca CERT       the CA's certificate, PEM
    --ca-key KEY    the CA's private key, PEM: PKCS#8, PKCS#1 or SEC 1, not encrypted
    --csr FILE      the signing request, PEM
    --expiry WHEN   a duration like P90D or P1Y6M, or a date like 2030-01-25T11:20:13Z;
                    1 to 3652 days from now; default P365D
    --hash NAME     sha224, sha256 (the default), sha384 or sha512
    --fips          accept only what FIPS mode accepts
    --out FILE      where the certificate goes; an existing file is kept unless --force is given
    --force         overwrite files that exist; only regular ones, no links or devices
    --help          this text

A refusal prints the numeric code, the message and the field it is about; the exit status is 1.
A command line that is not understood exits with 2.
";

fn main() -> ExitCode {
    let command = match Command::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(problem) => {
            eprintln!("private_ca: {problem}\nTry --help.");
            return ExitCode::from(2);
        }
    };
    let done = match command {
        Command::Help => print(HELP),
        Command::Demonstrate(options) => demonstrate(&options),
        Command::Sign(options) => sign_file(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

enum Command {
    Help,
    Demonstrate(Demonstration),
    Sign(Signing),
}

struct Demonstration {
    folder: PathBuf,
    fips: bool,
    force: bool,
}

struct Signing {
    ca: PathBuf,
    ca_key: PathBuf,
    csr: PathBuf,
    expiry: Option<String>,
    hash: Option<String>,
    fips: bool,
    out: Option<PathBuf>,
    force: bool,
}

impl Command {
    fn parse(mut args: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let (mut ca, mut ca_key, mut csr, mut out, mut folder) = (None, None, None, None, None);
        let (mut expiry, mut hash) = (None, None);
        let (mut fips, mut force) = (false, false);
        while let Some(arg) = args.next() {
            let shown = arg.display();
            let mut value = || args.next().ok_or(format!("{shown} needs a value"));
            match arg.to_str() {
                Some("--help" | "-h") => return Ok(Self::Help),
                Some("--fips") => fips = true,
                Some("--force") => force = true,
                Some("--ca") => ca = Some(value()?.into()),
                Some("--ca-key") => ca_key = Some(value()?.into()),
                Some("--csr") => csr = Some(value()?.into()),
                // The engine answers for what it says, text or not.
                Some("--expiry") => expiry = Some(value()?.to_string_lossy().into_owned()),
                Some("--hash") => hash = Some(value()?.to_string_lossy().into_owned()),
                Some("--out") => out = Some(value()?.into()),
                Some("") => return Err("the folder's name is empty".into()),
                Some(option) if option.starts_with('-') => {
                    return Err(format!("unknown option {option}"));
                }
                _ if folder.is_none() => folder = Some(PathBuf::from(&arg)),
                _ => return Err(format!("one folder too many: {shown}")),
            }
        }
        match (ca, ca_key, csr, folder) {
            (Some(ca), Some(ca_key), Some(csr), None) => Ok(Self::Sign(Signing {
                ca,
                ca_key,
                csr,
                expiry,
                hash,
                fips,
                out,
                force,
            })),
            (None, None, None, Some(folder))
                if expiry.is_none() && hash.is_none() && out.is_none() =>
            {
                Ok(Self::Demonstrate(Demonstration {
                    folder,
                    fips,
                    force,
                }))
            }
            (None, None, None, None) => {
                Err("a folder, or --ca, --ca-key and --csr, are needed".into())
            }
            _ => Err("--ca, --ca-key and --csr go together, and a folder stands alone".into()),
        }
    }
}

/// Why a command failed: the engine refused, or a file could not be read or written.
enum Failure {
    Refused(Error),
    File(PathBuf, io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => {
                writeln!(f, "refused:  {}", error.code())?;
                write!(f, "message:  {}", error.message())?;
                match error.target() {
                    Some(field) => write!(f, "\nfield:    {field}"),
                    None => Ok(()),
                }
            }
            Self::File(path, error) if error.kind() == io::ErrorKind::AlreadyExists => {
                write!(f, "{} exists; --force overwrites it", path.display())
            }
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

fn policy(fips: bool) -> Policy {
    let policy = Policy::at(SystemTime::now());
    if fips { policy.with_fips() } else { policy }
}

/// What a demonstration writes.
const FILES: [&str; 5] = [
    "root.pem",
    "root.key",
    "server.csr",
    "server.key",
    "server.pem",
];

fn demonstrate(options: &Demonstration) -> Result<(), Failure> {
    let folder = &options.folder;
    if !options.force {
        // All or nothing: a folder with one old file among four new ones helps nobody.
        for path in FILES.map(|name| folder.join(name)) {
            refuse_existing(&path)?;
        }
    }
    let policy = policy(options.fips);
    let mut rng = UnwrapErr(SysRng);

    let root = create(
        &CreateRequest::root_ca("Example Root CA").with_expiry("P3650D"),
        &policy,
        &mut rng,
    )?;
    let names = SubjectAlternatives::new()
        .with_dns("server.example.com")
        .with_ip("127.0.0.1");
    let request =
        CsrRequest::new("C=US,O=Example,CN=server.example.com").with_subject_alternatives(names);
    let server = generate_csr(&request, &policy, &mut rng)?;
    let ca = CertificateAuthority::from_pem(
        &root.public_certificate,
        root.private_key.as_str(),
        &policy,
    )?;
    let signed = sign(&ca, &SignRequest::new(&*server.csr), &policy, &mut rng)?;

    match_key(
        &signed.public_certificate,
        server.generated_private_key.as_str(),
    )?;
    check_fips(&signed.public_certificate)?;
    let chain = ChainRequest::new(&*signed.public_certificate)
        .with_trust_anchor(&*root.public_certificate)
        .with_peer_name("server.example.com");
    validate_chain(&chain, &policy)?;

    fs::create_dir_all(folder).map_err(|error| Failure::File(folder.clone(), error))?;
    let contents = [
        (Mode::Public, &*root.public_certificate),
        (Mode::Private, root.private_key.as_str()),
        (Mode::Public, &*server.csr),
        (Mode::Private, server.generated_private_key.as_str()),
        (Mode::Public, &*signed.public_certificate),
    ];
    for (name, (mode, text)) in FILES.into_iter().zip(contents) {
        write_file(&folder.join(name), mode, text, options.force)?;
    }

    let mut stdout = io::stdout().lock();
    // A reader that went away is no failure of the CA.
    let _ = report(
        &mut stdout,
        folder,
        &root.public_certificate,
        &signed.public_certificate,
    );
    Ok(())
}

fn report(out: &mut impl io::Write, folder: &Path, root: &str, server: &str) -> io::Result<()> {
    writeln!(out, "The root CA, in root.pem and root.key:")?;
    describe(out, root)?;
    writeln!(
        out,
        "\nThe server, in server.pem, server.key and server.csr:"
    )?;
    describe(out, server)?;
    let path = |name| folder.join(name).display().to_string();
    writeln!(
        out,
        "\nThe key matches the certificate, which is acceptable in FIPS mode and leads to the root.\n\
         Check it with another tool:\n\n    \
         openssl verify -CAfile {} -purpose sslserver {}",
        path("root.pem"),
        path("server.pem"),
    )
}

fn describe(out: &mut impl io::Write, pem: &str) -> io::Result<()> {
    let info = match inspect(pem) {
        Ok(info) => info,
        Err(error) => return writeln!(out, "  not readable: {error}"),
    };
    writeln!(out, "  subject        {}", info.subject)?;
    writeln!(out, "  issuer         {}", info.issuer)?;
    writeln!(out, "  serial number  {}", info.serial_number)?;
    writeln!(
        out,
        "  valid          {} to {}",
        info.start_time, info.expiry_time
    )?;
    if let Some(bits) = info.key_size {
        writeln!(out, "  key            {} {bits}", info.algorithm)?;
    }
    if let Some(hash) = info.hash_function {
        writeln!(out, "  signed with    {hash}")?;
    }
    let names = info.subject_alternatives;
    for name in [names.dns, names.ip, names.email, names.uri]
        .into_iter()
        .flatten()
    {
        writeln!(out, "  valid for      {name}")?;
    }
    writeln!(out, "  usages         {}", join(&info.key_usages))?;
    if !info.extended_key_usages.is_empty() {
        writeln!(
            out,
            "  purposes       {}",
            info.extended_key_usages.join(", ")
        )?;
    }
    Ok(())
}

fn sign_file(options: &Signing) -> Result<(), Failure> {
    let policy = policy(options.fips);
    let read = |path: &PathBuf| fs::read(path).map_err(|error| Failure::File(path.clone(), error));
    // The engine answers for what is in a file, text or not.
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let key = Zeroizing::new(read(&options.ca_key)?);
    let key = Zeroizing::new(text(&key));
    let ca = CertificateAuthority::from_pem(&text(&read(&options.ca)?), &key, &policy)?;
    let mut request = SignRequest::new(text(&read(&options.csr)?));
    request.expiry_time.clone_from(&options.expiry);
    request.hash_function.clone_from(&options.hash);
    let signed = sign(&ca, &request, &policy, &mut UnwrapErr(SysRng))?;
    let pem = &signed.public_certificate;
    match &options.out {
        None => print(pem),
        Some(path) => {
            write_file(path, Mode::Public, pem, options.force)?;
            let mut stdout = io::stdout().lock();
            // The certificate is written: a reader that went away is no failure.
            let _ =
                writeln!(stdout, "{}:", path.display()).and_then(|()| describe(&mut stdout, pem));
            Ok(())
        }
    }
}

fn print(text: &str) -> Result<(), Failure> {
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| Failure::File("the standard output".into(), error))
}

#[derive(Clone, Copy)]
enum Mode {
    Public,
    Private,
}

fn refuse_existing(path: &Path) -> Result<(), Failure> {
    match path.symlink_metadata() {
        Ok(_) => Err(Failure::File(
            path.to_owned(),
            io::ErrorKind::AlreadyExists.into(),
        )),
        Err(_) => Ok(()),
    }
}

/// Writes beside the place first, so that no half-written file is ever there.
fn write_file(path: &Path, mode: Mode, text: &str, force: bool) -> Result<(), Failure> {
    let failed = |error| Failure::File(path.to_owned(), error);
    if !force {
        refuse_existing(path)?;
    }
    // To put a file in the place of a link or a device is not what anyone means.
    if path.symlink_metadata().is_ok_and(|found| !found.is_file()) {
        return Err(failed(io::Error::other("it is not a regular file")));
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(match mode {
            Mode::Public => 0o644,
            Mode::Private => 0o600,
        });
    }
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options
        .open(&beside)
        .map_err(|error| Failure::File(beside.clone(), error))?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    drop(file);
    let placed = written.and_then(|()| {
        if force {
            fs::rename(&beside, path)
        } else {
            // Unlike renaming, linking fails if the place was taken meanwhile.
            fs::hard_link(&beside, path).and_then(|()| fs::remove_file(&beside))
        }
    });
    placed.map_err(|error| {
        let _ = fs::remove_file(&beside);
        failed(error)
    })
}

fn join(names: &[impl ToString]) -> String {
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    names.join(", ")
}
