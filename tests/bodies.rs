//! The bodies of the operations as JSON: what is read, and how each refusal is reported.

mod common;

use certwright::{
    CreateRequest, CsrRequest, Error, ErrorCode, InstallRequest, SignRequest, SubjectAlternatives,
    Warning, create, generate_csr, install, sign,
};
use common::rows::each_row;
use common::{ca, cases, policy, rng, vector};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fmt::Debug;

/// A body that was read, as `Debug` shows it.
type Read = Result<String, Error>;

fn shown<T: Debug>(read: Result<T, Error>) -> Read {
    read.map(|body| format!("{body:?}"))
}

/// A body by its name.
struct Body {
    name: &'static str,
    from_json: fn(&[u8]) -> Read,
    deserialize: fn(&[u8]) -> Result<String, String>,
    /// Every field, by its dotted path, with the type that it has.
    fields: &'static [(&'static str, Type)],
    fixed: &'static [&'static str],
    /// What the operation refuses it with, or warns of.
    operate: fn(&[u8]) -> Option<String>,
    /// The fields that it needs.
    good: fn() -> Value,
}

#[derive(Clone, Copy, PartialEq)]
enum Type {
    Text,
    /// A number, or its digits.
    Number,
    /// Either, as text.
    NumberOrText,
    /// A text is a list of one.
    Texts,
    Object,
}
use Type::{Number, NumberOrText, Object, Text, Texts};

macro_rules! body {
    ($name:ident, $fields:expr, $fixed:expr, $good:expr, $operate:expr) => {
        Body {
            name: stringify!($name),
            from_json: |body| shown($name::from_json(body)),
            deserialize: |body| {
                serde_json::from_slice::<$name>(body)
                    .map(|body| format!("{body:?}"))
                    .map_err(|error| format!("{error} {error:?}"))
            },
            fields: $fields,
            fixed: $fixed,
            good: || $good,
            operate: |body| {
                let request = $name::from_json(body).ok()?;
                let answer: Result<Vec<Warning>, Error> = $operate(&request);
                Some(answer.map_or_else(
                    |error| all_of(&error),
                    |warnings| format!("{warnings:?} {}", json!(warnings)),
                ))
            },
        }
    };
}

const RECORD: &[&str] = &[
    "uuid",
    "ca",
    "authority_key_identifier",
    "subject_key_identifier",
];

const BODIES: [Body; 4] = [
    body!(
        CreateRequest,
        &[
            ("type", Text),
            ("common_name", Text),
            ("name", Text),
            ("scope", Text),
            ("svm", Object),
            ("svm.name", Text),
            ("svm.uuid", Text),
            ("algorithm", Text),
            ("key_size", Number),
            ("hash_function", Text),
            ("expiry_time", Text),
            ("serial_number", Text),
            ("subject_alternatives", Object),
            ("subject_alternatives.dns", Texts),
            ("subject_alternatives.email", Texts),
            ("subject_alternatives.ip", Texts),
            ("subject_alternatives.uri", Texts),
        ],
        RECORD,
        json!({ "type": "server", "common_name": "a.example", "algorithm": "ec" }),
        |request| create(request, &policy(), &mut rng(1)).map(|made| made.warnings)
    ),
    body!(
        InstallRequest,
        &[
            ("type", Text),
            ("common_name", Text),
            ("name", Text),
            ("scope", Text),
            ("svm", Object),
            ("svm.name", Text),
            ("svm.uuid", Text),
            ("public_certificate", Text),
            ("private_key", Text),
            ("intermediate_certificates", Texts),
            ("serial_number", Text),
            ("key_size", Number),
            ("hash_function", Text),
            ("expiry_time", Text),
            ("subject_alternatives", Object),
            ("subject_alternatives.dns", Texts),
            ("subject_alternatives.email", Texts),
            ("subject_alternatives.ip", Texts),
            ("subject_alternatives.uri", Texts),
        ],
        RECORD,
        json!({
            "type": "server",
            "public_certificate": vector("server.pem"),
            "private_key": vector("server.key"),
        }),
        |request| install(request, &policy()).map(|installed| installed.warnings)
    ),
    body!(
        SignRequest,
        &[
            ("signing_request", Text),
            ("hash_function", Text),
            ("expiry_time", Text),
        ],
        &[],
        json!({ "signing_request": vector("csr-p256.pem") }),
        |request| {
            let signed = sign(&ca("ca-p256"), request, &policy(), &mut rng(1));
            signed.map(|signed| signed.warnings)
        }
    ),
    body!(
        CsrRequest,
        &[
            ("algorithm", Text),
            ("security_strength", NumberOrText),
            ("hash_function", Text),
            ("subject_name", Text),
            ("key_usages", Texts),
            ("key_usage", Texts),
            ("extended_key_usages", Texts),
            ("extended_key_usage", Texts),
            ("subject_alternatives", Object),
            ("subject_alternatives.dns", Texts),
            ("subject_alternatives.email", Texts),
            ("subject_alternatives.ip", Texts),
            ("subject_alternatives.uri", Texts),
        ],
        &[],
        json!({ "subject_name": "CN=a.example", "algorithm": "ec" }),
        |request| generate_csr(request, &policy(), &mut rng(1)).map(|_| Vec::new())
    ),
];

