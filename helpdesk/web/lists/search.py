"""Search over tickets and the roll."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from helpdesk.store.desk import search
from helpdesk.store.roll import roster
from helpdesk.web.afterwards import go_to
from helpdesk.web.asked import number, words

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def page() -> str | Response:
    """Tickets and filers that fit; a number with its sign leads straight to the ticket."""
    asked = words("q")
    before = number("before")
    named = search.number_in(asked) if asked.startswith("#") else None
    if named is not None:
        return go_to("tickets.page", ticket_id=named)
    found = search.search(asked, before=before, beginnings=request.args.get("words") == "begin")
    filers = search.people(asked) if before is None else ()
    return render_template(
        "search.html", asked=asked, found=found, begun=before is None, before=before, filers=filers, filer=None
    )


@blueprint.get("/search/filer/<ecf_user_id>")
def of_filer(ecf_user_id: str) -> str:
    """Every ticket about one filer."""
    before = number("before")
    filer, found = roster.filer(ecf_user_id), search.of_filer(ecf_user_id, before=before)
    return render_template("search.html", asked="", found=found, begun=before is None, filers=(), filer=filer)
