"""Where a message goes and why."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.vocabulary.claims import Claim, Signal
from helpdesk.vocabulary.matching import Ranking
from helpdesk.vocabulary.routing import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a decision is as it is: a stable key and a sentence for staff."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilerRequest:
    """One filer's request within a message: what is claimed, who it may be, where it goes."""

    claim: Claim
    ranking: Ranking
    route: Route
    reasons: tuple[Reason, ...]
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where a message goes and why. ``reply`` depends on the understanding alone, never on the roll."""

    route: Route
    reasons: tuple[Reason, ...]
    signals: tuple[Signal, ...]
    requests: tuple[FilerRequest, ...]
    reply: str | None  # name of a template folder under templates/mail, None: nothing is sent
    rules_digest: str
    roll_version: str
