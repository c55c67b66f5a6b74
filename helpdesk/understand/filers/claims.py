"""One claim a filer: who is meant and what is said about them, and what is said that belongs to none of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from helpdesk.policy.reading import Extraction
from helpdesk.understand.filers.asked_earlier import asked_earlier
from helpdesk.understand.filers.gathering import Group
from helpdesk.understand.filers.given import is_in_own_words
from helpdesk.understand.filers.groups import groups_in
from helpdesk.understand.filers.left_out import is_of_an_employer, is_of_one_told_of, is_own_and_unwanted
from helpdesk.understand.filers.numbers import FoundBarId
from helpdesk.understand.filers.particulars import claim_of, own_name, owner_of, told_licence
from helpdesk.understand.filers.passed_on import chases, passed_on, passes_mail_on, wants_something, went_to_us
from helpdesk.understand.filers.scene import Scene, Searches, is_sender, look_for, survey
from helpdesk.understand.naming.found import TOLD_OF, FoundName, How
from helpdesk.understand.naming.names import ParsedName
from helpdesk.understand.naming.persons import same_person
from helpdesk.understand.naming.senders import Sender
from helpdesk.understand.text.history import is_answer
from helpdesk.understand.text.sight import Sight
from helpdesk.understand.text.view import View
from helpdesk.vocabulary import Claim, Message, Stated

_BESIDE = 60  # characters within which a name and a number belong together
_SHORTEST_PIECE = 3  # letters of a given name that another may be cut down to
_OR_ANOTHER = re.compile(
    r"[ ,;(?-]{0,4}(?:or|maybe|perhaps|possibly|o|quiza|tal vez)\b[a-z' #.,]{0,24}(?P<other>\d{4,8})\b(?!-)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What is said about each filer, and the Bar IDs of the own words that belong to none of them."""

    claims: tuple[Claim, ...]
    unclaimed: tuple[Stated, ...]
    explained: frozenset[Stated]  # of those: told of somebody else, or of another licence
    sender_address: str
    passed_on: bool  # the particulars stand in a mail that the sender passes on
    asked_before: bool  # they stand in one that was written to us, and the sender asks what became of it
    asks_for_another: bool  # the sender's own words are about somebody else's account
    who_unclear: bool  # asks for "my password", but the particulars are somebody else's


def begin(message: Message, sight: Sight, rules: Extraction) -> Searches:
    """The first step to the claims: the addresses, and the names that agree with them or with the sender."""
    address = message.sender.address if message.sender else ""
    return look_for(sight, address, message.senders[0].display_name if message.senders else "", rules)


def claims_in(
    message: Message, sight: Sight, search: Callable[[], Searches], rules: Extraction, *, merely_passed_on: bool
) -> Claims:
    """What the message says about each filer whose reset or login name is asked for; at least one claim.

    search: what ``begin`` has begun. merely_passed_on: the wish stands in a mail that the sender passes on, so those
    who are meant do too.
    """
    address = message.sender.address if message.sender else ""
    scene = survey(sight, search(), rules)
    words = f"{sight.subject.plain}\n{sight.text.plain}"
    groups = groups_in(scene)
    self_too = rules.sender.self_too.search(words) and not rules.sender.not_me.search(words)
    if scene.asks_for_self and self_too and _all_others(groups, scene):
        groups.append(Group(is_sender=True))
    claims = [claim_of(group, scene, alone=len(groups) == 1) for group in groups]
    if len(claims) == 1 and claims[0].bar_id is None and rules.bar_id.absent.search(words):
        claims = [replace(claims[0], says_no_bar_id=True)]
    if _is_meant_elsewhere(claims, scene, message):
        claims = [replace(claims[0], claimed_email=None, filer_is_sender=False)]
    me_too, other = _passed_on(message, sight, scene, claims, merely=merely_passed_on)
    if other is not None:
        there = _claims_passed_on(other, address)
        claims = [*there, *claims] if me_too and len(claims) == 1 else _completed(claims, there, scene)
    elif (earlier := _asked_earlier(message, sight, scene, claims)) is not None:
        claims = [earlier]
    return Claims(
        claims=tuple(claims),
        # To send one's own mail again, or what another drew up with one's own address, is to ask oneself.
        passed_on=other is not None and not (_is_senders(other, address) or _state_only(address, claims)),
        asked_before=other is not None and chases(message, sight.words, rules),
        asks_for_another=scene.asks_for_another or scene.sender.is_staff,
        unclaimed=_unclaimed(claims, scene),
        explained=_explained(claims, scene),
        sender_address=address,
        who_unclear=_who_unclear(claims, scene, sight.words),
    )


