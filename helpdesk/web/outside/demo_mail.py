"""A page of the demo alone: the mail that went out, mailbox by mailbox. Anywhere else it does not exist (404)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from flask import Blueprint, abort, render_template, request

from helpdesk.desk import desk

AT_MOST = 50  # mails on a page

blueprint = Blueprint("demo", __name__, url_prefix="/demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """A mail as the demo's mail sink took it; ``recipients`` come from the envelope, not from the headers."""

    recipients: tuple[str, ...]
    subject: str
    body: str
    sent_at: datetime


@blueprint.get("/outbox")
def outbox() -> str:
    """The newest mails, all or those of the mailbox named by ``to``."""
    folder = desk().config.demo_mail_dir
    if folder is None:
        abort(404)
    mails = tuple(_read(path) for path in sorted(folder.glob("*.eml"), reverse=True))
    chosen = request.args.get("to", "")
    mailboxes = Counter(recipient for mail in mails for recipient in mail.recipients)
    shown = tuple(mail for mail in mails if not chosen or chosen in mail.recipients)[:AT_MOST]
    return render_template(
        "demo/outbox.html",
        mails=shown,
        mailboxes=sorted(mailboxes.items()),
        chosen=chosen,
        count=len(mails),
        at_most=AT_MOST,
    )


def _read(path: Path) -> SentMail:
    message = message_from_bytes(path.read_bytes(), policy=default)
    body = message.get_body(("plain",)) if isinstance(message, EmailMessage) else None
    return SentMail(
        recipients=tuple(str(recipient) for recipient in message.get_all("X-Envelope-To", ())),
        subject=str(message["Subject"] or ""),
        body=body.get_content() if body else "",
        sent_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
    )
