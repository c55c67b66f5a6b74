"""The SMTP door against a server that fails in every way it can."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import trustme

from helpdesk.config import MailServer, Transport
from helpdesk.doors import outgoing, smtp
from helpdesk.doors.smtp import Courier
from helpdesk.errors import DeliveryError
from helpdesk.policy import Court
from helpdesk.store.outgoing import outbox
from helpdesk.vocabulary import OutboxKind, OutgoingMail
from tests.cast import ADA, MALLORY, NOW
from tests.databases import free_port
from tests.edges.dribbling import RECORD, dribbler
from tests.edges.smtp_sink import DRIBBLE, DROP, HANDSHAKE, HANG, SIP, Behaviour, sink

MAIL = OutgoingMail(
    outbox_id=1,
    kind=OutboxKind.REPLY,
    to=ADA.primary_email,
    message_id="<0123456789abcdef@casd.example>",
    subject="Your request [ECF 812-1a2b3c4d]",
    body="Dear filer,\n\nwe have your request.\n.\n..two dots\n",
    in_reply_to="<first@filerquill.example>",
    references=("<older@filerquill.example>", "<first@filerquill.example>"),
)


def send(behaviour: Behaviour, court: Court, mail: OutgoingMail = MAIL) -> DeliveryError | None:
    """Send one message; what went wrong."""
    with sink(behaviour) as server:
        return send_to(server.server, court, mail, timeout=0.3)


def send_to(server: MailServer, court: Court, mail: OutgoingMail = MAIL, **limits: float) -> DeliveryError | None:
    """Send one message there; what went wrong."""
    try:
        courier = Courier.connect(server, court, **limits)
    except DeliveryError as error:
        return error
    try:
        courier.send(mail, now=NOW)
    except DeliveryError as error:
        return error
    finally:
        courier.close()
    return None


def test_a_reply_goes_out_as_a_machine_s_answer_to_one_address(court: Court) -> None:
    """Cases 1, 23: null return path, one recipient, marked as automatic, plain text."""
    with sink() as server:
        courier = Courier.connect(server.server, court)
        courier.send(MAIL, now=NOW)
        courier.close()
    [taken] = server.taken
    letter = taken.letter
    assert taken.mail_from == ""
    assert taken.recipients == (ADA.primary_email,)
    assert letter["To"] == ADA.primary_email
    assert letter["From"].addresses[0].addr_spec == court.helpdesk_address
    assert letter["Message-ID"] == MAIL.message_id
    assert letter["In-Reply-To"] == "<first@filerquill.example>"
    assert letter["References"].split() == list(MAIL.references)
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["X-Auto-Response-Suppress"] == "All"
    assert letter["X-Helpdesk-Loop"]
    assert letter["Cc"] is None
    assert letter["Bcc"] is None
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().replace("\r\n", "\n") == MAIL.body


def test_a_reset_that_cannot_be_delivered_comes_back_to_the_helpdesk(court: Court) -> None:
    with sink() as server:
        courier = Courier.connect(server.server, court)
        courier.send(replace(MAIL, kind=OutboxKind.RESET), now=NOW)
        courier.close()
    assert server.taken[0].mail_from == court.helpdesk_address
    assert server.taken[0].letter["Auto-Submitted"] == "auto-generated"


def test_letters_beyond_ascii_arrive_as_written(court: Court) -> None:
    mail = replace(MAIL, subject="Su solicitud: contraseña", body="Estimado señor Núñez:\n\n" + "á" * 3000 + "\n")
    with sink() as server:
        courier = Courier.connect(server.server, court)
        courier.send(mail, now=NOW)
        courier.close()
    assert server.taken[0].letter["Subject"] == mail.subject
    assert server.taken[0].letter.get_content().replace("\r\n", "\n") == mail.body
    assert server.taken[0].raw.isascii()


@pytest.mark.parametrize(
    "subject", ["Reset\r\nBcc: mallory@elsewhere.example", "Reset\nX: y", "a\x00b\x1b[31m", "\u2028Bcc: m@e.example"]
)
def test_a_subject_never_becomes_another_header(court: Court, subject: str) -> None:
    """Case 24."""
    with sink() as server:
        courier = Courier.connect(server.server, court)
        courier.send(replace(MAIL, subject=subject), now=NOW)
        courier.close()
    [taken] = server.taken
    assert taken.recipients == (ADA.primary_email,)
    assert taken.letter["Bcc"] is None
    assert taken.letter["X"] is None


@pytest.mark.parametrize(
    "written",
    [
        "ada@filerquill.example, mallory@elsewhere.example",
        "ada@filerquill.example mallory@elsewhere.example",
        "<ada@filerquill.example>",
        "Ada <ada@filerquill.example>",
        "ada@filerquill.example>\r\nRCPT TO:<mallory@elsewhere.example",
        "ada@filerquill.example\n",
        "@relay.example:ada@filerquill.example",
        "ada@@filerquill.example",
        "friends:ada@filerquill.example;",
        "ada",
        "",
        "a" * 250 + "@x.example",
    ],
)
def test_what_is_not_one_plain_address_never_reaches_the_envelope(court: Court, written: str) -> None:
    with sink() as server:
        courier = Courier.connect(server.server, court)
        with pytest.raises(DeliveryError) as caught:
            courier.send(replace(MAIL, to=written), now=NOW)
        courier.close()
    assert caught.value.permanent
    assert not any(line.upper().startswith("RCPT") for line in server.lines)
    assert "mallory" not in str(caught.value)


def test_a_second_recipient_is_noticed_before_anything_is_handed_over(court: Court) -> None:
    """Case 1: the last guard. Were the code above it ever to name somebody else too, nobody would get the message."""

    class Careless(Courier):
        def _name_recipient(self, mail: OutgoingMail) -> None:
            super()._name_recipient(mail)
            self._ask("RCPT", f"TO:<{MALLORY}>", 250)

    with sink() as server:
        courier = Careless.connect(server.server, court)
        with pytest.raises(DeliveryError, match="envelope") as caught:
            courier.send(MAIL, now=NOW)
        courier.close()
    assert caught.value.permanent
    assert server.taken == []


def test_a_second_name_in_the_headers_is_noticed(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 24: what leaves is read back, whatever the library made of it."""

    class Careless(EmailMessage):
        def set_content(self, *args: Any, **words: Any) -> None:
            super().set_content(*args, **words)
            self["Bcc"] = MALLORY

    monkeypatch.setattr(outgoing, "EmailMessage", Careless)
    with pytest.raises(DeliveryError, match="headers"):
        outgoing.as_bytes(MAIL, court, now=NOW)


