"""A gathered group becomes a claim: its name spelled out, its own Bar ID, its own address."""

from __future__ import annotations

import re
from dataclasses import replace

from helpdesk.understand.filers.addresses import FoundAddress, Said, is_ours
from helpdesk.understand.filers.finds import Finds
from helpdesk.understand.filers.gathering import Group
from helpdesk.understand.filers.numbers import FoundBarId
from helpdesk.understand.filers.pieces import told_in_pieces
from helpdesk.understand.filers.scene import Scene, goes_by, is_sender, subject_names
from helpdesk.understand.naming.agreement import agrees, known_by
from helpdesk.understand.naming.found import NOT_MEANT, FoundName, How
from helpdesk.understand.naming.names import ParsedName
from helpdesk.understand.naming.people import mentions_of
from helpdesk.understand.naming.persons import fits_address, same_person
from helpdesk.understand.naming.presumed import presumed
from helpdesk.understand.naming.senders import Sender
from helpdesk.understand.text.view import View
from helpdesk.vocabulary import Claim, Stated

_SHORT_FORM = 3  # letters of a given name that are more than its initials
_MOST_BETWEEN = 3  # words of a name, between its first and last
_BETWEEN = re.compile(r"[a-z][\w.-]* ")
_EDGE = re.compile(r"\b")
_BREATH = 80  # characters between a number and an address that is stated with it
_LABELLED_ADDRESS = re.compile(r"[.;] +(?:my |and )?(?:primary )?e-?mail(?: address)?\b", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"[.!?] |\n\s*\n")
_FAR = 6  # lines between a name and the number below it that is the same person's


def claim_of(group: Group, scene: Scene, *, alone: bool) -> Claim:
    """The claim about one filer. alone: nobody else is meant."""
    name = _meant(group, scene, alone=alone)
    own = (group.is_sender and not scene.sender.is_staff) or _is_own(name, scene, alone=alone)
    if name is None and own:
        name = _signed_or_mentioned(scene)
    if name:
        name = _fullest(name, scene, own=own)
    bar_id = group.bar_id
    spare = _spare_bar_id(name, scene, alone=alone, own=own, lone=bar_id is None)
    if bar_id is None:
        bar_id = spare
    elif alone and own and spare and spare.in_signature and spare.bare != bar_id.bare and not _is_hers(bar_id, scene):
        bar_id, name = spare, own_name(scene.sender) or name
    if alone:
        bar_id = told_licence(scene) or bar_id
    return Claim(
        name=name.view.stated(name.name.value, name.name.start, name.name.end) if name else None,
        bar_id=bar_id.stated if bar_id else None,
        bar_state=bar_id.state if bar_id else None,
        claimed_email=_address(group, name, scene, alone=alone, own=own),
        filer_is_sender=own,
    )


def _meant(group: Group, scene: Scene, *, alone: bool) -> FoundName | None:
    """Whose name it is: beside the number, in the subject, behind a label, or somebody else's who is meant."""
    name = group.name
    if name is None and alone:
        names = (*subject_names(scene), *_labelled(scene))
        name = next((n for n in names if n.how not in NOT_MEANT), None)
    if alone and (name is None or len(name.name.words) == 1):
        name = told_in_pieces(scene) or name
    names_staff = name and scene.asks_for_another and scene.sender.is_staff and is_sender(name.name, scene.sender)
    if names_staff and group.bar_id is None:  # with a number it is the attorney's, whose mailbox staff write from
        name = None
    if name is not None or not alone:
        return name
    of_another = not group.is_sender and (scene.asks_for_another or not scene.asks_for_self)
    numberless = group.bar_id is None and scene.asks_for_another
    return _presumed(group, scene) if of_another or numberless else None


def _presumed(group: Group, scene: Scene) -> FoundName | None:
    """Somebody else who is probably meant; nobody where the number in the mail is the sender's own."""
    sender = scene.sender
    if (group.bar_id and group.bar_id.is_said_own) or _spare_bar_id(None, scene, alone=False, own=True):
        return None
    known = [known.name for known in (sender.signed, sender.displayed, sender.called) if known]
    stated = [address.stated.value for address in group.addresses]
    return presumed((scene.text.view, scene.subject.view), stated, known, scene.rules.name)


