"""The vocabulary in the words of the pages. A member without its word fails a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from helpdesk.store.cases.selection import Selection, Sort
from helpdesk.vocabulary import (
    Arrival,
    Category,
    ChannelKind,
    Delivery,
    Doubt,
    Field,
    FilerStatus,
    Level,
    Limit,
    Missing,
    OutboxKind,
    OutboxState,
    ResetState,
    Role,
    Route,
    SectionKind,
    Sensitive,
    Severity,
    SignalName,
    StaffMember,
    TicketState,
    Verdict,
)

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    TicketState: {
        TicketState.NEW: "New",
        TicketState.READY: "Ready",
        TicketState.REVIEW: "Review",
        TicketState.WAITING: "Waiting for the requester",
        TicketState.ANSWERED: "Answered",
        TicketState.APPROVED: "Waiting for a second approval",
        TicketState.HELD: "Approved, can be undone",
        TicketState.QUEUED: "Reset on its way",
        TicketState.SENT: "Reset sent",
        TicketState.CLOSED: "Closed",
        TicketState.DECLINED: "Declined",
        TicketState.SPAM: "Spam",
        TicketState.MERGED: "Merged",
        TicketState.SNOOZED: "Snoozed",
    },
    Arrival: {
        Arrival.MAIL: "By e-mail",
        Arrival.PHONE: "By telephone",
        Arrival.WALK_IN: "At the counter",
        Arrival.LETTER: "By letter or fax",
    },
    Category: {
        Category.PASSWORD_RESET: "Password reset",
        Category.FORGOT_LOGIN: "Forgotten login",
        Category.EMAIL_CHANGE: "E-mail change",
        Category.PACER_ACCOUNT: "PACER account",
        Category.PACER_LINK: "PACER linking",
        Category.OTHER_COURT: "Other court",
        Category.NEF_DELIVERY: "Notices not arriving",
        Category.FILING_QUESTION: "Filing question",
        Category.REGISTRATION: "Registration",
        Category.GENERAL: "General",
        Category.FOLLOW_UP: "Follow-up",
        Category.AUTOMATIC: "Automatic mail",
        Category.SPAM: "Spam",
    },
    Route: {
        Route.READY: "Ready",
        Route.REVIEW: "Review",
        Route.ASK: "Ask",
        Route.ANSWER: "Answer",
        Route.IGNORE: "Ignore",
    },
    Field: {Field.NAME: "Name", Field.BAR_ID: "Bar ID", Field.EMAIL: "E-mail"},
    Level: {
        Level.EXACT: "exact",
        Level.PRIMARY: "primary",
        Level.SECONDARY: "secondary",
        Level.CLOSE: "close",
        Level.PARTIAL: "in part",
        Level.DOMAIN: "same firm",
        Level.DIFFERENT: "different",
        Level.ABSENT: "not stated",
    },
    Missing: {Missing.NAME: "Name", Missing.BAR_ID: "Bar ID", Missing.SYSTEM: "Which password"},
    Severity: {Severity.NOTE: "Note", Severity.WARNING: "Warning"},
    SignalName: {
        SignalName.SENDER_NOT_ON_RECORD: "Sender is not on the record",
        SignalName.LOOKALIKE_NAME: "Look-alike name",
        SignalName.LOOKALIKE_ADDRESS: "Look-alike address",
        SignalName.REPLY_TO_ELSEWHERE: "Replies go elsewhere",
        SignalName.AUTHENTICATION_FAILED: "Sender not authentic",
        SignalName.SENDER_UNCLEAR: "Sender unclear",
        SignalName.HIDDEN_TEXT: "Hidden text",
        SignalName.ADDRESSES_THE_SYSTEM: "Tries to direct the system",
        SignalName.POSES_AS_COURT: "Poses as the court",
        SignalName.PRIMARY_CHANGED_RECENTLY: "Record changed recently",
        SignalName.PRIMARY_UNREACHABLE: "Mail to the primary address came back",
        SignalName.OTHER_REQUESTS: "Other requests for this filer",
        SignalName.OVER_LIMIT: "More requests than usual",
        SignalName.PASTED_PASSWORD: "Contains a password",
        SignalName.SEND_ELSEWHERE: "Wants it sent elsewhere",
        SignalName.SECRET_ASKED: "Asks what is on file",
        SignalName.MESSAGE_ID_REUSED: "Message-ID used before",
        SignalName.ANSWERS_ANOTHER: "Answers another's ticket",
        SignalName.OTHER_BAR_ID: "Another Bar ID in the mail",
        SignalName.SAYS_MORE: "Says more than the request",
        SignalName.ADDRESS_IN_DOUBT: "Mailbox in doubt",
        SignalName.NOT_PLAINLY_ASKED: "Perhaps no reset is wanted",
        SignalName.SEVERAL_MEANT: "Perhaps several filers",
        SignalName.WHO_UNCLEAR: "Unclear who is meant",
        SignalName.SAYS_LINKED: "Says it is linked to PACER",
        SignalName.PICTURE_ONLY: "Only a picture",
        SignalName.PASSED_ON: "Particulars from a mail passed on",
        SignalName.NOT_ALL_READ: "Not read whole",
        SignalName.DECEPTIVE: "Built to deceive",
        SignalName.VERSIONS_DIFFER: "Its versions differ",
        SignalName.DISTRUSTED: "Marked as spam or fraud",
        SignalName.HEAVY_REMARK: "Says something to look at",
        SignalName.MACHINE_MARKS: "Marked as a machine's mail",
    },
    SectionKind: {
        SectionKind.OWN: "Written this time",
        SectionKind.SIGNATURE: "Signature",
        SectionKind.QUOTE: "Earlier mail, quoted",
        SectionKind.FORWARDED: "Forwarded mail",
        SectionKind.NOTICE: "Court notice",
        SectionKind.DISCLAIMER: "Disclaimer",
    },
    FilerStatus: {
        FilerStatus.ACTIVE: "Active",
        FilerStatus.INACTIVE: "Inactive",
        FilerStatus.SUSPENDED: "Suspended",
        FilerStatus.RETIRED: "Retired",
        FilerStatus.DISBARRED: "Disbarred",
        FilerStatus.DECEASED: "Deceased",
    },
    ChannelKind: {
        ChannelKind.PRIMARY: "the stored primary address",
        ChannelKind.SECONDARY: "a secondary address of the record",
        ChannelKind.FIRM: "another address of the filer's firm",
        ChannelKind.NONE: "an address that is not on the record",
    },
    Verdict: {
        Verdict.PASS: "authenticated",
        Verdict.FAIL: "authentication failed",
        Verdict.NONE: "domain publishes no authentication",
        Verdict.UNVERIFIED: "not verified",
    },
    OutboxKind: {OutboxKind.REPLY: "Reply", OutboxKind.RESET: "Reset", OutboxKind.NOTICE: "Notice"},
    OutboxState: {
        OutboxState.QUEUED: "queued",
        OutboxState.SENDING: "being sent",
        OutboxState.SENT: "sent",
        OutboxState.DEFERRED: "will be tried again",
        OutboxState.FAILED: "failed",
        OutboxState.UNCERTAIN: "may have been delivered",
        OutboxState.CANCELLED: "cancelled",
    },
    ResetState: {
        ResetState.PROPOSED: "waiting for a second approval",
        ResetState.OPEN: "approved",
        ResetState.SENT: "sent to the primary address",
        ResetState.TO_DO: "to do in CM/ECF",
        ResetState.DONE: "done in CM/ECF",
        ResetState.CANCELLED: "undone",
        ResetState.RETURNED: "returned to staff",
    },
    Doubt: {
        Doubt.ALWAYS: "This court wants two people for every reset",
        Doubt.CHANGED_RECENTLY: "The primary address changed recently, or the name, Bar ID or login beside it",
        Doubt.EMAIL_DIFFERS: "The message states another address than the primary one",
        Doubt.UNKNOWN_SENDER: "The sender is unknown, and something else is odd too",
        Doubt.OTHER_REQUESTS: "Several senders asked for this filer",
        Doubt.CHOSEN_BY_HAND: "The record was chosen by hand",
        Doubt.CREATED_BY_APPROVER: "Who approves also entered the request",
        Doubt.OVER_LIMIT: "There are more requests or approvals than usual",
    },
    Sensitive: {
        Sensitive.APPROVE: "Approve a reset",
        Sensitive.APPROVE_CONFIRMED: "Approve a reset that takes a second look",
        Sensitive.APPROVE_SEVERAL: "Approve several resets",
        Sensitive.AGREE: "Agree to a reset as the second person",
        Sensitive.ROSTER: "Apply a roster",
        Sensitive.STAFF: "Staff accounts",
    },
    Limit: {
        Limit.FILER_DAY: "Requests for one filer",
        Limit.SENDER_DAY: "Filers one sender asks for",
        Limit.DOMAIN_HOUR: "Requests from one domain",
        Limit.ALL_HOUR: "All requests",
        Limit.APPROVALS_HOUR: "Approvals of one person",
    },
    Delivery: {
        Delivery.STORED: "waiting to be read",
        Delivery.TICKETED: "became a ticket",
        Delivery.ATTACHED: "joined a ticket",
        Delivery.IGNORED: "ignored",
        Delivery.QUARANTINED: "quarantined",
    },
    Sort: {
        Sort.URGENT: "Urgent first, then longest waiting",
        Sort.OLDEST: "Oldest first",
        Sort.NEWEST: "Newest first",
        Sort.WAKING: "Next to wake first",
    },
    Role: {Role.CLERK: "Clerk", Role.SUPERVISOR: "Supervisor", Role.ADMIN: "Administrator"},
}

VIEW_NAMES: Mapping[str, str] = {
    "ready": "Ready",
    "review": "Review",
    "second": "Second approval",
    "waiting": "Waiting",
    "snoozed": "Snoozed",
    "mine": "Mine",
    "unassigned": "Unassigned",
    "sent": "Sent",
    "answered": "Answered",
    "spam": "Spam",
    "todo": "To do",
    "quarantine": "Quarantine",
    "failed": "Failed mail",
    "mentions": "Mentions",
    "closed": "Closed",
}

# What a ticket's state means for whoever opens it, where no approval or reset says more.
STANDING: Mapping[TicketState, str] = {
    TicketState.NEW: "This ticket is being opened.",
    TicketState.READY: "Choose the filer first, then approve.",
    TicketState.REVIEW: "Choose the filer, answer, or decline.",
    TicketState.WAITING: "The requester was asked. The ticket comes back by itself when they answer.",
    TicketState.ANSWERED: "A standard answer went out. Nothing is left to do.",
    TicketState.APPROVED: "A second person must agree before anything is sent.",
    TicketState.HELD: "The reset goes out in a moment, only to the stored primary address.",
    TicketState.QUEUED: "The reset is on its way, only to the stored primary address.",
    TicketState.SENT: "The reset was sent, only to the stored primary address. Nothing is left to do.",
    TicketState.CLOSED: "This ticket is closed. Nothing goes out unless you reopen it.",
    TicketState.DECLINED: "The request was declined. Nothing goes out unless you reopen it.",
    TicketState.SPAM: "This is marked as spam. Nothing goes out unless you reopen it.",
    TicketState.MERGED: "This ticket is part of another one.",
    TicketState.SNOOZED: "This ticket sleeps until its time comes.",
}

REPLY_NAMES: Mapping[str, str] = {
    "acknowledge": "Reset: acknowledgement",
    "acknowledge_several": "Reset: several filers",
    "ask": "Ask for what is missing",
    "address_change": "E-mail address change",
    "deadlock": "Mailbox gone: please call",
    "pacer_account": "PACER account",
    "shared_account": "Shared PACER account",
    "pacer_link": "Linking PACER and CM/ECF",
    "linking_error": "Linking does not work",
    "other_court": "Another court",
    "notices": "Notices do not arrive",
    "filing_question": "Filing question",
    "registration": "Registration and admission",
    "general": "General question",
}


def word(member: StrEnum) -> str:
    """A member of the vocabulary in the words of the pages."""
    return WORDS[type(member)][member]


def view_name(view: str) -> str:
    """The name of a queue view; of a narrowed list, the name of its view."""
    view = view.partition(",")[0]
    return VIEW_NAMES.get(view, view.replace("_", " ").capitalize())


def list_name(chosen: Selection, colleagues: Iterable[StaffMember]) -> str:
    """A list in words: "Review: PACER linking, urgent, with Pat"."""
    parts = [word(chosen.category)] if chosen.category else []
    if chosen.urgent:
        parts.append("urgent")
    if chosen.person is not None:
        parts.append("with " + next((c.name for c in colleagues if c.id == chosen.person), "nobody"))
    return view_name(chosen.view) + (": " + ", ".join(parts) if parts else "")


def reply_name(reply: str) -> str:
    """The name of a reply template."""
    return REPLY_NAMES.get(reply, reply.replace("_", " ").capitalize())


def because(why: str) -> str:
    """Why a message is understood as it is; the category that leads the sentence in the words of the pages."""
    for category in Category:
        if why.startswith(f"{category.value}:"):
            return word(category) + why.removeprefix(category.value)
    return why
