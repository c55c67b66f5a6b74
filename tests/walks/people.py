"""Who is on the roll, what another roll may say of them, and what a roster may change."""

from __future__ import annotations

from dataclasses import replace

from helpdesk.vocabulary import Filer, FilerStatus
from tests import cast


def _colleague(number: int, first: str, last: str, address: str) -> Filer:
    return replace(
        cast.GRACE,
        ecf_user_id=f"5001{number:02}",
        login=f"{first[:1]}{last}{number}".lower(),
        first_name=first,
        last_name=last,
        bar_id=f"31{number:02}57",
        firm=f"{last} Advocates",
        primary_email=address,
    )


ROLL = (
    cast.ADA,
    cast.NAMESAKE,
    cast.GRACE,
    _colleague(4, "Imogen", "Castellan", "imogen@castellan.example"),
    _colleague(5, "Rufus", "Okonjo", "rufus.okonjo@harborlaw.example"),
    _colleague(6, "Wilhelmina", "Sato-Reyes", "wsr@satoreyes.example"),
    _colleague(7, "Tobias", "Nightingale", "tobias@nightingale.example"),
)
OTHER_ROLLS: tuple[tuple[Filer, ...], ...] = (
    (),
    tuple(replace(filer, status=FilerStatus.SUSPENDED) for filer in ROLL),
    tuple(replace(filer, pacer_linked=True, primary_email=f"x{filer.primary_email}") for filer in ROLL),
    tuple(replace(filer, bar_id=other.bar_id) for filer, other in zip(ROLL, (*ROLL[1:], ROLL[0]), strict=True)),
)
EDITS: tuple[dict[str, object], ...] = (
    {},
    {},
    {},
    {},
    {},
    {"primary_email": "moved@filerquill.example"},
    {"primary_email": cast.MALLORY},
    {"primary_email": ""},
    {"primary_email": "ecfhelp@casd.uscourts.gov"},
    {"status": FilerStatus.SUSPENDED},
    {"pacer_linked": True},
    {"bar_id": "999999"},
    {"login": "ecfadmin"},
    {"last_name": "Elsewhere"},
)
STAFF = (cast.CLERK, cast.OTHER_CLERK, cast.SUPERVISOR)


def request_of(filer: Filer) -> str:
    """What a filer writes who states all that the court asks for."""
    return (
        "Please reset my CM/ECF password.\n\n"
        f"Name: {filer.first_name} {filer.last_name}\n"
        f"Bar ID: {filer.bar_id}\n"
        f"Primary e-mail: {filer.primary_email}\n"
    )
