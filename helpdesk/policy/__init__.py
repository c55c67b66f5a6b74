"""What a court's policy can say, and which values are refused: a module for each file of ``rules/``, or two."""

from helpdesk.policy.approvals import Approvals, RosterGuard, SecondRule
from helpdesk.policy.calendar import Calendar
from helpdesk.policy.court import Court, Courts
from helpdesk.policy.mail import Keep, MailLimits
from helpdesk.policy.matching import Matching
from helpdesk.policy.reading import Categories, Doubts, Extraction, Wording
from helpdesk.policy.remarks import Remarks
from helpdesk.policy.replies import Replies
from helpdesk.policy.triage import Condition, Triage, TriageRule

__all__ = [
    "Approvals",
    "Calendar",
    "Categories",
    "Condition",
    "Court",
    "Courts",
    "Doubts",
    "Extraction",
    "Keep",
    "MailLimits",
    "Matching",
    "Remarks",
    "Replies",
    "RosterGuard",
    "SecondRule",
    "Triage",
    "TriageRule",
    "Wording",
]
