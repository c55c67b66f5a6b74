"""A request that somebody passes on: the filer's own mail, below a line such as "please help her"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from helpdesk.policy.reading import Extraction
from helpdesk.understand.filers.addresses import is_ours
from helpdesk.understand.filers.scene import Scene, look_for, survey
from helpdesk.understand.text.own_words import own_words
from helpdesk.understand.text.sight import NOTHING, Sight, view_of
from helpdesk.understand.text.view import View, fold
from helpdesk.vocabulary import Message, SectionKind

_FROM = re.compile(
    r"^(?:[ *>]{0,6}(?:from|von|de|da)\*? ?: ?\*?|>>> ?(?=[^\n]*\d:\d\d[^\n]*>>>$))"
    r"(?P<line>(?P<name>[^<\[\n@]{0,80}?)[ \"*]*"
    r"(?:[<\[]?(?:mailto:)?(?P<address>[^\s<>@\[\]]+@[^\s<>\[\]]+?)[>\]*]*)?)(?: [^\n]*>>>)?$",
    re.IGNORECASE | re.MULTILINE,
)
_MAY_BE_FROM = re.compile(r"^(?:[ *>]{0,6}(?:from|von|de|da)\*? ?:|>>>)[^\n]*", re.IGNORECASE | re.MULTILINE)
_LONGEST_LINE = 400
_HEADERS = 2_000  # characters among which they end
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")
_TO_THE_COURT = re.compile(
    r"^[ *>]{0,6}(?:to|an|para)\*? ?:[^\n]*\b(?:ecf|cm/?ecf|clerk|court|help ?desk)\b", re.IGNORECASE | re.MULTILINE
)
_NUMBER = re.compile(r"\b\d{5,8}\b")
_MOST_MAILS = 4  # in one another
_FEW_WORDS = 15  # with which a mail is merely passed on
_SOME_WORDS = 60  # with which it is passed on by somebody who says so
# Some programs put an empty line below every header.
_HEADERS_END = re.compile(
    r"\n(?:[ >]*\n)++"
    r"(?![ *>]{0,6}(?:sent|date|to|cc|subject|enviado|fecha|para|asunto|gesendet|datum|an|betreff)\*? ?:)",
    re.IGNORECASE,
)


def passes_mail_on(message: Message) -> bool:
    """Whether there is any mail that is passed on."""
    return any(section.kind is SectionKind.FORWARDED for section in message.sections)


def passed_on(message: Message, sight: Sight, rules: Extraction, *, asks: bool) -> Scene | None:
    """What a mail passed on says, seen as its own writer's; None where there is none or no request in it.

    asks: its words are known to ask for something already.
    """
    found = _mail(message, rules)
    if found is None:
        return None
    whole, sender, body = found
    of_self = rules.sender.own_password.search(whole.plain) or rules.sender.first_person.search(whole.plain)
    if not (asks or of_self):
        return None
    address = (sender["address"] or "").lower().rstrip(".,;")  # Outlook often writes the name alone
    if not address and message.sender and _is_from_sender(sender, message):
        address = message.sender.address
    seen = Sight(
        text=body,
        subject=NOTHING,
        sender=whole.cut(*sender.span("line")),
        is_whole=True,
        other=NOTHING,
        small_words=sight.small_words,
    )
    return survey(seen, look_for(seen, address, sender["name"].strip(' "*'), rules), rules)


def went_to_us(message: Message, words: str, rules: Extraction) -> bool:
    """Whether the mail that is passed on was written to us: what it asks for has been asked already.

    words: those above it. A mail that came back, as they may say, has asked us nothing.
    """
    if rules.sender.came_back.search(words):
        return False
    found = _mail(message, rules)
    if found is None:
        return False
    whole, sender, _ = found
    behind = _HEADERS_END.search(whole.plain, sender.end(), sender.end() + _HEADERS)
    headers = whole.plain[sender.end() : behind.start() if behind else sender.end()]
    to_us = any(is_ours(address.lower(), rules.address) for address in _ADDRESS.findall(headers))
    return to_us or _TO_THE_COURT.search(headers) is not None


def chases(message: Message, words: str, rules: Extraction) -> bool:
    """Whether these words ask what became of a mail below them that was written to us."""
    return bool(rules.sender.chases.search(words)) and went_to_us(message, words, rules)


def words_passed_on(message: Message, sight: Sight, rules: Extraction) -> str:
    """The words of a mail that is passed on: they are what is wanted.

    That is so where the sender adds next to nothing, or a few lines such as "my partner wrote this to me, can you
    help him?".
    """
    own = own_words(sight.words).text
    adds = len(own.split())
    if adds > _SOME_WORDS or chases(message, own, rules):
        return ""
    found = _mail(message, rules)
    if found is None:
        return ""
    adds_nothing = "?" not in own and (adds <= _FEW_WORDS or _wants_something(found[2], rules))
    hands_on = adds_nothing or rules.sender.passes_on.search(own) or _is_from_sender(found[1], message)
    return found[2].plain if hands_on else ""


def wants_something(message: Message, rules: Extraction) -> bool:
    """Whether the mail that is passed on asks for a reset by itself."""
    found = _mail(message, rules)
    return found is not None and _wants_something(found[2], rules)


def _is_from_sender(written: re.Match[str], message: Message) -> bool:
    """Whether the mail below is the sender's own, sent once more, or from another mailbox of theirs."""
    address, name = (written["address"] or "").lower(), fold(written["name"]).strip(' "*').lower()
    if any(sender.address == address for sender in message.senders if address):
        return True
    return " " in name and any(fold(sender.display_name).lower() == name for sender in message.senders)