def own_name(sender: Sender) -> FoundName | None:
    """The sender's own name: as signed, unless only the text or the display name spells it out."""
    signed, others = sender.signed, [known for known in (sender.called, sender.displayed) if known]
    if signed and not _spelled_out(signed):
        alike = (other for other in others if _spelled_out(other) and same_person(signed.name, other.name))
        return next(alike, signed)
    if signed:
        return next((other for other in others if _is_longer(other.name, signed.name)), signed)
    return signed or next(iter(others), None)


def owner_of(bar_id: FoundBarId, found: Finds) -> FoundName | None:
    """Whose number it is by the name on its line or right above it."""
    view = found.view
    line_start, line_end = view.line(bar_id.start)
    on_line = [n for n in found.names if line_start <= n.start < line_end and n.how is How.BESIDE]
    if on_line:
        return min(on_line, key=lambda n: abs(n.start - bar_id.start))
    above = [
        n for n in found.names if n.name.end <= line_start and view.plain.count("\n", n.name.end, line_start) <= _FAR
    ]
    return above[-1] if above and above[-1].how in (How.BESIDE, How.LABELLED) else None


def _is_hers(bar_id: FoundBarId, scene: Scene) -> bool:
    """Whether a number is said to be the sender's own, or stands beside their name."""
    owner = owner_of(bar_id, scene.text)
    if bar_id.is_said_own:
        return True
    own = own_name(scene.sender)
    return owner is not None and own is not None and same_person(owner.name, own.name, with_suffix=True)


def _labelled(scene: Scene) -> list[FoundName]:
    """Names in the signature that a form's label or an introduction vouches for; the sender's own where they ask."""
    names = [name for name in scene.text.names if name.in_signature and name.how >= How.INTRODUCED]
    if scene.asks_for_another or scene.sender.is_staff or own_name(scene.sender) is None:
        return names
    return [name for name in names if is_sender(name.name, scene.sender)]


def _is_own(name: FoundName | None, scene: Scene, *, alone: bool) -> bool:
    """Whether the filer of a claim is the sender."""
    sender, own, other = scene.sender, scene.asks_for_self, scene.asks_for_another
    if name is not None and name.name.is_full:
        if is_sender(name.name, sender):
            return not other or own or goes_by(name.name, sender) or _by_address_alone(name, sender)
        if alone and own and not other and not sender.is_staff and name.how is How.INTRODUCED:
            return True
        known = sender.signed or (sender.displayed if not sender.is_staff else None)
        return own and alone and not other and not sender.is_staff and known is None
    if sender.is_staff or (other and not (own and _signs_with_number(scene))):
        return False
    return bool(own or sender.address or sender.displayed)


def _signs_with_number(scene: Scene) -> bool:
    """Whether a Bar ID stands beside the sender's own name in their signature or letterhead."""
    known = own_name(scene.sender)
    owners = [owner_of(bar_id, scene.text) for bar_id in scene.text.bar_ids if bar_id.in_signature]
    return known is not None and any(owner and same_person(owner.name, known.name) for owner in owners)


def _by_address_alone(name: FoundName, sender: Sender) -> bool:
    """Whether From, which displays nobody, is an address made of both ends of a name that is asked for."""
    if sender.signed or sender.displayed:
        return False
    return agrees(name.name.words, known_by(sender.address), large=True)


def _signed_or_mentioned(scene: Scene) -> FoundName | None:
    """The sender's own name; a name that is only displayed gives way to the same one in the text."""
    own = own_name(scene.sender)
    if own is None or own.how is not How.DISPLAYED:
        return own
    return next((name for name in _mentions(own, scene) if _spelled_out(name)), own)


def _fullest(name: FoundName, scene: Scene, *, own: bool) -> FoundName:
    """The name as the mail spells it out elsewhere, where what was found is only a part of it."""
    known = own_name(scene.sender) if own else None
    if known and (_is_longer(known.name, name.name) or _is_spelled_better(known, name)):
        return known
    if _spelled_out(name):
        return _with_middle(_as_shown(name, scene.sender) if own else name, scene, own=own)
    for better in (*_mentions(known or name, scene), *([known] if known else [])):
        alike = same_person(better.name, name.name) or name.name.words[0] in better.name.words
        if alike and _spelled_out(better):
            return better
    return name