/// A body in which `value` stands at this path.
fn with(path: &str, value: &Value) -> Vec<u8> {
    let nested = path
        .rsplit('.')
        .fold(value.clone(), |inner, name| json!({ name: inner }));
    serde_json::to_vec(&nested).unwrap()
}

fn every_field() -> impl Iterator<Item = (&'static Body, &'static str, Type)> {
    static BODIES_: [Body; 4] = BODIES;
    BODIES_.iter().flat_map(|body| {
        body.fields
            .iter()
            .map(move |(path, kind)| (body, *path, *kind))
    })
}

#[test]
fn every_field_is_read_as_its_type_and_no_other() {
    let samples = [
        json!(true),
        json!(2048),
        json!(2048.5),
        json!(-1),
        json!("2048"),
        json!("x"),
        json!([]),
        json!(["a", "b"]),
        json!(["a", null]),
        json!({}),
    ];
    for (body, path, kind) in every_field() {
        for value in &samples {
            let accepted = match kind {
                Text => value.is_string(),
                Number => *value == json!(2048) || *value == json!("2048"),
                NumberOrText => value.is_number() || value.is_string(),
                Texts => {
                    value.is_string()
                        || value
                            .as_array()
                            .is_some_and(|list| list.iter().all(Value::is_string))
                }
                Object => value.is_object(),
            };
            let text = with(path, value);
            let name = body.name;
            match (body.from_json)(&text) {
                Ok(_) => assert!(accepted, "{name} {path} {value}"),
                Err(error) => {
                    assert!(!accepted, "{name} {path} {value}: {error}");
                    let found = (error.code(), error.target());
                    assert_eq!(found, (ErrorCode::ValueInvalid, Some(path)), "{value}");
                }
            }
            assert_eq!(
                (body.deserialize)(&text).is_ok(),
                accepted,
                "{name} {path} {value}"
            );
        }
        let absent = (body.from_json)(&with(path, &Value::Null)).unwrap();
        assert_eq!(absent, (body.from_json)(b"{}").unwrap());
    }
}

