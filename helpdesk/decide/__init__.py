"""Deciding: where a message goes and why, and who must agree to a reset. A reply rests on the message alone."""

from helpdesk.decide.approving import Circumstances, SecondNeeded, second_needed
from helpdesk.decide.conditions import RecordContext
from helpdesk.decide.decision import decide
from helpdesk.decide.likeliest import likeliest

__all__ = ["Circumstances", "RecordContext", "SecondNeeded", "decide", "likeliest", "second_needed"]
