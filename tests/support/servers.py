"""Real database servers for tests: a PostgreSQL and a MariaDB of this test run alone.

Each keeps its data below a folder of its own, listens on a free port of 127.0.0.1 with passwords,
and writes every statement to a log that tests read.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ports import free_port

PASSWORD = "test-Pa55:w/rd@1"
"""With characters that a URL must quote."""
_START_SECONDS = 60.0
_ROOM = 4 << 30
"""Far more than the few servers of a run ever hold (about 100 MB each)."""


@dataclass
class Server:
    """A running server; ``stop`` and ``start`` again at will. ``log`` holds its statements."""

    port: int
    user: str
    password: str
    log: Path
    command: list[str]
    account: int | None
    alive: Callable[[Server], bool]
    process: subprocess.Popen[bytes] | None = None
    host: str = "127.0.0.1"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.account,
                group=self.account,
                extra_groups=None if self.account is None else [],
                cwd="/",
                start_new_session=True,
            )
        limit = time.monotonic() + _START_SECONDS
        while not self.alive(self):
            if self.process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"no server: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """At once, as if its machine were switched off: clients see a closed connection."""
        if self.process is not None:
            self.process.kill() if self.command[0].endswith("mariadbd") else self._quit()
            self.process.wait()
            self.process = None

    def _quit(self) -> None:
        assert self.process is not None
        self.process.send_signal(3)  # PostgreSQL: end now, and leave no shared memory behind


def missing_programs() -> str:
    """The Debian packages that are missing, or nothing."""
    missing = [] if _postgres_folder() else ["postgresql"]
    if not shutil.which("mariadbd", path=_PATH):
        missing.append("mariadb-server-core")
    return " ".join(missing)


@contextmanager
def postgres(more: Mapping[str, object] | None = None) -> Iterator[Server]:
    """A fresh cluster; the superuser is ``postgres``, the database ``postgres`` (UTF-8).

    ``more`` are settings of the server beside those that a test needs.
    """
    programs = _postgres_folder()
    if programs is None:
        raise RuntimeError("PostgreSQL is missing: make system")
    account = None if os.geteuid() else _account("postgres")
    with _folder(account) as folder:
        password = folder / "password"
        password.write_text(PASSWORD)
        data = folder / "data"
        if account is not None:
            os.chown(password, account, account)
        options = ["--encoding=UTF8", "--locale=C", "--username=postgres", "--auth=scram-sha-256"]
        options.append("--no-sync")  # its processes are killed here, the machine never
        subprocess.run(
            [str(programs / "initdb"), "-D", str(data), f"--pwfile={password}", *options],
            check=True,
            capture_output=True,
            user=account,
            group=account,
            cwd="/",
        )
        port = free_port()
        settings = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": folder,
            "log_statement": "all",
            "max_connections": 200,
            **(more or {}),
        }
        listed = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        command = [str(programs / "postgres"), "-D", str(data), *listed]
        yield from _running(
            Server(port, "postgres", PASSWORD, folder / "log", command, account, _answers)
        )


@contextmanager
def mariadb() -> Iterator[Server]:
    """A fresh server; the superuser is ``root``, the database ``test`` (utf8mb4)."""
    with _folder(None) as folder:
        data = folder / "data"
        _run(
            shutil.which("mariadb-install-db", path=_PATH) or "mariadb-install-db",
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--user=root",
        )
        first = folder / "first.sql"
        first.write_text(
            f"ALTER USER 'root'@'localhost' IDENTIFIED BY '{PASSWORD}';\n"
            f"CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
            f"ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
            "GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;\n"
            "CREATE DATABASE IF NOT EXISTS test;\n"
        )
        port = free_port()
        command = [
            shutil.which("mariadbd", path=_PATH) or "mariadbd",
            "--no-defaults",
            f"--datadir={data}",
            f"--port={port}",
            "--bind-address=127.0.0.1",
            f"--socket={folder / 's'}",
            f"--init-file={first}",
            "--general-log=1",
            f"--general-log-file={folder / 'log'}",
            "--character-set-server=utf8mb4",
            "--skip-name-resolve",
            "--innodb-buffer-pool-size=64M",
            "--user=root",
        ]
        yield from _running(Server(port, "root", PASSWORD, folder / "log", command, None, _greets))


_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"


def _running(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def _folder(account: int | None) -> Iterator[Path]:
    """Short, because the path of a socket may be; open to the account."""
    folder = Path(tempfile.mkdtemp(prefix="wb-", dir=_quickest()))
    try:
        if account is not None:
            os.chown(folder, account, account)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _quickest() -> str:
    """Memory, where there is enough: a commit waits for the disk, and the store refuses servers
    that do not wait. The servers here are killed, the machine never."""
    memory = "/dev/shm"
    with suppress(OSError):
        if shutil.disk_usage(memory).free > _ROOM and os.access(memory, os.W_OK | os.X_OK):
            return memory
    return "/tmp"


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, cwd="/", check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.decode(errors='replace')[-2000:]}")


def _postgres_folder() -> Path | None:
    """Debian keeps the server's programs off the PATH, by version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).parent if elsewhere else None


def _account(name: str) -> int:
    """PostgreSQL refuses to run as root."""
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return pwd.getpwnam("nobody").pw_uid


def _answers(server: Server) -> bool:
    import psycopg

    try:
        psycopg.connect(
            host=server.host, port=server.port, user=server.user, password=server.password,
            dbname="postgres", connect_timeout=2,
        ).close()  # fmt: skip
    except psycopg.OperationalError:
        return False
    return True


def _greets(server: Server) -> bool:
    """The server says hello first; the users are set before it listens."""
    try:
        with socket.create_connection((server.host, server.port), 1) as sock:
            sock.settimeout(1)
            return bool(sock.recv(4))
    except OSError:
        return False
