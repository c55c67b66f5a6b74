"""The staff's side: roles, tickets, resets and what leaves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff may do; each includes the one before."""

    CLERK = "clerk"  # works the queue
    SUPERVISOR = "supervisor"  # reviews metrics, second approvals, roster imports
    ADMIN = "admin"  # staff accounts and settings

    def includes(self, other: Role) -> bool:
        """Whether this role may do what ``other`` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class TicketState(StrEnum):
    """Where a ticket stands."""

    NEW = "new"  # created, not yet decided (only inside one transaction)
    READY = "ready"
    REVIEW = "review"
    WAITING = "waiting"  # we asked the requester
    ANSWERED = "answered"  # a standard answer went out; nothing is left to do
    APPROVED = "approved"  # by one person; a second must still agree
    HELD = "held"  # approved, inside the undo window
    QUEUED = "queued"  # the reset is in the outbox
    SENT = "sent"  # the reset left for the primary address
    CLOSED = "closed"
    DECLINED = "declined"
    SPAM = "spam"
    MERGED = "merged"
    SNOOZED = "snoozed"


class Arrival(StrEnum):
    """How a request reached the helpdesk."""

    MAIL = "mail"
    PHONE = "phone"
    WALK_IN = "walk_in"  # at the counter
    LETTER = "letter"  # on paper, or by fax


class OutboxKind(StrEnum):
    """What an outgoing message is. Only REPLY rows hold an address."""

    REPLY = "reply"  # to the sender of a message; text depends on the message alone
    RESET = "reset"  # to the filer's primary address, looked up when it is sent
    NOTICE = "notice"  # "your reset is done", likewise to the primary address


class OutboxState(StrEnum):
    """Where an outgoing message stands."""

    QUEUED = "queued"
    SENDING = "sending"  # claimed by a worker
    SENT = "sent"
    DEFERRED = "deferred"  # a temporary failure; due again later with the same Message-ID
    FAILED = "failed"  # permanent; staff decide
    UNCERTAIN = "uncertain"  # the server may have taken it; staff decide
    CANCELLED = "cancelled"  # undone in time, or overtaken


class ResetState(StrEnum):
    """Where a reset stands."""

    PROPOSED = "proposed"  # one person approved, a second must agree; nothing is on its way
    OPEN = "open"  # approved by all who must; its outbox row has not left yet
    SENT = "sent"  # left for the primary address
    TO_DO = "to_do"  # worklist connector: a clerk must perform it in CM/ECF
    DONE = "done"  # performed
    CANCELLED = "cancelled"  # taken back before it left
    RETURNED = "returned"  # back to staff: not agreed, the record changed, or sending failed


class RosterState(StrEnum):
    """Where a roster stands that was held up for a second person."""

    STAGED = "staged"  # nothing of it is on the roll
    APPLIED = "applied"  # a second person looked and applied it
    DISCARDED = "discarded"
    OVERTAKEN = "overtaken"  # by a newer file, or by another import


class Limit(StrEnum):
    """What is counted, so that more of it than usual is noticed."""

    FILER_DAY = "filer_day"  # requests for one filer
    SENDER_DAY = "sender_day"  # filers that one sender asks for
    DOMAIN_HOUR = "domain_hour"  # requests from one domain
    ALL_HOUR = "all_hour"  # requests in all
    APPROVALS_HOUR = "approvals_hour"  # approvals of one member of staff


class Doubt(StrEnum):
    """What may make a reset need a second person; the rules say which of them do."""

    ALWAYS = "always"  # no doubt at all: for courts that want two people every time
    CHANGED_RECENTLY = "changed_recently"  # the primary address, or whose record it is, within the cool-down
    EMAIL_DIFFERS = "email_differs"  # the message states another address than the primary one
    UNKNOWN_SENDER = "unknown_sender"  # not on the record nor of its firm, and something else is odd too
    OTHER_REQUESTS = "other_requests"  # several senders asked for this filer
    CHOSEN_BY_HAND = "chosen_by_hand"  # a clerk named the record, not the matching
    CREATED_BY_APPROVER = "created_by_approver"  # who approves also entered the request (telephone, counter)
    OVER_LIMIT = "over_limit"  # more requests or approvals than the limits allow


class Sensitive(StrEnum):
    """What the rules may ask the password for once more."""

    APPROVE = "approve"  # a reset, each time
    APPROVE_CONFIRMED = "approve_confirmed"  # a reset that takes a second look
    APPROVE_SEVERAL = "approve_several"  # resets at one press
    AGREE = "agree"  # to what somebody else approved
    ROSTER = "roster"  # applying a roster that was held up
    STAFF = "staff"  # the accounts of staff


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Who acts. The service itself acts as ``SYSTEM``."""

    id: int
    login: str
    name: str
    role: Role


SYSTEM = StaffMember(id=0, login="system", name="the service", role=Role.CLERK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Text of an outgoing message, before it is addressed."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """One message to exactly one address, ready for the SMTP door."""

    outbox_id: int
    kind: OutboxKind
    to: str
    message_id: str  # with angle brackets; the same at every attempt
    subject: str
    body: str
    in_reply_to: str | None = None  # with angle brackets
    references: tuple[str, ...] = ()
