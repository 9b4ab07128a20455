//! [`assert_whole`]: nothing is half-done.

use super::contents::contents;
use crate::CertificateKind;
use crate::catalog::Store;

/// Shows that a store has nothing half-done: each root_ca has its key and both its entries, each
/// entry its root_ca, no other record a key that it should not have, and no job is still going on.
///
/// # Panics
///
/// If there is something; `when` says after what.
pub fn assert_whole(store: &dyn Store, when: &str) {
    let all = contents(store);
    for (record, key, issued) in all.records.values() {
        let entries = all
            .records
            .values()
            .filter(|(entry, ..)| entry.root == Some(record.uuid));
        let kinds: Vec<_> = entries
            .map(|(entry, ..)| {
                assert_eq!(
                    entry.certificate, record.certificate,
                    "{when}: an entry is another certificate"
                );
                assert_eq!(entry.scope, record.scope, "{when}: an entry is elsewhere");
                entry.r#type
            })
            .collect();
        let is_root = record.r#type == CertificateKind::RootCa;
        assert_eq!(
            kinds.len(),
            if is_root { 2 } else { 0 },
            "{when}: {} has {kinds:?}",
            record.name
        );
        assert!(
            kinds.first() != kinds.get(1) || !is_root,
            "{when}: two entries of one type"
        );
        if let Some(root) = record.root {
            assert!(
                all.records.contains_key(&root),
                "{when}: an entry without its root_ca"
            );
        }
        let is_ca = matches!(
            record.r#type,
            CertificateKind::ServerCa | CertificateKind::ClientCa
        );
        assert_eq!(key.is_none(), is_ca, "{when}: the key of {}", record.name);
        assert!(
            is_root || issued.is_empty(),
            "{when}: {} signed",
            record.name
        );
    }
    for job in all.jobs.values() {
        assert!(job.state.is_end(), "{when}: a job goes on");
    }
}
