"""Understanding: what a message wants and says, from the message alone. Pure; the roll is not known here."""

from helpdesk.understand.answers import completed
from helpdesk.understand.entered import take_down
from helpdesk.understand.understanding import understand, understand_all

__all__ = ["completed", "take_down", "understand", "understand_all"]
