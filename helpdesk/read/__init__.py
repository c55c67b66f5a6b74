"""Reading: the bytes of a mail become a Message. Pure, bounded, and it never trusts what it reads."""

from helpdesk.read.limits import Limits
from helpdesk.read.message import read_message

__all__ = ["Limits", "read_message"]
