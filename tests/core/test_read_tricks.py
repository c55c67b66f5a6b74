"""What a mail is built of can lead its reader astray: those defects reach the clerk as warnings, blunders do not."""

from __future__ import annotations

import pytest

from helpdesk.policy import Court
from helpdesk.read import read_message
from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Defect, DefectKind, Severity, SignalName
from tests.core.mail import message
from tests.core.raw_mail import multipart, raw

OURS = "from mail.firm.example (mail.firm.example [192.0.2.7])\r\n by mx.casd.uscourts.gov with ESMTPS; {}"
CAME = {"received": OURS.format("Wed, 12 Feb 2020 10:01:13 -0800")}


def _kinds(court: Court, *, top: str = "", **headers: str) -> set[DefectKind]:
    defects = read_message(raw(top=top, **headers), court=court).defects
    return {defect.kind for defect in defects} - {DefectKind.FLAW}


@pytest.mark.parametrize(
    "headers",
    [
        {"from": '"m@evil.example" <ada@filerquill.example>'},
        {"from": "=?utf-8?q?Ada_=3Cada=40filerquill=2Eexample=3E?= <m@evil.example>"},
        {"from": "Ada <ada@filerquill.example> <m@evil.example>"},
        {"from": "=?utf-8?q?ada=40filerquill=2Eexample?="},
        {"from": "\u202eadA\u202c <ada@filerquill.example>"},
        {"subject": "Reset \u202eton od\u202c"},
        {"sender": "Mallory <m@evil.example>"},
        {"resent-from": "m@evil.example"},
        {"date": "Wed, 12 Feb 2014 10:01:11 -0800"},
        {"top": "Subject: cancelled\r\n"},
        {"top": "Date: Thu, 13 Feb 2020 10:01:11 -0800\r\n"},
        {"top": "Content-Type: text/html\r\n", "content_type": "text/plain"},
        {"body": "Please reset it, or \u202e!ton od rehtar\u202c"},
        {"body": "Please reset it\U000e0064\U000e006f\U000e006e\U000e0074"},
    ],
)
def test_what_is_built_to_deceive_is_told_from_blunders(headers: dict[str, str], court: Court) -> None:
    assert _kinds(court, **(CAME | headers)) == {DefectKind.DECEPTION}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"from": '"ada@filerquill.example" <ada@filerquill.example>'},
        {"from": "=?utf-8?q?Ada_F=C3=ADler?= <ada@filerquill.example>"},
        {"from": "Ada Filer ada@filerquill.example"},
        {"to": '"clerk@firm.example" <ecfhelp@casd.uscourts.gov>'},
        {"cc": "A <a@x.example> <b@x.example>"},
        {"sender": "Tess Vale <tess@filerquill.example>"},
        {"sender": "Ada <ada@mail.filerquill.example>"},
        {"sender": "Mailman <list-owner@lists.example>", "list-id": "<filers.lists.example>"},
        {"resent-from": "Clerk <clerk@casd.uscourts.gov>"},
        {"date": "Sat, 1 Feb 2020 10:01:11 -0800"},
        {"top": "Subject: Password\r\n"},
        {"body": "Call me: \u202a(619) 555-0134\u202c or \u202d(619) 555-0135\u202c"},
        {"x-spam-status": "No, score=-0.1 required=5.0"},
        {"x-spam-flag": "NO"},
        {"x-ms-exchange-organization-scl": "-1"},
        {"x-forefront-antispam-report": "CIP:192.0.2.7;CTRY:US;SFV:NSPM;CAT:NONE;"},
    ],
)
def test_ordinary_mail_and_blunders_deceive_nobody(headers: dict[str, str], court: Court) -> None:
    assert _kinds(court, **(CAME | headers)) == set()


@pytest.mark.parametrize(
    "header",
    [
        {"x-spam-flag": "YES"},
        {"x-spam-status": "Yes, score=19.3 required=5.0"},
        {"x-barracuda-spam-status": "Yes, SCORE=7.1"},
        {"x-ms-exchange-organization-scl": "9"},
        {"x-forefront-antispam-report": "CIP:192.0.2.7;SFV:SPM;CAT:PHSH;"},
        {"x-proofpoint-spam-details": "rule=inbound_spam policy=inbound score=98"},
    ],
)
def test_a_gateways_verdict_is_known(header: dict[str, str], court: Court) -> None:
    assert _kinds(court, **header) == {DefectKind.GATEWAY}


