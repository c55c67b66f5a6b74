"""Who writes: the name under the message or in From, and whether it is somebody's secretary."""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpdesk.policy.reading import NameReading, SenderReading
from helpdesk.understand.naming.agreement import known_by
from helpdesk.understand.naming.found import FoundName, How, as_found, lines_of
from helpdesk.understand.naming.names import ParsedName, name_at, whole_name
from helpdesk.understand.naming.persons import fits_address, goes_by, same_person
from helpdesk.understand.text.sight import Sight
from helpdesk.understand.text.view import View

_LISTED = re.compile(r"^ {0,4}(?:\d{1,2}[.)]|[*-] |[a-z][.)] )|@|\d{5}")
_SENTENCE_END = re.compile(r"[.!?;,-] |(?:thanks|thank you|thx|gracias|regards|from|by|- ?) ", re.IGNORECASE)
_QUOTATION = re.compile(r"[\"'] {0,2}\n?[ ~-]{0,6}$")
_SLASH_SIGNED = re.compile(r"/s/ {0,4}")
_CARRIED = re.compile(r" \(?via ", re.IGNORECASE)  # "Ada Filer via Mimecast"
_FIRM_BEHIND = re.compile(r" ?[,|-] ?\w[\w'.-]* [\w&]")  # "Ada Filer, Filer & Quill LLP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who writes, as far as signature, display name and address tell."""

    signed: FoundName | None
    displayed: FoundName | None
    called: FoundName | None  # as the text spells it where it agrees with the display name and the address
    address: str
    is_staff: bool  # says to be somebody's secretary, paralegal, front desk
    is_shared: bool  # From is a mailbox of several, and displays nobody: "info@"


def who_writes(
    sight: Sight,
    address: str,
    display_name: str,
    called: FoundName | None,
    reading: NameReading,
    sender: SenderReading,
) -> Sender:
    """The sender's own name and whether they are somebody's staff.

    called: the name in their own words that agrees with their address and what From displays.
    """
    displayed = _displayed(sight.sender, display_name, reading)
    signed, title = _signed(sight.text, reading, displayed)
    if signed and not displayed and not called and _is_anothers(signed.name, address, display_name):
        signed = None
    if not sight.text.plain.strip():
        signed = next(iter(as_found(sight.subject, _last_words(sight.subject, reading), How.SIGNED)), None)
    written = [re.sub(r"[._-]", " ", address.partition("@")[0]), *([display_name] if not displayed else [])]
    nobodys = displayed is None or not displayed.name.is_full
    shared = nobodys and any(sender.staff.search(name) or sender.shared.search(name) for name in written)
    staff = bool(sender.staff.search(title) or (shared and not _asks_for_self(sight.words, sender)))
    return Sender(
        signed=signed,
        displayed=displayed,
        called=called,
        address=address,
        is_staff=staff,
        is_shared=shared,
    )


def _asks_for_self(words: str, sender: SenderReading) -> bool:
    return bool(sender.own_password.search(words)) and not sender.for_another.search(words)


def _is_anothers(signed: ParsedName, address: str, display_name: str) -> bool:
    """ "Pam at Quill Law <pam@quill.example>": a name below that is not Pam's is of whom she writes."""
    display = known_by(address, display_name).display
    shown = display[0] if display else ""
    own = len(shown) > 2 and address.startswith(shown) and not _begins_with_initials(shown, signed)
    return own and not goes_by(shown, signed.words[0]) and not fits_address(signed, address)


def _begins_with_initials(shown: str, signed: ParsedName) -> bool:
    """ "datlaw" of Dolores A. Trujillo."""
    initials = "".join(word[0] for word in signed.words)
    return len(initials) > 2 and shown.startswith(initials)


def _signed(view: View, reading: NameReading, displayed: FoundName | None) -> tuple[FoundName | None, str]:
    """The name under the message, and the words beside and below it that may be a title.

    Of several names in a letterhead, the one that From displays.
    """
    slash = _SLASH_SIGNED.search(view.plain)
    if slash:
        _, line_end = view.line(slash.end())
        name = name_at(view.original, view.plain, slash.end(), line_end, reading, lenient=False)
        if name:
            return as_found(view, name, How.SIGNED)[0], ""
    names = []
    for line_start, line_end in _closinglines_of(view):
        if view.in_signature(line_start) or not _LISTED.search(view.plain[line_start:line_end]):
            name = whole_name(view.original, view.plain, line_start, line_end, reading)
            names += [(name, line_end)] if name and not _is_quoted(view, name) else []
    if not names:
        last = _last_words(view, reading)
        if last and displayed and view.plain.isupper() and not same_person(last, displayed.name):
            last = None  # "KEYBOARD STUCK"
        title = "" if last else view.plain[view.signature_starts : view.signature_starts + 200]
        return next(iter(as_found(view, last, How.SIGNED)), None), title
    same = [pair for pair in names if displayed and same_person(pair[0], displayed.name)]
    if displayed and not same and _signs_off(view, displayed.name):
        return None, ""  # "Ada", above the firm's paper with her partners on it
    name, line_end = (same or names)[0]
    below = view.plain[name.end : line_end + 120].split("\n")
    return as_found(view, name, How.SIGNED)[0], " ".join(below[:3])


def _last_words(view: View, reading: NameReading) -> ParsedName | None:
    """A name on the line of the last sentence: "Please reset it. Jane Doe"."""
    end = len(view.plain.rstrip(" \n."))
    start = max((match.end() for match in _SENTENCE_END.finditer(view.plain, max(0, end - 80), end)), default=end)
    name = whole_name(view.original, view.plain, start, end, reading)
    return name if name and name.end == end and not _is_quoted(view, name) else None


def _signs_off(view: View, displayed: ParsedName) -> bool:
    """Whether a line is nothing but the given name that From displays."""
    line = re.compile(rf"^[ -]{{0,4}}{re.escape(displayed.words[0])}[.,]? *$", re.IGNORECASE | re.MULTILINE)
    return displayed.is_full and line.search(view.plain) is not None


def _is_quoted(view: View, name: ParsedName) -> bool:
    """Whether a motto stands before a name: it is whose words those are."""
    return _QUOTATION.search(view.plain, max(0, name.start - 12), name.start) is not None


def _closinglines_of(view: View) -> list[tuple[int, int]]:
    """Lines that may hold the sender's name: the signature from its top, then the last own lines from the bottom."""
    lines = [line for line in lines_of(view, view.letterhead, len(view.plain)) if line[1] > line[0]]
    signature = [line for line in lines if view.in_signature(line[0])]
    own = [line for line in lines if not view.in_signature(line[0])]
    return signature[:12] + own[-6:][::-1]


def _displayed(view: View, display_name: str, reading: NameReading) -> FoundName | None:
    if "@" in display_name:
        return None
    carrier = _CARRIED.search(view.plain, 0, len(display_name))
    end = carrier.start() if carrier else len(display_name)
    plain = view.plain.title() if display_name.islower() else view.plain
    name = name_at(view.original, plain, 0, end, reading, lenient=False, last_first=True)
    if name is None:
        return None
    rest = re.sub(r"\([^)]*\)?", "", view.plain[name.end : end]).lower()
    if "," not in plain[name.start : name.end] and _FIRM_BEHIND.match(rest):
        rest = ""
    if any(word in reading.never for word in re.findall(r"[a-z]+", rest)):
        return None
    return FoundName(name=name, view=view, how=How.DISPLAYED, in_signature=False)
