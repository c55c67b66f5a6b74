"""What a person's name looks like: parsed from a label's value, a cell, a line or a run of words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from helpdesk.policy.reading import NameReading
from helpdesk.understand.text.view import fold

_MOST_WORDS = 6
_MOST_PARTICLES = 3
_INITIALS_AT_MOST = 2  # letters of an abbreviated given name
_WORD = re.compile(r"[A-Za-z][A-Za-z'.]*(?:-[A-Za-z][A-Za-z'.]*)*")
_QUOTED_NICKNAME = re.compile(r" ?[(\"']{1,2}[A-Z][a-z]+[)\"']{1,2} ?(?=[A-Z])")
_MOST_BEFORE_NICKNAME = 2  # names that can stand before a nickname
_NAME_BEGINS = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]+")
_INITIALS = re.compile(r"(?:[a-z][.-]+)*[a-z]\.?")
_MARKS_BEFORE = re.compile(r"[ *_/\-|>.:\d)]*(?:/?s/ ?)?")
_MAY_BE_SUFFIX = re.compile(r",? {0,2}([A-Za-z0-9]{2,3}|(?:Junior|Senior)(?! [A-Z]))\.?(?![\w])")
_NUMBER_FOLLOWS = re.compile(
    r"[ #:(]{1,3}(?:(?:(?:state )?bar|sbn|ardc|atty|attorney|reg(?:istration)?|licen[sc]e|lic|no|nr|id)\b|\d{4})",
    re.IGNORECASE,
)
_WORD_FOLLOWS = re.compile(r" ?[A-Za-z]")
_CELL_EDGE = re.compile(r"[|/;:(\t] ?$| - $")
_WORDS_BETWEEN = re.compile(r"[a-z]+")
_ASIDE = re.compile(r"\([^()\n]{1,80}\)|'s\b")
# "El Centro, California 92243", "Reno, NV 89501": a town, whose name no number of six digits follows.
_REGION = re.compile(
    r",? {1,2}(?:[A-Z]{2}|Calif(?:ornia)?\.?|Cal\.|[A-Z][a-z]{3,12})[, ]{1,2}\d{5}(?:-\d{4})?(?![\w-]) *$"
    r"|, (?:California|Calif\.|Cal\.) *$"
)
_HOUSE_NUMBER = re.compile(r" {0,8}\d{1,5} ")  # "12 Quill Walk"
_GIVEN_BEFORE = re.compile(r"[A-Z][\w'-]*\.? $")  # so that "Ada Filer, Reno" is not Reno Filer
_ABBREVIATED = ("jr", "sr")
_SMALL_PREFIX = re.compile(r"[a-z]{1,3}['-][A-Z]")
_STREET = ("st", "ste")
_LORDLY = ("don", "dona")
_TOWN = re.compile(r"\b(?:san (?:diego|francisco)|los angeles)\b", re.IGNORECASE)
_OF_TOWNS, _TO_SECOND = ("san", "los", "diego", "francisco", "angeles"), 4  # characters up to the second word
_FIRM = re.compile(r",? {1,2}(?:LLP|L\.L\.P|PLLC|P\.L\.L\.C|LLC|L\.L\.C|LP|PLC)\b")  # of several partners
_PRACTICE = re.compile(r"[a-z] IP$")  # "North Bluff IP", but "Wai Ip" is somebody
_VERSUS = re.compile(r"(?:^| )vs?\.? ")
_NAME_ENDS = re.compile(r"[,.<\")\n;|/]|\Z| {0,3}[<(|/#]| {1,3}\d{4}| and (?:my|bar|sbn)\b")
_AFTER_NAME = re.compile(r"[,|;/*:(\[<>#=\d@]|\s-|-\s|\s{2,}|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedName:
    """A name within a text: ``value`` is "First [Middle] Last[, Suffix]", ``start:end`` is where it stands."""

    value: str
    start: int
    end: int
    nickname: str = ""  # in lower case: "jenny" of "Hsiu-Mei (Jenny) Huang"
    words: tuple[str, ...] = field(init=False, repr=False, compare=False)  # in lower case, without suffix
    suffix: str = field(init=False, repr=False, compare=False)  # "jr", "iii" or nothing

    def __post_init__(self) -> None:
        words, _, suffix = fold(self.value).lower().partition(",")
        object.__setattr__(self, "words", tuple(words.split()))
        object.__setattr__(self, "suffix", suffix.strip(" ."))

    @property
    def is_full(self) -> bool:
        """Whether there are a given and a last name, not merely initials."""
        return len(self.words) > 1 and not _only_initials(self.words[-1])

    @property
    def is_initials(self) -> bool:
        """Whether the last name is shortened to its initials: "Winnie A-D", "Q. J. A.", "C-R"."""
        return _only_initials(self.words[-1])


def _only_initials(word: str) -> bool:
    return _INITIALS.fullmatch(word) is not None


class _Word(NamedTuple):
    text: str
    key: str  # in lower case, without the full stop of an abbreviation
    start: int
    end: int


def _word(text: str, start: int) -> _Word:
    return _Word(text, text.lower().rstrip("."), start, start + len(text))


def name_at(
    original: str,
    plain: str,
    start: int,
    end: int,
    reading: NameReading,
    *,
    lenient: bool,
    last_first: bool = False,
) -> ParsedName | None:
    """The name that begins at ``start`` (after honorifics) and ends before ``end``.

    lenient: the place says that a name must follow, so lower case and single words pass.
    last_first: the place is a list or a form, where "Doe, Jane" is usual; in prose it is not.
    """
    if not lenient and not _may_begin(plain, start, end, reading):
        return None
    words = _words(plain, start, end)
    if last_first and words and words[0].key in reading.particles and words[0].text.islower():
        return _particle_first(original, plain, start, end, words, reading)
    while words and words[0].key in reading.honorifics and (len(words) > 1 or not lenient):
        if _is_given_too(words):
            break
        words = words[1:]
    run = _run(plain, words, reading, lenient=lenient)
    if not run or _is_caption(plain, run) or (not lenient and _FIRM.match(plain, run[-1].end)):
        return None
    after = run[-1].end
    given = _given_after_comma(plain, after, end, reading, run) if last_first else []
    if given:
        return _named(original, given + run, run[0].start, given[-1].end, _suffix(plain, given[-1].end, end, reading))
    suffix = _suffix(plain, after, end, reading)
    if len(run) > 2 and run[-1].key in reading.suffixes:
        suffix, run = _suffix(plain, run[-2].end, end, reading) or run[-1], run[:-1]
    if not _acceptable(run, reading, lenient=lenient):
        return None
    return _named(original, run, run[0].start, run[-1].end, suffix)


def _may_begin(plain: str, start: int, end: int, reading: NameReading) -> bool:
    """Whether a name in running text can begin with the first word: with no small one, and with none of ``never``."""
    first = _WORD.search(plain, start, end)
    if first is None:
        return False
    key = first[0].lower().rstrip(".'")
    if key in reading.particles or key in reading.honorifics:
        return True
    return first[0][0].isupper() and (key not in reading.never or len(key) == 1)


def _particle_first(
    original: str, plain: str, start: int, end: int, words: list[_Word], reading: NameReading
) -> ParsedName | None:
    """ "de la Cruz, Ana": small particles open a name only where the last name stands first."""
    small = next((place for place, word in enumerate(words) if word.key not in reading.particles), len(words))
    name = (
        name_at(original, plain, words[small].start, end, reading, lenient=False, last_first=True)
        if words[small:]
        else None
    )
    comma = plain.find(",", words[0].start, end)
    if small > _MOST_PARTICLES or name is None or not words[-1].start < name.end or not start < comma < name.end:
        return None
    given, last = original[comma + 1 : name.end].strip(), original[words[0].start : comma]
    return ParsedName(value=" ".join(f"{given} {last}".split()), start=words[0].start, end=name.end)


def _is_caption(plain: str, run: list[_Word]) -> bool:
    """ "Doe v. Roe": a case, not a person."""
    before, after = plain[max(0, run[0].start - 4) : run[0].start], plain[run[-1].end : run[-1].end + 5]
    return bool(_VERSUS.search(before) or _VERSUS.match(after)) or any(
        word.text in ("v", "v.", "vs", "vs.") for word in run[1:]
    )


def name_before(original: str, plain: str, start: int, end: int, reading: NameReading) -> ParsedName | None:
    """The name that ends at ``end`` (before a Bar ID or an address), not reaching back over ``start``."""
    opens_line = start == 0 or plain[start - 1] == "\n"
    for begins in _NAME_BEGINS.finditer(plain, start, end):
        position = begins.start()
        if begins[0][0].islower() and begins[0].lower() not in reading.particles:
            continue
        listed = opens_line and not any(letter.isalpha() for letter in plain[start:position])
        listed = listed or bool(_CELL_EDGE.search(plain[start:position]))
        name = name_at(original, plain, position, end, reading, lenient=False, last_first=listed)
        if name is None and not _GIVEN_BEFORE.search(plain, start, position):
            name = last_and_given(original, plain, position, end, reading)
        if name and is_beside(plain[name.end : end], reading):
            return name
    return None


def last_and_given(original: str, plain: str, position: int, end: int, reading: NameReading) -> ParsedName | None:
    """ "the account of Doe, Jane M.": in prose, one given name, perhaps with an initial, turns the order."""
    comma = plain.find(",", position, end)
    if comma < 0:
        return None
    name = name_at(original, plain, position, end, reading, lenient=False, last_first=True)
    if name is None or not position < comma < name.end:
        return None
    given = plain[comma + 1 : name.end].split()
    return name if len(given) == 1 or (len(given) == 2 and len(given[1].strip(".")) == 1) else None


def whole_name(original: str, plain: str, start: int, end: int, reading: NameReading) -> ParsedName | None:
    """The name that fills ``start:end`` but for titles behind it ("Jane Doe, Esq.", "Jane Doe | Partner")."""
    if _HOUSE_NUMBER.match(plain, start, end):
        return None
    match = _MARKS_BEFORE.match(plain, start, end)
    begin = match.end() if match else start
    name = name_at(original, plain, begin, end, reading, lenient=False, last_first=True)
    if name is None or _PRACTICE.search(original, name.start, name.end):
        return None
    rest = plain[name.end : end].strip()
    if _REGION.match(plain, name.end, end):
        return None
    return name if not rest or _AFTER_NAME.match(rest) or _AFTER_NAME.match(plain[name.end : end]) else None


def _words(plain: str, start: int, end: int) -> list[_Word]:
    words: list[_Word] = []
    behind = start
    for match in _WORD.finditer(plain, start, end):
        if plain.startswith("@", match.end()) or _is_of_a_town(plain, match):
            break
        gap = plain[behind : match.start()] if words else ""
        if gap.strip() or "\n" in gap or len(gap) > 2:
            nickname = _QUOTED_NICKNAME.match(plain, behind, end) if len(words) <= _MOST_BEFORE_NICKNAME else None
            if nickname is None:
                break
            behind = nickname.end()
            continue
        behind = match.end()
        words.append(_word(match[0].rstrip("'"), match.start()))
        if len(words) > _MOST_WORDS + 1:
            break
    return words


def _is_given_too(words: list[_Word]) -> bool:
    """ "Don Filer", "Dona M. Filer": a given name where not two whole names follow."""
    following = [word for word in words[1:3] if len(word.key) > 1]
    return words[0].key in _LORDLY and len(words) > 1 and len(following) < 2


def _is_of_a_town(plain: str, word: re.Match[str]) -> bool:
    """Whether "San" or "Francisco" are those of San Francisco: either may be a name, but not both together."""
    if word[0].lower() not in _OF_TOWNS:
        return False
    return bool(_TOWN.match(plain, word.start()) or _TOWN.match(plain, max(0, word.start() - _TO_SECOND)))


def _run(plain: str, words: list[_Word], reading: NameReading, *, lenient: bool) -> list[_Word]:
    """The leading words that can belong to one name."""
    run: list[_Word] = []
    for place, word in enumerate(words[:_MOST_WORDS]):
        if not _can_be_part(word, run, reading, lenient=lenient):
            if lenient and _is_middle_name(word, words[place + 1 : place + 2], run, reading):
                run.append(word)
                continue
            if _ends_as_surname(plain, word, run, reading) or (lenient and _is_lacking_surname(plain, word, run)):
                run.append(_word(word.text.rstrip("."), word.start))
            break
        if _ends_sentence(word, run, reading):
            run.append(_word(word.text.rstrip("."), word.start))
            break
        run.append(word)
    while len(run) > 1 and run[-1].text == "I":  # "this is Ada Filer I am a lawyer"
        run.pop()
    whole = sum(len(word.key) > 1 for word in run)
    if whole > 2 and run[-1].key in reading.not_given and _NUMBER_FOLLOWS.match(plain, run[-1].end):
        run.pop()  # "Ada Filer CA 234561", but "Ada Q. Washington 234561"
    run = _said_once(run, goes_on=len(run) < len(words) and _is_large(words[len(run)]))
    if len(run) > 2 and len(run[-1].key) == 1:  # "Ada Filer F I L E R"
        spelled = next((n for n in range(2, len(run)) if len(run[n - 1].key) == len(run[n].key) == 1), len(run) + 1)
        run = run[: spelled - 1]
    while run and run[-1].key in reading.particles and (not run[-1].text[0].isupper() or run[-1].key in _STREET):
        run.pop()
    return _without_possessive(run)


def _said_once(run: list[_Word], *, goes_on: bool) -> list[_Word]:
    """Without the sign-off before a name and the firm behind it: "Ada Ada Filer", "Ada Quill Quill Law".

    goes_on: a large word follows; without one, "Ada Filer Filer" has two surnames that are alike.
    """
    keys = [word.key for word in run]
    if len(keys) > 2 and keys[0] == keys[1]:
        return _said_once(run[1:], goes_on=goes_on)
    again = next((place for place, key in enumerate(keys) if len(key) > 1 and key in keys[:place]), len(keys))
    return run[:again] if goes_on or again < len(keys) - 1 else run


def _ends_sentence(word: _Word, run: list[_Word], reading: NameReading) -> bool:
    """Whether the full stop behind a word is no abbreviation's: "Wm." opens a name, "Vo." closes it."""
    if not word.text.endswith(".") or word.key in reading.particles or word.key in reading.suffixes:
        return False
    return len(word.key) > _INITIALS_AT_MOST or (len(word.key) == _INITIALS_AT_MOST and bool(run))


