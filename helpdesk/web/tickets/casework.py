"""What staff do with tickets as cases: join, part and snooze them, step back, and take notice of one another."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.store.cases import merging
from helpdesk.store.desk import drafts, handling, mentions, queue, snoozing, tickets, undoing
from helpdesk.store.incoming import splitting
from helpdesk.store.outgoing import outbox
from helpdesk.store.people import presence
from helpdesk.web.access import member
from helpdesk.web.afterwards import go_to
from helpdesk.web.clock import in_full, now
from helpdesk.web.display.mailbox import mailbox
from helpdesk.web.tickets.answering import chosen_letter, writer
from helpdesk.web.tickets.steps import number, onward, stay, version
from helpdesk.web.tickets.taking_back import can_be_taken_back, is_taken_back, undo_window
from helpdesk.web.tickets.times import chosen_time

blueprint = Blueprint("casework", __name__)


@blueprint.post("/tickets/<id:ticket_id>/merge")
def merge(ticket_id: int) -> AnyResponse:
    """Make the ticket part of another, and go there."""
    into = number("into")
    merging.merge(ticket_id, into, version=version(), actor=member(), now=now())
    return stay(into, said=f"#{ticket_id} is now part of this ticket.")


@blueprint.post("/tickets/<id:ticket_id>/unmerge")
def unmerge(ticket_id: int) -> AnyResponse:
    """Take the ticket out of the one it was merged into."""
    merging.unmerge(ticket_id, version=version(), actor=member(), now=now())
    return stay(ticket_id, said=f"#{ticket_id} stands for itself again.")


@blueprint.post("/tickets/<id:ticket_id>/split")
def split(ticket_id: int) -> AnyResponse:
    """Give each filer of the mail a ticket."""
    _, *others = splitting.split(ticket_id, version=version(), actor=member(), now=now())
    named = ", ".join(f"#{other}" for other in others)
    return stay(ticket_id, said=f"Each filer has a ticket now; the others are {named}.")


@blueprint.post("/tickets/<id:ticket_id>/snooze")
def snooze(ticket_id: int) -> AnyResponse:
    """Put the ticket aside until a time."""
    until = chosen_time(request.form)
    snoozing.snooze(ticket_id, until, version=version(), actor=member(), now=now())
    can_be_taken_back(ticket_id, f"#{ticket_id} sleeps until {in_full(until)}.")
    return onward(ticket_id)


@blueprint.post("/tickets/<id:ticket_id>/wake")
def wake(ticket_id: int) -> AnyResponse:
    """Take it back to work before its time."""
    snoozing.wake(ticket_id, version=version(), actor=member(), now=now())
    return stay(ticket_id, said=f"#{ticket_id} is awake.")


@blueprint.post("/tickets/<id:ticket_id>/take-back")
def take_back(ticket_id: int) -> AnyResponse:
    """Undo what one has just done to the ticket."""
    undoing.take_back(ticket_id, version=version(), within=undo_window(), actor=member(), now=now())
    is_taken_back(ticket_id)
    return stay(ticket_id, said=f"#{ticket_id}: undone. Nothing was sent.")


@blueprint.post("/tickets/<id:ticket_id>/nobody")
def nobody(ticket_id: int) -> AnyResponse:
    """Whoever asks is not on the roll, by the clerk's judgement."""
    handling.choose_nobody(ticket_id, version=version(), actor=member(), now=now())
    return stay(ticket_id, said="Noted: nobody on the roll is meant. Answer or decline the request.")


@blueprint.get("/tickets/<id:ticket_id>/letter")
def letter(ticket_id: int) -> str:
    """A letter as it would go out, before it does."""
    ticket = tickets.view(ticket_id)
    name, court = chosen_letter(request.args)
    written = writer(name, ticket.language, court_asked=court)(ticket.id, outbox.tag_of(ticket_id))
    return render_template(
        "answer.html",
        ticket=ticket,
        letter=written,
        to=handling.answers_go_to(ticket_id),
        reply=name,
        court_asked=court,
        view=request.args.get("view", ""),
    )


@blueprint.post("/tickets/<id:ticket_id>/draft")
def draft(ticket_id: int) -> AnyResponse:
    """Keep a note that is not finished."""
    drafts.keep(ticket_id, request.form.get("text", ""), actor=member(), now=now())
    if request.form.get("quiet") == "yes":
        return Response(status=204)
    return stay(ticket_id, said="The draft is kept; only you see it.")


@blueprint.post("/tickets/<id:ticket_id>/presence")
def here(ticket_id: int) -> Response:
    """A page of the ticket is open, or was closed; the answer names the others."""
    if request.form.get("leaving") == "yes":
        presence.leave(session["token"], ticket_id)
        return Response(status=204)
    presence.look(session["token"], ticket_id, now=now())
    return jsonify(others=list(presence.lookers([ticket_id], besides=member().id, now=now()).get(ticket_id, ())))


@blueprint.get("/mentions")
def mentioned() -> str:
    """Notes that name the person who looks."""
    return render_template(
        "mentions.html",
        view="mentions",
        mentions=mentions.unseen(member()),
        counts=queue.counts(member()),
        mailbox=mailbox(),
    )


@blueprint.post("/mentions/<id:note_id>/seen")
def seen(note_id: int) -> AnyResponse:
    """The person has seen it."""
    ticket_id = mentions.seen(note_id, actor=member(), now=now())
    if request.form.get("back") == "ticket":
        return stay(ticket_id)
    return go_to("casework.mentioned")
