"""rules/*.toml, the court's policy, checked and frozen. A wrong file is refused with file, key and reason."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from helpdesk import policy
from helpdesk.errors import RulesError
from helpdesk.named_words import with_words
from helpdesk.policy.checks import check_together

LARGEST_FILE = 1024 * 1024  # bytes: a slip such as a log in their place is told at once
_UNKNOWN_KEY = ("unexpected_keyword_argument", "extra_forbidden")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All court policy in force, one attribute a file. ``digest`` names exactly this content."""

    digest: str
    court: policy.Court
    extraction: policy.Extraction
    doubts: policy.Doubts
    remarks: policy.Remarks
    categories: policy.Categories
    wording: policy.Wording
    matching: policy.Matching
    triage: policy.Triage
    approvals: policy.Approvals
    replies: policy.Replies
    calendar: policy.Calendar
    courts: policy.Courts
    mail: policy.MailLimits


_SHAPES: Mapping[str, type[Any]] = {
    "court": policy.Court,
    "extraction": policy.Extraction,
    "doubts": policy.Doubts,
    "remarks": policy.Remarks,
    "categories": policy.Categories,
    "wording": policy.Wording,
    "matching": policy.Matching,
    "triage": policy.Triage,
    "approvals": policy.Approvals,
    "replies": policy.Replies,
    "calendar": policy.Calendar,
    "courts": policy.Courts,
    "mail": policy.MailLimits,
}


def load_rules(folder: Path) -> Rules:
    """Read and check every rules file of ``folder``; raises RulesError for the first thing wrong."""
    texts = {name: _read(folder, f"{name}.toml") for name in _SHAPES}
    return rules_from_texts(texts)


def rules_from_texts(texts: Mapping[str, str]) -> Rules:
    """Rules from the files' contents by name without ending; the digest covers every byte of them."""
    return _rules_of(tuple((name, texts[name]) for name in _SHAPES))


@lru_cache(maxsize=2)  # files that were only touched, and further applications of a process, need no second check
def _rules_of(texts: tuple[tuple[str, str], ...]) -> Rules:
    digest = hashlib.sha256()
    parsed: dict[str, Any] = {}
    for name, text in texts:
        digest.update(f"{name}\0{len(text)}\0{text}".encode())
        parsed[name] = _checked(name, text)
    rules = Rules(digest=digest.hexdigest(), **parsed)
    check_together(rules.triage, rules.replies)
    return rules


def _read(folder: Path, file: str) -> str:
    path = folder / file
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise RulesError(file, "", f"is larger than {LARGEST_FILE // 1024} KB")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RulesError(file, "", f"is missing from {folder}") from None
    except UnicodeDecodeError as error:
        raise RulesError(file, "", f"is not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise RulesError(file, "", f"cannot be read: {error.strerror}") from None


@lru_cache(maxsize=2 * len(_SHAPES))  # a change of one file is checked without the others
def _checked(name: str, text: str) -> Any:
    file = f"{name}.toml"
    try:
        table = tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, and a number with too many digits
        raise RulesError(file, "", f"is not valid TOML: {error}") from None
    except RecursionError:
        raise RulesError(file, "", "is not valid TOML: it is nested too deeply") from None
    try:
        return TypeAdapter(_SHAPES[name]).validate_python(with_words(file, table))
    except ValidationError as error:
        found = error.errors(include_url=False)
        # A misspelt key is also a missing one; the misspelling is what the reader must see.
        first = next((one for one in found if one["type"] in _UNKNOWN_KEY), found[0])
        key = ".".join(str(part) for part in first["loc"])
        raise RulesError(file, key, _reason(first["type"], first["msg"])) from None


def _reason(kind: str, message: str) -> str:
    """Pydantic's message in the words of someone who edits a TOML file."""
    if kind in _UNKNOWN_KEY:
        return "is not a known key"
    return "is missing" if kind == "missing" else message.removeprefix("Value error, ")