def _passed_on(
    message: Message, sight: Sight, scene: Scene, claims: Sequence[Claim], *, merely: bool
) -> tuple[bool, Scene | None]:
    """Whether the sender of a mail passed on asks for the same, and what that mail says where it is needed."""
    if not passes_mail_on(message):
        return False, None
    sender = scene.rules.sender
    same = sender.same_for_me.search(sight.words) is not None
    only_me = same and went_to_us(message, sight.words, scene.rules)
    me_too = (same and not only_me) or sender.me_too.search(sight.words) is not None
    nothing = _says_nothing(claims, scene) or _hands_on(claims, scene, message) or _lacks_a_name(claims)
    look_there = not only_me and (merely or me_too or nothing)
    asks = merely or wants_something(message, scene.rules)
    return me_too, passed_on(message, sight, scene.rules, asks=asks) if look_there else None


def _asked_earlier(message: Message, sight: Sight, scene: Scene, claims: Sequence[Claim]) -> Claim | None:
    """ "It's 234561.", in answer to our question: for whom stands in the sender's own mail, further below."""
    if not is_answer(message) or len(claims) != 1 or is_in_own_words(claims[0].name, message):
        return None
    if not any(is_in_own_words(part, message) for part in (claims[0].bar_id, claims[0].claimed_email)):
        return None
    earlier = asked_earlier(message, sight, scene.rules)
    groups = groups_in(earlier) if earlier is not None else []
    if earlier is None or len(groups) != 1:
        return None
    now, before = claims[0], claim_of(groups[0], earlier, alone=True)
    if before.name is None or (now.bar_id and before.bar_id and now.bar_id.value != before.bar_id.value):
        return None
    stated = now.claimed_email if is_in_own_words(now.claimed_email, message) else None
    return replace(
        now,
        name=before.name,
        bar_id=now.bar_id or before.bar_id,
        bar_state=now.bar_state if now.bar_id else before.bar_state,
        claimed_email=stated or before.claimed_email or now.claimed_email,
        filer_is_sender=before.filer_is_sender,
    )


def _claims_passed_on(other: Scene, address: str) -> list[Claim]:
    """What a mail passed on says, to somebody with this address, about each filer."""
    groups = groups_in(other)
    own = _is_senders(other, address)
    return [replace(claim_of(group, other, alone=len(groups) == 1), filer_is_sender=own) for group in groups]


def _is_senders(other: Scene, address: str) -> bool:
    return bool(address) and other.sender.address == address


def _state_only(address: str, claims: Sequence[Claim]) -> bool:
    return all(claim.claimed_email is not None and claim.claimed_email.value == address for claim in claims)


def _completed(claims: Sequence[Claim], there: Sequence[Claim], scene: Scene) -> list[Claim]:
    """The claims of a mail passed on; where the own words name the filer, those with what only that mail says."""
    own = claims[0] if len(claims) == 1 and not claims[0].filer_is_sender else None
    if own is None or (own.name is None and own.bar_id is None) or len(there) != 1:
        return list(there)
    named, other = own.name, there[0]
    if named and other.name and not same_person(_parsed(named), _parsed(other.name)):
        return [own]
    return [
        replace(
            own,
            name=named if named and (_parsed(named).is_full or not other.name) else other.name,
            bar_id=own.bar_id or other.bar_id,
            bar_state=own.bar_state if own.bar_id else other.bar_state,
            claimed_email=own.claimed_email or other.claimed_email,
        )
    ]


def _parsed(name: Stated) -> ParsedName:
    return ParsedName(value=name.value, start=0, end=0)


def _says_nothing(claims: Sequence[Claim], scene: Scene) -> bool:
    """Whether the own words name no filer, and the sender asks for another or merely passes a mail on."""
    if len(claims) != 1 or claims[0].bar_id is not None:
        return False
    return not claims[0].filer_is_sender if scene.asks_for_another else not scene.asks_for_self


