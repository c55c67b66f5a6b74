"""Words that stand in the sender's own text, but may look otherwise than they are read."""

from __future__ import annotations

from helpdesk.vocabulary import Defect, DefectKind

_FEWEST = 3  # letters or digits


def note_doubtful(stretches: list[str], own_words: str, defects: list[Defect]) -> None:
    """Add the first stretch of oddly styled HTML that is among the own words; in other people's mail it is theirs."""
    own = _letters(own_words) if stretches else ""
    for stretch in stretches:
        letters = _letters(stretch)
        if len(letters) >= _FEWEST and letters in own:
            why = f"Its HTML may show these words otherwise than they are read: {stretch[:80]!r}"
            defects.append(Defect(why=why, kind=DefectKind.DECEPTION))
            return


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