def _without_possessive(run: list[_Word]) -> list[_Word]:
    """The run up to an owner: the last of them, or else the first."""
    owners = [place for place, word in enumerate(run) if word.text.endswith(("'s", "'S"))]
    if not owners:
        return run
    place = owners[-1] if owners[-1] == len(run) - 1 else owners[0]
    return [*run[:place], _word(run[place].text[:-2], run[place].start)]


def _can_be_part(word: _Word, run: list[_Word], reading: NameReading, *, lenient: bool) -> bool:
    if word.key in reading.particles:
        return bool(run) or word.text[0].isupper()
    if word.key in _LORDLY and not run:  # as a title it is left out before
        return _is_large(word)
    stopped = word.text.endswith(".")
    if len(word.key) == 1 and (run or stopped) and (word.text[0].isupper() or (lenient and stopped)):
        return True
    owner = word.key.removesuffix("'s")
    if owner in reading.never or (owner in reading.honorifics and owner not in reading.suffixes):
        return False
    if len(word.key) == 1:
        return word.text[0].isupper() or (lenient and bool(run))
    return _is_large(word) or lenient


def _is_large(word: _Word) -> bool:
    """Whether a word is written large, as "Amboise", "d'Amboise" and "al-Amin" are."""
    return word.text[0].isupper() or bool(_SMALL_PREFIX.match(word.text))


