#!/usr/bin/env python3
"""Tries the server against its own description of the API with schemathesis (PyPI): whatever the
description allows, and what it does not, must be answered as it says, and never with a failure.

    server/tests/schemathesis.py SERVER_PROGRAM [SECONDS] [ARGUMENT_OF_SCHEMATHESIS...]

The program schemathesis is $CERTWRIGHT_SCHEMATHESIS, or that in target/schemathesis, or that of the path.
Not among its checks are positive_data_acceptance (no schema says what is inside of a certificate) and
ignored_auth (it takes wrong logins for an offence only if each is answered with 401; after some of them the
server answers with 429): instead every operation is tried here without login and with a wrong one.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

OWN = Path("target/schemathesis/bin/schemathesis")
# OPTIONS is about a path, whether there still is anything at it or not.
SETTINGS = """
[[operations]]
include-method = "OPTIONS"
phases.stateful.enabled = false
"""


@contextmanager
def server(program, folder):
    """Its address over plain HTTP, and its first login."""
    command = [program, "--data", f"{folder}/data", "--https", "127.0.0.1:0", "--http", "127.0.0.1:0",
               "--log", "warn"]
    log = Path(folder, "log")
    with log.open("wb") as stderr, subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=stderr, text=True
    ) as process:
        try:
            address = password = None
            while not (address and password):
                line = process.stdout.readline()
                if not line:
                    raise SystemExit(f"the server does not start: {log.read_text()}")
                address = address or re.match(r"Serving (http://[^/]+)/", line)
                password = password or re.match(r"Login: admin, password (\S+) ", line)
            yield address[1], password[1]
            if process.poll() is not None:
                raise SystemExit(f"the server ended with {process.returncode}: {log.read_text()}")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(90)
    said = log.read_text()
    if process.returncode or "panicked" in said:
        raise SystemExit(f"the server ended with {process.returncode}: {said}")


def check_logins(address):
    """No operation is done without a login, but those that say so."""
    with urlopen(f"{address}/docs/api") as answer:
        paths = json.load(answer)["paths"]
    tried = 0
    for path, methods in paths.items():
        target = address + re.sub(r"{[^}]*}", "1cd8a442-86d1-11e0-ae1c-123478563412", path)
        for method, operation in methods.items():
            if operation.get("security") == []:
                continue
            for headers in {}, {"Authorization": "Basic YWRtaW46d3Jvbmc="}:
                try:
                    with urlopen(Request(target, method=method.upper(), headers=headers)) as answer:
                        status = answer.status
                except HTTPError as error:
                    status = error.code
                accepted = (401, 429) if headers else (401,)
                if status not in accepted:
                    raise SystemExit(f"{method} {path} with {headers or 'no login'}: {status}")
                tried += 1
    print(f"{tried} requests without login or with a wrong one were refused", flush=True)


def main():
    program, *arguments = sys.argv[1:]
    seconds = arguments.pop(0) if arguments and arguments[0].isdigit() else "300"
    schemathesis = os.environ.get("CERTWRIGHT_SCHEMATHESIS") or (OWN if OWN.exists() else shutil.which("schemathesis"))
    if not schemathesis:
        raise SystemExit("schemathesis is not there: pip install schemathesis")
    with tempfile.TemporaryDirectory() as folder, server(os.path.abspath(program), folder) as (address, password):
        Path(folder, "schemathesis.toml").write_text(SETTINGS)
        command = [
            os.path.abspath(schemathesis), "run", f"{address}/docs/api", "--url", address, "--auth", f"admin:{password}",
            "--checks", "all", "--exclude-checks", "positive_data_acceptance,ignored_auth", "--max-time", seconds,
            # Making RSA keys takes its time.
            "--request-timeout", "60", "--suppress-health-check", "all", "--warnings", "off",
            "--continue-on-failure", "--no-color", *arguments,
        ]
        if "--generation-deterministic" not in arguments:
            command += ["--generation-database", "none"]
        found = subprocess.run(command, cwd=folder, check=False).returncode
        check_logins(address)
    sys.exit(found)


main()
