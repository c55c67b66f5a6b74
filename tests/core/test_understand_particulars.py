"""Name, number and address in the forms in which people state them, of names and addresses that mislead."""

from __future__ import annotations

import textwrap

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Severity
from tests.core.raw_mail import plain

ASK = "Please reset my CM/ECF password."
# Given names and surnames that are words, towns or titles, too; addresses with states, hyphens or nobody in them.
PEOPLE = [
    ("Francisco J. Quill", "211479", "fquill@quill-law.example"),
    ("Diego Francisco Quill", "211479", "info@quill.example"),
    ("Ella Quill", "211479", "ella.quill@fl-attorneys.example"),
    ("David Robert May", "250787", "dmay@may.law.example"),
    ("Melissa E. York", "320079", "york.esq@york-tx.example"),
    ("Ada Case", "198765", "ada.case@ny.case.example"),
    ("Dona M Quill Farrow", "313560", "d.quillfarrow20@quillfarrow.example"),
    ("Jennifer Martha Barfield", "109913", "barfield.esq@barfieldandhatley.example"),
    ("Ada Barragan", "198765", "abarragan@maillet-barnum.example"),
    ("Guy Barnum", "145381", "gbarnum@barnum.example"),
    ("Ines Maillet", "251683", "imaillet@maillet.example"),
    ("Carlos Angeles", "198765", "info@quill.example"),
    ("Susan Francisco", "145381", "info@quill.example"),
    ("Don Farrow", "205784", "don18@farrow-law.example"),
    ("Ignacio T Quill", "320371", "info@thequillfirm.example"),
    ("Jessica Veronica Quill", "82650", "jquill@az-nv-quill.example"),
    ("Eric Terry Quill", "4558083", "law.quill@quilllaw.example"),
    ("Roger Quill", "24128779", "roger_quill@law53.example"),
]
FORMS = [
    "{ask} {name}, SBN {bar}, {mail}. Thank you.",
    "{ask}\n\n{name}\n{bar}\n{mail}\n",
    "{ask}\n\n1. {name}\n2. {bar}\n3. {mail}\n",
    "{ask}\n\n- {name}\n- #{bar}\n- {mail}\n",
    "{ask}\n\nFull name: {name}\nState Bar No.: {bar}\nPrimary e-mail: {mail}\n",
    "{ask}\n\nName={name}; Bar={bar}; Email={mail}\n",
    "{ask}\n\n{name} | Bar {bar} | {mail}\n",
    "{ask}\n\nAttorney Name\tBar Number\tEmail\n{name}\t{bar}\t{mail}\n",
    "{ask} Bar #{bar}.\n{name}. {mail}\n",
    "My name is {name} (SBN {bar}) and my address on file is {mail}. {ask}\n",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "bar", "mail"), PEOPLE, ids=[person[0] for person in PEOPLE])
@pytest.mark.parametrize("displayed", [True, False])
def test_whoever_states_it_in_whatever_form_is_read(
    name: str, bar: str, mail: str, form: str, displayed: bool, rules: Rules
) -> None:
    body = form.format(ask=ASK, name=name, bar=bar, mail=mail)
    sender = f"{name} <{mail}>" if displayed else mail
    found = understand(plain(body, rules.court, **{"from": sender, "subject": "CM/ECF"}), rules)
    assert [
        (claim.name and claim.name.value, claim.bar_id and claim.bar_id.value, claim.bar_state in (None, "CA"))
        for claim in found.claims
    ] == [(name, bar, True)]
    assert [claim.claimed_email and claim.claimed_email.value for claim in found.claims] == [mail]
    assert not [signal.reason for signal in found.signals if signal.severity is Severity.WARNING]


@pytest.mark.parametrize("town", ["San Francisco", "San Diego", "Los Angeles", "SAN FRANCISCO", "San Diego Office"])
def test_a_town_is_nobody(town: str, rules: Rules) -> None:
    body = f"{ASK}\n\nAda Filer\n{town}\n234561\nada@filerquill.example\n"
    found = understand(plain(body, rules.court, **{"from": "ada@filerquill.example"}), rules)
    assert [claim.name and claim.name.value for claim in found.claims] == ["Ada Filer"]


def test_an_address_beside_a_number_names_no_state_but_a_word_does(rules: Rules) -> None:
    for body, state in (
        (f"{ASK} Ada Filer, SBN 263418, ada@fl-attorneys.example", None),
        (f"{ASK} Ada Filer, Florida 263418, ada@ca-attorneys.example", "FL"),
        (f"{ASK} Ada Filer, 263418 (Texas), ada@ny-law.example", "TX"),
    ):
        found = understand(plain(body, rules.court, **{"from": "Ada Filer <ada@filerquill.example>"}), rules)
        assert [claim.bar_state for claim in found.claims] == [state]


def test_what_staff_of_a_shared_mailbox_want_there_is_no_filers_address(rules: Rules) -> None:
    body = textwrap.dedent("""\
        Password reset for Ada Filer, Bar ID 234561, please. She is travelling; the link is to be sent to this desk
        (office@filerquill.example), where we see to it.
    """)
    found = understand(plain(body, rules.court, **{"from": "Front Office <office@filerquill.example>"}), rules)
    assert any(signal.severity is Severity.WARNING for signal in found.signals)


@pytest.mark.parametrize("address", ["docket___ada@filerquill.example", "ada___filer@filerquill.example"])
def test_underscores_within_an_address_belong_to_it(address: str, rules: Rules) -> None:
    body = f"{ASK}\n\nName: Ada Filer\nBar ID: 234561\nE-mail: {address}\n"
    found = understand(plain(body, rules.court, **{"from": "Ada Filer <ada@filerquill.example>"}), rules)
    assert [claim.claimed_email and claim.claimed_email.value for claim in found.claims] == [address]


def test_a_date_before_a_name_is_no_bar_id(rules: Rules) -> None:
    body = f"{ASK}\n20190123, Ada Quill Filer, ada@filerquill.example\n"
    found = understand(plain(body, rules.court, **{"from": "Ada Filer <ada@filerquill.example>"}), rules)
    assert [claim.bar_id for claim in found.claims] == [None]


@pytest.mark.parametrize("name", ["Janet Reno", "Tyler Quill", "Phoenix Quill", "Ada Odyssey", "Amie D. Washington"])
def test_a_filers_name_is_not_taken_for_what_it_means(name: str, rules: Rules) -> None:
    body = (
        f"Please reset the CM/ECF password for attorney {name}, Bar ID 234561, ada@filerquill.example.\n\nTess Vale\n"
    )
    found = understand(plain(body, rules.court, **{"from": "Tess Vale <tess@filerquill.example>"}), rules)
    assert [claim.name and claim.name.value for claim in found.claims] == [name]
    assert not [signal.reason for signal in found.signals if signal.severity is Severity.WARNING]
