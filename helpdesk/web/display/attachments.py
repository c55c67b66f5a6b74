"""What attachments are called: in words on the page, and in a header that no name can break."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

_OFFICE = "application/vnd.openxmlformats-officedocument."
_KINDS: Mapping[str, str] = {
    "image/png": "picture (PNG)",
    "image/jpeg": "picture (JPEG)",
    "image/gif": "picture (GIF)",
    "image/svg+xml": "drawing that can hold programs (SVG)",
    "application/pdf": "PDF",
    "application/rtf": "text (RTF)",
    "application/msword": "Word document",
    "application/vnd.ms-excel": "Excel table",
    "application/vnd.ms-powerpoint": "PowerPoint slides",
    "application/vnd.ms-outlook": "Outlook message",
    f"{_OFFICE}wordprocessingml.document": "Word document",
    f"{_OFFICE}spreadsheetml.sheet": "Excel table",
    f"{_OFFICE}presentationml.presentation": "PowerPoint slides",
    "application/zip": "archive (ZIP)",
    "application/gzip": "archive (gzip)",
    "application/x-7z-compressed": "archive (7z)",
    "application/vnd.rar": "archive (RAR)",
    "application/x-msdownload": "program for Windows",
    "application/x-executable": "program",
    "application/pgp": "encrypted or signed (PGP)",
    "text/plain": "plain text",
    "text/html": "web page",
    "text/calendar": "calendar entry",
    "text/vcard": "address card",
    "application/octet-stream": "unknown kind",
}
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_OFTEN_WRITTEN = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "application/x-pdf": "application/pdf"}
_SAYS_NOTHING = "application/octet-stream"


def kind(media_type: str) -> str:
    """A media type in words."""
    return _KINDS.get(media_type, media_type)


def is_picture(media_type: str) -> bool:
    """Whether an attachment of this true type may be shown on the page."""
    return media_type in _PICTURES


def poses(declared_type: str, true_type: str) -> bool:
    """Whether the mail says that an attachment is something which its bytes are not."""
    declared = _OFTEN_WRITTEN.get(declared_type, declared_type)
    return declared != true_type and _SAYS_NOTHING not in (declared, true_type) and kind(declared) != kind(true_type)


def content_disposition(file_name: str) -> str:
    """``attachment`` with the name as plain ASCII and as UTF-8 (RFC 6266)."""
    clean = "".join(c for c in file_name if c.isprintable() and c not in '/\\"').strip(" .") or "attachment"
    ascii_name = clean.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(clean, safe='')}"