def test_encoded_lines_and_words_are_as_short_as_the_standards_want(court: Court) -> None:
    """RFC 2045 (6.7) and 2047 (2): at most 76 and 75 characters. Plain letters stay as they are written."""
    body = "Recibimos su mensaje. Ya lo leerá nuestro personal, y después le contestará. " * 5 + "\n"
    subject = "Contraseña " * 12 + "[ECF 812-1a2b3c4d]"
    head, _, text = outgoing.as_bytes(replace(MAIL, subject=subject, body=body), court, now=NOW).partition(
        b"\r\n\r\n"
    )
    assert max(map(len, text.splitlines())) <= 76
    assert max(map(len, re.findall(rb"=\?utf-8\?\S+\?=", head))) <= 75
    sent = message_from_bytes(head + b"\r\n\r\n" + text, policy=policy.default)
    assert (sent["Subject"], sent.get_content().splitlines()) == (subject, body.splitlines())
    plain = outgoing.as_bytes(replace(MAIL, body="word " * 40), court, now=NOW)
    assert b"word " * 40 in plain
    endless = outgoing.as_bytes(replace(MAIL, body="x" * 999), court, now=NOW)
    assert max(map(len, endless.splitlines())) <= 76


def test_hostile_references_are_left_out(court: Court) -> None:
    hostile = ("<a@b>\r\nBcc: m@e.example", "no brackets", "<" + "x" * 400 + "@y>", "<good@filerquill.example>")
    with sink() as server:
        courier = Courier.connect(server.server, court)
        courier.send(replace(MAIL, in_reply_to=hostile[0], references=hostile), now=NOW)
        courier.close()
    assert server.taken[0].letter["References"] == "<good@filerquill.example>"
    assert server.taken[0].letter["In-Reply-To"] is None


def test_a_primary_address_beyond_ascii_needs_a_server_that_can(court: Court) -> None:
    mail = replace(MAIL, to="josé@filerquill.example")
    error = send(Behaviour(), court, mail)
    assert error is not None
    assert error.permanent
    with sink(Behaviour(extensions=("8BITMIME", "SMTPUTF8"))) as server:
        courier = Courier.connect(server.server, court)
        courier.send(mail, now=NOW)
        courier.send(MAIL, now=NOW)
        courier.close()
    assert server.taken[0].recipients == ("josé@filerquill.example",)
    assert server.taken[1].recipients == (ADA.primary_email,)


TEMPORARY, PERMANENT, UNCERTAIN = "temporary", "permanent", "uncertain"


def kind_of(error: DeliveryError | None) -> str:
    assert error is not None
    assert not (error.uncertain and error.permanent)
    return UNCERTAIN if error.uncertain else PERMANENT if error.permanent else TEMPORARY


