#!/usr/bin/env python3
"""Certificates a second, beside `cfssl serve` (Debian golang-cfssl, which records nothing), with wrk.

    server/tests/clients/load.py SERVER_PROGRAM [SECONDS] [ROUNDS]

Both sign the same request over HTTP with 64 connections, in turns, with a CA of RSA 2048 and one of P-256.
The server's embedded store has every certificate on disk before its answer leaves. The time of the processor
for each certificate is told too, which other work on the machine changes less than the rate.
"""
import base64
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from machines import PASSWORD, Server, folder

CONNECTIONS = 64
LOGIN = "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
HTTP, CFSSL = 18080, 18888


def call(method, path, body=None):
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"http://127.0.0.1:{HTTP}{path}", data, {"Authorization": LOGIN}, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode(), answer.headers


def processor_time(process):
    """What a process has taken of the processors, in microseconds."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1e6 / os.sysconf("SC_CLK_TCK")


def wrk(process, path, url, body, headers, seconds):
    script = path / "post.lua"
    lines = ['wrk.method = "POST"', f"wrk.body = {json.dumps(body)}"]
    lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items()]
    script.write_text("\n".join(lines))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "--latency", "-s", script, url]
    before = processor_time(process)
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    took = processor_time(process) - before
    assert "Non-2xx" not in text and "Socket errors" not in text, text
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
    quantile = lambda which: re.search(rf"{which}%\s+([\d.]+\w+)", text)[1]
    count = int(re.search(r"(\d+) requests in", text)[1])
    return rate, quantile(50), quantile(99), took / count, count


@contextmanager
def cfssl(path, key):
    request = {"CN": "LOAD", "key": key, "CA": {"expiry": "87600h"}}
    made = subprocess.run(["cfssl", "genkey", "-initca", "-"], input=json.dumps(request), text=True, check=True,
                          capture_output=True)
    made = json.loads(made.stdout)
    (path / "ca.pem").write_text(made["cert"])
    (path / "ca.key").write_text(made["key"])
    command = ["cfssl", "serve", "-address", "127.0.0.1", "-port", str(CFSSL), "-ca", path / "ca.pem",
               "-ca-key", path / "ca.key", "-loglevel", "5"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        yield process
    finally:
        process.kill()
        process.wait()


def main():
    program = sys.argv[1]
    seconds = int((sys.argv[2:3] or ["10"])[0])
    rounds = int((sys.argv[3:4] or ["3"])[0])
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    print(f"processor: {processor[1] if processor else 'unknown'}; {CONNECTIONS} connections, {rounds} rounds of {seconds} s")
    version = subprocess.run(["cfssl", "version"], check=True, capture_output=True, text=True).stdout
    print("cfssl:", " ".join(version.split()))
    with folder() as path:
        csr = subprocess.run(
            ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-subj", "/CN=leaf.example.com", "-keyout", path / "key"], check=True, capture_output=True, text=True).stdout
        extra = f'[listen]\nhttp = "127.0.0.1:{HTTP}"\n[log]\nfilter = "warn"\n'
        server = Server(program, path, extra=extra)
        for name, own, theirs in [
            ("RSA 2048", {"key_size": 2048}, {"algo": "rsa", "size": 2048}),
            ("P-256", {"algorithm": "ec", "key_size": 256}, {"algo": "ecdsa", "size": 256}),
        ]:
            _, headers = call("POST", "/api/security/certificates", {
                "type": "root_ca", "common_name": f"LOAD {name}", "expiry_time": "P3650D", **own})
            url = f"http://127.0.0.1:{HTTP}{headers['Location']}/sign"
            body = json.dumps({"signing_request": csr, "expiry_time": "P30D"})
            signed = lambda: int(re.search(r"signed_certificates_total (\d+)", call("GET", "/metrics")[0])[1])
            with cfssl(path, theirs) as other_process:
                rates = {"certwright": [], "cfssl": []}
                times = {"certwright": [], "cfssl": []}
                for _ in range(rounds):
                    before = signed()
                    ours = wrk(server.process, path, url, body, {"Authorization": LOGIN, "Content-Type": "application/json"}, seconds)
                    assert signed() - before >= ours[-1]
                    other = wrk(other_process, path, f"http://127.0.0.1:{CFSSL}/api/v1/cfssl/sign", json.dumps({"certificate_request": csr}),
                                {"Content-Type": "application/json"}, seconds)
                    for who, (rate, p50, p99, took, _) in [("certwright", ours), ("cfssl", other)]:
                        rates[who].append(rate)
                        times[who].append(took)
                        print(f"{name:9} {who:11} {rate:9.0f}/s  p50 {p50:>9}  p99 {p99:>9}  {took:5.0f} µs of a core each", flush=True)
                ratio = lambda one, other: statistics.median(one) / statistics.median(other)
                print(f"{name:9} medians: {ratio(rates['certwright'], rates['cfssl']):.2f} times the rate, "
                      f"{ratio(times['cfssl'], times['certwright']):.2f} times the certificates for the same time of a core")
        server.kill()


if __name__ == "__main__":
    main()
