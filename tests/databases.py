"""Real databases for tests: SQLite files and a private PostgreSQL server, each migrated once and then copied."""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import flask_migrate
import psycopg
from flask import Flask

from helpdesk.store import database
from tests.shared import together

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


# Below the ports that Linux gives to outgoing connections (32768 up): what is free there is not taken by a client
# of another test before the server has it. Each process goes through them once, in its own order: two ports asked for
# one after the other are two.
_SERVERS_PORTS = iter(secrets.SystemRandom().sample(range(20_000, 32_000), 12_000))


def free_port() -> int:
    """A port on the loopback interface that nobody listens on, another one each time."""
    for port in _SERVERS_PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("every port for a test's servers was given away")


# In a schema beside the tables, with the rows that migrations put into these: whether a definition was changed since.
_REMEMBER = """
    CREATE TABLE kept.changed (command text);
    CREATE FUNCTION kept.note() RETURNS event_trigger LANGUAGE plpgsql
        AS $$ BEGIN INSERT INTO kept.changed VALUES (tg_tag); END $$;
    CREATE EVENT TRIGGER changes ON ddl_command_end EXECUTE FUNCTION kept.note();
"""
_NAMES = "SELECT relname FROM pg_class WHERE relkind = %s AND relnamespace = 'public'::regnamespace"
_IS_CLEAN = """
    SELECT NOT EXISTS (TABLE kept.changed) AND coalesce(bool_and(state = 'idle' AND pg_terminate_backend(pid)), true)
    FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A running server, as one test process tells it to the others."""

    folder: str
    port: int
    copying: str  # how a database is copied
    emptying: tuple[str, str]  # what brings a copy back to the state of the template

    def connected(self, database: str = "postgres") -> psycopg.Connection:
        """A connection to one of its databases."""
        address = f"host=127.0.0.1 port={self.port} user=helpdesk dbname={database}"
        return psycopg.connect(address, autocommit=True)

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql+psycopg://helpdesk@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> None:
        """Run a statement that is about databases."""
        with self.connected() as connection:
            connection.execute(statement)


class PostgreSQL:
    """Databases on a private server. One is a copy of a migrated one; when given back, it is emptied."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._copies = 0
        self._idle: list[str] = []

    def fresh(self) -> str:
        """The URL of a migrated, empty database."""
        if self._idle:
            return self._idle.pop()
        self._copies += 1
        name = f"test_{os.getpid()}_{self._copies}"
        self._cluster.run(f"CREATE DATABASE {name} TEMPLATE template_helpdesk{self._cluster.copying}")
        return self._cluster.url(name)

    def bare(self) -> str:
        """The URL of a new database without any table."""
        self._copies += 1
        name = f"bare_{os.getpid()}_{self._copies}"
        self._cluster.run(f"CREATE DATABASE {name}")
        return self._cluster.url(name)

    def give_back(self, url: str) -> None:
        """Empty a database for the next test: a fifth of a copy's work. Drop it if it is not as it was."""
        name = url.rpartition("/")[2]
        with self._cluster.connected(name) as connection:
            clean = connection.execute(_IS_CLEAN).fetchone() == (True,)
            if clean:
                for statement in self._cluster.emptying:
                    connection.execute(statement)
        if clean:
            self._idle.append(url)
        else:
            self.drop(url)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self._cluster.run(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")


def _remember(connection: psycopg.Connection) -> tuple[str, str]:
    """Keep what the template has; the statements that bring a copy back to it."""
    tables = [name for (name,) in connection.execute(_NAMES, ["r"])]
    connection.execute("CREATE SCHEMA kept")
    filled = [name for name in tables if connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()]
    for name in filled:
        connection.execute(f"CREATE TABLE kept.{name} AS TABLE {name}")
    again = ["SET session_replication_role = replica"]  # no trigger refuses or keeps anything
    again += [f"DELETE FROM {name}" for name in tables]
    again += [f"INSERT INTO {name} TABLE kept.{name}" for name in filled]
    for (name,) in connection.execute(_NAMES, ["S"]).fetchall():
        last, called = connection.execute(f"SELECT last_value, is_called FROM {name}").fetchone() or (1, False)
        again.append(f"SELECT setval('{name}', {last}, {called})")
    connection.execute(_REMEMBER)
    return ";".join(again), f"VACUUM {', '.join(tables)}"


@contextmanager
def postgresql(options: str = "") -> Iterator[PostgreSQL]:
    """A server for this process alone."""
    cluster = _start(options)
    try:
        yield PostgreSQL(cluster)
    finally:
        _stop(cluster)


@contextmanager
def shared_postgresql(run: Path) -> Iterator[PostgreSQL]:
    """The server of a run of tests."""

    def start() -> str:
        return json.dumps(asdict(_start()))

    with together(run / "postgresql.json", start, lambda said: _stop(Cluster(**json.loads(said)))) as said:
        yield PostgreSQL(Cluster(**json.loads(said)))


def _start(options: str = "") -> Cluster:
    """Start Debian's PostgreSQL in a folder of its own; as root it runs as nobody, because it refuses root."""
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-pg-"))
    if os.geteuid() == 0:
        entry = pwd.getpwnam("nobody")
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    port = free_port()
    _control(folder, "initdb", "-U", "helpdesk", "-A", "trust", "--no-sync", "-E", "UTF8")
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {_THROWN_AWAY} {options}"
    _control(folder, "pg_ctl", "-w", "-o", settings, "-l", str(folder / "log"), "start")
    server = Cluster(folder=str(folder), port=port, copying="", emptying=("", ""))
    try:
        server.run("CREATE DATABASE template_helpdesk")
        migrate(server.url("template_helpdesk"))
        with server.connected("template_helpdesk") as connection:
            can_log_copies = connection.info.server_version >= _CAN_LOG_COPIES
            copying = " STRATEGY FILE_COPY" if can_log_copies else ""
            return replace(server, copying=copying, emptying=_remember(connection))
    except BaseException:
        _stop(server)
        raise


def _stop(cluster: Cluster) -> None:
    _control(Path(cluster.folder), "pg_ctl", "-m", "immediate", "stop")
    shutil.rmtree(cluster.folder, ignore_errors=True)


def _control(folder: Path, program: str, *options: str) -> None:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        raise RuntimeError("PostgreSQL is not installed; `make test` installs it (Debian package postgresql)")
    subprocess.run(
        [str(programs[-1] / program), "-D", str(folder / "cluster"), *options],
        check=True,
        user="nobody" if os.geteuid() == 0 else None,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
    )


def copy_sqlite(source: str | Path, target: str | Path) -> None:
    """Copy an SQLite database, with what its log still holds."""
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)
