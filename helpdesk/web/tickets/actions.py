"""What staff do with a ticket: one POST each, one transaction each, then on to the next ticket."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from werkzeug.wrappers import Response

from helpdesk.desk import desk
from helpdesk.errors import NeedsConfirmationError, NotPossibleError
from helpdesk.store.approving import approvals, reset_views, resets
from helpdesk.store.approving.approvals import Press
from helpdesk.store.desk import handling, tickets
from helpdesk.store.desk.handling import LetterWriter
from helpdesk.store.incoming import bounces
from helpdesk.store.outgoing import links
from helpdesk.store.people import staff
from helpdesk.vocabulary import Category, Missing, ResetState, TicketState
from helpdesk.web.access import member
from helpdesk.web.afterwards import go_to
from helpdesk.web.clock import now
from helpdesk.web.display.words import reply_name
from helpdesk.web.tickets.answering import chosen_letter, writer
from helpdesk.web.tickets.page import possible
from helpdesk.web.tickets.steps import number, onward, stay, version, view
from helpdesk.web.tickets.taking_back import can_be_taken_back, is_taken_back, resets_can_be_undone, undo_window

blueprint = Blueprint("actions", __name__, url_prefix="/tickets/<id:ticket_id>")


@blueprint.get("/approve")
def confirm(ticket_id: int) -> str:
    """The page that shows, before a reset that is not plainly certain, what speaks against it."""
    ticket = tickets.view(ticket_id)
    if ticket.chosen is None:
        raise NotPossibleError("Choose the filer first.")
    second, exceeded = approvals.preview(ticket_id, actor=member(), policy=desk().approving(), now=now())
    return render_template(
        "confirm.html",
        ticket=ticket,
        possible=possible(ticket),
        second=second,
        exceeded=exceeded,
        view=request.args.get("view", ""),
    )


@blueprint.post("/approve")
def approve(ticket_id: int) -> Response:
    """Approve the reset for the filer that was shown. There is no field for an address."""
    press = Press(
        filer=request.form.get("filer", ""),
        version=version(),
        confirmed=request.form.get("confirmed") == "yes",
        why=request.form.get("why", ""),
    )
    try:
        resets.approve(ticket_id, press, actor=member(), policy=desk().approving(), now=now())
    except NeedsConfirmationError as needs_more:
        flash(str(needs_more), "warning")
        return go_to("actions.confirm", ticket_id=ticket_id, view=view())
    _show_undo(ticket_id)
    return onward(ticket_id)


@blueprint.post("/agree")
def agree(ticket_id: int) -> Response:
    """Agree, as the second person, to what somebody else approved."""
    resets.agree(ticket_id, version=version(), actor=member(), policy=desk().approving(), now=now())
    _show_undo(ticket_id)
    return onward(ticket_id)


@blueprint.post("/refuse")
def refuse(ticket_id: int) -> Response:
    """Do not agree: back to review, with the reason."""
    why = request.form.get("why", "")
    resets.refuse(ticket_id, why, version=version(), actor=member(), now=now())
    flash(f"#{ticket_id} went back to review with your reason. Nothing was sent.", "done")
    return onward(ticket_id)


@blueprint.post("/address-works")
def address_works(ticket_id: int) -> Response:
    """The filer's primary address works after all: mail that came back from it raises no flag any more."""
    ticket = tickets.view(ticket_id)
    if ticket.chosen is None:
        raise NotPossibleError("Choose the filer first.")
    bounces.overrule(ticket.chosen.ecf_user_id, actor=member(), now=now())
    return stay(ticket_id, said="Noted. Later requests for this filer carry no such warning.")


@blueprint.post("/undo")
def undo(ticket_id: int) -> Response:
    """Take an approval back."""
    resets.undo(ticket_id, actor=member(), now=now())
    is_taken_back(ticket_id)
    return stay(ticket_id, said=f"The reset for #{ticket_id} was undone. Nothing was sent.")


