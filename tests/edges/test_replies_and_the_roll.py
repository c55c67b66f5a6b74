"""Nobody can probe the roll by mail: the same mail gets the same reply, byte for byte and to the same moment.

Cases 19 and 20. Each roll is a database of its own; all of them get the same mail in the same order.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import select

from helpdesk.desk import desk
from helpdesk.doors.outgoing import as_bytes
from helpdesk.store.database import db
from helpdesk.store.desk import tickets
from helpdesk.store.models import OutboxRow
from helpdesk.store.outgoing import dispatch, outbox
from helpdesk.vocabulary import Filer, FilerStatus, Message, OutboxKind, TicketState, Understanding
from tests import cast
from tests.apps import application
from tests.cast import ADA, GRACE, MALLORY, NAMESAKE, NOW
from tests.conftest import config_for, put_on_roll
from tests.desk_work import dispatch as sending
from tests.desk_work import read, receive

ROLLS: dict[str, tuple[Filer, ...]] = {
    "the filer exists": (ADA, GRACE),
    "does not": (GRACE,),
    "is suspended": (replace(ADA, status=FilerStatus.SUSPENDED), GRACE),
    "is deceased": (replace(ADA, status=FilerStatus.DECEASED), GRACE),
    "is linked to PACER": (replace(ADA, pacer_linked=True), GRACE),
    "may be linked": (replace(ADA, pacer_linked=None), GRACE),
    "has another primary address": (replace(ADA, primary_email="new@elsewhere.example"), GRACE),
    "has this address as a secondary one": (
        replace(ADA, primary_email="new@elsewhere.example", secondary_emails=(ADA.primary_email,)),
        GRACE,
    ),
    "changed the address yesterday": (replace(ADA, email_changed_on=(NOW - timedelta(days=1)).date()), GRACE),
    "has namesakes": (ADA, NAMESAKE, replace(NAMESAKE, ecf_user_id="500009", bar_id="234516"), GRACE),
    "matches another": (replace(NAMESAKE, bar_id=ADA.bar_id), GRACE),
    "is the only one": (ADA,),
}

MAILS: dict[str, bytes] = {
    "complete": cast.mail(),
    "incomplete": cast.mail(
        "Please reset my CM/ECF password. My name is Ada Filer.",
        sender="Ada Filer <ada2@filerquill.example>",
        message_id="<2@x.example>",
    ),
    "forgotten login": cast.mail(
        "I forgot my CM/ECF login name.\n\nAda Quill Filer\nBar ID: 234561\n",
        sender="Ada Filer <ada3@filerquill.example>",
        message_id="<3@x.example>",
    ),
    "from a stranger": cast.mail(sender=f"Mallory <{MALLORY}>", message_id="<4@x.example>"),
    "what is on file": cast.mail(
        f"{cast.ADAS_REQUEST}\nWhich e-mail address do you have on file for me?",
        sender="Ada Filer <ada5@filerquill.example>",
        message_id="<5@x.example>",
    ),
    "several filers": cast.mail(
        "Please reset the CM/ECF passwords of:\n\nAda Quill Filer, SBN 234561\nGrace Hopkinson, SBN 301122\n",
        sender="Tess Vale <tess@filerquill.example>",
        message_id="<6@x.example>",
    ),
    "Spanish": cast.mail(
        "Por favor, necesito restablecer mi contraseña de CM/ECF.\n\nNombre: Ada Filer\nBar ID: 234561\nGracias\n",
        sender="Ada Filer <ada7@filerquill.example>",
        message_id="<7@x.example>",
    ),
    "mailbox gone": cast.mail(
        f"{cast.ADAS_REQUEST}\nI can no longer open my old e-mail.",
        sender="Ada Filer <ada8@webmail.example>",
        message_id="<8@x.example>",
    ),
    "another's number": cast.mail(
        cast.ADAS_REQUEST.replace("234561", "301122"),
        sender="Ada Filer <ada9@filerquill.example>",
        message_id="<9@x.example>",
    ),
    "PACER": cast.mail(
        "How do I upgrade my PACER account?", sender="Ada <a10@filerquill.example>", message_id="<10@x.example>"
    ),
    "forged": cast.mail(
        sender="Ada Filer <ada11@filerquill.example>",
        message_id="<11@x.example>",
        headers={"Authentication-Results": "mx.casd.uscourts.gov; dmarc=fail header.from=filerquill.example"},
    ),
    "the same again": cast.mail(
        f"Again:\n\n{cast.ADAS_REQUEST}", message_id="<12@x.example>", at=NOW + timedelta(minutes=1)
    ),
}

_OUR_ID = re.compile(rb"Message-ID: <[0-9a-f]{32}@")
_OUR_TAG = re.compile(rb"\[ECF (\d+)-[0-9a-f]{8}\]")


@dataclass(frozen=True)
class Seen:
    """What an outsider sees of one reply: its bytes, its envelope, and when it leaves."""

    raw: bytes
    to: str
    due_at: datetime
    queued_at: datetime


def replies_with(roll: tuple[Filer, ...], url: str) -> list[Seen | None]:
    """The reply to each of the mails, with this roll."""
    with application(config_for(url)) as app, app.app_context():
        put_on_roll(*roll)
        return [_reply_to(raw, NOW + timedelta(minutes=number)) for number, raw in enumerate(MAILS.values())]


@cache
def _understood(raw: bytes) -> tuple[Message, Understanding]:
    """Reading knows no roll, so it is done once for all of them."""
    return read(raw)


def _reply_to(raw: bytes, now: datetime) -> Seen | None:
    receive(raw, now=now, understood=_understood(raw))
    claimed = outbox.claim(now=now)
    if not claimed:
        return None
    (row,) = claimed
    assert row.kind is OutboxKind.REPLY
    letter = dispatch.prepare(row, dispatch=sending(), now=now)
    assert letter is not None
    written = as_bytes(letter, desk().rules.court, now=now)
    kept = db.session.get_one(OutboxRow, row.id)
    seen = Seen(
        raw=_OUR_TAG.sub(rb"[ECF \1-tag]", _OUR_ID.sub(b"Message-ID: <id@", written)),
        to=letter.to,
        due_at=kept.due_at,
        queued_at=kept.queued_at,
    )
    dispatch.sent(row, connector=desk().config.connector, now=now)
    return seen


@pytest.fixture(scope="module")
def with_the_filer(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Seen | None]:
    """The replies where all that is claimed is true."""
    file = tmp_path_factory.mktemp("roll") / "helpdesk.sqlite3"
    shutil.copy(sqlite_template, file)
    return replies_with(ROLLS["the filer exists"], f"sqlite:///{file}")


def test_the_mails_are_answered_in_every_way(with_the_filer: list[Seen | None]) -> None:
    """The comparison below means nothing unless these mails are answered, and differently."""
    answered = {name: seen for name, seen in zip(MAILS, with_the_filer, strict=True) if seen is not None}
    assert set(MAILS) - set(answered) == {"forged", "the same again"}
    subjects = {re.search(rb"(?m)^Subject: (.*?) \[", seen.raw)[1] for seen in answered.values()}  # type: ignore[index]
    assert len(subjects) >= 6
    assert all(seen.due_at == seen.queued_at for seen in answered.values())


@pytest.mark.parametrize("roll", [name for name in ROLLS if name != "the filer exists"])
def test_the_same_mail_gets_the_same_bytes_at_the_same_moment_when_the_filer(
    roll: str, sqlite_url: str, with_the_filer: list[Seen | None]
) -> None:
    """Cases 19 and 20."""
    seen = replies_with(ROLLS[roll], sqlite_url)
    for name, one, other in zip(MAILS, seen, with_the_filer, strict=True):
        assert one == other, name


@pytest.mark.parametrize(
    ("who", "letter", "hours"),
    [
        (f"Mallory <{MALLORY}>", 2, 25),
        ("Ada Filer <ada+1@filerquill.example>", 2, 50),
        ("Ada Filer <ada+2@filerquill.example>", 1, 50),
    ],
)
def test_who_answers_a_letter_learns_nothing_from_requests_that_became_one_case(
    who: str, letter: int, hours: int, sqlite_url: str, tmp_path: Path
) -> None:
    """Cases 13, 19. A second request joins the first only where both mean one filer on the roll; no reply tells."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    shutil.copy(file, tmp_path / "other.sqlite3")
    with_ada = _conversation((ADA,), sqlite_url, who, letter, hours)
    without = _conversation((GRACE,), f"sqlite:///{tmp_path / 'other.sqlite3'}", who, letter, hours)
    assert with_ada[0] is TicketState.MERGED, "or there is nothing to tell"
    assert without[0] is not TicketState.MERGED
    assert with_ada[1] == without[1]


