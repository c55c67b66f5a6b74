"""Staff accounts and sign-in. Passwords as argon2id; sessions in the database, as hashes."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION
from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.errors import NotAllowedError, NotFoundError, NotPossibleError
from helpdesk.store import audit
from helpdesk.store.database import ask, db, is_duplicate, transaction
from helpdesk.store.models import SignInAttempt, Staff, StaffSession
from helpdesk.store.people.personal import Settings
from helpdesk.store.seals import new_token, token_hash
from helpdesk.vocabulary import SYSTEM, Role, StaffMember

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
FAILURES = 5  # for one account from one network, within FAILURE_WINDOW
FAILURE_WINDOW = timedelta(minutes=15)
_SESSION_TOUCH = timedelta(minutes=1)  # a busy clerk's session is not written at every click

_hasher = PasswordHasher()
_WHO = (
    select(
        *(Staff.id, Staff.login, Staff.name, Staff.role, Staff.disabled_at, Staff.keys_on, Staff.advance_on),
        (Staff.credentials_version == StaffSession.credentials_version).label("unchanged"),
        *(StaffSession.began_at, StaffSession.used_at),
    )
    .join(StaffSession, StaffSession.staff_id == Staff.id)
    .where(StaffSession.token_hash == bindparam("token_hash"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEntry:
    """A line of the staff list."""

    member: StaffMember
    disabled: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who uses a session, how they like to work, and when they last did anything."""

    member: StaffMember
    settings: Settings
    used_at: datetime

    def is_to_be_noted(self, now: datetime) -> bool:
        """Whether the last use that was noted lies so far back that this one must be noted."""
        return now - self.used_at > _SESSION_TOUCH


class TooManyFailuresError(NotAllowedError):
    """Sign-in is throttled for this account and network."""


def add(login: str, role: Role, password: str, *, actor: StaffMember, now: datetime, name: str = "") -> StaffMember:
    """Create an account, or give an existing one this role and password and end its sessions.

    Raises NotPossibleError, also where somebody else saves the same new login at this moment.
    """
    login = login.strip().lower()
    if not login or len(login) > 100 or not login.isprintable() or any(c.isspace() for c in login):
        raise NotPossibleError("A login needs 1 to 100 characters without spaces.")
    if not name.isprintable():
        raise NotPossibleError("A name is one line of letters that can be shown.")
    if login == SYSTEM.login:
        raise NotPossibleError("The login 'system' stands for the service itself.")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise NotPossibleError(f"A password needs {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    hashed = _hasher.hash(password)
    try:
        with transaction() as session:
            row = _saved(session, login, role, hashed, now, name)
            audit.record(session, "staff_saved", actor=actor, now=now, login=login, role=role.value)
            return member(row)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise NotPossibleError(f"Somebody else has saved the login {login!r} just now. Look at it first.") from error


def _saved(session: Session, login: str, role: Role, hashed: str, now: datetime, name: str) -> Staff:
    row = session.execute(select(Staff).where(Staff.login == login)).scalar_one_or_none()
    if row is None:
        row = Staff(login=login, name=name or login, role=role.value, password_hash=hashed, created_at=now)
        session.add(row)
    else:
        row.role, row.password_hash, row.disabled_at = role.value, hashed, None
        row.name = name or row.name
        row.credentials_version += 1
    session.flush()
    return row


def disable(staff_id: int, *, actor: StaffMember, now: datetime) -> None:
    """Close an account; its sessions die at their next request."""
    with transaction() as session:
        row = session.get(Staff, staff_id)
        if row is None:
            raise NotFoundError("There is no such account.")
        if row.id == actor.id:
            raise NotPossibleError("You cannot disable your own account.")
        row.disabled_at = now
        row.credentials_version += 1
        audit.record(session, "staff_disabled", actor=actor, now=now, login=row.login)


def everyone() -> tuple[StaffEntry, ...]:
    """All accounts by login."""
    rows = db.session.execute(select(Staff).order_by(Staff.login)).scalars()
    return tuple(
        StaffEntry(member=member(row), disabled=row.disabled_at is not None, created_at=row.created_at)
        for row in rows
    )


def name_of(staff_id: int | None) -> str:
    """A person's name; "nobody" where none is meant."""
    row = db.session.get(Staff, staff_id) if staff_id is not None else None
    return row.name if row is not None else "nobody"


def sign_in(login: str, password: str, *, network: str, now: datetime) -> str | None:
    """A new session's token, or None. Raises TooManyFailuresError; unknown and wrong look and last alike."""
    login = login.strip().lower()[:100]
    with transaction() as session:
        require_few_failures(session, login, network, now)
    row = db.session.execute(select(Staff).where(Staff.login == login)).scalar_one_or_none()
    usable = row is not None and row.disabled_at is None
    credentials = row.credentials_version if row is not None else 0
    right = is_password(row.password_hash if row is not None and usable else _decoy(), password)
    if row is None or not usable or not right:
        with transaction() as session:
            session.add(SignInAttempt(login=login, network=network, at=now))
        return None
    return _begin_session(row.id, credentials, network, now)


def signed_in(token: str, *, now: datetime) -> SignedIn | None:
    """Who uses this session; None when it ended, was idle too long or the account changed since."""
    row = ask(db.session(), _WHO, token_hash=token_hash(token)).one_or_none()
    if row is None or row.disabled_at is not None or not row.unchanged:
        return None
    if now - row.used_at > IDLE or now - row.began_at > ABSOLUTE:
        return None
    return SignedIn(
        member=StaffMember(id=row.id, login=row.login, name=row.name, role=Role(row.role)),
        settings=Settings(keys_on=row.keys_on, advance_on=row.advance_on),
        used_at=row.used_at,
    )


def touch(token: str, *, now: datetime) -> None:
    """Note that a person (not a poll of the page) used the session, unless that was noted a moment ago."""
    with transaction() as session:
        row = session.get(StaffSession, token_hash(token))
        if row is not None and now - row.used_at > _SESSION_TOUCH:
            row.used_at = now


def sign_out(token: str) -> None:
    """End a session."""
    with transaction() as session:
        session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash(token)))


