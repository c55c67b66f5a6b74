"""The tables. What must never happen is refused by constraints and triggers here, not only by the use cases."""

from helpdesk.store.models.casework import Decision, Draft, Mention, Note, Ticket
from helpdesk.store.models.counted import Alert, AskedRow, Breaker, ReplyTurn
from helpdesk.store.models.mail import LedgerEntry, Mailbox, RawMail, ReadMail
from helpdesk.store.models.record import AuditHead, Event, Heartbeat, Lease, Restoration
from helpdesk.store.models.resets import DomainPace, OutboxRow, Reset, ResetLink
from helpdesk.store.models.returned import Returned
from helpdesk.store.models.roll import FilerRow, FormerRecord, PrimaryChange, RosterImport, StagedRoster
from helpdesk.store.models.staff import SavedView, SignInAttempt, Staff, StaffSession

__all__ = [
    "Alert",
    "AskedRow",
    "AuditHead",
    "Breaker",
    "Decision",
    "DomainPace",
    "Draft",
    "Event",
    "FilerRow",
    "FormerRecord",
    "Heartbeat",
    "Lease",
    "LedgerEntry",
    "Mailbox",
    "Mention",
    "Note",
    "OutboxRow",
    "PrimaryChange",
    "RawMail",
    "ReadMail",
    "ReplyTurn",
    "Reset",
    "ResetLink",
    "Restoration",
    "Returned",
    "RosterImport",
    "SavedView",
    "SignInAttempt",
    "Staff",
    "StaffSession",
    "StagedRoster",
    "Ticket",
]
