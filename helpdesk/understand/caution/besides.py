"""What a request says besides: subjects that a plain one does not touch, acts that it does not ask for.

The ways to say a thing are endless, but the thing must be named: whoever speaks of a mailbox that others read says
"mailbox", "inbox" or "domain", and whoever wants something else done than a reset says what. So single words are
looked for, whatever stands around them, and phrases tell where they mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from helpdesk.patterns import Patterns
from helpdesk.policy import Remarks
from helpdesk.policy.reading import Acts, Doubts, Subject
from helpdesk.understand.caution.aloud import is_title, running_text
from helpdesk.understand.caution.doubts import warning
from helpdesk.understand.text.sentences import sentence_span
from helpdesk.understand.text.sight import Sight
from helpdesk.understand.text.view import View
from helpdesk.understand.text.weight import outweighs
from helpdesk.vocabulary import Signal, SignalName

_WORD = re.compile(r"[a-z0-9]+")
_ASKED = re.compile(r"(?:(?:do not|don.?t|never|not) )?(?P<act>[a-z]+) +(?P<object>[a-z]+)", re.IGNORECASE)
_MOST = 40  # such words of one text that are looked at closely; whoever has more says something else, too
_SHOWN = 120  # characters of what is said besides


def said_besides(sight: Sight, doubts: Doubts, remarks: Remarks) -> Iterator[Signal]:
    """Warnings that matter only where nothing else warns of a request for a reset or login name."""
    for view in (running_text(sight.text), running_text(sight.subject)):
        words = view.plain.lower()
        found = frozenset(_WORD.findall(words))
        for subject in doubts.subjects:
            if not subject.words.isdisjoint(found):
                yield from _touched(view, words, subject, remarks)
        if not doubts.acts.words.isdisjoint(found):
            yield from _asked(view, words, doubts.acts, remarks)


def _touched(view: View, words: str, subject: Subject, remarks: Remarks) -> Iterator[Signal]:
    touching = (word for word in _WORD.finditer(words) if word[0] in subject.words)
    for times, word in enumerate(touching):
        means_nothing = _is_known(view, words, *word.span(), subject.known) or _is_elsewhere(words, word, subject)
        if times >= _MOST or not (means_nothing or _outweighs(words, *word.span(), subject.weighs, remarks)):
            yield _said(view, words, *word.span(), subject.signal, subject.reason)
            return


def _is_elsewhere(words: str, word: re.Match[str], subject: Subject) -> bool:
    """Whether the word's sentence speaks of something else, such as a case."""
    first, last = sentence_span(words, *word.span())
    return subject.unless.search(words[first:last]) is not None


def _asked(view: View, words: str, acts: Acts, remarks: Remarks) -> Iterator[Signal]:
    found = (_ASKED.match(words, opener.end()) for opener in acts.openers.finditer(words))
    asking = (asked for asked in found if asked and asked["act"] in acts.words and asked["object"] in acts.objects)
    for times, asked in enumerate(asking):
        means_nothing = _is_known(view, words, *asked.span("act"), acts.known)
        if times >= _MOST or not (means_nothing or _outweighs(words, *asked.span("act"), acts.weighs, remarks)):
            reason = "Asks for something else besides"
            yield _said(view, words, *asked.span("act"), SignalName.NOT_PLAINLY_ASKED, reason)
            return


def _is_known(view: View, words: str, start: int, end: int, known: Patterns) -> bool:
    """Whether this word stands in a title, or in a phrase in which it means nothing."""
    if view.in_signature(start) and is_title(view.original[slice(*view.line(start))]):
        return True
    first, last = sentence_span(words, start, end)
    phrases = known.finditer(words[first:last])
    return any(phrase.start() <= start - first and end - first <= phrase.end() for phrase in phrases)


def _outweighs(words: str, start: int, end: int, weighs: float, remarks: Remarks) -> bool:
    """Whether the sentence of this word is harmless enough for it."""
    first, last = sentence_span(words, start, end)
    return outweighs(words[first:last], start - first, end - first, weighs, remarks)


def _said(view: View, words: str, start: int, end: int, signal: SignalName, reason: str) -> Signal:
    first, last = sentence_span(words, start, end)
    sentence = " ".join(view.original[first:last].split())[:_SHOWN]
    return warning(signal, f'{reason}: "{sentence}"', view.span(start, end))