@pytest.mark.parametrize(
    ("verb", "answer", "outcome"),
    [
        ("CONNECT", "421 too busy", TEMPORARY),
        ("CONNECT", "554 no", TEMPORARY),  # says nothing about the message
        ("CONNECT", DROP, TEMPORARY),
        ("CONNECT", HANG, TEMPORARY),
        ("EHLO", "421 later", TEMPORARY),
        ("EHLO", "550 who are you", TEMPORARY),
        ("EHLO", DROP, TEMPORARY),
        ("EHLO", HANG, TEMPORARY),
        ("MAIL", "451 later", TEMPORARY),
        ("MAIL", "550 no", PERMANENT),
        ("MAIL", "421 bye", TEMPORARY),
        ("MAIL", DROP, TEMPORARY),
        ("MAIL", HANG, TEMPORARY),
        ("RCPT", "450 greylisted", TEMPORARY),
        ("RCPT", "550 5.1.1 no such user", PERMANENT),
        ("RCPT", DROP, TEMPORARY),
        ("RCPT", HANG, TEMPORARY),
        ("DATA", "451 later", TEMPORARY),
        ("DATA", "554 no", PERMANENT),
        ("DATA", "250 what", TEMPORARY),  # outside the protocol, but nothing was sent yet
        ("DATA", DROP, TEMPORARY),
        ("DATA", HANG, TEMPORARY),
        ("END", "451 disk full", TEMPORARY),
        ("END", "554 spam", PERMANENT),
        ("END", "421 shutting down", TEMPORARY),
        ("END", "gibberish", UNCERTAIN),
        ("END", DROP, UNCERTAIN),
        ("END", HANG, UNCERTAIN),
    ],
)
def test_every_failure_at_every_step_says_what_may_be_done(
    court: Court, verb: str, answer: str, outcome: str
) -> None:
    assert kind_of(send(Behaviour(faults={verb: [answer]}), court)) == outcome


# The server never falls silent for long: only the deadline ends this. A busy machine gets to the fault in that time.
DEADLINE = {"timeout": 30.0, "deadline": 0.8}
LONG = replace(MAIL, body="We have your request, and this is a long answer to it.\n" * 200_000)  # beyond all buffers


@pytest.mark.parametrize(
    ("verb", "answer", "outcome"),
    [
        ("CONNECT", DRIBBLE, TEMPORARY),
        ("EHLO", DRIBBLE, TEMPORARY),
        ("AUTH", DRIBBLE, TEMPORARY),
        ("MAIL", DRIBBLE, TEMPORARY),
        ("RCPT", DRIBBLE, TEMPORARY),
        ("DATA", DRIBBLE, TEMPORARY),
        ("BODY", SIP, TEMPORARY),  # the final dot was not among what it has
        ("END", DRIBBLE, UNCERTAIN),
    ],
)
def test_a_mail_server_that_never_ends_an_answer_has_a_deadline_at_every_step(
    court: Court, verb: str, answer: str, outcome: str
) -> None:
    behaviour = Behaviour(faults={verb: [answer]}, login=("desk", "pw"))
    with sink(behaviour) as server:
        there = replace(server.server, user="desk", password="pw")
        error = send_to(there, court, LONG if verb == "BODY" else MAIL, **DEADLINE)
    assert "takes too long" in str(error)
    assert kind_of(error) == outcome


def test_a_login_that_never_ends_costs_no_message_an_attempt(court: Court) -> None:
    with sink(Behaviour(faults={"AUTH": [DRIBBLE]}, login=("desk", "pw"))) as server:
        there = replace(server.server, user="desk", password="pw")
        with pytest.raises(DeliveryError, match="login refused: the server takes too long"):
            Courier.connect(there, court, **DEADLINE)


@pytest.mark.usefixtures("trusted")
def test_a_mail_server_that_never_ends_the_handshake_has_a_deadline(court: Court, authority: trustme.CA) -> None:
    with sink(Behaviour(faults={"STARTTLS": [HANDSHAKE]}), authority) as server:
        there = replace(server.server, transport=Transport.STARTTLS, host="localhost")
        with pytest.raises(DeliveryError, match="cannot encrypt the connection: the server takes too long"):
            Courier.connect(there, court, **DEADLINE)
    with dribbler(RECORD) as port:
        there = replace(server.server, transport=Transport.TLS, port=port)
        with pytest.raises(DeliveryError, match="cannot connect: the server takes too long"):
            Courier.connect(there, court, **DEADLINE)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("transport", [Transport.TLS, Transport.STARTTLS])
def test_encrypted_connections_have_a_deadline_too(court: Court, authority: trustme.CA, transport: Transport) -> None:
    behaviour = Behaviour(faults={"END": [DRIBBLE]}, implicit_tls=transport is Transport.TLS)
    with sink(behaviour, authority) as server:
        there = replace(server.server, transport=transport, host="localhost")
        error = send_to(there, court, timeout=30, deadline=1)
    assert "takes too long" in str(error)
    assert kind_of(error) == UNCERTAIN