def _conversation(roll: tuple[Filer, ...], url: str, who: str, number: int, hours: int) -> tuple[TicketState, bool]:
    """Ada asks twice within a day, both are answered, and somebody answers one of the letters; what becomes of the
    second request, and whether the last mail gets a reply."""
    with application(config_for(url)) as app, app.app_context():
        put_on_roll(*roll)
        first = receive(cast.mail(sender="Ada Filer <ada+1@filerquill.example>")).ticket_id or 0
        came, taken_in = NOW + timedelta(hours=23), NOW + timedelta(hours=24, minutes=1)
        again = cast.mail(sender="Ada Filer <ada+2@filerquill.example>", message_id="<2@x.example>", at=came)
        second = receive(again, now=taken_in).ticket_id or 0
        of_ticket = OutboxRow.ticket_id == (first, second)[number - 1]
        letter = db.session.execute(select(OutboxRow).where(of_ticket)).scalar_one()
        now = NOW + timedelta(hours=hours)
        answer = cast.mail(sender=who, message_id="<3@x.example>", at=now, headers={"In-Reply-To": letter.message_id})
        receive(answer, now=now)
        answered = db.session.execute(select(OutboxRow).where(OutboxRow.queued_at == now)).scalar_one_or_none()
        return tickets.view(second).state, answered is not None
