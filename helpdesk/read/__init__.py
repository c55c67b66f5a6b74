"""Reading: the bytes of a mail become a Message. Pure, bounded, and it never trusts what it reads."""

from helpdesk.read.contents.body import attachment_content, html_of
from helpdesk.read.contents.pictures import showable
from helpdesk.read.limits import DEFAULT_LIMITS, Limits
from helpdesk.read.machines.marks import LOOP_HEADER
from helpdesk.read.message import read_message

__all__ = [
    "DEFAULT_LIMITS",
    "LOOP_HEADER",
    "Limits",
    "attachment_content",
    "html_of",
    "read_message",
    "showable",
]
