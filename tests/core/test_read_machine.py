"""Machines are never answered; people who merely mention them always are."""

from __future__ import annotations

import pytest

from helpdesk.policy import Court
from helpdesk.read import LOOP_HEADER, read_message
from helpdesk.vocabulary import MachineKind
from tests.core.raw_mail import multipart, plain, raw


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Auto-Submitted: auto-replied", MachineKind.AUTO_REPLY),
        ("AUTO-SUBMITTED: Auto-Generated (rejected)", MachineKind.AUTO_REPLY),
        ("auto-submitted: auto-notified; owner=x", MachineKind.AUTO_REPLY),
        ("X-Autoreply: yes", MachineKind.AUTO_REPLY),
        ("x-autorespond: Out", MachineKind.AUTO_REPLY),
        ("Precedence: auto_reply", MachineKind.AUTO_REPLY),
        ("X-Auto-Response-Suppress: All", MachineKind.AUTO_REPLY),
        ("X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", MachineKind.AUTO_REPLY),
        ("Precedence: Bulk", MachineKind.LIST),
        ("precedence: list", MachineKind.LIST),
        ("Precedence: junk", MachineKind.LIST),
        ("List-Id: <bar.lists.example>", MachineKind.LIST),
        ("List-Unsubscribe: <mailto:u@x.example>", MachineKind.LIST),
        ("List-Post: <mailto:u@x.example>", MachineKind.LIST),
        ("Return-Path: <>", MachineKind.BOUNCE),
        ("X-Failed-Recipients: gone@x.example", MachineKind.BOUNCE),
        (f"{LOOP_HEADER.upper()}: anything", MachineKind.OWN),
    ],
)
def test_headers_give_machines_away(header: str, kind: MachineKind, court: Court) -> None:
    """Cases 16 and 17. Zammad #1131, Zammad #4941: automatic answers were answered automatically."""
    machine = read_message(raw(top=header + "\r\n"), court=court).machine
    assert machine is not None
    assert machine.kind is kind
    assert machine.reason.endswith(".")


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Auto-Submitted:",
        "X-Autoreply: no",
        "X-Vacation: off",
        "Precedence: normal",
        "X-Auto-Response-Suppress: OOF",
    ],
)
def test_headers_of_people_do_not(header: str, court: Court) -> None:
    assert read_message(raw(top=header + "\r\n"), court=court).machine is None


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("MAILER-DAEMON@mx.firm.example", MachineKind.BOUNCE),
        ("Postmaster <postmaster@firm.example>", MachineKind.BOUNCE),
        ("Mail Delivery Subsystem <x@firm.example>", MachineKind.BOUNCE),
        ("noreply@firm.example", MachineKind.NOTIFICATION),
        ("News <no-reply+123@firm.example>", MachineKind.NOTIFICATION),
        ("do_not_reply@psc.uscourts.gov", MachineKind.NOTIFICATION),
        ("orders-noreply@shop.example", MachineKind.NOTIFICATION),
        ("CASD ECF Help Desk <ECFHELP@casd.uscourts.gov>", MachineKind.OWN),
    ],
)
def test_senders_give_machines_away(sender: str, kind: MachineKind, court: Court) -> None:
    """FreeScout #3670: a shop's no-reply address and we answered each other."""
    machine = read_message(raw(**{"from": sender}), court=court).machine
    assert machine is not None
    assert machine.kind is kind


@pytest.mark.parametrize("sender", ["norman.reply@x.example", "bouncer.law@x.example", "postmasters.firm@x.example"])
def test_people_with_such_names_are_people(sender: str, court: Court) -> None:
    assert read_message(raw(**{"from": sender}), court=court).machine is None


def _report(kind: str) -> dict[str, str]:
    parts = multipart("report", "\r\nIt failed.", f"Content-Type: message/{kind}\r\n\r\nAction: failed")
    return {**parts, "content_type": f"{parts['content_type']}; report-type={kind}"}


@pytest.mark.parametrize(
    ("subtype", "kind"),
    [
        ("delivery-status", MachineKind.BOUNCE),
        ("disposition-notification", MachineKind.RECEIPT),
        ("feedback-report", MachineKind.NOTIFICATION),
    ],
)
def test_reports_are_mail_of_machines(subtype: str, kind: MachineKind, court: Court) -> None:
    machine = read_message(raw(**_report(subtype)), court=court).machine
    assert machine is not None
    assert machine.kind is kind


def test_a_report_that_a_person_passes_on_is_a_persons_mail(court: Court) -> None:
    report = _report("delivery-status")
    inner = (
        f"Content-Type: message/rfc822\r\n\r\nFrom: MAILER-DAEMON@x.example\r\nContent-Type: {report['content_type']}"
    )
    content = raw(**multipart("mixed", "\r\nWhat is this?", f"{inner}\r\n\r\n{report['body']}", boundary="outer"))
    assert read_message(content, court=court).machine is None


CALENDAR = (
    "Content-Type: text/calendar; charset=utf-8{method}\r\n{more}\r\n"
    "BEGIN:VCALENDAR\r\nMETHOD:{inside}\r\nEND:VCALENDAR"
)


