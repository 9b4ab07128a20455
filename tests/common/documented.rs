//! Which codes the documentation says each operation raises.

use certwright::ErrorCode;
use std::collections::BTreeSet;

/// An operation, and where its documentation stands.
pub struct Operation {
    /// As the documentation of [`ErrorCode`] calls it.
    pub name: &'static str,
    source: &'static str,
    signature: &'static str,
}

const fn operation(name: &'static str, source: &'static str, signature: &'static str) -> Operation {
    Operation {
        name,
        source,
        signature,
    }
}

#[rustfmt::skip]
pub const OPERATIONS: &[Operation] = &[
    operation("create", include_str!("../../src/create.rs"), "pub fn create("),
    operation("CSR", include_str!("../../src/csr.rs"), "pub fn generate_csr("),
    operation("sign", include_str!("../../src/sign/mod.rs"), "pub fn sign("),
    operation("CA load", include_str!("../../src/authority/mod.rs"), "    pub fn from_pem("),
    operation("install", include_str!("../../src/install/mod.rs"), "pub fn install("),
    operation("match", include_str!("../../src/match_key.rs"), "pub fn match_key("),
    operation("inspect", include_str!("../../src/inspect.rs"), "pub fn inspect("),
    operation("FIPS check", include_str!("../../src/fips.rs"), "pub fn check_fips("),
    operation("chain validation", include_str!("../../src/validate.rs"), "pub fn validate_chain("),
];

/// Those that stand under `# Errors`.
pub fn codes_of(name: &str) -> BTreeSet<ErrorCode> {
    let operation = OPERATIONS.iter().find(|known| known.name == name);
    let operation = operation.unwrap_or_else(|| panic!("no operation {name}"));
    let end = operation.source.find(&format!("\n{}", operation.signature));
    let before = &operation.source[..end.unwrap()];
    let errors = &before[before.rfind("# Errors").unwrap()..];
    let errors = &errors[..errors.find("```").unwrap()];
    let links = errors.split("ErrorCode::").skip(1);
    links
        .map(|link| code(&link[..link.find(')').unwrap()]))
        .collect()
}

/// Those whose documentation names the operation. "All operations" are not among them.
pub fn codes_that_name(name: &str) -> BTreeSet<ErrorCode> {
    let source = include_str!("../../src/base/code.rs");
    let table = &source[source.find("\nerror_codes! {").unwrap()..];
    let table = &table[..table.find("\n}\n").unwrap()];
    let mut found = BTreeSet::new();
    let mut text = String::new();
    for line in table.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("///") {
            text += if words.is_empty() { "\n" } else { words };
        } else if let Some((variant, _)) = line.split_once(" = ") {
            // The last sentence of the first paragraph.
            let paragraph = text.lines().next().unwrap_or_default();
            let sentence = paragraph.trim_end_matches('.').rsplit(". ").next();
            let mut named = sentence.unwrap_or_default().split(", ").map(str::trim);
            if named.any(|own| own.eq_ignore_ascii_case(name)) {
                found.insert(code(variant));
            }
            text.clear();
        }
    }
    found
}

fn code(variant: &str) -> ErrorCode {
    let all = ErrorCode::ALL.iter().copied();
    let mut same = all.filter(|code| format!("{code:?}") == variant);
    same.next().unwrap_or_else(|| panic!("no code {variant}"))
}
