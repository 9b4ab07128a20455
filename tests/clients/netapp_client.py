#!/usr/bin/env python3
"""Drives `examples/service.rs` with NetApp's Python client (PyPI netapp-ontap), as its users do.

    tests/clients/netapp_client.py SERVICE_PROGRAM
"""
import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from netapp_ontap import HostConnection, NetAppRestError, config
from netapp_ontap.models.certificate_signing_request import CertificateSigningRequest
from netapp_ontap.resources import Cluster, SecurityCertificate, SecurityConfig, Svm

VECTORS = Path(__file__).parents[2] / "vectors"
config.STRICT_FIELD_ACCEPTANCE = True


def vector(name):
    return (VECTORS / name).read_text()


@contextmanager
def service(program, *arguments):
    with subprocess.Popen([program, "127.0.0.1:0", *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            port = int(process.stdout.readline().split(":")[2].split("/")[0])
            config.CONNECTION = HostConnection(
                "127.0.0.1", username="admin", password="x", scheme="http", port=port, verify=False
            )
            yield process
        finally:
            process.terminate()


def refused(code, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except NetAppRestError as error:
        assert error.response_body["error"]["code"] == code, error.response_body
        return error
    raise AssertionError(f"{call} was not refused with {code}")


def create(**fields):
    certificate = SecurityCertificate.from_dict(fields)
    certificate.post(hydrate=True, poll=True)
    assert certificate.uuid and certificate.serial_number, certificate
    return certificate


def without_authorization():
    connection = config.CONNECTION
    for path in ["cluster", "svm/svms", "security/certificates"]:
        try:
            urlopen(f"http://127.0.0.1:{connection.port}/api/{path}")
        except HTTPError as error:
            assert error.code == 401 and json.load(error)["error"]["code"] == "6", path
        else:
            raise AssertionError(f"{path} was answered")


def without_jobs():
    assert Cluster().get().http_response.json()["version"]["full"]
    assert [svm.name for svm in Svm.get_collection()] == ["svm1"]

    # Create.
    root = create(type="root_ca", common_name="ROOT", expiry_time="P3650D")
    assert root.scope == "cluster" and root.key_size == 2048, root
    server = create(type="server", common_name="www.example.com", name="www", svm={"name": "svm1"},
                    subject_alternatives={"dns": ["www.example.com"]})
    assert server.svm.name == "svm1" and server.subject_alternatives.dns == ["www.example.com"]

    # Install.
    installed = create(type="server", name="installed", public_certificate=vector("server.pem"),
                       private_key=vector("server.key"), intermediate_certificates=[vector("root.pem")])
    assert installed.ca == "certwright test root"
    create(type="client_ca", name="ca", public_certificate=vector("ca-rsa3072.pem"))

    # List, with filters, fields and pages.
    everything = list(SecurityCertificate.get_collection())
    assert len(everything) == 6, everything
    for size in (1, 2, 4, 6):
        page = SecurityCertificate.get_collection(fields="*", max_records=size, order_by="name desc")
        names = [certificate.name for certificate in page]
        assert len(names) == 6 and names == sorted(names, reverse=True), (size, names)
    for filters, names in [
        ({"type": "server"}, {"installed", "www"}),
        ({"name": "*s*"}, {"installed"}),
        ({"svm.name": "svm1"}, {"www"}),
        ({"scope": "cluster", "type": "!root_ca|client_ca|server_ca"}, {"installed"}),
        ({"key_size": ">=3072"}, {"ca"}),
        ({"name": "none"}, set()),
    ]:
        found = {certificate.name for certificate in SecurityCertificate.get_collection(fields="name", **filters)}
        assert found == names, (filters, found)
    assert SecurityCertificate.count_collection() == 6
    assert SecurityCertificate.count_collection(type="server") == 2

    # Find.
    assert SecurityCertificate.find(name="www").uuid == server.uuid
    assert SecurityCertificate.find(name="none") is None
    again = SecurityCertificate(uuid=server.uuid)
    again.get(fields="common_name,expiry_time")
    assert again.common_name == "www.example.com" and again.expiry_time

    # Sign and make a request.
    body = {"signing_request": vector("server.csr"), "expiry_time": "P30D"}
    answer = root.sign(body=body).http_response.json()
    assert list(answer) == ["public_certificate"] and "BEGIN CERTIFICATE" in answer["public_certificate"]
    names = {"dns": ["*.example.com"], "ip": ["10.225.34.223"]}
    for request in (
        {"algorithm": "ec", "subject_name": "CN=test.domain.com", "key_usage": ["digitalsignature"],
         "security_strength": "128", "subject_alternatives": names},
        CertificateSigningRequest(algorithm="ec", subject_name="CN=test.domain.com", security_strength=128,
                                          extended_key_usages=["serverauth"]),
    ):
        made = SecurityConfig().certificate_signing_request(request).http_response.json()
        signed = root.sign(body={"signing_request": made["csr"], "expiry_time": "P30D"}).http_response.json()
        create(type="server", name="signed", public_certificate=signed["public_certificate"],
               private_key=made["generated_private_key"], intermediate_certificates=[root.public_certificate]).delete()

    # Errors.
    error = refused("1", create, type="server", common_name="x", name="www", svm={"name": "svm1"})
    assert error.status_code == 409 and "duplicate entry" in str(error), error
    refused("2621462", create, type="server", common_name="x", svm={"name": "svm9"})
    refused("262179", lambda: list(SecurityCertificate.get_collection(x="y")))
    refused("3735693", create, type="server", public_certificate=vector("server.pem"))
    refused("3735630", root.sign, body={"signing_request": vector("server.csr"), "expiry_time": "P3651D"})
    refused("4", SecurityCertificate(uuid="00000000-0000-4000-8000-000000000000").get)
    entry = next(SecurityCertificate.get_collection(type="client_ca", common_name="ROOT"))
    refused("3735650", entry.delete)

    # Delete: one, by a query, by a list.
    installed.delete()
    refused("4", installed.delete)
    SecurityCertificate.delete_collection(common_name="ROOT")
    assert {certificate.name for certificate in SecurityCertificate.get_collection()} == {"www", "ca"}
    SecurityCertificate.delete_collection(records=[server])
    assert SecurityCertificate.count_collection() == 1

    # Many at once.
    many = [SecurityCertificate(type="server", common_name=f"n{number}.example.com") for number in range(3)]
    SecurityCertificate.post_collection(many)
    assert SecurityCertificate.count_collection(type="server") == 3


def with_jobs():
    # The client polls the job to its end.
    root = create(type="root_ca", common_name="ROOT", expiry_time="P3650D")
    assert root.type == "root_ca"
    waited = SecurityCertificate(type="root_ca", common_name="OTHER")
    response = waited.post(poll=False, return_timeout=30)
    assert response.http_response.status_code == 201, response.http_response.text
    other = SecurityCertificate(type="root_ca", common_name="OTHER", name="once")
    response = other.post(poll=False)
    assert response.http_response.status_code == 202
    assert response.is_job
    job = response.poll().http_response.json()
    assert job["state"] == "success" and job["message"] == "success", job
    refused("1", SecurityCertificate(type="root_ca", common_name="OTHER", name="once").post)
    root.delete()
    assert SecurityCertificate.find(common_name="ROOT") is None
    assert SecurityCertificate.count_collection() == 6


def with_a_key_vault(process):
    # What downloads the one certificate of the vault; the client polls the job to its end.
    body = json.loads(process.stdout.readline())
    www = create(**body, svm={"name": "svm1"})
    assert www.common_name == "www.example.com" and www.ca == "Example CA", www
    shown = SecurityCertificate.find(name="www", fields="*")
    assert shown.to_dict()["azure"] == {"verify_host": True}, shown
    assert shown.svm.name == "svm1" and shown.type == "server"
    other = SecurityCertificate(**{**body, "name": "none", "azure": {**body["azure"], "verify_host": False}})
    response = other.post(poll=False)
    assert response.http_response.status_code == 202 and response.is_job
    # There is no such certificate; who polls, or waits, is told.
    error = refused("3735764", SecurityCertificate(**{**body, "name": "other"}).post, poll=False, return_timeout=30)
    assert error.status_code == 500, error
    try:
        SecurityCertificate(**{**body, "name": "another"}).post(poll=True)
    except NetAppRestError as error:
        assert "vault" in str(error), error
    else:
        raise AssertionError("the job did not fail")
    # The certificate is there, whatever its name.
    refused("1", SecurityCertificate(**body, svm={"name": "svm1"}).post, poll=False)
    refused("3735763", SecurityCertificate(type="server", name="x", azure={"key_vault": "https://x"}).post)
    body["azure"]["verify_host"] = False
    as_client = create(**{**body, "type": "client"})
    assert as_client.azure.to_dict() == {"verify_host": False}, as_client
    www.delete()
    assert [one.name for one in SecurityCertificate.get_collection()] == ["www"]


def main():
    program = sys.argv[1]
    with service(program):
        without_authorization()
        without_jobs()
    with service(program, "dcn"):
        with_jobs()
    with service(program, "azure") as process:
        with_a_key_vault(process)
    print("netapp-ontap: all calls answered as its users expect")


if __name__ == "__main__":
    main()
