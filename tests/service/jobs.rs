//! Section 11: jobs.

use crate::common::{NOW, at};
use crate::world::{CANNOT_WRITE, CERTIFICATES, WORKS, World, root_ca, server, with};
use serde_json::{Value, json};

fn job_of(body: &Value) -> String {
    let uuid = body["job"]["uuid"].as_str().unwrap();
    let href = format!("/api/cluster/jobs/{uuid}");
    assert_eq!(
        body["job"],
        json!({"uuid": uuid, "_links": {"self": {"href": href}}})
    );
    uuid.to_owned()
}

#[test]
fn of_a_root_ca_and_of_nothing_else() {
    let mut world = World::new().with_dcn();
    assert_eq!(world.post(&server("a")).status, 201);
    let got = world.post(&root_ca("ROOT"));
    let uuid = got.location();
    assert_eq!(got.status, 202);
    let body = got.json();
    assert_eq!(body.as_object().unwrap().len(), 1);
    let job = job_of(&body);
    // Until it is done there is no record.
    world.get(&uuid).refused(404, 4, "uuid");
    let queued = world.job(&job).ok();
    let href = format!("/api/cluster/jobs/{job}");
    assert_eq!(
        queued,
        json!({
            "uuid": job,
            "description": format!("POST {CERTIFICATES}/{uuid}"),
            "state": "queued",
            "message": "queued",
            "code": 0,
            "start_time": "2026-01-01T00:00:00Z",
            "_links": {"self": {"href": href}},
        })
    );
    assert_eq!(world.run_jobs()[0].status, 201);
    assert_eq!(world.get(&uuid).ok()["type"], "root_ca");
    let done = world.job(&job).ok();
    assert_eq!(
        (&done["state"], &done["message"], &done["code"]),
        (&json!("success"), &json!("success"), &json!(0))
    );
    assert_eq!(done["end_time"], "2026-01-01T00:00:00Z");
    assert!(done.get("error").is_none());
    // A deletion has no Location.
    let got = world.delete(&uuid);
    assert_eq!((got.status, got.header("location")), (202, None));
    let job = job_of(&got.json());
    assert_eq!(world.get(&uuid).status, 200);
    assert_eq!(world.run_jobs()[0].status, 200);
    world.get(&uuid).refused(404, 4, "uuid");
    assert_eq!(
        world.job(&job).ok()["description"],
        format!("DELETE {CERTIFICATES}/{uuid}")
    );
    // Many at once are no job.
    let list = json!({"records": [root_ca("A"), root_ca("B")]});
    assert_eq!(world.post(&list).status, 201);
    let got = world.send("DELETE", &format!("{CERTIFICATES}?type=root_ca"), "");
    assert_eq!(got.ok(), json!({"num_records": 2}));
    assert!(world.jobs.is_empty());
}

#[test]
fn what_can_be_refused_is_refused_at_once() {
    let mut world = World::new().with_dcn();
    world
        .post(&with(root_ca("R"), json!({"expiry_time": "P11Y"})))
        .refused(400, 3_735_701, "expiry_time");
    world
        .post(&with(root_ca("R"), json!({"svm": {"name": "none"}})))
        .refused(400, 2_621_462, "svm.name");
    world
        .post(&with(root_ca("R"), json!({"x": 1})))
        .refused(400, 262_179, "x");
    // The name is reserved meanwhile.
    let named = with(root_ca("R"), json!({"name": "one"}));
    assert_eq!(world.post(&named).status, 202);
    world.post(&named).refused(409, 1, "uuid");
    world
        .post(&with(server("a"), json!({"name": "one"})))
        .refused(409, 1, "uuid");
    world.run_jobs();
    let client = world.list(&[("type", "client_ca")]).ok()["records"][0]["uuid"]
        .as_str()
        .unwrap()
        .to_owned();
    world.delete(&client).refused(400, 3_735_650, "uuid");
    assert!(world.jobs.is_empty());
}

