"""Before some actions the password is asked for again, where the court's rules say so (case 46).

A form that was sent is not lost: the page that asks carries its fields along, and once the password is right the form
does what it was sent for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from helpdesk.desk import desk
from helpdesk.store.people import proofs
from helpdesk.store.people.staff import TooManyFailuresError
from helpdesk.vocabulary import Sensitive
from helpdesk.web.afterwards import go_to
from helpdesk.web.clock import now
from helpdesk.web.people.account import target

blueprint = Blueprint("password_again", __name__, url_prefix="/password")

# endpoint -> what it is, beyond what the form says (see _meant)
SENSITIVE: Mapping[str, Sensitive] = {
    "actions.agree": Sensitive.AGREE,
    "actions.approve": Sensitive.APPROVE,
    "supervisor.apply_staged": Sensitive.ROSTER,
    "accounts.page": Sensitive.STAFF,
    "accounts.add": Sensitive.STAFF,
    "accounts.disable": Sensitive.STAFF,
}
FIELD = "current_password"
_NOT_CARRIED = {FIELD, "csrf_token"}
_FILLED_IN_AGAIN = {"accounts.add": "accounts.page"}  # their form holds a secret that no page repeats


def register(app: Flask) -> None:
    """Ask before the view runs."""
    app.before_request(_guard)


@blueprint.get("")
def page() -> str:
    """Give the password again, then go on."""
    return _ask()


@blueprint.post("")
def check() -> Response | tuple[str, int]:
    """The same, filled in."""
    return _refused(request.form.get(FIELD, "")) or redirect(target(), code=303)


def _guard() -> Response | tuple[str, int] | None:
    """Nothing to say where the rules do not ask, or the password was given not long ago or just now."""
    if _asked() is None or _fresh():
        return None
    if request.method in ("GET", "HEAD"):
        return go_to("password_again.page", next=request.path)
    instead = _FILLED_IN_AGAIN.get(request.endpoint or "")
    if instead:
        flash("Nothing was saved. Give your password, then fill in the form again.", "warning")
        return go_to("password_again.page", next=url_for(instead))
    given = request.form.get(FIELD)
    return (_ask(), 401) if given is None else _refused(given)


def _asked() -> Sensitive | None:
    """What the request is for, where the rules want the password before it."""
    before = desk().rules.approvals.password_again.before
    return next((deed for deed in _meant() if deed in before), None)


def _meant() -> Iterator[Sensitive]:
    """What the request is for; an approval may be two of them."""
    endpoint = request.endpoint or ""
    if endpoint in SENSITIVE:
        yield SENSITIVE[endpoint]
    if endpoint == "actions.approve" and request.form.get("confirmed") == "yes":
        yield Sensitive.APPROVE_CONFIRMED
    if endpoint == "bulk.confirmed" and request.form.get("do") == "approve":
        yield Sensitive.APPROVE_SEVERAL


def _fresh() -> bool:
    time = timedelta(minutes=desk().rules.approvals.password_again.minutes)
    return proofs.proved_within(session["token"], time, now=now())


def _refused(password: str) -> tuple[str, int] | None:
    """The page once more where the password is wrong; else the session goes on under a new token."""
    try:
        token = proofs.prove(session["token"], password, network=request.remote_addr or "", now=now())
    except TooManyFailuresError as throttled:
        return _ask(str(throttled)), 429
    if token is None:
        return _ask("That is not your password. Nothing was done; try again."), 401
    session["token"] = token
    return None


def _ask(problem: str = "") -> str:
    """The page that asks. What the form said goes along, and where it was going."""
    own = request.blueprint == blueprint.name
    said = request.form if request.method == "POST" else request.args
    return render_template(
        "password_again.html",
        problem=problem,
        deed=_asked(),
        minutes=desk().rules.approvals.password_again.minutes,
        action=url_for("password_again.check") if own else request.full_path.rstrip("?"),
        carried=[(name, value) for name, value in said.items(multi=True) if name not in _NOT_CARRIED],
        field=FIELD,
    )