@pytest.mark.parametrize(
    ("subject", "banner", "warned"),
    [
        ("CM/ECF password", "", False),
        ("[EXTERNAL] CM/ECF password", "[EXTERNAL EMAIL] Do not click links unless you know the sender.", False),
        ("[SUSPECTED PHISHING] CM/ECF password", "", True),
        ("Re: ***SPAM*** CM/ECF password", "", True),
        ("CM/ECF password", "[CAUTION: this sender failed our anti-spoofing checks.]", True),
        ("CM/ECF password", "CAUTION: the sender's identity has not been verified. Do not click links.", True),
        ("CM/ECF password", "This sender might be a scam artist and may not be who they claim to be.", True),
    ],
)
def test_a_gateways_mark_in_the_subject_or_a_banner_is_a_warning(
    subject: str, banner: str, warned: bool, rules: Rules, court: Court
) -> None:
    body = f"{banner}\n\nPlease reset my CM/ECF password.\n\nAda Filer\nBar ID: 234561\n"
    mail = read_message(raw(body, subject=subject), court=court)
    signals = understand(mail, rules).signals
    assert (SignalName.DISTRUSTED in {signal.name for signal in signals}) == warned


@pytest.mark.parametrize("kind", DefectKind)
def test_all_defects_but_flaws_are_warnings(kind: DefectKind, rules: Rules, court: Court) -> None:
    own = "Please reset my CM/ECF password.\n\nAda Filer\nSBN 234561\nada@filerquill.example\n"
    signals = understand(message(own, defects=(Defect(why="Something is wrong.", kind=kind),)), rules).signals
    warned = [signal.reason for signal in signals if signal.severity is Severity.WARNING]
    assert warned == ([] if kind is DefectKind.FLAW else ["Something is wrong."])


TEXT = "Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = "Content-Type: text/html; charset=utf-8\r\n\r\n"
NOTE = 'Content-Type: text/plain; name="note.txt"\r\nContent-Disposition: inline; filename=note.txt\r\n\r\n'
ASKS = "Please reset my CM/ECF password.\n\nBar ID: 234561\n\nRegards,\nAda Filer\n"
SAID = "<p>Please reset my CM/ECF password.</p><p>Bar ID: 234561</p>"
NEVER = "Never mind, my mailbox is hacked."


def _parts(court: Court, kind: str, *parts: str) -> set[DefectKind]:
    defects = read_message(raw(**multipart(kind, *parts)), court=court).defects
    return {defect.kind for defect in defects} - {DefectKind.FLAW}


@pytest.mark.parametrize(
    "other",
    [
        f"{HTML}<p>Please reset my CM/ECF password.</p><p>Bar ID: 234561</p><p>{NEVER}</p>",
        f"{HTML}<p>Please do not reset my CM/ECF password.</p><p>Bar ID: 234561</p>",
        f"{HTML}<p>Please reset my PACER password.</p><p>Bar ID: 234561</p>",
        f"{HTML}<p>Bar ID: 234561</p>",
        f"{TEXT}{NEVER}",
    ],
)
def test_versions_that_say_different_things_are_noted(other: str, court: Court) -> None:
    assert _parts(court, "alternative", f"{TEXT}{ASKS}", other) == {DefectKind.VERSIONS}


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        (
            ASKS,
            "<p>Please <b>reset</b> my CM/ECF password.</p><p>Bar&nbsp;ID: 234561</p><p>Regards,<br>Ada Filer</p>",
        ),
        (
            f"{ASKS}\nSent from my iPhone",
            f"{SAID}Regards,<br>Ada",
        ),
        (
            f"{ASKS}[cid:logo.png]",
            f"{SAID}<img src=cid:logo.png>",
        ),
        (
            "I don\u2019t see it at the site<https://x.example/a?b=c>.\nBar ID234561",
            "I don't see it at <a href='https://x.example/a'>the site</a>.<table><tr><td>Bar ID<td>234561</table>",
        ),
        (ASKS, f"<p>[EXTERNAL] This mail was sent from outside.</p><pre>{ASKS}</pre>"),
        (f"{ASKS}\nThis message is confidential and for the intended recipient only.", f"<pre>{ASKS}</pre>"),
    ],
)
def test_versions_that_differ_in_looks_alone_are_not(plain: str, html: str, court: Court) -> None:
    assert _parts(court, "alternative", TEXT + plain, HTML + html) == set()