@pytest.mark.parametrize(
    ("method", "inside", "more", "is_machine"),
    [
        ("; method=REPLY", "REPLY", "", True),
        ("", "REPLY", "", True),
        ('; method="REQUEST"', "REQUEST", "", True),
        ("; method=CANCEL", "CANCEL", "", True),
        ("; method=PUBLISH", "PUBLISH", "", False),
        ("; method=REQUEST", "REQUEST", "Content-Disposition: attachment; filename=hearing.ics\r\n", False),
    ],
)
def test_calendar_mail_is_a_machines(method: str, inside: str, more: str, is_machine: bool, court: Court) -> None:
    part = CALENDAR.format(method=method, inside=inside, more=more)
    message = read_message(raw(**multipart("mixed", "\r\nDear clerk, please reset mine.", part)), court=court)
    assert (message.machine is not None and message.machine.kind is MachineKind.CALENDAR) == is_machine


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Automatic reply: Password reset", "I will be back Monday."),
        ("Out of Office Re: your notice", "I am in trial. If you need a password reset call our IT."),
        ("Out of office", "Thank you for your message. I am away until Monday."),
        ("Respuesta automática: contraseña", "Vuelvo el lunes."),
        ("Abwesenheitsnotiz: Ihre Nachricht", "Ich bin zurück am Montag."),
        ("Réponse automatique : avis", "Je suis absent."),
        ("Autosvar: notice", "Hej"),
        ("RE: CM/ECF notice", "Thank you for your email. I am out of the office until March 3 with limited "
         "access to email. If urgent, please contact my assistant."),
        ("RE: aviso", "Estaré fuera de la oficina hasta marzo. Si es urgente, favor de comunicarse con Eva."),
        ("Ihre Nachricht", "Ich bin bis 9. März nicht im Büro. Ihre Nachricht wird nicht weitergeleitet. "
         "Dies ist eine automatische Antwort."),
        ("Ticket 123", "--- Please reply above this line ---\nYour request was received and a ticket opened."),
        ("Your request", "Your request has been received and will be reviewed. Your ticket number is 44512."),
        ("Undeliverable: your notice", "Your message could not be delivered: recipient unknown."),
        ("Activity in Case 3:19-cv-00001", "This is an automatic e-mail message generated by the CM/ECF system."),
        ("Re: x", "Je suis actuellement en congé et vous répondrai dès mon retour."),
        ("Re: x", "Sono in ferie e tornerò il 7 gennaio. Per urgenze contattare lo studio."),
        ("Re: x", "Jestem poza biurem do 6 stycznia i nie mam dostępu do poczty."),
        ("Re: x", "Estou de férias até 15 de janeiro, com acesso limitado. Em caso de urgência, contacte-nos."),
        ("不在: x", "1月6日に戻ります。"),
        ("부재중: x", "휴가 중입니다."),
        ("Please confirm your message", "Your message is being held. To have it delivered, reply within 5 days."),
        ("Delayed delivery", "Your message to a@x.example has not been delivered yet. No action is required."),
        ("Re: notice", "You caught me on a boat. Try my partner. (This is an automated response, sent only once.)"),
        ("No se pudo entregar: x", "No se pudo entregar el mensaje a a@x.example."),
    ],
)  # fmt: skip
def test_machines_without_their_headers_are_known_by_what_they_say(subject: str, body: str, court: Court) -> None:
    assert plain(body, court, subject=subject).machine is not None


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("password", "I am out of the office until Monday. Please reset my password."),
        ("Out of office attorney locked out", "She is out of the office with limited access; please reset hers."),
        ("Out of office", "I am travelling. Could you please send me a new password?"),
        ("reset", "Your out of office reply said to write here. Please reset my password."),
        ("Automatic reply from your system", "I got an automatic reply but no password. Please help."),
        ("Fwd: Activity in Case 3:19-cv-00001", "I do not get these. Why?\n\nThis is an automatic e-mail "
         "message generated by the CM/ECF system."),
        ("FW: Undeliverable: your notice", "We got this back from you. What must we do?"),
        ("ticket", "I opened ticket 123 with PACER. My case has been received there but not here. Reset please."),
        ("vacation", "Before I go on vacation please reset my password. My assistant is Eva."),
        ("Returned mail", "Why was my mail returned? I wrote on Monday."),
        ("Absent attorney", "Our attorney is absent. How do I file?"),
        ("RE: Automatic reply: reset", "Thanks. My bar ID is 123456, please reset my password."),
        ("help", "I keep getting 'this is an automated message'. Can you reset my password?"),
        ("undeliverable", "I got an undeliverable notice for my NEFs. What do I do?"),
        ("Away", "I am away from my office and locked out of CM/ECF, can you help?"),
    ],
)  # fmt: skip
def test_people_who_mention_such_things_are_people(subject: str, body: str, court: Court) -> None:
    assert plain(body, court, subject=subject).machine is None


