#!/usr/bin/env python3
"""Loads the server for a while, and looks whether its memory stays as it is.

    server/tests/clients/soak.py SERVER_PROGRAM [--minutes MINUTES]

wrk lets a CA sign over HTTP all the time; beside it certificates are made, read, listed, signed and deleted
over HTTPS, on connections that come and go, and logins are wrong. The store is the embedded one, which has
each signed certificate in its file. In memory is a part of the file, 64 MiB at most, so it is measured from
when the file is larger than that: from then on a certificate that is signed costs no memory, and what
grows is a leak.
"""
import argparse
import json
import re
import subprocess
import threading
import time
from pathlib import Path

from load import CONNECTIONS, HTTP, LOGIN as BASIC
from machines import LOGIN, Client, folder, request, Server

CERTIFICATES = "/api/security/certificates"
# In MiB: what is held of the file, and by how much memory may grow after that.
CACHE, BOUND = 64, 16


def resident(server):
    """In MiB."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


def file_size(server):
    """In MiB."""
    return (server.path / "data/store.redb").stat().st_size / 2**20


def signed(client):
    client.connection.request("GET", "/metrics", None, LOGIN)
    return int(re.search(r"signed_certificates_total (\d+)", client.connection.getresponse().read().decode())[1])


def traffic(server, number, csr, stop, counts, faults):
    """All that is not only signing, until it is told to stop."""
    try:
        while not stop.is_set():
            client = Client(server)
            for _ in range(20):
                name = f"soak{number}-{counts[number]}"
                status, body, headers = client.call("POST", CERTIFICATES, {
                    "type": "root_ca", "common_name": name, "name": name, "algorithm": "ec", "expiry_time": "P3650D"})
                assert status == 201, body
                path = headers["Location"]
                for method, target, body, expected in [
                    ("GET", path, None, 200),
                    ("GET", f"{CERTIFICATES}?name={name}*&fields=*", None, 200),
                    ("POST", path + "/sign", {"signing_request": csr, "expiry_time": "P30D"}, 200),
                    ("POST", path + "/sign", {"signing_request": "none"}, 400),
                    ("POST", CERTIFICATES, {"type": "client", "common_name": name, "algorithm": "ec", "svm": {"name": "svm1"}}, 201),
                    ("DELETE", f"{CERTIFICATES}?common_name={name}", None, 200),
                    ("GET", path, None, 404),
                ]:
                    status, answer, _ = client.call(method, target, body)
                    assert status == expected, (method, target, status, answer)
                counts[number] += 1
            client.connection.request("GET", CERTIFICATES, None, {"Authorization": "Basic eDp5"})
            client.connection.getresponse().read()
            client.connection.close()
    except Exception as fault:
        faults.append(fault)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--minutes", type=float, default=0.5)
    arguments = parser.parse_args()
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    print(f"processor: {processor[1] if processor else 'unknown'}")
    csr = request()
    with folder() as path:
        extra = f'[listen]\nhttp = "127.0.0.1:{HTTP}"\n[log]\nfilter = "warn"\n[[cluster.svms]]\nname = "svm1"\n'
        server = Server(arguments.program, path, extra=extra)
        client = Client(server)
        _, _, headers = client.call("POST", CERTIFICATES, {
            "type": "root_ca", "common_name": "SOAK", "algorithm": "ec", "expiry_time": "P3650D"})
        body = json.dumps({"signing_request": csr, "expiry_time": "P30D"})
        script = path / "post.lua"
        script.write_text(f'wrk.method = "POST"\nwrk.body = {json.dumps(body)}\n'
                          f'wrk.headers["Authorization"] = "{BASIC}"\n')
        # It is ended below.
        wrk = subprocess.Popen(
            ["wrk", "-t1", f"-c{CONNECTIONS}", "-d24h", "-s", script, f"http://127.0.0.1:{HTTP}{headers['Location']}/sign"],
            stdout=subprocess.DEVNULL)
        stop, counts, faults = threading.Event(), [0, 0], []
        workers = [threading.Thread(target=traffic, args=(server, own, csr, stop, counts, faults)) for own in range(2)]
        for worker in workers:
            worker.start()
        seen = []

        def look(when):
            seen.append((resident(server), signed(Client(server)), file_size(server)))
            memory, count, size = seen[-1]
            print(f"{when:7} resident {memory:6.1f} MiB; {count} certificates signed, {sum(counts)} CAs made and deleted; "
                  f"file {size:.0f} MiB", flush=True)

        try:
            while file_size(server) < 2 * CACHE and not faults:
                time.sleep(1)
            for when in ["start", "middle", "end"]:
                if when != "start":
                    end = time.monotonic() + arguments.minutes * 30
                    while time.monotonic() < end and not faults:
                        time.sleep(0.5)
                look(when)
            assert wrk.poll() is None, "wrk ended"
        finally:
            stop.set()
            wrk.kill()
            wrk.wait()
            for worker in workers:
                worker.join()
        assert not faults, faults
        (first, before, _), (last, after, size) = seen[0], seen[-1]
        print(f"{arguments.minutes:g} minutes: {after - before} certificates signed, {size * 2**20 / after:.0f} octets of the file "
              f"for each that is there; memory {last - first:+.1f} MiB, at most {BOUND:+} MiB is taken as flat")
        assert last - first <= BOUND, "the memory grows"
        server.stop()


if __name__ == "__main__":
    main()
