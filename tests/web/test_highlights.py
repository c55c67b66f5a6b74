"""A message is shown whole, once, with its marks where they belong, and without what deceives the eye."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.vocabulary import Place, Section, SectionKind, Severity, Signal, SignalName, Span
from helpdesk.web.display.highlights import Mark, blocks, marks, pieces, plain

TEXT = "Hello, I am Ada Filer, bar 234561."


def mark(start: int, end: int, label: str = "1", place: Place = Place.TEXT) -> Mark:
    return Mark(label=label, target="x", claim=True, title="Name", span=Span(place=place, start=start, end=end))


spans = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted)


@settings(deadline=None)  # other tests may hold the processor
@given(st.text(alphabet="ab \n", max_size=60), st.lists(spans, max_size=6))
def test_nothing_is_lost_and_nothing_is_shown_twice(text: str, wanted: list[list[int]]) -> None:
    cut = pieces(text, [mark(start, end) for start, end in wanted], start=0, end=len(text))
    assert "".join(piece.text for piece in cut) == text


@settings(deadline=None)  # other tests may hold the processor
@given(st.text(alphabet="abc", min_size=1, max_size=60), spans)
def test_exactly_the_marked_characters_are_marked(text: str, span: list[int]) -> None:
    start, end = (min(edge, len(text)) for edge in span)
    cut = pieces(text, [mark(start, end)], start=0, end=len(text))
    assert "".join(piece.text for piece in cut if piece.marks) == text[start:end]


def test_a_mark_is_labelled_once_where_it_ends_even_when_another_begins_inside_it() -> None:
    cut = pieces(TEXT, [mark(12, 21, "1"), mark(16, 33, "2")], start=0, end=len(TEXT))
    assert [(piece.text, [m.label for m in piece.ends]) for piece in cut if piece.marks] == [
        ("Ada ", []),
        ("Filer", ["1"]),
        (", bar 234561", ["2"]),
    ]


def test_a_quote_is_folded_unless_something_in_it_is_marked() -> None:
    sections = (
        Section(kind=SectionKind.OWN, start=0, end=7),
        Section(kind=SectionKind.QUOTE, start=7, end=len(TEXT)),
    )
    assert [block.folded for block in blocks(TEXT, sections, [])] == [False, True]
    assert [block.folded for block in blocks(TEXT, sections, [mark(12, 21)])] == [False, False]


def test_characters_that_reorder_or_hide_text_are_shown_by_name_51() -> None:
    assert plain("bank\u202etxt.exe\u200b") == "bank[U+202E]txt.exe[U+200B]"
    assert plain("a\x00b\x1b[2Jc\r\nd") == "a[U+0000]b[U+001B][2Jc\nd"


def test_marks_of_another_place_stay_out_of_the_text() -> None:
    (block,) = blocks(TEXT, (), [mark(0, 5, place=Place.SUBJECT)])
    assert not any(piece.marks for piece in block.pieces)


def test_signals_without_a_place_need_no_mark() -> None:
    signal = Signal(name=SignalName.REPLY_TO_ELSEWHERE, severity=Severity.WARNING, reason="Replies go elsewhere.")
    assert marks((), (signal,)) == ()
