"""Everything that building the claims looks at: what was found where, and who writes for whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from helpdesk.policy.reading import Extraction
from helpdesk.understand.filers.finds import Finds, Search
from helpdesk.understand.naming.agreement import known_by
from helpdesk.understand.naming.found import FoundName, How
from helpdesk.understand.naming.names import ParsedName
from helpdesk.understand.naming.persons import fits_address, same_person
from helpdesk.understand.naming.senders import Sender, who_writes
from helpdesk.understand.text.sight import Sight
from helpdesk.understand.text.view import View

_ANSWERS = re.compile(r" {0,3}(?:re|aw|rv|fwd?) ?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A message with everything found in it."""

    text: Finds
    subject: Finds
    sender: Sender
    sender_line: View
    rules: Extraction
    asks_for_self: bool
    asks_for_another: bool
    words: str

    @property
    def one_of_them(self) -> bool:
        """Whether one of several is meant, and it is not said which."""
        return bool(self.rules.sender.one_of_them.search(self.words))

    @property
    def others_themselves(self) -> bool:
        """Whether whoever else is named will ask for themselves."""
        return bool(self.rules.sender.others_themselves.search(self.words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """A message on the way to its scene: what is looked for first in its text and subject."""

    address: str  # the sender's
    display_name: str
    text: Search
    subject: Search


def look_for(sight: Sight, address: str, display_name: str, rules: Extraction) -> Searches:
    """Begin to look through what the sender with this address and display name wrote."""
    own = known_by(address, display_name)
    return Searches(
        address=address,
        display_name=display_name,
        text=Search(sight.text, own, rules, sight.small_words),
        subject=Search(sight.subject, own, rules, sight.small_words),
    )


def survey(sight: Sight, searches: Searches, rules: Extraction) -> Scene:
    """Find everything, where the first of it has been found."""
    text, subject, address, display_name = searches.text, searches.subject, searches.address, searches.display_name
    sender = who_writes(sight, address, display_name, _called(text, subject), rules.name, rules.sender)
    hint = f"{display_name} {sender.signed.name.value if sender.signed else ''} <{address}".lower()
    found = text.finds(hint)
    if sender.signed and any(row.start <= sender.signed.start < row.end for row in found.rows):
        sender = replace(sender, signed=None)
    if sender.signed is None:
        requester = next((n for n in found.names if n.how is How.REQUESTER), None)
        sender = replace(sender, signed=requester or _signs_beside_number(found, sender))
    first_person = bool(rules.sender.first_person.search(sight.words))
    another = _asks_for_another(sight.words, found, sender, rules)
    third_person = (another or not first_person) and _speaks_of_themselves(sight.words, found, sender, rules)
    return Scene(
        text=found,
        subject=subject.finds(hint),
        sender=sender,
        sender_line=sight.sender,
        rules=rules,
        asks_for_self=first_person or third_person,
        asks_for_another=another and not third_person,
        words=sight.words,
    )


def _signs_beside_number(found: Finds, sender: Sender) -> FoundName | None:
    """ "Ada Filer, bar 234561, ada@filer.example" as a last line, from that address, which displays nobody."""
    signing = [name for name in found.names if name.in_signature and name.how is How.BESIDE]
    if sender.displayed is not None or len(signing) != 1:
        return None
    return signing[0] if fits_address(signing[0].name, sender.address) else None


def _speaks_of_themselves(words: str, found: Finds, sender: Sender, rules: Extraction) -> bool:
    """ "The undersigned", or "the attorney below" where nobody else is named."""
    if rules.sender.undersigned.search(words):
        return True
    if sender.is_staff or not found.bar_ids or not rules.sender.named_below.search(words):
        return False
    return bool(found.names) and all(is_sender(name.name, sender) for name in found.names)


def _asks_for_another(words: str, text: Finds, sender: Sender, rules: Extraction) -> bool:
    if rules.sender.for_another.search(words):
        return True
    if not sender.is_staff:
        own = any(name.how is How.BESIDE and is_sender(name.name, sender) for name in text.names)
        if own or any(bar_id.in_signature for bar_id in text.bar_ids) or rules.sender.own_password.search(words):
            return False
    return bool(rules.sender.for_us.search(words))


def subject_names(scene: Scene) -> tuple[FoundName, ...]:
    """Those in the subject; in the subject of an answer stands of whom the earlier mail was."""
    names = scene.subject.names
    if not _ANSWERS.match(scene.subject.view.plain):
        return names
    if scene.sender.is_staff or not scene.rules.sender.own_password.search(scene.text.view.plain):
        return names
    return tuple(name for name in names if is_sender(name.name, scene.sender))


def is_sender(name: ParsedName, sender: Sender) -> bool:
    """Whether a name is the sender's, as far as signature, display name and address tell."""
    return goes_by(name, sender) or (fits_address(name, sender.address) and not _is_relative(name, sender))


def _is_relative(name: ParsedName, sender: Sender) -> bool:
    """Whether the sender shares a surname with this name, but goes by another given name."""
    known = [found.name for found in (sender.signed, sender.displayed) if found and found.name.is_full]
    return name.is_full and any(name.words[-1] == other.words[-1] for other in known)


def goes_by(name: ParsedName, sender: Sender) -> bool:
    """Whether the sender signs or displays this name; an address can be made of another's."""
    return any(same_person(name, known.name) for known in (sender.signed, sender.displayed) if known)


def _called(*searches: Search) -> FoundName | None:
    """The fullest of the names by which the sender goes."""
    found = [name for search in searches for name in search.called()]
    return max(found, key=lambda name: len(name.name.words), default=None)
