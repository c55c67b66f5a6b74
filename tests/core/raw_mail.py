"""Raw messages, as a mail server would hand them over."""

from __future__ import annotations

from helpdesk.policy import Court
from helpdesk.read import read_message
from helpdesk.vocabulary import Message, SectionKind

HEADERS = {
    "From": "Ada Filer <ada@filerquill.example>",
    "To": "<ecfhelp@casd.uscourts.gov>",
    "Subject": "Password",
    "Date": "Wed, 12 Feb 2020 10:01:11 -0800",
    "Message-ID": "<one@filerquill.example>",
}


def raw(body: str | bytes = "Please reset my password.\n", *, top: str | None = None, **headers: str | None) -> bytes:
    """A message. ``content_type="…"`` sets Content-Type; None leaves a header out; ``top`` goes above all others."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    fields = {"Mime-Version": "1.0"} | {name.title(): value for name, value in HEADERS.items()} | named
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    written = body.encode("utf-8") if isinstance(body, str) else body
    return (top or "").encode("utf-8") + "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + written


def plain(body: str, court: Court, **headers: str | None) -> Message:
    """A plain-text message, read."""
    return read_message(raw(body, content_type="text/plain; charset=utf-8", **headers), court=court)


def rich(body: str, court: Court, **headers: str | None) -> Message:
    """An HTML message, read."""
    return read_message(raw(body, content_type="text/html; charset=utf-8", **headers), court=court)


def multipart(subtype: str, *parts: str, boundary: str = "bb") -> dict[str, str]:
    """Body and Content-Type of a multipart whose parts bring their own headers: ``raw(**multipart(…))``."""
    written = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return {"body": f"{written}--{boundary}--\r\n", "content_type": f'multipart/{subtype}; boundary="{boundary}"'}


def words(message: Message, kind: SectionKind) -> str:
    """The words of one kind, without blanks around them."""
    return message.words(kind).strip()
