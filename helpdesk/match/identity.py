"""What is claimed about one filer, as the matcher takes it."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.vocabulary import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedIdentity:
    """Name, Bar ID and address as stated, '' where absent. Nothing in it is trusted or tidied."""

    name: str = ""
    bar_id: str = ""
    bar_state: str = ""
    email: str = ""


def identity_of(claim: Claim) -> ClaimedIdentity:
    """The parts of a message's claim that are compared with the roll."""
    return ClaimedIdentity(
        name=claim.name.value if claim.name else "",
        bar_id=claim.bar_id.value if claim.bar_id else "",
        bar_state=claim.bar_state or "",
        email=claim.claimed_email.value if claim.claimed_email else "",
    )
