"""Applications for tests: built once for each kind of database, then handed from test to test.

Building one compiles every route; its first pages and statements compile templates and SQL. A test gets one that
connects to the test's own database, with a desk of its own and the settings as they were when it was built.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import Dialect, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

from helpdesk import create_app
from helpdesk.config import Config
from helpdesk.desk import Desk
from helpdesk.store.database import db


class _Reusable:
    """An application that can begin anew on another database."""

    def __init__(self, config: Config) -> None:
        self.app = create_app(config)
        self.app.testing = True
        self._settings, self._extensions = dict(self.app.config), dict(self.app.extensions)
        with self.app.app_context():
            event.listen(db.engine, "do_connect", self._connect)

    def begin(self, config: Config) -> None:
        """As ``create_app`` would give it for this configuration."""
        self._url = make_url(config.database_url)
        for kept, now in ((self._settings, self.app.config), (self._extensions, self.app.extensions)):
            now.clear()
            now.update(kept)
        self.app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
        self.app.extensions["helpdesk"] = Desk(config)
        with self.app.app_context():
            db.engine.url = self._url

    def end(self) -> None:
        """Close its connections."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _connect(self, dialect: Dialect, _record: object, _args: object, _options: object) -> DBAPIConnection:
        arguments, options = dialect.create_connect_args(self._url)
        return dialect.connect(*arguments, **options)


_idle: defaultdict[tuple[object, ...], list[_Reusable]] = defaultdict(list)


@contextmanager
def application(config: Config) -> Iterator[Flask]:
    """An application with this configuration, as long as the block runs."""
    waiting = _idle[_as_built(config)]
    reusable = waiting.pop() if waiting else _Reusable(config)
    reusable.begin(config)
    try:
        yield reusable.app
    finally:
        reusable.end()
        waiting.append(reusable)


def _as_built(config: Config) -> tuple[object, ...]:
    """What ``create_app`` itself takes from the configuration. The rest is asked of the desk, at each use."""
    backend = make_url(config.database_url).get_backend_name()
    return backend, config.secret_key, config.base_url.partition(":")[0], config.trusted_proxies
