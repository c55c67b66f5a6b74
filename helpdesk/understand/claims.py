"""One claim a filer: puts names, Bar IDs and addresses that belong together into one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from helpdesk.policy_reading import Extraction
from helpdesk.understand.addresses import FoundAddress, Said, find_addresses, is_ours
from helpdesk.understand.found import FoundName, How
from helpdesk.understand.numbers import FoundBarId, find_bar_ids
from helpdesk.understand.people import Sender, fits_address, mentions_of, names_in, same_person, who_writes
from helpdesk.understand.sight import Sight, View
from helpdesk.vocabulary import Claim, Message, Stated

_OR_ANOTHER = re.compile(
    r"[ ,;(?-]{0,4}(?:or|maybe|perhaps|possibly|o|quiza|tal vez)\b[a-z' #.,]{0,24}(?P<other>\d{4,8})\b(?!-)",
    re.IGNORECASE,
)
_BESIDE = 60  # characters within which a name and a number belong together


@dataclass(slots=True)
class _Group:
    """What is said about one filer, while it is being gathered."""

    name: FoundName | None = None
    bar_id: FoundBarId | None = None
    addresses: list[FoundAddress] = field(default_factory=list)

    @property
    def weight(self) -> int:
        return (2 if self.name else 0) + (3 if self.bar_id else 0) + (1 if self.addresses else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finds:
    """Everything found in one text."""

    names: tuple[FoundName, ...]
    bar_ids: tuple[FoundBarId, ...]
    addresses: tuple[FoundAddress, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What every step of building a claim looks at."""

    text: _Finds
    subject: _Finds
    sender: Sender
    sender_line: View
    text_view: View
    rules: Extraction
    asks_for_self: bool
    asks_for_another: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What is said about each filer, and the Bar IDs of the own words that belong to none of them."""

    claims: tuple[Claim, ...]
    unclaimed: tuple[Stated, ...]
    sender_address: str
    who_unclear: bool  # asks for "my password", but the particulars are somebody else's


def claims_in(message: Message, sight: Sight, rules: Extraction) -> Claims:
    """What the message says about each filer whose reset or login name is asked for; at least one claim."""
    address = message.sender.address if message.sender else ""
    display = message.senders[0].display_name if message.senders else ""
    sender = who_writes(sight, address, display, rules.name, rules.sender)
    hint = f"{display} {sender.signed.name.value if sender.signed else ''} <{address}".lower()
    words = f"{sight.subject.plain}\n{sight.text.plain}"
    scene = _Scene(
        text=_finds(sight.text, rules, hint),
        subject=_finds(sight.subject, rules, hint),
        sender=sender,
        sender_line=sight.sender,
        text_view=sight.text,
        rules=rules,
        asks_for_self=bool(rules.sender.first_person.search(sight.words)),
        asks_for_another=bool(rules.sender.for_another.search(sight.words)),
    )
    groups = _groups(scene)
    if scene.asks_for_self and rules.sender.self_too.search(words) and _all_others(groups, sender):
        groups.append(_Group())
    says_none = bool(rules.bar_id.absent.search(words))
    finished = [_claim(group, scene, alone=len(groups) == 1) for group in groups]
    if len(finished) == 1 and says_none and finished[0].bar_id is None:
        finished = [_without_bar_id(finished[0])]
    return Claims(
        claims=tuple(finished),
        unclaimed=_unclaimed(finished, scene),
        sender_address=address,
        who_unclear=_who_unclear(finished, scene, sight.words),
    )


def _who_unclear(claims: Sequence[Claim], scene: _Scene, words: str) -> bool:
    """Whether the sender asks for a password of their own, but the one filer named goes by another name."""
    sender, rules = scene.sender, scene.rules.sender
    known = _own_name(sender)
    if len(claims) != 1 or claims[0].name is None or known is None or not known.name.is_full:
        return False
    named = [*scene.text.names, *scene.subject.names]
    stated = [name for name in named if name.name.value == claims[0].name.value]
    introduced = any(name.how is How.INTRODUCED for name in stated)
    return (
        bool(stated)
        and not introduced
        and not any(_is_sender(name, sender) for name in stated)
        and bool(rules.own_password.search(words))
    )


def _unclaimed(claims: Sequence[Claim], scene: _Scene) -> tuple[Stated, ...]:
    """Labelled or named Bar IDs in the own words that no claim holds and that are nobody else's."""
    taken = {claim.bar_id.value.lstrip("0") for claim in claims if claim.bar_id}
    left = [other for bar_id in scene.text.bar_ids if (other := _alternative(bar_id, scene.text_view, taken))]
    for bar_id in scene.text.bar_ids:
        if bar_id.in_signature or _bare(bar_id) in taken:
            continue
        anothers = any(name.how is How.ANOTHERS and _near(name, bar_id) for name in scene.text.names)
        if (bar_id.labelled or _owner(bar_id, scene.text)) and not anothers:
            left.append(bar_id.stated)
    return tuple(left)


