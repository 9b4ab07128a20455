#!/usr/bin/env python3
"""Two servers on one PostgreSQL: names, a CA that goes, and a database that goes and comes back.

    server/tests/clients/two_servers.py SERVER_PROGRAM
"""
import collections
import sys
import threading
import time

from machines import Client, postgres, request, server

CERTIFICATES = "/api/security/certificates"


def names(servers):
    """A thousand POSTs with a hundred names from both at once: each name once."""
    outcomes = collections.defaultdict(list)
    wanted = [f"n{number % 100}" for number in range(1000)]

    def post(running, part):
        client = Client(running)
        for name in part:
            status, body, _ = client.call("POST", CERTIFICATES, {
                "type": "server", "common_name": name, "name": name, "algorithm": "ec"})
            outcomes[name].append((status, body.get("error", {}).get("code")))

    threads = [threading.Thread(target=post, args=(servers[number % 2], wanted[number::8])) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 100 and sum(map(len, outcomes.values())) == 1000
    for name, answers in outcomes.items():
        assert sorted(answers, key=str) == [(201, None)] + [(409, "1")] * 9, (name, answers)
    for running in servers:
        status, body, _ = Client(running).call("GET", CERTIFICATES + "?return_records=false")
        assert (status, body["num_records"]) == (200, 100), body


def a_ca_that_goes(servers):
    """After the answer to its DELETE on one, the other signs with it no more."""
    csr = request()
    for _ in range(20):
        one, other = Client(servers[0]), Client(servers[1])
        status, _, headers = one.call("POST", CERTIFICATES, {
            "type": "root_ca", "common_name": "ROOT", "algorithm": "ec", "expiry_time": "P3650D"})
        assert status == 201
        path = headers["Location"]
        is_gone = threading.Event()
        late = []

        def sign():
            client = Client(servers[1])
            while True:
                was_gone = is_gone.is_set()
                status, body, _ = client.call("POST", path + "/sign", {"signing_request": csr, "expiry_time": "P30D"})
                assert status == 200 or (status, body["error"]["code"]) == (404, "4"), (status, body)
                if was_gone:
                    late.append(status)
                    return

        threads = [threading.Thread(target=sign) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.1)
        assert one.call("DELETE", path)[0] == 200
        is_gone.set()
        for thread in threads:
            thread.join()
        assert late == [404] * 4, late
        assert other.call("GET", path)[0] == 404


def a_database_that_goes(servers, database):
    """503 with Retry-After, soon; and answers again once it is back."""
    database.stop()
    for running in servers:
        for method, path, body in [
            ("GET", CERTIFICATES, None),
            ("POST", CERTIFICATES, {"type": "server", "common_name": "x", "algorithm": "ec"}),
            ("GET", CERTIFICATES + "/00000000-0000-4000-8000-000000000000", None),
        ]:
            begun = time.time()
            status, answer, headers = Client(running).call(method, path, body)
            assert (status, answer["error"]["code"]) == (503, "3735646"), (status, answer)
            assert headers["Retry-After"] and time.time() - begun < 10
    database.start()
    for running in servers:
        begun = time.time()
        while Client(running).call("GET", CERTIFICATES)[0] != 200:
            assert time.time() - begun < 20
            time.sleep(0.2)
        assert Client(running).call("GET", "/api/cluster")[0] == 200


def main():
    program = sys.argv[1]
    with postgres() as database:
        url = database.database()
        with server(program, url) as one, server(program, url) as other:
            servers = [one, other]
            # They share the key that seals private keys.
            other.stop()
            (other.path / "data" / "store.key").write_bytes((one.path / "data" / "store.key").read_bytes())
            other.start()
            names(servers)
            a_ca_that_goes(servers)
            a_database_that_goes(servers, database)
    print("two servers on one PostgreSQL: each name once, no CA after its end, 503 while there is no database")


if __name__ == "__main__":
    main()
