//! Starting, stopping, and what is there afterwards.

use crate::common::{Folder, Server, program};
use serde_json::json;
use std::process::Command;
use std::sync::Arc;

const CERTIFICATES: &str = "/api/security/certificates";

#[test]
fn what_was_made_is_there_after_a_restart() {
    let folder = Arc::new(Folder::new());
    let first = Server::start_in(&folder, "", &[]);
    let made = first.post(CERTIFICATES, &json!({"type": "root_ca", "common_name": "ROOT", "algorithm": "ec", "expiry_time": "P3650D"}));
    let svm = first.post("/api/svm/svms", &json!({"name": "svm1"}));
    assert_eq!((made.status, svm.status), (201, 201));
    let before = first.get(&format!("{CERTIFICATES}?fields=*")).body;
    assert!(first.stop().success());
    let second = Server::start_in(&folder, "", &[]);
    assert_eq!(second.get(&format!("{CERTIFICATES}?fields=*")).body, before);
    assert_eq!(second.get(svm.header("location")).body["name"], "svm1");
    // Its key too.
    let csr = second.post(
        "/api/security/certificate-signing-request",
        &json!({"algorithm": "ec", "subject_name": "CN=a"}),
    );
    let body = json!({"signing_request": csr.body["csr"], "expiry_time": "P30D"});
    let signed = second.post(&format!("{}/sign", made.header("location")), &body);
    assert_eq!(signed.status, 200, "{signed:?}");
}

/// What stands in the first lines of the README.
#[test]
fn the_line_that_is_printed_works() {
    let folder = Folder::new();
    let mut child = program()
        .current_dir(folder.path())
        .args(["--https", "127.0.0.1:0"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    use std::io::BufRead as _;
    let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("Try: ").map(str::to_owned));
    let line = line.expect("a line to try");
    let output = Command::new("sh")
        .current_dir(folder.path())
        .arg("-c")
        .arg(format!("{line} -sS"))
        .output()
        .unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    assert_eq!(shown["num_records"], 4, "{line}: {output:?}");
    assert!(folder.path().join("certwright-data").is_dir());
}

#[test]
fn requests_that_were_accepted_are_answered_before_it_stops() {
    let server = Server::start("");
    let agent = server.agent(None);
    let (port, password) = (server.https, server.password.clone());
    let slow = std::thread::spawn(move || {
        let body = json!({"type": "root_ca", "common_name": "SLOW", "key_size": 3072});
        crate::common::send(
            &agent,
            port,
            "POST",
            CERTIFICATES,
            Some(&body),
            Some(("admin", &password)),
        )
    });
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(server.stop().success());
    let answer = slow.join().unwrap();
    assert_eq!(answer.expect("an answer").status, 201);
}

#[test]
fn faults_of_the_configuration_are_told() {
    let folder = Folder::new();
    let run = |arguments: &[&str]| {
        let output = program().args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), text)
    };
    let config = folder.write("config.toml", "[listen]\nhttps = \"nowhere\"\n");
    let config = config.to_str().unwrap();
    let (is_right, error) = run(&["check-config", "--config", config]);
    assert!(
        !is_right && error.contains("config.toml: line 2") && error.lines().count() == 1,
        "{error}"
    );
    let (is_right, error) = run(&["check-config", "--config", "/nowhere.toml"]);
    assert!(!is_right && error.contains("/nowhere.toml"), "{error}");
    folder.write(
        "config.toml",
        "[store]\npostgres = \"postgresql://u:secret@h/d\"\n",
    );
    let output = program()
        .args(["check-config", "--config", config])
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && shown.contains("Postgres") && !shown.contains("secret"),
        "{shown}"
    );
    // What it names is looked at too, and nothing is made.
    for (text, expected) in [
        ("[store]\npostgres = \"nonsense\"\n", "the database's URL"),
        (
            "[tls]\ncertificate_file = \"none.pem\"\nkey_file = \"none.key\"\n",
            "none.pem",
        ),
        (
            "[store.key]\nfile = \"config.toml\"\n",
            "config.toml: line 1 is not 32 octets",
        ),
        ("[store.key]\nenvironment = \"NOT_THERE\"\n", "$NOT_THERE"),
        (
            "[azure]\nroot_certificates = \"config.toml\"\n",
            "there is no certificate in it",
        ),
    ] {
        folder.write("config.toml", text);
        let (is_right, error) = run(&["check-config", "--config", config]);
        assert!(!is_right && error.contains(expected), "{text}: {error}");
        assert!(!error.contains("nonsense"), "{error}");
    }
    assert!(run(&["check-config", "--data", config.trim_end_matches(".toml")]).0);
    assert!(!folder.path().join("config").exists());
    let (is_right, _) = run(&["--help"]);
    assert!(is_right);
}

