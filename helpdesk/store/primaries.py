"""A record's primary address: whether a reset may go there at all, and whether it is still the one approved."""

from __future__ import annotations

import unicodedata

from helpdesk import policy
from helpdesk.match.addresses import is_one_address
from helpdesk.store.models import FilerRow, Reset
from helpdesk.store.roster import filer_of
from helpdesk.store.seals import same, seal
from helpdesk.vocabulary import Filer, FilerStatus


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
    if not unchanged_primary(reset, record):
        return "The primary address changed after the approval."
    if not record.on_roll:
        return "The record is gone from the roll."
    return hindrance(filer_of(record), court)


def seal_of_primary(record: FilerRow) -> str:
    """A keyed hash of the primary address: it shows a change and cannot be written to."""
    return seal("primary address", record.ecf_user_id, record.primary_email)


def unchanged_primary(reset: Reset, record: FilerRow) -> bool:
    """Whether the record still has the primary address that was approved."""
    return same(reset.primary_seal, seal_of_primary(record))
