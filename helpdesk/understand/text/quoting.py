"""Small readings that several signs share: the words that were found, and another court by its names."""

from __future__ import annotations

from helpdesk.policy import Courts


def quoted(words: str) -> str:
    """The words that were found, short enough to show as a reason."""
    return f'"{" ".join(words.split())[:120]}"'


def other_court(words: str, courts: Courts) -> str | None:
    """Which of the other courts these words name, by its key in courts.toml."""
    return courts.named.key(words)
