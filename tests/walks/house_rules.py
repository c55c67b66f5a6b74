"""The court edits its rules while the service runs."""

from __future__ import annotations

import re
import shutil
from functools import partial
from pathlib import Path

PLAIN: tuple[tuple[str, str, str], ...] = ()
VARIANTS: tuple[tuple[tuple[str, str, str], ...], ...] = (
    PLAIN,
    (("mail", r"^undo_seconds = \d+", "undo_seconds = 0"),),
    (("mail", r"^undo_seconds = \d+", "undo_seconds = 120"),),
    (("mail", r"^domain_minute = \d+", "domain_minute = 1"),),
    (("mail", r"^replies_per_hour = \d+", "replies_per_hour = 3"),),
    (("mail", r"^attempts = \d+", "attempts = 2"),),
    (("mail", r"^link_hours = \d+", "link_hours = 1"),),
    (("approvals", r"^second = \[", 'second = [\n    { when = "always" },'),),
    (("approvals", r"^one_request_hours = \d+", "one_request_hours = 1"),),
    (("triage", r"^cool_down_days = \d+", "cool_down_days = 0"),),
    (("mail", r"^link_hours = \d+", "link_hours = soon"),),  # wrong: the last good rules stay in force
)


class HouseRules:
    """A folder of rules that can be edited, and put back."""

    def __init__(self, usual: Path, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(usual, folder)
        self._usual = {path.stem: path.read_text() for path in folder.glob("*.toml")}
        self._edited: frozenset[str] = frozenset()

    def become(self, variant: int) -> None:
        """Make these rules the ones in the files; 0 puts the usual ones back."""
        fresh: dict[str, str] = {}
        for name, pattern, words in VARIANTS[variant % len(VARIANTS)]:
            text, found = re.subn(pattern, partial(_always, words), fresh.get(name, self._usual[name]), flags=re.M)
            assert found == 1, f"{name}.toml has no single line like {pattern}"
            fresh[name] = text
        for name in self._edited | fresh.keys():
            (self.folder / f"{name}.toml").write_text(fresh.get(name, self._usual[name]))
        self._edited = frozenset(fresh)


def _always(words: str, _found: re.Match[str]) -> str:
    """A replacement as it stands: a backslash in it is one of the rule's."""
    return words
