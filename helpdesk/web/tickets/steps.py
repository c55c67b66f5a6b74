"""What the forms of a ticket carry, and where one goes after an action."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.store.desk import queue
from helpdesk.web.access import member
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


def stay(ticket_id: int) -> Response:
    """The ticket's own page."""
    return redirect(url_for("tickets.page", ticket_id=ticket_id, view=view() or None), code=303)


def onward(ticket_id: int) -> Response:
    """To the next ticket of the view, back to the list, or, opened from nowhere, stay."""
    opened_from = view()
    if not opened_from:
        return stay(ticket_id)
    following = queue.next_in(opened_from, actor=member(), besides=ticket_id) if advance_on() else None
    if following is not None:
        return redirect(url_for("tickets.page", ticket_id=following, view=opened_from), code=303)
    if advance_on():
        flash(f"That was the last one in {view_name(opened_from)}.", "done")
    return redirect(url_for("queue.page", view=opened_from), code=303)


def view_or_home() -> str:
    """The address of the list that the page belonged to, else of the queue."""
    opened_from = view()
    return url_for("queue.page", view=opened_from) if opened_from else url_for("queue.home")
