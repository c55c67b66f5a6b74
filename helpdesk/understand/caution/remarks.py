"""What people say beside a request: whether it holds it, and whether it is harmless enough for what a doubt finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf

from helpdesk.policy.reading import Doubts
from helpdesk.policy.remarks import CERTAIN, Remarks
from helpdesk.understand.caution.aloud import is_title
from helpdesk.understand.text.sentences import sentence_spans
from helpdesk.understand.text.view import View
from helpdesk.understand.text.weight import features, weight_of
from helpdesk.vocabulary import Severity, Signal, SignalName

_TELLING = 9  # blanks in a sentence that says enough besides a doubt's words to be judged by all of them
_SHORTEST = 3  # blanks in a sentence that can hold a request: fewer words tell too little
_TOLD = 3  # words that are named as the heaviest
_SHOWN = 120  # characters of a sentence that are shown
_WORD = re.compile(r"[a-z']+")
_AROUND = 50  # characters before and behind the words that raise a doubt
_MOST = 60  # sentences of one text that are weighed, half of them at its beginning


def outweighs(sentence: str, start: int, end: int, weighs: float, remarks: Remarks) -> bool:
    """Whether a sentence is harmless enough for a doubt of this weight that its words at this place raise.

    What stands right around the place must be so, too: whoever says much that is harmless besides changes nothing.
    """
    if weighs >= CERTAIN or sentence.count(" ") < _TELLING:
        return False
    near = sentence[max(0, start - _AROUND) : end + _AROUND]
    return all(weight_of(words, remarks) + weighs <= 0 for words in {sentence, near})


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
    return Signal(name=SignalName.HEAVY_REMARK, severity=Severity.WARNING, reason=reason, span=view.span(start, end))


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
