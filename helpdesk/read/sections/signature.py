"""Where a sender's own words end and the block that closes their mail begins."""

from __future__ import annotations

import re

from helpdesk.read.sections.lines import Line
from helpdesk.vocabulary import SectionKind

_MOST_LINES = 20  # of a block under a delimiter or closing
_MOST_BELOW_DEVICE = 3
_LONGEST_LINE = 120

_DELIMITER = re.compile(r"(?:--|—|–|_{2,60}|-{3,20}|\*{3,40}|={3,40}) ?")
_SURE_DELIMITERS = frozenset(["--", "-- "])
_DEVICE = re.compile(
    r"(?:sent|posted|written|dictated|typed|enviado|gesendet|envoy[eé]|inviato|verzonden)(?: to you)? "
    r"(?:from|via|by|on|using|with|desde|von|de|da|dal|vanaf|depuis|por)\b.{0,80}"
    r"|(?:get|download|descarga(?:r)?|obt[eé]n(?:er)?) outlook (?:for|para)\b.{0,40}"
    r"|(?:please )?(?:excuse|pardon|forgive)(?: any| the| my)? (?:typos?|brevity|errors|mistakes)\b.{0,80}",
    re.I,
)
_THANKS = (
    r"(?:many |much |thousand )?(?:thanks|thank you|thx|thnx|ty|tia|gracias|much appreciated|appreciate it"
    r"|appreciated|i appreciate (?:it|your (?:help|time|assistance)))"
)
_MORE_THANKS = (
    r"(?:[ ,.!]+(?:so much|very much|a lot|again|kindly|in advance|and (?:best |kind |warm )?regards"
    r"|for (?:your|the|all)(?: \w+){1,6}|por (?:su|la)(?: \w+){1,4}|and stay (?:well|safe)|y saludos|thanks"
    r"|thank you|gracias|de antemano))*"
)
_GOODBYES = (
    r"(?:(?:with )?(?:(?:my|all|the|our|very|most|many|best|kind(?:est)?|warm(?:est)?|personal|good) ){0,3}"
    r"(?:regards|wishes|best)|(?:very |yours )?(?:truly|sincerely|faithfully|respectfully|cordially|kindly)"
    r"(?: yours?| submitted)?|yours(?: (?:very )?truly| sincerely| etc\.?)?|(?:very )?truly yours|best|cheers"
    r"|cordially"
    r"|warmly|(?:with )?friendly greetings|god bless(?: you)?|stay (?:well|safe)|take care|have a (?:good"
    r"|great|nice) (?:day|one|weekend|evening)|v/?r|r/|saludos(?: cordiales)?"
    r"|(?:muy )?atentamente|cordialmente|(?:un )?cordial saludo|respetuosamente|muchas gracias(?: y buen d[ií]a)?"
    r"|mit freundlichen gr[uü][sß]+en|freundliche gr[uü][sß]+e|viele gr[uü][sß]+e|cordialement|bien à vous"
    r"|atenciosamente|cumprimentos|obrigad[oa]"
    r"|quedo (?:muy )?(?:atent[oa]|a sus órdenes|a la espera|pendiente)(?: \w+){0,5})"
)
_CLOSING = re.compile(rf"(?:{_THANKS}{_MORE_THANKS}|{_GOODBYES})[ ,.!;:-]*", re.I)
# "Thanks, Ada": the name may stand on the closing's own line.
_CLOSING_LINE = re.compile(
    rf"(?:{_THANKS}{_MORE_THANKS}|{_GOODBYES})(?:[ ,.!;:-]*|[,.!;–—-]+ ?(?:[A-Z][\w.'’-]*,? ?){{1,4}})", re.I
)
_AFTERTHOUGHT = re.compile(r"p\.? ?s\.?\b[ :.-]", re.I)

_NAME_ALONE = re.compile(r"\W{0,4}(?:[A-ZÀ-Þ][\w.'’-]*,?\s*){1,5}(?:\([^)]{1,20}\))?\s*")
_DECORATION = re.compile(r"[\"“'‘*].{0,200}[\"”'’*]|\[(?:cid|image|logo|https?)[^\]]{0,200}\]|\W{1,10}", re.I)

