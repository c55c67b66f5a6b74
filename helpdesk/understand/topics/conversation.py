"""What an answer answers: whoever gives the number that was asked for says no more of what it is for."""

from __future__ import annotations

import re
from collections.abc import Callable

from helpdesk.policy.reading import Password
from helpdesk.understand.text.history import is_answer
from helpdesk.understand.text.sentences import sentences
from helpdesk.understand.text.view import fold
from helpdesk.understand.topics.trouble import SMALL_WORD, any_asks_for_reset
from helpdesk.vocabulary import Message, SectionKind

_BEGINNING = 4_000  # characters of the conversation below that are looked at
_MOST_SENTENCES = 80
_FEW_WORDS = 30  # beside the particulars; who says more has something else to say
_MORE_WORDS = 60  # where they stand between the lines that they answer
_OF_OTHERS = (SectionKind.QUOTE, SectionKind.FORWARDED, SectionKind.NOTICE)
_PASSES_ON = re.compile(r"\W{0,3}(?:fwd?|rv|wg|tr) ?:", re.IGNORECASE)
_ITEM = re.compile(
    r"\b(?:(?:item|step|paragraph|point|part|bullet|section|letter|letra|inciso|punto|paso)[. ]{0,2}#?\(?([1-9a-h])\b"
    r"|(?:number|no|nr|numero)[. ]{0,2}#?\(?([1-9])\b)",
    re.I,
)
_LISTED = re.compile(
    r"^[ >*]{0,6}\(?([1-9a-h])[.)] {1,4}([^\n]*(?:\n(?![ >*]{0,6}\(?[1-9a-h][.)]|[ >]*\n)[^\n]*){0,6})",
    re.MULTILINE | re.I,
)


def answers_about_a_reset(
    message: Message,
    text: str,
    password: Password,
    gives_particulars: Callable[[], bool],
    gives_all: Callable[[], bool],
) -> bool:
    """Whether the own words answer a conversation about a reset: particulars and little else, or "the same for me".

    Only where the message answers another or passes it on; the mail below asks for the particulars of a reset, or
    is itself a request for one.
    text: the own words, folded, without the signature. gives_particulars, gives_all: asked only where it matters.
    """
    if not (is_answer(message) or _PASSES_ON.match(message.subject)):
        return False
    most = _MORE_WORDS if _answers_line_by_line(message) else _FEW_WORDS
    says_little = "?" not in text and len(SMALL_WORD.findall(text[:_BEGINNING])) <= most
    particulars = says_little and gives_particulars()
    again = particulars or password.same_again.search(text) is not None
    below = _below(message) if again or (not says_little and gives_all()) else ""
    if password.asks_back.search(below) and (password.words.search(below) or password.bare.search(below)):
        return True
    if not again:
        return False
    if particulars and _answers_notice(below, text, password):
        return True
    return any_asks_for_reset(below, password, _MOST_SENTENCES)


def lacks_what_an_item_says(message: Message, text: str, password: Password) -> bool:
    """ "I no longer know it (item B)", above the court's notice, whose item B is about the password."""
    if not is_answer(message) or "?" in text or len(SMALL_WORD.findall(text[:_BEGINNING])) > _FEW_WORDS:
        return False
    lacks = password.answers_notice.search(text) and not password.lacks_nothing.search(text)
    below = _below(message) if lacks else ""
    return bool(password.notice_asks.search(below)) and _points_at(below, text, password)


def about_a_reset(message: Message, password: Password) -> bool:
    """Whether what is answered is about somebody's reset, and no notice to everybody."""
    noticed = any(section.kind is SectionKind.NOTICE for section in message.sections)
    below = _below(message) if is_answer(message) and not noticed else ""
    if not below or password.notice_asks.search(below):
        return False
    return any_asks_for_reset(below, password, _MOST_SENTENCES)


def _answers_notice(below: str, text: str, password: Password) -> bool:
    """Whether the particulars are what the court's notice says to send about a lost password."""
    if not password.notice_asks.search(below):
        return False
    return bool(password.answers_notice.search(text)) or _points_at(below, text, password)


def _points_at(below: str, text: str, password: Password) -> bool:
    """ "Number 2 applies to me", "(item B)": whether the item of the list below that is meant is about a password."""
    meant = {
        (item[1] or item[2]).lower()
        for sentence in sentences(text, _MOST_SENTENCES)
        if not password.item_done.search(sentence)
        for item in _ITEM.finditer(sentence)
    }
    return any(item[1].lower() in meant and password.words.search(item[2]) for item in _LISTED.finditer(below))


def _answers_line_by_line(message: Message) -> bool:
    return sum(part.kind is SectionKind.OWN for part in message.sections) > 2


def _below(message: Message) -> str:
    """The subject and the mail below, which may be a notice of the court."""
    quoted = (message.text[part.start : part.end] for part in message.sections if part.kind in _OF_OTHERS)
    return fold("\n\n".join((message.subject, *quoted))[:_BEGINNING])