#[test]
fn unknown_names_come_before_fixed_ones_and_those_before_types() {
    for body in BODIES {
        let refused = |text: &str| {
            let error = (body.from_json)(text.as_bytes()).unwrap_err();
            (error.code(), error.target().map(str::to_owned))
        };
        let unknown = (ErrorCode::UnexpectedArgument, Some("expiry_tme".to_owned()));
        let fixed = if body.fixed.is_empty() {
            ""
        } else {
            r#""uuid":"a","#
        };
        assert_eq!(
            refused(&format!(
                r#"{{{fixed}"hash_function":7,"expiry_tme":"P1D"}}"#
            )),
            unknown
        );
        for name in body.fixed {
            let fixed = (ErrorCode::FieldNotSettable, Some((*name).to_owned()));
            assert_eq!(
                refused(&format!(r#"{{"hash_function":7,"{name}":[1]}}"#)),
                fixed
            );
        }
        if body.fixed.is_empty() {
            let unknown = (ErrorCode::UnexpectedArgument, Some("uuid".to_owned()));
            assert_eq!(refused(r#"{"uuid":"a"}"#), unknown);
        }
        if body
            .fields
            .iter()
            .any(|(path, _)| *path == "subject_alternatives")
        {
            let target = Some("subject_alternatives.DNS".to_owned());
            let refusal = refused(r#"{"subject_alternatives":{"dns":[],"DNS":["a"]}}"#);
            assert_eq!(refusal, (ErrorCode::UnexpectedArgument, target));
        }
    }
    let error = CreateRequest::from_json(br#"{"expiry_tme":"P1D"}"#).unwrap_err();
    assert_eq!(error.message(), "Unexpected argument \"expiry_tme\".");
}

#[test]
fn what_is_no_object_of_json_is_refused_as_a_whole() {
    each_row(
        [
            ("not JSON", "{", None),
            ("words", "type=server", None),
            ("a list", "[]", None),
            ("a string", "\"{}\"", None),
            ("null", "null", None),
            ("two objects", "{}{}", None),
            ("a line end in a string", "{\"type\":\"a\nb\"}", None),
            (
                "twice",
                r#"{"hash_function":"a","hash_function":"a"}"#,
                Some("hash_function"),
            ),
            ("twice, once null", r#"{"x":1,"x":null}"#, Some("x")),
            ("twice in an object", r#"{"a":{"b":1,"b":1}}"#, Some("b")),
        ],
        |(_, text, target)| {
            for body in BODIES {
                let error = (body.from_json)(text.as_bytes()).unwrap_err();
                assert_eq!(
                    (error.code(), error.target()),
                    (ErrorCode::RequestInvalid, target)
                );
                assert!((body.deserialize)(text.as_bytes()).is_err());
            }
        },
    );
    assert_eq!(
        CsrRequest::from_json(b" \r\n").unwrap(),
        CsrRequest::default()
    );
    let error = CsrRequest::from_json(&vec![b' '; (4 << 20) + 1]).unwrap_err();
    assert_eq!(
        (error.code(), error.http_status()),
        (ErrorCode::OutOfMemory, 413)
    );
}

#[test]
fn spellings_of_the_usages_exclude_each_other() {
    for (plural, singular) in [
        ("key_usages", "key_usage"),
        ("extended_key_usages", "extended_key_usage"),
    ] {
        let read = |body: Value| CsrRequest::from_json(body.to_string().as_bytes());
        let error = read(json!({ plural: ["a"], singular: "b" })).unwrap_err();
        assert_eq!(
            (error.code(), error.target()),
            (ErrorCode::RequestInvalid, Some(singular))
        );
        let one = read(json!({ plural: ["a"], singular: null })).unwrap();
        assert_eq!(one, read(json!({ singular: "a" })).unwrap());
    }
}

#[test]
fn a_creation_takes_nothing_of_an_installation() {
    for name in [
        "public_certificate",
        "private_key",
        "intermediate_certificates",
    ] {
        let body = json!({ "type": "server", "common_name": "a", name: "" }).to_string();
        let error = CreateRequest::from_json(body.as_bytes()).unwrap_err();
        assert_eq!(
            (error.code(), error.target()),
            (ErrorCode::CreateFailed, Some(name))
        );
    }
}

#[test]
fn bodies_of_the_clients_are_read() {
    let body =
        br#"{"type":"root-ca","common_name":"ROOT","expiry_time":"P3650DT","key_size":"3072",
        "svm":{"name":"vs0"},"scope":"svm","subject_alternatives":{"dns":"a.example","ip":[]}}"#;
    let expected = CreateRequest::root_ca("ROOT")
        .with_expiry("P3650DT")
        .with_key_size(3072)
        .with_subject_alternatives(SubjectAlternatives::new().with_dns("a.example"));
    let mut read = CreateRequest::from_json(body).unwrap();
    assert_eq!(read.r#type, "root-ca");
    "root_ca".clone_into(&mut read.r#type);
    assert_eq!(read, expected);

    let chain = vector("root.pem");
    let body = json!({ "type": "server", "intermediate_certificates": chain }).to_string();
    let read = InstallRequest::from_json(body.as_bytes()).unwrap();
    assert_eq!(read.intermediate_certificates, [chain]);
}

/// Whether `text` has eight characters of the key's base64 in a row.
fn shows(text: &str, key: &str) -> bool {
    let body: String = key
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let body = body.as_bytes();
    text.as_bytes()
        .windows(8)
        .any(|part| body.windows(8).any(|own| own == part))
}

fn all_of(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?} ");
    text += &serde_json::to_string(error).unwrap();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = [text, cause.to_string(), format!("{cause:?}")].join(" ");
        source = cause.source();
    }
    text
}

/// The key in a value of each JSON type, some of them deep inside, and in what is no value: raw JSON.
fn wrapped(key: &str) -> Vec<String> {
    let values = [
        json!(key),
        json!([key]),
        json!([[key]]),
        json!({ "a": key }),
        json!([{ "a": key }]),
        json!([key, 5]),
        json!([null, key]),
        json!({ "dns": { "b": key } }),
        json!({ key: 1 }),
        json!([{ key: [key] }]),
        // Numbers, by their digits.
        json!(format!("2048{key}")),
        json!(format!("-1.5e{key}")),
        json!(format!("{key}0")),
    ];
    let mut texts: Vec<_> = values.iter().map(ToString::to_string).collect();
    let numbers = [
        "", "1", "-", "0x", "1.5", "1e", "true", "null", "[1,", "{", "{1:", "\"", "\"\\u12",
    ];
    texts.extend(numbers.map(|number| format!("{number}{key}")));
    texts.extend(["1", "[]", "{}", "\"a\""].map(|value| format!("{value} {key}")));
    texts
}

/// `value` at this path, in a body that has what else is needed.
fn within(good: &Value, path: &str, value: &str) -> String {
    let mut body = good.as_object().unwrap().clone();
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    body.remove(first);
    let others = Value::Object(body).to_string();
    let value = if rest.is_empty() {
        value.to_owned()
    } else {
        format!("{{\"{rest}\":{value}}}")
    };
    let comma = if others == "{}" { "" } else { "," };
    format!(
        "{}{comma}\"{first}\":{value}}}",
        &others[..others.len() - 1]
    )
}

/// The key as the name of a field: on the first level, in this object, and further inside.
fn as_name(path: &str, key: &str) -> Vec<String> {
    let name = json!(key).to_string();
    let longer = json!(format!("{path}{key}")).to_string();
    let inside = format!("{{{name}:1}}");
    vec![
        inside.clone(),
        format!("{{{longer}:1}}"),
        format!("{{{name}:1,{name}:1}}"),
        format!("{{{name} 1}}"),
        format!("{{{key}:1}}"),
        within(&json!({}), path, &inside),
        within(&json!({}), path, &format!("{{\"a\":[{inside}]}}")),
        within(&json!({}), path, &format!("{{{name}:1,{name}:1}}")),
    ]
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn no_error_shows_a_key(
        file in prop::sample::select(vec!["server.key", "csr-p256.key", "ca-p256.sec1.key", "root.pkcs1.key"]),
        cut in any::<prop::sample::Index>(),
        form in 0..4,
    ) {
        let key = vector(file);
        let key = match form {
            0 => key,
            1 => key.replace('\n', "\\n"),
            2 => key.lines().filter(|line| !line.starts_with('-')).collect(),
            // Without what a key begins and ends with.
            _ => key.lines().skip(1).take(2).collect::<Vec<_>>().join("\n"),
        };
        for (body, path, _) in every_field() {
            let good = (body.good)();
            let values = wrapped(&key).into_iter().map(|value| within(&good, path, &value));
            for text in values.chain(as_name(path, &key)) {
                // And a body that ends somewhere.
                let end = text.floor_char_boundary(cut.index(text.len()));
                for text in [text.as_bytes(), &text.as_bytes()[..end]] {
                    let said = match (body.from_json)(text) {
                        Err(error) => all_of(&error),
                        Ok(shown) => shown,
                    };
                    prop_assert!(!shows(&said, &key), "{} {}: {}", body.name, path, said);
                    if let Err(error) = (body.deserialize)(text) {
                        prop_assert!(!shows(&error, &key), "{} {}: {}", body.name, path, error);
                    }
                }
            }
        }
    }
}

/// What was read, and has a key where none should be, is refused or accepted without showing it.
#[test]
fn no_operation_shows_a_key() {
    let files = [
        "server.key",
        "csr-p256.key",
        "ca-p256.sec1.key",
        "root.pkcs1.key",
    ];
    for key in files.map(vector) {
        let body: String = key.lines().filter(|line| !line.starts_with('-')).collect();
        for (operation, path, kind) in every_field() {
            if kind == Object {
                continue;
            }
            for key in [
                &key,
                &key.replace('\n', "\\n"),
                &body,
                &format!("CN={body}"),
            ] {
                let value = json!(key).to_string();
                let text = within(&(operation.good)(), path, &value);
                if let Some(said) = (operation.operate)(text.as_bytes()) {
                    assert!(!shows(&said, key), "{} {path}: {said}", operation.name);
                }
            }
        }
    }
}