def _ends_as_surname(plain: str, word: _Word, run: list[_Word], reading: NameReading) -> bool:
    """ "Ada Filer": a word of the trade that is a surname too, behind a given name and last in its stretch."""
    if not run or word.key not in reading.also_surnames or not word.text[0].isupper():
        return False
    return word.text.endswith(".") or _NAME_ENDS.match(plain, word.end) is not None


def _is_lacking_surname(plain: str, word: _Word, run: list[_Word]) -> bool:
    """ "Name: Byron J. Tribe": whatever word it is, the field holds no other surname."""
    given = [earlier for earlier in run if len(earlier.key) > 1]
    return len(given) == 1 and word.text[0].isupper() and _NAME_ENDS.match(plain, word.end) is not None


def _is_middle_name(word: _Word, following: list[_Word], run: list[_Word], reading: NameReading) -> bool:
    """ "Name: Ada Lane Filer", "Name: Lane Filer": a word of the trade before a name, where one must stand."""
    if word.key not in reading.also_surnames or not word.text[0].isupper():
        return False
    return bool(following) and _is_large(following[0]) and following[0].key not in reading.never


def _given_after_comma(plain: str, after: int, end: int, reading: NameReading, run: list[_Word]) -> list[_Word]:
    """ "Doe, Jane M.": the given names, when a comma follows one or two last names."""
    last_names = [word for word in run if word.key not in reading.particles]
    if plain[after : after + 1] != "," or len(last_names) > 2 or any(len(word.key) < 2 for word in run):
        return []
    given = _run(plain, _words(plain, after + 1, end), reading, lenient=False)[:3]
    if not given or any(given[0].key in none for none in (reading.suffixes, reading.particles, reading.not_given)):
        return []
    following = _WORD_FOLLOWS.match(plain, given[-1].end, end)
    if (
        following
        or given[0].start - after > 3
        or (len(last_names) == 2 and (len(given) > 2 or run[0].text[0].islower()))
    ):
        return []
    if len(given[0].key) == 1 and len(given) == 1:
        return given
    return [] if len(last_names) == 2 and len(given) == 2 and len(given[1].key) > 1 else given


