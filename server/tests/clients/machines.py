"""What the scripts beside this one start: the server, and a PostgreSQL of their own; and a client."""
import base64
import http.client
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import time
from contextlib import contextmanager
from glob import glob
from pathlib import Path

PASSWORD = "netapp1!"
LOGIN = {"Authorization": "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()}


@contextmanager
def folder():
    path = Path(tempfile.mkdtemp(prefix="certwright-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def certificate(path):
    """A certificate for 127.0.0.1 that is its own CA, by OpenSSL."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", path / "tls.key", "-out", path / "tls.pem"],
        check=True, stderr=subprocess.DEVNULL)


class Server:
    """The program, with the user `admin`; its own certificate is from files, so that the catalog is empty."""

    def __init__(self, program, path, postgres=None, extra=""):
        self.program, self.path, self.postgres = program, path, postgres
        if not (path / "tls.pem").exists():
            certificate(path)
        hashed = subprocess.run([program, "hash-password"], input=PASSWORD, text=True, check=True, capture_output=True)
        (path / "config.toml").write_text(
            '[tls]\ncertificate_file = "tls.pem"\nkey_file = "tls.key"\n'
            '[[users]]\nname = "admin"\nrole = "admin"\n'
            f'password_hash = "{hashed.stdout.strip()}"\n{extra}')
        self.root = str(path / "tls.pem")
        self.port = 0
        self.process = None
        self.start()

    def start(self):
        command = [self.program, "--config", self.path / "config.toml", "--data", self.path / "data",
                   "--https", f"127.0.0.1:{self.port}"]
        if self.postgres:
            command += ["--postgres", self.postgres]
        log = open(self.path / "log", "a")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("Serving https://"):
            raise SystemExit(f"the server did not start: {(self.path / 'log').read_text()[-2000:]}")
        self.port = int(line.split(":")[2].split("/")[0])

    def stop(self):
        self.process.terminate()
        assert self.process.wait(60) == 0, (self.path / "log").read_text()[-2000:]

    def kill(self):
        self.process.kill()
        self.process.wait()


@contextmanager
def server(program, postgres=None, extra=""):
    with folder() as path:
        running = Server(program, path, postgres, extra)
        try:
            yield running
        finally:
            running.kill()


class Postgres:
    """A PostgreSQL on a socket in a folder of its own, not as root."""

    def __init__(self, path):
        tools = sorted(glob("/usr/lib/postgresql/*/bin"))
        if not tools:
            raise SystemExit("there is no PostgreSQL (Debian: postgresql)")
        self.tools, self.path, self.count = Path(tools[-1]), path, 0
        self.as_nobody = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if os.getuid() == 0:
            shutil.chown(path, "postgres")
        self.run("initdb", "-D", path / "data", "-A", "trust", "-U", "certwright", "--no-sync")
        self.start()

    def run(self, tool, *arguments):
        command = [*self.as_nobody, self.tools / tool, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self):
        options = f"-c listen_addresses='' -k {self.path} -c max_connections=200"
        self.run("pg_ctl", "-D", self.path / "data", "-l", self.path / "log", "-o", options, "-w", "start")

    def stop(self):
        self.run("pg_ctl", "-D", self.path / "data", "-m", "immediate", "stop")
        time.sleep(0.2)

    def database(self):
        """The URL of a new one."""
        self.count += 1
        self.run("createdb", "-h", self.path, "-U", "certwright", f"d{self.count}")
        return f"postgresql://certwright@/d{self.count}?host={self.path}"


@contextmanager
def postgres():
    with folder() as path:
        running = Postgres(path)
        try:
            yield running
        finally:
            running.stop()


class Client:
    def __init__(self, running):
        context = ssl.create_default_context(cafile=running.root)
        self.connection = http.client.HTTPSConnection("127.0.0.1", running.port, context=context, timeout=30)

    def call(self, method, path, body=None):
        self.connection.request(method, path, json.dumps(body) if body is not None else None, LOGIN)
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text), answer.headers


def request():
    """A signing request."""
    with folder() as path:
        made = subprocess.run(
            ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-subj", "/CN=leaf.example.com", "-keyout", path / "key"], check=True, capture_output=True, text=True)
        return made.stdout
