"""A text as one reads it aloud, before it is looked at for doubts."""

from __future__ import annotations

from dataclasses import replace

from helpdesk.understand.text.view import View
from helpdesk.understand.text.wrapped import running

_A_SAYING = 7  # words; what is shorter in a signature is a title or a motto


def running_text(view: View) -> View:
    """The view as one reads it aloud: neither rows of blanks nor breaks between small words part anything."""
    return view.once(_read_aloud, None)


def _read_aloud(view: View, _: None) -> View:
    text = view.single_spaced()
    plain = running(text.plain)
    return text if plain == text.plain else replace(text, plain=plain)


def is_title(line: str) -> bool:
    """Whether a line of a signature is a title, such as "Major Frauds Section", and no afterthought."""
    words = line.split()
    return len(words) < _A_SAYING and all(word[0].isupper() for word in words if len(word) > 3 and word.isalpha())
