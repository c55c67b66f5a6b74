"""Letters compared: what counts as the same word, and what only looks like it."""

from __future__ import annotations

import unicodedata

_LATIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})
# Letters of other scripts that pass for Latin ones: good for finding whom someone poses as, never for agreement.
_LOOKALIKE = str.maketrans(
    "авсԁеһіјкӏмнорԛѕтԝхуѵαβεηικνορτυχγω",
    "abcdehijklmhopqstwxyvabenikvoptuxyw",
)
_TURKISH = frozenset("ı")  # passes for a Latin i, but is one in "Yılmaz", where the record has it too
_PUNCTUATION = str.maketrans({**dict.fromkeys("'`’‘ʼ´", ""), **dict.fromkeys("‐‑‒–—−", "-")})
_UNSEEN = ("Mn", "Cf", "Cs")  # accents on their own, invisible characters, halves of characters
_PLAIN_PUNCTUATION = frozenset("’‘ʼ´‐‑‒–—−\u00a0")
_ASCII = str.maketrans(
    {chr(code): " " for code in range(128) if not chr(code).isalnum() and chr(code) not in "-'`"} | {"'": "", "`": ""}
)


def fold(text: str) -> str:
    """Lower-case words without accents and punctuation, one space between; hyphens inside words stay."""
    if text.isascii() and text.isalpha():  # most recorded names
        return text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).lower().translate(_LATIN).translate(_PUNCTUATION)
        letters = unicodedata.normalize("NFD", text.translate(_LOOKALIKE))
        text = "".join(letter for letter in letters if unicodedata.category(letter) not in _UNSEEN)
    words = text.lower().translate(_ASCII).split()
    if "-" in text:
        words = [stripped for word in words if (stripped := word.strip("-"))]
    return " ".join(words)


def odd_letters(text: str) -> frozenset[str]:
    """Characters that are not plainly Latin: other scripts, compatibility twins (full-width), invisible ones."""
    if text.isascii():
        return frozenset()
    return frozenset(character for character in unicodedata.normalize("NFC", text) if _is_odd(character))


def _is_odd(character: str) -> bool:
    if character.isascii() or character in _PLAIN_PUNCTUATION:
        return False
    if character.lower() in "ßøłđæœþð":
        return False
    base = unicodedata.normalize("NFD", character)
    return not (base[0].isascii() and all(unicodedata.category(mark) == "Mn" for mark in base[1:]) and len(base) > 1)


def only_looks_alike(claimed: str, recorded: str) -> bool:
    """Whether two texts must not count as agreeing although they may fold to the same letters.

    So if they differ in odd letters, or if a claimed word mixes Latin with other letters.
    """
    if claimed.isascii() and recorded.isascii():
        return False
    odd = odd_letters(claimed)
    if odd == _TURKISH == odd_letters(recorded):
        return not _words_with(claimed, odd) <= _words_with(recorded, odd)
    return odd != odd_letters(recorded) or _mixes(claimed, odd)


def _words_with(text: str, letters: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in text.lower().split() if not letters.isdisjoint(word))


def _mixes(text: str, odd: frozenset[str]) -> bool:
    return bool(odd) and any(
        not odd.isdisjoint(word) and any(letter.isascii() and letter.isalpha() for letter in word)
        for word in unicodedata.normalize("NFC", text).split()
    )