@blueprint.post("/link/void")
def void_link(ticket_id: int) -> Response:
    """Nobody can use the one-time link any more that was sent."""
    made = reset_views.newest(ticket_id)
    if made is None:
        raise NotPossibleError("No reset was approved here.")
    links.void(made.id, version=version(), actor=member(), now=now())
    return stay(ticket_id, said="The link is void. The filer has to ask again, or you approve another reset.")


@blueprint.post("/choose")
def choose(ticket_id: int) -> Response:
    """Name another record; the ticket then needs a confirmed approval."""
    filer = request.form.get("filer", "").strip()
    handling.choose(ticket_id, filer, version=version(), actor=member(), now=now())
    return stay(ticket_id, said="Another record was chosen. Compare it with the message before you approve.")


@blueprint.post("/ask")
def ask(ticket_id: int) -> Response:
    """Ask the requester for what is missing from their message."""
    missing = tuple(item for item in Missing if item.value in request.form.getlist("missing"))
    if not missing:
        flash("Tick what to ask for.", "warning")
        return stay(ticket_id)
    letter = writer("ask", tickets.view(ticket_id).language, missing=missing)
    _send(ticket_id, "ask", letter, waits=True)
    can_be_taken_back(ticket_id, f"#{ticket_id}: the requester was asked; the ticket waits for the answer.")
    return onward(ticket_id)


@blueprint.post("/answer")
def answer(ticket_id: int) -> Response:
    """Send a standard letter."""
    name, court = chosen_letter(request.form)
    letter = writer(name, tickets.view(ticket_id).language, court_asked=court)
    _send(ticket_id, name, letter, waits=False)
    can_be_taken_back(ticket_id, f"#{ticket_id}: answered with “{reply_name(name)}”.")
    return onward(ticket_id)


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
    handling.reopen(ticket_id, version=version(), actor=member(), now=now())
    return stay(ticket_id, said=f"#{ticket_id} is open again.")


@blueprint.post("/note")
def note(ticket_id: int) -> Response:
    """Write a note for the colleagues."""
    handling.note(ticket_id, request.form.get("text", ""), actor=member(), now=now())
    return stay(ticket_id, said="Note saved.")


@blueprint.post("/assign")
def assign(ticket_id: int) -> Response:
    """Give the ticket to a colleague, or to nobody."""
    chosen = number("staff") if request.form.get("staff") else None
    handling.assign(ticket_id, chosen, version=version(), actor=member(), now=now())
    can_be_taken_back(ticket_id, f"#{ticket_id} is with {staff.name_of(chosen)} now.")
    return stay(ticket_id)


def _finish(ticket_id: int, state: TicketState, said: str) -> Response:
    why = request.form.get("why", "").strip()
    if state is TicketState.DECLINED and not why:
        flash("Say why you decline; the reason stays with the ticket.", "warning")
        return stay(ticket_id)
    handling.finish(ticket_id, state, version=version(), actor=member(), now=now(), why=why)
    can_be_taken_back(ticket_id, said)
    return onward(ticket_id)


def _send(ticket_id: int, name: str, letter: LetterWriter, *, waits: bool) -> None:
    handling.answer(
        ticket_id,
        name,
        letter,
        waits=waits,
        version=version(),
        actor=member(),
        court=desk().rules.court,
        now=now(),
        undo_seconds=int(undo_window().total_seconds()),
    )


def pacer_reply(category: Category) -> str:
    """Which letter the PACER button sends."""
    return "pacer_link" if category is Category.PACER_LINK else "pacer_account"


def _show_undo(ticket_id: int) -> None:
    """Let every page offer to undo what was just set off, or say that a second person must agree first."""
    made = reset_views.newest(ticket_id)
    if made is not None and made.state is ResetState.OPEN:
        resets_can_be_undone([ticket_id])
    elif made is not None and made.state is ResetState.PROPOSED:
        flash(f"#{ticket_id} waits for a second person. Nothing is sent before they agree.", "done")