@pytest.mark.parametrize(
    ("faults", "outcome"), [({"RCPT": ["550 no"], "RSET": [DRIBBLE]}, PERMANENT), ({"QUIT": [DRIBBLE]}, None)]
)
def test_an_endless_goodbye_does_not_change_what_became_of_the_message(
    court: Court, faults: dict[str, list[str]], outcome: str | None
) -> None:
    with sink(Behaviour(faults=faults)) as server:
        error = send_to(server.server, court, MAIL, **DEADLINE)
    assert (error and kind_of(error)) == outcome


def test_a_message_is_given_up_before_another_worker_takes_it_for_left_behind() -> None:
    assert outbox.STALE.total_seconds() > 2 * smtp.DEADLINE


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "END"])
def test_after_a_refusal_the_same_connection_carries_the_next_message(court: Court, verb: str) -> None:
    with sink(Behaviour(faults={verb: ["550 no"]})) as server:
        courier = Courier.connect(server.server, court)
        with pytest.raises(DeliveryError):
            courier.send(replace(MAIL, to="someone@elsewhere.example"), now=NOW)
        assert courier.usable
        courier.send(MAIL, now=NOW)
        courier.close()
    assert server.connections == 1
    assert server.taken[-1].recipients == (ADA.primary_email,)


@pytest.mark.parametrize("answer", ["421 bye", DROP, HANG])
def test_a_broken_connection_is_not_used_again(court: Court, answer: str) -> None:
    with sink(Behaviour(faults={"MAIL": [answer]})) as server:
        courier = Courier.connect(server.server, court, timeout=0.3)
        with pytest.raises(DeliveryError):
            courier.send(MAIL, now=NOW)
        assert not courier.usable
        courier.close()


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("transport", [Transport.TLS, Transport.STARTTLS])
def test_the_password_is_given_over_an_encrypted_line(
    court: Court, authority: trustme.CA, transport: Transport
) -> None:
    behaviour = Behaviour(login=("desk", "pw"), implicit_tls=transport is Transport.TLS)
    with sink(behaviour, authority) as server:
        there = replace(server.server, transport=transport, host="localhost", user="desk", password="pw")
        courier = Courier.connect(there, court)
        courier.send(MAIL, now=NOW)
        courier.close()
    assert len(server.taken) == 1


@pytest.mark.usefixtures("trusted")
def test_a_server_that_refuses_starttls_gets_no_password(court: Court, authority: trustme.CA) -> None:
    with sink(Behaviour(login=("desk", "pw"), faults={"STARTTLS": ["454 not now"]}), authority) as server:
        there = replace(server.server, transport=Transport.STARTTLS, host="localhost", user="desk", password="pw")
        with pytest.raises(DeliveryError, match="cannot encrypt the connection"):
            Courier.connect(there, court)
    assert not any(line.startswith("AUTH") for line in server.lines)


def test_a_server_without_starttls_gets_no_password(court: Court) -> None:
    with sink(Behaviour(login=("desk", "pw"))) as server:
        there = replace(server.server, transport=Transport.STARTTLS, user="desk", password="pw")
        with pytest.raises(DeliveryError, match="cannot encrypt the connection"):
            Courier.connect(there, court)
    assert not any(line.startswith("AUTH") for line in server.lines)


@pytest.mark.parametrize("transport", [Transport.TLS, Transport.STARTTLS])
def test_a_certificate_nobody_vouches_for_is_refused(
    court: Court, authority: trustme.CA, transport: Transport
) -> None:
    with sink(Behaviour(implicit_tls=transport is Transport.TLS), authority) as server:
        there = replace(server.server, transport=transport, host="localhost")
        with pytest.raises(DeliveryError, match="certificate is not trusted"):
            Courier.connect(there, court)


def test_a_wrong_password_is_a_clear_line_without_it(court: Court) -> None:
    with sink(Behaviour(login=("desk", "pw"))) as server:
        there = replace(server.server, user="desk", password="not-the-password")
        with pytest.raises(DeliveryError, match="login refused: 535") as caught:
            Courier.connect(there, court)
    assert not caught.value.permanent
    assert "not-the-password" not in str(caught.value)


def test_beyond_this_machine_nothing_is_sent_unencrypted(court: Court) -> None:
    with sink() as server, pytest.raises(DeliveryError, match="only allowed on this machine"):
        Courier.connect(replace(server.server, host="mail.court.example"), court)


def test_nobody_listening_is_a_clear_line(court: Court) -> None:
    with sink() as server, pytest.raises(DeliveryError, match="cannot connect: Connection refused"):
        Courier.connect(replace(server.server, port=free_port()), court)
