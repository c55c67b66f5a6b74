"""Who is meant: names, Bar IDs and addresses in the ways people write them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Claim, Message, Section, SectionKind, SignalName
from tests.core.mail import message


def stated(mail: Message, rules: Rules) -> list[tuple[str | None, str | None, str | None]]:
    """Name, Bar ID and claimed e-mail of each claim."""
    return [_parts(claim) for claim in understand(mail, rules).claims]


def _parts(claim: Claim) -> tuple[str | None, str | None, str | None]:
    name, bar_id, email = (part.value if part else None for part in (claim.name, claim.bar_id, claim.claimed_email))
    return name, bar_id, email


RESET = "Please reset my CM/ECF password.\n\n"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("SBN 234561", "234561"),
        ("SBN: 234 561", "234561"),
        ("Cal. Bar No. 234,561", "234561"),
        ("CSB #234561", "234561"),
        ("(CA 234561)", "234561"),
        ("CA234561", "234561"),
        ("State Bar of California number is 034561", "034561"),
        ("State Bar #: l34561", "134561"),
        ("Bar ID: O34561", "034561"),
        ("bar number two three four five six one", "234561"),
        ("bar number is two three double four six one", "234461"),
        ("número de la barra: dos tres cuatro cinco seis uno", "234561"),
        ("234561 is my bar number", "234561"),
        ("#234561", "234561"),
        ("Bar ID\n234561", "234561"),
        ("Texas Bar No. 24036687", "24036687"),
        ("SBN234561", "234561"),
        ("SBN-234561", "234561"),
        ("S.B.N. 234561", "234561"),
        ("CalBar#234561", "234561"),
        ("OSB No. 034561", "034561"),
        ("234561 (California)", "234561"),
        ("Admitted in California (234561) and Arizona (031877)", "234561"),
        ("State Bar No. 234561 3232 Main Street", "234561"),  # what a line break less makes of an address
        ("Ada Filer / 234561 / ada@filerquill.example", "234561"),
        ("My number is 234561", "234561"),
        ("bar number twenty-three, forty-five, sixty-one", "234561"),
        ("bar number is two hundred thirty-four thousand five hundred sixty-one", "234561"),
        ("bar no. ten fifty twelve", "105012"),
        ("My bra number is 234561.", "234561"),
        ("I am licensed in Illinois (No. 6284415), no California number.", "6284415"),
        ("I have no California number, Texas is 23456178.", "23456178"),
        ("my bar number is 234 561 I am working from home", "234561"),
        ("For the reset, then: 234561, and the name is Ada Filer.", "234561"),
        ("barra: doscientos treinta y cuatro mil quinientos sesenta y uno", "234561"),
    ],
)
def test_a_bar_id_is_read_however_it_is_written(written: str, number: str, rules: Rules) -> None:
    [(_, bar_id, _)] = stated(message(f"{RESET}Ada Filer\n{written}\nada@filerquill.example\n"), rules)
    assert bar_id == number


@pytest.mark.parametrize(
    "written",
    [
        "Tel. (619) 555-0123, fax 619-555-0124",
        "Phone 6195550123",
        "San Diego, CA 92101-4297",
        "San Diego, California 92101",
        "Case no. 3:19-cv-01234-BAS-LL",
        "in 19cv1677 and 3:20-cv-412",
        "My bar number is 3:20-cv-00119",
        "PACER account no. 4417023",
        "My PACER user name is LP1234",
        "Client number 448812",
        "on 01/31/2020 and in 2014",
        "invoice for $123456",
        "1855 First Avenue, Suite 300",
        "Our file 2017-0883",
        "Error code 234561",
        "The locker code is 234561",
        "I tried 234561 times",
        "PIN: 234561",
        "The complaint has 234561 pages",
        "passport 234561",
    ],
)
def test_what_only_looks_like_a_bar_id_is_none(written: str, rules: Rules) -> None:
    [(_, bar_id, _)] = stated(message(f"{RESET}{written}\n\nAda Filer\n"), rules)
    assert bar_id is None


def test_a_quoted_persons_number_is_never_the_senders(rules: Rules) -> None:
    mail = message(f"{RESET}Ada Filer\n", quote="> Grace Hopkinson, SBN 301122 wrote:\n> reset mine\n")
    assert stated(mail, rules) == [("Ada Filer", None, "ada@filerquill.example")]


def test_opposing_counsels_number_is_not_the_senders(rules: Rules) -> None:
    mail = message(f"{RESET}Opposing counsel is Grace Hopkinson (SBN 301122).\n\nAda Filer\n")
    assert stated(mail, rules) == [("Ada Filer", None, "ada@filerquill.example")]


def test_of_several_numbers_in_a_letterhead_the_senders_own_counts(rules: Rules) -> None:
    letterhead = "GRACE HOPKINSON (SBN 301122)\nADA FILER (SBN 234561)\nFILER & QUILL LLP\n"
    mail = message(f"{RESET}Ada\n\n", signature=letterhead)
    assert [claim[1] for claim in stated(mail, rules)] == ["234561"]


def test_a_secretarys_own_name_is_not_the_filers(rules: Rules) -> None:
    mail = message(
        "On behalf of our attorney Ada Q. Filer, SBN 234561, I ask for a password reset. "
        "Her primary e-mail is ada@filerquill.example.\n\n",
        sender="Tess Vale <tess@filerquill.example>",
        signature="Tess Vale\nLegal Secretary\ntess@filerquill.example\n",
    )
    assert stated(mail, rules) == [("Ada Q. Filer", "234561", "ada@filerquill.example")]
    assert not understand(mail, rules).claims[0].filer_is_sender


def test_a_front_desk_that_names_nobody_states_nothing(rules: Rules) -> None:
    mail = message(
        "Hi, our attorney lost the ECF password, please reset.\n", sender="Front Desk <office@firm.example>"
    )
    assert stated(mail, rules) == [(None, None, None)]


def test_every_filer_of_a_list_has_a_claim(rules: Rules) -> None:
    mail = message(
        "Please reset the passwords of these attorneys:\n\n"
        "1. Ada Filer - Bar 234561 - ada@filerquill.example\n"
        "2. Grace Hopkinson - Bar 301122 - grace@harborlaw.example\n",
        sender="Office Manager <office@filerquill.example>",
    )
    assert stated(mail, rules) == [
        ("Ada Filer", "234561", "ada@filerquill.example"),
        ("Grace Hopkinson", "301122", "grace@harborlaw.example"),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "Name\tBar No.\tE-mail\nAda Filer\t234561\tada@filerquill.example\n"
        "Grace Hopkinson\t301122\tgrace@harborlaw.example",
        "| Attorney | State Bar | E-mail |\n| Filer, Ada | 234561 | ada@filerquill.example |\n"
        "| Hopkinson, Grace | 301122 | grace@harborlaw.example |",
        "Last name; First name; Bar ID; E-mail\nFiler; Ada; 234561; ada@filerquill.example\n"
        "Hopkinson; Grace; 301122; grace@harborlaw.example",
        "1) Attorney: Ada Filer\n   Bar: 234561\n   Email: ada@filerquill.example\n\n"
        "2) Attorney: Grace Hopkinson\n   Bar: 301122\n   Email: grace@harborlaw.example",
        "Ada Filer, SBN 234561, ada@filerquill.example; and Grace Hopkinson, SBN 301122, grace@harborlaw.example.",
        "Ada Filer and Grace Hopkinson (234561 and 301122; ada@filerquill.example and grace@harborlaw.example)",
    ],
)
def test_every_filer_of_a_table_has_a_claim(written: str, rules: Rules) -> None:
    mail = message(
        f"Please reset the passwords for:\n\n{written}\n", sender="Office Manager <office@filerquill.example>"
    )
    assert stated(mail, rules) == [
        ("Ada Filer", "234561", "ada@filerquill.example"),
        ("Grace Hopkinson", "301122", "grace@harborlaw.example"),
    ]


def test_a_last_name_alone_is_spelled_out_from_elsewhere_in_the_mail(rules: Rules) -> None:
    mail = message(
        "Grace Hopkinson is in trial. Could you reset Ms. Hopkinson's ECF password? Her bar number is 301122.\n",
        sender="Tess Vale <tess@harborlaw.example>",
    )
    assert stated(mail, rules) == [("Grace Hopkinson", "301122", None)]


def test_a_partner_who_is_only_told_of_is_not_meant(rules: Rules) -> None:
    mail = message(
        "My partner Grace Hopkinson, SBN 301122, keeps hers in a drawer. I do not: "
        "please reset the CM/ECF password of Ada Filer, 234561.\n"
    )
    assert stated(mail, rules) == [("Ada Filer", "234561", "ada@filerquill.example")]
    assert SignalName.OTHER_BAR_ID in {signal.name for signal in understand(mail, rules).signals}


def test_ones_own_number_in_the_signature_goes_before_anothers_in_the_text(rules: Rules) -> None:
    mail = message(
        f"{RESET}Grace Hopkinson, my former partner, SBN 301122, used to file for me.\n",
        signature="Ada Filer\nSBN 234561\n",
    )
    assert stated(mail, rules) == [("Ada Filer", "234561", "ada@filerquill.example")]


def test_a_case_is_no_person_and_the_undersigned_is_the_sender(rules: Rules) -> None:
    mail = message(
        "Re: Quill v. Hopkinson, 3:19-cv-01234\n\nThe undersigned has lost her CM/ECF password.\n\n"
        "State Bar No. 234561.\n",
        signature="Ada Filer\n",
    )
    assert stated(mail, rules) == [("Ada Filer", "234561", "ada@filerquill.example")]


def test_whoever_requests_for_another_is_not_the_filer(rules: Rules) -> None:
    mail = message(
        "Requested by: Tess Vale\nAttorney: Ada Filer\nSBN: 234561\nThe ECF password needs to be reset.\n",
        sender="Tess Vale <tess@filerquill.example>",
    )
    assert [claim[:2] for claim in stated(mail, rules)] == [("Ada Filer", "234561")]


def test_me_and_my_partner_are_two(rules: Rules) -> None:
    mail = message(
        "My partner Grace Hopkinson (SBN 301122, grace@harborlaw.example) and I both lost our ECF passwords.\n"
        "I am Ada Filer, bar 234561.\n"
    )
    assert {claim[:2] for claim in stated(mail, rules)} == {("Grace Hopkinson", "301122"), ("Ada Filer", "234561")}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Name: Filer, Ada Q.", "Ada Q. Filer"),
        ("Name: ADA QUILL FILER, ESQ.", "ADA QUILL FILER"),
        ("Full name: Ada Filer, Jr.", "Ada Filer, Jr."),
        ("Attorney:   Ms. Ada Filer", "Ada Filer"),
        ("Nombre: José Peña Núñez", "José Peña Núñez"),
        ("Name: Ana de la Cruz", "Ana de la Cruz"),
        ("Name: Ada Filer-Hopkinson", "Ada Filer-Hopkinson"),
        ("My name is Ada Filer.", "Ada Filer"),
        ("Filer's full name = Ada O'Quill", "Ada O'Quill"),
        ("Last name: Filer\nFirst name: Ada", "Ada Filer"),
        ("My full legal name: Ada Filer", "Ada Filer"),
        ("It is the account of Hopkinson, Grace (see below)", "Grace Hopkinson"),
        ("Name: de la Cruz, Ana M.", "Ana M. de la Cruz"),
        ("Dimitri V. Filer, 234561", "Dimitri V. Filer"),
    ],
)
def test_a_name_is_read_however_it_is_written(written: str, value: str, rules: Rules) -> None:
    mail = message(f"Please reset the password.\n{written}\nBar ID: 234561\n", sender="x7@filerquill.example")
    assert [claim[0] for claim in stated(mail, rules)] == [value]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Email: ADA@FilerQuill.example", "ada@filerquill.example"),
        ("Email: ada (at) filerquill (dot) example", "ada@filerquill.example"),
        ("my primary e-mail is ada at filerquill dot example", "ada@filerquill.example"),
        ("E-mail: <mailto:ada@filerquill.example>", "ada@filerquill.example"),
        ("Email: ada@gmial.example", "ada@gmial.example"),
        ("My primary is ada@filerquill.example though I write from old@webmail.example", "ada@filerquill.example"),
        ("Please change my e-mail from old@firm.example to ada@newfirm.example", "ada@newfirm.example"),
        ("I answer to ecfhelp@casd.uscourts.gov as told", "ada@filerquill.example"),
        ("cc: my secretary at tess@filerquill.example", "ada@filerquill.example"),
    ],
)
def test_the_claimed_address_is_the_filers_own(written: str, value: str, rules: Rules) -> None:
    [(_, _, email)] = stated(message(f"{RESET}Ada Filer, SBN 234561\n{written}\n"), rules)
    assert email == value


def test_no_bar_id_exists_for_one_who_represents_herself(rules: Rules) -> None:
    understanding = understand(message(f"{RESET}I represent myself and have no bar number. Ada Filer\n"), rules)
    assert understanding.claims[0].says_no_bar_id
    assert understanding.missing == ()


def test_own_words_below_a_long_quotation_are_read(rules: Rules) -> None:
    long_quote = "> and so on and on\n" * 4_000
    text = f"{RESET}{long_quote}Ada Filer, SBN 234561\n"
    cut = len(RESET) + len(long_quote)
    mail = replace(
        message(text),
        sections=(
            Section(kind=SectionKind.OWN, start=0, end=len(RESET)),
            Section(kind=SectionKind.QUOTE, start=len(RESET), end=cut),
            Section(kind=SectionKind.OWN, start=cut, end=len(text)),
        ),
    )
    [claim] = understand(mail, rules).claims
    assert claim.bar_id is not None
    assert claim.bar_id.span is not None
    assert claim.bar_id.value == mail.text[claim.bar_id.span.start : claim.bar_id.span.end] == "234561"


def test_of_a_text_too_long_to_read_the_end_is_read_and_staff_are_told(rules: Rules) -> None:
    mail = message(f"Dear Clerk,\n{'It was a long story. ' * 2_000}\n{RESET}Ada Filer, SBN 234561\n")
    understanding = understand(mail, rules)
    assert stated(mail, rules)[0][:2] == ("Ada Filer", "234561")
    assert SignalName.NOT_ALL_READ in {signal.name for signal in understanding.signals}


def test_the_end_of_a_name_is_no_state(rules: Rules) -> None:
    for name in ("Ada Quill Fileraa", "Ada Quill Filera", "Ada Quill Filer", "Ada Quill File"):
        (claim,) = understand(message(RESET + f"Name: {name}\nBar ID: 300100\n"), rules).claims
        assert claim.bar_state is None, name


PASSED_ON = (
    "---------- Forwarded message ----------\nFrom: Grace Hopkinson <grace@harborlaw.example>\n"
    "To: Tess Vale <tess@harborlaw.example>\nSubject: my ecf password\n\n"
    "Tess, please write to the court: I cannot remember my ECF password. Bar 301122.\n\nG.\n"
)


def test_particulars_in_a_mail_that_is_passed_on_are_a_claim_with_a_warning(rules: Rules) -> None:
    own = "Please see below and reset her CM/ECF password.\n\n"
    cut = len(own)
    mail = replace(
        message(own, sender="Tess Vale <tess@harborlaw.example>"),
        text=own + PASSED_ON,
        sections=(
            Section(kind=SectionKind.OWN, start=0, end=cut),
            Section(kind=SectionKind.FORWARDED, start=cut, end=cut + len(PASSED_ON)),
        ),
    )
    understanding = understand(mail, rules)
    assert stated(mail, rules) == [("Grace Hopkinson", "301122", "grace@harborlaw.example")]
    assert not understanding.claims[0].filer_is_sender
    assert SignalName.PASSED_ON in {signal.name for signal in understanding.signals}
    for part in (understanding.claims[0].name, understanding.claims[0].bar_id, understanding.claims[0].claimed_email):
        assert part is not None
        assert part.span is not None
        assert mail.text[part.span.start : part.span.end] == part.written


def test_what_another_drew_up_for_the_sender_is_the_senders_own_request(rules: Rules) -> None:
    own = "Please do as my assistant wrote out below.\n\n"
    draft = (
        "---------- Forwarded message ----------\nFrom: Tess Vale <tess@harborlaw.example>\n"
        "To: Grace Hopkinson <grace@harborlaw.example>\nSubject: draft\n\nSend them this:\n\n"
        "I need my CM/ECF password reset. My name is Grace Hopkinson, my Bar ID is 301122, grace@harborlaw.example.\n"
    )
    cut = len(own)
    mail = replace(
        message(own, sender="Grace Hopkinson <grace@harborlaw.example>"),
        text=own + draft,
        sections=(
            Section(kind=SectionKind.OWN, start=0, end=cut),
            Section(kind=SectionKind.FORWARDED, start=cut, end=cut + len(draft)),
        ),
    )
    understanding = understand(mail, rules)
    assert stated(mail, rules) == [("Grace Hopkinson", "301122", "grace@harborlaw.example")]
    assert SignalName.PASSED_ON not in {signal.name for signal in understanding.signals}


def test_ones_own_request_takes_nothing_from_a_mail_that_is_passed_on(rules: Rules) -> None:
    own = "I lost my ECF password as well.\n\nAda Filer\n\n"
    mail = replace(
        message(own),
        text=own + PASSED_ON,
        sections=(
            Section(kind=SectionKind.OWN, start=0, end=len(own)),
            Section(kind=SectionKind.FORWARDED, start=len(own), end=len(own) + len(PASSED_ON)),
        ),
    )
    assert stated(mail, rules) == [("Ada Filer", None, "ada@filerquill.example")]


@pytest.mark.parametrize(
    "written",
    ["Bar Nos. 234561 and 301122, respectively", "SBN 234561, 301122", "(234561 and 301122)"],
)
def test_numbers_in_a_row_go_to_names_in_a_row(written: str, rules: Rules) -> None:
    mail = message(
        f"Please reset the passwords for Ada Filer and Grace Hopkinson. {written}\n",
        sender="Office Manager <office@filerquill.example>",
    )
    assert [claim[:2] for claim in stated(mail, rules)] == [("Ada Filer", "234561"), ("Grace Hopkinson", "301122")]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Marguerite d'Amboise, SBN 234561", "Marguerite d'Amboise"),
        ("Yusuf al-Amin, SBN 234561", "Yusuf al-Amin"),
        ("This is for Ada Filer, III. SBN 234561", "Ada Filer, III"),
        ("Hey, Victor Quill here, bar 234561.", "Victor Quill"),
        ("Counsel is travelling; SBN 234561", None),
        ("You carry me as María Quill Zubiri. SBN 234561", "María Quill Zubiri"),
        ("this is attorney Ada Quill in El Centro my bar number is 234561", "Ada Quill"),
    ],
)
def test_names_with_small_prefixes_numerals_and_beside_small_words(
    written: str, name: str | None, rules: Rules
) -> None:
    [(found, _, _)] = stated(message(f"{RESET}{written}\n", sender="<desk@firm.example>"), rules)
    assert found == name


def test_a_dictated_initial_belongs_to_the_address(rules: Rules) -> None:
    own = f"{RESET}My bar number is 23 45 61 and my email is Q Filer at Filer trial law dot example thank you\n"
    [(_, bar_id, email)] = stated(message(own), rules)
    assert (bar_id, email) == ("234561", "qfiler@filertriallaw.example")


def test_a_pictures_place_holder_is_nobodys_word(rules: Rules) -> None:
    understanding = understand(message("[cid:image001.png@01D5CB6F.21A0B3C0]\n", subject="error"), rules)
    assert understanding.claims == ()
    assert not understanding.is_understood


def test_a_partners_mail_passed_on_with_a_question_asks_for_the_partner(rules: Rules) -> None:
    own = "My partner wrote this to me instead of to you. Can you help him?\n\nTess Vale (SBN 301122)\n\n"
    passed = (
        "From: Ada Filer <ada@filerquill.example>\nSent: Tuesday, February 25, 2020 9:12 AM\nTo: Tess Vale\n"
        "Subject: help\n\nI am shut out of the filing site, the password I have is wrong. My number is 234561 if they"
        " ask. Ada Filer\n"
    )
    text = own + passed
    sections = (
        Section(kind=SectionKind.OWN, start=0, end=len(own)),
        Section(kind=SectionKind.FORWARDED, start=len(own), end=len(text)),
    )
    mail = replace(message("", sender="Tess Vale <tess@filerquill.example>"), text=text, sections=sections)
    assert stated(mail, rules) == [("Ada Filer", "234561", "ada@filerquill.example")]
    assert not understand(mail, rules).claims[0].filer_is_sender


def test_a_firm_below_a_title_is_nobodys_name(rules: Rules) -> None:
    signed = "Ada Filer | Counsel\nQuill Yards LLP | San Diego, CA 92101\n"
    own = f"{RESET}Full name: Ada Filer\nBar ID: 234561\n\n{signed}"
    mail = message(own, sender="Ada Filer <ada@filerquill.example>")
    assert [name for name, _, _ in stated(mail, rules)] == ["Ada Filer"]


def test_whom_a_secretary_works_for_is_not_asked_for_where_the_filer_is_stated(rules: Rules) -> None:
    own = (
        "Ms. Filer lost her ECF password, please reset it.\n\nAda Quill Filer\nCalifornia Bar 234561\n\n"
        "Regards,\n\nEva Roe\nLegal Secretary to Ada Q. Filer and Max Orme (SBN 198765)\n"
    )
    mail = message(own, sender="Eva Roe <eva@filerquill.example>")
    assert [parts[:2] for parts in stated(mail, rules)] == [("Ada Quill Filer", "234561")]


def test_of_a_list_whose_lines_tell_who_needs_a_reset_the_others_are_not_meant(rules: Rules) -> None:
    own = (
        "Where our attorneys stand:\n\nFiler, Ada  234561  ada@filerquill.example  needs CM/ECF password reset\n"
        "Orme, Max  198765  max@filerquill.example  password ok\n"
        "Roe, Eva  301177  eva@filerquill.example  needs CM/ECF password reset\n\nCould you do the two resets?\n"
    )
    mail = message(own, sender="Kim Desk <kim@filerquill.example>")
    assert [bar_id for _, bar_id, _ in stated(mail, rules)] == ["234561", "301177"]


@pytest.mark.parametrize("line", ["El Cajon", "Point Loma", "Desert Line Advocates", "Coastal Rights Project"])
def test_a_town_or_firm_between_a_signed_name_and_its_number_owns_no_number(line: str, rules: Rules) -> None:
    mail = message("Please reset my CM/ECF password.\n\n", signature=f"Ada Filer\n{line}\nSBN 234561\n")
    assert stated(mail, rules) == [("Ada Filer", "234561", "ada@filerquill.example")]


EARLIER = "On Tue, Feb 4, 2020 Office wrote:\n> Please reset the password of Grace Hopper, Bar ID 199999.\n"


@pytest.mark.parametrize(
    ("own", "number"),
    [
        ("Now the same for Ms. Ada Filer please, she is at it too :)\n", None),
        ("Same again for our partner Ada Filer.\n", None),
        ("Could you do the same for Ada Filer (234561)?\n", "234561"),
    ],
)
def test_the_same_for_somebody_else_takes_no_number_from_the_subject(
    own: str, number: str | None, rules: Rules
) -> None:
    office = "Office Filer Quill <office@filerquill.example>"
    mail = message(own, subject="Re: Reset Grace Hopper 199999", quote=EARLIER, sender=office, in_reply_to=("1@x",))
    assert stated(mail, rules) == [("Ada Filer", number, None)]


def test_who_asks_for_somebody_in_the_subject_and_for_themselves_below_asks_for_two(rules: Rules) -> None:
    own = "As in the subject, and while you are in there do mine as well please.\n\n"
    mail = message(own, subject="CM/ECF reset for Grace Hopper (199999)", signature="Ada Filer, SBN 234561\n")
    assert stated(mail, rules) == [
        ("Grace Hopper", "199999", None),
        ("Ada Filer", "234561", "ada@filerquill.example"),
    ]
