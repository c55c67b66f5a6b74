"""In what mood a reset is spoken of: as a wish, or on a condition, some day, by somebody else.

"If it fails I would need a reset", "should you get a request in my name": such a mail names the reset and states
every particular, and asks for nothing. So each mention is looked at with what stands around it, and one that is plain
is enough.
"""

from __future__ import annotations

from itertools import islice

from helpdesk.policy.reading import Doubts, Mood, Whose
from helpdesk.understand.caution.aloud import running_text
from helpdesk.understand.caution.doubts import warning, whose_wishes
from helpdesk.understand.caution.quotations import specimens
from helpdesk.understand.text.sentences import sentence_span
from helpdesk.understand.text.sight import Sight
from helpdesk.understand.text.view import blanked
from helpdesk.vocabulary import Claim, Signal, SignalName

_MOST = 20  # mentions that are looked at; whoever speaks of a reset so often has more to say
_AROUND = 160  # characters before and behind a mention in which its mood shows, within its sentence
_SHOWN = 120  # characters of the sentence that is shown


def hedged_wish(sight: Sight, claims: tuple[Claim, ...], doubts: Doubts) -> Signal | None:
    """A warning where every mention of a reset is hedged; None where one is plain, or none is there."""
    view = running_text(sight.text)
    own = Whose.OWN in whose_wishes(claims)
    quoted = specimens(view.plain)
    first: tuple[int, int] | None = None
    wishes = blanked(view.plain, (tool.span() for tool in doubts.mood.tools.finditer(view.plain)))
    for mention in islice(doubts.mood.mentions.finditer(wishes), _MOST):
        sentence = sentence_span(view.plain, mention.start(), mention.end())
        in_quotation = any(start < mention.start() < end for start, end in quoted)
        if not in_quotation and not _is_hedged(view.plain, mention.span(), sentence, doubts.mood, own=own):
            return None
        first = first or sentence
    if first is None:
        return None
    words = " ".join(view.original[slice(*first)].split())[:_SHOWN]
    reason = f'A reset is asked for on a condition, later, by somebody else, or quoted: "{words}"'
    return warning(SignalName.NOT_PLAINLY_ASKED, reason, view.span(*first))


def _is_hedged(text: str, mention: tuple[int, int], sentence: tuple[int, int], mood: Mood, *, own: bool) -> bool:
    start = max(sentence[0], mention[0] - _AROUND)
    around = text[start : min(sentence[1] + 1, mention[1] + _AROUND)]  # with its question mark
    words = blanked(around, (polite.span() for polite in mood.polite.finditer(around)))
    if mood.conditions.search(words):
        return True
    if mood.asks.search(text[start : mention[0]]):
        return False
    return bool(mood.hedges.search(words) or (own and mood.others_wish.search(words)))
