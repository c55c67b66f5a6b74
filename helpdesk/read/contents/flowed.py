"""Paragraphs wrapped for transport (``format=flowed``, RFC 3676) put together again."""

from __future__ import annotations

_SIGNATURE = "-- "


def unflow(text: str, *, delete_spaces: bool) -> str:
    """``text`` with its soft line breaks undone; quote marks are written as ``> ``."""
    lines: list[str] = []
    open_depth: int | None = None  # quote depth of a line that goes on, None when none does
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if open_depth == depth and content != _SIGNATURE:
            lines[-1] += content
        else:
            lines.append(("> " * depth if depth else "") + content)
        flows = content.endswith(" ") and content != _SIGNATURE
        open_depth = depth if flows else None
        if flows and delete_spaces:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
