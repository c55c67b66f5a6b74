"""The IMAP door against a real Dovecot."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace

import pytest

from helpdesk.doors import imap
from helpdesk.doors.imap import Mailbox
from helpdesk.doors.imap_connection import Timeouts
from helpdesk.errors import MailboxError
from tests.databases import free_port
from tests.edges.dovecot import PASSWORD, USER, Dovecot
from tests.edges.imap_proxy import in_front_of

LARGEST = 1_000_000


def mail(number: int, size: int = 0) -> bytes:
    return f"From: ada@filerquill.example\r\nSubject: mail {number}\r\n\r\nHello {number}\r\n".encode() + b"x" * size


def fetched(mailbox: Mailbox, *, above: int = 0, batch: int = 100, largest: int = LARGEST) -> list[imap.RawMessage]:
    uids = mailbox.uids(mailbox.look(), above=above)
    return [message for part in mailbox.fetch(uids, batch=batch, largest=largest) for message in part.messages]


def test_messages_arrive_byte_for_byte_and_stay_unread(imap_server: Dovecot) -> None:
    sent = [mail(number) for number in range(1, 8)]
    imap_server.deliver(*sent)
    mailbox = Mailbox.connect(imap_server.plain)
    assert [message.raw for message in fetched(mailbox, batch=3)] == sent
    mailbox.close()
    assert imap_server.unread() == len(sent)


def test_nothing_new_brings_nothing(imap_server: Dovecot) -> None:
    """Case 27: ``UID n:*`` would return the last message again."""
    imap_server.deliver(mail(1), mail(2))
    mailbox = Mailbox.connect(imap_server.plain)
    assert [message.uid for message in fetched(mailbox)] == [1, 2]
    assert fetched(mailbox, above=2) == []
    imap_server.deliver(mail(3))
    assert [message.uid for message in fetched(mailbox, above=2)] == [3]
    mailbox.close()


def test_a_long_list_of_messages_is_asked_for_in_windows(
    imap_server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "_UIDS_AT_ONCE", 3)
    imap_server.deliver(*[mail(number) for number in range(11)])
    mailbox = Mailbox.connect(imap_server.plain)
    folder = mailbox.look()
    assert mailbox.uids(folder) == tuple(range(1, 12))
    assert mailbox.uids(folder, above=9) == (10, 11)
    assert mailbox.uids(folder, above=11) == ()
    mailbox.close()


def test_of_a_message_that_is_too_large_only_the_head_is_fetched(imap_server: Dovecot) -> None:
    imap_server.deliver(mail(1), mail(2, size=2 * LARGEST), mail(3))
    mailbox = Mailbox.connect(imap_server.plain)
    messages = {message.uid: message for message in fetched(mailbox)}
    assert [messages[uid].truncated for uid in (1, 2, 3)] == [False, True, False]
    assert messages[2].raw == mail(2, size=2 * LARGEST)[: imap.HEAD_BYTES]
    mailbox.close()


def test_large_messages_are_fetched_in_small_groups(imap_server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "GROUP_BYTES", 250_000)
    imap_server.deliver(*[mail(number, size=100_000) for number in range(5)])
    mailbox = Mailbox.connect(imap_server.plain)
    mailbox.look()
    groups = [len(part.messages) for part in mailbox.fetch((1, 2, 3, 4, 5), batch=100, largest=LARGEST)]
    assert groups == [2, 2, 1]
    mailbox.close()


def test_messages_that_vanish_meanwhile_are_simply_not_there(imap_server: Dovecot) -> None:
    imap_server.deliver(mail(1), mail(2))
    mailbox = Mailbox.connect(imap_server.plain)
    mailbox.look()
    [part] = mailbox.fetch((1, 2, 77), batch=10, largest=LARGEST)
    assert [message.uid for message in part.messages] == [1, 2]
    assert part.refused == ()
    mailbox.close()


def test_marking_as_read_leaves_other_messages_alone(imap_server: Dovecot) -> None:
    imap_server.deliver(mail(1), mail(2), mail(3))
    mailbox = Mailbox.connect(imap_server.plain)
    mailbox.look()
    mailbox.flag_seen((1, 3, 99))
    mailbox.close()
    with imap_server.client() as other:
        assert other.search("UNSEEN") == [2]
        assert other.search("DELETED") == []


def test_moved_messages_are_in_the_other_folder_and_nothing_is_deleted(imap_server: Dovecot) -> None:
    imap_server.deliver(mail(1), mail(2))
    with imap_server.client() as other:
        other.create_folder("Done")
    mailbox = Mailbox.connect(imap_server.plain)
    mailbox.look()
    mailbox.move((1,), "Done")
    assert mailbox.uids(mailbox.look()) == (2,)
    mailbox.close()
    with imap_server.client() as other:
        assert other.select_folder("Done")[b"EXISTS"] == 1


def test_moving_to_a_folder_that_does_not_exist_says_so(imap_server: Dovecot) -> None:
    imap_server.deliver(mail(1))
    mailbox = Mailbox.connect(imap_server.plain)
    mailbox.look()
    with pytest.raises(MailboxError, match="cannot move messages to 'Nowhere'"):
        mailbox.move((1,), "Nowhere")
    assert mailbox.uids(mailbox.look()) == (1,)
    mailbox.close()


def test_a_new_uidvalidity_is_seen_at_the_next_look(imap_server: Dovecot) -> None:
    imap_server.deliver(mail(1))
    mailbox = Mailbox.connect(imap_server.plain)
    before = mailbox.look().uidvalidity
    mailbox.close()
    imap_server.renumber(before + 1000)
    mailbox = Mailbox.connect(imap_server.plain)
    assert mailbox.look().uidvalidity == before + 1000
    mailbox.close()


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("transport", ["tls", "starttls"])
def test_an_encrypted_connection_to_a_trusted_server_works(imap_server: Dovecot, transport: str) -> None:
    mailbox = Mailbox.connect(getattr(imap_server, transport))
    assert mailbox.look().messages == 0
    mailbox.close()


@pytest.mark.parametrize("transport", ["tls", "starttls"])
def test_a_certificate_of_an_unknown_authority_is_refused_before_the_password(
    imap_server: Dovecot, transport: str
) -> None:
    """Case 34."""
    with pytest.raises(MailboxError, match="certificate is not trusted"):
        Mailbox.connect(getattr(imap_server, transport))
    assert "Login" not in (imap_server.folder / "log").read_text()


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_name_is_refused(imap_server: Dovecot) -> None:
    with pytest.raises(MailboxError, match="certificate is not trusted"):
        Mailbox.connect(replace(imap_server.tls, host="127.0.0.1"))


def test_without_encryption_only_this_machine_is_spoken_to(imap_server: Dovecot) -> None:
    with pytest.raises(MailboxError, match="only allowed on this machine"):
        Mailbox.connect(replace(imap_server.plain, host="mail.court.example"))


def test_a_wrong_password_is_a_clear_line_without_the_password(imap_server: Dovecot) -> None:
    with pytest.raises(MailboxError) as caught:
        Mailbox.connect(replace(imap_server.plain, password="not-the-password"))
    assert f"{USER}@127.0.0.1" in str(caught.value)
    assert "login refused" in str(caught.value)
    assert "not-the-password" not in str(caught.value)
    assert PASSWORD not in repr(imap_server.plain)


def test_a_folder_that_does_not_exist_is_a_clear_line(imap_server: Dovecot) -> None:
    mailbox = Mailbox.connect(replace(imap_server.plain, folder="Nowhere"))
    with pytest.raises(MailboxError, match="cannot open the folder"):
        mailbox.look()
    mailbox.close()


def test_nobody_listening_is_a_clear_line(imap_server: Dovecot) -> None:
    with pytest.raises(MailboxError, match="cannot connect: Connection refused"):
        Mailbox.connect(replace(imap_server.plain, port=free_port()))


def test_a_server_that_says_nothing_is_given_up(imap_server: Dovecot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = replace(imap_server.plain, port=silent.getsockname()[1])
        with pytest.raises(MailboxError, match="does not answer"):
            Mailbox.connect(server, timeouts=Timeouts(connect=0.2, read=0.2))


def test_a_frozen_server_is_given_up(imap_server: Dovecot) -> None:
    """Zammad #6043, FreeScout #2762: a server that fell silent was waited for for ever."""
    imap_server.deliver(mail(1))
    mailbox = Mailbox.connect(imap_server.plain, timeouts=Timeouts(connect=1, read=0.3))
    mailbox.look()
    imap_server.freeze()
    with pytest.raises(MailboxError, match="does not answer"):
        fetched(mailbox)
    mailbox.close()
    imap_server.thaw()


