"""One claim a filer: who is meant and what is said about them, and what is said that belongs to none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from helpdesk.policy.reading import Extraction
from helpdesk.understand.filers.asked_earlier import asked_earlier
from helpdesk.understand.filers.gathering import Group
from helpdesk.understand.filers.given import is_in_own_words
from helpdesk.understand.filers.groups import groups_in
from helpdesk.understand.filers.left_out import content_in
from helpdesk.understand.filers.particulars import claim_of
from helpdesk.understand.filers.passed_on import (
    chases,
    passed_on,
    passes_mail_on,
    several_state_numbers,
    wants_something,
    went_to_us,
)
from helpdesk.understand.filers.scene import Scene, Searches, is_sender, look_for, survey
from helpdesk.understand.filers.unclaimed import explained, unclaimed
from helpdesk.understand.filers.who_is_meant import who_unclear
from helpdesk.understand.naming.names import ParsedName
from helpdesk.understand.naming.persons import same_person
from helpdesk.understand.text.history import is_answer
from helpdesk.understand.text.sight import Sight
from helpdesk.understand.text.view import View
from helpdesk.vocabulary import Claim, Message, Stated


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What is said about each filer, and the Bar IDs of the own words that belong to none of them."""

    claims: tuple[Claim, ...]
    unclaimed: tuple[Stated, ...]
    explained: frozenset[Stated]  # of those: told of somebody else, or of another licence
    sender_address: str
    passed_on: bool  # the particulars stand in a mail that the sender passes on
    several_told_of: bool  # in mails passed on, of which one is read
    asked_before: bool  # they stand in one that was written to us, and the sender asks what became of it
    asks_for_another: bool  # the sender's own words are about somebody else's account
    who_unclear: bool  # asks for "my password", but the particulars are somebody else's
    lent: View | None = None  # the words of a mail passed on, or of an earlier one, on which the claims rest
    lent_by: str = ""  # the address of whose words those are
    content: frozenset[str] = frozenset()  # addresses of a list's filers for whom nothing is wanted


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
    lent = other
    if other is not None:
        there = _claims_passed_on(other, address)
        claims = [*there, *claims] if me_too and len(claims) == 1 else _completed(claims, there, scene)
    elif (earlier := _asked_earlier(message, sight, scene, claims)) is not None:
        claims, lent = [earlier[0]], earlier[1]
    return Claims(
        claims=tuple(claims),
        # To send one's own mail again, or what another drew up with one's own address, is to ask oneself.
        passed_on=other is not None
        and not (
            _is_senders(other, address) or (_state_only(address, claims) and rules.sender.endorses.search(words))
        ),
        several_told_of=other is not None and several_state_numbers(message, rules),
        asked_before=other is not None and chases(message, sight.words, rules),
        asks_for_another=scene.asks_for_another or scene.sender.is_staff,
        unclaimed=(*unclaimed(claims, scene), *(unclaimed(claims, lent) if lent else ())),
        explained=explained(claims, scene),
        sender_address=address,
        who_unclear=who_unclear(claims, scene, sight.words),
        lent=lent.text.view if lent else None,
        lent_by=lent.sender.address if lent else "",
        content=content_in(scene),
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


def _asked_earlier(
    message: Message, sight: Sight, scene: Scene, claims: Sequence[Claim]
) -> tuple[Claim, Scene] | None:
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
    if before.name is None:
        return None
    if now.bar_id and before.bar_id and now.bar_id.value != before.bar_id.value:
        return now, earlier  # the other number is left over, and a person tells which is meant
    stated = now.claimed_email if is_in_own_words(now.claimed_email, message) else None
    from_header = now.claimed_email if before.filer_is_sender else None
    claim = replace(
        now,
        name=before.name,
        bar_id=now.bar_id or before.bar_id,
        bar_state=now.bar_state if now.bar_id else before.bar_state,
        claimed_email=stated or before.claimed_email or from_header,
        filer_is_sender=before.filer_is_sender,
    )
    return claim, earlier


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
