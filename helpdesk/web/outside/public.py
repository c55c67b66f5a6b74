"""What anybody may open: the one-time link, and the icon."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response

from helpdesk.desk import desk
from helpdesk.doors.connector import set_password
from helpdesk.errors import ConnectorError
from helpdesk.store.cases.returning import without_addresses
from helpdesk.store.outgoing import links
from helpdesk.vocabulary import Filer
from helpdesk.web.clock import now

blueprint = Blueprint("public", __name__)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """For browsers that ask here without being told where the icon is."""
    return current_app.send_static_file("favicon.svg")


@blueprint.get("/password-reset/<token>")
def reset_link(token: str) -> tuple[str, int]:
    """Ask for one press. Mail scanners fetch links, so looking consumes nothing."""
    if not links.is_usable(token, now=now()):
        return render_template("link/not_usable.html"), 404
    return render_template("link/ask.html", token=token), 200


@blueprint.post("/password-reset/<token>")
def use_reset_link(token: str) -> tuple[str, int]:
    """Set a fresh temporary password and show it, once."""
    try:
        password = links.use(token, _set_password, court=desk().rules.court, now=now())
    except ConnectorError as error:
        current_app.logger.error("the court's reset program failed: %s", without_addresses(str(error)))
        return render_template("link/failed.html"), 503
    if password is None:
        return render_template("link/not_usable.html"), 404
    return render_template("link/password.html", password=password), 200


def _set_password(filer: Filer) -> str:
    return set_password(filer, command=desk().config.reset_command)
