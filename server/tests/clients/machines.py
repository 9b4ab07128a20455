"""What the scripts beside this one start: the server, and a PostgreSQL of their own."""
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from glob import glob
from pathlib import Path

PASSWORD = "netapp1!"


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


@contextmanager
def postgres():
    """A PostgreSQL on a socket in a folder of its own, not as root: a function that makes a database."""
    tools = sorted(glob("/usr/lib/postgresql/*/bin"))
    if not tools:
        raise SystemExit("there is no PostgreSQL (Debian: postgresql)")
    tools = Path(tools[-1])
    as_nobody = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    with folder() as path:
        if os.getuid() == 0:
            shutil.chown(path, "postgres")
        # The whole of the path of a socket has 107 octets at most.
        data = path / "data"
        run = lambda *command: subprocess.run([*as_nobody, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")
        run(tools / "initdb", "-D", data, "-A", "trust", "-U", "certwright", "--no-sync")
        options = f"-c listen_addresses='' -k {path} -c max_connections=200"
        run(tools / "pg_ctl", "-D", data, "-l", path / "log", "-o", options, "-w", "start")
        count = 0

        def database():
            nonlocal count
            count += 1
            run(tools / "createdb", "-h", path, "-U", "certwright", f"d{count}")
            return f"postgresql://certwright@/d{count}?host={path}"

        try:
            yield database
        finally:
            run(tools / "pg_ctl", "-D", data, "-m", "immediate", "stop")
            time.sleep(0.2)
