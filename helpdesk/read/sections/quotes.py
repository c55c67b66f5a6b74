"""Where a mail's history begins: the marks that mail programs set before other people's words."""

from __future__ import annotations

import re

from helpdesk.read.sections.lines import Line
from helpdesk.vocabulary import SectionKind

# Every pattern here runs on one line of at most _LONGEST characters, or on four lines joined.
_LONGEST = 400
_WRAPPED = 4

_VERBS = (
    r"(?:(?:wrote|writes|escribi[oó]|a [eé]crit|escreveu|ha scritto|kirjoitti|написала?|пишет) ?"
    r"|(?:schrieb|schreef|skrev|napisał(?:\(a\))?)\b[^:]{0,160})"  # here the name follows the verb
)
_INTRODUCTION = re.compile(r"(?:\d{1,4}[-./]|On|Am|Le|El|Em|No dia|Il giorno|Il|Op|Den|W dniu|At)\b", re.I)
_ATTRIBUTION = re.compile(rf"(?:\d{{1,4}}[-./]|On|Am|Le|El|Em|No dia|Il|Op|Den|W dniu|At)\b.*\b{_VERBS}:", re.I)
_NAMED_ATTRIBUTION = re.compile(rf"[^:]{{1,120}}<[^<>\s]+@[^<>\s]+>[^:]{{0,40}}\b{_VERBS}:", re.I)
_DATED_ATTRIBUTION = re.compile(r"\d{4}-\d\d-\d\d \d\d?:\d\d [^:]{0,20}(?::\d\d)?[^:]{0,100}<[^<>\s]+@[^<>\s]+>:")
_SPOKEN = re.compile(rf"[^:]{{1,80}}\b{_VERBS}:", re.I)
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}")
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,200}")

_FORWARD_MARK = re.compile(
    r"-{2,} ?(?:forwarded (?:message|by)|mensaje reenviado|reenviado por|weitergeleitete nachricht"
    r"|message transf[eé]r[eé]"
    r"|mensagem encaminhada|messaggio inoltrato|doorgestuurd bericht|vidarebefordrat meddelande)\b.{0,160}"
    r"|(?:begin forwarded message|inicio del mensaje reenviado|anfang der weitergeleiteten (?:nachricht|e-mail)"
    r"|d[eé]but du message (?:r[eé]exp[eé]di[eé]|transf[eé]r[eé])|in[ií]cio da mensagem (?:re)?encaminhada"
    r"|inizio messaggio inoltrato) ?:",
    re.I,
)
_ORIGINAL_MARK = re.compile(
    r"-{2,} ?(?:original (?:message|appointment|e-?mail)|reply message|mensaje original|urspr[uü]ngliche nachricht"
    r"|original-nachricht|message d.origine|message original|mensagem original|messaggio originale"
    r"|oorspronkelijk bericht)\s*-{0,}",
    re.I,
)
_RULE = re.compile(r"[_\-=*]{5,}")
_FROM = re.compile(r"\*?(?:from|von|de|da|van|från|fra|lähettäjä)\*?\s?:\*?\s*\S", re.I)
_HEADER = re.compile(
    r"\*?(?P<label>sent|date|to|cc|bcc|subject|reply-to|importance|attachments|gesendet|datum|an|betreff"
    r"|enviad[oa](?: el| em)?"
    r"|fecha|para|asunto|envoy[eé](?: le)?|[àa]|objet|data|assunto|inviato|oggetto|verzonden|aan|onderwerp"
    r"|skickat|till|[aä]mne|sendt|til|emne|organization|sender)\*?\s?:\*?(?:\s|\Z)",
    re.I,
)
_HEADER_BLOCK = 12  # lines a header block may span, wrapped recipients included
_GROUPWISE = re.compile(r">{3} ?(?:[^<>]|<[^<>\s]{1,200}>){1,300}(?:>{3}|wrote:)")  # it marks no line below
# Answers between the lines of a mail that is not quoted line by line, where the sender says that they stand there.
_ANNOUNCED = re.compile(
    r"\b(?:notes?|answers?|responses?|replies|comments?|remarks?|questions?)\b[^.!?]{0,60}\b(?:below|beneath|underneath"
    r"|in-?line|interspersed|between|in the text|inside|in (?:brackets|red|blue|green|bold))\b",
    re.I,
)
_BRACKETED = re.compile(r"\[{1,2}\s?((?:[^\s\[\]]{1,40}\s){3,80}[^\s\[\]]{1,40})\s?\]{1,2}")
_LONGEST_QUOTED = 2_000
_ANSWER_MARK = re.compile(
    r"(>{2,}|-{1,3}>|={1,3}>|\*{2,4}|#{2,4}|\[[A-Z]{2,3}\]:?|(?!(?:RE|FW|FWD|CC|BCC|TO):)[A-Z]{2,3}:)\s*(?=\S)"
)


