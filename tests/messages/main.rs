//! What every operation says to every hostile input of the repository: never 1000 octets or more,
//! nothing that a reader does not see, and no code that its documentation does not list.
//!
//! | input | module |
//! |---|---|
//! | every file of `vectors/`, in every field that takes a pasted text; texts as large as may be | `texts` |
//! | values of every other field: megabytes, hidden and control characters, keys, long lists | `fields` |
//! | names, lists and object identifiers inside of requests, certificates and revocation lists | `inside` |
//! | bodies in JSON: deep, wide, of a wrong type, with unknown names | `bodies` |
//! | PKCS#12, encrypted keys, PKCS#7 | `containers` |
//! | chains made to take long | `inside` |

#[path = "../common/mod.rs"]
mod common;

mod bodies;
mod containers;
mod fields;
mod inside;
mod texts;

use certwright::{Error, ErrorCode, Warning};
use common::documented::{OPERATIONS, codes_of};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as _;
use std::sync::LazyLock;

/// A message may have fewer octets than this.
const LIMIT: usize = 1000;

/// What no text that is shown may have: controls, what has no width or sets the direction.
fn is_hidden(character: char) -> bool {
    let ranges = [
        '\u{200b}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2060}'..='\u{206f}',
    ];
    let ranges = ranges
        .iter()
        .chain(&['\u{e0000}'..='\u{e0fff}', '\u{fe00}'..='\u{fe0f}']);
    let one = "\u{ad}\u{61c}\u{180e}\u{3164}\u{feff}";
    character.is_control()
        || one.contains(character)
        || ranges.into_iter().any(|range| range.contains(&character))
}

#[track_caller]
fn is_short(what: &str, text: &str) {
    assert!(text.len() < LIMIT, "{what} of {} octets", text.len());
    assert!(!text.contains(is_hidden), "{what}: {text:?}");
}

/// Every text of an error.
#[track_caller]
fn check(error: &Error) {
    is_short("a message", error.message());
    is_short("an error", &error.to_string());
    is_short("a target", error.target().unwrap_or_default());
    assert!(error.arguments().len() < 10, "{error:?}");
    for argument in error.arguments() {
        is_short("an argument", &argument.message);
        is_short("a name of an argument", &argument.code);
    }
    let mut source = error.source();
    while let Some(cause) = source {
        is_short("a cause", &cause.to_string());
        source = cause.source();
    }
    let whole = format!("{error:?}");
    assert!(whole.len() < 10 * LIMIT, "{} octets: {whole}", whole.len());
    let body = serde_json::to_string(error).unwrap();
    assert!(body.len() < 10 * LIMIT, "{} octets: {body}", body.len());
}

#[track_caller]
fn check_warnings(warnings: &[Warning]) {
    assert!(warnings.len() <= 1100, "{} warnings", warnings.len());
    for warning in warnings {
        is_short("a warning", &warning.to_string());
    }
}

static DOCUMENTED: LazyLock<BTreeMap<&str, BTreeSet<ErrorCode>>> = LazyLock::new(|| {
    let operations = OPERATIONS.iter().map(|operation| operation.name);
    operations.map(|name| (name, codes_of(name))).collect()
});

/// The error of an operation, if there is one: as [`check`], with a code that it documents.
#[track_caller]
fn answered<T>(operation: &str, answer: Result<T, Error>) -> Option<T> {
    let error = match answer {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    check(&error);
    let codes = &DOCUMENTED[operation];
    assert!(codes.contains(&error.code()), "{operation}: {error}");
    None
}

/// That of a reader beside the operations.
#[track_caller]
fn read<T>(answer: Result<T, Error>) -> Option<T> {
    match answer {
        Ok(value) => Some(value),
        Err(error) => {
            check(&error);
            None
        }
    }
}

/// So many octets of what hides, breaks lines, or is long.
fn long_texts(length: usize) -> Vec<String> {
    let key = common::vector("server.key");
    let repeated = |part: &str| part.repeat(length / part.len());
    let mut texts: Vec<_> = [
        "x",
        "A",
        "1",
        ".",
        ",",
        "-",
        "=",
        "\"",
        "\\",
        "\\n",
        "\0",
        "\n",
        "\u{7f}",
        "\u{202e}",
        "\u{200b}",
        "\u{feff}",
        "\u{1f600}",
        "\u{e0041}",
        "\u{e4}",
        "a\u{301}",
        "CN=a,",
        "a.",
        "@",
        "1.2.",
        "{\"a\":",
        "[",
        "<a>",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----\n",
    ]
    .map(repeated)
    .into();
    texts.push(repeated(&key));
    texts.push(key);
    texts.push(format!("CN={}", repeated("x")));
    texts.push(format!("{}=x", repeated("k")));
    texts.push(format!("P{}D", repeated("9")));
    texts.push(format!("0.{}", repeated("9")));
    texts.push(format!("https://{}", repeated("a")));
    texts.push(format!("a@{}", repeated("b")));
    texts
}
