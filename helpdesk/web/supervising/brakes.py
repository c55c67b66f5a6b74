"""The supervisor's page of brakes: what is more than usual just now, and automatic replies that are held back."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from helpdesk.desk import desk
from helpdesk.store.cases import limits
from helpdesk.store.outgoing import reply_limits
from helpdesk.vocabulary import Doubt
from helpdesk.web.access import member
from helpdesk.web.afterwards import go_to
from helpdesk.web.clock import now

blueprint = Blueprint("brakes", __name__, url_prefix="/brakes")


@blueprint.get("")
def page() -> str:
    """Which brakes are on, and why."""
    rules = desk().rules
    usual = rules.approvals.limits
    return render_template(
        "brakes.html",
        paused=reply_limits.paused(),
        held=reply_limits.held(),
        held_count=reply_limits.held_count(),
        most=rules.mail.replies_per_hour,
        limits=usual,
        second=any(rule.when is Doubt.OVER_LIMIT for rule in rules.approvals.second),
        exceeded=limits.on_now(limits=usual, webmail=rules.matching.webmail_domains, now=now()),
    )


@blueprint.post("/resume")
def resume() -> Response:
    """Let automatic replies go on; those that were held back leave, or are dropped."""
    chosen = request.form.get("held", "")
    if chosen not in ("send", "drop"):
        abort(400)
    count = reply_limits.resume(send=chosen == "send", actor=member(), now=now())
    became = "let go" if chosen == "send" else "dropped"
    return go_to("brakes.page", said=f"Automatic replies go on. Held back until now, and {became}: {count:,}.")


@blueprint.post("/replies/<id:outbox_id>/drop")
def drop(outbox_id: int) -> Response:
    """Do not send one of the replies that are held back."""
    reply_limits.drop(outbox_id, actor=member(), now=now())
    return go_to("brakes.page", said="Dropped. Its ticket waits in review.")
