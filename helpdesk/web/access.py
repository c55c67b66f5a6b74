"""Who may do what. Everything is refused but what this table allows; a route that is not listed does not answer."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from flask import Flask, Response, abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.store.database import where_it_can_be
from helpdesk.store.people import staff
from helpdesk.store.people.staff import SignedIn
from helpdesk.vocabulary import Role, StaffMember
from helpdesk.web.clock import now

ANYONE = None
CLERK, SUPERVISOR, ADMIN = Role.CLERK, Role.SUPERVISOR, Role.ADMIN

# endpoint -> method -> least role. HEAD counts as GET.
MATRIX: Mapping[str, Mapping[str, Role | None]] = {
    "static": {"GET": ANYONE},
    "public.favicon": {"GET": ANYONE},
    "public.reset_link": {"GET": ANYONE},
    "public.use_reset_link": {"POST": ANYONE},
    "demo.outbox": {"GET": CLERK},  # answers 404 outside the demo
    "health.live": {"GET": ANYONE},
    "health.ready": {"GET": ANYONE},
    "account.sign_in": {"GET": ANYONE},
    "account.check_sign_in": {"POST": ANYONE},
    "account.sign_out": {"POST": CLERK},
    "password_again.page": {"GET": CLERK},
    "password_again.check": {"POST": CLERK},
    "account.settings": {"GET": CLERK},
    "account.save_settings": {"POST": CLERK},
    "queue.home": {"GET": CLERK},
    "queue.page": {"GET": CLERK},
    "queue.counts": {"GET": CLERK},
    "search.page": {"GET": CLERK},
    "search.of_filer": {"GET": CLERK},
    "queue.keep": {"POST": CLERK},
    "queue.forget": {"POST": CLERK},
    "bulk.choose": {"POST": CLERK},
    "bulk.confirmed": {"POST": CLERK},
    "bulk.undo": {"POST": CLERK},
    "bulk.take_back": {"POST": CLERK},
    "entering.page": {"GET": CLERK},
    "entering.enter": {"POST": CLERK},
    "tickets.page": {"GET": CLERK},
    "messages.formatted": {"GET": CLERK},
    "messages.attachment": {"GET": CLERK},
    "messages.picture": {"GET": CLERK},
    "actions.confirm": {"GET": CLERK},
    "actions.approve": {"POST": CLERK},
    "actions.agree": {"POST": CLERK},
    "actions.refuse": {"POST": CLERK},
    "actions.undo": {"POST": CLERK},
    "actions.void_link": {"POST": CLERK},
    "actions.choose": {"POST": CLERK},
    "actions.ask": {"POST": CLERK},
    "actions.answer": {"POST": CLERK},
    "actions.decline": {"POST": CLERK},
    "actions.spam": {"POST": CLERK},
    "actions.close": {"POST": CLERK},
    "actions.reopen": {"POST": CLERK},
    "actions.address_works": {"POST": CLERK},
    "actions.note": {"POST": CLERK},
    "actions.assign": {"POST": CLERK},
    "casework.merge": {"POST": CLERK},
    "casework.unmerge": {"POST": CLERK},
    "casework.split": {"POST": CLERK},
    "casework.snooze": {"POST": CLERK},
    "casework.wake": {"POST": CLERK},
    "casework.take_back": {"POST": CLERK},
    "casework.nobody": {"POST": CLERK},
    "casework.letter": {"GET": CLERK},
    "casework.draft": {"POST": CLERK},
    "casework.here": {"POST": CLERK},
    "casework.mentioned": {"GET": CLERK},
    "casework.seen": {"POST": CLERK},
    "worklist.to_do": {"GET": CLERK},
    "worklist.done": {"POST": CLERK},
    "worklist.give_back": {"POST": CLERK},
    "worklist.failed": {"GET": CLERK},
    "worklist.retry": {"POST": CLERK},
    "worklist.cancel": {"POST": CLERK},
    "worklist.quarantine": {"GET": CLERK},
    "worklist.raw": {"GET": CLERK},
    "worklist.requeue": {"POST": CLERK},
    "worklist.requeue_all": {"POST": CLERK},
    "letters.page": {"GET": SUPERVISOR},
    "letters.letter": {"GET": SUPERVISOR},
    "letters.wording": {"POST": SUPERVISOR},
    "supervisor.show_metrics": {"GET": SUPERVISOR},
    "supervisor.metrics_csv": {"GET": SUPERVISOR},
    "brakes.page": {"GET": SUPERVISOR},
    "brakes.resume": {"POST": SUPERVISOR},
    "brakes.drop": {"POST": SUPERVISOR},
    "supervisor.show_roster": {"GET": SUPERVISOR},
    "supervisor.apply_staged": {"POST": SUPERVISOR},
    "supervisor.discard_staged": {"POST": SUPERVISOR},
    "supervisor.show_audit": {"GET": SUPERVISOR},
    "accounts.page": {"GET": ADMIN},
    "accounts.add": {"POST": ADMIN},
    "accounts.disable": {"POST": ADMIN},
}

# Pages that refresh themselves: they must not keep an idle session alive.
POLLED = frozenset({"queue.counts", "casework.here", "casework.draft"})


def register(app: Flask) -> None:
    """Refuse, before any view runs, whatever the table does not allow."""
    app.before_request(_guard)


def allowed(endpoint: str, method: str, role: Role | None) -> bool:
    """Whether somebody with this role (None: not signed in) may use the endpoint with this method."""
    methods = MATRIX.get(endpoint, {})
    method = "GET" if method == "HEAD" else method
    if method not in methods:
        return False
    least = methods[method]
    return least is ANYONE or (role is not None and role.includes(least))


def member() -> StaffMember:
    """Who is signed in; only for views that the table closes to the public."""
    found = signed_in()
    if found is None:
        abort(401)
    return found


def signed_in() -> StaffMember | None:
    """Who is signed in; None for the public."""
    found = visitor()
    return found.member if found else None


def visitor() -> SignedIn | None:
    """Who is signed in, with their settings, looked up once a request; None for the public."""
    if "visitor" not in g:
        token = session.get("token")
        g.visitor = staff.signed_in(token, now=now()) if isinstance(token, str) else None
    found: SignedIn | None = g.visitor
    return found


def _guard() -> AnyResponse | None:
    endpoint = request.endpoint
    if endpoint is None:
        return None if signed_in() else _unknown_address()
    if allowed(endpoint, request.method, None):
        return None
    found = visitor()
    who = found.member if found else None
    if allowed(endpoint, request.method, who.role if who else None):
        if found is not None and endpoint not in POLLED and found.is_to_be_noted(now()):
            where_it_can_be(lambda: staff.touch(session["token"], now=now()))
        return None
    if who is not None or endpoint not in MATRIX or not _known_method(endpoint):
        abort(403)
    return _to_sign_in() if request.method in ("GET", "HEAD") and endpoint not in POLLED else abort(401)


def _known_method(endpoint: str) -> bool:
    return request.method == "HEAD" or request.method in MATRIX[endpoint]


def _unknown_address() -> AnyResponse:
    """Outsiders learn nothing about which addresses exist."""
    return _to_sign_in() if request.method in ("GET", "HEAD") else Response(status=404)


def _to_sign_in() -> AnyResponse:
    target = quote(request.full_path.rstrip("?"), safe="/")
    return redirect(url_for("account.sign_in") + (f"?next={target}" if target != "/" else ""), code=303)
