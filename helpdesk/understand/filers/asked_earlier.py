"""A request that the sender answers for: their own earlier mail, quoted below the question that they answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from helpdesk.policy.reading import Extraction
from helpdesk.understand.filers.scene import Scene, look_for, survey
from helpdesk.understand.text.history import own_mails_quoted
from helpdesk.understand.text.sight import NOTHING, Sight, view_of
from helpdesk.understand.text.view import View
from helpdesk.vocabulary import Message

_MOST_MAILS = 3  # own ones, in one another


def asked_earlier(message: Message, sight: Sight, rules: Extraction) -> Scene | None:
    """What the sender's own earlier mail says that they quote; None where none of it asks for a reset."""
    if message.sender is None:
        return None
    text = next((text for text in _own_mails(message, rules) if rules.sender.asks.search(text.plain)), None)
    if text is None:
        return None
    seen = Sight(
        text=text,
        subject=NOTHING,
        sender=sight.sender,
        is_whole=True,
        other=NOTHING,
        small_words=sight.small_words,
    )
    return survey(seen, look_for(seen, message.sender.address, message.senders[0].display_name, rules), rules)


def _own_mails(message: Message, rules: Extraction) -> Iterator[View]:
    for section in islice(own_mails_quoted(message), _MOST_MAILS):
        yield view_of(message.text, [section], rules.longest)
