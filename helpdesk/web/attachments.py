"""Attachments: taken out of the stored bytes when somebody asks, and named so that no header can be broken."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message as Part
from email.policy import compat32
from itertools import islice
from urllib.parse import quote

from helpdesk.errors import NotFoundError

_MOST_PARTS = 2000


def attachment_bytes(raw: bytes, index: int) -> bytes:
    """The decoded bytes of the part at this position of a depth-first walk of the MIME tree."""
    try:
        parts = list(islice(message_from_bytes(raw, policy=compat32).walk(), _MOST_PARTS))
    except (RecursionError, ValueError, LookupError):
        parts = []
    if not 0 <= index < len(parts):
        raise NotFoundError("There is no such attachment.")
    return _content(parts[index])


def content_disposition(file_name: str) -> str:
    """``attachment`` with the name as plain ASCII and as UTF-8 (RFC 6266)."""
    clean = "".join(c for c in file_name if c.isprintable() and c not in '/\\"').strip(" .") or "attachment"
    ascii_name = clean.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(clean, safe='')}"


def _content(part: Part) -> bytes:
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        inner = part.get_payload(0)
        return inner.as_bytes() if isinstance(inner, Part) else b""
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""
