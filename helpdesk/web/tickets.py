"""The ticket page: the message with its claims marked, who it may be and why, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from helpdesk.desk import desk
from helpdesk.store import bounces, queue, search, staff, threads, tickets
from helpdesk.store.approvals import APPROVABLE
from helpdesk.store.bounces import Unreachable
from helpdesk.store.messages import ShownMessage
from helpdesk.store.primaries import hindrance
from helpdesk.store.tickets import TicketView
from helpdesk.vocabulary import Candidate, Filer, FilerRequest, Place, TicketState
from helpdesk.web.access import member
from helpdesk.web.highlights import Block, Mark, Piece, blocks, line, marks
from helpdesk.web.words import REPLY_NAMES

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
    hindrance: str  # why the record cannot be reset, '' when it can
    needs_confirmation: bool
    undo: bool
    agree: bool  # as the second person
    work: bool  # answer, decline, spam, close …
    reopen: bool


@blueprint.get("/tickets/<id:ticket_id>")
def page(ticket_id: int) -> str:
    """Everything about one ticket."""
    ticket = tickets.view(ticket_id)
    view = request.args.get("view", "")
    sought = request.args.get("find", "").strip()[:200]
    found = marks(ticket.decision.requests, ticket.decision.signals)
    return render_template(
        "ticket.html",
        ticket=ticket,
        view=view,
        place=place(ticket_id, view),
        messages=[_marked(message, ticket, found) for message in reversed(ticket.messages)],
        numbers={mark.target: mark.label for mark in found if mark.claim},
        possible=possible(ticket),
        others=_chosen_elsewhere(ticket),
        related=threads.related(ticket_id),
        unreachable=_unreachable(ticket),
        colleagues=[entry.member for entry in staff.everyone() if not entry.disabled],
        replies=answers(),
        courts=desk().rules.courts.courts,
        sought=sought,
        found_filers=search.people(sought) if sought else (),
    )


def possible(ticket: TicketView) -> Possible:
    """What the page offers; the use cases check again."""
    open_for_reset = ticket.state in APPROVABLE and ticket.chosen is not None
    return Possible(
        approve=open_for_reset,
        hindrance=hindrance(ticket.chosen, desk().rules.court) if ticket.chosen else "",
        needs_confirmation=ticket.state is not TicketState.READY or ticket.chosen_by_staff,
        undo=ticket.state in (TicketState.HELD, TicketState.APPROVED),
        agree=ticket.state is TicketState.APPROVED
        and ticket.reset is not None
        and ticket.reset.approver_id != member().id,
        work=ticket.state not in IN_FLIGHT | ENDED,
        reopen=ticket.state in ENDED or ticket.state in (TicketState.SENT, TicketState.ANSWERED),
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


def answers() -> tuple[str, ...]:
    """The standard letters a clerk may send to a requester, in the order of the menu."""
    return tuple(name for name in REPLY_NAMES if name in desk().letters.names() and name != "ask")


def _marked(message: ShownMessage, ticket: TicketView, found: tuple[Mark, ...]) -> MarkedMessage:
    """Marks belong to the message that was decided about; other mail of the ticket has none."""
    mine = found if message.ledger_id == ticket.decision.ledger_id else ()
    return MarkedMessage(
        message=message,
        sender=line(message.sender_line, Place.SENDER, mine),
        subject=line(message.subject, Place.SUBJECT, mine),
        blocks=blocks(message.text, message.sections, mine),
    )


def _chosen_elsewhere(ticket: TicketView) -> Filer | None:
    """The record a clerk chose, where it is not among the proposed ones."""
    if ticket.chosen is None or ticket.chosen.ecf_user_id in {c.filer.ecf_user_id for c in _proposed(ticket)}:
        return None
    return ticket.chosen


def _proposed(ticket: TicketView) -> tuple[Candidate, ...]:
    requests: tuple[FilerRequest, ...] = ticket.decision.requests
    return tuple(candidate for one in requests for candidate in one.ranking.candidates)
