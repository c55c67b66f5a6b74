"""Error pages: what happened in plain words, and one thing to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import TracebackType

from flask import Flask, current_app, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from werkzeug.exceptions import HTTPException

from helpdesk.errors import Change, NotAllowedError, NotFoundError, NotPossibleError, StaleTicketError
from helpdesk.logs import way
from helpdesk.web.access import signed_in
from helpdesk.web.tickets.steps import view

Answer = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One error page."""

    title: str
    text: str
    changes: tuple[Change, ...] = ()
    link: str = ""  # '' leads to the queue
    link_text: str = ""


_PROBLEMS = {
    400: Problem(title="That request was not understood", text="Something in it was missing or not as expected."),
    401: Problem(title="Your session has ended", text="You were away for a while. Nothing was changed."),
    403: Problem(title="You may not do that", text="Your role does not include this page or action."),
    404: Problem(title="There is nothing here", text="The address is wrong, or what it named no longer exists."),
    405: Problem(title="That does not work this way", text="This address does not answer this kind of request."),
    409: Problem(title="That is not possible now", text="Things have changed meanwhile."),
    413: Problem(title="That was too large", text="Shorten what you entered and send it again."),
    429: Problem(title="Too many attempts", text="Wait 15 minutes and try again."),
    500: Problem(
        title="Something went wrong on our side",
        text="Nothing was lost: every mail is kept and every action is done completely or not at all. "
        "Try again; if it happens twice, tell the person who runs this service.",
    ),
    503: Problem(
        title="The helpdesk cannot reach its database",
        text="Nothing was lost, and your last step was not done. Wait a minute and do it again; "
        "if this page comes back, tell the person who runs this service.",
    ),
}
_STALE_FORM = Problem(
    title="This page was open too long",
    text="For your safety its form is no longer accepted. Nothing was changed. Load it again and repeat the step.",
)
_WRONG_HOST = Problem(
    title="This is not the helpdesk's address",
    text="The request named another server. Use the address your administrator gave you.",
)


def register(app: Flask) -> None:
    """Answer every error with a page; what nobody expected is logged without what it may quote."""
    app.log_exception = _unexpected  # type: ignore[method-assign]
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(StaleTicketError, _stale)
    for kind in (OperationalError, InterfaceError, InternalError, NoConnectionError):
        app.register_error_handler(kind, _no_database)
    app.register_error_handler(NotFoundError, lambda error: _page(404, _said(404, error)))
    app.register_error_handler(NotAllowedError, lambda error: _page(403, _said(403, error)))
    app.register_error_handler(NotPossibleError, lambda error: _page(409, _said(409, error)))


def _http(error: HTTPException) -> Answer:
    status = error.code or 500
    if status == 400 and error.description == "host":
        return render_template("error.html", problem=_WRONG_HOST, bare=True), 400
    return _page(status, _PROBLEMS.get(status, _PROBLEMS[400] if status < 500 else _PROBLEMS[500]))


def _csrf(_error: CSRFError) -> Answer:
    return _page(400, _STALE_FORM)


def _no_database(error: Exception) -> Answer:
    original = getattr(error, "orig", None) or error
    told = " ".join(str(original).split("DETAIL:")[0].split())  # what PostgreSQL adds there quotes the row
    current_app.logger.error("the database did not do it: %s: %s", type(original).__name__, told)
    return _page(503, _PROBLEMS[503])


def _unexpected(exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
    """Kind and way of an error, never its words or its address: they may quote a mail, a password, a link's token."""
    error = exc_info[1]
    if error is not None:
        told = type(error).__name__, request.method, request.endpoint, way(error)
        current_app.logger.error("%s at %s %s: %s", *told)


def _stale(error: StaleTicketError) -> Answer:
    ticket_id = _ticket()
    problem = Problem(
        title="Someone was faster",
        text="This ticket changed after you opened it, so your action was not done. What changed:",
        changes=error.changes,
        link=_way_back(ticket_id) if ticket_id else "",
        link_text=f"Open ticket #{ticket_id} as it is now" if ticket_id else "",
    )
    return _page(409, problem)


def _said(status: int, error: Exception) -> Problem:
    return Problem(title=_PROBLEMS[status].title, text=str(error))


def _ticket() -> int | None:
    """The ticket that the address names."""
    return (request.view_args or {}).get("ticket_id")


def _way_back(ticket_id: int) -> str:
    """To the ticket, within the list that it was opened from."""
    too_large = (request.content_length or 0) > current_app.config["MAX_CONTENT_LENGTH"]  # then there is no form
    return url_for("tickets.page", ticket_id=ticket_id, view=None if too_large else view() or None)


def _page(status: int, problem: Problem) -> Answer:
    """With a way back: to the ticket, where it was about one. Errors of the server itself are shown without a look
    into the database: it may be what failed."""
    bare = status >= 500 or signed_in() is None
    ticket_id = _ticket()
    if ticket_id and not problem.link and (status != 404 or request.method == "POST"):
        link = _way_back(ticket_id)
        problem = replace(problem, link=link, link_text=f"Back to ticket #{ticket_id}")
    return render_template("error.html", problem=problem, bare=bare), status
