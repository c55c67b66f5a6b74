"""Whether somebody speaks for themselves in a mail that carries a machine's marks, or is worded like a machine's."""

from __future__ import annotations

import re

from helpdesk.read.machines.absence import says_absent, without_offers
from helpdesk.read.seldom import Seldom

_READ = 1_500  # characters
_NOBODYS = re.compile(
    r"\btoday.s topics\b|\bdigest\b|\b(?:receiv\w+|get|got) this notification\b"
    r"|\b(?:messages?|e-?mails?) (?:\S+ ){0,4}(?:were|was|have been|has been|are) (?:held|quarantined)\b",
    re.I,
)
# What goes to many carries this in its own words.
_TO_MANY = re.compile(
    r"\bunsubscribe\b(?! from (?:this|the) (?:conversation|thread|group|matter))|\bopt[- ]out\b"
    r"|\bview (?:this|it)\b.{0,20}\bbrowser\b|\b(?:e-?mail|subscription) preferences\b"
    r"|\byou (?:receive|are receiving|received) this\b|\bdarse de baja\b",
    re.I,
)
# What the programs of a group or a discussion list write below what its members write.
_GROUPS = Seldom(
    r"\byou(?:.re| are)? ?(?:receiv(?:e|ed|ing)) (?:this|all) (?:message|e-?mail)s? (?:because you(?:.re| are) "
    r"(?:subscribed to|(?:a )?members? of)|sent to) [^\n]{0,60}\b(?:group|list)\b[^\n]*",
    r"\bto unsubscribe (?:from (?:this|the) [^\n]{0,40}\b(?:group|list)\b|send an e-?mail to)[^\n]*",
    r"\bto unsubscribe, e-?mail: [^\n]*",
    r"\b(?:leave group|your subscription) ?\|[^\n]*",
    r"\bunsubscribe: https?://groups\.[^\n]*",
)
_SHORT = 600  # characters: a letter, not a newsletter
# What names one filer does not go to many.
_BAR_NUMBER = re.compile(
    r"\b(?:sbn|csbn?|bar)\b[\s.:#(*|-]{0,6}(?:(?:id|no|num|number|card|member)\b[\s.:#(*|-]{0,6})?(?:is )?#?"
    r"\d{2,3},?\d{3}\b",
    re.I,
)
_WRAPPED = re.compile(r"(?<=[\w,;])\n(?=[a-z])")
_THING = (
    r"(?:re-?set\w*|pass ?words?|pw|log-?ins?|user ?(?:name|id)s?|account|cm ?/? ?ecf|ecf|nefs?|e-?filing|pacer"
    r"|contrase[nñ]a|clave)"
)
_THINGS = re.compile(rf"\b{_THING}\b", re.I)
# In the same sentence: who lacks or bids what.
_SPEAKS = re.compile(
    rf"\b(?:i|we|she|he|they|attorney|client|partner)(?:.m|.ve| \w+){{0,2}} (?:needs?|wants?|would like|requests?|ask"
    rf"|forg[eo]t(?:ten)?|lost|can ?n[o.]t|couldn.t|could not|unable|locked|do not|don.t|no|never|got|get|gets|keep"
    rf"|tried|trying)\b[^.!?\n]{{0,120}}\b{_THING}\b"
    rf"|\b(?:please|kindly|pls|can you|could you|would you|favor(?: de)?)(?: \w+){{0,2}} (?:re-?set\w*|help|assist"
    rf"|send (?:me|us|a|an|it|my|the|another|new)|issue|unlock|advise|tell|re-?send|restore|fix|give|provide"
    rf"|change|update|restablecer|reiniciar|enviar\w*|mandar\w*)\b"
    rf"|\b(?:requesting|request for|request)\b[^.!?\n]{{0,60}}\b{_THING}\b"
    rf"|\b(?:how|where|what) (?:do|can|should|must|may) (?:i|we)\b|\b(?:my|our|mi) (?:\S+ ){{0,2}}{_THING}\b"
    rf"|\b(?:forgot(?:ten)?|lost|misplaced) (?:the|my|our|her|his|their) {_THING}\b"
    rf"|\bneeds (?:her|his|their|a|an|the|to) [^.!?\n]{{0,40}}\b{_THING}\b"
    rf"|\b(?<!your ){_THING}\b[^.!?\n]{{0,30}}\b(?:is|was|got|has been) (?:lost|locked|expired|rejected|forgotten)\b"
    rf"|\b{_THING}\W{{1,3}}(?:please|pls|needed|required|request(?:ed)?|for me|for us|por favor)\b"
    rf"|\b(?:necesito|necesitamos|olvid[eé]|perd[ií]|no puedo)\b[^.!?\n]{{0,80}}\b{_THING}\b",
    re.I,
)


def speaks_for_itself(subject: str, own_words: str) -> bool:
    """Whether somebody asks for something about a login or filing, beyond what an absence note offers."""
    own_words = _GROUPS.without(own_words)
    written = f"{subject}\n{_WRAPPED.sub(' ', own_words[:_READ])}"
    names_one = len(own_words) < _SHORT and _BAR_NUMBER.search(written) is not None
    if _NOBODYS.search(own_words) or (_TO_MANY.search(own_words) and not names_one):
        return False
    said = without_offers(written).splitlines()
    present = [sentence for sentence in said if not says_absent(sentence)]
    if names_one and len(present) == len(said) and any(_THINGS.search(sentence) for sentence in said):
        return True
    return any(_SPEAKS.search(sentence) for sentence in present)
