"""A message as its sender formatted it, its pictures and attachments, taken out of the stored bytes when needed."""

from __future__ import annotations

from flask import Blueprint, Response

from helpdesk.errors import NotFoundError, UnreadableMessageError
from helpdesk.read import attachment_content, html_of, showable
from helpdesk.store.cases import messages
from helpdesk.store.incoming import ledger
from helpdesk.web.display.attachments import content_disposition
from helpdesk.web.display.formatted import FRAME_POLICY, document
from helpdesk.web.frame.headers import DOWNLOAD_POLICY

blueprint = Blueprint("messages", __name__, url_prefix="/tickets/<id:ticket_id>/messages/<id:ledger_id>")


@blueprint.get("/formatted")
def formatted(ticket_id: int, ledger_id: int) -> Response:
    """The message's HTML, harmless, for the sandboxed frame of the ticket page."""
    message = messages.one_of(ticket_id, ledger_id)
    html = None if message.covered or not message.has_html else _html(ledger_id)
    if html is None:
        raise NotFoundError("This message has no formatted version that may be shown.")
    response = Response(document(html))
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@blueprint.get("/attachments/<id:index>")
def attachment(ticket_id: int, ledger_id: int, index: int) -> Response:
    """An attachment as a download that no browser will run or show."""
    content, file_name = _attachment(ticket_id, ledger_id, index)
    response = Response(content)
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    response.headers["Content-Disposition"] = content_disposition(file_name)
    return response


@blueprint.get("/pictures/<id:index>")
def picture(ticket_id: int, ledger_id: int, index: int) -> Response:
    """An attachment that truly is a picture, to be shown on the ticket page."""
    content, _file_name = _attachment(ticket_id, ledger_id, index)
    media_type = showable(content)
    if media_type is None:
        raise NotFoundError("This attachment is no picture that may be shown.")
    response = Response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response


def _attachment(ticket_id: int, ledger_id: int, index: int) -> tuple[bytes, str]:
    """Bytes and name of an attachment that the message lists."""
    listed = messages.one_of(ticket_id, ledger_id).attachments
    known = next((part for part in listed if part.index == index), None)
    content = _content(ledger_id, index) if known else None
    if known is None or content is None:
        raise NotFoundError("There is no such attachment.")
    return content, known.file_name


def _content(ledger_id: int, index: int) -> bytes | None:
    try:
        return attachment_content(ledger.raw_bytes(ledger_id), index)
    except UnreadableMessageError:
        return None


def _html(ledger_id: int) -> str | None:
    try:
        return html_of(ledger.raw_bytes(ledger_id))
    except UnreadableMessageError:
        return None