def _with_middle(name: FoundName, scene: Scene, *, own: bool) -> FoundName:
    """The same name with what stands between its first and last word elsewhere: "Ada Q. Filer" of "Ada Filer"."""
    if len(name.name.words) > 2 or name.how in (How.BESIDE, How.LABELLED):  # so it is stated with the number
        return name
    given, last = name.name.words
    if not any(_has_middle(found.view.plain, given, last) for found in (scene.text, scene.subject)):
        return name
    mentions = (n for n in _mentions(name, scene) if own or not n.in_signature)  # that of who writes for somebody
    fuller = (n for n in mentions if (n.name.words[0], n.name.words[-1]) == (given, last))
    return max((name, *fuller), key=lambda n: len(n.name.words))


def _has_middle(plain: str, given: str, last: str) -> bool:
    """Whether one to three words stand between these two; a pattern of them would take long to compile."""
    words, given, last = plain.lower(), f"{given.lower()} ", last.lower()
    start = words.find(given)
    while start >= 0:
        position, left = start + len(given), _MOST_BETWEEN if _EDGE.match(words, start) else 0
        while left and (between := _BETWEEN.match(words, position)):
            position, left = between.end(), left - 1
            if words.startswith(last, position) and _EDGE.match(words, position + len(last)):
                return True
        start = words.find(given, start + 1)
    return False


def _is_spelled_better(one: FoundName, other: FoundName) -> bool:
    """Whether a mail program broke letters of the other one alone."""
    return _is_broken(other) and not _is_broken(one) and same_person(one.name, other.name)


def _is_broken(name: FoundName) -> bool:
    """Whether letters of it were lost in some mail program's alphabet: "Jos\ufffd", "JosÃ©"."""
    return any(sign in name.view.original[name.name.start : name.name.end] for sign in ("\ufffd", "Ã"))


def _is_longer(one: ParsedName, other: ParsedName) -> bool:
    """ "Temperance Filer" of "Temp Filer": whose given name the other one begins and leaves off."""
    given, short = one.words[0], other.words[0].rstrip(".")
    begins = given != short and len(short) >= _SHORT_FORM and given.startswith(short)
    return begins and one.words[-1] == other.words[-1] and one.is_full and other.is_full


def _as_shown(name: FoundName, sender: Sender) -> FoundName:
    """The sender's name with what From alone tells of it: the suffix, or which of its words is the surname."""
    if sender.displayed is None or not sender.displayed.name.is_full:
        return name
    written, shown = name.name, sender.displayed.name
    value, turned = written.value, (*written.words[1:], written.words[0])
    person = known_by(sender.address)
    surname_first = turned[-1] == shown.words[-1] and shown.words[0] in turned[:-1]
    if surname_first and agrees(turned, person, large=True) and not agrees(written.words, person, large=True):
        surname, *given = value.split()
        value = " ".join((*given, surname))
    elif shown.suffix and not written.suffix and set(shown.words) <= set(written.words):
        value = f"{value},{shown.value.partition(',')[2]}"
    return name if value == written.value else replace(name, name=replace(written, value=value))


def _mentions(person: FoundName, scene: Scene) -> list[FoundName]:
    return [
        name
        for found in (scene.text, scene.subject)
        for name in mentions_of(person.name, found.view, scene.rules.name)
    ]


def _spelled_out(name: FoundName) -> bool:
    """Whether a name has a given and a last name that are more than initials; "J. Quill Filer" has."""
    return name.name.is_full and any(len(word.strip(".")) > 1 for word in name.name.words[:-1])


def told_licence(scene: Scene) -> FoundBarId | None:
    """Of numbers of several states the one of the licence under which somebody says to be registered here."""
    told = scene.rules.bar_id.registered_under.search(scene.words)
    state = scene.rules.bar_id.jurisdiction.key(told[0]) if told else None
    numbers = scene.text.all_bar_ids if state else ()
    of_state = [bar_id for bar_id in numbers if bar_id.state == state]
    return of_state[0] if len({bar_id.bare for bar_id in of_state}) == 1 else None


def _spare_bar_id(
    name: FoundName | None, scene: Scene, *, alone: bool, own: bool, lone: bool = False
) -> FoundBarId | None:
    """A Bar ID in the signature or subject, where it is this filer's own. lone: the mail states no other for them."""
    anothers = _subject_is_anothers(name, scene, alone=alone, own=own)
    for found in (scene.text,) if anothers else (scene.subject, scene.text):
        for bar_id in found.bar_ids:
            if found is scene.text and not bar_id.in_signature:
                continue
            owner = owner_of(bar_id, found)
            if owner is not None and name is not None and owner.name.words[0] == name.name.words[-1]:
                owner = None if owner.name.is_full else owner  # the firm that bears the filer's surname
            if owner is not None and own and lone and _is_within_block(owner, bar_id, scene):
                owner = None
            if owner is not None and name is not None and same_person(owner.name, name.name):
                return bar_id
            if own and bar_id.in_signature and scene.rules.bar_id.below.search(found.view.plain):
                return bar_id
            if owner is None and (own or (alone and (found is scene.subject or _is_of_one_form(name, bar_id)))):
                return bar_id
    return None


