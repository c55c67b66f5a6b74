"""What the forms of a ticket carry, and where one goes after an action."""

from __future__ import annotations

from flask import abort, request, url_for
from werkzeug.wrappers import Response

from helpdesk.store.desk import queue
from helpdesk.web.access import member
from helpdesk.web.afterwards import go_to
from helpdesk.web.asked import is_number
from helpdesk.web.display.words import view_name
from helpdesk.web.people.account import advance_on


def number(field: str) -> int:
    """A whole number of the form; 400 for anything else."""
    written = request.form.get(field, "").strip().removeprefix("#")
    if not is_number(written):
        abort(400)
    return int(written)


def version() -> int:
    """The version of the ticket that the page showed."""
    return number("version")


def view() -> str:
    """The list that the ticket was opened from, '' for none."""
    written = request.form.get("view", "")
    return written if queue.known(written) else ""


def stay(ticket_id: int, *, said: str = "") -> Response:
    """The ticket's own page, which says what was done."""
    return go_to("tickets.page", ticket_id=ticket_id, view=view() or None, said=said)


def onward(ticket_id: int) -> Response:
    """To the next ticket of the view, back to the list, or, opened from nowhere, stay."""
    opened_from = view()
    if not opened_from:
        return stay(ticket_id)
    if not advance_on():
        return go_to("queue.page", view=opened_from)
    following = queue.next_in(opened_from, actor=member(), besides=ticket_id)
    if following is not None:
        return go_to("tickets.page", ticket_id=following, view=opened_from)
    return go_to("queue.page", view=opened_from, said=f"That was the last one in {view_name(opened_from)}.")


def view_or_home() -> str:
    """The address of the list that the page belonged to, else of the queue."""
    opened_from = view()
    return url_for("queue.page", view=opened_from) if opened_from else url_for("queue.home")