def _suffix(plain: str, after: int, end: int, reading: NameReading) -> _Word | None:
    match = _MAY_BE_SUFFIX.match(plain, after, end)
    if match and match[1].lower() in reading.suffixes and (match[1][0].isupper() or match[1][0].isdigit()):
        end = (
            match.end() if match[1].lower() in _ABBREVIATED else match.end(1)
        )  # a numeral's full stop is the sentence's
        return _word(plain[match.start(1) : end], match.start(1))
    return None


def _acceptable(run: list[_Word], reading: NameReading, *, lenient: bool) -> bool:
    if not lenient and run[0].text[0].islower() and len([word for word in run if word.text[0].isupper()]) < 2:
        return False  # "van der Quay": a last name alone
    long_words = [word for word in run if len(word.key) > 1]
    if all(word.key in reading.particles for word in run):
        return False  # "For San Diego": the rest of it is no name
    return (
        len(run) >= (1 if lenient else 2)
        and bool(long_words)
        and (lenient or len(run[-1].key) > 1 or len(long_words) > 1)
    )


def _named(original: str, run: list[_Word], start: int, end: int, suffix: _Word | None) -> ParsedName:
    value = " ".join(original[word.start : word.end] for word in run)
    if suffix:
        value, end = f"{value}, {original[suffix.start : suffix.end]}", max(end, suffix.end)
    return ParsedName(value=value, start=start, end=end)


def is_beside(text: str, reading: NameReading) -> bool:
    """Whether ``text`` leads from a name to its number or address: titles, punctuation and a few small words."""
    words = _WORDS_BETWEEN.findall(_ASIDE.sub("", text.lower()))
    known = (reading.honorifics, reading.between, reading.not_given)
    return all(any(word in some for some in known) for word in words)
