"""What people say beside a request, by its weight: whether it holds the request though no doubt is found in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf
from operator import itemgetter
from typing import NamedTuple

from helpdesk.policy.reading import Doubts
from helpdesk.policy.remarks import Remarks
from helpdesk.understand.caution.aloud import is_title
from helpdesk.understand.caution.doubts import warning
from helpdesk.understand.text.sentences import sentence_spans
from helpdesk.understand.text.view import View
from helpdesk.understand.text.weight import Known, known_in, weight_of
from helpdesk.vocabulary import Signal, SignalName

_PARAGRAPH = 2  # line ends between two sentences that do not belong together
_SHORTEST = 5  # blanks in what can hold a request: fewer words tell too little
_TOLD = 3  # words that are named as the heaviest
_SHOWN = 120  # characters of a sentence that are shown
_WORD = re.compile(r"[a-z']+")
_WORDS = re.compile(r"[a-z'0]+(?: [a-z'0]+)?")
_MOST = 60  # sentences of one text that are weighed, half of them at its beginning


class _Said(NamedTuple):
    """A sentence or two: where it stands, how many blanks are in it, and what of its words has a weight."""

    start: int
    end: int
    blanks: int
    known: Known

    def with_next(self, other: _Said) -> _Said:
        return _Said(self.start, other.end, self.blanks + other.blanks, {**self.known, **other.known})


def heavy_remark(view: View, remarks: Remarks, doubts: Doubts) -> Signal | None:
    """A warning of what weighs most, one sentence or two neighbours, where that is enough to hold a request."""
    weighed = ((weight_of(said.known, remarks), said) for said in _said_in(view, remarks, doubts))
    weight, heaviest = max(weighed, default=(-inf, None), key=itemgetter(0))
    if heaviest is None or weight < remarks.holds_from:
        return None
    words = ", ".join(f'"{word}"' for word in _telling(heaviest.known))
    shown = " ".join(view.original[heaviest.start : heaviest.end].split())[:_SHOWN]
    reason = f'Reads like what clerks look at first: "{shown}" (by {words})'
    return warning(SignalName.HEAVY_REMARK, reason, view.span(heaviest.start, heaviest.end))


def _said_in(view: View, remarks: Remarks, doubts: Doubts) -> Iterator[_Said]:
    """What is said beside the request itself: each sentence, and each with the one that follows."""
    before: _Said | None = None
    for start, end in sentences_of(view):
        sentence = view.plain[start:end]
        if _is_plain(sentence, remarks, doubts):
            before = None
            continue
        said = _Said(start, end, sentence.count(" "), known_in(sentence, remarks))
        both = before.with_next(said) if before and goes_on(view, before.end, start) else None
        for one in (said, both):
            if one and one.blanks >= _SHORTEST:
                yield one
        before = said


def goes_on(view: View, end: int, start: int) -> bool:
    """Whether a sentence that begins at ``start`` goes on in the paragraph of the one that ends at ``end``."""
    return view.plain.count("\n", end, start) < _PARAGRAPH


def _is_plain(sentence: str, remarks: Remarks, doubts: Doubts) -> bool:
    """Whether a sentence says no more than what a request consists of."""
    if doubts.plain.words.issuperset(_WORD.findall(sentence.lower())):
        return True
    return remarks.known.search(sentence) is not None


def _telling(known: Known) -> list[str]:
    """The words and pairs of words that weigh most, for whoever asks why."""
    whole = [(rarity * weight, feature) for feature, (rarity, weight) in known.items() if _WORDS.fullmatch(feature)]
    return [feature for weight, feature in sorted(whole, reverse=True)[:_TOLD] if weight > 0]


def sentences_of(view: View) -> Iterator[tuple[int, int]]:
    """Where the sentences stand, without the titles of a signature."""
    spans = sentence_spans(view.plain)
    for start, end in spans if len(spans) <= _MOST else spans[: _MOST // 2] + spans[-_MOST // 2 :]:
        if view.in_signature(start) and all(is_title(line) for line in view.original[start:end].split("\n") if line):
            continue
        yield start, end
