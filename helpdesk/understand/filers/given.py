"""What a message gives of its filer: a Bar ID, an address, a name, and where in it they stand."""

from __future__ import annotations

from helpdesk.policy import Extraction
from helpdesk.understand.filers.addresses import find_addresses
from helpdesk.understand.filers.numbers import find_bar_ids, lone_number, states_bar_id
from helpdesk.understand.text.sight import Sight
from helpdesk.vocabulary import Claim, Message, Place, SectionKind, Stated


def gives_bar_id(sight: Sight, rules: Extraction) -> bool:
    """Whether a Bar ID stands anywhere in text, signature or subject."""
    sender = sight.sender.plain.lower()
    return any(states_bar_id(view, rules.bar_id, rules.name, sender) for view in (sight.text, sight.subject))


def gives_bar_id_in_words(sight: Sight, rules: Extraction) -> bool:
    """Whether a Bar ID stands in the text, outside the signature."""
    bar_ids = find_bar_ids(sight.text, rules.bar_id, rules.name, sight.sender.plain.lower())
    return any(not bar_id.in_signature for bar_id in bar_ids or lone_number(sight.text, rules.bar_id))


def gives_particulars(sight: Sight, rules: Extraction) -> bool:
    """Whether a Bar ID or an address stands in the own words, outside the signature."""
    if rules.bar_id.absent.search(sight.words):  # "I have no number": an answer to the question for it, too
        return True
    return gives_bar_id_in_words(sight, rules) or any(
        not address.in_signature for address in sight.text.once(find_addresses, rules.address)
    )


def gives_name_and_number(claims: tuple[Claim, ...], message: Message) -> bool:
    """Whether the own words spell out one filer's name and Bar ID above the signature."""
    return len(claims) == 1 and all(is_in_own_words(part, message) for part in (claims[0].name, claims[0].bar_id))


def is_in_own_words(part: Stated | None, message: Message) -> bool:
    """Whether something stands in what the sender wrote above the signature."""
    if part is None or part.span is None or part.span.place is not Place.TEXT:
        return False
    own = (section for section in message.sections if section.kind is SectionKind.OWN)
    return any(section.start <= part.span.start < section.end for section in own)


def names_somebody(claims: tuple[Claim, ...]) -> bool:
    """Whether the text says who is meant: by a Bar ID, or by the name of the sender; of others it may merely tell."""
    return any(
        claim.bar_id is not None
        or (
            claim.filer_is_sender
            and claim.name is not None
            and claim.name.span is not None
            and claim.name.span.place is Place.TEXT
        )
        for claim in claims
    )