def mark_history(lines: list[Line], *, forwards: bool) -> None:
    """Give every line of other people's mail its kind. ``forwards``: the subject says it passes mail on."""
    _mark_lines(lines, forwards=forwards)
    _take_out_bracketed(lines)


def _mark_lines(lines: list[Line], *, forwards: bool) -> None:
    _mark_prefixed(lines)
    _mark_groupwise(lines, SectionKind.FORWARDED if forwards else SectionKind.QUOTE)
    for number, line in enumerate(lines):
        if not line.is_own or line.is_blank or len(line.text) > _LONGEST:
            continue
        written = _attribution(lines, number)
        kind = _rest_begins(lines, number, written, forwards=forwards)
        if kind is not None:
            first = _with_rule_above(lines, number)
            _mark(lines, first, len(lines), kind)
            _take_out_answers(lines, first)
            return
        if _is_attribution(lines, number, written):
            _mark(lines, number, _next_quoted(lines, number), SectionKind.QUOTE)


def _mark_prefixed(lines: list[Line]) -> None:
    """Lines behind ``>``, and the blank ones between two of them."""
    last: int | None = None
    for number, line in enumerate(lines):
        if line.text.startswith(">") and line.is_own:
            if last is not None and all(lines[between].is_blank for between in range(last + 1, number)):
                _mark(lines, last + 1, number, SectionKind.QUOTE)
            line.kind = SectionKind.QUOTE
            last = number
        elif not line.is_blank:
            last = None


def _mark_groupwise(lines: list[Line], kind: SectionKind) -> None:
    """All below ``>>> Ada Filer 1/15/2020 4:11 PM >>>``, but for the last paragraph where no word stands above."""
    marks = [
        number
        for number, line in enumerate(lines)
        if line.text.startswith(">>>") and len(line.text) <= _LONGEST and _GROUPWISE.fullmatch(line.text)
        if not _quoted_below(lines, number + 1)
    ]
    if not marks:
        return
    answered_above = any(line.is_own and not line.is_blank for line in lines[: marks[0]])
    behind = len(lines) if answered_above else _last_paragraph(lines, marks[-1] + 1)
    for line in lines[marks[0] : behind]:
        line.kind = kind


def _last_paragraph(lines: list[Line], first: int) -> int:
    """Where the last of several paragraphs begins; the end where there is but one."""
    written = [number for number in range(first, len(lines)) if not lines[number].is_blank]
    begins = next((number for number in reversed(written) if number > first and lines[number - 1].is_blank), first)
    return begins if written and begins > written[0] else len(lines)


def _take_out_answers(lines: list[Line], first: int) -> None:
    """Give the sender their answers in the mail from ``first`` on: lines that all begin with the same mark."""
    above = " ".join(line.text for line in lines[:first] if line.is_own)[:_LONGEST]
    if not _ANNOUNCED.search(above):
        return
    found = {number: mark for number in range(first, len(lines)) if (mark := _ANSWER_MARK.match(lines[number].text))}
    marks = {mark[1] for mark in found.values()}
    if len(marks) != 1 or len(found) * 2 > sum(not line.is_blank for line in lines[first:]):
        return
    for number, mark in sorted(found.items(), reverse=True):
        line = lines[number]
        begins = min(line.end, line.start + line.indent + mark.end())
        lines[number : number + 1] = [
            Line(mark[1], line.start, begins, SectionKind.QUOTE),
            Line(line.text[mark.end() :], begins, line.end),
        ]


def _take_out_bracketed(lines: list[Line]) -> None:
    """Give the sender what they wrote in brackets into the lines of a mail below, where they say so above."""
    first = next((number for number, line in enumerate(lines) if not line.is_own), len(lines))
    if first == len(lines) or not _ANNOUNCED.search(" ".join(line.text for line in lines[:first])[:_LONGEST]):
        return
    for number in range(len(lines) - 1, first - 1, -1):
        line = lines[number]
        added = None if line.is_own else _BRACKETED.search(line.text[:_LONGEST_QUOTED])
        if added is not None:
            begins, ends = (line.start + line.indent + position for position in added.span(1))
            lines[number : number + 1] = [
                Line(line.text[: added.start(1)], line.start, begins, line.kind),
                Line(added[1].strip(), begins, ends),
                Line(line.text[added.end(1) :], ends, line.end, line.kind),
            ]


