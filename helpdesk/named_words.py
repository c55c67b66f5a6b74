"""Words that the patterns of a rules file share: written once under a name, and meant wherever ``{name}`` stands.

    [words]
    send = ['send\\w*', 'e-?mail', 'forward']

    says = ['\\b{send} it to my\\b']

A name may stand in the words of a later one, too. What else stands in braces in a pattern is no name: "a{0,3}".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from helpdesk.errors import RulesError

_TABLE = "words"
_NAME = re.compile(r"[a-z_]+")
_REFERENCE = re.compile(rf"(?<!\\)(?<!\\[pPx])\{{({_NAME.pattern})\}}")  # not the braces of an escape: \p{{greek}}


def with_words(file: str, table: dict[str, Any]) -> dict[str, Any]:
    """The content of a rules file without its [words], and with them in place of their names.

    Raises RulesError for a name that is not defined, or not before it is used.
    """
    words = table.get(_TABLE)
    if not isinstance(words, dict):
        return table
    named: dict[str, str] = {}
    for name, choice in words.items():
        named[name] = _any_of(file, f"{_TABLE}.{name}", name, choice, named)
    return {key: _spelled_out(file, key, value, named) for key, value in table.items() if key != _TABLE}


def _any_of(file: str, key: str, name: str, choice: Any, named: Mapping[str, str]) -> str:
    if not _NAME.fullmatch(name):
        raise RulesError(file, key, "is no name for words: it may hold small letters and _ only")
    if not isinstance(choice, list) or not choice or not all(isinstance(word, str) and word for word in choice):
        raise RulesError(file, key, "must be a list of words or patterns, none of them empty")
    return f"(?:{'|'.join(_spelled_out(file, key, word, named) for word in choice)})"


def _spelled_out(file: str, key: str, value: Any, named: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {part: _spelled_out(file, f"{key}.{part}", inner, named) for part, inner in value.items()}
    if isinstance(value, list):
        return [_spelled_out(file, f"{key}.{index}", inner, named) for index, inner in enumerate(value)]
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: _named(file, key, found[1], named), value)
    return value


def _named(file: str, key: str, name: str, named: Mapping[str, str]) -> str:
    if name not in named:
        raise RulesError(file, key, f"speaks of {{{name}}}, which [{_TABLE}] does not define before it")
    return named[name]
