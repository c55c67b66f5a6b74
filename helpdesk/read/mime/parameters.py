"""Content-Type and Content-Disposition with their parameters, plain or in pieces (RFC 2231)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from helpdesk.read.mime.charset import decode
from helpdesk.read.mime.encoded_words import decode_words
from helpdesk.vocabulary import Defect

# Possessive: on a header's 8 KB this is linear whatever the quotes do.
_PARAMETER = re.compile(r""";\s*+([^\s=;"]{1,100})\s*+=\s*+("(?:[^"\\]++|\\.)*+"?|[^;]*+)""", re.S)
_ESCAPED = re.compile(r"\\(.)", re.S)
_PIECE = re.compile(r"(.+?)\*(\d{1,3})?(\*)?")
_MOST = 50


def parse_parameters(written: str, defects: list[Defect]) -> tuple[str, dict[str, str]]:
    """``'text/plain; charset="UTF-8"'`` as ``('text/plain', {'charset': 'UTF-8'})``; names in lower case."""
    main = written.partition(";")[0].strip().lower()
    if ";" not in written:
        return main, {}
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for number, found in enumerate(_PARAMETER.finditer(written)):
        if number == _MOST:
            break
        name, value = found.group(1).lower(), _unquoted(found.group(2))
        piece = _PIECE.fullmatch(name) if "*" in name else None
        if piece:
            pieces.setdefault(piece.group(1), []).append((int(piece.group(2) or 0), bool(_is_coded(piece)), value))
        else:
            plain.setdefault(name, decode_words(value, defects))
    return main, plain | {name: _joined(parts, defects) for name, parts in pieces.items()}


def _is_coded(piece: re.Match[str]) -> bool:
    """``name*`` and ``name*0*`` are percent-coded, ``name*0`` is not."""
    return piece.group(2) is None or piece.group(3) is not None


def _unquoted(value: str) -> str:
    if value.startswith('"'):
        inner = value[1:].removesuffix('"')
        return _ESCAPED.sub(r"\1", inner) if "\\" in inner else inner
    return value.strip()


def _joined(parts: list[tuple[int, bool, str]], defects: list[Defect]) -> str:
    charset, content = "", bytearray()
    for position, (_, coded, value) in enumerate(sorted(parts, key=lambda part: part[0])):
        rest = value
        if coded and position == 0 and value.count("'") >= 2:
            charset, _, rest = value.split("'", 2)
        content += unquote_to_bytes(rest) if coded else rest.encode("utf-8", "replace")
    return decode(bytes(content), charset, defects)
