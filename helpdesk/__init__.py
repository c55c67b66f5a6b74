"""The ECF helpdesk: triage for the mailbox of a federal court's electronic filing system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpdesk.config import PROJECT, Config

if TYPE_CHECKING:
    from flask import Flask


def create_app(config: Config) -> Flask:
    """The application with its database, rules, pages and commands.

    Its libraries are loaded here, not above: processes that read messages begin sooner without them.
    """
    from flask import Flask

    from helpdesk import cli, web
    from helpdesk.desk import Desk
    from helpdesk.store import database

    app = Flask("helpdesk", template_folder=str(PROJECT / "templates"), instance_path=str(PROJECT / "instance"))
    app.secret_key = config.secret_key or None
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
    database.init_app(app)
    app.extensions["helpdesk"] = Desk(config)
    web.init_app(app)
    cli.init_app(app)
    return app
