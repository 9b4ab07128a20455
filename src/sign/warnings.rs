//! What a caller should know of a certificate that is signed.

use crate::Warning;
use crate::base::error::quoted;
use crate::crypto::PublicKey;
use crate::issue::profile::granted_key_usage;
use crate::issue::purposes::{Purposes, SERVER};
use crate::issue::requested::RequestedExtensions;
use crate::x509::usage::KeyUsage;

/// What a request asks for and no request gets, or none with such a key.
pub(super) fn of_request(asked: &RequestedExtensions<'_>, key: &PublicKey<'_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if asked.to_be_ca {
        warnings.push(Warning::NotMadeACa);
    }
    if let Some(usages) = asked.key_usage {
        let granted = granted_key_usage(asked.key_usage, key);
        let dropped = KeyUsage::all_of(usages).filter(|usage| !granted.contains(usage.bit()));
        warnings.extend(dropped.map(|usage| Warning::KeyUsageDropped(usage.name())));
    }
    let others = asked.others.iter();
    warnings.extend(others.map(|oid| Warning::ExtensionDropped(quoted(&oid.to_string()))));
    warnings
}

/// What it does not get of its purposes, and whether clients will accept it by name.
pub(super) fn of_grant(
    purposes: &Purposes<'_>,
    is_named: bool,
    common_name: Option<&str>,
    warnings: &mut Vec<Warning>,
) {
    let dropped = purposes.dropped.iter();
    let dropped = dropped.map(|oid| Warning::ExtendedKeyUsageDropped(quoted(&oid.to_string())));
    warnings.extend(dropped);
    if !is_named && purposes.granted.contains(&SERVER) {
        warnings.push(Warning::NoSubjectAlternativeName);
        warnings.extend(common_name.map(Warning::no_host_name));
    }
}
