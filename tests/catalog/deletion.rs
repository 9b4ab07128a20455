//! The rules of deletion, in their order.

use super::{World, policy, refusal, refused, root_ca, server, server_ca, svm};
use crate::common::vector;
use certwright::Certificate;
use certwright::CertificateKind::{ClientCa, RootCa, ServerCa};
use certwright::catalog::Preloaded;

#[test]
fn each_rule_refuses_with_its_code() {
    let mut world = World::new();
    assert_eq!(refusal(world.delete(svm(7))), refused(4, 404, "uuid"));
    let root = world.add(root_ca("ROOT")).unwrap();
    let (client_ca, server_ca) = (world.by_type(ClientCa), world.by_type(ServerCa));
    assert_eq!(
        refusal(world.delete(client_ca.uuid)),
        refused(3_735_650, 400, "uuid")
    );
    assert_eq!(
        refusal(world.delete(server_ca.uuid)),
        refused(3_735_627, 400, "uuid")
    );
    // From the last rule to the first, each before those after it; of an entry as of the root_ca.
    let revision = world.revision();
    for uuid in [root.uuid, client_ca.uuid, server_ca.uuid] {
        let set = |world: &World, rule: usize| {
            let mut answers = world.host.answers.lock().unwrap();
            match rule {
                0 => answers.ssl_remains.insert(uuid),
                1 => answers.in_use.insert(uuid),
                2 => answers.key_manager.insert(uuid),
                _ => answers.needed.insert(uuid),
            };
        };
        let rules = [
            (3_735_590, 500),
            (52_560_272, 409),
            (3_735_683, 409),
            (3_735_644, 409),
        ];
        for (rule, (code, status)) in rules.into_iter().enumerate() {
            set(&world, rule);
            assert_eq!(
                refusal(world.delete(root.uuid)),
                refused(code, status, "uuid")
            );
        }
        *world.host.answers.lock().unwrap() = super::Answers::default();
    }
    assert_eq!(world.revision(), revision);
    world.host.answers.lock().unwrap().in_use.insert(root.uuid);
    let error = world.delete(root.uuid).unwrap_err();
    let arguments: Vec<_> = error
        .arguments()
        .iter()
        .map(|argument| &*argument.message)
        .collect();
    assert_eq!(arguments, ["nfs", "web"]);
    world.host.answers.lock().unwrap().in_use.clear();
    world.delete(root.uuid).unwrap();
    assert_eq!(world.list(), []);
    let error = world.delete(root.uuid).unwrap_err();
    assert_eq!(error.message(), "entry doesn't exist");
}

#[test]
fn the_host_is_asked_of_all_three_rule_by_rule_and_only_when_needed() {
    let mut world = World::new();
    let root = world.add(root_ca("ROOT")).unwrap();
    let asked = |world: &World| std::mem::take(&mut world.host.answers.lock().unwrap().asked);
    let entry = world.by_type(ClientCa).uuid;
    world.delete(entry).unwrap_err();
    assert_eq!(asked(&world), []);
    world.delete(root.uuid).unwrap();
    let questions: Vec<_> = asked(&world)
        .into_iter()
        .map(|(question, _)| question)
        .collect();
    let expected = ["needed", "key manager", "in use", "ssl"].map(|question| [question; 3]);
    assert_eq!(questions, expected.concat());
}

#[test]
fn preinstalled_certificates_stay() {
    let mut world = World::new();
    let certificate = Certificate::from_pem(&vector("root.pem")).unwrap();
    let roots = [Preloaded {
        name: "WebRoot".to_owned(),
        certificate,
    }];
    assert_eq!(world.catalog.preload(&roots, &mut world.rng).unwrap(), 1);
    assert_eq!(world.catalog.preload(&roots, &mut world.rng).unwrap(), 0);
    let record = world.by_type(ServerCa);
    assert!(record.preinstalled);
    assert_eq!(
        refusal(world.delete(record.uuid)),
        refused(3_735_679, 400, "uuid")
    );
    let answer = world
        .catalog
        .delete(record.uuid, &policy().without_rest(), &mut world.rng);
    assert_eq!(refusal(answer), refused(3_735_681, 400, "uuid"));
    assert_eq!(
        refusal(world.catalog.delete_where(|_| true, &policy())),
        refused(3_735_679, 400, "uuid")
    );
    // Its name is taken, and it is a duplicate.
    assert_eq!(
        refusal(world.add(server_ca("root.pem"))),
        refused(1, 409, "uuid")
    );
    let other = Certificate::from_pem(&vector("ca-p256.pem")).unwrap();
    let roots = [Preloaded {
        name: "WebRoot".to_owned(),
        certificate: other,
    }];
    let answer = world.catalog.preload(&roots, &mut world.rng);
    assert_eq!(refusal(answer), refused(1, 409, "records[0].uuid"));
}

#[test]
fn a_list_is_deleted_as_a_whole() {
    let mut world = World::new();
    let root = world.add(root_ca("ROOT")).unwrap();
    let other = world.add(server("a.example")).unwrap();
    let entry = world.by_type(ClientCa);
    let absent = world.catalog.delete_all(&[other.uuid, svm(7)], &policy());
    assert_eq!(refusal(absent), refused(4, 404, "records[1].uuid"));
    let alone = world
        .catalog
        .delete_all(&[other.uuid, entry.uuid], &policy());
    assert_eq!(refusal(alone), refused(3_735_650, 400, "uuid"));
    assert_eq!(world.list().len(), 4);
    world
        .host
        .answers
        .lock()
        .unwrap()
        .ssl_remains
        .insert(root.uuid);
    let remains = world.catalog.delete_where(|_| true, &policy());
    assert_eq!(refusal(remains), refused(3_735_590, 500, "uuid"));
    world.host.answers.lock().unwrap().ssl_remains.clear();
    // An entry goes with its root_ca, whichever comes first.
    let all = [entry.uuid, root.uuid, entry.uuid];
    assert_eq!(world.catalog.delete_all(&all, &policy()).unwrap(), 2);
    assert_eq!(world.list().len(), 1);
    assert_eq!(
        world
            .catalog
            .delete_where(|record| record.r#type == RootCa, &policy())
            .unwrap(),
        0
    );
    assert_eq!(
        world
            .catalog
            .delete_where(|record| record.uuid == other.uuid, &policy())
            .unwrap(),
        1
    );
}