def test_a_forged_robot_is_left_to_people(court: Court) -> None:
    """A no-reply address that fails authentication is a trick that staff must see; it is not answered anyway."""
    top = (
        "Authentication-Results: mx.casd.uscourts.gov; dmarc=fail\r\n"
        "Received: from evil.example (evil.example [203.0.113.9]) by mx.casd.uscourts.gov; x\r\n"
    )
    assert read_message(raw(top=top, **{"from": "no-reply@x.example"}), court=court).machine is None


def test_a_recall_is_outlooks_and_repeats_a_request_without_making_it(court: Court) -> None:
    text = 'Ada Filer would like to recall the message, "Reset my CM/ECF password, SBN 234561".'
    machine = plain(text, court, subject="Recall: Reset my CM/ECF password, SBN 234561").machine
    assert machine is not None
    assert not machine.may_be_a_persons
    assert plain("I would like to recall the message I sent.", court, subject="CM/ECF password").machine is None


LINE = "##- Please type your reply above this line -##\n\n"
REQUEST = "Please reset the CM/ECF password of Ada Filer, Bar ID 234561, ada@filerquill.example.\n\nDana"
GROUP = (
    '\n\nYou received this message because you are subscribed to the Google Groups "Filings" group.\n'
    "To unsubscribe from this group, send an email to filings+unsubscribe@filerquill.example."
)
MAILMAN = "\n\n__________\nFilings mailing list\nTo unsubscribe send an email to filings-leave@filerquill.example"
LISTSERV = "\n\n####\n\nTo unsubscribe from the DOCKET-L list, click the following link:\nhttp://lists.example/1"
OFFICE = (
    "\n\nYou're receiving this message because you're a member of the Docketing group from Filer Quill LLP.\n"
    "View group files | Leave group | Learn more about Microsoft 365 Groups"
)


@pytest.mark.parametrize(
    ("top", "body"),
    [
        ("Precedence: list", REQUEST + GROUP),
        ("List-Id: <x>", "Ada Filer, SBN 234561, mislaid her CM/ECF password, may we have it reset.\n\n--" + GROUP),
        ("List-Id: <x>", REQUEST + MAILMAN),
        ("List-Id: <x>", REQUEST + LISTSERV),
        ("List-Unsubscribe: <x>", REQUEST + OFFICE),
        ("List-Unsubscribe: <x>", REQUEST + "\n\nIf you no longer wish to hear from us, unsubscribe here."),
        ("X-Ticket-Id: 17", f"{LINE}Dana (Service Desk)\n\n{REQUEST}\n\nTicket 17 | Priority P3"),
        ("Auto-Submitted: auto-generated", LINE + REQUEST),
        ("X-Auto-Response-Suppress: All", f"Reply above this line.\n\nDana commented:\n\n{REQUEST}"),
        ("Return-Path: <>", REQUEST),
    ],
)
def test_a_request_that_comes_through_a_group_or_a_ticket_system_may_be_a_persons(
    top: str, body: str, court: Court
) -> None:
    content = raw(body, top=f"{top}\r\n", subject="[IT #17] Court password - A. Filer")
    machine = read_message(content, court=court).machine
    assert machine is not None
    assert machine.may_be_a_persons


@pytest.mark.parametrize(
    ("top", "body"),
    [
        ("X-Ticket-Id: 17", f"{LINE}Your request (17) has been received and is being reviewed.\n\n{REQUEST}"),
        ("X-Ticket-Id: 17", f"{LINE}Thank you for contacting the service desk. Description: {REQUEST}"),
        ("Auto-Submitted: auto-generated", f"Reply above this line.\n\nWe have logged your issue.\n\n{REQUEST}"),
        ("List-Id: <x>", f"Filings Digest, Vol 3\nToday's Topics:\n1. password\n\n{REQUEST}{MAILMAN}"),
        ("List-Id: <x>", "Forgot your password? Please reset it now.\n\nUnsubscribe | View in browser"),
        ("Precedence: bulk", f"Asked: {REQUEST}\n\nYou are receiving this notification as a watcher. Unsubscribe"),
        ("Return-Path: <>", f"Your message could not be delivered.\n\n{REQUEST}"),
    ],
)
def test_what_such_programs_write_themselves_is_no_persons(top: str, body: str, court: Court) -> None:
    content = raw(body, top=f"{top}\r\n", subject="[IT #17] Received: RE: Court password")
    machine = read_message(content, court=court).machine
    assert machine is not None
    assert not machine.may_be_a_persons


def test_a_form_on_the_courts_pages_writes_from_our_address_for_whoever_filled_it_in(court: Court) -> None:
    ours = {"from": f"Web form <{court.helpdesk_address}>"}
    form = plain(REQUEST, court, reply_to="ada@filerquill.example", **ours).machine
    letter = plain(REQUEST, court, reply_to=court.helpdesk_address, **ours).machine
    assert form is not None
    assert form.may_be_a_persons
    assert letter is not None
    assert not letter.may_be_a_persons


@pytest.mark.parametrize("name", ["Web form", ""])
def test_nobody_can_write_back_to_our_own_mailbox(name: str, court: Court) -> None:
    form = plain(REQUEST, court, reply_to="ada@filerquill.example", **{"from": f"{name} <{court.helpdesk_address}>"})
    assert form.sender is None
    assert form.sender_line == (name or court.helpdesk_address)
