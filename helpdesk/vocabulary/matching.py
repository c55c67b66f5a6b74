"""How well a claim fits a record."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from helpdesk.vocabulary.members import at_hand
from helpdesk.vocabulary.roll import Filer


@at_hand
class Field(StrEnum):
    """A field of a claim that is compared with a record."""

    NAME = "name"
    BAR_ID = "bar_id"
    EMAIL = "email"


@at_hand
class Level(StrEnum):
    """How well one field agrees, from best to worst."""

    EXACT = "exact"
    PRIMARY = "primary"  # e-mail: the stored primary address
    SECONDARY = "secondary"  # e-mail: a further address of the record
    CLOSE = "close"  # nickname, initial, one letter or digit off, swapped order
    PARTIAL = "partial"  # part of it agrees: surname only, local part only
    DOMAIN = "domain"  # e-mail: the same firm's domain
    DIFFERENT = "different"
    ABSENT = "absent"  # the message or the record says nothing


class ChannelKind(StrEnum):
    """Through which of a record's addresses a message came."""

    PRIMARY = "primary"  # the stored primary address, letter case aside
    SECONDARY = "secondary"  # a further address of the record
    FIRM = "firm"  # another address at the primary address's own (not a public webmail) domain
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Whether a sender is on a channel of a filer: never mixed with the probability of a match."""

    kind: ChannelKind
    authenticated: bool  # the sender's domain is authenticated, and aligned with From


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One field's comparison. ``bits`` is its log2 weight: 3 bits are 8 to 1 in favour, -3 against."""

    field: Field
    level: Level
    claimed: str  # what the message says, '' when absent
    recorded: str  # what the record says
    bits: float
    note: str = ""  # in a clerk's words: "1 of 140 on the roll has this surname"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A filer the claim may mean. ``bits`` is the exact sum of the evidence's bits."""

    filer: Filer
    probability: float  # calibrated, that the claim means this filer; never an authorisation
    bits: float
    evidence: tuple[Evidence, ...]  # always one per field, in the order NAME, BAR_ID, EMAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Candidates for one claim, best first, and the hypothesis that none of them is meant."""

    candidates: tuple[Candidate, ...]
    not_on_roll: float  # probability
    roll_version: str