def _hands_on(claims: Sequence[Claim], scene: Scene, message: Message) -> bool:
    """ "I can't reset this one. Forwarding it to the right people": the own words state nobody's particulars."""
    if len(claims) != 1 or claims[0].bar_id is not None or scene.text.within(signature=False).addresses:
        return False
    sender = scene.rules.sender
    if sender.own_password.search(scene.words):
        return False
    return sender.passes_on.search(scene.words) is not None or wants_something(message, scene.rules)


def _lacks_a_name(claims: Sequence[Claim]) -> bool:
    """ "Please see Mr. Quill's message below; his number is 234561": all of his name stands there."""
    if len(claims) != 1 or claims[0].filer_is_sender:
        return False
    name = claims[0].name
    return claims[0].bar_id is not None if name is None else not _parsed(name).is_full


def _is_meant_elsewhere(claims: Sequence[Claim], scene: Scene, message: Message) -> bool:
    """ "See attached, reset please": who is meant stands there, if anywhere; it need not be whoever sends it."""
    if len(claims) != 1 or scene.asks_for_self or not message.attachments:
        return False
    nobody = claims[0].name is None and claims[0].bar_id is None and not scene.text.addresses
    return nobody and bool(scene.rules.sender.points_elsewhere.search(scene.text.view.plain))


def _all_others(groups: Sequence[Group], scene: Scene) -> bool:
    return all(group.name is not None and not is_sender(group.name.name, scene.sender) for group in groups)


def _who_unclear(claims: Sequence[Claim], scene: Scene, words: str) -> bool:
    """Whether it is not plain that the one filer named is the one who is meant.

    The subject asks for somebody else; or the sender asks for a password of their own, but the one filer named goes
    by another name than the sender, or the sender signs, displays or introduces another one.
    """
    if len(claims) != 1 or claims[0].name is None:
        return False
    claimed = [n for n in (*scene.text.names, *scene.subject.names) if n.name.value == claims[0].name.value]
    if claimed and any(not _alike(n, claimed[0], scene) for n in scene.subject.names if n.how in _ASKED_FOR):
        return True
    known = own_name(scene.sender)
    if known is None or not known.name.is_full or not claimed or _works_for(claimed, scene):
        return False
    return _are_two(claimed, scene) and bool(scene.rules.sender.own_password.search(words))


def _works_for(claimed: Sequence[FoundName], scene: Scene) -> bool:
    """ "Secretary to Ada Filer", in the signature: whose own words the secretary may copy into the mail."""
    if not scene.sender.is_staff:
        return False
    employers = [name for name in scene.text.names if name.in_signature and name.how is How.ON_BEHALF]
    return any(same_person(name.name, claimed[0].name) for name in employers)


def _are_two(claimed: Sequence[FoundName], scene: Scene) -> bool:
    """Whether the sender goes by another name than the one that is claimed, or calls themselves something else."""
    sender = scene.sender
    if any(name.how is not How.INTRODUCED and not _may_be_sender(name.name, sender) for name in claimed):
        return True
    own = [name for name in (sender.signed, sender.displayed, *scene.text.names) if name and _is_own(name, sender)]
    return any(_is_another(name.name, claimed[0].name) and not _is_own_word(claimed[0], name) for name in own)


def _is_own_word(claimed: FoundName, own: FoundName) -> bool:
    """Whether the sender says to be the one who is claimed, and shares the surname: "on the roll I am Istvan Roe"."""
    return claimed.how is How.INTRODUCED and claimed.name.words[-1] == own.name.words[-1]


_ASKED_FOR = (How.OWNER, How.ASKED_FOR, How.ON_BEHALF)


def _is_own(name: FoundName, sender: Sender) -> bool:
    """Whether the sender calls themselves so."""
    return name in (sender.signed, sender.displayed) or name.how is How.INTRODUCED


def _is_another(own: ParsedName, claimed: ParsedName) -> bool:
    """Whether these are two persons: also the given names differ, so no surname was changed or mistyped.

    A name in another alphabet, whose letters are folded to "x", may be the same.
    """
    given = own.words[0]
    if not own.is_full or not given.strip("x") or given.rstrip(".") in (claimed.words[0], claimed.words[0][0]):
        return False
    return not (same_person(own, claimed) or _is_cut_from(own, claimed))


def _may_be_sender(name: ParsedName, sender: Sender) -> bool:
    known = own_name(sender)
    return is_sender(name, sender) or (known is not None and _is_cut_from(known.name, name))