# Labels of what the court asks for: whoever writes them answers the court, above or below a closing.
_FORM = re.compile(
    r"\W{0,4}(?:\(?\w{1,2}[.)]\s{0,4})?(?:(?:full|legal|first|last|middle|given|family|filer.?s?|attorney.?s?|user.?s?|my|nombre"
    r"|apellido)\b ?){1,3}"
    r"(?:name|names)?(?: \([^)]{0,20}\))? ?[:=\t]"
    r"|\W{0,4}(?:\(?\w{1,2}[.)]\s{0,4})?(?:name|nombre(?: completo)?|attorney|filer|bar ?id"
    r"|primary e-?mail(?: address)?|correo(?: principal)?) ?[:=\t]"
    r"|\W{0,4}(?:full|legal) names? \w|\W{0,4}primary(?: e-?mail)?(?: address)? \S+@",
    re.I,
)
# "Sorry about that, here you go", above what the court asked for.
_HANDS_OVER = re.compile(
    r"\b(?:here (?:you|ya) (?:go|are)|here (?:it|they) (?:is|are)|as (?:requested|asked|follows)"
    r"|(?:my|the|his|her|their) (?:info|information|details|particulars|data))[ .!,:-]*$",
    re.I,
)
_PHONE = re.compile(
    r"(?:\(\d{3}\) ?|\b\d{3}[-. /])\d{3}[-. ]\d{4}\b|\+\d[\d ().-]{7,}|\b(?:tel|fax|phone|mobile|cell|direct)\b", re.I
)
_CONTACT = re.compile(r"[^\s@]++@[^\s@]+\.[^\s@]+|\bwww\.|https?://", re.I)
_PLACE = re.compile(
    r"\b\d{5}(?:-\d{4})?\b|\b(?:suite|ste|floor|fl|p\.? ?o\.? box|room|unit)\b\.? ?#?\d|\b\d+ (?:\w+\.? ){1,4}"
    r"(?:street|st|avenue|ave|boulevard|blvd|road|rd|drive|dr|way|plaza|lane|ln|broadway|court|ct|parkway|pkwy)\b",
    re.I,
)
_FIRM = re.compile(
    r"\b(?:llp|llc|l\.l\.p|p\.?c|apc|aplc|p\.?a|pllc|plc|inc|ltd|gmbh|corporation|associates|law (?:firm"
    r"|office|offices"
    r"|group|corp\w*)|attorneys? at law|office of|department of|county of|city of|state of|university|school)\b",
    re.I,
)
_TITLE = re.compile(
    r"\b(?:attorney|partner|associate|of counsel|counsel|esq|esquire|paralegal|legal (?:assistant|secretary)"
    r"|secretary"
    r"|assistant|clerk|manager|director|administrator|coordinator|supervisor|officer|owner|notary|intern|president|specialist|deputy|analyst|receptionist|shareholder|principal|abogad[oa]|lic)\b",
    re.I,
)
_BAR = re.compile(
    r"\b(?:s\.?b\.?n|c\.?s\.?b\.?n?|(?:state )?bar(?: no| num\w*| #| id|\b)|bar)\b[^a-z]{0,6}\d|\(CA \d", re.I
)
_EVIDENCE = (_PHONE, _CONTACT, _PLACE, _FIRM, _TITLE, _BAR)
_REQUEST = re.compile(
    r"\b(?:please|pls|kindly|reset|password|pw|pwd|ecf|cm/?ecf|need|needs|can|could|would|will|thanks?|i|i.m|i.ve|my|me|we|you|your|he|she|it"
    r"|is|are|was|have|has|had|not|por favor|necesito|mi|es)\b",
    re.I,
)
_JOINING = frozenset(["of", "the", "and", "at", "in", "for", "to", "de", "la", "del", "y", "a", "an", "by", "on"])


def mark_signature(run: list[Line], sender_words: frozenset[str]) -> None:
    """Give the block that closes a run of own lines its kind. ``sender_words``: the sender's names in lower case."""
    own = [number for number, line in enumerate(run) if line.is_own and not line.is_blank]
    mark = _under_mark(run, own)
    above = [number for number in own if mark is None or number < mark]
    first, last = mark, len(run)
    closing = _under_closing(run, above)
    if closing is not None:
        first, last = closing
    else:
        block = _without_closing(run, above, sender_words)
        first = block if block is not None else mark
    if first is not None:
        _mark(run[first:last])
    if mark is not None:
        _mark(run[mark:])


def _mark(lines: list[Line]) -> None:
    for line in lines:
        if _AFTERTHOUGHT.match(line.text):
            return
        if line.is_own and not line.is_blank:
            line.kind = SectionKind.SIGNATURE


def _under_mark(run: list[Line], own: list[int]) -> int | None:
    """Where ``-- `` or "Sent from my telephone" begins the block."""
    for place in _last_places(own):
        below = own[place + 1 :]
        text = run[own[place]].text
        if below and _DELIMITER.fullmatch(text) and (place > 0 or text in _SURE_DELIMITERS):
            if not any(_FORM.match(run[later].text) for later in below):
                return own[place]
        elif len(below) <= _MOST_BELOW_DEVICE and _DEVICE.fullmatch(text):
            return own[place]
    return None


