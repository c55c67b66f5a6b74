"""What people say beside a request, weighed by its words: much of it changes nothing, some makes a clerk stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.remarks import REMARKS, Remark, learned, placed, remarks_in
from helpdesk.errors import RulesError
from helpdesk.policy import Remarks
from helpdesk.rules import Rules, load_rules
from helpdesk.understand import understand
from helpdesk.understand.text import weight
from helpdesk.understand.text.view import fold
from helpdesk.understand.text.weight import features, known_in, outweighs
from helpdesk.vocabulary import Place, Route, Severity, Signal, SignalName
from tests.core.mail import message
from tests.project import PROJECT
from tests.rules_folder import edit, rules_folder

ADA = "\n\nName: Ada Quill Filer\nBar ID: 234561\nPrimary e-mail: ada@filerquill.example\n"
ASKS = "Please reset my CM/ECF password. "
REMARKS_WEIGHED = load_rules(PROJECT / "rules").remarks
WRITERS = sorted(REMARKS.glob("*.tsv"))


def weight_of(sentence: str, remarks: Remarks) -> float:
    return weight.weight_of(known_in(sentence, remarks), remarks)


def with_weights(remarks: Remarks, weights: Mapping[str, tuple[float, float]], *, holds_from: float) -> Remarks:
    """The same with other weights and without bias; patterns are read from their text again."""
    known: Any = remarks.known.sources
    return replace(remarks, known=known, holds_from=holds_from, bias=0, weights=weights)


def heavy(remark: str, rules: Rules) -> Signal | None:
    found = understand(message(f"{ASKS}{remark}{ADA}"), rules).signals
    return next((signal for signal in found if signal.name is SignalName.HEAVY_REMARK), None)


@pytest.fixture(scope="module")
def simple(rules: Rules) -> Rules:
    """Rules of which the weights are known: "boat" and "sold" weigh against a request, "weather" for it."""
    weights = {"boat": (1.0, 4.0), "sold": (1.0, 3.0), "weather": (1.0, -5.0), "nice": (1.0, -5.0)}
    return replace(rules, remarks=with_weights(rules.remarks, weights, holds_from=2))


def test_a_sentence_that_weighs_enough_holds_a_request_and_its_words_are_named(simple: Rules) -> None:
    found = heavy("By the way, we have sold the old boat.", simple)
    assert found is not None
    assert found.severity is Severity.WARNING
    assert (
        found.reason
        == 'Reads like what clerks look at first: "By the way, we have sold the old boat." (by "boat", "sold")'
    )
    assert found.span is not None
    assert found.span.place is Place.TEXT


def test_what_outweighs_it_must_stand_in_the_same_sentence(simple: Rules) -> None:
    assert heavy("We sold the boat in nice weather, you see.", simple) is None
    assert heavy("We had nice weather for that. Then we sold the boat after all.", simple)


def test_what_two_sentences_say_together_is_weighed_together(simple: Rules) -> None:
    """ "We had the boat. It was sold.": neither says it alone."""
    rules = replace(simple, remarks=with_weights(simple.remarks, simple.remarks.weights, holds_from=4.5))
    assert heavy("For years we had the boat.", rules) is None
    assert heavy("In spring it was sold, alas.", rules) is None
    found = heavy("For years we had the boat. In spring it was sold, alas.", rules)
    assert found is not None
    assert found.reason.endswith('(by "boat", "sold")')
    assert heavy("For years we had the boat. My Bar ID is above. In spring it was sold, alas.", rules) is None


def test_words_nobody_has_weighed_weigh_nothing(simple: Rules) -> None:
    assert weight_of("Quod erat demonstrandum, amice.", simple.remarks) == 0.0
    assert heavy("Quod erat demonstrandum, amice.", simple) is None


def test_too_few_words_tell_nothing(simple: Rules) -> None:
    assert heavy("Boat sold.", simple) is None


def test_a_plain_request_is_weighed_by_nobody(simple: Rules) -> None:
    found = understand(
        message(f"Please reset my CM/ECF password.{ADA}\nThank you,\nAda Filer\nSold Boat LLP\n"), simple
    )
    assert [signal.name for signal in found.signals] == []


def test_who_says_much_that_is_harmless_beside_a_doubt_does_not_outweigh_it(simple: Rules) -> None:
    """What stands right around the doubt's words is weighed by itself, too."""
    doubt = "we sold the boat"
    between = " and so on and so forth, as these things go and went "
    sentence = f"it was nice weather{between}{doubt}{between}in that nice weather"
    start = sentence.index(doubt)
    assert weight_of(sentence, simple.remarks) < -1
    known = dict.fromkeys(sentence.replace(",", "").split(), (0.1, 0.0))
    weighed = with_weights(simple.remarks, {**known, **simple.remarks.weights}, holds_from=2)
    assert not outweighs(sentence, start, start + len(doubt), 1.0, weighed)
    near = f"it was nice weather as {doubt} and so on and so forth"
    start = near.index(doubt)
    assert outweighs(near, start, start + len(doubt), 1.0, weighed)
    assert not outweighs(near, start, start + len(doubt), 1.0, simple.remarks), "most of its words are unknown"


