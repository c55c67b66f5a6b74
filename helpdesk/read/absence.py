"""Out-of-office notes that come without the headers that should mark them."""

from __future__ import annotations

import re

_READ = 1_500  # characters: an absence note says so at once

# Subjects that only mail programs write.
_SUBJECT = re.compile(
    r"\W*(?:re: ?)?(?:automatic(?:al)? (?:reply|response|e-?mail)|auto(?:mated)?[- ]?(?:reply|response"
    r"|responder)|autoreply"
    r"|(?:i am |i.m )?(?:currently )?(?:out of (?:the )?office|ooo|away from (?:the|my) office|on vacation|on leave)"
    r"(?: (?:auto-?)?(?:reply|response|message|notification|notice))?"
    r"|abwesenheits?(?:notiz|nachricht|assistent|meldung)?|automatische antwort|r[eé]ponse automatique"
    r"|absence du bureau"
    r"|absen(?:t|ce)|respuesta autom[aá]tica|fuera de (?:la )?oficina|ausente(?: de la oficina)?"
    r"|resposta autom[aá]tica"
    r"|automatisch antwoord|afwezig|autosvar|frånvaro|fravær|automaattinen vastaus|risposta automatica|fuori ufficio"
    r"|odpowiedź automatyczna|автоответ|自动回复|自動返信)"
    r"(?P<rest>.*)",
    re.I | re.S,
)
# What may stand behind such words when a program wrote them: nothing, or the subject it answers.
_REST = re.compile(
    r"\s*(?:[:\-–—|(\[].*|(?:re|aw|fw|fwd|sv|rv) ?:.*|(?:until|from|bis|hasta|to) .{0,30}\d.*|)", re.I | re.S
)

_ABSENT = re.compile(
    r"\b(?:i am|i.m|i will be|i.ll be|we are|our offices? (?:is|are|will be)|(?:he|she|they) (?:is"
    r"|are)) (?:currently |now |presently )?"
    r"(?:out of (?:the )?(?:office|country)|away(?: from (?:the|my) (?:office|desk|e-?mail))?|on (?:vacation"
    r"|leave|holiday"
    r"|maternity leave|parental leave|sabbatical|annual leave|medical leave)|in trial|travell?ing|closed"
    r"|unavailable|no longer with)\b"
    r"|\bout of (?:the )?office (?:until|from|through|with|and|on|for|starting|beginning)\b"
    r"|\bno longer (?:with|employed)\b"
    r"|\b(?:estar[eé]|estoy|me encuentro) (?:fuera|ausente|de vacaciones)\b|\bfuera de (?:la )?oficina\b"
    r"|\bnicht im b[uü]ro\b|\babwesend\b|\bim urlaub\b|\bje suis (?:absente?|en cong[eé]s?)\b|\babsente? du bureau\b"
    r"|\bestou (?:ausente|fora|de f[eé]rias)\b",
    re.I,
)
_CONSEQUENCE = re.compile(
    r"\b(?:limited|no|intermittent|sporadic|without|little) (?:\w+ )?access\b|\bwill (?:not|respond|reply"
    r"|return|get back|be (?:back|returning))"
    r"|\bupon my return\b|\bwhen i return\b|\b(?:if|for) (?:\w+ ){0,5}(?:urgent|immediate|emergenc\w+)\b"
    r"|\bin my absence\b"
    r"|\bplease contact\b|\bmy (?:assistant|secretary|paralegal)\b|\bthank you for your (?:e-?mail|message)\b"
    r"|\bthis is an auto"
    r"|\bautomat(?:ic|ed|ische|ica|ique)\b|\burgente?s?\b|\bdringend\w*\b|\bcomunicarse con\b|\bcontactar\b"
    r"|\bweitergeleitet\b"
    r"|\bno revisar[eé]\b|\ben cas d.urgence\b|\bretour\b|\bregreso\b",
    re.I,
)
# Words of somebody who wants something of us now.
_WANTS = re.compile(
    r"\?|\b(?:please|kindly|can you|could you|would you|i need|i would like|need (?:a|my|the|to)"
    r"|favor de) (?:\w+ ){0,3}"
    r"(?:reset|send|help|assist|issue|unlock|restablecer|me)\b|\bi (?:forgot|cannot|can.t|am unable|lost)\b"
    r"|\bmy (?:ecf|cm/?ecf)\b",
    re.I,
)


def absence_reason(subject: str, own_words: str) -> str | None:
    """Why a mail without telling headers is an absence note all the same; None when a person wrote it."""
    top = own_words[:_READ]
    written = _SUBJECT.fullmatch(subject)
    if written and _REST.fullmatch(written["rest"]) and (written["rest"].strip() or not _WANTS.search(top)):
        return "Its subject is that of an automatic reply."
    if len(_ABSENT.findall(top)) and len(_CONSEQUENCE.findall(top)) >= 2 and not _WANTS.search(top):
        return "Its text is that of an absence note."
    return None
