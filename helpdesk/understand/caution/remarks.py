"""What people say beside a request, by its weight: whether it holds the request though no doubt is found in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf

from helpdesk.policy.reading import Doubts
from helpdesk.policy.remarks import Remarks
from helpdesk.understand.caution.aloud import is_title
from helpdesk.understand.caution.doubts import warning
from helpdesk.understand.text.sentences import sentence_spans
from helpdesk.understand.text.view import View
from helpdesk.understand.text.weight import features, weight_of
from helpdesk.vocabulary import Signal, SignalName

_SHORTEST = 3  # blanks in a sentence that can hold a request: fewer words tell too little
_TOLD = 3  # words that are named as the heaviest
_SHOWN = 120  # characters of a sentence that are shown
_WORD = re.compile(r"[a-z']+")
_MOST = 60  # sentences of one text that are weighed, half of them at its beginning


def heavy_remark(view: View, remarks: Remarks, doubts: Doubts) -> Signal | None:
    """A warning of the sentence that weighs most, where it weighs enough to hold a request by itself."""
    weighed = [
        (weight_of(view.plain[start:end], remarks), start, end)
        for start, end in sentences_of(view)
        if _is_remark(view.plain[start:end], remarks, doubts)
    ]
    weight, start, end = max(weighed, default=(-inf, 0, 0))
    if weight < remarks.holds_from:
        return None
    words = ", ".join(f'"{word}"' for word in _telling(view.plain[start:end], remarks))
    sentence = " ".join(view.original[start:end].split())[:_SHOWN]
    reason = f'Reads like what clerks look at first: "{sentence}" (by {words})'
    return warning(SignalName.HEAVY_REMARK, reason, view.span(start, end))


def _is_remark(sentence: str, remarks: Remarks, doubts: Doubts) -> bool:
    """Whether a sentence is more than the words that a request consists of."""
    if sentence.count(" ") < _SHORTEST or doubts.plain.words.issuperset(_WORD.findall(sentence.lower())):
        return False
    return not remarks.known.search(sentence)


def _telling(sentence: str, remarks: Remarks) -> list[str]:
    """The words and pairs of words that weigh most, for whoever asks why."""
    whole = (feature for feature in features(sentence) if not feature.startswith("#"))
    known = ((remarks.weights[feature], feature) for feature in whole if feature in remarks.weights)
    heavy = sorted(((rarity * weight, feature) for (rarity, weight), feature in known if weight > 0), reverse=True)
    return [feature for _, feature in heavy[:_TOLD]]


def sentences_of(view: View) -> Iterator[tuple[int, int]]:
    """Where the sentences stand, without the titles of a signature."""
    spans = sentence_spans(view.plain)
    for start, end in spans if len(spans) <= _MOST else spans[: _MOST // 2] + spans[-_MOST // 2 :]:
        if view.in_signature(start) and all(is_title(line) for line in view.original[start:end].split("\n") if line):
            continue
        yield start, end