def test_a_doubt_that_is_certain_is_outweighed_by_nothing(rules: Rules) -> None:
    kind = "In this lovely weather I hope that you and yours are all well and enjoy it, "
    found = understand(
        message(f"{ASKS}{kind}and please send it to my new address instead of the old one.{ADA}"), rules
    )
    assert any(signal.severity is Severity.WARNING for signal in found.signals)


@given(st.text(max_size=200))
def test_any_sentence_has_features_and_a_weight(sentence: str) -> None:
    found = features(fold(sentence), REMARKS_WEIGHED)
    assert all(found)
    assert -100 < weight_of(fold(sentence), REMARKS_WEIGHED) < 100


def test_whom_a_sentence_tells_of_and_what_it_denies_is_weighed() -> None:
    found = features("my boss left, and he did not leave me the key", REMARKS_WEIGHED)
    assert {"i~left", "i~boss", "he~leave", "!leave", "!me", "^ my", "^ my boss", "key ."} <= found
    assert "he~left" not in found
    assert "!left" not in found


@given(st.lists(st.sampled_from(["the", "bar", "id", "234561", "ada@filerquill.example", "so"]), max_size=12))
def test_numbers_and_addresses_are_all_alike(words: list[str]) -> None:
    one = " ".join(words)
    other = one.replace("234561", "199,871").replace("ada@filerquill.example", "b.roe@roe-lee.example")
    assert features(one, REMARKS_WEIGHED) == features(other, REMARKS_WEIGHED)


def test_weights_learned_from_a_few_remarks_tell_those_apart(rules: Rules) -> None:
    fine = [Remark(False, f"The weather is nice in {place}.") for place in ("Oslo", "Rome", "Bonn", "Linz", "Kiel")]
    held = [Remark(True, f"We sold the boat in {place}.") for place in ("Oslo", "Rome", "Bonn", "Linz", "Kiel")]
    remarks = learned([*fine, *held], [], rules.remarks)
    assert all(weight_of(remark.text, remarks) < 0 for remark in fine)
    assert all(weight_of(remark.text, remarks) > 0 for remark in held)
    assert remarks.holds_from == rules.remarks.holds_from


def of_all_writers() -> Iterator[Remark]:
    for file in WRITERS:
        yield from remarks_in(file)


def test_most_fine_remarks_leave_a_request_ready_and_most_others_hold_it(rules: Rules) -> None:
    """The weights were learned from these: of other remarks their figures say little (docs/decisions/14)."""
    remarks = list(islice(of_all_writers(), 0, None, 4))  # enough, and a quarter of the time
    routes = placed(remarks, rules)
    ready = {
        held: [r is Route.READY for r, one in zip(routes, remarks, strict=True) if one.held is held]
        for held in (False, True)
    }
    assert sum(ready[False]) >= 0.92 * len(ready[False])
    assert sum(ready[True]) <= 0.5 * len(ready[True])


@pytest.mark.parametrize(
    ("before", "after", "key", "reason"),
    [
        ("weights = '''\n", "weights = '''\nno tabs\n", "weights", "line 1 is not feature, rarity and weight"),
        ("weights = '''\n", "weights = '''\nboat\t0\t1\n", "weights", "line 1 names no feature"),
        ("weights = '''\n", "weights = '''\nboat\t1\tnan\n", "weights", "line 1 names no feature"),
        ("holds_from = ", "holds_from = 1e9 # ", "holds_from", "less than or equal"),
        ("known = [", "known = ['(', ", "known", "not accepted"),
        ("bias = ", "bios = ", "bios", "not a known key"),
        ("persons = [", 'persons = ["i", ', "persons", "a person is a list of words"),
        ("persons = [", 'persons = [["who"], ', "persons", "'who' stands for two persons"),
        ("negations = [", "negations = [1, ", "negations", "valid string"),
    ],
)
def test_a_wrong_weight_is_refused_with_file_key_and_reason(
    tmp_path: Path, before: str, after: str, key: str, reason: str
) -> None:
    folder = rules_folder(tmp_path)
    edit(folder, "remarks.toml", before, after)
    with pytest.raises(RulesError) as caught:
        load_rules(folder)
    assert caught.value.file == "remarks.toml"
    assert caught.value.key.startswith(key)
    assert reason in str(caught.value)


def test_a_line_that_is_no_remark_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roe.tsv").write_text("fine\tAll is well.\nmaybe\tWho knows.\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"roe[.]tsv, line 2"):
        remarks_in(tmp_path / "roe.tsv")