def _is_cut_from(one: ParsedName, other: ParsedName) -> bool:
    """Whether one surname stands beside a given name and a piece of it: "Kat" of "Yekaterina"."""
    short, long = sorted((one.words[0], other.words[0]), key=len)
    return one.words[-1] == other.words[-1] and len(short) >= _SHORTEST_PIECE and short in long


def _alike(one: FoundName, other: FoundName, scene: Scene) -> bool:
    return same_person(one.name, other.name) or is_sender(one.name, scene.sender)


def _unclaimed(claims: Sequence[Claim], scene: Scene) -> tuple[Stated, ...]:
    """Labelled or named Bar IDs in the own words that no claim holds and that are nobody else's."""
    text = scene.text
    taken = {claim.bar_id.value.lstrip("0") for claim in claims if claim.bar_id}
    left = [other for bar_id in text.all_bar_ids if (other := _alternative(bar_id, text.view, taken))]
    left += [bar_id.stated for bar_id in scene.subject.bar_ids if bar_id.labelled and bar_id.bare not in taken]
    for bar_id in text.bar_ids:
        if bar_id.in_signature or bar_id.bare in taken:
            continue
        anothers = any(name.how in TOLD_OF and _near(name, bar_id) for name in text.names)
        anothers = anothers or is_own_and_unwanted(bar_id, scene) or is_of_an_employer(bar_id, scene)
        if (bar_id.labelled or owner_of(bar_id, text)) and not anothers:
            left.append(bar_id.stated)
    return tuple(left)


def _explained(claims: Sequence[Claim], scene: Scene) -> frozenset[Stated]:
    """Numbers told of another person by name, in a mail whose sender asks for themselves alone with their own.

    Or of another state's licence: beside their own number, or where they say under which they are registered here.
    """
    own = own_name(scene.sender)
    if len(claims) != 1 or own is None or not claims[0].filer_is_sender or claims[0].bar_id is None:
        return frozenset()
    told = told_licence(scene)
    if told is not None and told.stated == claims[0].bar_id:
        return frozenset(bar_id.stated for bar_id in scene.text.bar_ids if bar_id.state not in (None, told.state))
    own_number = next((bar_id for bar_id in scene.text.bar_ids if bar_id.stated == claims[0].bar_id), None)
    return frozenset(
        bar_id.stated
        for bar_id in scene.text.bar_ids
        if _is_second_licence(bar_id, own_number, scene)
        or is_of_one_told_of(bar_id, scene)
        or ((owner := _named_before(bar_id, scene)) and not same_person(owner.name, own.name, with_suffix=True))
    )


def _is_second_licence(bar_id: FoundBarId, own: FoundBarId | None, scene: Scene) -> bool:
    """ "California State Bar No. 150034 | Nevada Bar No. 8871": right behind the own number, no name between."""
    if own is None or bar_id.state in (None, own.state):
        return False
    if own.state is None:
        return bar_id.in_signature and bar_id.labelled  # "Admitted in Nevada (Nev. Bar 11842)"
    first, last = sorted((own, bar_id), key=lambda number: number.start)
    between = [name for name in scene.text.names if first.end <= name.start < last.start]
    return not between and last.label_start - first.end <= _BESIDE


def _named_before(bar_id: FoundBarId, scene: Scene) -> FoundName | None:
    """The name that stands before a number within its sentence and line, no other number between."""
    view = scene.text.view
    line_start, _ = view.line(bar_id.start)
    names = [name for name in scene.text.names if line_start <= name.start < bar_id.start]
    if not names:
        return None
    between = view.plain[names[-1].name.end : max(names[-1].name.end, bar_id.label_start)]
    return None if re.search(r"[.!?] |\d{4}", between) else names[-1]


def _alternative(bar_id: FoundBarId, view: View, taken: set[str]) -> Stated | None:
    """ "123456 (or was it 123465?)": the other number, where it is another one."""
    match = _OR_ANOTHER.match(view.plain, bar_id.end)
    if match is None or match["other"].lstrip("0") in taken:
        return None
    return view.stated(match["other"], match.start("other"), match.end("other"))


def _near(name: FoundName, bar_id: FoundBarId) -> bool:
    return abs(name.start - bar_id.start) < _BESIDE