#[test]
fn who_waits_gets_the_end() {
    let mut world = World::new().with_dcn();
    let post = |world: &mut World, query: &str| {
        world.send(
            "POST",
            &format!("{CERTIFICATES}?{query}"),
            &root_ca("ROOT").to_string(),
        )
    };
    let got = post(&mut world, "return_timeout=30");
    let uuid = got.location();
    assert_eq!(got.status, 201);
    let body = got.json();
    assert_eq!(body.as_object().unwrap().len(), 1);
    let job = job_of(&body);
    assert_eq!(world.job(&job).ok()["state"], "success");
    let body = post(&mut world, "return_timeout=30&return_records=true").ok();
    job_of(&body);
    assert_eq!(
        (&body["num_records"], &body["records"][0]["type"]),
        (&json!(1), &json!("root_ca"))
    );
    let got = world.send(
        "DELETE",
        &format!("{CERTIFICATES}/{uuid}?return_timeout=1"),
        "",
    );
    assert_eq!(got.status, 200);
    job_of(&got.json());
}

#[test]
fn one_that_fails() {
    let mut world = World::new().with_dcn();
    let got = world.post(&with(root_ca("ROOT"), json!({"name": "one"})));
    let (uuid, job) = (got.location(), job_of(&got.json()));
    // The work cannot be stored, but its end can.
    let svms = std::mem::take(&mut *world.host.svms.lock().unwrap());
    world.run_jobs();
    assert_eq!(world.job(&job).ok()["state"], "success");
    *world.host.svms.lock().unwrap() = svms;
    let got = world.delete(&uuid);
    let job = job_of(&got.json());
    world
        .host
        .answers
        .lock()
        .unwrap()
        .in_use
        .insert(uuid.parse().unwrap());
    world.run_jobs()[0].refused(409, 52_560_272, "uuid");
    let body = world.job(&job).ok();
    assert_eq!(
        (&body["state"], &body["code"]),
        (&json!("failure"), &json!(52_560_272))
    );
    assert_eq!(body["error"]["code"], "52560272");
    assert_eq!(body["error"]["message"], body["message"]);
    assert_eq!(body["error"]["arguments"][0]["message"], "nfs");
    assert_eq!(world.get(&uuid).status, 200);
    // In time, it is the error itself.
    world
        .send(
            "DELETE",
            &format!("{CERTIFICATES}/{uuid}?return_timeout=9"),
            "",
        )
        .refused(409, 52_560_272, "uuid");
    world.host.answers.lock().unwrap().in_use.clear();
    // One that nobody ran, and one whose store failed, end when the server starts again.
    world.delete(&uuid);
    world.store.set(CANNOT_WRITE);
    assert_eq!(world.run_jobs()[0].status, 500);
    world.store.set(WORKS);
    let policy = world.policy;
    assert_eq!(world.service.catalog().recover(&policy).unwrap(), 1);
}

#[test]
fn fields_and_age() {
    let mut world = World::new().with_dcn();
    let job = job_of(&world.post(&root_ca("ROOT")).json());
    let path = format!("/api/cluster/jobs/{job}");
    let keys = |world: &mut World, query: &str| -> Vec<String> {
        let body = world.send("GET", &format!("{path}{query}"), "").ok();
        body.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(
        keys(&mut world, "?fields=message,state"),
        ["_links", "message", "state", "uuid"]
    );
    assert_eq!(keys(&mut world, "?fields="), keys(&mut world, "?fields=*"));
    assert_eq!(
        keys(&mut world, "?fields=code,x&ignore_unknown_fields=1"),
        ["_links", "code", "uuid"]
    );
    world
        .send("GET", &format!("{path}?fields=x"), "")
        .refused(400, 262_197, "fields");
    world
        .send("GET", &format!("{path}?x=1"), "")
        .refused(400, 262_179, "");
    world.run_jobs();
    world.policy = at(NOW + 300).into();
    assert_eq!(world.job(&job).status, 200);
    world.policy = at(NOW + 301).into();
    world.job(&job).refused(404, 4, "uuid");
    world.job("x").refused(404, 2, "uuid");
}
