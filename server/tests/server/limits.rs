//! What is too large, too slow, or too clever.

use crate::common::Server;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

/// A request over plain HTTP, as `admin`.
fn head(server: &Server, method: &str, path: &str, fields: &str) -> String {
    use base64ct::{Base64, Encoding as _};
    let pair = Base64::encode_string(format!("admin:{}", server.password).as_bytes());
    format!("{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {pair}\r\n{fields}\r\n")
}

#[test]
fn bodies() {
    let server = Server::start("");
    let close = "Connection: close\r\n";
    let path = "/api/security/certificates";
    let length = |octets: usize| format!("{close}Content-Length: {octets}\r\n");
    // Refused by its length alone; nobody waits for it.
    let answer = server.exchange(head(&server, "POST", path, &length((4 << 20) + 1)).as_bytes());
    assert!(
        answer.starts_with("HTTP/1.1 413 ") && answer.contains("52363365"),
        "{answer}"
    );
    let answer = server.exchange(head(&server, "POST", path, &length(usize::MAX)).as_bytes());
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    // In pieces.
    let mut sent = head(
        &server,
        "POST",
        path,
        &format!("{close}Transfer-Encoding: chunked\r\n"),
    )
    .into_bytes();
    for _ in 0..=64 {
        sent.extend_from_slice(b"10000\r\n");
        sent.resize(sent.len() + 0x10000, b' ');
        sent.extend_from_slice(b"\r\n");
    }
    sent.extend_from_slice(b"0\r\n\r\n");
    let answer = server.exchange(&sent);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 413 "),
        "{answer:.200}"
    );
    // As large as it may be.
    let mut sent = head(&server, "POST", path, &length(4 << 20)).into_bytes();
    sent.resize(sent.len() + (4 << 20), b' ');
    let answer = server.exchange(&sent);
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer:.200}");
}

#[test]
fn heads() {
    let server = Server::start("");
    let long = format!("Connection: close\r\nX: {}\r\n", "a".repeat(100_000));
    let answer = server.exchange(head(&server, "GET", "/api/cluster", &long).as_bytes());
    assert!(
        answer.starts_with("HTTP/1.1 431 ") || answer.is_empty(),
        "{answer:.200}"
    );
    let mut many = String::from("Connection: close\r\n");
    for number in 0..200 {
        let _ = write!(many, "X{number}: a\r\n");
    }
    let answer = server.exchange(head(&server, "GET", "/api/cluster", &many).as_bytes());
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer:.200}");
    let path = format!("/api/{}", "a".repeat(70_000));
    let answer = server.exchange(head(&server, "GET", &path, "").as_bytes());
    assert!(
        answer.starts_with("HTTP/1.1 414 ") || answer.starts_with("HTTP/1.1 431 "),
        "{answer:.200}"
    );
}

/// What would be two requests to one program and one to another.
#[test]
fn smuggling() {
    let server = Server::start("");
    let inner = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    for (fields, body) in [
        ("Content-Length: 4\r\nContent-Length: 5\r\n", "abcde"),
        ("Content-Length: +4\r\n", "abcd"),
        ("Content-Length: 4, 4\r\n", "abcd"),
        ("Content-Length: 0x4\r\n", "abcd"),
        ("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
        (
            "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\n",
        ),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "0\r\n\r\n",
        ),
        (" Content-Length: 4\r\n", "abcd"),
        ("X: a\r\n b\r\n", ""),
        ("X: a\0b\r\n", ""),
        (
            "Transfer-Encoding: chunked\r\n",
            "4;a=\"\r\nb\r\n\"\r\nabcd\r\n0\r\n\r\n",
        ),
        ("Transfer-Encoding: chunked\r\n", "-1\r\n\r\n"),
        (
            "Transfer-Encoding: chunked\r\n",
            "fffffffffffffffff\r\n\r\n",
        ),
    ] {
        let request = head(&server, "POST", "/api/security/certificates", fields);
        let answer = server.exchange(format!("{request}{body}{inner}").as_bytes());
        let answers = answer.matches("HTTP/1.1 ").count();
        assert!(answers <= 1, "{fields:?}: {answer}");
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{fields:?}: {answer}"
        );
        assert!(!answer.contains("certwright_requests"), "{fields:?}");
    }
    let broken = [
        "GET /api/cluster\r\n\r\n",
        "GET  /api/cluster HTTP/1.1\r\n\r\n",
        "\0\0\0\0",
        "GET /api/cluster HTTP/9.9\r\n\r\n",
    ];
    for request in broken {
        let answer = server.exchange(request.as_bytes());
        assert!(!answer.starts_with("HTTP/1.1 2"), "{request:?}: {answer}");
    }
}

#[test]
fn one_host_is_named() {
    let server = Server::start("");
    let long = "A".repeat(5000);
    for (head, status) in [
        ("GET /healthz HTTP/1.1\r\nHost: x\r\n", 200),
        ("GET /healthz HTTP/1.1\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: a\r\n", 400),
        ("GET /healthz HTTP/1.0\r\n", 200),
        (&*format!("{long} /healthz HTTP/1.1\r\nHost: x\r\n"), 405),
    ] {
        let answer = server.exchange(format!("{head}Connection: close\r\n\r\n").as_bytes());
        let line = answer.lines().next().unwrap_or_default();
        assert!(
            line.contains(&format!(" {status} ")),
            "{head:.60}: {answer}"
        );
    }
    // A method of any length does not fill the log.
    assert!(!server.log().contains(&long[..300]));
}

#[test]
fn who_is_slow_is_not_waited_for() {
    let server = Server::start("[limits]\nhead_seconds = 1\nbody_seconds = 1\nconnections = 40\n");
    let begun = Instant::now();
    // Heads that never end, bodies that never come, handshakes that nobody begins.
    let mut slow: Vec<_> = (0..30).map(|_| server.plain()).collect();
    for (number, stream) in slow.iter_mut().enumerate() {
        let request = match number % 3 {
            0 => "GET /api/cluster HTTP/1.1\r\nHost: x\r\nX-".to_owned(),
            1 => head(
                &server,
                "POST",
                "/api/security/certificates",
                "Content-Length: 10\r\n",
            ),
            _ => String::new(),
        };
        stream.write_all(request.as_bytes()).unwrap();
    }
    // Others are answered meanwhile.
    assert_eq!(server.get("/api/cluster").status, 200);
    for stream in &mut slow {
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 408 "),
            "{answer}"
        );
    }
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(server.get("/api/cluster").status, 200);
}

#[test]
fn who_reads_nothing_is_not_waited_for() {
    let server = Server::start("[limits]\nbody_seconds = 1\nconnections = 4\n");
    let mut silent: Vec<_> = (0..4).map(|_| server.plain()).collect();
    let request = "GET /docs/api HTTP/1.1\r\nHost: x\r\n\r\n".repeat(400);
    for stream in &mut silent {
        stream.write_all(request.as_bytes()).unwrap();
    }
    // All connections are theirs, and far more is to be written than the system keeps.
    let begun = Instant::now();
    let answer = server.exchange(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let took = begun.elapsed();
    assert!(took > Duration::from_millis(500), "{took:?}");
    assert!(took < Duration::from_secs(20), "{took:?}");
}
