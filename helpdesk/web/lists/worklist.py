"""What waits for hands: resets to perform in CM/ECF, mail that did not leave, mail that could not be read."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.desk import desk
from helpdesk.store.approving import reset_views, resets
from helpdesk.store.desk import queue
from helpdesk.store.incoming import bounces, ledger
from helpdesk.store.incoming import quarantine as held_mail
from helpdesk.store.outgoing import failed_mail
from helpdesk.web.access import member
from helpdesk.web.afterwards import go_to
from helpdesk.web.clock import now
from helpdesk.web.display.attachments import content_disposition
from helpdesk.web.display.mailbox import mailbox
from helpdesk.web.frame.headers import DOWNLOAD_POLICY

blueprint = Blueprint("worklist", __name__)


@blueprint.get("/todo")
def to_do() -> str:
    """Approved resets that a clerk performs in CM/ECF."""
    rows = reset_views.to_do(desk().rules.court)
    unreachable = bounces.unreachable([reset.filer.ecf_user_id for reset in rows])
    return _page("todo.html", "todo", rows=rows, unreachable=unreachable)


@blueprint.post("/todo/<id:reset_id>/done")
def done(reset_id: int) -> AnyResponse:
    """The reset was performed: tell the primary address."""
    resets.mark_done(reset_id, actor=member(), court=desk().rules.court, now=now())
    return go_to("worklist.to_do", said="Marked as done. A notice goes to the primary address.")


@blueprint.post("/todo/<id:reset_id>/back")
def give_back(reset_id: int) -> AnyResponse:
    """It cannot be performed: back to review, with the reason."""
    resets.give_back(reset_id, request.form.get("why", ""), actor=member(), now=now())
    return go_to("worklist.to_do", said="Returned to review with your reason.")


@blueprint.get("/failed")
def failed() -> str:
    """Mail that the server refused, or may have taken."""
    return _page("failed.html", "failed", rows=failed_mail.troubled())


@blueprint.post("/failed/<id:outbox_id>/retry")
def retry(outbox_id: int) -> AnyResponse:
    """Send it again."""
    failed_mail.retry(outbox_id, actor=member(), now=now())
    return go_to("worklist.failed", said="It will be sent again within a minute.")


@blueprint.post("/failed/<id:outbox_id>/cancel")
def cancel(outbox_id: int) -> AnyResponse:
    """Give it up."""
    failed_mail.give_up(outbox_id, actor=member(), now=now())
    return go_to("worklist.failed", said="Given up; it will not be sent.")


@blueprint.get("/quarantine")
def quarantine() -> str:
    """Mail that could not be read within its limits."""
    return _page("quarantine.html", "quarantine", rows=held_mail.held())


@blueprint.get("/quarantine/<id:ledger_id>/raw")
def raw(ledger_id: int) -> Response:
    """The message's bytes, exactly as they came."""
    response = Response(ledger.raw_bytes(ledger_id))
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    response.headers["Content-Disposition"] = content_disposition(f"message-{ledger_id}.eml")
    return response


@blueprint.post("/quarantine/<id:ledger_id>/again")
def requeue(ledger_id: int) -> AnyResponse:
    """Try to read it once more."""
    held_mail.requeue(ledger_id, actor=member(), now=now())
    return go_to("worklist.quarantine", said="It will be read again within a minute.")


@blueprint.post("/quarantine/again")
def requeue_all() -> AnyResponse:
    """Try to read all of them once more, after an upgrade for instance."""
    count = held_mail.requeue_all(actor=member(), now=now())
    return go_to("worklist.quarantine", said=f"{count:,} will be read again; fresh mail goes first.")


def _page(template: str, view: str, *, rows: object, **more: object) -> str:
    return render_template(template, view=view, rows=rows, counts=queue.counts(member()), mailbox=mailbox(), **more)
