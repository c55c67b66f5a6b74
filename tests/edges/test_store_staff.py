"""Signing in: slow to guess, quick to end."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select

from helpdesk.errors import NotAllowedError, NotPossibleError
from helpdesk.store.database import db
from helpdesk.store.models import Staff
from helpdesk.store.people import staff
from helpdesk.vocabulary import Role
from tests.cast import ADMIN, CLERK, NOBODY, NOW, PASSWORD
from tests.conftest import add_staff

pytestmark = pytest.mark.usefixtures("inside")
HERE = "192.0.2.0/24"


def sign_in(login: str = "clerk", password: str = PASSWORD, minutes: float = 0) -> str | None:
    return staff.sign_in(login, password, network=HERE, now=NOW + timedelta(minutes=minutes))


def test_the_right_password_opens_a_session() -> None:
    people = add_staff(CLERK)
    token = sign_in("  Clerk ")
    assert token is not None
    session = staff.signed_in(token, now=NOW)
    assert session is not None
    assert session.member == people["clerk"]


@pytest.mark.parametrize("login", ["clerk", "nobody", "", "x" * 5000])
def test_wrong_and_unknown_look_alike(login: str) -> None:
    add_staff(CLERK)
    assert sign_in(login, "wrong password!") is None


def test_for_an_unknown_login_a_hash_of_the_same_cost_is_computed() -> None:
    add_staff(CLERK)
    [kept] = db.session.execute(select(Staff.password_hash)).scalars()
    assert extract_parameters(staff._decoy()) == extract_parameters(kept)
    with pytest.raises(VerifyMismatchError):  # a hash that argon2 does not understand is refused at once, otherwise
        staff._hasher.verify(staff._decoy(), "wrong password!")


def test_case_42_five_failures_throttle_this_account_from_this_network_only() -> None:
    add_staff(CLERK, ADMIN)
    for _ in range(5):
        assert sign_in(password="wrong password!") is None
    with pytest.raises(staff.TooManyFailuresError):
        sign_in()
    assert sign_in("admin") is not None
    assert staff.sign_in("clerk", PASSWORD, network="198.51.100.0/24", now=NOW) is not None
    assert sign_in(minutes=16) is not None


def test_an_idle_session_ends_and_a_used_one_lasts_ten_hours() -> None:
    add_staff(CLERK)
    token = sign_in() or ""
    assert staff.signed_in(token, now=NOW + timedelta(minutes=31)) is None
    for minute in range(20, 600, 20):
        staff.touch(token, now=NOW + timedelta(minutes=minute))
    assert staff.signed_in(token, now=NOW + timedelta(minutes=595)) is not None
    staff.touch(token, now=NOW + timedelta(minutes=600))
    assert staff.signed_in(token, now=NOW + timedelta(minutes=601)) is None


def test_case_40_a_changed_role_password_or_access_ends_all_sessions() -> None:
    people = add_staff(CLERK, ADMIN)
    token = sign_in() or ""
    add_staff(CLERK)
    assert staff.signed_in(token, now=NOW) is None
    token = sign_in() or ""
    staff.disable(people["clerk"].id, actor=people["admin"], now=NOW)
    assert staff.signed_in(token, now=NOW) is None
    assert sign_in() is None


def test_case_40_an_account_that_changes_while_its_password_is_checked_opens_no_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Meanwhile(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            right = super().verify(hash, password)
            add_staff(CLERK)
            return right

    add_staff(CLERK)
    monkeypatch.setattr(staff, "_hasher", Meanwhile(time_cost=1, memory_cost=8, parallelism=1))
    with pytest.raises(NotAllowedError, match="changed"):
        sign_in()


def test_signing_out_ends_the_session() -> None:
    add_staff(CLERK)
    token = sign_in() or ""
    staff.sign_out(token)
    assert staff.signed_in(token, now=NOW) is None


@pytest.mark.parametrize(
    ("login", "password"),
    [("", PASSWORD), ("two words", PASSWORD), ("system", PASSWORD), ("clerk", "short"), ("clerk", "x" * 300)],
)
def test_accounts_that_could_not_be_used_safely_are_refused(login: str, password: str) -> None:
    with pytest.raises(NotPossibleError):
        staff.add(login, Role.CLERK, password, actor=NOBODY, now=NOW)


@pytest.mark.parametrize("name", ["two\nlines", "\x1b[31mred", "Jos\udce9"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(NotPossibleError, match="one line of letters"):
        staff.add("clerk", Role.CLERK, PASSWORD, actor=NOBODY, now=NOW, name=name)


def test_nobody_disables_themselves() -> None:
    people = add_staff(ADMIN)
    with pytest.raises(NotPossibleError):
        staff.disable(people["admin"].id, actor=people["admin"], now=NOW)
