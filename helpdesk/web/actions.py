"""What staff do with a ticket: one POST each, one transaction each, then on to the next ticket."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from helpdesk.desk import desk
from helpdesk.errors import NeedsConfirmationError, NotPossibleError
from helpdesk.store import approvals, bounces, queue, reset_views, resets, tickets
from helpdesk.store.approvals import Press
from helpdesk.store.tickets import LetterWriter
from helpdesk.vocabulary import Category, Letter, Missing, ResetState, TicketState
from helpdesk.web.access import member
from helpdesk.web.account import advance_on
from helpdesk.web.clock import now
from helpdesk.web.tickets import answers, possible
from helpdesk.web.words import reply_name, view_name

blueprint = Blueprint("actions", __name__, url_prefix="/tickets/<id:ticket_id>")


@blueprint.get("/approve")
def confirm(ticket_id: int) -> str:
    """The page that shows, before a reset that is not plainly certain, what speaks against it."""
    ticket = tickets.view(ticket_id)
    if ticket.chosen is None:
        raise NotPossibleError("Choose the filer first.")
    second = approvals.preview(ticket_id, actor=member(), policy=desk().approving(), now=now())
    return render_template(
        "confirm.html", ticket=ticket, possible=possible(ticket), second=second, view=request.args.get("view", "")
    )


@blueprint.post("/approve")
def approve(ticket_id: int) -> Response:
    """Approve the reset for the filer that was shown. There is no field for an address."""
    press = Press(
        filer=request.form.get("filer", ""),
        version=_version(),
        confirmed=request.form.get("confirmed") == "yes",
        why=request.form.get("why", ""),
    )
    try:
        resets.approve(ticket_id, press, actor=member(), policy=desk().approving(), now=now())
    except NeedsConfirmationError as needs_more:
        flash(str(needs_more), "warning")
        return redirect(url_for("actions.confirm", ticket_id=ticket_id, view=_view()), code=303)
    _show_undo(ticket_id)
    return _onward(ticket_id)


@blueprint.post("/agree")
def agree(ticket_id: int) -> Response:
    """Agree, as the second person, to what somebody else approved."""
    resets.agree(ticket_id, version=_version(), actor=member(), policy=desk().approving(), now=now())
    _show_undo(ticket_id)
    return _onward(ticket_id)


@blueprint.post("/refuse")
def refuse(ticket_id: int) -> Response:
    """Do not agree: back to review, with the reason."""
    why = request.form.get("why", "")
    resets.refuse(ticket_id, why, version=_version(), actor=member(), now=now())
    flash(f"#{ticket_id} went back to review with your reason. Nothing was sent.", "done")
    return _onward(ticket_id)


@blueprint.post("/address-works")
def address_works(ticket_id: int) -> Response:
    """The filer's primary address works after all: mail that came back from it raises no flag any more."""
    ticket = tickets.view(ticket_id)
    if ticket.chosen is None:
        raise NotPossibleError("Choose the filer first.")
    bounces.overrule(ticket.chosen.ecf_user_id, actor=member(), now=now())
    flash("Noted. Later requests for this filer carry no such warning.", "done")
    return redirect(url_for("tickets.page", ticket_id=ticket_id, view=_view() or None), code=303)


@blueprint.post("/undo")
def undo(ticket_id: int) -> Response:
    """Take an approval back."""
    resets.undo(ticket_id, actor=member(), now=now())
    session.pop("undo", None)
    flash(f"The reset for #{ticket_id} was undone. Nothing was sent.", "done")
    return redirect(url_for("tickets.page", ticket_id=ticket_id, view=_view() or None), code=303)


@blueprint.post("/choose")
def choose(ticket_id: int) -> Response:
    """Name another record; the ticket then needs a confirmed approval."""
    filer = request.form.get("filer", "").strip()
    tickets.choose(ticket_id, filer, version=_version(), actor=member(), now=now())
    flash("Another record was chosen. Compare it with the message before you approve.", "done")
    return _stay(ticket_id)


@blueprint.post("/ask")
def ask(ticket_id: int) -> Response:
    """Ask the requester for what is missing from their message."""
    missing = tuple(item for item in Missing if item.value in request.form.getlist("missing"))
    if not missing:
        flash("Tick what to ask for: the name, the Bar ID, or both.", "warning")
        return _stay(ticket_id)
    _send(ticket_id, "ask", waits=True, missing=missing)
    flash(f"#{ticket_id}: the requester was asked; the ticket waits for the answer.", "done")
    return _onward(ticket_id)


