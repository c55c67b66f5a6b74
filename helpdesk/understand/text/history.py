"""Which quoted words are truly the history of a conversation: another person's, introduced as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

from helpdesk.vocabulary import Message, Section, SectionKind, ascii_lower

_BEGINNING = 2_000  # characters of a quotation that are looked at
_LONGEST_LINE = 400
_MOST_QUOTES = 12  # whose mails are looked for
_FROM = re.compile(r"[ >*]{0,9}(?:from|von|de|da) ?\*? ?:\*? ?(?P<author>[^\n]{2,200})$", re.I)
_WROTE = re.compile(r"(?:wrote|escribi[oó]|a [eé]crit|escreveu|schrieb[^:\n]{0,80}) ?:", re.I)
_MARKS = re.compile(r"[ >]*")
_GOES_ON = re.compile(r"[ >*]*<")  # a line that is the rest of an introduction
_DATES = re.compile(  # words of a date, which stand beside the author's name
    r"\b(?:on|at|[ap]m|the|and|el|del|las|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|[pemc][sd]t|utc|gmt)\b"
)
_ANSWERS = re.compile(r"\W{0,3}(?:re|aw|antw|sv|rv|r) ?:", re.I)
_WORD = re.compile(r"[^\W\d_]{3,}")
_ADDRESS = re.compile(r"[\w.+'-]+@[\w.-]*\w")


class _Introduction(NamedTuple):
    """A line that says whose words follow: where it begins and ends, its author, and the line before it."""

    start: int
    end: int
    author: str
    before: str


def is_answer(message: Message) -> bool:
    """Whether the message answers another one, whose subject it bears."""
    return bool(message.in_reply_to) or message.subject.lower().startswith("re:")


def is_history(section: Section, message: Message) -> bool:
    """Whether a quotation is what somebody else wrote to this sender before.

    Lines behind ``>`` that nothing introduces, and mail that the sender introduces as their own, are words that the
    sender may have written this very time.
    """
    if section.kind is not SectionKind.QUOTE:
        return False
    found = next(_introductions(_beginning(section, message)), None)
    if found is None:
        return bool(message.in_reply_to) or bool(_ANSWERS.match(message.subject))
    return not _names_sender(f"{found.before} {found.author}", message)


def own_mails_quoted(message: Message) -> Iterator[Section]:
    """The sender's own earlier mails within what is quoted: each up to the mail that it answers or is answered by.

    Only at the beginning of each quotation, and only those that an introduction plainly says to be theirs.
    """
    quotes = (section for section in message.sections if section.kind is SectionKind.QUOTE)
    for section in islice(quotes, _MOST_QUOTES):
        quoted = _beginning(section, message)
        mails = [*_introductions(quoted), _Introduction(len(quoted), len(quoted), "", "")]
        for mail, following in pairwise(mails):
            author = f"{mail.before} {mail.author}" if _GOES_ON.match(mail.author) else mail.author
            if _is_senders(author, message):
                end = _end_of_mail(quoted, mail.end, following.start)
                yield Section(kind=SectionKind.QUOTE, start=section.start + mail.end, end=section.start + end)


def _beginning(section: Section, message: Message) -> str:
    """The first whole lines of a section."""
    text = message.text[section.start : min(section.end, section.start + _BEGINNING)]
    return text if section.end - section.start <= _BEGINNING else text[: text.rfind("\n") + 1]


def _introductions(quoted: str) -> Iterator[_Introduction]:
    start, before = 0, ""
    for line in quoted.split("\n"):
        shown = line[:_LONGEST_LINE]
        if found := _FROM.match(shown):
            yield _Introduction(start, start + len(line), found["author"], "")
        elif found := _WROTE.search(shown):
            yield _Introduction(start, start + found.end(), shown[: found.start()], before)
        start, before = start + len(line) + 1, shown


def _end_of_mail(quoted: str, start: int, end: int) -> int:
    """Where the lines end that are quoted as deeply as the first one below an introduction."""
    depth, position = None, start
    for line in quoted[start:end].split("\n"):
        marks = _MARKS.match(line)
        if marks is not None and marks.end() < len(line):
            depth = depth if depth is not None else marks[0].count(">")
            if marks[0].count(">") != depth:
                return position
        position += len(line) + 1
    return end


def _is_senders(author: str, message: Message) -> bool:
    """Whether an introduction names the sender alone: by address where it has one, else by their whole name."""
    written = ascii_lower(author[: 2 * _LONGEST_LINE])
    addresses = set(_ADDRESS.findall(written))
    if addresses:
        return addresses == {sender.address for sender in message.senders}
    words = set(_WORD.findall(_DATES.sub(" ", written)))
    names = [set(_WORD.findall(sender.display_name.lower())) for sender in message.senders]
    return any(len(name) > 1 and name == words for name in names)


def _names_sender(written: str, message: Message) -> bool:
    line = ascii_lower(written[:_LONGEST_LINE])
    if "@" in line:
        return any(sender.address and sender.address in line for sender in message.senders)
    names = {word for sender in message.senders for word in _WORD.findall(sender.display_name.lower())}
    return len(names.intersection(_WORD.findall(line))) > 1
