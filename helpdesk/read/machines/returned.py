"""A bounce taken apart: which message came back, from whom, and for good or for now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from helpdesk.read.limits import Limits
from helpdesk.read.mime.headers import Headers, header_text, raw_text, split_headers
from helpdesk.read.mime.identity import message_ids
from helpdesk.read.mime.parts import Part
from helpdesk.vocabulary import ReturnedMail, ascii_lower

_GROUP_BREAK = re.compile(rb"\r?\n[ \t]*\r?\n")
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_ID_LINE = re.compile(r"^[>|\s]{0,20}message-id:\s{0,4}<([^<>\s]{1,998})>", re.I | re.M)
_SAYS_WHY = re.compile(r"^.{0,200}\b(?:[45]\.\d{1,3}\.\d{1,3}|4[25]\d|5[0-7]\d)[ -].{0,300}$", re.M)
_LATE = re.compile(
    r"\b(?:delay(?:ed)?|not yet been delivered|will (?:continue to )?(?:be )?(?:re-?tr(?:y|ied)|keep trying)"
    r"|you do not need to resend)\b",
    re.I,
)
_MOST_GROUPS = 100
_LONGEST_REPORT = 100_000
_TOP = 3_000  # characters in which a bounce without a report says what it is; below it may return the message
_LONGEST_WHY = 300


def returned_mail(parts: Sequence[Part], text: str, *, limits: Limits) -> ReturnedMail:
    """What a bounce says: its delivery report (RFC 3464) where it has one, else what its text says.

    parts: all of the bounce, the root first. Raises UnreadableMessageError beyond the limits.
    """
    near = [part for part in parts if part.depth <= 2]
    groups = [group for group in _groups(near, limits) if group.token("action") in ("failed", "delayed")]
    ids = [*(one for part in near for one in _ids_of_returned(part, limits)), *_ids_beside(parts[0], text)]
    top = _above_the_copy(text)
    said = " ".join(found[0].split()) if (found := _SAYS_WHY.search(top)) else ""
    why = next((words for group in groups for words in _words(group)), said)
    status = next((found[0] for words in [*_statuses(groups), why] if (found := _STATUS.search(words))), "")
    return ReturnedMail(
        message_ids=tuple(dict.fromkeys(ids)),
        recipients=tuple(dict.fromkeys([*_unreached(groups), *_listed(parts[0].headers)])),
        status=status,
        why=why[:_LONGEST_WHY],
        permanent=_is_permanent(groups, status, top),
    )


def _above_the_copy(text: str) -> str:
    """What the bounce itself says, without the message that it returns in its text."""
    copy = _ID_LINE.search(text, 0, _TOP)
    return text[: copy.start() if copy else _TOP]


def _is_permanent(groups: Sequence[Headers], status: str, said: str) -> bool:
    if groups:
        return any(group.token("action") == "failed" for group in groups)
    return not status.startswith("4") and not _LATE.search(said)


def _groups(parts: Sequence[Part], limits: Limits) -> Iterator[Headers]:
    """The report's groups of fields: first about the message, then one for each recipient."""
    for part in parts:
        if part.media_type in ("message/delivery-status", "message/global-delivery-status"):
            written = _GROUP_BREAK.split(part.content()[:_LONGEST_REPORT].strip())[:_MOST_GROUPS]
            for group in written:
                yield split_headers(group, 0, len(group), limits=limits, defects=[])[0]
            return


def _statuses(groups: Sequence[Headers]) -> list[str]:
    return [group.token("status") for group in groups]


def _words(group: Headers) -> Iterator[str]:
    """``smtp; 550 5.1.1 No such user`` without its first word."""
    for value in group.all("diagnostic-code")[:1]:
        yield header_text(value, []).partition(";")[2].strip()


def _unreached(groups: Sequence[Headers]) -> Iterator[str]:
    """``rfc822; ada@firm.example``, as first written to before any forwarding."""
    for group in groups:
        for name in ("original-recipient", "final-recipient"):
            address = next((_address(raw_text(value).partition(";")[2]) for value in group.all(name)), "")
            if "@" in address:
                yield address
                break


def _listed(headers: Headers) -> list[str]:
    """X-Failed-Recipients, as Exim and Gmail write it."""
    written = ",".join(raw_text(value) for value in headers.all("x-failed-recipients"))
    return [_address(address) for address in written.split(",") if "@" in address]


def _address(written: str) -> str:
    return ascii_lower(written.strip(" <>"))


def _ids_of_returned(part: Part, limits: Limits) -> tuple[str, ...]:
    if part.is_message and part.children:
        return message_ids(part.children[0].headers, "message-id")
    if part.media_type in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
        content = part.content()[:_LONGEST_REPORT]
        return message_ids(split_headers(content, 0, len(content), limits=limits, defects=[])[0], "message-id")
    return ()


def _ids_beside(root: Part, text: str) -> list[str]:
    """Of bounces that return the message within their text, or only answer it."""
    answered = [*message_ids(root.headers, "in-reply-to"), *message_ids(root.headers, "references")]
    return [*_ID_LINE.findall(text[:_LONGEST_REPORT]), *answered]
