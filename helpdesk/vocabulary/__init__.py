"""The nouns of the helpdesk: frozen values that travel from the mailbox to the clerk.

This package is the glossary. Every other module speaks these words; none adds behaviour to them.
All times are aware and in UTC. Absence is ``None``; ambiguity is a tuple with several members.
"""

from helpdesk.vocabulary.casework import OutboxKind, OutboxState, ResetState, Role, TicketState
from helpdesk.vocabulary.claims import Claim, Missing, Severity, Signal, SignalName, Stated, Understanding
from helpdesk.vocabulary.deciding import Decision, FilerRequest, Reason
from helpdesk.vocabulary.mail import (
    Address,
    Attachment,
    Authentication,
    MachineKind,
    MachineMail,
    Message,
    Place,
    Section,
    SectionKind,
    Span,
    Verdict,
)
from helpdesk.vocabulary.matching import Candidate, Evidence, Field, Level, Ranking
from helpdesk.vocabulary.roll import Filer, FilerStatus
from helpdesk.vocabulary.routing import Category, Delivery, Route

__all__ = [
    "Address",
    "Attachment",
    "Authentication",
    "Candidate",
    "Category",
    "Claim",
    "Decision",
    "Delivery",
    "Evidence",
    "Field",
    "Filer",
    "FilerRequest",
    "FilerStatus",
    "Level",
    "MachineKind",
    "MachineMail",
    "Message",
    "Missing",
    "OutboxKind",
    "OutboxState",
    "Place",
    "Ranking",
    "Reason",
    "ResetState",
    "Role",
    "Route",
    "Section",
    "SectionKind",
    "Severity",
    "Signal",
    "SignalName",
    "Span",
    "Stated",
    "TicketState",
    "Understanding",
    "Verdict",
]
