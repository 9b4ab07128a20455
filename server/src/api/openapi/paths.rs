//! Every path with its methods.

use super::object;
use super::operation::{Answer, Operation, path};
use super::parameters as given;
use serde_json::{Value, json};

const CERTIFICATES: &str = "certificates";
const NO_EFFECT: &str = "Accepted, without effect";
const WAIT: &str = "How many seconds to wait for a job; at most 40 are waited";

pub(super) fn all() -> Value {
    let uuid = || given::in_path("uuid", &given::uuid());
    let anything = |name: &str| given::in_path(name, &json!({"type": "string", "minLength": 1}));
    object([
        (
            "/api/security/certificates",
            path([list(), add(), delete_all()], &[]),
        ),
        (
            "/api/security/certificates/{uuid}",
            path([get(uuid()), delete(uuid())], &[anything("uuid")]),
        ),
        (
            "/api/security/certificates/{ca_uuid}/sign",
            path([sign()], &[anything("ca_uuid")]),
        ),
        (
            "/api/security/certificate-signing-request",
            path([generate()], &[]),
        ),
        (
            "/api/cluster/jobs/{uuid}",
            path([job(uuid())], &[anything("uuid")]),
        ),
        ("/api/cluster", path([cluster()], &[])),
        ("/api/svm/svms", path([svms(), add_svm()], &[])),
        (
            "/api/svm/svms/{uuid}",
            path([svm(uuid()), delete_svm(uuid())], &[anything("uuid")]),
        ),
        ("/metrics", path([metrics()], &[])),
        (
            "/healthz",
            path(
                [Operation::public("health", "The server is there", TEXT)],
                &[],
            ),
        ),
        (
            "/readyz",
            path(
                [Operation::public("ready", "Its store is there too", TEXT)
                    .answers(503, Answer::Text(TEXT))],
                &[],
            ),
        ),
        (
            "/docs",
            path(
                [Operation::public(
                    "docs",
                    "Where this description is",
                    "text/html",
                )],
                &[],
            ),
        ),
        (
            "/docs/api",
            path(
                [Operation::public(
                    "description",
                    "This description",
                    "application/json",
                )],
                &[],
            ),
        ),
    ])
}

const TEXT: &str = "text/plain";

fn list() -> Operation {
    Operation::new(
        "get",
        "listCertificates",
        CERTIFICATES,
        "A page of the certificates that the filters let through",
    )
    .with(given::filters())
    .with(given::of_certificate())
    .with(given::of_page())
    .with([
        given::return_records("Without the records there is their number alone"),
        given::return_timeout(NO_EFFECT),
    ])
    .with(given::scope())
    .answers(200, Answer::Json("Certificates"))
}

fn add() -> Operation {
    Operation::new(
        "post",
        "addCertificates",
        CERTIFICATES,
        "Creates a certificate, installs \
        one, downloads one from a key vault, or adds a list of them. Creating a root_ca adds a \
        client_ca and a server_ca with the same certificate",
    )
    .with([
        given::return_records("Whether the answer has what was added"),
        given::return_timeout(WAIT),
    ])
    .with(given::scope())
    .body("NewCertificate", true)
    .answers(201, Answer::Made("Added"))
    .answers(202, Answer::Made("JobBegun"))
    .refused([409])
}

fn delete_all() -> Operation {
    Operation::new(
        "delete",
        "deleteCertificates",
        CERTIFICATES,
        "Deletes the certificates that the filters let through, or those of a list: all or none",
    )
    .with(given::filters())
    .with([
        given::of_no_effect("fields"),
        given::of_no_effect("return_records"),
        given::return_timeout(NO_EFFECT),
    ])
    .with(given::scope())
    .body("DeleteCertificates", false)
    .answers(200, Answer::Json("DeletedCount"))
    .refused([404, 409])
}

fn get(uuid: Value) -> Operation {
    Operation::new(
        "get",
        "getCertificate",
        CERTIFICATES,
        "A certificate; without fields everything of it",
    )
    .with([uuid])
    .with(given::of_certificate())
    .with(given::scope())
    .answers(200, Answer::Json("Certificate"))
    .refused([404])
}

