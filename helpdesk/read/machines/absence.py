"""Out-of-office notes that come without the headers that should mark them."""

from __future__ import annotations

import re

from helpdesk.read.seldom import Seldom

_READ = 1_500  # characters: an absence note says so at once

# Subjects that only mail programs write.
_SUBJECT = re.compile(
    r"\W*(?P<answers>re: ?)?(?:automatic(?:al)? (?:reply|response|e-?mail)|auto(?:mated)?[- ]?(?:reply|response"
    r"|responder)|autoreply"
    r"|(?:i am |i.m )?(?:currently )?(?:out of (?:the )?office|ooo|away from (?:the|my) office|on vacation|on leave)"
    r"(?: (?:auto-?)?(?:reply|response|message|notification|notice))?"
    r"|abwesenheits?(?:notiz|nachricht|assistent|meldung)?|automatische antwort|r[eé]ponse automatique"
    r"|absence du bureau"
    r"|absen(?:t|ce)|respuesta autom[aá]tica|fuera de (?:la )?oficina|ausente(?: de la oficina)?"
    r"|resposta autom[aá]tica"
    r"|automatisch antwoord|afwezig|autosvar|frånvaro|fravær|automaattinen vastaus|risposta automatica"
    r"|fuori ufficio|assenza"
    r"|odpowiedź automatyczna|автоответ|自动回复|自動返信"
    r"|自動回覆|不在|부재중"
    r"|자동 ?회신|otomatik yan[ıi]t)"
    r"(?P<rest>.*)",
    re.I | re.S,
)
# What may stand behind such words when a program wrote them: nothing, or the subject it answers.
_REST = re.compile(
    r"\s*(?:[:\-–—|(\[].*|(?:re|aw|fw|fwd|sv|rv) ?:.*|(?:until|from|bis|hasta|to) .{0,30}\d.*|)", re.I | re.S
)

