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
    said = [bool(rules.thanks.search(part)) for part in sentences(body, _MOST_SENTENCES) if part.strip()]
    if not any(said):
        return False
    subject = words.partition("\n\n")[0].strip()
    if not answers and not (all(said) and (not subject or rules.thanks.search(subject))):
        return False  # nothing was asked before, so it may be asking now
    return not rules.not_thanks.search(rules.thanks_all_the_same.without(body))
