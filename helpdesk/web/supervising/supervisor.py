"""The supervisor's pages: figures, the roll, the record of what happened."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, Response, abort, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.desk import desk
from helpdesk.store import audit, heartbeat
from helpdesk.store.desk import metrics, search
from helpdesk.store.desk.metrics import Metrics
from helpdesk.store.incoming import bounces
from helpdesk.store.roll import imports, roster, staged_rosters
from helpdesk.store.roll.imports import CONSOLE
from helpdesk.vocabulary import TicketState
from helpdesk.web import asked
from helpdesk.web.access import member
from helpdesk.web.afterwards import go_to
from helpdesk.web.clock import now
from helpdesk.web.display.charts import columns
from helpdesk.web.display.words import word
from helpdesk.web.display.writing import sentence

blueprint = Blueprint("supervisor", __name__)

PERIODS = {"1": "Today", "7": "7 days", "30": "30 days", "120": "120 days"}
_Counted = TypeVar("_Counted", bound=StrEnum)
_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")  # a spreadsheet would run a cell that begins so


@blueprint.get("/metrics")
def show_metrics() -> str:
    """Counts and times of a period."""
    days = _period()
    found = _overview(days)
    categories = sorted(found.by_category.items(), key=lambda pair: -pair[1])
    return render_template(
        "metrics.html",
        metrics=found,
        days=days,
        periods=PERIODS,
        open_tickets=metrics.open_tickets(found.by_state),
        daily=columns([(f"{day.day:%b} {day.day.day}", day.received) for day in found.days]),
        peak=max(found.days, key=lambda day: day.received, default=None),
        received=sum(day.received for day in found.days),
        closed=sum(day.closed for day in found.days),
        categories=[(word(category), count) for category, count in categories],
        by_state=_worded({state: found.by_state[state] for state in TicketState if state in found.by_state}),
        resets=_worded(found.resets),
        deliveries=_worded(found.deliveries),
        by_route=_worded(found.by_route),
    )


def _worded(counts: Mapping[_Counted, int]) -> list[tuple[str, int]]:
    return [(sentence(word(kind)), count) for kind, count in counts.items()]


@blueprint.get("/metrics.csv")
def metrics_csv() -> Response:
    """The daily counts as a file for a spreadsheet."""
    days = _period()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["day", "received", "closed", "resets"])
    for day in _overview(days).days:
        writer.writerow([quoted(cell) for cell in (day.day.isoformat(), day.received, day.closed, day.resets)])
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="helpdesk-{days}-days.csv"'
    return response


@blueprint.get("/roster")
def show_roster() -> str:
    """Which roll is in force, and the imports that made it."""
    sought = asked.words("find")
    filers = search.people(sought) if sought else ()
    staged = staged_rosters.waiting()
    return render_template(
        "roster.html",
        staged=staged,
        address_changes=staged_rosters.address_changes(staged.id) if staged else (),
        own=staged is not None and staged.staged_by.removeprefix(CONSOLE) == member().login,
        imports=imports.newest(),
        version=roster.version(),
        statuses=roster.statuses(),
        sought=sought,
        filers=filers,
        unreachable=bounces.unreachable([filer.ecf_user_id for filer in filers]),
    )


@blueprint.post("/roster/staged/<id:staged_id>/apply")
def apply_staged(staged_id: int) -> AnyResponse:
    """The second person applies a roster that was held up."""
    applied = staged_rosters.release(staged_id, actor=member(), now=now())
    said = f"Applied as import {applied.id}: {applied.filers:,} filers on the roll."
    return go_to("supervisor.show_roster", said=said)


@blueprint.post("/roster/staged/<id:staged_id>/discard")
def discard_staged(staged_id: int) -> AnyResponse:
    """It is not applied."""
    staged_rosters.discard(staged_id, actor=member(), now=now())
    return go_to("supervisor.show_roster", said="Discarded. The roll is as it was.")


@blueprint.get("/audit")
def show_audit() -> str:
    """The latest events; the whole chain is walked only where that is asked for."""
    checked = audit.verify() if "check" in request.args else None
    return render_template(
        "audit.html",
        events=audit.events(limit=100),
        total=audit.checkpoint().events,
        checked=checked,
        last_check=heartbeat.last("audit"),
    )


def quoted(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _overview(days: int) -> Metrics:
    rules = desk().rules
    return metrics.overview(days=days, court=rules.court, calendar=rules.calendar, now=now())


def _period() -> int:
    written = request.args.get("days", "30")
    if written not in PERIODS:
        abort(400)
    return int(written)
