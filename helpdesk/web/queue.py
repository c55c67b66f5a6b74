"""The queue: a view is an address, its tabs carry counts, the rest of a long view is a page away."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.desk import desk
from helpdesk.store import ledger, queue
from helpdesk.web.access import member
from helpdesk.web.clock import now
from helpdesk.web.mailbox import MailboxLine, mailbox_line

blueprint = Blueprint("queue", __name__)

FIRST_CHOICES = ("ready", "review", "waiting")


@blueprint.get("/")
def home() -> AnyResponse:
    """The first view that has work."""
    found = queue.counts(member())
    view = next((view for view in FIRST_CHOICES if found[view]), FIRST_CHOICES[0])
    return redirect(url_for("queue.page", view=view), code=303)


@blueprint.get("/queue/<view>")
def page(view: str) -> str:
    """A stretch of one view."""
    after = request.args.get("after")
    shown = queue.page(view, actor=member(), after=after)
    return render_template(
        "queue.html",
        view=view,
        page=shown,
        begun=after is None,
        counts=queue.counts(member()),
        mailbox=mailbox(),
    )


@blueprint.get("/queue/counts")
def counts() -> Response:
    """Counts and the mailbox line, for pages that keep themselves fresh."""
    line = mailbox()
    return jsonify(counts=queue.counts(member()), mailbox={"text": line.text, "late": line.late})


@blueprint.get("/search")
def search() -> str:
    """Tickets by number, sender, subject, surname or Bar ID."""
    asked = request.args.get("q", "")[:200]
    return render_template("search.html", asked=asked, rows=queue.search(asked))


def mailbox() -> MailboxLine:
    """The mailbox line as it is now."""
    return mailbox_line(ledger.accounting(), poll_seconds=desk().rules.mail.poll_seconds, now=now())
