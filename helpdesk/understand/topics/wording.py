"""Which category a message's words are most like: where the signs are silent or disagree, this decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain

from helpdesk.policy.reading import Wording
from helpdesk.vocabulary import RESETS, Category

MACHINES = (Category.AUTOMATIC, Category.SPAM)  # nobody gets a reply in these: words alone must be very sure
# A reset with something else beside it is a reset; only where its password may be another's, words may say otherwise.
_NOT_BESIDE_A_RESET = frozenset(
    {Category.EMAIL_CHANGE, Category.NEF_DELIVERY, Category.FILING_QUESTION, Category.REGISTRATION, Category.GENERAL}
)
_HEAVIEST = 6  # of a category's signs; more of them say no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What a message is by its words and signs, and why in a few words."""

    category: Category
    why: str
    is_torn: bool = False  # signs or words are a machine's, but not enough of them to turn a person away


def likeliest(
    words: str,
    signs: Mapping[Category, int],
    settled: Category | None,
    wording: Wording,
    possible: Callable[[Category], bool],
) -> Likeness:
    """The category, by the likeness of words to what people write of it, and by signs.

    signs: the weights found of each category. settled: what the signs come to by themselves, None where nothing.
    possible: whether the words may mean this, which takes time to tell: only the likeliest ones are asked about.
    """
    weighed = wording.sentences.weigh(words, known=wording.known if settled is None else 0.0)
    if not weighed:
        return Likeness(category=settled or Category.GENERAL, why="")
    scores = {
        category: wording.words * weight
        + wording.sign * min(signs.get(category, 0), _HEAVIEST)
        + wording.settled * (category is settled)
        for category, weight in weighed.items()
        if settled not in RESETS or category not in _NOT_BESIDE_A_RESET
    }
    ranked = sorted(scores, key=lambda category: -scores[category])
    likely = filter(possible, ranked)
    first = next(likely)  # never none: what is asked, or what nothing here rules out
    others = chain((first,), likely)
    if first in MACHINES:
        second = next(likely, None)
        ahead = second is None or scores[first] - scores[second] >= wording.sure
        if first is settled or (ahead and _is_possible(first, words, wording)):
            return Likeness(category=first, why=_like(first))
        others = chain(() if second is None else (second,), likely)
    persons = (category for category in others if category not in MACHINES)
    left = (category for category in persons if category is settled or _is_possible(category, words, wording))
    best = next(left, Category.GENERAL)
    return Likeness(category=best, why=_like(best), is_torn=settled in MACHINES or ranked[0] in MACHINES)


def is_near(category: Category, words: str, wording: Wording) -> bool:
    """Whether the words speak for this category nearly as much as for the likeliest one."""
    return wording.sentences.weigh(words).get(category, 0.0) >= -wording.near


def is_bait(words: str, signs: Mapping[Category, int], wording: Wording) -> bool:
    """Whether mail that a machine may have sent to many is rather spam than a robot's notice."""
    weighed = wording.sentences.weigh(words)
    spam, automatic = (
        wording.words * weighed.get(category, 0.0) + wording.sign * min(signs.get(category, 0), _HEAVIEST)
        for category in (Category.SPAM, Category.AUTOMATIC)
    )
    return spam > automatic


def _is_possible(category: Category, words: str, wording: Wording) -> bool:
    needs = wording.needs.get(category)
    return needs is None or bool(needs.search(words))


def _like(category: Category) -> str:
    return f"its words are most like those of {category.value.replace('_', ' ')} requests"
