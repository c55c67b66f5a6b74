"""Rich text (RTF) as plain text: enough of it for the body of a mail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    rb"\\(?P<word>[a-z]{1,32})(?P<number>-?[0-9]{1,10})? ?|\\'(?P<code>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-z])"
    rb"|(?P<brace>[{}])|(?P<plain>[^\\{}\r\n]+)|[\r\n]+|\\",
    re.S,
)
_WORDS = {
    "par": "\n", "line": "\n", "row": "\n", "sect": "\n", "page": "\n", "tab": "\t", "cell": "\t", "emdash": "—",
    "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ",
    "enspace": " ",
}  # fmt: skip
_SYMBOLS = {"\\": "\\", "{": "{", "}": "}", "~": " ", "_": "-", "\n": "\n", "\r": "\n"}
_APART = frozenset(
    ["fonttbl", "colortbl", "stylesheet", "info", "pict", "header", "footer", "object", "themedata", "v"]
)  # "v": hidden text
_DEEPEST = 500


@dataclass(slots=True)
class _Reader:
    groups: list[tuple[bool, int]] = field(default_factory=list)
    skipping: bool = False
    stand_ins: int = 1  # how many plain characters follow each \u for older readers
    pending: int = 0  # of those, still to be left out

    def read(self, token: re.Match[bytes]) -> str:
        """The characters one token stands for."""
        if token["brace"]:
            self._brace(token["brace"])
            return ""
        if token["word"]:
            return self._word(token["word"].decode("ascii"), int(token["number"] or 1))
        if token["symbol"] == b"*":
            self.skipping = True
            return ""
        if token["symbol"]:
            return _SYMBOLS.get(token["symbol"].decode("latin-1"), "")
        return self._characters(bytes([int(token["code"], 16)]) if token["code"] else token["plain"] or b"")

    def _brace(self, brace: bytes) -> None:
        if brace == b"{":
            self.groups.append((self.skipping, self.stand_ins))
        elif self.groups:
            self.skipping, self.stand_ins = self.groups.pop()

    def _word(self, word: str, number: int) -> str:
        if word in _APART and number:
            self.skipping = True
        elif word == "uc":
            self.stand_ins = max(0, min(number, 10))
        elif word == "u":
            self.pending = self.stand_ins
            code = number + 65_536 if number < 0 else number
            return chr(code) if 0 <= code < 0xD800 or 0xDFFF < code < 0x10FFFF else "\ufffd"
        return _WORDS.get(word, "")

    def _characters(self, plain: bytes) -> str:
        text = plain.decode("cp1252", "replace")
        left_out, self.pending = self.pending, max(0, self.pending - len(text))
        return text[left_out:]


def rtf_to_text(content: bytes, *, longest: int) -> str:
    """The text of an RTF document, at most ``longest`` characters; hidden text and tables of fonts left out."""
    reader = _Reader()
    pieces: list[str] = []
    length = 0
    for token in _TOKEN.finditer(content):
        piece = reader.read(token)
        if piece and not reader.skipping:
            pieces.append(piece)
            length += len(piece)
        if length > longest or len(reader.groups) > _DEEPEST:
            break
    return "".join(pieces)[:longest]