def test_a_server_that_stops_is_a_clear_line(imap_server: Dovecot) -> None:
    imap_server.deliver(mail(1))
    mailbox = Mailbox.connect(imap_server.plain)
    mailbox.look()
    imap_server.stop()
    with pytest.raises(MailboxError, match="cannot"):
        fetched(mailbox)
    mailbox.close()


def test_idle_wakes_up_when_mail_comes_in(imap_server: Dovecot) -> None:
    mailbox = Mailbox.connect(imap_server.plain)
    mailbox.look()
    postman = threading.Timer(0.1, imap_server.deliver, args=[mail(1)])
    postman.start()
    assert mailbox.idle(20)
    postman.join()
    assert [message.uid for message in fetched(mailbox)] == [1]
    mailbox.close()


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("transport", ["tls", "starttls"])
def test_idle_wakes_up_on_an_encrypted_line_too_and_ends_in_time(imap_server: Dovecot, transport: str) -> None:
    mailbox = Mailbox.connect(getattr(imap_server, transport))
    mailbox.look()
    assert not mailbox.idle(0.05)
    postman = threading.Timer(0.1, imap_server.deliver, args=[mail(1)])
    postman.start()
    began = time.monotonic()
    assert mailbox.idle(60)
    assert time.monotonic() - began < 30
    postman.join()
    assert [message.uid for message in fetched(mailbox)] == [1]
    mailbox.close()


