//! The `curl` examples of the API's reference, by curl, over HTTPS.

use crate::common::Server;
use certwright::Time;
use shared::{Api, Reply, examples};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::SystemTime;

/// A file of `vectors/`.
fn vector(name: &str) -> String {
    let path = format!("{}/../vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// The table, which the library's tests ask the service.
#[path = "../../../tests/common/examples.rs"]
mod shared;

/// A server that is asked by curl.
struct Curl(Server);

impl Api for Curl {
    fn send(&mut self, method: &str, target: &str, accept: &str, body: &str) -> Reply {
        let server = &self.0;
        let mut command = Command::new("curl");
        command
            .args(["-sS", "--globoff", "-X", method, "--cacert"])
            .arg(server.folder.path().join("data/root.pem"))
            .args(["-u", &format!("admin:{}", server.password)])
            .args(["-H", &format!("Accept: {accept}")])
            .args(["-w", "\n%{http_code} %header{location}"])
            .arg(format!("https://localhost:{}{target}", server.https));
        if !body.is_empty() {
            command.args(["-H", "Content-Type: application/json", "-d", "@-"]);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(body.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{command:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let (text, end) = text.rsplit_once('\n').unwrap();
        let (status, location) = end.split_once(' ').unwrap();
        Reply {
            status: status.parse().unwrap(),
            text: text.to_owned(),
            location: location.to_owned(),
        }
    }

    /// The server's own certificate, and its CA.
    fn others(&self) -> usize {
        4
    }

    fn assert_expiry(&self, time: &str) {
        let now = Time::from(SystemTime::now()).unix();
        let left = time.parse::<Time>().unwrap().unix() - now;
        let year = 365 * 86_400;
        assert!((year - 60..=year).contains(&left), "{time}");
    }
}

#[test]
fn every_example_and_its_answer_over_https() {
    for example in examples() {
        let dcn = example.needs_dcn();
        let config = format!("[cluster]\ndcn = {dcn}\n[[cluster.svms]]\nname = \"svm1\"\n");
        example.run(&mut Curl(Server::start(&config)));
    }
}
