"""The administrator's page of staff accounts."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from helpdesk.store.people import staff
from helpdesk.vocabulary import Role
from helpdesk.web.access import member
from helpdesk.web.afterwards import go_to
from helpdesk.web.clock import now

blueprint = Blueprint("accounts", __name__, url_prefix="/staff")


@blueprint.get("")
def page() -> str:
    """Everybody with an account."""
    return render_template(
        "staff.html", everyone=staff.everyone(), roles=tuple(Role), shortest=staff.SHORTEST_PASSWORD
    )


@blueprint.post("")
def add() -> Response:
    """Create an account, or give an existing one a new role and password."""
    role = request.form.get("role", "")
    if role not in set(Role):
        abort(400)
    saved = staff.add(
        request.form.get("login", ""),
        Role(role),
        request.form.get("password", ""),
        actor=member(),
        now=now(),
        name=request.form.get("name", "").strip(),
    )
    return go_to("accounts.page", said=f"Account {saved.login} saved. Its earlier sessions have ended.")


@blueprint.post("/<id:staff_id>/disable")
def disable(staff_id: int) -> Response:
    """Close an account at once."""
    staff.disable(staff_id, actor=member(), now=now())
    return go_to("accounts.page", said="The account is closed; its sessions have ended.")