def test_mail_told_of_in_one_piece_with_the_beginning_of_idle_is_not_waited_for(imap_server: Dovecot) -> None:
    with in_front_of(imap_server, lag=0.5) as door:
        mailbox = Mailbox.connect(door.server)
        mailbox.look()
        imap_server.deliver(mail(1))
        began = time.monotonic()
        assert mailbox.idle(60)
        assert time.monotonic() - began < 30
        mailbox.close()


def test_mail_told_of_beside_another_answer_is_not_waited_for(imap_server: Dovecot) -> None:
    imap_server.deliver(mail(1))
    mailbox = Mailbox.connect(imap_server.plain)
    mailbox.look()
    imap_server.deliver(mail(2))
    mailbox.flag_seen([1])  # Dovecot tells of the second now, and once
    assert mailbox.idle(0.05)
    assert [message.uid for message in fetched(mailbox)] == [1, 2]
    assert not mailbox.idle(0.05)
    mailbox.close()


def test_idle_ends_in_time_or_when_asked_to(imap_server: Dovecot) -> None:
    mailbox = Mailbox.connect(imap_server.plain)
    mailbox.look()
    assert not mailbox.idle(0.05)
    assert not mailbox.idle(60, stop=lambda: True)
    assert mailbox.look().messages == 0
    mailbox.close()


def test_a_connection_cut_while_idle_is_noticed_and_never_spins(imap_server: Dovecot) -> None:
    mailbox = Mailbox.connect(imap_server.plain)
    mailbox.look()
    axe = threading.Timer(0.1, imap_server.kick)
    axe.start()
    with pytest.raises(MailboxError, match="broke while waiting"):
        mailbox.idle(20)
    axe.join()
    mailbox.close()
