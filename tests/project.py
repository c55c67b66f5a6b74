"""Where the project's files lie."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
CORPUS = PROJECT / "tests" / "corpus"


def corpus_lines(file_name: str) -> list[str]:
    """The lines of a file of the corpus (tests/corpus/README.md says what each file is for)."""
    return (CORPUS / file_name).read_text("utf-8").splitlines()
