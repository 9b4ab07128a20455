//! Who is let in.

use crate::common::{Folder, Server, hash};
use serde_json::json;
use std::sync::Arc;

const CLUSTER: &str = "/api/cluster";

#[test]
fn nobody_without_a_login() {
    let server = Server::start("");
    let right = ("admin", server.password.as_str());
    for login in [
        None,
        Some(("admin", "")),
        Some(("admin", "x")),
        Some(("", "")),
        Some(("Admin", right.1)),
    ] {
        let refused = server.send("GET", CLUSTER, None, login);
        assert_eq!((refused.status, refused.code()), (401, "6"), "{login:?}");
        assert_eq!(refused.body["error"]["message"], "User is not authorized.");
        assert!(refused.header("www-authenticate").starts_with("Basic "));
        let refused = server.send("DELETE", "/api/security/certificates?name=*", None, login);
        assert_eq!(refused.status, 401, "{login:?}");
        assert_eq!(server.send("GET", "/metrics", None, login).status, 401);
    }
    assert_eq!(server.send("GET", CLUSTER, None, Some(right)).status, 200);
    for open in ["/healthz", "/readyz"] {
        assert_eq!(server.send("GET", open, None, None).status, 200);
    }
    // Two headers are none.
    let twice = "GET /api/cluster HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic YTpi\r\nAuthorization: Basic YTpi\r\n\r\n";
    assert!(
        server
            .exchange(twice.as_bytes())
            .starts_with("HTTP/1.1 401 ")
    );
}

#[test]
fn ten_thousand_wrong_logins_do_not_keep_the_right_one_out() {
    let server = Server::start("");
    assert_eq!(server.get(CLUSTER).status, 200);
    let agent = server.agent(None);
    let (mut denied, mut slowed) = (0, 0);
    for number in 0..10_000 {
        let password = format!("wrong{number}");
        let login = Some(("admin", password.as_str()));
        let answer =
            crate::common::send(&agent, server.https, "GET", CLUSTER, None, login).unwrap();
        match answer.status {
            401 => denied += 1,
            429 => {
                assert_eq!(answer.code(), "6");
                let seconds: u64 = answer.header("retry-after").parse().unwrap();
                assert!((1..=60).contains(&seconds));
                slowed += 1;
            }
            other => panic!("{other}"),
        }
    }
    // Each hash takes a while, in which attempts come back; but most cost nothing.
    assert!(denied < 500 && slowed > 9000, "{denied} {slowed}");
    assert_eq!(server.get(CLUSTER).status, 200);
}

#[test]
fn who_reads_changes_nothing() {
    let config = format!(
        "[[users]]\nname = \"admin\"\npassword_hash = \"{}\"\nrole = \"admin\"\n\
         [[users]]\nname = \"auditor\"\npassword_hash = \"{}\"\n",
        hash("one"),
        hash("two")
    );
    let server = Server::start(&config);
    let auditor = Some(("auditor", "two"));
    assert_eq!(server.send("GET", CLUSTER, None, auditor).status, 200);
    assert_eq!(
        server
            .send("GET", "/api/security/certificates", None, auditor)
            .status,
        200
    );
    for (method, path) in [
        ("POST", "/api/security/certificates"),
        ("DELETE", "/api/security/certificates?name=*"),
        ("POST", "/api/security/certificate-signing-request"),
        ("POST", "/api/svm/svms"),
    ] {
        let refused = server.send(method, path, Some(&json!({})), auditor);
        assert_eq!(
            (refused.status, refused.code()),
            (403, "6"),
            "{method} {path}"
        );
    }
    assert_eq!(
        server
            .send(
                "POST",
                "/api/svm/svms",
                Some(&json!({"name": "a"})),
                Some(("admin", "one"))
            )
            .status,
        201
    );
    // No login was made where the configuration has users.
    assert!(!server.folder.path().join("data/admin.hash").exists());
}

#[test]
fn users_are_read_again() {
    let folder = Arc::new(Folder::new());
    let user = |password: &str| {
        format!(
            "[[users]]\nname = \"admin\"\npassword_hash = \"{}\"\nrole = \"admin\"\n",
            hash(password)
        )
    };
    let server = Server::start_in(&folder, &user("one"), &[]);
    let status = |password: &str| {
        server
            .send("GET", CLUSTER, None, Some(("admin", password)))
            .status
    };
    assert_eq!(status("one"), 200);
    folder.write("config.toml", "nonsense");
    server.signal("-HUP");
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(status("one"), 200);
    folder.write("config.toml", &user("two"));
    server.signal("-HUP");
    let begun = std::time::Instant::now();
    while status("one") != 401 {
        assert!(begun.elapsed().as_secs() < 20, "{}", server.log());
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    assert_eq!(status("two"), 200);
}

#[test]
fn the_password_is_told_once_and_kept_as_a_hash() {
    let folder = Arc::new(Folder::new());
    let first = Server::start_in(&folder, "", &[]);
    let password = first.password.clone();
    assert!(password.len() >= 20);
    assert!(first.stop().success());
    let second = Server::start_in(&folder, "", &[]);
    assert_eq!(second.get(CLUSTER).status, 200);
    for entry in std::fs::read_dir(folder.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        let octets = std::fs::read(&path).unwrap();
        assert!(
            !octets
                .windows(password.len())
                .any(|own| own == password.as_bytes()),
            "{path:?}"
        );
    }
    use std::os::unix::fs::PermissionsExt as _;
    for name in ["", "admin.hash", "store.key"] {
        let path = folder.path().join("data").join(name);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{path:?}");
    }
}
