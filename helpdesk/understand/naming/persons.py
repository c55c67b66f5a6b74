"""Whether a name is a person's: two spellings of one person, an address made of a name."""

from __future__ import annotations

import re
from functools import lru_cache

from helpdesk.short_forms import nicknames
from helpdesk.understand.naming.names import ParsedName

NOT_LETTERS = re.compile(r"[^a-z]+")
_NICKNAME = 3  # letters that a given name and its short form share: "Steph" and "Stephanie"
_SHORT_LOCAL = 5  # letters before the @ that can be initials
_SURNAME = 4  # letters of a surname that are no accident in a domain


def same_person(one: ParsedName, other: ParsedName, *, with_suffix: bool = False) -> bool:
    """Whether two spellings can be one person: a common last name and no clash of given names.

    with_suffix: a father and his son are two, also where only one of them is called senior or junior.
    """
    if with_suffix and one.suffix != other.suffix:
        return False
    first, second = one.words, other.words
    if one.is_initials or other.is_initials:
        return _initials_agree(first, second)
    lasts = set(first[-1].split("-")) & set(second[-1].split("-"))
    if not lasts and first[-1] not in second and second[-1] not in first:
        return False
    if len(first) == 1 or len(second) == 1:
        return True
    for words, others in ((first, second), (second, first)):
        if words[0] == others[-1] != words[-1]:  # surname first, or a firm: "Filer Ada", but not "Filer Quay"
            return any(goes_by(word, others[0]) for word in words[1:])
    if _is_called(one, other) or _is_called(other, one):
        return True
    return first[0][0] == second[0][0] or first[0] in second or second[0] in first or second[0] in nicknames(first[0])


def _is_called(one: ParsedName, other: ParsedName) -> bool:
    """Whether the other name has for given name what stands in brackets in this one."""
    return bool(one.nickname) and goes_by(one.nickname, other.words[0])


def _initials_agree(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """ "Maggie Q-F" and "Margaret Quill-Filer", "A. Q. F." and "Ada Q. Filer", "Q-F" and "Ada Quill-Filer"."""
    short, long = sorted((parts_of(first), parts_of(second)), key=lambda parts: sum(map(len, parts)))
    given = goes_by(short[0], long[0])
    shortened = "".join(part[0] for part in short)
    if len(shortened) < 2:
        return False
    whole = "".join(part[0] for part in long)
    return (given and shortened in (whole, whole[0] + whole[-1])) or (
        max(map(len, short)) == 1 and whole.endswith(shortened)
    )


def goes_by(one: str, other: str) -> bool:
    """Whether two given names can be one's: alike in their first letters, one within the other, or a short form."""
    alike = min(_NICKNAME, len(one), len(other))
    short, long = sorted((one, other), key=len)
    if one[:alike] == other[:alike] or (len(short) >= _NICKNAME and short in long):
        return True
    return len(short) >= _NICKNAME and one in nicknames(other)


def parts_of(words: tuple[str, ...]) -> list[str]:
    """The words, double names taken apart."""
    return [part for word in words for part in NOT_LETTERS.split(word) if part] or [""]


def fits_address(name: ParsedName, address: str) -> bool:
    """Whether an address is made of this name: its local part alone, or with the domain's help."""
    return _fits(name.words, address)


@lru_cache(maxsize=512)
def _fits(words: tuple[str, ...], address: str) -> bool:
    before, _, behind = address.lower().partition("@")
    local = NOT_LETTERS.sub("", before)
    whole = [NOT_LETTERS.sub("", word) for word in words]
    if not local or not whole or not whole[-1]:
        return False
    inner = " ".join(word for word in words[1:-1] if len(word) > _NICKNAME)  # "Ada Quill Filer", of two surnames
    lasts = [part for part in NOT_LETTERS.split(f"{inner} {words[-1]}") if len(part) > 2] + [whole[-1]]
    if any(len(part) > 1 and part in local for part in lasts) or _cut_short(local, whole[0], lasts):
        return True
    if len(whole[0]) > 2 and whole[0] in local:
        return True
    if local == "".join(word[0] for word in whole if word) or local == "".join(part[0] for part in parts_of(words)):
        return True
    domain = NOT_LETTERS.sub("", behind)
    return any(len(part) >= _SURNAME and part in domain for part in lasts) and is_short_for(local, whole[0], lasts)


def _cut_short(local: str, given: str, lasts: list[str]) -> bool:
    """ "ahernan@" of Ada Hernandez: an initial and the beginning of the surname."""
    beginning = local[1:]
    return len(beginning) >= _SURNAME and local[:1] == given[:1] and any(part.startswith(beginning) for part in lasts)


def is_short_for(local: str, given: str, lasts: list[str]) -> bool:
    """Whether a local part is short for a name whose surname the domain spells: "aqf@filer.example", "ada@"."""
    if not given:
        return False
    if len(local) <= _SHORT_LOCAL and local[0] == given[0] and any(part[0] in local[1:] for part in lasts):
        return True
    return local == given or (min(len(local), len(given)) >= _NICKNAME and goes_by(local, given))
