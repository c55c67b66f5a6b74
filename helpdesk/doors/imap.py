"""The mailbox over IMAP. Messages are named by UID, read without touching them, never deleted.

Only this module, ``imap_login`` and ``imap_connection`` know IMAP. Every failure is a MailboxError, after which the
connection is of no further use: close it and connect again. A RefusalError is the exception.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from imapclient import SEEN
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from helpdesk.config import MailServer
from helpdesk.doors.imap_connection import Connection, Timeouts
from helpdesk.doors.imap_login import hang_up, log_in, speaking
from helpdesk.doors.outline import outline
from helpdesk.errors import RefusalError

GROUP_BYTES = 16 * 1024 * 1024  # fetched in one go: bounds memory, whatever a batch weighs
HEAD_BYTES = 256 * 1024  # of a message that is too large: its headers and, as a rule, all of its text
_TELLING = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)]"  # with the size: no two messages share it
_MARK_LETTERS = 16
_UIDS_AT_ONCE = 50_000  # a longer answer would not fit imaplib's longest line
_HIGHEST_UID = 4_294_967_295
_FLAGGED_AT_ONCE = 500
_SLOWEST = 50_000  # bytes a second; a line that is slower counts as hung
_SLICE = 1.0  # seconds; so long may a stop request wait
_NEVER_STOP: Callable[[], bool] = bool  # bool() is False


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder as the server just described it."""

    uidvalidity: int  # a new one makes all earlier UIDs meaningless (RFC 3501, 2.3.1.1)
    messages: int
    next_uid: int | None = None  # that the next message will get at the least; None where the server does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """One message, byte for byte. ``truncated``: it is too large, these are its first HEAD_BYTES; ``outline`` names
    its parts. ``mark`` is as ``Mailbox.marks`` gives it."""

    uid: int
    raw: bytes
    truncated: bool = False
    outline: tuple[str, ...] = ()
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Described:
    """What a server says of a message before it is fetched."""

    size: int
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one request for messages brought. UIDs in neither have vanished from the folder meanwhile."""

    messages: tuple[RawMessage, ...]
    refused: tuple[int, ...] = ()  # UIDs the server has but would not hand out


