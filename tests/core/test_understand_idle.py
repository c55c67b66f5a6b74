"""Texts that are not searched for names, numbers and addresses hold none, whoever writes them."""

from __future__ import annotations

import copy
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.patterns import Patterns
from helpdesk.rules import load_rules
from helpdesk.understand.filers.finds import Search
from helpdesk.understand.naming.agreement import known_by
from helpdesk.understand.text.view import View
from helpdesk.vocabulary import Place

RULES = load_rules(Path(__file__).resolve().parents[2] / "rules")  # not a fixture: hypothesis would print it
SEARCHING = copy.copy(RULES.extraction)
object.__setattr__(SEARCHING, "idle", frozenset())  # searches everything
IDLE, NAMING = RULES.extraction.idle, RULES.extraction.name
CUES = {
    word
    for labels in (getattr(NAMING, key) for key in NAMING.__dataclass_fields__)
    if isinstance(labels, Patterns)
    for word in re.findall("[a-z]+", labels.joined)
}
WORDS = st.sampled_from(sorted(IDLE))
# Words that are something else too, such as a surname, are drawn as often as all the others.
TWOFOLD = st.sampled_from(
    sorted(IDLE & (NAMING.also_surnames | NAMING.honorifics | NAMING.suffixes | NAMING.between))
)
PEOPLE = st.lists(WORDS | TWOFOLD, min_size=2, max_size=3)
SIGNS = st.sampled_from((" ", ", ", ": ", "; ", "! ", "? ", "/", " (", ") ", "  "))


@given(PEOPLE, st.data())
def test_mere_words_name_nobody_even_where_the_sender_is_called_by_them(
    people: list[str], data: st.DataObject
) -> None:
    some = st.sampled_from(people) | st.sampled_from(sorted(IDLE & CUES))
    words = data.draw(st.lists(some | some.map(str.title) | some.map(str.upper), max_size=6))
    text = "".join(f"{word}{data.draw(SIGNS)}" for word in words)
    view = View(place=Place.SUBJECT, original=text, plain=text, shown=text)
    sender = known_by(f"{people[0]}.{people[-1]}@{people[-1]}.example", " ".join(people).title())
    search = Search(view, sender, SEARCHING, RULES.wording.sentences.small_words)
    found = search.finds(" ".join(people))
    assert (found.names, found.bar_ids, found.addresses, found.rows, search.called()) == ((), (), (), (), [])


def test_the_words_of_ordinary_subjects_are_mere_words() -> None:
    assert {"re", "need", "new", "cm", "ecf", "password", "reset", "please"} <= IDLE