_ABSENT = Seldom(
    r"\b(?:i(?: am|.m| will be|.ll be)|we are|our offices? (?:is|are|will be)|(?:s?he|they) (?:is|are)) "
    r"(?:currently |now |presently )?"
    r"(?:out of (?:the )?(?:office|country)|away(?: from (?:the|my) (?:office|desk|e-?mail))?|(?:out )?on (?:vacation"
    r"|leave|holiday|maternity leave|parental leave|sabbatical|annual leave|medical leave)|in trial|travell?ing"
    r"|closed|unavailable|no longer with)\b",
    r"\bout of (?:the )?office (?:until|from|through|with|and|on|for|starting|beginning)\b",
    r"\bno longer (?:with|employed)\b",
    r"\b(?:est(?:ar[eé]|oy)|me encuentro) (?:fuera|ausente|de vacaciones)\b|\bfuera de (?:la )?oficina\b",
    r"\b(?:nicht im b[uü]ro|im urlaub|abwesend|inte p[aå] kontoret|p[aå] (?:semester|ferie)"
    r"|lomalla|na urlopie|poza biurem)\b|\bikke p[aå] kontor",
    r"\babsente? du bureau\b|\bje suis (?:actuellement )?(?:absente?|en cong[eé]s?)\b",
    r"\bestou (?:ausente|fora|de f[eé]rias)\b|\bs(?:ono|iamo) (?:fuori|assente|in ferie)\b",
    r"\b(?:ben|zijn) (?:afwezig|met vakantie|niet aanwezig)\b",
    r"\bв отпуске\b|\bотсутству|休(?:暇|假)|不在|휴가|부재",
)
_CONSEQUENCE = re.compile(
    r"\b(?:limited|no|intermittent|sporadic|without|little) (?:\w+ )?access\b|\bwill (?:not|respond|reply"
    r"|return|get back|be (?:back|returning))"
    r"|\bupon my return\b|\bwhen i return\b|\b(?:if|for) (?:\w+ ){0,5}(?:urgent|immediate|emergenc\w+)\b"
    r"|\bin my absence\b"
    r"|\bplease (?:contact|write to)\b|\b(?:is|are) (?:being )?handled by\b"
    r"|\bmy (?:assistant|secretary|paralegal)\b|\bthank you for your (?:e-?mail|message)\b"
    r"|\bthis is an auto"
    r"|\bautomat(?:ic|ed|ische|ica|ique)\b"
    r"|\burgente?s?\b|\bdringend\w*\b|\bcomunicarse con\b|\bcontactar\b"
    r"|\bweitergeleitet\b"
    r"|\bno revisar[eé]\b|\ben cas d.urgence\b|\br[eé]pondrai\b|\bretour\b|\bregres(?:o|ar[eé])\b|\btorner[oò]\b"
    r"|\bper urgenze\b"
    r"|\burg[eê]ncias?\b|\bcontacte\b|\bdringende\b|\bnie mam dost[eę]pu\b|\blimitado\b|\b[aå]terkommer\b"
    r"|\bzugriff\b|\bpoczty\b|\be-?post\b|戻り|返回|복귀|\b\d{1,2}\.? ?(?:de )?[^\W\d_]{3,10}\b",
    re.I,
)
# A program says of its own text what it is.
_SAYS_SO = Seldom(
    r"\b(?:this|it) (?:is|was) (?:only )?(?:an? )?auto(?:mat(?:ed|ic)|[- ]?generated)(?: e-?mail)? "
    r"(?:response|reply|answer|acknowledge?ment|note|notice|message)\b",
    r"\b(?:automatic|automated|auto-?) ?(?:reply|response)[,;:]? (?:sent|you.ll|you will|only|once)\b",
    r"\byou(?:.ll| will) (?:only )?(?:get|receive|see) (?:this|it)(?: \w+){0,3} (?:only )?once\b",
    r"\besta es una respuesta autom[aá]tica\b",
)
# Words of somebody who wants something of us now.
_WANTS = re.compile(
    r"\?|\b(?:please|kindly|can you|could you|would you|i need|i would like|need (?:a|my|the|to)"
    r"|favor de) (?:\w+ ){0,3}"
    r"(?:reset|send (?:me|us|a|an|it|my|the|another|new)|help|assist|issue|unlock|restablecer|me)\b"
    r"|\bi (?:forgot|cannot|can.t|am unable|lost)\b|\bmy (?:ecf|cm/?ecf)\b",
    re.I,
)
_HELP = re.compile(
    r"\b(?:what|how|where|when) (?:do|can|should|must) (?:i|we)\b"
    r"|\bi (?:got|keep|have|am|was|need|cannot|can.t|forgot)\b"
    r"|\b(?:can|could|would) you\b|\bplease (?:reset|help|send|issue|tell|advise)\b|\bmy (?:ecf|cm/?ecf|bar|nefs?)\b"
    r"|\b(?:puedo|necesito|pueden|olvid[eé])\b",
    re.I,
)
# What an absence note offers to whoever reads it, and a newsletter too: nobody asks for it.
_OFFERED = re.compile(
    r"\b(?:if (?:you(?! could| can| would| will| please| are able| don.t mind)|your|this|it|that|the|urgent)"
    r"|should you|whenever you|for (?:urgent|immediate|emergenc\w+)|si (?:usted|su|es|necesita)|falls sie|wenn sie"
    r"|(?:send|contact|call|write|e-?mail|reach|ask)\b.{0,40}\bmy (?:assistant|secretary|paralegal|partner"
    r"|colleague|office))\b",
    re.I,
)
_PARTICULARS = re.compile(
    r"(?<![\d-])\d{5,6}(?![\d-])[^@]{0,80}[\w.+-]+@[\w-]+\.|@[^@]{0,80}(?<![\d-])\d{5,6}(?![\d-])"
)  # a Bar ID
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")


def absence_reason(subject: str, own_words: str) -> str | None:
    """Why a mail without telling headers is an absence note all the same; None when a person wrote it."""
    top = own_words[:_READ]
    written = _SUBJECT.fullmatch(subject)
    named = written and _REST.fullmatch(written["rest"])
    answered = written and written["answers"] and written["rest"].strip()  # "RE: Automatic reply: reset"
    wants = _WANTS.search(top) or (written and written["answers"] and _PARTICULARS.search(top))
    if written and named and not answered and (written["rest"].strip() or not wants):
        return "Its subject is that of an automatic reply."
    if _SAYS_SO.search(top) and not _WANTS.search(top):
        return "It says that it is an automatic reply."
    if _ABSENT.search(top) and len(_CONSEQUENCE.findall(top)) >= 2 and not _WANTS.search(without_offers(top)):
        return "Its text is that of an absence note."
    return None


def asks_for_help(own_words: str) -> bool:
    """Whether a person speaks who wants something of us, whatever mail they speak about."""
    return bool(_HELP.search(own_words))


def says_absent(sentence: str) -> bool:
    """Whether somebody tells that they are away."""
    return bool(_ABSENT.search(sentence))


def without_offers(text: str) -> str:
    """The sentences that do not merely offer something to whoever may need it, a line each."""
    return "\n".join(part for part in _BETWEEN_SENTENCES.split(text) if not _OFFERED.search(part))
