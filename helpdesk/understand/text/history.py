"""Which quoted words are truly the history of a conversation: another person's, introduced as such."""

from __future__ import annotations

import re

from helpdesk.vocabulary import Message, Section, SectionKind, ascii_lower

_BEGINNING = 2_000  # characters of a quotation among which its introduction stands
_LONGEST_LINE = 400
_INTRODUCES = re.compile(
    r"^[ >*]{0,9}(?:(?:from|von|de|da) ?\*? ?:\*? ?(?P<author>[^\n]{2,200})$"
    r"|(?P<introduction>[^\n]{4,300})(?:\n[ >]*[^\n]{1,200})?"
    r"(?:wrote|escribi[oó]|a [eé]crit|escreveu|schrieb[^:\n]{0,80}) ?:)",
    re.I | re.M,
)
_ANSWERS = re.compile(r"\W{0,3}(?:re|aw|antw|sv|rv|r) ?:", re.I)
_WORD = re.compile(r"[^\W\d_]{3,}")


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
    quoted = message.text[section.start : min(section.end, section.start + _BEGINNING)]
    found = _INTRODUCES.search(quoted)
    if found is None:
        return bool(message.in_reply_to) or bool(_ANSWERS.match(message.subject))
    return not _names_sender(found["author"] or found["introduction"] or "", message)


def own_mails_quoted(message: Message) -> list[Section]:
    """The sender's own earlier mails within what is quoted, from the newest: each up to the mail that it answers."""
    found: list[Section] = []
    for section in message.sections:
        if section.kind is not SectionKind.QUOTE:
            continue
        quoted = message.text[section.start : min(section.end, section.start + _BEGINNING)]
        mails = list(_INTRODUCES.finditer(quoted))
        ends = [*(mail.start() for mail in mails[1:]), len(quoted)]
        found += (
            Section(kind=SectionKind.QUOTE, start=section.start + mail.end(), end=section.start + end)
            for mail, end in zip(mails, ends, strict=False)  # of none, no end either
            if _names_sender(mail["author"] or mail["introduction"] or "", message)
        )
    return found


def _names_sender(written: str, message: Message) -> bool:
    line = ascii_lower(written[:_LONGEST_LINE])
    if "@" in line:
        return any(sender.address and sender.address in line for sender in message.senders)
    names = {word for sender in message.senders for word in _WORD.findall(sender.display_name.lower())}
    return len(names.intersection(_WORD.findall(line))) > 1