#[test]
fn a_store_is_served_with_its_own_key_alone() {
    use std::fs;
    let folder = Arc::new(Folder::new());
    assert!(Server::start_in(&folder, "", &[]).stop().success());
    let (data, kept) = (folder.path().join("data"), folder.path().join("kept"));
    let key = data.join("store.key");
    let refused = |expected: &str| {
        let mut command = program();
        command
            .arg("--data")
            .arg(&data)
            .args(["--https", "127.0.0.1:0"]);
        let output = command.output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && error.contains(expected) && error.lines().count() == 1,
            "{error}"
        );
    };
    fs::rename(&key, &kept).unwrap();
    refused("store.key is not there");
    assert!(!key.exists(), "a key is made that opens nothing");
    fs::write(&key, "A".repeat(43) + "=\n").unwrap();
    refused("private keys in the store are sealed with a key that was not given");
    fs::rename(&kept, &key).unwrap();
    let server = Server::start_in(&folder, "", &[]);
    assert_eq!(server.get(CERTIFICATES).status, 200);
}

#[test]
fn commands_for_a_store_make_none() {
    let folder = Folder::new();
    for arguments in [
        &["export", "backup"][..],
        &["rotate-key"],
        &["rotate-key", "--prepare"],
        &["rotate-key", "--finish"],
    ] {
        for key in [None, Some("[store.key]\nenvironment = \"KEY\"\n")] {
            let config = folder.write("config.toml", key.unwrap_or_default());
            let output = program()
                .current_dir(folder.path())
                .env("KEY", "A".repeat(43) + "=")
                .args(arguments)
                .arg("--config")
                .arg(config)
                .stdin(std::process::Stdio::null())
                .output()
                .unwrap();
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(
                !output.status.success() && !error.is_empty(),
                "{arguments:?}"
            );
            let made = folder.path().join("certwright-data");
            assert!(!made.exists(), "{arguments:?}: {error}");
        }
    }
}

/// Where the log goes the disk may be full, or its reader gone.
#[test]
fn requests_are_answered_where_nothing_can_be_logged() {
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let folder = Folder::new();
    let start = |stdout: std::process::Stdio| {
        program()
            .args(["--https", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .stdout(stdout)
            .stderr(full())
            .spawn()
            .unwrap()
    };
    // A password that cannot be told is not kept.
    let mut silent = start(full().into());
    assert!(!silent.wait().unwrap().success());
    assert!(!folder.path().join("data/admin.hash").exists());
    let mut child = start(std::process::Stdio::piped());
    use std::io::BufRead as _;
    let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("Try: ").map(str::to_owned))
        .expect("a line to try");
    for _ in 0..2 {
        let output = Command::new("sh")
            .args(["-c", &format!("{line} -sS")])
            .output()
            .unwrap();
        let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        assert_eq!(shown["num_records"], 4, "{output:?}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn what_cannot_be_opened_is_named() {
    let folder = Folder::new();
    let start = |arguments: &[&str]| {
        let data = folder.path().join("data");
        let output = program()
            .args(["--https", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(arguments)
            .output()
            .unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    std::fs::create_dir_all(folder.path().join("data/store.redb")).unwrap();
    let error = start(&[]);
    assert!(
        error.contains("/data: the store's file cannot be opened: "),
        "{error}"
    );
    std::fs::remove_dir(folder.path().join("data/store.redb")).unwrap();
    folder.write("data/admin.hash", "nonsense\n");
    let error = start(&[]);
    assert!(error.contains("/admin.hash: users: "), "{error}");
    let config = folder.write(
        "config.toml",
        "[azure]\nroot_certificates = \"config.toml\"\n",
    );
    let error = start(&["--config", config.to_str().unwrap()]);
    assert!(
        error.contains("/config.toml: there is no certificate in it"),
        "{error}"
    );
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = start(&["--http", &address]);
    assert!(
        error.contains(&address) && error.contains("in use"),
        "{error}"
    );
}

#[test]
fn two_servers_do_not_share_a_folder() {
    let server = Server::start("");
    let output = program()
        .arg("--data")
        .arg(server.folder.path().join("data"))
        .args(["--https", "127.0.0.1:0"])
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{error}");
    assert_eq!(server.get("/api/cluster").status, 200);
}
