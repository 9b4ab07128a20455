#!/usr/bin/env python3
"""Drives the server with NetApp's Python client over HTTPS, on both stores, as its users do.

    server/tests/clients/netapp_client.py SERVER_PROGRAM
"""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "tests" / "clients"))

import netapp_client as calls  # noqa: E402
from machines import PASSWORD, postgres, server  # noqa: E402
from netapp_ontap import HostConnection, config  # noqa: E402

SVM = '[[cluster.svms]]\nname = "svm1"\n'


def on(program, store, database):
    for jobs, extra in [(calls.without_jobs, SVM), (calls.with_jobs, f"[cluster]\ndcn = true\n{SVM}")]:
        with server(program, database and database.database(), extra) as running:
            # The client takes no path of a CA; the library below it does.
            os.environ["REQUESTS_CA_BUNDLE"] = running.root
            config.CONNECTION = HostConnection(
                "127.0.0.1", username="admin", password=PASSWORD, port=running.port, verify=True)
            jobs()
    print(f"netapp-ontap over HTTPS, {store}: all calls answered as its users expect")


def main():
    program = sys.argv[1]
    on(program, "embedded store", None)
    with postgres() as database:
        on(program, "PostgreSQL", database)


if __name__ == "__main__":
    main()
