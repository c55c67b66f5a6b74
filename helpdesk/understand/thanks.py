"""Thanks alone: a mail that asks for nothing."""

from __future__ import annotations

from helpdesk.policy.reading import Categories
from helpdesk.understand.sentences import sentences

_MOST_SENTENCES = 200
_LONGEST_THANKS = 240  # characters


def is_thanks(words: str, rules: Categories, *, answers: bool) -> bool:
    """Whether the words are thanks and nothing else. answers: they answer a mail, so that less must be said."""
    body = " ".join(words.partition("\n\n")[2].split())
    if len(body) > _LONGEST_THANKS:
        return False
    parts = [part for part in sentences(body, _MOST_SENTENCES) if part.strip()]
    if answers:
        thanks = any(map(rules.thanks.search, parts))
    else:  # nothing was asked before, so anything else may be asking now
        subject = words.partition("\n\n")[0].strip()
        thanks = bool(parts) and all(map(rules.thanks.search, [*parts, subject] if subject else parts))
    if not thanks:
        return False
    return not rules.not_thanks.search(rules.thanks_all_the_same.without(body))
