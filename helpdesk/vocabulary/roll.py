"""A record on the roll."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class FilerStatus(StrEnum):
    """Standing of a record. Only active records are ever reset."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    SUSPENDED = "suspended"
    RETIRED = "retired"
    DISBARRED = "disbarred"
    DECEASED = "deceased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filer:
    """A record on the roll. ``primary_email`` is kept exactly as the court stores it."""

    ecf_user_id: str
    last_name: str
    first_name: str
    primary_email: str
    status: FilerStatus
    login: str = ""
    middle_name: str = ""
    suffix: str = ""
    bar_state: str = ""
    bar_id: str = ""
    firm: str = ""
    secondary_emails: tuple[str, ...] = ()
    phone: str = ""
    city: str = ""
    state: str = ""
    user_type: str = ""
    admitted_on: date | None = None
    email_changed_on: date | None = None  # the primary address, or whose record it is
    pacer_linked: bool | None = None  # None: unknown

    @property
    def full_name(self) -> str:
        """``First Middle Last, Suffix``."""
        name = " ".join(filter(None, (self.first_name, self.middle_name, self.last_name)))
        return f"{name}, {self.suffix}" if self.suffix else name