def _mail(message: Message, rules: Extraction) -> tuple[View, re.Match[str], View] | None:
    """The mail passed on: all of it, its From line, and its body."""
    sections = [section for section in message.sections if section.kind is SectionKind.FORWARDED]
    if not sections:
        return None
    whole = view_of(message.text, sections, rules.longest)
    mails = list(islice(_mails(whole, rules), _MOST_MAILS))
    if not mails:
        return None
    telling = (mail for mail in mails if _wants_something(mail[1], rules) or _NUMBER.search(mail[1].plain))
    return whole, *next(telling, mails[0])


def several_state_numbers(message: Message, rules: Extraction) -> bool:
    """Whether another mail of the chain states a number that the one that is read does not: who is meant?"""
    found = _mail(message, rules)
    if found is None:
        return False
    whole, _, body = found
    numbers = set(_NUMBER.findall(body.plain))
    bodies = (mail[1].plain for mail in islice(_mails(whole, rules), _MOST_MAILS))
    return any(not numbers.issuperset(_NUMBER.findall(other)) for other in bodies)


def _mails(whole: View, rules: Extraction) -> Iterator[tuple[re.Match[str], View]]:
    """The From line and body of each mail, the newest first: who passes one on may have got it so. None of ours."""
    sender = _next_from(whole.plain, 0)
    while sender is not None and not _is_the_court(sender, rules):
        behind = _HEADERS_END.search(whole.plain, sender.end(), sender.end() + _HEADERS)
        if sender[0].startswith(">>>"):
            begins = sender.end()  # GroupWise writes no more headers
        elif behind is not None:
            begins = behind.end()
        else:
            return
        earlier = _next_from(whole.plain, begins)  # the mail that it answers in turn
        yield sender, whole.cut(begins, earlier.start() if earlier else len(whole.plain))
        sender = earlier


def _next_from(plain: str, position: int) -> re.Match[str] | None:
    """The next line that says whose mail follows; of a very long one only its beginning is read."""
    lines = _MAY_BE_FROM.finditer(plain, position)
    ends = ((line.start(), min(line.end(), line.start() + _LONGEST_LINE)) for line in lines)
    return next((found for span in ends if (found := _FROM.match(plain, *span))), None)


def _wants_something(body: View, rules: Extraction) -> bool:
    return bool(rules.sender.asks.search(body.plain) or rules.sender.own_password.search(body.plain))


def _is_the_court(sender: re.Match[str], rules: Extraction) -> bool:
    if sender["address"]:
        return is_ours(sender["address"].lower(), rules.address)
    return bool(rules.suspicions.poses_as_court.search(sender["name"]))
