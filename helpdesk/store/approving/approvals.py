"""Before a reset: may this record be reset, by this person, now, and must a second one agree?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import policy
from helpdesk.config import Connector
from helpdesk.counted import counted
from helpdesk.decide import Circumstances, SecondNeeded, second_needed
from helpdesk.errors import Change, NeedsConfirmationError, NotAllowedError, NotPossibleError, StaleTicketError
from helpdesk.store import stored
from helpdesk.store.cases import alerts, asking, limits
from helpdesk.store.cases.asking import Asker
from helpdesk.store.cases.changes import changed_since
from helpdesk.store.database import db
from helpdesk.store.models import Decision, FilerRow, ReadMail, Reset, Ticket
from helpdesk.store.roll import imports, roster
from helpdesk.store.roll.primaries import hindrance
from helpdesk.vocabulary import (
    Authentication,
    FilerRequest,
    ResetState,
    Severity,
    Signal,
    SignalName,
    StaffMember,
    TicketState,
    Verdict,
)

APPROVABLE = (
    TicketState.READY,
    TicketState.REVIEW,
    TicketState.WAITING,
    TicketState.ANSWERED,
    TicketState.SENT,
    TicketState.SNOOZED,
)
_DECISIONS_READ = 20  # newest ones of a ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Approving:
    """The policy that approvals are held to."""

    court: policy.Court
    approvals: policy.Approvals
    cool_down_days: int
    webmail: frozenset[str]
    undo_seconds: int
    connector: Connector
    rules: str  # their digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One press on Approve: what the page showed, and what the person added."""

    filer: str  # ecf_user_id of the record that was shown
    version: int  # of the ticket that was shown
    confirmed: bool  # the person saw the reasons
    why: str  # in the person's words, '' where nothing was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What speaks against a reset just now, beyond what was decided about its mail."""

    busy: tuple[limits.Excess, ...]  # limits that requests like this one exceed
    hasty: limits.Excess | None  # this person approves more than is usual
    since: tuple[Signal, ...]  # warnings after the decision, and others who ask for the record

    @property
    def exceeded(self) -> tuple[limits.Excess, ...]:
        """Every limit that is exceeded."""
        return (*self.busy, *((self.hasty,) if self.hasty else ()))


def record_shown(session: Session, ticket: Ticket, press: Press) -> FilerRow:
    """The record on the ticket, which must be the one the clerk saw."""
    if ticket.version != press.version:
        raise StaleTicketError(changed_since(ticket.id, press.version))
    if ticket.filer_id is None:
        raise NotPossibleError("Choose the filer first.")
    record = session.get_one(FilerRow, ticket.filer_id)
    if record.ecf_user_id != press.filer:
        raise StaleTicketError((Change(what=f"the ticket now names {roster.filer_of(record).full_name}"),))
    return record


def require_possible(record: FilerRow, court: policy.Court) -> None:
    """Refuse a record that may not be reset, whoever approves."""
    why_not = "" if record.on_roll else "The record is gone from the roll."
    why_not = why_not or hindrance(roster.filer_of(record), court)
    if why_not:
        raise NotPossibleError(why_not)


def require_not_importer(session: Session, record: FilerRow, actor: StaffMember) -> None:
    """Refuse a person who brought the record's present primary address in with a roster (case 43)."""
    if imports.brought_primary(session, record) == actor.login:
        raise NotAllowedError(
            "You imported this record's present primary address, so somebody else must approve its resets."
        )


def hasty(session: Session, actor: StaffMember, *, policy: Approving, now: datetime) -> limits.Excess | None:
    """Whether one more approval of this person within the hour would be more than the rules have."""
    return limits.of_approvals(session, actor, limits=policy.approvals.limits, now=now)


def require_pace(hasty: limits.Excess | None) -> None:
    """Refuse more approvals of one person within the hour than the rules have, unless a second person must agree."""
    if hasty is not None:
        raise NotPossibleError(f"{hasty.sentence} Let a colleague do this one, or wait a while.")


def against(
    session: Session, ticket: Ticket, record: FilerRow, actor: StaffMember, *, policy: Approving, now: datetime
) -> Against:
    """What speaks against this reset just now, looked up once for all who ask."""
    asked = limits.Asking(filers=(record.id,), who=_asker(ticket), at=now)
    [busy] = limits.of_requests(session, [asked], limits=policy.approvals.limits, webmail=policy.webmail)
    return Against(
        busy=busy,
        hasty=hasty(session, actor, policy=policy, now=now),
        since=_since(session, ticket, record, policy, now),
    )