def _under_closing(run: list[Line], own: list[int]) -> tuple[int, int] | None:
    """The first closing with a block below: from where to where. Sentences under the block are own words again."""
    for place in _last_places(own):
        text = run[own[place]].text
        if len(text) > _LONGEST_LINE or not _CLOSING_LINE.fullmatch(text):
            continue
        below = own[place + 1 :]
        stranger = next((number for number in below if not _may_stand_in_block(run[number].text)), None)
        if stranger is None:
            # Thanks alone are what the mail says.
            return (own[place], len(run)) if place else (below[0], len(run)) if below else None
        if place and below[0] != stranger and _NAME_ALONE.fullmatch(run[below[0]].text):
            return own[place], stranger
    return None


def _last_places(own: list[int]) -> range:
    """Only there can a block begin that is short enough to be one."""
    return range(max(0, len(own) - _MOST_LINES - 1), len(own))


def _may_stand_in_block(text: str) -> bool:
    """Under a closing: anything short that is neither a sentence of a request nor an answer to the court."""
    if _AFTERTHOUGHT.match(text) or _CLOSING.fullmatch(text) or _DELIMITER.fullmatch(text):
        return True
    if len(text) > _LONGEST_LINE or _FORM.match(text):
        return False
    words = text.split()
    return len(words) < 5 or not _is_sentence(text, words)


def _is_sentence(text: str, words: list[str]) -> bool:
    asks = len(_REQUEST.findall(text))
    if asks >= 2 or (text.endswith("?") and len(words) > 3):
        return True
    return asks == 1 and text.endswith((".", "!")) and not any(sign.search(text) for sign in _EVIDENCE)


def _without_closing(run: list[Line], own: list[int], sender_words: frozenset[str]) -> int | None:
    """A block of name, firm, telephone at the end that nothing introduces but its looks."""
    first = len(own)
    lowest = max(0, first - _MOST_LINES - 1)
    while first > lowest and _looks_like_block(run[own[first - 1]].text, sender_words):
        first -= 1
    first = _below_particulars(run, own, first)
    first = _at_own_name(run, own, first, sender_words)
    block = own[first:]
    if not block or len(block) > _MOST_LINES:
        return None
    texts = [run[number].text for number in block]
    evidence = any(sign.search(text) for text in texts for sign in _EVIDENCE)
    if first == 0:  # nothing but a block: what was asked for, unless it has a letterhead's marks
        return block[0] if any(s.search(t) for t in texts for s in (_PHONE, _PLACE, _FIRM)) else None
    if evidence or len(texts) == 1 or _NAME_ALONE.fullmatch(texts[0]) or _is_name(texts[0], sender_words):
        return block[0]
    return None


def _below_particulars(run: list[Line], own: list[int], first: int) -> int:
    """Leave out paragraphs that a colon or a label asks for, or words hand over: answers, wherever they stand."""
    while 0 < first < len(own):
        above = run[own[first - 1]].text
        introduced = above.endswith(":") or bool(_FORM.match(above)) or _is_handed_over(run, own, first)
        if not introduced:
            return first
        while first < len(own) and (own[first] - 1 == own[first - 1] or introduced):
            introduced = False
            first += 1
    return first


def _is_handed_over(run: list[Line], own: list[int], place: int) -> bool:
    """Whether "here you go" stands right above the paragraph of this line."""
    while place > 0 and own[place] - 1 == own[place - 1]:
        place -= 1
    return place > 0 and _HANDS_OVER.search(run[own[place - 1]].text) is not None


def _at_own_name(run: list[Line], own: list[int], first: int, sender_words: frozenset[str]) -> int:
    """Leave out paragraphs above the one that begins with the sender's name, if they do not name the sender."""
    for place in range(first, len(own)):
        if _is_name(run[own[place]].text.partition(",")[0], sender_words):
            return place if place > first and run[own[place] - 1].is_blank else first
        if any(word in run[own[place]].text.lower() for word in sender_words):
            return first
    return first


def _looks_like_block(text: str, sender_words: frozenset[str]) -> bool:
    if len(text) > _LONGEST_LINE or text.endswith("?") or _FORM.match(text):
        return False
    if _DECORATION.fullmatch(text) or _is_name(text, sender_words):
        return True
    words = text.split()
    if _REQUEST.search(text) or len(words) > 14:
        return False
    if any(sign.search(text) for sign in _EVIDENCE):
        return True
    raised = sum(1 for word in words if not word[0].islower() or word.lower() in _JOINING)
    return len(words) <= 6 and raised == len(words) and not text.endswith((".", "?", "!", ":", ","))


def _is_name(text: str, sender_words: frozenset[str]) -> bool:
    """Words of the sender's own name, or initials."""
    words = [word for written in text.split() if (word := written.strip(".,-–—!").lower())]
    if not 1 <= len(words) <= 5:
        return False
    known = sum(1 for word in words if word in sender_words)
    return known >= 1 and known + sum(1 for word in words if len(word) <= 1) >= len(words) - 1