def _subject_is_anothers(name: FoundName | None, scene: Scene, *, alone: bool, own: bool) -> bool:
    """Whether the subject is of somebody else: the other of several filers, or who was meant by the mail below."""
    if own and not alone:
        return True
    named = scene.subject.names
    return name is not None and bool(named) and not any(same_person(n.name, name.name) for n in named)


def _is_within_block(line: FoundName, bar_id: FoundBarId, scene: Scene) -> bool:
    """Whether a line that reads like a name is a town or firm between a sender's signed name and their number."""
    signed, view = scene.sender.signed, scene.text.view
    if signed is None or not (signed.name.end <= line.start < view.line(bar_id.start)[0]):
        return False
    lines = view.plain.count("\n", signed.name.end, bar_id.start)
    return lines <= _FAR and not any(signed.start < other.start < bar_id.start for other in scene.text.all_bar_ids)


def _is_of_one_form(name: FoundName | None, bar_id: FoundBarId) -> bool:
    """Whether name and number stand behind labels in the signature: it is a form, whoever fills it in."""
    return name is not None and name.how is How.LABELLED and name.in_signature and bar_id.labelled


def _address(group: Group, name: FoundName | None, scene: Scene, *, alone: bool, own: bool) -> Stated | None:
    """The filer's address as stated; else From, where the filer plainly writes."""
    offered = list(group.addresses)
    if alone:
        offered += [a for a in scene.text.addresses if a not in offered and (own or not a.in_signature)]
    if name and not own:
        offered += [a for a in scene.text.addresses if a not in offered and fits_address(name.name, a.stated.value)]
    theirs = own or (scene.asks_for_self and alone and _is_namesake(name, scene.sender))
    shared = scene.sender.is_shared
    fits = [_fit(a, name, scene.sender, own=theirs or (shared and _is_stated_with(a, group, scene))) for a in offered]
    if fits and max(fits) > 0:
        return offered[fits.index(max(fits))].stated
    if not own or not scene.sender.address or is_ours(scene.sender.address, scene.rules.address):
        return None
    return _from_header(scene.sender, scene.sender_line)


def _is_stated_with(address: FoundAddress, group: Group, scene: Scene) -> bool:
    """Whether an address stands in one breath with the filer's number, or the number is the writer's own."""
    if group.bar_id is None or address not in group.addresses:
        return False
    if group.bar_id.is_said_own:
        return True
    (_, first), (last, _) = sorted(((address.start, address.end), (group.bar_id.label_start, group.bar_id.label_end)))
    between = _LABELLED_ADDRESS.sub(" ", scene.text.view.plain[first:last])
    return len(between) <= _BREATH and not _SENTENCE_ENDS.search(between)


def _is_namesake(name: FoundName | None, sender: Sender) -> bool:
    """Whether the sender bears the surname of the name: perhaps with a pet name that nobody here knows."""
    known = own_name(sender)
    return bool(name and known and known.name.is_full and known.name.words[-1] == name.name.words[-1])


def _fit(address: FoundAddress, name: FoundName | None, sender: Sender, *, own: bool) -> int:
    """How likely an address is the filer's own; 0 and less: it is not."""
    value = address.stated.value
    score = {Said.PRIMARY: 8, Said.NEW: 3, Said.PLAIN: 2, Said.OTHER: -4, Said.OLD: -6}[address.said]
    if name and fits_address(name.name, value):
        score += 6 if address.said is Said.OTHER else 4  # "my boss Ada Filer, ada@…" is her own
    if value == sender.address:
        score += 3 if own else (-4 if address.said is not Said.PRIMARY else 0)
    if address.in_signature:
        score -= 1
    return score


def _from_header(sender: Sender, line: View) -> Stated:
    start = line.original.rfind(sender.address)
    return line.stated(sender.address, start, start + len(sender.address))
