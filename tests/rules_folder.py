"""A copy of the project's own rules that a test may edit."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.project import PROJECT


def rules_folder(parent: Path, *edits: tuple[str, str, str]) -> Path:
    """The copy, with each (file, before, after) put in place."""
    folder = Path(shutil.copytree(PROJECT / "rules", parent / "rules"))
    for file, before, after in edits:
        edit(folder, file, before, after)
    return folder


def edit(folder: Path, file: str, before: str, after: str) -> None:
    """Replace the first occurrence of a text in a rules file; it must be there."""
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")