def _alternative(bar_id: FoundBarId, view: View, taken: set[str]) -> Stated | None:
    """ "123456 (or was it 123465?)": the other number, where it is another one."""
    match = _OR_ANOTHER.match(view.plain, bar_id.end)
    if match is None or match["other"].lstrip("0") in taken:
        return None
    return view.stated(match["other"], match.start("other"), match.end("other"))


def _near(name: FoundName, bar_id: FoundBarId) -> bool:
    return abs(name.start - bar_id.start) < _BESIDE


def _finds(view: View, rules: Extraction, hint: str) -> _Finds:
    bar_ids = find_bar_ids(view, rules.bar_id, rules.name)
    addresses = find_addresses(view, rules.address)
    anchors = sorted([(b.label_start, b.label_end) for b in bar_ids] + [(a.start, a.end) for a in addresses])
    return _Finds(names=tuple(names_in(view, anchors, rules.name, hint)), bar_ids=bar_ids, addresses=addresses)


def _groups(scene: _Scene) -> list[_Group]:
    """The filers named in the own words, or a single empty group."""
    text = scene.text
    own = _Finds(
        names=tuple(n for n in text.names if not n.in_signature),
        bar_ids=tuple(b for b in text.bar_ids if not b.in_signature),
        addresses=tuple(a for a in text.addresses if not a.in_signature),
    )
    groups = [group for group in _gathered(own) if not (group.name and group.name.how is How.ANOTHERS)]
    groups = _without_the_writer(groups, scene)
    listed = [group for group in groups if group.bar_id and (group.name or len(groups) > 1)]
    if listed and any(group.bar_id for group in groups):
        strong = (How.LABELLED, How.ON_BEHALF)
        groups = [g for g in groups if g.bar_id or (g.addresses and g.name) or (g.name and g.name.how in strong)]
    groups = _merged(groups)
    if not groups or (len(groups) == 1 and not groups[0].name and not groups[0].bar_id):
        return _from_subject(groups, scene.subject)
    return groups


def _gathered(found: _Finds) -> list[_Group]:
    """Walks through the finds; another person's name or another number opens a new group."""
    items: list[tuple[int, FoundName | FoundBarId | FoundAddress]] = [
        *((name.start, name) for name in found.names),
        *((bar_id.start, bar_id) for bar_id in found.bar_ids),
        *((address.start, address) for address in found.addresses),
    ]
    groups: list[_Group] = []
    for _, item in sorted(items, key=lambda pair: pair[0]):
        group = _group_for(item, groups)
        if isinstance(item, FoundName):
            if group.name is None or item.how > group.name.how:
                group.name = item
        elif isinstance(item, FoundBarId):
            group.bar_id = group.bar_id or item
        else:
            group.addresses.append(item)
    return groups


def _group_for(item: FoundName | FoundBarId | FoundAddress, groups: list[_Group]) -> _Group:
    if groups and isinstance(item, FoundName):
        same = next((g for g in groups if g.name and same_person(g.name.name, item.name)), None)
        if same:
            return same
    if not groups or _opens(item, groups[-1]):
        groups.append(_Group())
    return groups[-1]


