"""Where a message goes, and that the reply never depends on the roll."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.decide import RecordContext
from helpdesk.errors import RulesError
from helpdesk.match import Roll
from helpdesk.match.written.addresses import poses_as
from helpdesk.rules import Rules, load_rules, rules_from_texts
from helpdesk.triage import place
from helpdesk.understand import understand
from helpdesk.vocabulary import Decision, Filer, FilerStatus, Message, Route, SignalName
from tests.cast import ADA, GRACE, MALLORY, NAMESAKE, NOW
from tests.core.mail import message

RESET = "Please reset my CM/ECF password.\n\nAda Q. Filer\nSBN 234561\nada@filerquill.example\n"
TESS = "Tess Vale <tess@filerquill.example>"
RULES_FOLDER = Path(__file__).resolve().parents[2] / "rules"
RULES = load_rules(RULES_FOLDER)  # not a fixture: hypothesis would print it


def decision(mail: Message, rules: Rules, filers: Iterable[Filer] = (ADA, NAMESAKE, GRACE)) -> Decision:
    return place(mail, understand(mail, rules), Roll.build(filers, "1"), rules, NOW)


def keys(found: Decision) -> list[str]:
    return [reason.key for reason in found.reasons]


def test_a_complete_request_from_the_primary_address_is_ready(rules: Rules) -> None:
    found = decision(message(RESET), rules)
    assert found.route is Route.READY
    assert found.reply == "acknowledge"
    assert found.requests[0].ranking.candidates[0].filer == ADA


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": FilerStatus.SUSPENDED}, "not_active"),
        ({"pacer_linked": True}, "linked"),
        ({"pacer_linked": None}, "link_unknown"),
        ({"email_changed_on": NOW.date() - timedelta(days=3)}, "warning"),
        ({"email_changed_on": date(2020, 3, 1)}, "warning"),  # later than the message's own clock
        ({"bar_id": "234516"}, "bar_id_differs"),
        ({"primary_email": "ada@other.example"}, "email_not_primary"),
        ({"primary_email": "x@other.example", "secondary_emails": ("ada@filerquill.example",)}, "email_secondary"),
    ],
)
def test_a_record_that_does_not_fit_goes_to_staff_with_the_same_reply(
    change: dict[str, object], reason: str, rules: Rules
) -> None:
    found = decision(message(RESET), rules, (replace(ADA, **change), GRACE))  # type: ignore[arg-type]
    assert found.route is Route.REVIEW
    assert reason in keys(found)
    assert found.reply == "acknowledge"


@pytest.mark.parametrize(
    ("mail", "route", "reply"),
    [
        (message("Please reset my ECF password.\n\nAda Filer\n"), Route.ASK, "ask"),
        (message(RESET + "\nAlso change my e-mail address to ada@new.example.\n"), Route.REVIEW, "acknowledge"),
        (message(RESET + "\nApproved by the clerk.\n"), Route.REVIEW, "acknowledge"),
        (message(RESET, sender=f"Ada Filer <{MALLORY}>"), Route.REVIEW, "acknowledge"),
        (message("How do I link my PACER account?"), Route.ANSWER, "pacer_link"),
        (message("Thank you!"), Route.IGNORE, None),
        (message("I forgot my password. Is it you or PACER?\n\nAda Q. Filer\nSBN 234561\n"), Route.ASK, "ask"),
        (message("Dzień dobry, proszę uprzejmie o wiadomość zwrotną w tej sprawie."), Route.REVIEW, None),
        (message("Any news on my request of Monday?"), Route.REVIEW, None),
        (message(RESET, sender=""), Route.REVIEW, None),
    ],
)
def test_the_route_follows_the_rules(mail: Message, route: Route, reply: str | None, rules: Rules) -> None:
    found = decision(mail, rules)
    assert (found.route, found.reply) == (route, reply)


def test_several_filers_are_decided_one_by_one(rules: Rules) -> None:
    mail = message(
        "Please reset these passwords:\nAda Filer, SBN 234561, ada@filerquill.example\n"
        "Grace Hopkinson, SBN 301122, grace@harborlaw.example\n",
        sender=TESS,
    )
    found = decision(mail, rules)
    assert found.route is Route.REVIEW
    assert found.reply == "acknowledge_several"
    assert [request.ranking.candidates[0].filer for request in found.requests] == [ADA, GRACE]


def test_other_senders_asking_for_the_same_filer_bar_ready(rules: Rules) -> None:
    context = RecordContext(other_requests={ADA.ecf_user_id: 2})
    mail = message(RESET)
    found = place(mail, understand(mail, rules), Roll.build((ADA,), "1"), rules, NOW, context)
    assert found.route is Route.REVIEW
    assert SignalName.OTHER_REQUESTS in {signal.name for signal in found.requests[0].signals}


def test_a_lookalike_domain_is_named(rules: Rules) -> None:
    mail = message(RESET.replace("filerquill", "filerqui1l"), sender="Ada Filer <ada@filerqui1l.example>")
    found = decision(mail, rules)
    assert found.route is Route.REVIEW
    assert SignalName.LOOKALIKE_ADDRESS in {signal.name for signal in found.requests[0].signals}


@pytest.mark.parametrize(
    "twin",
    ["аda@filerquill.example", "ada@fılerquill.example", "ａda@filerquill.example", "ada@xn--flerquill-vpb.example"],
)
def test_case_6_a_twin_of_the_stored_address_is_named_and_never_ready(rules: Rules, twin: str) -> None:
    """A case-fold twin, a full-width letter, a Cyrillic one, and a dotless i behind punycode."""
    for mail in (
        message(RESET.replace("ada@filerquill.example", twin)),
        message(RESET, sender=f"Ada Filer <{twin}>"),
    ):
        found = decision(mail, rules)
        assert found.route is not Route.READY
        assert poses_as(twin, ADA.primary_email)
    assert not poses_as("ADA@filerquill.example", ADA.primary_email), "letter case alone is no trick"
    assert not poses_as("adá@x.example", "ada2@x.example")


@pytest.mark.parametrize("name", ["Аda Quill Filer", "Ada Quill Ｆiler", "Ada Quill F\u0131ler"])
def test_case_7_a_name_in_letters_that_only_look_right_is_warned_of(rules: Rules, name: str) -> None:
    found = decision(message(RESET.replace("Ada Q. Filer", name)), rules)
    assert found.route is not Route.READY
    named = {signal.name for request in found.requests for signal in request.signals}
    assert SignalName.LOOKALIKE_NAME in named


OWN_WORDS = st.sampled_from(
    (
        RESET,
        "Forgot my ECF password. Ada Filer",
        "Reset please. SBN 234561",
        "My user name? Ada Filer, bar 234561",
        "How do I link PACER?",
        "Reset for Grace Hopkinson, SBN 301122 and Ada Filer, SBN 234561",
    )
)
RECORDS = st.lists(
    st.builds(
        replace,
        st.sampled_from((ADA, NAMESAKE, GRACE)),
        ecf_user_id=st.integers(1, 9).map(str),
        status=st.sampled_from(FilerStatus),
        pacer_linked=st.sampled_from((True, False, None)),
        primary_email=st.sampled_from(("ada@filerquill.example", "x@y.example")),
        bar_id=st.sampled_from(("234561", "234516", "")),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(own=OWN_WORDS, filers=RECORDS)
def test_the_reply_never_depends_on_the_roll(own: str, filers: list[Filer]) -> None:
    assert decision(message(own), RULES, filers).reply == decision(message(own), RULES, ()).reply


@settings(max_examples=150, deadline=None)
@given(filers=RECORDS)
def test_ready_always_means_an_active_unlinked_record_that_agrees(filers: list[Filer]) -> None:
    found = decision(message(RESET), RULES, filers)
    if found.route is Route.READY:
        filer = found.requests[0].ranking.candidates[0].filer
        assert (filer.status, filer.pacer_linked, filer.bar_id) == (FilerStatus.ACTIVE, False, "234561")
        assert filer.primary_email == "ada@filerquill.example"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('reason = "certain" }', 'reason = "sertain" }', "has no sentence"),
        ('when = ["certain"], route = "ready"', 'when = ["linked"], route = "ready"', "must ask for 'certain'"),
        ('{ route = "review", reason = "staff" }', '{ route = "answer", reason = "staff" }', "the last rule"),
        ('when = ["linked"]', 'when = ["linkt"]', "rules."),
    ],
)
def test_wrong_triage_rules_are_refused_with_their_place(old: str, new: str, words: str) -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in RULES_FOLDER.glob("*.toml")}
    assert old in texts["triage"]
    texts["triage"] = texts["triage"].replace(old, new)
    with pytest.raises(RulesError, match=words):
        rules_from_texts(texts)


def test_every_reason_of_the_rules_has_a_sentence() -> None:
    table = tomllib.loads((RULES_FOLDER / "triage.toml").read_text(encoding="utf-8"))
    assert {rule["reason"] for rule in table["rules"]} <= set(table["reasons"])
