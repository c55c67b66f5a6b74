"""What a sentence beside a request weighs: like such as clerks let pass, or like such as they look at first.

What people say besides is endless, and no list of patterns gets far with it (docs/decisions/14). So thousands of
remarks were sorted by hand into those that change nothing and those that make a clerk stop, and the weights of their
words learned from them (``bench/remarks.py``). A sentence is the sum of its words: no single one of them decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import sqrt

from helpdesk.policy.remarks import CERTAIN, Remarks

_ADDRESS = re.compile(r"\S*@\S*")
_NUMBER = re.compile(r"\d[\d.,:/-]*")
_TOKEN = re.compile(r"[a-z']+|0|[?!@$]")
_PIECE = 4  # letters of which pieces of words are made: what kindred words have in common
_DENIED = 4  # words behind a negation that it may deny
_NOBODY = ""  # of whom a sentence tells before it names anybody
_LONGEST = 600  # characters of a sentence that are weighed
_TELLING = 9  # blanks in a sentence that says enough besides a doubt's words to be judged by all of them
_KNOWN = 0.5  # the share of a sentence's words that must have been weighed
_AROUND = 50  # characters before and behind the words that raise a doubt
Known = Mapping[str, tuple[float, float]]


def features(sentence: str, remarks: Remarks) -> frozenset[str]:
    """What is weighed of a sentence, without regard to case, numbers and addresses.

    sentence: in ASCII, as ``text/view.fold`` makes it.

    Its words and pairs of neighbours; what it begins with ("^ the firm") and ends with ("firm ."); pieces of words
    ("#firm", a blank in it is a word's edge); words close behind a negation ("!reset"), and each with the person last
    spoken of before it ("he~left", where "i~left" weighs otherwise).
    """
    plain = _NUMBER.sub("0", _ADDRESS.sub("@", sentence[:_LONGEST].lower()))
    words = _TOKEN.findall(plain)
    if not words:
        return frozenset()
    found = set(words)
    found.update(map(" ".join, pairwise(words)), *map(_pieces, set(words)))
    found.update((f"^ {words[0]}", f"^ {' '.join(words[:2])}", f"{words[-1]} ."))
    found.update(_told_of(words, remarks))
    return frozenset(found)


def _told_of(words: Sequence[str], remarks: Remarks) -> Iterator[str]:
    """The words with what stands before them: of whom they tell, and whether they are denied."""
    person, denied = _NOBODY, 0
    for word in words:
        if word in remarks.negations:
            denied = _DENIED
        elif denied:
            yield f"!{word}"
            denied -= 1
        if (named := remarks.persons.get(word)) is not None:
            person = named
        else:
            yield f"{person}~{word}"


@lru_cache(maxsize=4096)
def _pieces(word: str) -> tuple[str, ...]:
    edged = f" {word} "
    return tuple("#" + edged[at : at + _PIECE] for at in range(max(1, len(edged) - _PIECE + 1)))


def known_in(sentence: str, remarks: Remarks) -> Known:
    """Those features of a sentence that have a weight, with how rare they are and what they weigh."""
    weights = remarks.weights
    return {feature: weights[feature] for feature in features(sentence, remarks) if feature in weights}


def weight_of(known: Known, remarks: Remarks) -> float:
    """How much words read like what clerks look at: above zero more than not, in units of log odds.

    known: of one sentence (see ``known_in``), or of several in one. Of none: zero, for then nobody can tell.
    """
    if not known:
        return 0.0
    length = sqrt(sum([rarity * rarity for rarity, _ in known.values()]))
    return remarks.bias + sum([rarity * weight for rarity, weight in known.values()]) / length


def weight_of_words(words: str, remarks: Remarks) -> float:
    """What a sentence or a piece of one weighs: the less, the more it reads like what clerks let pass."""
    return weight_of(known_in(words, remarks), remarks)


def _is_foreign(sentence: str, remarks: Remarks) -> bool:
    """Whether most of its words are unknown here."""
    words = _TOKEN.findall(sentence[:_LONGEST].lower())
    return sum(word in remarks.weights for word in words) < len(words) * _KNOWN


def outweighs(sentence: str, start: int, end: int, weighs: float, remarks: Remarks) -> bool:
    """Whether a sentence is harmless enough for a doubt of this weight that its words at this place raise.

    What stands right around the place must be so, too: whoever says much that is harmless besides changes nothing.
    Of words that nobody has weighed, as those of another language, nobody can tell.
    """
    if weighs >= CERTAIN or sentence.count(" ") < _TELLING or _is_foreign(sentence, remarks):
        return False
    near = sentence[max(0, start - _AROUND) : end + _AROUND]
    return all(weight_of_words(words, remarks) + weighs <= 0 for words in {sentence, near})
