"""Resets as staff see them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from helpdesk import policy
from helpdesk.store.database import db
from helpdesk.store.models import FilerRow, Reset, Staff
from helpdesk.store.roll import roster
from helpdesk.store.roll.primaries import why_not_now
from helpdesk.vocabulary import Doubt, Filer, ResetState, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetView:
    """A reset for staff."""

    id: int
    ticket_id: int
    filer: Filer
    state: ResetState
    approver_id: int
    approved_by: str
    approved_at: datetime
    second_by: str | None
    doubts: tuple[Doubt, ...]  # why a second person must agree, empty where one is enough
    needed_role: Role  # at least one of the two people has it
    why: str  # the first person's words
    due_at: datetime
    finished_at: datetime | None
    outcome: str
    why_not_now: str = ""  # why it may not be carried out any more


_First, _Second = aliased(Staff), aliased(Staff)


def to_do(court: policy.Court, *, limit: int = 200) -> tuple[ResetView, ...]:
    """Approved resets that a clerk must perform in CM/ECF, oldest first; those whose record changed since say so."""
    wanted = _resets().where(Reset.state == ResetState.TO_DO.value).order_by(Reset.id).limit(limit)
    return tuple(
        replace(_view(reset, row, first, second), why_not_now=why_not_now(reset, row, court))
        for reset, row, first, second in db.session.execute(wanted)
    )


def newest(ticket_id: int) -> ResetView | None:
    """The newest reset of a ticket."""
    wanted = _resets().where(Reset.ticket_id == ticket_id).order_by(Reset.id.desc()).limit(1)
    found = db.session.execute(wanted.execution_options(populate_existing=True)).one_or_none()
    return _view(*found) if found else None


def _resets() -> Select[Reset, FilerRow, str, str | None]:
    return (
        select(Reset, FilerRow, _First.login, _Second.login)
        .join(FilerRow, FilerRow.id == Reset.filer_id)
        .join(_First, _First.id == Reset.approved_by)
        .outerjoin(_Second, _Second.id == Reset.second_by)
    )


def _view(reset: Reset, row: FilerRow, first: str, second: str | None) -> ResetView:
    return ResetView(
        id=reset.id,
        ticket_id=reset.ticket_id,
        filer=roster.filer_of(row),
        state=ResetState(reset.state),
        approver_id=reset.approved_by,
        approved_by=first,
        approved_at=reset.approved_at,
        second_by=second,
        doubts=tuple(Doubt(doubt) for doubt in reset.doubts),
        needed_role=Role(reset.needed_role),
        why=reset.why,
        due_at=reset.due_at,
        finished_at=reset.finished_at,
        outcome=reset.outcome,
    )
