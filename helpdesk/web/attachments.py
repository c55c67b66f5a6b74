"""Attachments: taken out of the stored bytes when somebody asks, and named so that no header can be broken."""

from __future__ import annotations

from urllib.parse import quote

from helpdesk.errors import NotFoundError, UnreadableMessageError
from helpdesk.read import attachment_content


def attachment_bytes(raw: bytes, index: int) -> bytes:
    """The decoded bytes of the attachment with this index."""
    try:
        content = attachment_content(raw, index)
    except UnreadableMessageError:
        content = None
    if content is None:
        raise NotFoundError("There is no such attachment.")
    return content


def content_disposition(file_name: str) -> str:
    """``attachment`` with the name as plain ASCII and as UTF-8 (RFC 6266)."""
    clean = "".join(c for c in file_name if c.isprintable() and c not in '/\\"').strip(" .") or "attachment"
    ascii_name = clean.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(clean, safe='')}"
