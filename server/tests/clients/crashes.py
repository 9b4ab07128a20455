#!/usr/bin/env python3
"""Kills the server at any moment while certificates are made, signed and deleted, and looks at what is there.

    server/tests/clients/crashes.py SERVER_PROGRAM [embedded|postgres] [TIMES]

What was acknowledged is there, nothing is there by halves, and every CA that is there signs.
"""
import http.client
import random
import sys
import threading
import time

from machines import Client, postgres, request, server

CERTIFICATES = "/api/security/certificates"


def work(running, number, random_, known, csr):
    """Makes, signs and deletes until the server is gone."""
    client = Client(running)
    made = 0
    try:
        while True:
            names = [name for name, state in known.items() if state["owner"] == number and state["is"] == "there"]
            choice = random_.random()
            if choice < 0.4 or not names:
                name = f"t{number}-{made}-{random_.randrange(10**9)}"
                made += 1
                state = known[name] = {"owner": number, "is": "unknown", "signed": 0}
                status, body, headers = client.call("POST", CERTIFICATES, {
                    "type": "root_ca", "common_name": name, "name": name, "algorithm": "ec", "expiry_time": "P3650D"})
                assert status == 201, (status, body)
                state["path"] = headers["Location"]
                state["is"] = "there"
            elif choice < 0.8:
                state = known[random_.choice(names)]
                status, body, _ = client.call("POST", state["path"] + "/sign", {"signing_request": csr, "expiry_time": "P30D"})
                assert status == 200, (status, body)
                state["signed"] += 1
            else:
                state = known[random_.choice(names)]
                state["is"] = "unknown"
                status, body, _ = client.call("DELETE", state["path"])
                assert status == 200, (status, body)
                state["is"] = "gone"
    except (OSError, http.client.HTTPException):
        # It was killed.
        pass


def look(running, known, csr):
    client = Client(running)
    status, listed, _ = client.call("GET", CERTIFICATES + "?fields=name,type,common_name&max_records=10000")
    assert status == 200
    roots = {record["name"] for record in listed["records"] if record["type"] == "root_ca"}
    kinds = {}
    for record in listed["records"]:
        kinds.setdefault(record["common_name"], []).append(record["type"])
    for name, state in known.items():
        if state["is"] == "there":
            assert name in roots, f"{name} was acknowledged and is not there"
        elif state["is"] == "gone":
            assert name not in kinds, f"{name} was deleted and is there"
        if name in kinds:
            assert sorted(kinds[name]) == ["client_ca", "root_ca", "server_ca"], (name, kinds[name])
    # Each has its key.
    for record in listed["records"]:
        if record["type"] == "root_ca":
            path = f"{CERTIFICATES}/{record['uuid']}"
            status, body, _ = client.call("POST", path + "/sign", {"signing_request": csr, "expiry_time": "P30D"})
            assert status == 200, (record, body)
    # What nobody knows of is as it is now; and few are left, so that the next look does not take long.
    for record in listed["records"]:
        if record["type"] == "root_ca":
            known.setdefault(record["name"], {"owner": -1, "signed": 0})
            assert client.call("DELETE", f"{CERTIFICATES}/{record['uuid']}")[0] == 200
    known.clear()
    return len(roots)


def crash(program, times, database):
    random_ = random.Random(times)
    csr = request()
    done = 0
    with server(program, database) as running:
        for number in range(times):
            known = {}
            workers = [threading.Thread(target=work, args=(running, own, random.Random(number * 10 + own), known, csr))
                       for own in range(4)]
            for worker in workers:
                worker.start()
            time.sleep(random_.uniform(0.05, 0.6))
            running.kill()
            for worker in workers:
                worker.join()
            running.start()
            done += sum(state["is"] == "there" for state in known.values())
            look(running, known, csr)
    return done


def main():
    program = sys.argv[1]
    stores = sys.argv[2:3] or ["embedded", "postgres"]
    times = int((sys.argv[3:4] or ["100"])[0])
    begun = time.time()
    for store in stores:
        if store == "embedded":
            done = crash(program, times, None)
        else:
            with postgres() as running:
                done = crash(program, times, running.database())
        print(f"{store}: killed {times} times, {done} CAs acknowledged and there ({time.time() - begun:.0f} s)")


if __name__ == "__main__":
    main()