@pytest.mark.parametrize(
    "plain",
    [
        "This message is formatted in HTML. Please use a mail program that can display HTML to read it.",
        "To view this message, please use an HTML compatible e-mail viewer!",
        "Please see the HTML table for the attorneys who need password resets.",
        "Este mensaje está en formato HTML.",
        "Plain text alternative not provided",
        "Rich text message; switch on its view.",
    ],
)
def test_a_version_that_only_points_to_the_other_says_nothing_else(plain: str, court: Court) -> None:
    message = read_message(raw(**multipart("alternative", TEXT + plain, HTML + SAID)), court=court)
    assert message.text == "Please reset my CM/ECF password.\n\nBar ID: 234561"
    assert message.defects == ()


def test_one_that_states_a_number_of_its_own_is_no_such_pointer(court: Court) -> None:
    plain = "My HTML is broken. Please reset it: Grace Filer, 199999"
    assert _parts(court, "alternative", TEXT + plain, HTML + SAID) == {DefectKind.VERSIONS}


STRUCK = f"{HTML}<p>Please reset my CM/ECF password.</p><p>Bar ID: <s>234516</s> 234561</p>"


def test_what_one_version_strikes_through_is_struck_in_the_other_too(court: Court) -> None:
    """Programs write both numbers into the plain version, one beside the other."""
    plain = f"{TEXT}Please reset my CM/ECF password.\n\nBar ID: 234516 234561"
    message = read_message(raw(**multipart("alternative", plain, STRUCK)), court=court)
    assert message.text.split() == ["Please", "reset", "my", "CM/ECF", "password.", "Bar", "ID:", "234561"]
    assert (message.hidden_text, message.defects) == ("234516", ())
    assert _parts(court, "alternative", f"{plain}\nGrace Filer 199999", STRUCK) == {DefectKind.VERSIONS}


@pytest.mark.parametrize(
    ("note", "kinds"),
    [
        ("Scanned by MailGuard", set()),
        ("No virus found in this message.\r\nChecked by AVG - www.avg.example", set()),
        ("This e-mail is confidential. It is intended only for the addressee.", set()),
        ("Scanned by MailGuard. Please give it to Grace instead", {DefectKind.UNREAD}),
        ("Confidential: do not reset it before you have called me", {DefectKind.UNREAD}),
        ("Ignore the above", {DefectKind.UNREAD}),
        ("Checked by Grace, 199999", {DefectKind.UNREAD}),
    ],
)
def test_a_gateways_note_beside_the_text_says_nothing_of_the_mail(
    note: str, kinds: set[DefectKind], court: Court
) -> None:
    assert _parts(court, "mixed", TEXT + ASKS, NOTE + note) == kinds


@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
@pytest.mark.parametrize("above", ["", f"{TEXT} "])
def test_a_text_file_is_what_a_mail_says_that_says_nothing_else(kind: str, above: str, court: Court) -> None:
    """Some programs hang a mail's own words on it."""
    file = f"Content-Type: {kind}; name=b\r\nContent-Disposition: attachment; filename=b\r\n\r\nPlease reset mine."
    message = read_message(raw(**multipart("mixed", *filter(None, (above, file)))), court=court)
    assert (message.text, message.defects) == ("Please reset mine.", ())
    assert [part.file_name for part in message.attachments] == ["b"]


def test_text_in_parts_that_are_not_read_is_noted(court: Court) -> None:
    assert _parts(court, "mixed", TEXT + ASKS, NOTE + NEVER) == {DefectKind.UNREAD}
    amp = f"Content-Type: text/x-amp-html\r\n\r\n<p>{NEVER}</p>"
    assert _parts(court, "alternative", TEXT + ASKS, amp, f"{HTML}<pre>{ASKS}</pre>") == {DefectKind.UNREAD}
    assert _parts(court, "mixed", TEXT + ASKS, NOTE + " \r\n") == set()
    assert _parts(court, "mixed", TEXT + ASKS, "Content-Type: text/calendar; name=a.ics\r\n\r\nBEGIN:X") == set()
