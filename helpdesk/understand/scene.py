"""Everything that building the claims looks at: what was found where, and who writes for whom."""

from __future__ import annotations

from dataclasses import dataclass, replace

from helpdesk.policy_reading import Extraction
from helpdesk.understand.addresses import FoundAddress, find_addresses
from helpdesk.understand.found import FoundName, How
from helpdesk.understand.names import ParsedName
from helpdesk.understand.numbers import FoundBarId, find_bar_ids, lone_number
from helpdesk.understand.people import names_in
from helpdesk.understand.persons import fits_address, same_person
from helpdesk.understand.senders import Sender, who_writes
from helpdesk.understand.sight import Sight, View
from helpdesk.understand.tables import Row, rows_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Finds:
    """Everything found in one text. What stands in a table's rows is found in ``rows`` alone."""

    view: View
    names: tuple[FoundName, ...]
    bar_ids: tuple[FoundBarId, ...]
    addresses: tuple[FoundAddress, ...]
    rows: tuple[Row, ...] = ()

    @property
    def all_bar_ids(self) -> tuple[FoundBarId, ...]:
        """Those of the rows too."""
        return (*self.bar_ids, *(row.bar_id for row in self.rows if row.bar_id))

    def within(self, *, signature: bool) -> Finds:
        """What stands in the signature, or what stands outside of it; a table is never a signature."""
        return Finds(
            view=self.view,
            names=tuple(name for name in self.names if name.in_signature is signature),
            bar_ids=tuple(bar_id for bar_id in self.bar_ids if bar_id.in_signature is signature),
            addresses=tuple(address for address in self.addresses if address.in_signature is signature),
            rows=() if signature else self.rows,
        )


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
    others_themselves: bool  # whoever else is named will ask for themselves
    one_of_them: bool  # one of several is meant, and it is not said which


def survey(sight: Sight, address: str, display_name: str, rules: Extraction) -> Scene:
    """Find everything in what the sender with this address and display name wrote."""
    sender = who_writes(sight, address, display_name, rules.name, rules.sender)
    hint = f"{display_name} {sender.signed.name.value if sender.signed else ''} <{address}".lower()
    text = _finds(sight.text, rules, hint)
    if sender.signed and any(row.start <= sender.signed.start < row.end for row in text.rows):
        sender = replace(sender, signed=None)
    if sender.signed is None:
        sender = replace(sender, signed=next((n for n in text.names if n.how is How.REQUESTER), None))
    third_person = rules.sender.undersigned.search(sight.words)
    return Scene(
        text=text,
        subject=_finds(sight.subject, rules, hint),
        sender=sender,
        sender_line=sight.sender,
        rules=rules,
        asks_for_self=bool(third_person or rules.sender.first_person.search(sight.words)),
        asks_for_another=not third_person and _asks_for_another(sight.words, text, sender, rules),
        one_of_them=bool(rules.sender.one_of_them.search(sight.words)),
        others_themselves=bool(rules.sender.others_themselves.search(sight.words)),
    )


def _asks_for_another(words: str, text: Finds, sender: Sender, rules: Extraction) -> bool:
    if rules.sender.for_another.search(words):
        return True
    signs_with_number = not sender.is_staff and any(bar_id.in_signature for bar_id in text.bar_ids)
    return bool(rules.sender.for_us.search(words)) and not signs_with_number


def is_sender(name: ParsedName, sender: Sender) -> bool:
    """Whether a name is the sender's, as far as signature, display name and address tell."""
    return goes_by(name, sender) or fits_address(name, sender.address)


def goes_by(name: ParsedName, sender: Sender) -> bool:
    """Whether the sender signs or displays this name; an address can be made of another's."""
    return any(same_person(name, known.name) for known in (sender.signed, sender.displayed) if known)


def _finds(view: View, rules: Extraction, hint: str) -> Finds:
    bar_ids = find_bar_ids(view, rules.bar_id, rules.name, hint)
    addresses = find_addresses(view, rules.address)
    rows = rows_of(view, rules, addresses)
    start, end = (rows[0].start, rows[-1].end) if rows else (0, 0)
    if not bar_ids and not rows:
        bar_ids = lone_number(view, rules.bar_id)
    bar_ids = tuple(found for found in bar_ids if not start <= found.start < end)
    addresses = tuple(found for found in addresses if not start <= found.start < end)
    anchors = sorted([(b.label_start, b.label_end) for b in bar_ids] + [(a.start, a.end) for a in addresses])
    names = names_in(view, anchors, rules.name, hint)
    return Finds(
        view=view,
        names=tuple(name for name in names if not start <= name.start < end),
        bar_ids=bar_ids,
        addresses=addresses,
        rows=rows,
    )
