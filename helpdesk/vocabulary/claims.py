"""What a mail says, and what a clerk must know about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from helpdesk.vocabulary.casework import Arrival
from helpdesk.vocabulary.mail import Span
from helpdesk.vocabulary.routing import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One thing the sender says, and where. ``value`` is tidied, ``written`` is exactly what stands there."""

    value: str
    written: str
    span: Span | None  # None for values entered by staff, and for those of an earlier mail of the conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a message says about one filer. Never trusted; each part may be absent.

    name: "First [Middle] Last[, Suffix]" as written, without Esq. or honorifics.
    bar_id: the characters of the number only, leading zeros as written ("023456").
    bar_state: two-letter jurisdiction where one is stated, else None.
    claimed_email: in lower case; the filer's address as stated, or the sender's own address where
        none is stated and the filer is plainly the sender.
    """

    name: Stated | None = None
    bar_id: Stated | None = None
    bar_state: str | None = None
    claimed_email: Stated | None = None
    says_no_bar_id: bool = False  # "I have no California bar number", pro se, government
    filer_is_sender: bool = False  # first person, or the signature is this filer's


class Severity(StrEnum):
    """How much weight a signal carries for a clerk."""

    NOTE = "note"  # good to know
    WARNING = "warning"  # bars the ready route


class SignalName(StrEnum):
    """Something about a message or record that a clerk must know before approving."""

    SENDER_NOT_ON_RECORD = "sender_not_on_record"
    LOOKALIKE_NAME = "lookalike_name"  # letters of other scripts pose as the record's
    LOOKALIKE_ADDRESS = "lookalike_address"  # mixed scripts, a domain one edit from the record's
    REPLY_TO_ELSEWHERE = "reply_to_elsewhere"
    AUTHENTICATION_FAILED = "authentication_failed"
    SENDER_UNCLEAR = "sender_unclear"  # no or several From addresses
    HIDDEN_TEXT = "hidden_text"
    ADDRESSES_THE_SYSTEM = "addresses_the_system"  # "approved by the clerk", "ignore the rules"
    POSES_AS_COURT = "poses_as_court"
    PRIMARY_CHANGED_RECENTLY = "primary_changed_recently"
    PRIMARY_UNREACHABLE = "primary_unreachable"  # mail to it came back
    OTHER_REQUESTS = "other_requests"  # for this filer from other senders
    OVER_LIMIT = "over_limit"  # more requests than is usual: for a filer, from a sender, from a domain, or in all
    PASTED_PASSWORD = "pasted_password"
    SEND_ELSEWHERE = "send_elsewhere"  # asks to send the reset or password somewhere else
    SECRET_ASKED = "secret_asked"  # asks what address or data is on file
    OTHER_BAR_ID = "other_bar_id"  # a Bar ID in the own words that belongs to no request that was found
    MESSAGE_ID_REUSED = "message_id_reused"
    ANSWERS_ANOTHER = "answers_another"  # a letter of a ticket in which the sender takes no part
    ADDRESS_IN_DOUBT = "address_in_doubt"  # speaks of a dead or new mailbox, or names another address
    NOT_PLAINLY_ASKED = "not_plainly_asked"  # "if I lose it", "do not reset", "it was not me who asked"
    SEVERAL_MEANT = "several_meant"  # speaks of more filers than were found
    WHO_UNCLEAR = "who_unclear"  # asks for "my password", but states somebody else's particulars
    SAYS_LINKED = "says_linked"  # the account is said to be linked to PACER already
    PICTURE_ONLY = "picture_only"  # nothing in words; what is wanted may stand in an attached picture
    PASSED_ON = "passed_on"  # the particulars stand in another person's mail, passed on
    NOT_ALL_READ = "not_all_read"  # holds words that are not read: too long, or in a part beside the text
    DECEPTIVE = "deceptive"  # built so that a reader takes it for something else
    VERSIONS_DIFFER = "versions_differ"  # its plain text says what its HTML does not, or the other way round
    DISTRUSTED = "distrusted"  # a mail gateway marked it as spam or fraud
    SAYS_MORE = "says_more"  # holds more than a plain request and its particulars; only a note, a person reads it
    HEAVY_REMARK = "heavy_remark"  # says something that reads like what clerks look at first
    MACHINE_MARKS = "machine_marks"  # marked as a machine's mail, so not answered; but a person seems to ask in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One signal with its reason in a clerk's words."""

    name: SignalName
    severity: Severity
    reason: str
    span: Span | None = None


class Missing(StrEnum):
    """What the court asks for and the message does not say."""

    NAME = "name"
    BAR_ID = "bar_id"
    SYSTEM = "system"  # whether the password of CM/ECF or of PACER is meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """A message, understood without looking at the roll: the only thing an automatic reply may rest on."""

    category: Category
    wants: tuple[Category, ...]  # everything it wants, the category first
    why: str  # one sentence: which words decided
    urgent: bool = False
    claims: tuple[Claim, ...] = ()  # one per filer whose reset or login name is asked for
    missing: tuple[Missing, ...] = ()  # of a single claim, or of every claim
    particulars: tuple[Claim, ...] = ()  # what a follow-up says of a filer; it may answer a question of ours
    signals: tuple[Signal, ...] = ()  # those that the message alone shows
    passwords: tuple[Span, ...] = ()  # where passwords were pasted: to be covered wherever the text is shown
    court: str | None = None  # key in rules/courts.toml, for OTHER_COURT
    thanks_only: bool = False  # nothing is asked: must not reopen a ticket
    is_understood: bool = True  # False: its words are unknown here, perhaps another language; people read it first
    language: str = "en"  # "en" or "es": the language to answer in


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One filer's request that waits for an answer of its sender: what was said so far."""

    category: Category
    wants: tuple[Category, ...]
    claim: Claim
    missing: tuple[Missing, ...]
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A request that did not come by mail, as a member of staff took it down. Empty where nothing was said."""

    arrival: Arrival
    category: Category
    name: str = ""  # the filer's
    bar_id: str = ""
    bar_state: str = ""
    says_no_bar_id: bool = False
    claimed_email: str = ""
    asked_by: str = ""  # who spoke, where that was not the filer
    said: str = ""
    urgent: bool = False
