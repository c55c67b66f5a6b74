"""Which automatic reply a message gets. A function of the message alone: the roll is not even a parameter."""

from __future__ import annotations

from helpdesk.decide.conditions import RESETS
from helpdesk.policy import Replies
from helpdesk.vocabulary import Category, Message, Understanding, Verdict

_NEVER = (Category.AUTOMATIC, Category.SPAM, Category.FOLLOW_UP)


def reply_to(message: Message, understanding: Understanding, replies: Replies) -> str | None:
    """The folder under templates/mail whose text answers this message; None: nothing is sent."""
    if message.machine is not None or message.sender is None or message.authentication.verdict is Verdict.FAIL:
        return None
    if understanding.category in _NEVER or understanding.thanks_only:
        return None
    if understanding.category not in RESETS:
        return replies.by_category[understanding.category] or None
    if len(understanding.claims) > 1:
        return replies.several
    return replies.missing if understanding.missing else replies.reset