fn delete(uuid: Value) -> Operation {
    Operation::new(
        "delete",
        "deleteCertificate",
        CERTIFICATES,
        "Deletes a certificate; with a \
        root_ca the two that were added with it, and the record of what it signed",
    )
    .with([
        uuid,
        given::of_no_effect("fields"),
        given::of_no_effect("return_records"),
        given::return_timeout(WAIT),
    ])
    .with(given::scope())
    .body("NoFields", false)
    .answers(200, Answer::Json("Deleted"))
    .answers(202, Answer::Json("JobBegun"))
    .refused([404, 409])
}

fn sign() -> Operation {
    Operation::new(
        "post",
        "signRequest",
        CERTIFICATES,
        "Signs a request with a root_ca. What is \
        signed is recorded with the root_ca, and is no certificate of the collection",
    )
    .with([
        given::in_path("ca_uuid", &given::uuid()),
        given::return_records(NO_EFFECT),
        given::return_timeout(NO_EFFECT),
    ])
    .body("SignCertificate", true)
    .answers(200, Answer::Json("SignedCertificate"))
    .refused([404])
}

fn generate() -> Operation {
    Operation::new(
        "post",
        "generateRequest",
        CERTIFICATES,
        "Makes a key and a signing request for it; neither is kept",
    )
    .with([
        given::return_records(NO_EFFECT),
        given::return_timeout(NO_EFFECT),
    ])
    .body("GenerateRequest", true)
    .answers(200, Answer::Json("GeneratedRequest"))
}

fn job(uuid: Value) -> Operation {
    Operation::new(
        "get",
        "getJob",
        "jobs",
        "How far a job is. It is kept for 300 seconds after its end",
    )
    .with([uuid])
    .with(given::of_others(
        "Names with commas between; * for everything",
    ))
    .answers(200, Answer::Json("Job"))
    .refused([404])
}

fn cluster() -> Operation {
    Operation::new(
        "get",
        "getCluster",
        "cluster",
        "The cluster, and the release whose API this is",
    )
    .with(given::of_others("Of no effect: everything is shown"))
    .answers(200, Answer::Json("Cluster"))
}

fn svms() -> Operation {
    Operation::new(
        "get",
        "listSvms",
        "cluster",
        "The data SVMs; everything is shown, whatever fields says",
    )
    .with([given::filter("name", "svm*"), given::filter("uuid", "*")])
    .with(given::of_others("Of no effect: everything is shown"))
    .with([
        given::of_no_effect("order_by"),
        given::of_no_effect("max_records"),
    ])
    .with([
        given::return_records(NO_EFFECT),
        given::return_timeout(NO_EFFECT),
    ])
    .answers(200, Answer::Json("Svms"))
}

fn add_svm() -> Operation {
    Operation::new("post", "addSvm", "cluster", "Makes an SVM")
        .with([
            given::return_records("Whether the answer has what was made"),
            given::return_timeout(NO_EFFECT),
        ])
        .body("NewSvm", true)
        .answers(201, Answer::Made("AddedSvm"))
        .refused([409])
}

fn svm(uuid: Value) -> Operation {
    Operation::new("get", "getSvm", "cluster", "An SVM")
        .with([uuid])
        .with(given::of_others("Of no effect: everything is shown"))
        .answers(200, Answer::Json("Svm"))
        .refused([404])
}

fn delete_svm(uuid: Value) -> Operation {
    Operation::new(
        "delete",
        "deleteSvm",
        "cluster",
        "Deletes an SVM and its certificates; not one of the configuration",
    )
    .with([
        uuid,
        given::of_no_effect("fields"),
        given::return_records(NO_EFFECT),
        given::return_timeout(NO_EFFECT),
    ])
    .answers(200, Answer::Json("Nothing"))
    .refused([404])
}

fn metrics() -> Operation {
    Operation::new(
        "get",
        "getMetrics",
        "server",
        "What the server counted, in the OpenMetrics format",
    )
    .answers(200, Answer::Text("application/openmetrics-text"))
}
