"""What a message that is too large consists of, as its server describes it (BODYSTRUCTURE, RFC 3501)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_MOST_PARTS = 50
_LONGEST_NAME = 120  # characters
_SIZE = 6  # place of the size among a part's fields


def outline(structure: object, size: int) -> tuple[str, ...]:
    """A line for the whole message and one for each of its parts; what cannot be read is left out."""
    return (f"{_amount(size)} in all", *_parts(structure))


def _parts(structure: object) -> Iterator[str]:
    waiting: list[object] = [structure]
    for _ in range(10 * _MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        if not isinstance(part, tuple) or not part:
            continue
        if isinstance(part[0], list):
            waiting.extend(reversed(part[0][:_MOST_PARTS]))
        elif isinstance(part[0], bytes) and len(part) > 1:
            yield _part(part)


def _part(fields: Sequence[object]) -> str:
    kind = f"{_word(fields[0])}/{_word(fields[1])}".lower()
    size = fields[_SIZE] if len(fields) > _SIZE else None
    words = [kind, _name(fields), _amount(size) if isinstance(size, int) else ""]
    return ", ".join(word for word in words if word)


def _name(fields: Sequence[object]) -> str:
    """The file name, of Content-Disposition or Content-Type."""
    for field in reversed(fields):
        if not isinstance(field, tuple):
            continue
        pairs = field[1] if len(field) == 2 and isinstance(field[1], tuple) else field
        for key, value in zip(pairs[::2], pairs[1::2], strict=False):
            if isinstance(key, bytes) and key.upper() in (b"FILENAME", b"NAME"):
                return _word(value)
    return ""


def _word(written: object) -> str:
    text = written.decode("utf-8", "replace") if isinstance(written, bytes) else ""
    return "".join(sign for sign in text[:_LONGEST_NAME] if sign.isprintable())


def _amount(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB" if size >= 100_000 else f"{max(size, 0) / 1000:,.1f} kB"