def require_few_failures(session: Session, login: str, network: str, now: datetime) -> None:
    """Raise TooManyFailuresError where this account had too many wrong passwords from this network lately."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - FAILURE_WINDOW))
    failures = session.execute(
        select(func.count())
        .select_from(SignInAttempt)
        .where(SignInAttempt.login == login, SignInAttempt.network == network)
    ).scalar_one()
    if failures >= FAILURES:
        raise TooManyFailuresError("Too many failed attempts. Please wait 15 minutes and try again.")


def forget_failures(session: Session, login: str, network: str) -> None:
    """The right password was given."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.login == login, SignInAttempt.network == network))


def is_password(hashed: str, password: str) -> bool:
    """Whether this is the password of that hash."""
    try:
        return _hasher.verify(hashed, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False


def _begin_session(staff_id: int, credentials: int, network: str, now: datetime) -> str:
    """credentials: the version of those that were checked, which takes a while."""
    token = new_token()
    with transaction() as session:
        staff = session.get(Staff, staff_id)
        if staff is None or staff.disabled_at is not None:
            raise NotAllowedError("This account was closed.")
        if staff.credentials_version != credentials:
            raise NotAllowedError("This account was changed a moment ago. Sign in again.")
        forget_failures(session, staff.login, network)
        session.execute(delete(StaffSession).where(StaffSession.began_at < now - ABSOLUTE))
        session.add(
            StaffSession(
                token_hash=token_hash(token),
                staff_id=staff.id,
                credentials_version=staff.credentials_version,
                began_at=now,
                used_at=now,
                proved_at=now,
            )
        )
        audit.record(session, "signed_in", actor=member(staff), now=now, network=network)
    return token


def _decoy() -> str:
    """A hash that no password is known for. Verified when the login is unknown, it takes as long as one of a member.

    It is put together, not computed: hashing something for it would cost every process's start a tenth of a second.
    """
    salt, digest = (b64encode(token_bytes(n)).decode().rstrip("=") for n in (_hasher.salt_len, _hasher.hash_len))
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


def member(row: Staff) -> StaffMember:
    """The frozen person of a row."""
    return StaffMember(id=row.id, login=row.login, name=row.name, role=Role(row.role))
