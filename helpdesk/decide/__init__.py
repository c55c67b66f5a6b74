"""Deciding: where a message goes and why. The reply rests on the message alone, never on the roll."""

from helpdesk.decide.conditions import RecordContext
from helpdesk.decide.decision import decide

__all__ = ["RecordContext", "decide"]
