"""Who is signed in gives the password once more: whoever sits at the browser now is that person (case 46)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from helpdesk.errors import NotAllowedError
from helpdesk.store import audit
from helpdesk.store.database import db, transaction
from helpdesk.store.models import SignInAttempt, Staff, StaffSession
from helpdesk.store.people import staff
from helpdesk.store.seals import new_token, token_hash


def proved_within(token: str, time: timedelta, *, now: datetime) -> bool:
    """Whether the password was given in this session no longer ago than that, also where the clock was put back."""
    row = db.session.get(StaffSession, token_hash(token))
    return row is not None and row.proved_at is not None and abs(now - row.proved_at) <= time


def prove(token: str, password: str, *, network: str, now: datetime) -> str | None:
    """The session under a new token, as after signing in; None where the password is wrong.

    Wrong ones count together with failed sign-ins, and raise TooManyFailuresError like them.
    """
    found = db.session.execute(
        select(Staff).join(StaffSession).where(StaffSession.token_hash == token_hash(token))
    ).scalar_one()
    person, right_hash = staff.member(found), found.password_hash
    with transaction() as session:
        staff.require_few_failures(session, person.login, network, now)
    if not staff.is_password(right_hash, password):
        with transaction() as session:
            session.add(SignInAttempt(login=person.login, network=network, at=now))
            audit.record(session, "wrong_password", actor=person, now=now, network=network)
        return None
    fresh = new_token()
    with transaction() as session:
        kept = session.get(StaffSession, token_hash(token), with_for_update=True, populate_existing=True)
        if kept is None:
            raise NotAllowedError("This session has ended meanwhile. Sign in again.")
        kept.token_hash, kept.proved_at, kept.used_at = token_hash(fresh), now, now
        staff.forget_failures(session, person.login, network)
        audit.record(session, "password_given_again", actor=person, now=now, network=network)
    return fresh
