"""The nouns of the helpdesk: frozen values that travel from the mailbox to the clerk.

This package is the glossary. Every other module speaks these words; none adds behaviour to them.
All times are aware and in UTC. Absence is ``None``; ambiguity is a tuple with several members.
"""

from helpdesk.vocabulary.casework import (
    SYSTEM,
    Arrival,
    Doubt,
    Letter,
    OutboxKind,
    OutboxState,
    OutgoingMail,
    ResetState,
    Role,
    RosterState,
    StaffMember,
    TicketState,
)
from helpdesk.vocabulary.claims import Claim, Entry, Missing, Severity, Signal, SignalName, Stated, Understanding
from helpdesk.vocabulary.deciding import Decision, FilerRequest, Reason
from helpdesk.vocabulary.mail import (
    Address,
    Attachment,
    Authentication,
    MachineKind,
    MachineMail,
    Message,
    Place,
    ReturnedMail,
    Section,
    SectionKind,
    Span,
    Verdict,
)
from helpdesk.vocabulary.matching import Candidate, Channel, ChannelKind, Evidence, Field, Level, Ranking
from helpdesk.vocabulary.roll import Filer, FilerStatus
from helpdesk.vocabulary.routing import Category, Delivery, Route

__all__ = [
    "SYSTEM",
    "Address",
    "Arrival",
    "Attachment",
    "Authentication",
    "Candidate",
    "Category",
    "Channel",
    "ChannelKind",
    "Claim",
    "Decision",
    "Delivery",
    "Doubt",
    "Entry",
    "Evidence",
    "Field",
    "Filer",
    "FilerRequest",
    "FilerStatus",
    "Letter",
    "Level",
    "MachineKind",
    "MachineMail",
    "Message",
    "Missing",
    "OutboxKind",
    "OutboxState",
    "OutgoingMail",
    "Place",
    "Ranking",
    "Reason",
    "ResetState",
    "ReturnedMail",
    "Role",
    "RosterState",
    "Route",
    "Section",
    "SectionKind",
    "Severity",
    "Signal",
    "SignalName",
    "Span",
    "StaffMember",
    "Stated",
    "TicketState",
    "Understanding",
    "Verdict",
]
