//! A backup goes from one kind of store to the other and back.

use crate::common::{Folder, Server, program};
use postgres::Postgres;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::Stdio;
use std::sync::Arc;

#[path = "../common/postgres.rs"]
#[allow(dead_code, reason = "the tests of the store use the rest")]
mod postgres;

const CERTIFICATES: &str = "/api/security/certificates";

/// Runs `export` or `import`; what it prints.
fn run(folder: &Folder, store: &[&str], command: &str, file: &str) -> String {
    let mut child = program()
        .arg("--data")
        .arg(folder.path().join("data"))
        .args(store)
        .args([command, file])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"of the backup\n").unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command}");
    String::from_utf8(output.stdout).unwrap()
}

fn contents(server: &Server) -> [Value; 2] {
    let all = format!("{CERTIFICATES}?fields=*");
    [&*all, "/api/svm/svms"].map(|path| server.get(path).body)
}

/// Lets the CA sign once.
fn sign(server: &Server, ca: &str) {
    let body = json!({"algorithm": "ec", "subject_name": "CN=a"});
    let csr = server.post("/api/security/certificate-signing-request", &body);
    let body = json!({"signing_request": csr.body["csr"], "expiry_time": "P30D"});
    let signed = server.post(&format!("{ca}/sign"), &body);
    assert_eq!(signed.status, 200, "{signed:?}");
}

#[test]
fn each_kind_of_store_takes_the_backup_of_the_other() {
    let Some(database) = Postgres::shared() else {
        return;
    };
    let url = database.database();
    let in_postgres = ["--postgres", &*url];
    let folders = [(); 3].map(|()| Arc::new(Folder::new()));
    let files = folders
        .each_ref()
        .map(|folder| folder.path().join("backup"));
    let files = files.each_ref().map(|path| path.to_str().unwrap());

    let first = Server::start_in(&folders[0], "", &[]);
    assert_eq!(
        first.post("/api/svm/svms", &json!({"name": "svm1"})).status,
        201
    );
    let root = json!({"type": "root_ca", "common_name": "ROOT", "algorithm": "ec", "expiry_time": "P3650D"});
    let ca = first
        .post(CERTIFICATES, &root)
        .header("location")
        .to_owned();
    let own =
        json!({"type": "client", "common_name": "c", "algorithm": "ec", "svm": {"name": "svm1"}});
    assert_eq!(first.post(CERTIFICATES, &own).status, 201);
    sign(&first, &ca);
    sign(&first, &ca);
    let before = contents(&first);
    assert!(first.stop().success());
    // The server's own certificate and its CA, which signed it, are three and one of them.
    let counts = "8 certificates, 1 SVMs, and 3 certificates that CAs signed\n";
    assert_eq!(run(&folders[0], &[], "export", files[0]), counts);

    assert_eq!(run(&folders[1], &in_postgres, "import", files[0]), counts);
    let second = Server::start_in(&folders[1], "", &in_postgres);
    assert_eq!(contents(&second), before);
    sign(&second, &ca);
    // While it serves, its key is not taken from it.
    let mut rotation = program();
    rotation
        .arg("--data")
        .arg(folders[1].path().join("data"))
        .args(in_postgres)
        .arg("rotate-key");
    let refused = rotation.output().unwrap();
    let error = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && error.contains("--prepare"),
        "{error}"
    );
    let counts = counts.replace("3 cert", "4 cert");
    assert_eq!(run(&folders[1], &in_postgres, "export", files[1]), counts);

    assert_eq!(run(&folders[2], &[], "import", files[1]), counts);
    let third = Server::start_in(&folders[2], "", &[]);
    assert_eq!(contents(&third), before);
    sign(&third, &ca);
}
