"""What the signs of the rules say of words: how much speaks for each category, and which words do."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from helpdesk.policy.reading import Categories, Sign
from helpdesk.understand.text.quoting import quoted
from helpdesk.vocabulary import Category


def weighed(words: str, rules: Categories) -> dict[Category, tuple[int, str]]:
    """How much the signs in these words speak for each category of which any may, and the first words that do."""
    sifted = rules.sign_sieve.sift(words)
    return {
        category: _weight(words, left)
        for category, signs in rules.signs.items()
        if (left := [sign for sign in signs if sign.patterns in sifted])
    }


def matter_of(words: str, rules: Categories, none_of: Collection[Category]) -> Category | None:
    """The first category, in the order of the rules, for which signs in these words say enough; none of these."""
    weights = weighed(words, rules)
    matters = (matter for matter in rules.order if matter not in none_of)
    return next((matter for matter in matters if weights.get(matter, (0, ""))[0] >= rules.enough), None)


def _weight(words: str, signs: Sequence[Sign]) -> tuple[int, str]:
    matches = [(sign.weight, sign.patterns.search(words)) for sign in signs]
    said = next((quoted(match[0]) for weight, match in matches if match and weight > 0), "")
    return sum(weight for weight, match in matches if match), said