class Mailbox:
    """One folder on one server, logged in. Used by one thread."""

    def __init__(self, server: MailServer, client: Connection) -> None:
        self.server = server
        self._client = client
        self._told = 0  # how often the server had told of messages when we looked

    @classmethod
    def connect(cls, server: MailServer, *, timeouts: Timeouts | None = None) -> Mailbox:
        """Log in; MailboxError where the server cannot be reached, trusted, or refuses us."""
        return cls(server, log_in(server, timeouts or Timeouts()))

    def close(self) -> None:
        """Hang up; never raises."""
        hang_up(self._client)

    def look(self) -> Folder:
        """Select the folder anew: the only way to see what is new *and* whether its UIDs are still the same."""
        with self._speaking("cannot open the folder"):
            answer = self._client.select_folder(self.server.folder)
            self._told = self._client.told_of_messages()
            next_uid = answer.get(b"UIDNEXT")
            return Folder(
                uidvalidity=int(answer[b"UIDVALIDITY"]),
                messages=int(answer[b"EXISTS"]),
                next_uid=int(next_uid) if next_uid else None,
            )

    def uids(self, folder: Folder, *, above: int = 0) -> tuple[int, ...]:
        """UIDs in the folder, ascending; all of them or those above a number.

        The range ends in a number because ``n:*`` also matches the last message when nothing is new.
        """
        found: set[int] = set()
        top = folder.messages
        while top > 0:
            bottom = max(1, top - _UIDS_AT_ONCE + 1)
            window = f"{bottom}:{'*' if top == folder.messages else top}"
            with self._speaking("cannot list the messages"):
                newer = self._client.search([window, "UID", f"{above + 1}:{_HIGHEST_UID}"])
            found.update(int(uid) for uid in newer if uid > above)
            if not newer:
                break
            top = bottom - 1
        return tuple(sorted(found))

    def fetch(self, uids: Sequence[int], *, batch: int, largest: int) -> Iterator[Batch]:
        """The messages of these UIDs, at most ``batch`` at once; of those over ``largest`` bytes only the head."""
        for start in range(0, len(uids), batch):
            chosen = uids[start : start + batch]
            described = self._describe(chosen)
            sizes = {uid: one.size for uid, one in described.items()}
            too_large = [uid for uid in chosen if sizes.get(uid, 0) > largest]
            for group in _groups([uid for uid in chosen if sizes.get(uid, 0) <= largest], sizes):
                weight = sum(sizes.get(uid, 0) for uid in group)
                yield _marked(self._fetch(group, "BODY.PEEK[]", weight), described)
            for uid in too_large:
                yield _marked(self._beginning(uid, sizes[uid]), described)

    def marks(self, uids: Sequence[int]) -> dict[int, str]:
        """What tells each of these messages from others that might stand under its UID; '' where the server cannot
        tell. UIDs that are gone are left out."""
        return {uid: one.mark for uid, one in self._describe(uids).items()} if uids else {}

    def flag_seen(self, uids: Sequence[int]) -> None:
        """Mark messages as read. UIDs that are gone do not matter."""
        for start in range(0, len(uids), _FLAGGED_AT_ONCE):
            with self._speaking("cannot mark messages as read"):
                self._client.add_flags(uids[start : start + _FLAGGED_AT_ONCE], [SEEN], silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move messages to another folder of the account, which must exist. UIDs that are gone do not matter."""
        with self._speaking(f"cannot move messages to {folder!r}"):
            if not self._client.has_capability("MOVE"):
                raise RefusalError(
                    f"{self.server.name}: the server cannot move messages; set HELPDESK_IMAP_AFTER to seen or keep"
                )
            for start in range(0, len(uids), _FLAGGED_AT_ONCE):
                self._client.move(uids[start : start + _FLAGGED_AT_ONCE], folder)

    def idle(self, seconds: float, *, stop: Callable[[], bool] = _NEVER_STOP) -> bool:
        """Wait for the server to tell of something new (RFC 2177); False when the time is over or ``stop()``.

        It may have told since we looked, beside the answer to another command. Where the server has no IDLE this only
        waits.
        """
        if self._client.told_of_messages() > self._told:
            return True
        if not self._client.has_capability("IDLE"):
            return _wait(seconds, stop)
        with self._speaking("the connection broke while waiting", extra=seconds):
            self._client.idle()
            told = self._listen(seconds, stop)
            _, late = self._client.idle_done()
            return told or _tells_news(late)

    def _listen(self, seconds: float, stop: Callable[[], bool]) -> bool:
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0 and not stop():
            patience = min(_SLICE, left)
            asked = time.monotonic()
            answers = self._client.idle_check(timeout=patience)
            if any(answer[0] == b"BYE" for answer in answers):
                raise IMAPClientAbortError("the server said goodbye")
            if not answers and time.monotonic() - asked < patience / 2:
                raise IMAPClientAbortError("the server closed the connection")  # else idle_check spins from here on
            if _tells_news(answers):
                return True
        return False

    def _describe(self, uids: Sequence[int]) -> dict[int, _Described]:
        """Sizes and marks; sizes alone where the server refuses to show some header."""
        with self._speaking("cannot ask for the sizes of messages"):
            try:
                answers = self._client.fetch(uids, ["RFC822.SIZE", _TELLING])
            except IMAPClientAbortError:
                raise
            except IMAPClientError:
                answers = self._client.fetch(uids, ["RFC822.SIZE"])
        return {uid: _described(answer) for uid, answer in answers.items()}

    def _beginning(self, uid: int, size: int) -> Batch:
        """The head of a message that is too large, and what it consists of."""
        found = self._fetch([uid], f"BODY.PEEK[]<0.{HEAD_BYTES}>", HEAD_BYTES)
        parts = outline(self._structure(uid), size)
        return replace(found, messages=tuple(replace(head, truncated=True, outline=parts) for head in found.messages))

    def _structure(self, uid: int) -> object:
        """BODYSTRUCTURE; None where the server cannot tell."""
        with self._speaking(f"cannot ask for the parts of message {uid}"):
            try:
                return self._client.fetch([uid], ["BODYSTRUCTURE"]).get(uid, {}).get(b"BODYSTRUCTURE")
            except IMAPClientAbortError:
                raise
            except IMAPClientError:
                return None

    def _fetch(self, uids: Sequence[int], item: str, weight: int) -> Batch:
        """Messages of so many bytes in one request; where the server refuses one of them, one by one."""
        with self._speaking(f"cannot fetch the messages {_range(uids)}", extra=weight / _SLOWEST):
            try:
                answers = self._client.fetch(uids, [item])
            except IMAPClientAbortError:
                raise
            except IMAPClientError:
                if len(uids) == 1:
                    return Batch(messages=(), refused=tuple(uids))
                answers = None
        if answers is None:
            parts = [self._fetch([uid], item, weight) for uid in uids]
            return Batch(
                messages=tuple(message for part in parts for message in part.messages),
                refused=tuple(uid for part in parts for uid in part.refused),
            )
        bodies = {uid: _body(answer) for uid, answer in answers.items()}
        return Batch(
            messages=tuple(RawMessage(uid=uid, raw=raw) for uid, raw in sorted(bodies.items()) if raw is not None)
        )

    @contextmanager
    def _speaking(self, problem: str, *, extra: float = 0) -> Iterator[None]:
        with speaking(self.server, problem, self._client, extra=extra):
            yield


def _groups(uids: Sequence[int], sizes: dict[int, int]) -> Iterator[list[int]]:
    """UIDs in groups that weigh at most GROUP_BYTES, a single heavier message by itself."""
    group: list[int] = []
    weight = 0
    for uid in uids:
        if group and weight + sizes.get(uid, 0) > GROUP_BYTES:
            yield group
            group, weight = [], 0
        group.append(uid)
        weight += sizes.get(uid, 0)
    if group:
        yield group


def _described(answer: dict[bytes, object]) -> _Described:
    size = answer.get(b"RFC822.SIZE")
    size = size if isinstance(size, int) else 0
    header = next((value for key, value in answer.items() if key.startswith(b"BODY[HEADER.FIELDS")), None)
    if not isinstance(header, bytes):
        return _Described(size=size, mark="")
    words = b"%d %s" % (size, b" ".join(header.split()))
    return _Described(size=size, mark=hashlib.sha256(words).hexdigest()[:_MARK_LETTERS])


def _marked(batch: Batch, described: dict[int, _Described]) -> Batch:
    messages = (replace(message, mark=described[message.uid].mark) for message in batch.messages)
    return replace(batch, messages=tuple(messages))


def _body(answer: dict[bytes, object]) -> bytes | None:
    """The bytes of a FETCH answer, under ``BODY[]`` or ``BODY[]<0>``; None where the server says NIL."""
    for key, value in answer.items():
        if key.startswith(b"BODY[]"):
            return value if isinstance(value, bytes) else None
    return None


def _range(uids: Sequence[int]) -> str:
    return str(uids[0]) if len(uids) == 1 else f"{uids[0]} to {uids[-1]}"


def _tells_news(answers: Sequence[tuple[object, ...]]) -> bool:
    return any(len(answer) > 1 and answer[1] in (b"EXISTS", b"RECENT") for answer in answers)


def _wait(seconds: float, stop: Callable[[], bool]) -> bool:
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0 and not stop():
        time.sleep(min(_SLICE, left))
    return False
