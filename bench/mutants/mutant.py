"""One guard, and how it is taken away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A guard with the text that is it, what stands there when it is gone, and the tests that must notice."""

    guard: str
    holds: str  # the invariant of docs/architecture.md that rests on it, and the cases of docs/threats.md
    file: str
    source: str  # exactly once in the file
    instead: str
    tests: tuple[str, ...]  # as pytest takes them

    def apply(self, tree: Path) -> str:
        """Take the guard away in a copy of the project; returns the file's text as it was."""
        path = tree / self.file
        text = path.read_text(encoding="utf-8")
        found = text.count(self.source)
        if found != 1:
            raise ValueError(f"{self.file} holds this text {found} times, not once: {self.source!r} ({self.guard})")
        path.write_text(text.replace(self.source, self.instead), encoding="utf-8")
        return text
