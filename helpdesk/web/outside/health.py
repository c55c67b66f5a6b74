"""For probes: is the process alive, and can the house do its work?"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.desk import desk
from helpdesk.store import heartbeat, schema
from helpdesk.store.incoming import tally
from helpdesk.store.outgoing import outbox, reply_limits
from helpdesk.web.clock import now
from helpdesk.web.display.mailbox import mailbox

blueprint = Blueprint("health", __name__, url_prefix="/health")

SERVICES = {"poller": "the mailbox is not being read", "worker": "approved resets and replies are not being sent"}
SILENT_AFTER = timedelta(minutes=5)
OVERDUE_AFTER = timedelta(minutes=10)  # what comes in, or is due in the outbox, is dealt with within seconds


@blueprint.get("/live")
def live() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """200 when all is well, 503 with every reason when not; notices besides."""
    try:
        problem = schema.mismatch()
        reasons, notices = ([f"database: {problem}"], []) if problem else (_reasons(), _notices())
    except SQLAlchemyError as error:
        reasons, notices = [f"the database does not answer ({type(error).__name__})"], []
    status = "unavailable" if reasons else "ok"
    return jsonify(status=status, reasons=reasons, notices=notices), 503 if reasons else 200


def _notices() -> list[str]:
    """What a person must look at while the house works: taking its pages away would keep them from it."""
    since = reply_limits.paused()
    if since is None:
        return []
    return [f"replies: {reply_limits.held_count()} automatic ones held back since {since.isoformat()}; see /brakes"]


def _reasons() -> list[str]:
    reasons = [
        f"{name}: no sign of life; {meaning}"
        for name, meaning in SERVICES.items()
        if (last := heartbeat.last_beat(name)) is None or now() - last > SILENT_AFTER
    ]
    if desk().rules_problem:
        reasons.append(f"rules: {desk().rules_problem}; the last good rules stay in force")
    if desk().letters.problem:
        reasons.append(f"letters: {desk().letters.problem}; the last good letters stay in force")
    due = outbox.next_due()
    if due is not None and now() - due > OVERDUE_AFTER:
        reasons.append(f"outbox: the oldest message has been due for {_minutes(now() - due)} minutes")
    behind = timedelta(seconds=tally.seconds_behind(now=now()))
    if behind > OVERDUE_AFTER:
        reasons.append(f"intake: the oldest message has waited for {_minutes(behind)} minutes to be read")
    line = mailbox()
    return [*reasons, line.text] if line.late else reasons


def _minutes(time: timedelta) -> int:
    return int(time.total_seconds() // 60)
