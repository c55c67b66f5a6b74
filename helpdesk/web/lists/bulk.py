"""Acting on several tickets: ticked ones at once, a whole list or resets after a page that says what comes."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from helpdesk.desk import desk
from helpdesk.store.cases import selection
from helpdesk.store.desk import bulk, queue
from helpdesk.store.desk.bulk import Outcome, Shown
from helpdesk.store.desk.rows import rows_of
from helpdesk.store.people import staff
from helpdesk.vocabulary import TicketState
from helpdesk.web.access import member
from helpdesk.web.afterwards import go_to
from helpdesk.web.asked import is_number
from helpdesk.web.clock import now
from helpdesk.web.tickets.steps import view_or_home
from helpdesk.web.tickets.taking_back import (
    resets_can_be_undone,
    resets_to_undo,
    several_can_be_taken_back,
    several_to_take_back,
    undo_window,
)

blueprint = Blueprint("bulk", __name__)

DEEDS = {
    "approve": "approved",
    "assign": "assigned",
    "spam": "marked as spam",
    "close": "closed",
    "reopen": "reopened",
}
_ENDS = {"spam": TicketState.SPAM, "close": TicketState.CLOSED}
LONGEST_PICK = 16 * 1024  # characters
_NAMED = 10  # skipped tickets that are named one by one


@blueprint.post("/queue/<view>/several")
def choose(view: str) -> str | Response:
    """What was ticked, or the whole list; resets and whole lists are confirmed first."""
    selection.parse(view)
    deed, whole = _deed(), request.form.get("all") == "yes"
    if whole:
        some = bulk.shown(queue.ids(view, actor=member(), limit=bulk.MOST_AT_ONCE))
    else:
        some = _picked(request.form.getlist("ticket"))
    if not some:
        flash("Tick the tickets first, then choose what to do with them.", "warning")
        return _back(view)
    if deed == "approve":
        return _ask_to_approve(view, some)
    person = _person() if deed == "assign" else None
    if whole:
        return render_template(
            "several.html",
            view=view,
            deed=deed,
            done=DEEDS[deed],
            some=some,
            person=request.form.get("staff", ""),
            person_name=staff.name_of(person),
            rows=rows_of([one.id for one in some[:_NAMED]]),
        )
    _do(deed, some, person)
    return _back(view)


@blueprint.post("/queue/<view>/several/done")
def confirmed(view: str) -> Response:
    """Do what the page listed, to the tickets that it listed."""
    selection.parse(view)
    deed = _deed()
    written = request.form.get("tickets", "")
    if len(written) > LONGEST_PICK:
        abort(400)
    some = _picked(written.split(" "))
    if deed == "approve":
        _approve(some)
    else:
        _do(deed, some, _person() if deed == "assign" else None)
    return _back(view)


@blueprint.post("/undo")
def undo() -> Response:
    """Take back the resets that this browser approved last."""
    outcome = bulk.undo(resets_to_undo(), actor=member(), now=now())
    if outcome.done:
        flash(f"{_tickets(len(outcome.done))}: the reset was undone. Nothing was sent.", "done")
    _tell_skipped(outcome)
    return go_to("queue.page", view="ready")


@blueprint.post("/several/take-back")
def take_back() -> Response:
    """Undo what this browser has just done to several tickets at once."""
    some = tuple(Shown(id=ticket_id, version=version) for ticket_id, version in several_to_take_back().items())
    outcome = bulk.take_back(some, within=undo_window(), actor=member(), now=now())
    if outcome.done:
        flash(f"{_tickets(len(outcome.done))}: undone. Nothing was sent.", "done")
    elif not some:
        flash("The time to undo this is over. Reopen the tickets instead.", "warning")
    _tell_skipped(outcome)
    return redirect(view_or_home(), code=303)


def _ask_to_approve(view: str, some: tuple[Shown, ...]) -> str:
    sorted_out = bulk.sort_out(some, court=desk().rules.court)
    domains = Counter(one.filer.primary_email.rpartition("@")[2].lower() for one in sorted_out.approvable)
    return render_template(
        "several_approve.html",
        view=view,
        approvable=sorted_out.approvable,
        left_out=sorted_out.left_out,
        domains=sorted(domains.items(), key=lambda pair: (-pair[1], pair[0])),
        picked=" ".join(f"{one.id}.{one.version}" for one in sorted_out.approvable),
        filers=" ".join(f"{one.id}:{one.filer.ecf_user_id}" for one in sorted_out.approvable),
        undo_seconds=desk().rules.mail.undo_seconds,
    )


def _approve(some: tuple[Shown, ...]) -> None:
    pairs = (pair.partition(":") for pair in request.form.get("filers", "")[:LONGEST_PICK].split(" "))
    filers = {int(ticket_id): filer for ticket_id, _, filer in pairs if is_number(ticket_id)}
    outcome = bulk.approve(some, filers, actor=member(), policy=desk().approving(), now=now())
    second = bulk.awaiting_second(outcome.done)
    held = [ticket_id for ticket_id in outcome.done if ticket_id not in second]
    if held:
        resets_can_be_undone(held)
    _report(outcome, "approve")
    if second:
        flash(f"{_tickets(len(second))} of these: a second person must agree before anything is sent.", "done")


def _do(deed: str, some: tuple[Shown, ...], person: int | None) -> None:
    moment = now()
    if deed == "reopen":
        _report(bulk.reopen(some, actor=member(), now=moment), deed)
        return
    if deed == "assign":
        outcome, to = bulk.assign(some, person, actor=member(), now=moment), f" to {staff.name_of(person)}"
    else:
        outcome, to = bulk.finish(some, _ENDS[deed], actor=member(), now=moment), ""
    done = set(outcome.done)
    changed = {one.id: one.version + 1 for one in some if one.id in done}
    if changed:
        several_can_be_taken_back(changed, _was(len(changed), deed, to), since=moment)
    _tell_skipped(outcome)


def _report(outcome: Outcome, deed: str) -> None:
    if outcome.done:
        flash(_was(len(outcome.done), deed), "done")
    _tell_skipped(outcome)


def _was(number: int, deed: str, to: str = "") -> str:
    return f"{_tickets(number)} {'was' if number == 1 else 'were'} {DEEDS[deed]}{to}."


def _tell_skipped(outcome: Outcome) -> None:
    if outcome.skipped:
        named = "; ".join(f"#{ticket_id}: {why}" for ticket_id, why in outcome.skipped[:_NAMED])
        more = f"; and {len(outcome.skipped) - _NAMED} more" if len(outcome.skipped) > _NAMED else ""
        so = "it is" if len(outcome.skipped) == 1 else "they are"
        flash(f"{_tickets(len(outcome.skipped))} left as {so}. {named}{more}.", "warning")


def _tickets(number: int) -> str:
    return "1 ticket" if number == 1 else f"{number:,} tickets"


def _deed() -> str:
    deed = request.form.get("do", "")
    if deed not in DEEDS:
        abort(400)
    return deed


def _picked(written: list[str]) -> tuple[Shown, ...]:
    """Tickets as ``number.version``, each once, in the order of the page."""
    found = []
    for one in written[: bulk.MOST_AT_ONCE]:
        ticket_id, _, version = one.partition(".")
        if not (is_number(ticket_id) and is_number(version)):
            abort(400)
        found.append(Shown(id=int(ticket_id), version=int(version)))
    return tuple(dict.fromkeys(found))


def _person() -> int | None:
    chosen = request.form.get("staff", "")
    if not chosen:
        return None
    if not is_number(chosen):
        abort(400)
    return int(chosen)


def _back(view: str) -> Response:
    return go_to("queue.page", view=view)
