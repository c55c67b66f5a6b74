"""What a mail is about, and where it goes."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """What a message wants. A reset together with something else is PASSWORD_RESET."""

    PASSWORD_RESET = "password_reset"
    FORGOT_LOGIN = "forgot_login"
    EMAIL_CHANGE = "email_change"
    PACER_ACCOUNT = "pacer_account"  # an account at PACER: create, upgrade, billing, its password
    PACER_LINK = "pacer_link"  # joining a PACER account to the CM/ECF account
    OTHER_COURT = "other_court"  # another court's CM/ECF
    NEF_DELIVERY = "nef_delivery"  # notices of electronic filing do not arrive
    FILING_QUESTION = "filing_question"
    REGISTRATION = "registration"  # admission, pro hac vice, a first account
    GENERAL = "general"
    FOLLOW_UP = "follow_up"  # a chaser or thanks in a known conversation
    AUTOMATIC = "automatic"  # sent by a machine
    SPAM = "spam"


# What is about a filer's account: name and Bar ID are looked for, and a reset or the login name may come of it.
RESETS = (Category.PASSWORD_RESET, Category.FORGOT_LOGIN)


class Route(StrEnum):
    """Where a message goes next."""

    READY = "ready"  # certain from what is stated; one key approves
    REVIEW = "review"  # a reset where a human must look
    ASK = "ask"  # something is missing from the message itself
    ANSWER = "answer"  # no reset is asked; a standard answer or hand-over exists
    IGNORE = "ignore"  # no reply may ever go out


class Delivery(StrEnum):
    """What became of one message in the mailbox. Every message ends in one of the last four."""

    STORED = "stored"  # its bytes are committed, nothing else happened yet
    TICKETED = "ticketed"
    ATTACHED = "attached"  # joined to an existing ticket
    IGNORED = "ignored"  # machine mail or a copy; recorded, never answered
    QUARANTINED = "quarantined"  # could not be read within its limits; bytes kept for staff
