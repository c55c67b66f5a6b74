"""The ticket page: the message with its claims marked, who it may be and why, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, make_response, render_template, request, session

from helpdesk.desk import desk
from helpdesk.store.approving.approvals import APPROVABLE
from helpdesk.store.cases.messages import ShownMessage
from helpdesk.store.database import where_it_can_be
from helpdesk.store.desk import drafts, queue, search, tickets
from helpdesk.store.desk.tickets import TicketView
from helpdesk.store.incoming import bounces, threads
from helpdesk.store.incoming.bounces import Unreachable
from helpdesk.store.outgoing import links
from helpdesk.store.people import presence, staff
from helpdesk.store.roll.primaries import hindrance
from helpdesk.vocabulary import Candidate, Filer, FilerRequest, Missing, Place, TicketState
from helpdesk.web import asked
from helpdesk.web.access import member
from helpdesk.web.clock import now
from helpdesk.web.display.highlights import Block, Mark, Piece, blocks, line, marks
from helpdesk.web.tickets.answering import answers
from helpdesk.web.tickets.times import snooze_choices

blueprint = Blueprint("tickets", __name__)

IN_FLIGHT = frozenset({TicketState.HELD, TicketState.QUEUED, TicketState.APPROVED})
ENDED = frozenset({TicketState.CLOSED, TicketState.DECLINED, TicketState.SPAM, TicketState.MERGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedMessage:
    """A message cut up for showing."""

    message: ShownMessage
    sender: tuple[Piece, ...]
    subject: tuple[Piece, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where the ticket stands in the view it was opened from."""

    number: int
    total: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """Which actions fit the ticket as it is."""

    approve: bool
    approve_again: bool  # after a reset that was sent
    needs_an_answer: bool  # it waits for staff, so one action stands out
    hindrance: str  # why the record cannot be reset, '' when it can
    needs_confirmation: bool
    undo: bool
    agree: bool  # as the second person
    work: bool  # answer, decline, spam, close …
    reopen: bool
    wake: bool
    unmerge: bool
    split: bool
    merge: bool


@blueprint.get("/tickets/<id:ticket_id>")
def page(ticket_id: int) -> Response:
    """Everything about one ticket."""
    response = make_response(_page(ticket_id))
    token, moment, app = session["token"], now(), current_app._get_current_object()  # type: ignore[attr-defined]

    def sign_of_life() -> None:
        """Written when the page is on its way, so that nobody waits for it."""
        with app.app_context():
            where_it_can_be(lambda: presence.look(token, ticket_id, now=moment))

    response.call_on_close(sign_of_life)
    return response


def _page(ticket_id: int) -> str:
    older = asked.number("older")
    ticket = tickets.view(ticket_id, older=older)
    view = request.args.get("view", "")
    sought = asked.words("find")
    found = _marks(ticket)
    return render_template(
        "ticket.html",
        ticket=ticket,
        view=view,
        asked=request.args.get("q", "")[: asked.LONGEST] if not view else "",
        place=place(ticket_id, view),
        newest=older is None,
        messages=[_marked(message, ticket, found) for message in reversed(ticket.messages)],
        numbers={mark.target: mark.label for mark in found if mark.claim},
        possible=possible(ticket),
        others=_chosen_elsewhere(ticket),
        related=threads.related(ticket_id),
        unreachable=_unreachable(ticket),
        colleagues=[entry.member for entry in staff.everyone() if not entry.disabled],
        replies=answers(),
        courts=desk().rules.courts.courts,
        missing_items=tuple(Missing),
        draft=drafts.kept(ticket_id, member()),
        lookers=presence.lookers([ticket_id], besides=member().id, now=now()).get(ticket_id, ()),
        link_until=links.works_until(ticket.reset.id, now=now()) if ticket.reset else None,
        snooze_choices=snooze_choices(),
        sought=sought,
        found_filers=search.people(sought) if sought else (),
    )


def possible(ticket: TicketView) -> Possible:
    """What the page offers; the use cases check again."""
    open_for_reset = ticket.state in APPROVABLE and ticket.chosen is not None
    return Possible(
        approve=open_for_reset and ticket.state is not TicketState.SENT,
        approve_again=open_for_reset and ticket.state is TicketState.SENT,
        needs_an_answer=ticket.state in (TicketState.READY, TicketState.REVIEW),
        hindrance=hindrance(ticket.chosen, desk().rules.court) if ticket.chosen else "",
        needs_confirmation=ticket.state is not TicketState.READY or ticket.chosen_by_staff,
        undo=ticket.state in (TicketState.HELD, TicketState.APPROVED),
        agree=ticket.state is TicketState.APPROVED
        and ticket.reset is not None
        and ticket.reset.approver_id != member().id,
        work=ticket.state not in IN_FLIGHT | ENDED,
        wake=ticket.state is TicketState.SNOOZED,
        unmerge=ticket.state is TicketState.MERGED,
        split=ticket.state not in IN_FLIGHT | ENDED and len(ticket.decision.requests) > 1,
        merge=ticket.state not in IN_FLIGHT | {TicketState.MERGED},
        reopen=ticket.state in ENDED - {TicketState.MERGED} | {TicketState.SENT, TicketState.ANSWERED},
    )


def _unreachable(ticket: TicketView) -> Unreachable | None:
    filer = ticket.chosen.ecf_user_id if ticket.chosen else ""
    return bounces.unreachable([filer]).get(filer)


def place(ticket_id: int, view: str) -> Position | None:
    """The ticket's place in a list, None when it is not there (any more)."""
    if not queue.known(view):
        return None
    ids = queue.ids(view, actor=member(), limit=queue.MOST_COUNTED)
    if ticket_id not in ids:
        return None
    here = ids.index(ticket_id)
    return Position(
        number=here + 1,
        total=len(ids),
        before=ids[here - 1] if here else None,
        after=ids[here + 1] if here + 1 < len(ids) else None,
    )


def _marks(ticket: TicketView) -> tuple[Mark, ...]:
    """What the decision rests on, where it stands; what is not on this page, or kept no longer, shows nothing."""
    decided = next((one for one in ticket.messages if one.ledger_id == ticket.decision.ledger_id), None)
    if decided is None:
        return ()
    gone = decided.text_forgotten_at is not None
    found = marks(ticket.decision.requests, ticket.decision.signals)
    return tuple(mark for mark in found if not (gone and mark.span.place is Place.TEXT))


def _marked(message: ShownMessage, ticket: TicketView, found: tuple[Mark, ...]) -> MarkedMessage:
    """Marks belong to the message that was decided about; other mail of the ticket has none."""
    mine = found if message.ledger_id == ticket.decision.ledger_id else ()
    return MarkedMessage(
        message=message,
        sender=line(message.sender_line, Place.SENDER, mine),
        subject=line(message.subject, Place.SUBJECT, mine),
        blocks=() if message.text_forgotten_at else blocks(message.text, message.sections, mine),
    )


def _chosen_elsewhere(ticket: TicketView) -> Filer | None:
    """The record a clerk chose, where it is not among the proposed ones."""
    if ticket.chosen is None or ticket.chosen.ecf_user_id in {c.filer.ecf_user_id for c in _proposed(ticket)}:
        return None
    return ticket.chosen


def _proposed(ticket: TicketView) -> tuple[Candidate, ...]:
    requests: tuple[FilerRequest, ...] = ticket.decision.requests
    return tuple(candidate for one in requests for candidate in one.ranking.candidates)
