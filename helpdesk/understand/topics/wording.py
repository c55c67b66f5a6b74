"""Which category a message's words are most like: where the signs are silent or disagree, this decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from helpdesk.policy.reading import Wording
from helpdesk.vocabulary import RESETS, Category

MACHINES = (Category.AUTOMATIC, Category.SPAM)  # nobody gets a reply in these: words alone must be very sure
# A reset with something else beside it is a reset; only where its password may be another's, words may say otherwise.
_NOT_BESIDE_A_RESET = frozenset(
    {Category.EMAIL_CHANGE, Category.NEF_DELIVERY, Category.FILING_QUESTION, Category.REGISTRATION, Category.GENERAL}
)
_PLAIN = 4  # the weight of signs that only machines write
_HEAVIEST = 6  # of a category's signs; more of them say no more


def likeliest(
    words: str,
    signs: Mapping[Category, int],
    settled: Category | None,
    wording: Wording,
    possible: Callable[[Category], bool],
) -> tuple[Category, str]:
    """The category, and why in a few words.

    signs: the weights found of each category. settled: what the signs come to by themselves, None where nothing.
    possible: whether the words may mean this, which takes time to tell: only the likeliest ones are asked about.
    """
    weighed = wording.sentences.weigh(words, known=wording.known if settled is None else 0.0)
    if not weighed:
        return (settled or Category.GENERAL), ""
    scores = {
        category: wording.words * weight
        + wording.sign * min(signs.get(category, 0), _HEAVIEST)
        + wording.settled * (category is settled)
        for category, weight in weighed.items()
        if settled not in RESETS or category not in _NOT_BESIDE_A_RESET
    }
    ranked = sorted(scores, key=lambda category: -scores[category])
    likely = filter(possible, ranked)
    best = next(likely)
    if settled in MACHINES and signs.get(settled, 0) >= _PLAIN:
        return settled, ""
    if best in MACHINES and (best is settled or scores[best] - scores[next(likely)] >= wording.sure):
        return best, _like(best)
    persons = (category for category in ranked if category not in MACHINES and possible(category))
    left = (category for category in persons if category is settled or _is_possible(category, words, wording))
    best = next(left, Category.GENERAL)
    return best, _like(best)


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
