"""A desk with its database file, and an observer who reads the file past all code of the product."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from helpdesk.store.database import db
from helpdesk.store.incoming.ledger import Cursor


@dataclass(slots=True, kw_only=True)
class Place:
    """One application on one SQLite file."""

    app: Flask
    file: Path
    cursor: Cursor | None = None  # of the poller, once it has opened the mailbox
    _eye: sqlite3.Connection | None = None
    _seen: int = field(default=-1)

    def begin_from(self, template: Path) -> None:
        """Put this file in place of the database."""
        self.close()
        self.cursor = None
        for ending in ("", "-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        shutil.copyfile(template, self.file)

    def copy_to(self, backup: Path) -> None:
        """What an operator's backup holds: everything that is committed now."""
        with sqlite3.connect(backup) as target:
            self._observer().backup(target)
        target.close()

    def close(self) -> None:
        """Let go of the file."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        if self._eye is not None:
            self._eye.close()
            self._eye = None

    def changed(self) -> bool:
        """Whether anybody committed anything since this was last asked."""
        before, self._seen = self._seen, self.number("PRAGMA data_version")
        return self._seen != before

    def rows(self, question: str, *values: object) -> list[sqlite3.Row]:
        """The answer to a question in SQL."""
        return self._observer().execute(question, values).fetchall()

    def number(self, question: str, *values: object) -> int:
        """The first number of the answer."""
        ((found, *_),) = self.rows(question, *values)
        return int(found)

    def _observer(self) -> sqlite3.Connection:
        if self._eye is None:
            self._eye = sqlite3.connect(
                f"file:{self.file}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
            )
            self._eye.row_factory = sqlite3.Row
            self._seen = -1
        return self._eye


def moment(written: str) -> datetime:
    """A time as the database writes it."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def as_written(at: datetime) -> str:
    """The database's way of writing a time; such texts sort like the times."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
