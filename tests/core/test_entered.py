"""What staff take down by hand becomes claims exactly as entered."""

from __future__ import annotations

from dataclasses import replace

from helpdesk.rules import Rules
from helpdesk.understand import take_down
from helpdesk.vocabulary import Arrival, Category, Entry, Message, Missing, SignalName, Span, Understanding
from tests.cast import NOW

CALL = Entry(
    arrival=Arrival.PHONE,
    category=Category.PASSWORD_RESET,
    name="  Ada   Quill Filer ",
    bar_id="023,4561",
    bar_state="ca",
    claimed_email="Ada@FilerQuill.example",
    said="She cannot log in since Monday.",
)


def taken(entry: Entry, rules: Rules) -> tuple[Message, Understanding]:
    return take_down(entry, rules, taken_by="clerk", now=NOW)


def test_the_claim_is_what_was_entered_tidied_with_its_place_in_the_text(rules: Rules) -> None:
    message, understanding = taken(CALL, rules)
    (claim,) = understanding.claims
    assert claim.name
    assert claim.bar_id
    assert claim.claimed_email
    assert claim.name.value == "Ada Quill Filer"
    assert (claim.bar_id.value, claim.bar_state) == ("0234561", "CA")
    assert claim.claimed_email.value == "ada@filerquill.example"
    shown = [message.text[s.start : s.end] for s in (claim.name.span, claim.bar_id.span) if isinstance(s, Span)]
    assert shown == ["Ada Quill Filer", "ca 023,4561"]
    assert message.text.endswith("\n\nShe cannot log in since Monday.")
    assert understanding.missing == ()


def test_what_was_not_said_is_missing_and_no_bar_id_is_an_answer(rules: Rules) -> None:
    _, nothing = taken(Entry(arrival=Arrival.PHONE, category=Category.FORGOT_LOGIN, said="Forgot it."), rules)
    assert nothing.missing == (Missing.NAME, Missing.BAR_ID)
    _, none = taken(replace(CALL, bar_id="", bar_state="", says_no_bar_id=True), rules)
    assert none.missing == ()
    assert none.claims[0].says_no_bar_id


def test_the_category_is_the_clerks_and_what_is_no_reset_names_nobody(rules: Rules) -> None:
    _, understanding = taken(replace(CALL, category=Category.FILING_QUESTION), rules)
    assert understanding.category is Category.FILING_QUESTION
    assert understanding.claims == ()


def test_fields_alone_want_nothing_besides(rules: Rules) -> None:
    _, understanding = taken(replace(CALL, said=""), rules)
    assert understanding.wants == (Category.PASSWORD_RESET,)
    assert understanding.signals == ()


def test_an_address_change_mentioned_besides_is_noticed(rules: Rules) -> None:
    said = "Please also change my primary e-mail address to ada@new.example."
    _, understanding = taken(replace(CALL, said=said), rules)
    assert understanding.wants == (Category.PASSWORD_RESET, Category.EMAIL_CHANGE)


def test_a_password_that_was_written_down_is_found_so_that_it_can_be_masked(rules: Rules) -> None:
    message, understanding = taken(replace(CALL, said="My old password is Sommer2019! and it fails."), rules)
    (span,) = [found.span for found in understanding.signals if found.name is SignalName.PASTED_PASSWORD]
    assert span
    assert message.text[span.start : span.end] == "Sommer2019!"


def test_who_speaks_for_the_filer_is_not_the_filer(rules: Rules) -> None:
    message, understanding = taken(replace(CALL, asked_by="Pat Legal", claimed_email=""), rules)
    assert message.sender_line == "Pat Legal"
    assert message.sender is None
    assert not understanding.claims[0].filer_is_sender
    assert SignalName.SENDER_UNCLEAR not in {signal.name for signal in understanding.signals}