def require_confirmed(
    session: Session,
    ticket: Ticket,
    record: FilerRow,
    press: Press,
    against: Against,
    *,
    policy: Approving,
    now: datetime,
) -> None:
    """One press is enough only for a ready ticket about a filer nobody has reset, or else asked for, lately."""
    if TicketState(ticket.state) not in APPROVABLE:
        raise StaleTicketError(changed_since(ticket.id, press.version))
    if press.confirmed:
        return
    if ticket.state != TicketState.READY.value or ticket.filer_chosen_by is not None:
        raise NeedsConfirmationError("This ticket needs a second look: confirm that you checked the reasons shown.")
    sentences = [excess.sentence for excess in against.busy]
    sentences += [signal.reason for signal in against.since]
    if sentences:
        raise NeedsConfirmationError(f"{sentences[0]} Confirm that you checked this request all the same.")
    hours = policy.approvals.one_request_hours
    if _reset_lately(session, record, now - timedelta(hours=hours)):
        raise NeedsConfirmationError(
            f"This filer's password was reset within the last {counted(hours, 'hour')}."
            " Confirm to send a second reset; it voids the first."
        )


def second_person(
    session: Session,
    ticket: Ticket,
    record: FilerRow,
    against: Against,
    *,
    actor: StaffMember,
    policy: Approving,
    now: datetime,
) -> SecondNeeded | None:
    """Whether the rules ask for a second person when this one approves."""
    return second_needed(
        _circumstances(session, ticket, record, actor, against),
        approvals=policy.approvals,
        cool_down_days=policy.cool_down_days,
        webmail=policy.webmail,
        now=now,
    )


def preview(
    ticket_id: int, *, actor: StaffMember, policy: Approving, now: datetime
) -> tuple[SecondNeeded | None, tuple[limits.Excess, ...]]:
    """Whether a second person would have to agree if this one approved now, and the limits that are exceeded."""
    session = db.session()
    ticket = session.get(Ticket, ticket_id)
    if ticket is None or ticket.filer_id is None:
        return None, ()
    record = session.get_one(FilerRow, ticket.filer_id)
    found = against(session, ticket, record, actor, policy=policy, now=now)
    return second_person(session, ticket, record, found, actor=actor, policy=policy, now=now), found.exceeded


def _asker(ticket: Ticket) -> Asker:
    return asking.asker(ticket.sender_address, forged=False)


def _circumstances(
    session: Session, ticket: Ticket, record: FilerRow, actor: StaffMember, against: Against
) -> Circumstances:
    rows = session.execute(
        select(Decision).where(Decision.ticket_id == ticket.id).order_by(Decision.id.desc()).limit(_DECISIONS_READ)
    ).scalars()
    decisions = [(row, stored.requests.validate_python(row.requests)) for row in rows]
    telling = next((pair for pair in decisions if pair[1]), decisions[0] if decisions else None)
    requests = _naming(record.ecf_user_id, telling[1]) if telling else ()
    signals: list[Signal] = []
    for row, asked in decisions:
        signals += stored.signals.validate_python(row.signals)
        signals += [signal for request in asked for signal in request.signals]
    signals += against.since
    exceeded = [excess.sentence for excess in against.exceeded]
    exceeded += [signal.reason for signal in signals if signal.name is SignalName.OVER_LIMIT]
    mail = session.get(ReadMail, telling[0].ledger_id) if telling else None
    return Circumstances(
        filer=roster.filer_of(record),
        claims=tuple(request.claim for request in requests),
        signals=tuple(dict.fromkeys(signals)),
        sender_address=mail.sender_address if mail else "",
        authentication=(
            stored.authentication.validate_python(mail.headers["authentication"])
            if mail
            else Authentication(verdict=Verdict.UNVERIFIED)
        ),
        chosen_by_hand=ticket.filer_chosen_by is not None,
        created_by_approver=ticket.created_by == actor.id,
        exceeded=tuple(dict.fromkeys(exceeded)),
    )


def _since(
    session: Session, ticket: Ticket, record: FilerRow, policy: Approving, now: datetime
) -> tuple[Signal, ...]:
    """Warnings since the decision, and who else asked for the record that is on the ticket now."""
    found = alerts.of_ticket(session, ticket.id)
    window = timedelta(days=policy.approvals.limits.other_senders_days)
    asked = [(record.ecf_user_id, _asker(ticket))]
    [others] = asking.others(session, asked, since=now - window, compared=asking.ALL)
    if not others:
        return found
    reason = f"{others} other sender{'s' if others > 1 else ''} asked for this filer lately."
    return *found, Signal(name=SignalName.OTHER_REQUESTS, severity=Severity.WARNING, reason=reason)


def _naming(ecf_user_id: str, requests: tuple[FilerRequest, ...]) -> tuple[FilerRequest, ...]:
    """The requests that this record was proposed for; all of them where it was found by hand."""
    naming = tuple(
        request
        for request in requests
        if any(candidate.filer.ecf_user_id == ecf_user_id for candidate in request.ranking.candidates)
    )
    return naming or requests


def _reset_lately(session: Session, record: FilerRow, since: datetime) -> bool:
    wanted = select(Reset.id).where(
        Reset.filer_id == record.id,
        Reset.approved_at > since,
        Reset.state.in_([ResetState.SENT.value, ResetState.DONE.value]),
    )
    return session.execute(wanted.limit(1)).scalar_one_or_none() is not None
