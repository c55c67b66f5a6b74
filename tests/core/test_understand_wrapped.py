"""Plain text that a mail program broke into lines says what it said before."""

from __future__ import annotations

import textwrap

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.understand.text.view import View
from helpdesk.understand.text.wrapped import running, unwrapped
from helpdesk.vocabulary import Category, Place, Severity, SignalName, Understanding
from tests.core.mail import message
from tests.core.test_held_or_not import MAILS

LETTER = """\
I have used your system since the nineties, and this is the first time that the password which I chose
escapes me altogether; nobody here has written it down. Would you kindly reset it? I am Ada Quill
Filer, State Bar No. 234561, at ada@filerquill.example, as ever.

Thank you,
Ada Quill Filer
"""


def broken(body: str, width: int) -> str:
    lines = (textwrap.fill(line, width, break_on_hyphens=False) for line in body.split("\n"))
    return "\n".join(lines)


def read(body: str, sender: str, rules: Rules, *, subject: str = "CM/ECF password") -> Understanding:
    return understand(message(body, sender=sender, subject=subject), rules)


def said(found: Understanding) -> list[tuple[str | None, ...]]:
    parts = ((claim.name, claim.bar_id, claim.claimed_email) for claim in found.claims)
    return [tuple(part.value if part else None for part in claim) for claim in parts]


@pytest.mark.parametrize("width", [60, 65, 72, 78])
def test_a_letter_states_the_same_however_wide_its_lines_are(width: int, rules: Rules) -> None:
    whole = LETTER.replace("\nescapes", " escapes").replace("Quill\nFiler,", "Quill Filer,")
    found = read(broken(whole, width), "Ada Filer <ada@filerquill.example>", rules)
    assert said(found) == [("Ada Quill Filer", "234561", "ada@filerquill.example")]
    assert not any(signal.severity is Severity.WARNING for signal in found.signals)


@pytest.mark.parametrize("width", range(58, 80))
def test_a_break_within_a_name_number_or_address_ends_none_of_them(width: int, rules: Rules) -> None:
    """Programs break behind a hyphen, too, and behind an initial, whose full stop ends no sentence."""
    body = (
        "I have your notice of yesterday, and my CM/ECF password I do not have, so please reset it. My full name is "
        "Ada N. Quill-Filer, my bar no. is 234561 and my e-mail is ada.quill@quill-filer-law.example as it has been "
        "from the beginning of your electronic filing."
    )
    found = read(textwrap.fill(body, width), "Ada Quill-Filer <ada.quill@quill-filer-law.example>", rules)
    assert said(found) == [("Ada N. Quill-Filer", "234561", "ada.quill@quill-filer-law.example")]
    for claim in found.claims:
        for stated in (claim.name, claim.bar_id, claim.claimed_email):
            assert stated is not None
            assert stated.span is not None
            assert stated.written == textwrap.fill(body, width)[stated.span.start : stated.span.end]


def test_what_is_looked_at_is_looked_at_also_in_broken_lines(rules: Rules) -> None:
    """A break between two words must not hide what they say together, nor make anything up."""
    differ = []
    for mail in MAILS[::9]:
        found, again = (
            read(body, mail["from"], rules, subject=mail["subject"])
            for body in (mail["body"], broken(mail["body"], 72))
        )
        warned, warned_again = (
            any(signal.severity is Severity.WARNING for signal in one.signals) for one in (found, again)
        )
        if (said(found), warned) != (said(again), warned_again):
            differ.append(mail["body"])
    assert len(differ) <= 1, differ


def test_a_break_between_two_small_words_hides_nothing_however_short_the_line(rules: Rules) -> None:
    body = "Please reset my CM/ECF password.\n\nMy inbox\nis read by\nmy former\npartner.\n\nAda Filer\nSBN 234561\n"
    found = read(body, "Ada Filer <ada@filerquill.example>", rules)
    assert SignalName.ADDRESS_IN_DOUBT in [signal.name for signal in found.signals]
    assert running("My inbox\nis read by\nMy partner") == "My inbox is read by\nMy partner"


def test_rows_of_blanks_hide_nothing_and_staff_see_where_it_stands(rules: Rules) -> None:
    body = "Please  reset  my  password.\n\n  My   inbox  is   read by  my \tpartner.\n\nAda Filer\nSBN 234561\n"
    mail = message(body, sender="Ada Filer <ada@filerquill.example>")
    (found,) = (s for s in understand(mail, rules).signals if s.name is SignalName.ADDRESS_IN_DOUBT)
    assert found.span is not None
    assert body[found.span.start : found.span.end].split() == ["inbox", "is", "read", "by", "my"]


def test_a_text_with_single_blanks_tells_of_every_place_in_the_one_with_many() -> None:
    shown = "  Dear   clerk,\n\nplease    reset  it.  \n  Thanks,   Ada"
    view = View(
        place=Place.TEXT, original=shown, plain=shown, shown=shown, signatures=((29, len(shown)),), letterhead=3
    )
    text = view.single_spaced()
    assert text.plain == " Dear clerk,\n\nplease reset it. \n Thanks, Ada"
    for word in ("Dear", "clerk", "reset", "Thanks", "Ada"):
        start = text.plain.index(word)
        span = text.span(start, start + len(word))
        assert shown[span.start : span.end] == word
        assert text.in_signature(start) == view.in_signature(span.start)


@pytest.mark.parametrize(
    "text",
    [
        "Name: Ada Filer\nBar ID: 234561\nE-mail: ada@filerquill.example\n",
        "please reset my ecf password, i forgot it again\nname ada filer\nbar 234561\n",
        "Thanks ever so much for all of your kind help in this matter\nAda Filer\nFiler & Quill LLP\n",
        "A line of more than a hundred and ten characters tells that nothing was broken here by its length, whatever "
        "else\nfollows it.\n",
        "",
    ],
)
def test_forms_signatures_and_long_lines_stay_as_they_are(text: str) -> None:
    assert unwrapped(text) == text


def test_every_offset_stays_what_it_was() -> None:
    assert len(unwrapped(LETTER)) == len(LETTER)
    assert unwrapped(LETTER).count("\n") < LETTER.count("\n")


def test_an_empty_line_below_every_line_ends_nothing_either(rules: Rules) -> None:
    """Some programs make a paragraph of every line that they broke."""
    spaced_out = LETTER.replace("\n\n", "\n").replace("\n", "\n\n")
    assert len(unwrapped(spaced_out)) == len(spaced_out)
    found = read(spaced_out, "Ada Filer <ada@filerquill.example>", rules)
    assert said(found) == [("Ada Quill Filer", "234561", "ada@filerquill.example")]
    elsewhere = broken(
        "Since the switch of yesterday in Los Angeles my Central District password is refused. Please reset it: "
        "Ada Filer, SBN 234561, ada@filerquill.example, or tell me what else you need.",
        67,
    )
    assert "Central District\npassword" in elsewhere
    found = read(elsewhere.replace("\n", "\n\n"), "ada@filerquill.example", rules, subject="locked out")
    assert found.category is Category.OTHER_COURT


def test_an_empty_line_is_not_full_though_the_longest_line_below_it_is_one_word() -> None:
    link = "www.filerquill.example/" + "j" * 40
    text = f"I cannot get into CM/ECF. This is the\nroom in which I wait for you:\n\n{link}\n\nAda Filer"
    assert unwrapped(text) == text
