"""Which automatic reply a message gets. A function of the message alone: the roll is not even a parameter."""

from __future__ import annotations

from helpdesk.policy import Replies
from helpdesk.understand.text.view import fold
from helpdesk.vocabulary import RESETS, Category, Message, SectionKind, Understanding, Verdict

_NEVER = (Category.AUTOMATIC, Category.SPAM, Category.FOLLOW_UP)
_LONGEST = 20_000  # characters of a message in which a finer letter is looked for


def reply_to(message: Message, understanding: Understanding, replies: Replies, *, live: bool) -> str | None:
    """The folder under templates/mail whose text answers this message; None: nothing is sent.

    live: whether the new system was in use when the message was written.
    """
    if message.machine is not None or message.sender is None or message.authentication.verdict is Verdict.FAIL:
        return None
    if understanding.category in _NEVER or understanding.thanks_only or not understanding.is_understood:
        return None
    reset = understanding.category in RESETS
    if reset and len(understanding.claims) > 1:
        return replies.several
    if reset and understanding.missing:
        return replies.missing
    usual = replies.reset if reset else replies.by_category[understanding.category]
    return _finer(message, understanding.category, replies, live=live) or usual or None


def _finer(message: Message, category: Category, replies: Replies, *, live: bool) -> str | None:
    """The letter that the sender's own words call for."""
    candidates = [rule for rule in replies.finer if category in rule.categories and rule.live in (None, live)]
    if not candidates:
        return None
    words = fold(f"{message.subject}\n\n{message.words(SectionKind.OWN)}"[:_LONGEST])
    return next((rule.reply for rule in candidates if rule.patterns.search(words)), None)