@blueprint.post("/answer")
def answer(ticket_id: int) -> Response:
    """Send a standard letter."""
    name = request.form.get("reply", "")
    if name not in answers():
        abort(400)
    court = request.form.get("court") or None
    if court is not None and court not in desk().rules.courts.courts:
        abort(400)
    _send(ticket_id, name, waits=False, court_asked=court)
    flash(f"#{ticket_id}: answered with “{reply_name(name)}”.", "done")
    return _onward(ticket_id)


@blueprint.post("/decline")
def decline(ticket_id: int) -> Response:
    """End the ticket without a reset; the reason stays with it."""
    return _finish(ticket_id, TicketState.DECLINED, f"#{ticket_id} was declined.")


@blueprint.post("/spam")
def spam(ticket_id: int) -> Response:
    """Mark as spam; nothing is sent."""
    return _finish(ticket_id, TicketState.SPAM, f"#{ticket_id} was marked as spam.")


@blueprint.post("/close")
def close(ticket_id: int) -> Response:
    """End the ticket; nothing is left to do."""
    return _finish(ticket_id, TicketState.CLOSED, f"#{ticket_id} was closed.")


@blueprint.post("/reopen")
def reopen(ticket_id: int) -> Response:
    """Put it before staff again."""
    tickets.reopen(ticket_id, version=_version(), actor=member(), now=now())
    flash(f"#{ticket_id} is open again.", "done")
    return _stay(ticket_id)


@blueprint.post("/note")
def note(ticket_id: int) -> Response:
    """Write a note for the colleagues."""
    tickets.note(ticket_id, request.form.get("text", ""), actor=member(), now=now())
    flash("Note saved.", "done")
    return _stay(ticket_id)


@blueprint.post("/assign")
def assign(ticket_id: int) -> Response:
    """Give the ticket to a colleague, or to nobody."""
    chosen = _number("staff") if request.form.get("staff") else None
    tickets.assign(ticket_id, chosen, version=_version(), actor=member(), now=now())
    flash("Assigned." if chosen else "Assigned to nobody.", "done")
    return _stay(ticket_id)


def _finish(ticket_id: int, state: TicketState, said: str) -> Response:
    why = request.form.get("why", "").strip()
    if state is TicketState.DECLINED and not why:
        flash("Say why you decline; the reason stays with the ticket.", "warning")
        return _stay(ticket_id)
    tickets.finish(ticket_id, state, version=_version(), actor=member(), now=now(), why=why)
    flash(said, "done")
    return _onward(ticket_id)


def _send(
    ticket_id: int, name: str, *, waits: bool, missing: tuple[Missing, ...] = (), court_asked: str | None = None
) -> None:
    tickets.answer(
        ticket_id,
        name,
        _writer(name, tickets.view(ticket_id).language, missing, court_asked),
        waits=waits,
        version=_version(),
        actor=member(),
        court=desk().rules.court,
        now=now(),
    )


def _writer(name: str, language: str, missing: tuple[Missing, ...], court_asked: str | None) -> LetterWriter:
    def write(number: int, tag: str) -> Letter:
        return desk().letters.to_requester(
            name,
            number=number,
            tag=tag,
            language=language,
            missing=missing,
            court_asked=court_asked,
            rules=desk().rules,
            now=now(),
        )

    return write


def pacer_reply(category: Category) -> str:
    """Which letter the PACER button sends."""
    return "pacer_link" if category is Category.PACER_LINK else "pacer_account"


def _show_undo(ticket_id: int) -> None:
    """Let every page offer to undo what was just set off, or say that a second person must agree first."""
    made = reset_views.newest(ticket_id)
    if made is not None and made.state is ResetState.OPEN:
        session["undo"] = {"tickets": [ticket_id]}
    elif made is not None and made.state is ResetState.PROPOSED:
        flash(f"#{ticket_id} waits for a second person. Nothing is sent before they agree.", "done")


def _version() -> int:
    """The version of the ticket that the page showed."""
    return _number("version")


def _number(field: str) -> int:
    written = request.form.get(field, "")
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        abort(400)
    return int(written)


def _view() -> str:
    view = request.form.get("view", "")
    return view if queue.known(view) else ""


def _stay(ticket_id: int) -> Response:
    return redirect(url_for("tickets.page", ticket_id=ticket_id, view=_view() or None), code=303)


def _onward(ticket_id: int) -> Response:
    """To the next ticket of the view, back to the list, or, opened from nowhere, stay."""
    view = _view()
    if not view:
        return _stay(ticket_id)
    following = queue.next_in(view, actor=member(), besides=ticket_id) if advance_on() else None
    if following is not None:
        return redirect(url_for("tickets.page", ticket_id=following, view=view), code=303)
    if advance_on():
        flash(f"That was the last one in {view_name(view)}.", "done")
    return redirect(url_for("queue.page", view=view), code=303)
