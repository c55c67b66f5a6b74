"""A record's primary address: whether a reset may go there at all, and whether it is still the one approved, for the
same person."""

from __future__ import annotations

import unicodedata

from helpdesk import policy
from helpdesk.match.written.addresses import is_one_address
from helpdesk.store.models import FilerRow, Reset
from helpdesk.store.roll.identities import known_as
from helpdesk.store.roll.roster import filer_of
from helpdesk.store.seals import same, seal
from helpdesk.vocabulary import Filer, FilerStatus

_BETWEEN = "."  # the two seals that a reset keeps


def hindrance(record: Filer, court: policy.Court) -> str:
    """Why this record can never be reset here as it stands, '' when it can."""
    if record.status is not FilerStatus.ACTIVE:
        return f"The record is {record.status.value}; only active records are reset."
    if record.pacer_linked:
        return "The record is linked to PACER; PACER resets its password."
    if not is_one_address(record.primary_email):
        return "The record has no usable primary address."
    address = unicodedata.normalize("NFKC", record.primary_email).casefold()  # as a careless server may read it
    if address.rpartition("@")[2] in court.own_domains or address in court.own_addresses:
        return "The record's primary address is one of the court's own."
    return ""


def why_not_now(reset: Reset, record: FilerRow, court: policy.Court) -> str:
    """Why an approved reset may not be carried out any more, '' when it may."""
    changed = changed_since_approval(reset, record)
    if changed:
        return f"{changed} after the approval."
    if not record.on_roll:
        return "The record is gone from the roll."
    return hindrance(filer_of(record), court)


def changed_since_approval(reset: Reset, record: FilerRow) -> str:
    """What is not as it was approved, '' where all of it is."""
    if not unchanged_primary(reset, record):
        return "The primary address changed"
    whose = reset.primary_seal.partition(_BETWEEN)[2]
    if whose and not same(whose, _seal_of_person(record)):  # none: approved before that was kept
        return "The record's name, Bar ID or login changed"
    return ""


def seal_of_approved(record: FilerRow) -> str:
    """What a reset keeps of the record it is approved for: seals of its address, and of whose it is."""
    return f"{seal_of_primary(record)}{_BETWEEN}{_seal_of_person(record)}"


def seal_of_address(reset: Reset) -> str:
    """The seal of the address for which a reset was approved."""
    return reset.primary_seal.partition(_BETWEEN)[0]


def seal_of_primary(record: FilerRow) -> str:
    """A keyed hash of the primary address: it shows a change and cannot be written to."""
    return seal("primary address", record.ecf_user_id, record.primary_email)


def unchanged_primary(reset: Reset, record: FilerRow) -> bool:
    """Whether the record still has the primary address that was approved."""
    return same(seal_of_address(reset), seal_of_primary(record))


def _seal_of_person(record: FilerRow) -> str:
    return seal("whose record", record.ecf_user_id, *known_as(record))
