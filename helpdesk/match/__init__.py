"""Which filer does a claim mean? Claim and roll in, ranked candidates with evidence out.

A match is never an authorisation: whoever knows a filer's name and Bar ID can name them.
"""

from helpdesk.match.channel import channel
from helpdesk.match.identity import ClaimedIdentity, identity_of
from helpdesk.match.ranking.rank import rank
from helpdesk.match.roll.memory import Roll

__all__ = ["ClaimedIdentity", "Roll", "channel", "identity_of", "rank"]
