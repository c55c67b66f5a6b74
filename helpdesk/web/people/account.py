"""Signing in and out, and a person's own settings."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from helpdesk.store.people import personal, staff
from helpdesk.store.people.personal import Settings
from helpdesk.web.access import member, signed_in, visitor
from helpdesk.web.afterwards import go_to
from helpdesk.web.clock import now

blueprint = Blueprint("account", __name__)


@blueprint.get("/login")
def sign_in() -> str | Response:
    """The sign-in page."""
    if signed_in():
        return redirect(target(), code=303)
    return render_template("login.html", login="", problem="", target=request.args.get("next", ""))


@blueprint.post("/login")
def check_sign_in() -> str | Response | tuple[str, int]:
    """Begin a session. Wrong and unknown get the same answer."""
    login, password = request.form.get("login", ""), request.form.get("password", "")
    try:
        token = staff.sign_in(login, password, network=request.remote_addr or "", now=now())
    except staff.TooManyFailuresError as throttled:
        current_app.logger.warning("sign-ins from %a are throttled", request.remote_addr)
        return _again(login, str(throttled)), 429
    if token is None:
        current_app.logger.warning("a sign-in from %a was refused", request.remote_addr)
        return _again(login, "Login or password is not right. Check both and try again."), 401
    old = session.get("token")
    if isinstance(old, str):
        staff.sign_out(old)
    session.clear()
    session["token"] = token
    return redirect(target(), code=303)


@blueprint.post("/logout")
def sign_out() -> Response:
    """End the session, here and in the database."""
    staff.sign_out(session["token"])
    session.clear()
    return go_to("account.sign_in", said="You are signed out.")


@blueprint.get("/settings")
def settings() -> str:
    """Keys on or off, next ticket or back to the list, and the lists one keeps."""
    return render_template("settings.html", chosen=personal.settings(member()), kept=personal.views(member()))


@blueprint.post("/settings")
def save_settings() -> Response:
    """Remember the choices."""
    chosen = Settings(keys_on=_choice("keys"), advance_on=_choice("next"))
    personal.save_settings(chosen, of=member())
    return go_to("account.settings", said="Settings saved.")


def _choice(field: str) -> bool:
    choice = request.form.get(field, "off")
    if choice not in ("on", "off"):
        abort(400)
    return choice == "on"


def keys_on() -> bool:
    """Whether whoever looks at the page wants single-letter keys."""
    found = visitor()
    return found is None or found.settings.keys_on


def advance_on() -> bool:
    """Whether an action leads to the next ticket."""
    found = visitor()
    return found is None or found.settings.advance_on


def _again(login: str, problem: str) -> str:
    return render_template("login.html", login=login, problem=problem, target=request.form.get("next", ""))


def target() -> str:
    """Where to go after the password was given: only a path of our own."""
    wanted = request.values.get("next", "")
    if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable():
        return wanted
    return url_for("queue.home")