def _opens(item: FoundName | FoundBarId | FoundAddress, group: _Group) -> bool:
    """Whether an item cannot belong to the group before it."""
    if isinstance(item, FoundName):
        return group.name is not None
    if isinstance(item, FoundBarId):
        known = group.bar_id
        return known is not None and _bare(known) != _bare(item) and known.state == item.state
    return False


def _bare(bar_id: FoundBarId) -> str:
    return bar_id.stated.value.lstrip("0")


def _without_the_writer(groups: list[_Group], scene: _Scene) -> list[_Group]:
    """Drops the writer's own introduction where they ask for others."""
    sender = scene.sender
    if not (scene.asks_for_another or sender.is_staff):
        return groups
    if sender.is_staff and scene.asks_for_another:
        return [group for group in groups if group.bar_id or not (group.name and _is_sender(group.name, sender))]
    others = [group for group in groups if group.bar_id or not (group.name and _is_sender(group.name, sender))]
    return others or groups


def _merged(groups: list[_Group]) -> list[_Group]:
    """Joins pieces about one filer: a nameless one with its neighbour, and twins with the same name."""
    merged: list[_Group] = []
    for group in groups:
        last = merged[-1] if merged else None
        if last and not (group.name and last.name) and not (group.bar_id and last.bar_id):
            last.name, last.bar_id = last.name or group.name, last.bar_id or group.bar_id
            last.addresses += group.addresses
        elif group.weight:
            merged.append(group)
    return merged


def _from_subject(groups: list[_Group], subject: _Finds) -> list[_Group]:
    """The subject's finds, where the text names nobody."""
    found = _merged(_gathered(subject)) or [_Group()]
    if len(found) == 1 and groups:
        found[0].addresses += groups[0].addresses
    return found


def _all_others(groups: Sequence[_Group], sender: Sender) -> bool:
    return all(group.name is not None and not _is_sender(group.name, sender) for group in groups)


def _is_sender(name: FoundName, sender: Sender) -> bool:
    known = [other for other in (sender.signed, sender.displayed) if other]
    return any(same_person(name.name, other.name) for other in known) or fits_address(name.name, sender.address)


def _claim(group: _Group, scene: _Scene, *, alone: bool) -> Claim:
    name = group.name
    if name is None and alone:
        name = next((n for n in (*scene.subject.names, *_labelled(scene.text)) if n.how is not How.ANOTHERS), None)
    if name and scene.asks_for_another and scene.sender.is_staff and _is_sender(name, scene.sender):
        name = None
    is_sender = _is_own(name, scene)
    if name is None and is_sender:
        name = _signed_or_mentioned(scene)
    if name and is_sender:
        name = _fullest(name, scene)
    bar_id = group.bar_id or _spare_bar_id(name, scene, alone=alone, is_sender=is_sender)
    return Claim(
        name=name.view.stated(name.name.value, name.name.start, name.name.end) if name else None,
        bar_id=bar_id.stated if bar_id else None,
        bar_state=bar_id.state if bar_id else None,
        claimed_email=_address(group, name, scene, alone=alone, is_sender=is_sender),
        filer_is_sender=is_sender,
    )


def _labelled(text: _Finds) -> list[FoundName]:
    """Names in the signature that a form's label or an introduction vouches for."""
    return [name for name in text.names if name.in_signature and name.how >= How.INTRODUCED]


def _is_own(name: FoundName | None, scene: _Scene) -> bool:
    """Whether the filer of a claim is the sender."""
    sender, own, other = scene.sender, scene.asks_for_self, scene.asks_for_another
    if name is not None and name.name.is_full:
        if _is_sender(name, sender):
            return True
        known = sender.signed or (sender.displayed if not sender.is_staff else None)
        return own and not other and not sender.is_staff and known is None
    return not other and not sender.is_staff and bool(own or sender.address)


def _own_name(sender: Sender) -> FoundName | None:
    """The sender's own name: as signed, unless only the display name spells it out."""
    signed, displayed = sender.signed, sender.displayed
    if signed and displayed and not _spelled_out(signed) and same_person(signed.name, displayed.name):
        return displayed
    return signed or displayed


