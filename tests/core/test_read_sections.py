"""Whose words stand where: own, signature, history, forwarded mail, the court's notices, boilerplate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.policy import Court
from helpdesk.read import read_message
from helpdesk.vocabulary import Message, SectionKind
from tests.core.court_rules import COURT
from tests.core.raw_mail import plain, raw, words

OWN, SIGNATURE, QUOTE = SectionKind.OWN, SectionKind.SIGNATURE, SectionKind.QUOTE
FORWARDED, NOTICE, DISCLAIMER = SectionKind.FORWARDED, SectionKind.NOTICE, SectionKind.DISCLAIMER
ASK = "Please reset my password. Ada Filer, bar 123456."


def _covers(message: Message) -> bool:
    position = 0
    for section in message.sections:
        if section.start != position or section.end <= section.start:
            return False
        position = section.end
    return position == len(message.text)


HISTORY = {
    "Gmail": "On Thu, Jan 2, 2020 at 9:14 AM CASD <x@casd.uscourts.gov> wrote:\n\n> bar 999999",
    "Gmail, wrapped": "On Thu, Jan 2, 2020 at 9:14 AM CASD Notices\n<x@casd.uscourts.gov>\nwrote:\n\n> bar 999999",
    "Gmail on a telephone": "On Thu, Jan 2, 2020 at 9:14 AM CASD <x@casd.uscourts.gov> wrote:\n\nbar 999999",
    "Apple Mail": "> On Jan 2, 2020, at 9:14 AM, CASD <x@casd.uscourts.gov> wrote:\n>\n> bar 999999",
    "Outlook": "From: CASD <x@casd.uscourts.gov>\nSent: Thursday, January 2, 2020\nTo: Ada\n\nbar 999999",
    "Outlook with a rule": "________________________________\nFrom: CASD\nSent: Thursday\nTo: Ada\n\nbar 999999",
    "Outlook, older": "-----Original Message-----\nFrom: CASD\nSent: Thursday\nTo: Ada\n\nbar 999999",
    "Outlook in Gmail": "*From:* CASD <x@casd.uscourts.gov>\n*Sent:* Thursday\n*To:* Ada\n*Subject:* n\n\nbar 999999",
    "Outlook, many recipients": "From: CASD <x@casd.uscourts.gov>\nTo: a@x.example;\n b@x.example;\n c@x.example\n"
    "Date: Jan 2\n\nbar 999999",
    "Spanish": "El jue, 2 ene 2020 a las 9:14, CASD (<x@casd.uscourts.gov>) escribió:\n\n> bar 999999",
    "Spanish Outlook": "De: CASD <x@casd.uscourts.gov>\nEnviado el: jueves\nPara: Ada\nAsunto: n\n\nbar 999999",
    "German": "Am 02.01.2020 um 09:14 schrieb CASD <x@casd.uscourts.gov>:\n\n> bar 999999",
    "German Outlook": "Von: CASD <x@casd.uscourts.gov>\nGesendet: Donnerstag\nAn: Ada\nBetreff: n\n\nbar 999999",
    "French": "Le jeu. 2 janv. 2020 à 09:14, CASD <x@casd.uscourts.gov> a écrit :\n\n> bar 999999",
    "French Outlook": "De : CASD <x@casd.uscourts.gov>\nEnvoyé : jeudi\nÀ : Ada\nObjet : n\n\nbar 999999",
    "Portuguese": "Em qui., 2 de jan. de 2020 às 09:14, CASD <x@casd.uscourts.gov> escreveu:\n\n> bar 999999",
    "Yahoo": "On Thursday, January 2, 2020, 09:14:00 AM PST, CASD <x@casd.uscourts.gov> wrote:\n\n bar 999999",
    "a name and a verb": "CASD wrote:\n> bar 999999",
    "an address and a verb": "CASD <x@casd.uscourts.gov> wrote:\n\n> bar 999999",
    "a date and an address": "2020-01-02 9:14 GMT-08:00 CASD <x@casd.uscourts.gov>:\n\n> bar 999999",
    "GroupWise": ">>> CASD <x@casd.uscourts.gov> 1/2/2020 9:14 AM >>>\nbar 999999\n\nmore\n\n"
    ">>> Ada Filer 1/1/2020 9:00 AM >>>\nbar",
    "GroupWise in a sentence": ">>> On 1/2/2020 at 9:14 AM, in message <5E1F.GW@casd>, CASD <x@c.gov> wrote:\n"
    "bar 999999",
    "marks alone": "> bar 999999\n>\n> more",
    "marks two deep": ">> bar 999999\n> > more",
}


@pytest.mark.parametrize("history", HISTORY.values(), ids=HISTORY.keys())
def test_history_is_nobodys_request(history: str, court: Court) -> None:
    message = plain(f"{ASK}\n\n{history}\n", court, subject="Re: notice")
    assert _covers(message)
    assert words(message, OWN) == ASK
    assert "999999" in message.words(QUOTE)
    assert [section.kind for section in message.sections] == [OWN, QUOTE]


def test_answers_between_and_below_quoted_lines_are_own_words(court: Court) -> None:
    text = "On Jan 2, CASD wrote:\n> Your name?\nAda Filer\n> Your bar number?\n\n123456\n\n> Bye\n\nThat is all."
    message = plain(text, court)
    own = message.words(OWN)
    assert "Ada Filer" in own
    assert "123456" in own
    assert "That is all" in own
    assert "Your" not in own
    assert "wrote" not in own


def test_an_answer_below_mail_that_groupwise_quotes_is_own_words(court: Court) -> None:
    text = ">>> ECF Help 1/15/2020 4:11 PM >>>\nWhat is your number?\n\nClerk\n\n>>> Ada 1/14/2020 >>>\nReset"
    assert words(plain(f"{text}\n\n{ASK}\n", court, subject="Re: x"), OWN) == ASK
    assert words(plain(f"{text}\n", court, subject="Re: x"), OWN) == ""


OLDER = "\n\n-----Original Message-----\nFrom: Grace\nSent: Thursday\nTo: Ada\n\nI need one.\n{0} done\nGood.\n"


@pytest.mark.parametrize("brackets", ["[{}]", "[[ {} ]]"])
def test_what_the_sender_wrote_in_brackets_into_a_mail_below_is_theirs_where_they_say_so(
    brackets: str, court: Court
) -> None:
    added = "Does each of us now need one?"
    quote = f"> Get an account of your own. {brackets.format(added)}\n> Link it [see page 2] in March.\n"
    told = plain(f"Our question is in brackets inside your memo.\n\n{quote}", court, subject="RE: x")
    assert words(told, OWN).split("\n")[-1] == added
    assert _covers(told)
    assert added not in words(plain(f"See your memo.\n\n{quote}", court, subject="RE: x"), OWN)


@pytest.mark.parametrize("mark", [">>>", "**", "##", "-->", "[AF]", "AF:"])
def test_answers_in_a_mail_below_are_own_words_where_the_sender_says_that_they_stand_there(
    mark: str, court: Court
) -> None:
    older = OLDER.format(mark)
    told = plain(f"See my notes marked {mark} below.{older}", court, subject="RE: x")
    assert words(told, OWN).split("\n")[-1] == "done"
    assert _covers(told)
    assert "done" not in words(plain(f"See below.{older}", court, subject="RE: x"), OWN)


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote to you at ecfhelp@casd.uscourts.gov: no answer. Bar 123456.",
        "On Jan 2, 2020 the court wrote: nothing.\nSo I ask again. Bar 123456.",
        "From: Ada Filer\nBar: 123456",
        "FROM: Ada Filer\nTO: Clerk of Court\nRE: password\n\nPlease reset it. Bar 123456.",
        "To: ECF Help Desk\nSubject: my password\nName: Ada Filer\nBar 123456",
        "-- I am locked out -- please help. Bar 123456",
        "Date: 2/12/2020\nFrom: Ada\nBar ID: 123456",
        "I > you. Bar 123456.",
    ],
)
def test_own_words_that_look_like_marks_stay_own(text: str, court: Court) -> None:
    assert "123456" in plain(text, court).words(OWN, SIGNATURE)


FORWARDS = {
    "Gmail": "---------- Forwarded message ---------\nFrom: Other <o@x.example>\nDate: Mon\nTo: Ada\n\nbar 999999",
    "Apple": "Begin forwarded message:\n\n> From: Other\n> Subject: x\n>\n> bar 999999",
    "Thunderbird": "-------- Forwarded Message --------\nSubject: x\nDate: Mon\nFrom: Other\n\nbar 999999",
    "Spanish": "---------- Mensaje reenviado ---------\nDe: Otro\n\nbar 999999",
    "German": "-------- Weitergeleitete Nachricht --------\nVon: X\n\nbar 999999",
    "French": "Début du message réexpédié :\n\nDe: X\n\nbar 999999",
    "Notes": "----- Forwarded by Ada Filer/Firm on 01/02/2020 09:14 AM -----\n\nbar 999999",
}


@pytest.mark.parametrize("forward", FORWARDS.values(), ids=FORWARDS.keys())
def test_a_mail_passed_on_is_another_persons(forward: str, court: Court) -> None:
    message = plain(f"See below, please.\n\n{forward}\n", court, subject="Password")
    assert words(message, OWN) == "See below, please."
    assert "999999" in message.words(FORWARDED)
    assert message.sections[-1].kind is FORWARDED


OUTLOOK = "From: Other <o@x.example>\nSent: Monday, February 3, 2020 9:00 AM\nTo: Ada\nSubject: x\n\nbar 999999"


@pytest.mark.parametrize(
    ("subject", "headers", "kind"),
    [
        ("FW: password", {}, FORWARDED),
        ("Fwd: password", {}, FORWARDED),
        ("RV: contraseña", {}, FORWARDED),
        ("WG: Passwort", {}, FORWARDED),
        ("RE: password", {}, QUOTE),
        ("Re: FW: password", {}, QUOTE),
        ("AW: Passwort", {}, QUOTE),
        ("password", {"in_reply_to": "<a@x.example>"}, QUOTE),
        ("password", {}, FORWARDED),
    ],
)
def test_the_subject_tells_passing_on_from_answering(
    subject: str, headers: dict[str, str], kind: SectionKind, court: Court
) -> None:
    message = plain(f"Please see.\n\n{OUTLOOK}", court, subject=subject, **headers)
    assert message.sections[-1].kind is kind
    assert words(message, OWN) == "Please see."


def test_a_forward_without_own_words_is_all_forwarded(court: Court) -> None:
    assert [section.kind for section in plain(OUTLOOK, court, subject="Fwd: x").sections] == [FORWARDED]


SIGNATURES = {
    "closing": "Sincerely,\n\nAda Filer\nQuill & Filer LLP\nState Bar No. 123456\n(619) 555-0100",
    "closing and name on a line": "Thanks, Ada",
    "thanks": "Thank you for your help!\nAda",
    "thanks twice": "Thank you thank you!\nAda",
    "thanks in advance": "Thanks in advance for your time,\n\nAda Filer, Esq.",
    "appreciation": "Much appreciated.\n\nAda Filer\nSBN 123456",
    "delimiter": "-- \nAda Filer\nSBN 123456",
    "two dashes": "--\nAda Filer | SBN 123456",
    "rule": "_______________\nAda Filer\nQuill LLP",
    "closing above delimiter": "Best regards,\nAda\n-- \nAda Filer\n619-555-0100",
    "telephone": "Sent from my iPhone",
    "telephone app": "Get Outlook for iOS",
    "name above telephone": "Ada Filer\n619-555-0100\n\nSent from my Galaxy",
    "Spanish": "Atentamente,\n\nLic. Ada Filer\nColegiada 123456",
    "Spanish telephone": "Saludos,\nAda\nEnviado desde mi iPhone",
    "German": "Mit freundlichen Grüßen\nAda Filer",
    "military": "v/r\nAda Filer\nOffice of the U.S. Attorney",
    "formal": "Very truly yours,\n\n/s/ Ada Filer\n\nAF:rk",
    "no closing": "Ada Filer\nQuill & Filer LLP\n101 West Broadway, Suite 100\nSan Diego, CA 92101\nT 619-555-0100",
    "no closing, apart": "Ada Filer\nSBN 123456\n\nQUILL & FILER LLP\n(619) 555-0100 | ada@filerquill.example",
    "a name alone": "Ada Filer",
    "a first name alone": "Ada",
    "pipes": "Ada Filer | Partner | Quill LLP | 619-555-0100",
}


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_the_block_that_closes_a_mail_is_the_signature(signature: str, court: Court) -> None:
    message = plain(f"Hello,\n\nplease reset my CM/ECF password, I forgot it.\n\n{signature}\n", court)
    assert words(message, SIGNATURE) == signature.strip()
    assert words(message, OWN) == "Hello,\n\nplease reset my CM/ECF password, I forgot it."
    assert _covers(message)


@pytest.mark.parametrize(
    "body",
    [
        "Please reset:\n\nName: Ada Filer\nBar ID: 123456\nE-mail: ada@filerquill.example",
        "Please reset.\n\nThank you!\n\nName: Ada Filer\nBar ID: 123456",
        "Full name: Ada Filer\nState Bar No: 123456\nPrimary email: ada@filerquill.example",
        "LAST: FILER\nFIRST: ADA\nCSB#: 123456",
        "What you asked for:\n\nAda Filer\n123456\nada@filerquill.example",
        "Ada Filer\n123456\nada@filerquill.example\n\nThat is what your notice asks for.",
        "Ada Filer, bar 123456, forgot her password. Thanks",
        "thanks for the notice. my bar is 123456, reset pls",
        "Please reset the password for these attorneys:\nAda Filer 123456\nJohn Roe 654321",
        "123456",
        "Ada Filer\n123456",
    ],
)
def test_what_the_court_asks_for_is_own_words_where_it_is_an_answer(body: str, court: Court) -> None:
    message = plain(body, court)
    assert "123456" in message.words(OWN)


def test_an_afterthought_below_the_signature_is_own_words(court: Court) -> None:
    message = plain("Please reset mine.\n\nThanks,\nAda\n\nP.S. My bar number is 123456.", court)
    assert "123456" in message.words(OWN)
    assert words(message, SIGNATURE) == "Thanks,\nAda"


def test_thanks_alone_are_what_the_mail_says(court: Court) -> None:
    message = plain("Thank you very much!\n\nAda", court)
    assert words(message, OWN) == "Thank you very much!"
    assert words(message, SIGNATURE) == "Ada"


def test_a_thank_you_in_the_middle_closes_nothing(court: Court) -> None:
    text = "Thank you.\n\nMy name is Ada Filer and I need my password reset, bar 123456."
    assert words(plain(text, court), OWN) == text


BOILERPLATE = [
    "CONFIDENTIALITY NOTICE: This e-mail is intended only for the named recipient and may be privileged.",
    "This message is intended only for the use of the addressee. If you are not the intended recipient, delete it.",
    "If you received this communication in error, please notify us and destroy all copies.",
    "PRIVILEGED AND CONFIDENTIAL. Attorney-client communication.",
    "IRS Circular 230 disclosure: any tax advice contained herein cannot be used to avoid penalties.",
    "The information contained in this transmission is confidential; any disclosure is prohibited.",
    "Please consider the environment before printing this e-mail.",
    "Think green: don't print this message unless you really need to.",
    "Virus-free. www.scanner.example",
    "AVISO DE CONFIDENCIALIDAD: Este mensaje es confidencial; si no es el destinatario, bórrelo.",
]


@pytest.mark.parametrize("boilerplate", BOILERPLATE)
def test_boilerplate_is_nobodys_words(boilerplate: str, court: Court) -> None:
    message = plain(f"{ASK}\n\nThanks,\nAda\nQuill LLP\n{boilerplate}\n", court)
    assert words(message, DISCLAIMER) == boilerplate
    assert words(message, OWN) == ASK
    assert words(message, SIGNATURE) == "Thanks,\nAda\nQuill LLP"


@pytest.mark.parametrize(
    "banner",
    [
        "CAUTION: This email originated from outside the organization. Do not click links.",
        "[EXTERNAL] Use caution with attachments from unknown senders; do not click links.",
        "You don't often get email from ada@filerquill.example. Learn why this is important",
        "WARNING: External e-mail. Do not open attachments unless you know the sender.",
    ],
)
def test_a_gateways_banner_on_top_is_boilerplate(banner: str, court: Court) -> None:
    message = plain(f"{banner}\n\n{ASK}\n", court)
    assert words(message, DISCLAIMER) == banner
    assert words(message, OWN) == ASK


@pytest.mark.parametrize(
    "text",
    [
        "This is confidential: my bar number is 123456.",
        "I received your notice in error, I am not an attorney any more. Bar 123456.",
        "Please notify me when it is reset. Bar 123456.",
        "The password reset e-mail was blocked as external. Bar 123456.",
    ],
)
def test_own_words_about_such_things_stay_own(text: str, court: Court) -> None:
    assert words(plain(text, court), OWN) == text


@pytest.mark.parametrize(
    "notice",
    [
        "Within your email, please provide the filer's full name, Bar ID, and primary email address.",
        "Within your e-mail, please provide the attorney’s full name,\nBar ID, and primary\ne-mail address.",
        "RESET PASSWORDS WILL ONLY BE SENT TO THE CM/ECF PRIMARY EMAIL ADDRESS.",
        "If you have difficulty, you may e-mail a password reset request to ecfhelp@casd.uscourts.gov.",
        "On or after March 2, 2020, link your upgraded PACER account to your current CM/ECF account.",
    ],
)
def test_the_courts_notices_are_recognised_where_they_are_pasted(notice: str, court: Court) -> None:
    message = plain(f"You wrote this to me. Here I am, bar 123456.\n\n{notice}\n", court)
    assert words(message, NOTICE) == notice
    assert "123456" in message.words(OWN)
    assert _covers(message)


def test_own_words_in_a_notices_paragraph_stay_own(court: Court) -> None:
    text = (
        "Per your notice (Reset passwords will only be sent to the CM/ECF primary email address.) mine is "
        "ada@filerquill.example. Reset passwords will only be sent to the CM/ECF primary email address. Bar 123456."
    )
    message = plain(text, court)
    assert "ada@filerquill.example" in message.words(OWN)
    assert "Bar 123456" in message.words(OWN)
    assert "Reset passwords" in message.words(NOTICE)


def test_a_request_in_the_notices_words_is_still_a_request(court: Court) -> None:
    text = "Please reset my CM/ECF password. Full name Ada Filer, Bar ID 123456, primary email address ada@x.example."
    assert words(plain(text, court), OWN) == text


LINES = st.sampled_from(
    [
        ASK,
        "",
        "  ",
        "> quoted",
        ">",
        "On Jan 2, 2020 at 9:14 AM X <x@y.example> wrote:",
        "From: X <x@y.example>",
        "Sent: Monday",
        "To: Ada",
        "Subject: x",
        "---------- Forwarded message ---------",
        "Thanks,",
        "-- ",
        "Ada Filer",
        "Name: Ada",
        "619-555-0100",
        "P.S. one more",
        "CONFIDENTIALITY NOTICE: This message is privileged.",
        "\t",
        "____________",
        "Reset passwords will only be sent to the CM/ECF primary email address.",
        "Sent from my iPhone",
        "P.S.",
        "\u00e9\u0301",
        "Please provide the filer's full name, Bar ID, and primary email address. Mine: 123456.",
    ]
)


@given(st.lists(LINES, max_size=25), st.sampled_from(["", "Re: x", "Fwd: x"]))
def test_sections_always_cover_the_text_exactly(lines: list[str], subject: str) -> None:
    message = read_message(
        raw("\n".join(lines), content_type="text/plain; charset=utf-8", subject=subject), court=COURT
    )
    assert _covers(message)


@given(st.text(max_size=400))
def test_sections_cover_any_text_at_all(text: str) -> None:
    assert _covers(read_message(raw(text, content_type="text/plain; charset=utf-8"), court=COURT))


@given(st.lists(LINES, max_size=25))
def test_quoted_lines_are_never_own_words(lines: list[str]) -> None:
    message = read_message(raw("\n".join(["hello", *(f"> {line}" for line in lines)])), court=COURT)
    assert words(message, OWN) == "hello"


def test_a_banner_without_a_blank_line_hides_no_letter_below_it() -> None:
    banner = "CAUTION: This email originated from outside the organization. Do not click links."
    letter = "Good morning,\nI keep the docket for Ms. Filer, who lost her password.\nBar ID: 123456"
    message = plain(f"{banner}\n{letter}\nTess Vale\n", COURT)
    assert words(message, DISCLAIMER).strip() == banner
    assert letter in words(message, OWN)


def test_a_wrapped_disclaimer_is_one_to_its_end() -> None:
    disclaimer = (
        "This message is intended only for the addressee and may contain information that is\n"
        "privileged. If it reached you by mistake, tell us so and destroy every copy of it.\n"
        "Nothing in it is meant as tax advice."
    )
    message = plain(f"{ASK}\n\nAda\n\n{disclaimer}\n", COURT)
    assert "destroy every copy" in words(message, DISCLAIMER)
    assert "destroy every copy" not in words(message, OWN)
