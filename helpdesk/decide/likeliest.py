"""Which record, if any, a request may be taken to mean before a person has looked."""

from __future__ import annotations

from helpdesk.vocabulary import Candidate, FilerRequest

_TIE = 2.0  # a second record that is at least half as likely is no less meant


def likeliest(request: FilerRequest) -> Candidate | None:
    """The candidate that is likelier meant than nobody on the roll, and clearly likelier than any other.

    None where two records tie: nothing is chosen then, so that nobody approves the first of a list (case 9).
    """
    top, *others = request.ranking.candidates or (None,)
    if top is None or top.probability <= request.ranking.not_on_roll:
        return None
    tied = bool(others) and others[0] is not None and others[0].probability * _TIE >= top.probability
    return None if tied else top