def _signed_or_mentioned(scene: _Scene) -> FoundName | None:
    """The sender's own name; a name that is only displayed gives way to the same one in the text."""
    own = _own_name(scene.sender)
    if own is None or own.how is not How.DISPLAYED:
        return own
    return next((name for name in _mentions(own, scene) if _spelled_out(name)), own)


def _fullest(name: FoundName, scene: _Scene) -> FoundName:
    """The sender's name as they spell it out themselves, where what was found is only a part of it."""
    if _spelled_out(name):
        return name
    own = _own_name(scene.sender)
    for better in (*_mentions(own or name, scene), *([own] if own else [])):
        alike = same_person(better.name, name.name) or name.name.words[0] in better.name.words
        if alike and _spelled_out(better):
            return better
    return name


def _mentions(person: FoundName, scene: _Scene) -> list[FoundName]:
    return mentions_of(person.name, scene.text_view, scene.rules.name)


def _spelled_out(name: FoundName) -> bool:
    """Whether a name has a given and a last name that are more than initials."""
    return name.name.is_full and len(name.name.words[0].strip(".")) > 1


def _spare_bar_id(name: FoundName | None, scene: _Scene, *, alone: bool, is_sender: bool) -> FoundBarId | None:
    """A Bar ID in the signature or subject, where it is this filer's own."""
    for found in (scene.subject, scene.text):
        for bar_id in found.bar_ids:
            if found is scene.text and not bar_id.in_signature:
                continue
            owner = _owner(bar_id, found)
            if owner is not None and name is not None:
                if same_person(owner.name, name.name):
                    return bar_id
            elif owner is None and (is_sender or (alone and found is scene.subject)):
                return bar_id
    return None


def _owner(bar_id: FoundBarId, found: _Finds) -> FoundName | None:
    """Whose number it is by the name on its line or right above it."""
    if not found.names:
        return None
    view = found.names[0].view
    line_start, line_end = view.line(bar_id.start)
    on_line = [n for n in found.names if line_start <= n.start < line_end and n.how is How.BESIDE]
    if on_line:
        return min(on_line, key=lambda n: abs(n.start - bar_id.start))
    above = [
        n for n in found.names if n.name.end <= line_start and view.plain.count("\n", n.name.end, line_start) <= 3
    ]
    return above[-1] if above and above[-1].how is How.BESIDE else None


def _address(group: _Group, name: FoundName | None, scene: _Scene, *, alone: bool, is_sender: bool) -> Stated | None:
    """The filer's address as stated; else From, where the filer plainly writes."""
    offered = list(group.addresses)
    if alone:
        offered += [a for a in scene.text.addresses if a not in offered and (is_sender or not a.in_signature)]
    if name and not is_sender:
        offered += [a for a in scene.text.addresses if a not in offered and fits_address(name.name, a.stated.value)]
    best = max(offered, key=lambda a: _fit(a, name, scene.sender, is_sender=is_sender), default=None)
    if best is not None and _fit(best, name, scene.sender, is_sender=is_sender) > 0:
        return best.stated
    if not is_sender or not scene.sender.address or is_ours(scene.sender.address, scene.rules.address):
        return None
    return _from_header(scene.sender, scene.sender_line)


def _fit(address: FoundAddress, name: FoundName | None, sender: Sender, *, is_sender: bool) -> int:
    """How likely an address is the filer's own; 0 and less: it is not."""
    value = address.stated.value
    score = {Said.PRIMARY: 8, Said.NEW: 6, Said.PLAIN: 2, Said.OTHER: -4, Said.OLD: -6}[address.said]
    if name and fits_address(name.name, value):
        score += 4
    if value == sender.address:
        score += 3 if is_sender else (-4 if address.said is not Said.PRIMARY else 0)
    if address.in_signature:
        score -= 1
    return score


def _from_header(sender: Sender, line: View) -> Stated:
    start = line.original.rfind(sender.address)
    return line.stated(sender.address, start, start + len(sender.address))


def _without_bar_id(claim: Claim) -> Claim:
    return Claim(
        name=claim.name,
        claimed_email=claim.claimed_email,
        says_no_bar_id=True,
        filer_is_sender=claim.filer_is_sender,
    )
