"""Everything that can go wrong, in words for the person who can put it right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that changed since a page was shown: what, by whom and when."""

    what: str
    who: str = ""
    when: datetime | None = None

    def __str__(self) -> str:
        return f"{self.what} by {self.who}" if self.who else self.what


class HelpdeskError(Exception):
    """Base of all errors raised on purpose. ``str(error)`` is fit to show to staff or an operator."""


class ConfigurationError(HelpdeskError):
    """A deployment setting is missing or wrong; names the variable."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"{variable}: {reason}")
        self.variable = variable
        self.reason = reason


class RulesError(HelpdeskError):
    """A rules file is refused; names file, key and reason. The last good rules stay in force."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}" if key else f"{file}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason


class UnreadableMessageError(HelpdeskError):
    """A message exceeds a limit or cannot be read at all; it goes to quarantine with its bytes."""


class RosterError(HelpdeskError):
    """A roster file cannot be used at all (missing columns, wrong encoding, not a CSV)."""


class NotFoundError(HelpdeskError):
    """What was asked for does not exist, or not for this person."""


class NotAllowedError(HelpdeskError):
    """This person may not do that."""


class StaleTicketError(HelpdeskError):
    """The ticket changed since the page was shown (HTTP 409); ``changes`` says how, newest first."""

    def __init__(self, changes: tuple[Change, ...]) -> None:
        super().__init__("Someone else changed this ticket meanwhile: " + "; ".join(map(str, changes)))
        self.changes = changes


class NotPossibleError(HelpdeskError):
    """The action does not fit the state of things; the text says why and what to do instead."""


class NeedsConfirmationError(NotPossibleError):
    """One press is not enough here: the person must see the reasons and confirm, or write down why."""


class DeliveryError(HelpdeskError):
    """An outgoing message was not accepted.

    permanent: trying again cannot help. uncertain: the server may have taken it all the same.
    """

    def __init__(self, reason: str, *, permanent: bool = False, uncertain: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.uncertain = uncertain


class TooManyAtOnceError(HelpdeskError):
    """One domain would get too much mail at once; the message waits until ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__("Enough mail went to this domain for the moment.")
        self.until = until


class MailboxError(HelpdeskError):
    """The IMAP server cannot be reached, refuses us, or stopped answering; try again later."""


class RefusalError(MailboxError):
    """The IMAP server said NO to one command; the connection can still be used."""


class TokenError(HelpdeskError):
    """No access token for a mail server; says why, never the token."""


class ConnectorError(HelpdeskError):
    """The court's own reset program failed; ``retryable`` only when it surely changed nothing."""

    def __init__(self, reason: str, *, retryable: bool = False) -> None:
        super().__init__(reason)
        self.retryable = retryable
