"""A delivery report taken apart: which of our messages came back, from whom, and for good or for now."""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpdesk.read.body import walk
from helpdesk.read.headers import Headers, raw_text, split_headers
from helpdesk.read.identity import message_ids
from helpdesk.read.limits import DEFAULT_LIMITS, Limits
from helpdesk.read.mime import Part, parse_parts

_GROUP_BREAK = re.compile(rb"\r?\n[ \t]*\r?\n")
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_MOST_GROUPS = 100
_LONGEST_REPORT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedMail:
    """What a delivery report says about the message it returns."""

    message_ids: tuple[str, ...]  # of the returned message, without angle brackets
    recipients: tuple[str, ...]  # addresses that it did not reach, in lower case
    status: str  # "5.1.1", "" when the report names none
    permanent: bool  # it failed for good; False: it is only late, or nothing is said


def returned_mail(raw: bytes, *, limits: Limits = DEFAULT_LIMITS) -> ReturnedMail | None:
    """The returned message of a delivery report (RFC 3464); None for any other mail.

    Nothing in it is proof: anybody can write such a report. Raises UnreadableMessageError beyond the limits.
    """
    root = parse_parts(raw, limits=limits, defects=[])
    parts = [part for part in walk(root) if part.depth <= 2]
    reports = [
        part for part in parts if part.media_type in ("message/delivery-status", "message/global-delivery-status")
    ]
    if not reports:
        return None
    groups = [group for report in reports[:1] for group in _groups(report, limits)]
    failed = [group for group in groups if group.token("action") in ("failed", "delayed")]
    statuses = [found[0] for group in failed for found in [_STATUS.search(group.token("status"))] if found]
    return ReturnedMail(
        message_ids=tuple(dict.fromkeys(one for part in parts for one in _ids_of_returned(part, limits))),
        recipients=tuple(dict.fromkeys(address for group in failed for address in _recipients(group))),
        status=statuses[0] if statuses else "",
        permanent=any(group.token("action") == "failed" for group in failed),
    )


def _groups(report: Part, limits: Limits) -> list[Headers]:
    """The report's groups of fields: first about the message, then one for each recipient."""
    written = _GROUP_BREAK.split(report.content()[:_LONGEST_REPORT].strip())[:_MOST_GROUPS]
    return [split_headers(group, 0, len(group), limits=limits, defects=[])[0] for group in written if group]


def _recipients(group: Headers) -> list[str]:
    """``rfc822; ada@firm.example``, as first written to before any forwarding."""
    for name in ("original-recipient", "final-recipient"):
        for value in group.all(name)[:1]:
            address = raw_text(value).partition(";")[2].strip(" <>").lower()
            if "@" in address:
                return [address]
    return []


def _ids_of_returned(part: Part, limits: Limits) -> tuple[str, ...]:
    if part.is_message and part.children:
        return message_ids(part.children[0].headers, "message-id")
    if part.media_type in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
        content = part.content()[:_LONGEST_REPORT]
        return message_ids(split_headers(content, 0, len(content), limits=limits, defects=[])[0], "message-id")
    return ()
