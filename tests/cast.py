"""The recurring cast, and mail as they would write it.

Ada Filer asks for her password. Her namesake has the same name and another number. Mallory wants Ada's account.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from helpdesk.vocabulary import Filer, FilerStatus, Role, StaffMember

NOW = datetime(2020, 2, 11, 18, 0, tzinfo=UTC)  # a Tuesday, 10:00 in San Diego

ADA = Filer(
    ecf_user_id="500001",
    login="afiler",
    last_name="Filer",
    first_name="Ada",
    middle_name="Quill",
    bar_state="CA",
    bar_id="234561",
    firm="Filer & Quill LLP",
    primary_email="ada@filerquill.example",
    secondary_emails=("docket@filerquill.example",),
    user_type="attorney",
    status=FilerStatus.ACTIVE,
    admitted_on=date(2008, 12, 2),
    pacer_linked=False,
)
NAMESAKE = replace(
    ADA,
    ecf_user_id="500002",
    login="afiler2",
    middle_name="",
    bar_id="198733",
    firm="",
    primary_email="ada.filer@harborlaw.example",
    secondary_emails=(),
)
GRACE = replace(
    ADA,
    ecf_user_id="500003",
    login="ghopkins",
    last_name="Hopkinson",
    first_name="Grace",
    middle_name="",
    bar_id="301122",
    firm="Harbor Law",
    primary_email="grace@harborlaw.example",
    secondary_emails=(),
)
MALLORY = "mallory@elsewhere.example"

CLERK = ("clerk", Role.CLERK)
OTHER_CLERK = ("otherclerk", Role.CLERK)
SUPERVISOR = ("supervisor", Role.SUPERVISOR)
ADMIN = ("admin", Role.ADMIN)
PASSWORD = "correct horse battery"
NOBODY = StaffMember(id=0, login="test", name="Test", role=Role.ADMIN)

ADAS_REQUEST = """Hello,

Please reset my CM/ECF password.

Name: Ada Quill Filer
Bar ID: 234561
Primary e-mail: ada@filerquill.example

Thank you
"""


def mail(
    body: str = ADAS_REQUEST,
    *,
    sender: str = "Ada Filer <ada@filerquill.example>",
    subject: str = "Password reset",
    message_id: str | None = "<first@filerquill.example>",
    at: datetime = NOW,
    authenticated: bool = True,
    headers: dict[str, str] | None = None,
) -> bytes:
    """A raw message to the helpdesk, as its mail server would hand it over."""
    letter = EmailMessage()
    domain = sender.rpartition("@")[2].rstrip(">")
    letter["Return-Path"] = f"<{sender.rpartition('<')[2].rstrip('>')}>"
    letter["Received"] = (
        f"from mail.{domain} (mail.{domain} [192.0.2.7]) by mx.casd.uscourts.gov with ESMTPS; {format_datetime(at)}"
    )
    if authenticated:
        letter["Authentication-Results"] = (
            f"mx.casd.uscourts.gov; spf=pass smtp.mailfrom={domain}; dkim=pass header.d={domain};"
            f" dmarc=pass header.from={domain}"
        )
    letter["From"] = sender
    letter["To"] = "ecfhelp@casd.uscourts.gov"
    letter["Subject"] = subject
    letter["Date"] = format_datetime(at)
    if message_id:
        letter["Message-ID"] = message_id
    for name, value in (headers or {}).items():
        del letter[name]
        letter[name] = value
    letter.set_content(body)
    return letter.as_bytes()


def bounce(message_id: str, *, action: str = "failed", number: int = 1) -> bytes:
    """A delivery report about a letter to Ada, as mail servers write it. ``number``: no two reports are the same."""
    lines = f"""Return-Path: <>
From: MAILER-DAEMON@mx.filerquill.example
To: ecfhelp@casd.uscourts.gov
Subject: Undelivered mail returned to sender
Message-ID: <bounce-{number}@mx.filerquill.example>
Date: {format_datetime(NOW)}
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Report {number}: the message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.filerquill.example

Final-Recipient: rfc822; {ADA.primary_email}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{ADA.primary_email}> no such user

--b
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: x

x
--b--
"""
    return lines.replace("\n", "\r\n").encode()