def _rest_begins(
    lines: list[Line], number: int, written: tuple[str, int] | None, *, forwards: bool
) -> SectionKind | None:
    """What everything from this line on is, when a mark stands here that speaks for all that follows.

    written: the attribution that begins here.
    """
    text = lines[number].text
    if _FORWARD_MARK.fullmatch(text):
        return SectionKind.FORWARDED
    passed_on = SectionKind.FORWARDED if forwards else SectionKind.QUOTE
    if _ORIGINAL_MARK.fullmatch(text) or _is_header_block(lines, number):
        return passed_on
    if written and not _quoted_below(lines, number + written[1]) and _is_certain(written[0]):
        return SectionKind.QUOTE
    return None


def _attribution(lines: list[Line], number: int) -> tuple[str, int] | None:
    """``On … wrote:`` beginning on this line, perhaps wrapped, and how many lines it takes."""
    text = lines[number].text
    if not (_INTRODUCTION.match(text) or "@" in text):
        return None
    for count in range(1, _WRAPPED + 1):
        if count > 1:
            if number + count > len(lines) or lines[number + count - 1].is_blank:
                return None
            text += " " + lines[number + count - 1].text
        if len(text) > _LONGEST:
            return None
        if text.endswith(":") and any(
            pattern.fullmatch(text) for pattern in (_ATTRIBUTION, _NAMED_ATTRIBUTION, _DATED_ATTRIBUTION)
        ):
            return text, count
    return None


def _is_certain(attribution: str) -> bool:
    """An address or a time of day: then no quoted line is needed to believe it."""
    return bool(_ADDRESS.search(attribution) or (_TIME.search(attribution) and re.search(r"\d{4}", attribution)))


def _is_attribution(lines: list[Line], number: int, written: tuple[str, int] | None) -> bool:
    """Whether this line, with those it wraps to, introduces the quoted lines right below it."""
    if written:
        return _quoted_below(lines, number + written[1])
    text = lines[number].text
    return text.endswith(":") and bool(_SPOKEN.fullmatch(text)) and _quoted_below(lines, number + 1)


def _quoted_below(lines: list[Line], number: int) -> bool:
    below = _next_quoted(lines, number - 1)
    return below < len(lines) and all(line.is_blank for line in lines[number:below])


def _next_quoted(lines: list[Line], number: int) -> int:
    for later in range(number + 1, min(len(lines), number + 8)):
        if lines[later].text.startswith(">"):
            return later
    return len(lines)


def _is_header_block(lines: list[Line], number: int) -> bool:
    """From, Sent, To, Subject of another mail as text, in any order behind From, blank lines allowed."""
    if not _FROM.match(lines[number].text):
        return False
    labels: set[str] = set()
    block = lines[number].text
    for line in lines[number + 1 : number + _HEADER_BLOCK]:
        if line.is_blank:
            continue
        found = _HEADER.match(line.text[:_LONGEST])
        if found is None:
            if len(labels) >= 2 or not _continues(block):
                break
            continue
        labels.add(found["label"].lower())
        block += "\n" + line.text[:_LONGEST]
    certain = _ADDRESS.search(block) or _TIME.search(block) or "sent" in labels
    return len(labels) >= 2 and bool(certain)


def _continues(block: str) -> bool:
    """A list of recipients goes on below."""
    return block.rstrip().endswith((",", ";"))


def _with_rule_above(lines: list[Line], number: int) -> int:
    """Back over a rule, an "Original Message" line and blank lines that belong to the mark below them."""
    first = number
    for above in range(number - 1, max(-1, number - 4), -1):
        text = lines[above].text
        if text and not (_RULE.fullmatch(text) or _ORIGINAL_MARK.fullmatch(text)):
            break
        if text:
            first = above
    return first


def _mark(lines: list[Line], first: int, behind: int, kind: SectionKind) -> None:
    for line in lines[first:behind]:
        if line.is_own or kind is SectionKind.FORWARDED:
            line.kind = kind
