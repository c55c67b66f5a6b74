"""Real databases for tests: SQLite files and a private PostgreSQL server, each migrated once and then copied."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import psycopg
from flask import Flask

from helpdesk.store import database

# Nothing outlives the run, so nothing is prepared for a crash of the machine, for replicas or for months of use.
_THROWN_AWAY = "-c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off"
_CAN_LOG_COPIES = 150000  # the first version that writes a copied database into its log, unless told not to

SECRET = "a-secret-only-for-tests-0123456789-abcdefghij"


def migrate(url: str) -> None:
    """Bring an empty database to the newest tables, with the product's own migrations."""
    app = Flask("migrating")
    app.secret_key = SECRET
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    database.init_app(app)
    with app.app_context():
        flask_migrate.upgrade()
        database.db.engine.dispose()


def free_port() -> int:
    """A port on the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class PostgreSQL:
    """A private server on a free port, with a migrated template that tests copy."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._copies = 0
        self._strategy = " STRATEGY FILE_COPY" if self._version() >= _CAN_LOG_COPIES else ""
        self._run("CREATE DATABASE template_helpdesk")
        migrate(self._url("template_helpdesk"))

    def fresh(self) -> str:
        """The URL of a new, migrated, empty database."""
        self._copies += 1
        name = f"test_{os.getpid()}_{self._copies}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template_helpdesk{self._strategy}")
        return self._url(name)

    def bare(self) -> str:
        """The URL of a new database without any table."""
        self._copies += 1
        name = f"bare_{os.getpid()}_{self._copies}"
        self._run(f"CREATE DATABASE {name}")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self._run(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://helpdesk@127.0.0.1:{self._port}/{name}"

    def _version(self) -> int:
        with self._connected() as connection:
            return connection.info.server_version

    def _run(self, statement: str) -> None:
        with self._connected() as connection:
            connection.execute(statement)

    def _connected(self) -> psycopg.Connection:
        address = f"host=127.0.0.1 port={self._port} user=helpdesk dbname=postgres"
        return psycopg.connect(address, autocommit=True)


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """Start Debian's PostgreSQL in a folder of its own; as root it runs as nobody, because it refuses root."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        raise RuntimeError("PostgreSQL is not installed; `make test` installs it (Debian package postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-pg-"))
    user = None
    if os.geteuid() == 0:
        user = "nobody"
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    port = free_port()
    cluster = folder / "cluster"

    def run(*command: str) -> None:
        subprocess.run(
            command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL, env={"LC_ALL": "C.UTF-8"}
        )

    run(str(programs[-1] / "initdb"), "-D", str(cluster), "-U", "helpdesk", "-A", "trust", "--no-sync", "-E", "UTF8")
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {_THROWN_AWAY}"
    control = str(programs[-1] / "pg_ctl")
    run(control, "-D", str(cluster), "-w", "-o", settings, "-l", str(folder / "log"), "start")
    try:
        yield PostgreSQL(port)
    finally:
        run(control, "-D", str(cluster), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
