"""Decoded text made safe to store, split into lines and show: one kind of line break, nothing invisible."""

from __future__ import annotations

import re

from helpdesk.vocabulary import Defect, DefectKind

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_TAGS = "\U000e0000-\U000e007f"
_ZERO_WIDTH = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2065\u3164\ufeff\uffa0"
_CONTROLS = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
_SPACES = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BREAKS = "\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"

_UNUSUAL = re.compile(f"[{_BIDI}{_TAGS}{_ZERO_WIDTH}{_CONTROLS}{_SPACES}{_BREAKS}]")
_LINE_BREAK = re.compile(f"[{_BREAKS}]")
_SPACE = re.compile(f"[{_SPACES}]")
_INVISIBLE = re.compile(f"[{_ZERO_WIDTH}]")
_DECEPTIVE = re.compile(f"[{_BIDI}{_TAGS}]")
_TURNING = re.compile(f"[\u202b\u202e\u2067{_TAGS}]")  # what is pasted with telephone numbers turns nothing
_CONTROL = re.compile(f"[{_CONTROLS}]")

_BLANK_TOP = re.compile(r"(?:[ \t]*+\n)++")

REVERSED = "It contained characters that change the reading direction or cannot be seen; they were removed."
CONTROLS = "It contained control characters; they were removed."


def clean_text(text: str, defects: list[Defect]) -> str:
    """Text of several lines: line breaks become LF, odd spaces blanks; invisible characters go."""
    text = text.replace("\r\n", "\n")
    if not _UNUSUAL.search(text):
        return text
    return _without_invisible(_LINE_BREAK.sub("\n", text), defects)


def without_margins(text: str) -> str:
    """``text`` without blank lines above and blanks below it."""
    top = _BLANK_TOP.match(text)
    return (text[top.end() :] if top else text).rstrip()


def clean_line(text: str, defects: list[Defect]) -> str:
    """Text of a header or file name: one line, single blanks, nothing invisible."""
    if _UNUSUAL.search(text):
        text = _without_invisible(_LINE_BREAK.sub(" ", text), defects)
    return " ".join(text.split())


def _without_invisible(text: str, defects: list[Defect]) -> str:
    text = _SPACE.sub(" ", text)
    if not _UNUSUAL.search(text):  # as in most mail that has any of them
        return text
    text = _INVISIBLE.sub("", text)
    turning = _TURNING.search(text)
    text, deceptive = _DECEPTIVE.subn("", text)
    text, controls = _CONTROL.subn("", text)
    if deceptive:
        kind = DefectKind.DECEPTION if turning else DefectKind.FLAW
        defects.append(Defect(why=REVERSED, kind=kind))
    if controls:
        defects.append(Defect(why=CONTROLS))
    return text
