"""Whether a name is a person's: two spellings of one person, an address made of a name."""

from __future__ import annotations

import re

from helpdesk.understand.names import ParsedName


def same_person(one: ParsedName, other: ParsedName, *, with_suffix: bool = False) -> bool:
    """Whether two spellings can be one person: a common last name and no clash of given names.

    with_suffix: a father and his son are two, also where only one of them is called senior or junior.
    """
    if with_suffix and one.suffix != other.suffix:
        return False
    first, second = one.words, other.words
    lasts = set(first[-1].split("-")) & set(second[-1].split("-"))
    if not lasts and first[-1] not in second and second[-1] not in first:
        return False
    if len(first) == 1 or len(second) == 1:
        return True
    return first[0][0] == second[0][0] or first[0] in second or second[0] in first


def fits_address(name: ParsedName, address: str) -> bool:
    """Whether the local part of an address is made of this name."""
    local = re.sub(r"[^a-z]", "", address.partition("@")[0].lower())
    words = [re.sub(r"[^a-z]", "", word) for word in name.words]
    if not local or not words or not words[-1]:
        return False
    parts = [part for word in name.words[-1:] for part in re.split(r"[^a-z]", word) if len(part) > 2] + [words[-1]]
    if any(len(part) > 1 and part in local for part in parts):
        return True
    return (len(words[0]) > 2 and (local.startswith(words[0]) or words[0] in local)) or local == "".join(
        w[0] for w in words if w
    )
