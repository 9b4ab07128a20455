//! Which scope a request means, and what happens to the records of an SVM that is deleted.

use super::{World, refusal, refused, root_ca, server, svm};
use certwright::catalog::{Addition, Scope, ScopeRequest};

fn request(name: Option<&str>, uuid: Option<&str>, scope: Option<&str>) -> ScopeRequest {
    ScopeRequest {
        svm_name: name.map(str::to_owned),
        svm_uuid: uuid.map(str::to_owned),
        scope: scope.map(str::to_owned),
    }
}

const UUID_1: &str = "01010101-0101-0101-0101-010101010101";
const UUID_2: &str = "02020202-0202-0202-0202-020202020202";
const UNKNOWN: &str = "03030303-0303-0303-0303-030303030303";

#[test]
fn a_request_means_a_scope() {
    let world = World::new();
    let one = Scope::Svm(svm(1));
    for (request, scope) in [
        (request(None, None, None), Scope::Cluster),
        (request(Some("cluster1"), None, None), Scope::Cluster),
        (request(None, None, Some("cluster")), Scope::Cluster),
        (request(Some("svm1"), None, None), one),
        (request(None, Some(UUID_1), None), one),
        (request(Some("svm1"), Some(UUID_1), Some("svm")), one),
    ] {
        assert_eq!(
            world.catalog.resolve(&request).unwrap(),
            scope,
            "{request:?}"
        );
    }
}

#[test]
fn a_scope_that_is_none_is_refused() {
    let world = World::new();
    for (request, code, target) in [
        (request(Some("svm3"), None, None), 2_621_462, "svm.name"),
        (request(None, Some(UNKNOWN), None), 2_621_462, "svm.uuid"),
        (request(None, Some("svm1"), None), 2_621_462, "svm.uuid"),
        (
            request(Some("svm1"), Some(UUID_2), None),
            2_621_706,
            "svm.uuid",
        ),
        (
            request(Some("cluster1"), Some(UUID_1), None),
            2_621_706,
            "svm.uuid",
        ),
        (request(None, None, Some("svm")), 2_621_707, "svm.name"),
        (
            request(Some("svm1"), None, Some("cluster")),
            262_197,
            "scope",
        ),
        (
            request(Some("cluster1"), None, Some("svm")),
            262_197,
            "scope",
        ),
        (request(None, None, Some("vserver")), 262_197, "scope"),
    ] {
        let answer = world.catalog.resolve(&request);
        assert_eq!(refusal(answer), refused(code, 400, target), "{request:?}");
    }
}

#[test]
fn the_svm_is_checked_before_everything_else() {
    let mut world = World::new();
    let bad = Addition::from(root_ca("")).with_scope(ScopeRequest::svm("svm3"));
    assert_eq!(refusal(world.add(bad)), refused(2_621_462, 400, "svm.name"));
    assert_eq!(world.revision(), 0);
}

#[test]
fn records_go_with_their_svm() {
    let mut world = World::new();
    let at = |request, name| Addition::from(request).with_scope(ScopeRequest::svm(name));
    let root = world.add(at(root_ca("ROOT"), "svm1")).unwrap();
    world.add(at(server("a.example"), "svm2")).unwrap();
    world.add(server("a.example")).unwrap();
    world.host.svms.lock().unwrap().remove(0);
    assert_eq!(world.catalog.delete_svm(svm(1)).unwrap(), 3);
    assert_eq!(world.catalog.delete_svm(svm(1)).unwrap(), 0);
    assert_eq!(world.list().len(), 2);
    assert_eq!(
        refusal(world.catalog.get(root.uuid)),
        refused(4, 404, "uuid")
    );
}
