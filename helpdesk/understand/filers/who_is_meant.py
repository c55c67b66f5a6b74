"""Whether it is plain that the one filer whom a mail names is the one who is meant."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk.understand.filers.particulars import own_name
from helpdesk.understand.filers.scene import Scene, is_sender
from helpdesk.understand.naming.found import FoundName, How
from helpdesk.understand.naming.names import ParsedName
from helpdesk.understand.naming.persons import same_person
from helpdesk.understand.naming.senders import Sender
from helpdesk.vocabulary import Claim

_SHORTEST_PIECE = 3  # letters of a given name that another may be cut down to
_ASKED_FOR = (How.OWNER, How.ASKED_FOR, How.ON_BEHALF)


def who_unclear(claims: Sequence[Claim], scene: Scene, words: str) -> bool:
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
