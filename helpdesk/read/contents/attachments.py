"""Parts that are not text: what they are called, and what they truly are."""

from __future__ import annotations

import re

from helpdesk.read.text import clean_line
from helpdesk.vocabulary import Attachment

UNKNOWN = "application/octet-stream"

_LONGEST_NAME = 120
_FOLDER = re.compile(r"[/\\]")
_UNSAFE = re.compile(r'[:*?"<>|]+')
_EXAMINED = 65_536
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"BEGIN:VCARD", "text/vcard"),
    (b"-----BEGIN PGP", "application/pgp"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_IN_ZIP = (
    (b"word/", f"{_OFFICE}wordprocessingml.document"),
    (b"xl/", f"{_OFFICE}spreadsheetml.sheet"),
    (b"ppt/", f"{_OFFICE}presentationml.presentation"),
)
_IN_OLE = (
    ("__substg1.0_".encode("utf-16-le"), "application/vnd.ms-outlook"),
    ("WordDocument".encode("utf-16-le"), "application/msword"),
    ("Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
    ("PowerPoint Document".encode("utf-16-le"), "application/vnd.ms-powerpoint"),
)
_HEIF = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"avif": "image/avif"}
_HTML = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body)", re.I)
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def describe(index: int, name: str, declared_type: str, content: bytes) -> Attachment:
    """An attachment as it is shown to staff."""
    return Attachment(
        index=index,
        file_name=safe_name(name) or f"attachment-{index}",
        declared_type=declared_type,
        true_type=true_type(content),
        size=len(content),
    )


def safe_name(name: str) -> str:
    """A file name without folders, odd characters or tricks of direction; '' when nothing is left."""
    components = [part for part in _FOLDER.split(clean_line(name, [])) if part.strip(". ")]
    shown = _UNSAFE.sub("_", components[-1]).strip(". ") if components else ""
    if len(shown) <= _LONGEST_NAME:
        return shown
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) > 10:
        return shown[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"


def true_type(content: bytes) -> str:
    """The type that the first bytes show."""
    for magic, media_type in _MAGIC:
        if content.startswith(magic):
            return media_type
    if content.startswith(b"PK\x03\x04"):
        return _first(_IN_ZIP, content[:_EXAMINED], "application/zip")
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _first(_IN_OLE, content[:_EXAMINED], "application/x-ole-storage")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return _HEIF.get(content[8:12], "video/mp4")
    if _HTML.match(content[:1_000]):
        return "text/html"
    if content[:1_000].lstrip().startswith(b"<svg"):
        return "image/svg+xml"
    return UNKNOWN if not content or _NOT_TEXT.search(content[:4_096]) else "text/plain"


def _first(marks: tuple[tuple[bytes, str], ...], content: bytes, otherwise: str) -> str:
    return next((media_type for mark, media_type in marks if mark in content), otherwise)
