"""How names, numbers and addresses go wrong: by hand, by ear and by scanner."""

from __future__ import annotations

import string
from random import Random

from nicknames import NickNamer

WEBMAIL = ("gmail.com", "yahoo.com", "aol.com", "outlook.com", "hotmail.com", "icloud.com")
_SCANNED = (("m", "rn"), ("rn", "m"), ("d", "cl"), ("cl", "d"), ("o", "0"), ("l", "1"), ("w", "vv"), ("i", "l"))
_HEARD = (
    *(("ph", "f"), ("f", "ph"), ("ck", "k"), ("k", "ck"), ("c", "k"), ("ie", "ei"), ("ei", "ie"), ("y", "i")),
    *(("ll", "l"), ("nn", "n"), ("n", "nn"), ("tz", "ts"), ("sch", "sh"), ("z", "s"), ("ea", "ee"), ("oo", "u")),
)
_MISREAD = (("0", "O"), ("1", "l"), ("5", "S"), ("8", "B"), ("1", "I"), ("2", "Z"))


class Slips:
    """Makes mistakes by chance."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._namer = NickNamer()

    def slip(self, text: str, letters: str) -> str:
        """One letter replaced, left out, added, or swapped with its neighbour."""
        place = self._random.randrange(max(1, len(text)))
        letter = self._random.choice(letters)
        match self._random.randrange(4):
            case 0:
                return text[:place] + letter + text[place + 1 :]
            case 1:
                return text[:place] + text[place + 1 :] if len(text) > 3 else text + letter
            case 2:
                return text[:place] + letter + text[place:]
            case _:
                return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]

    def digits(self, number: str, fault: str) -> str:
        """A number with one digit wrong, dropped, added, or two turned round."""
        place = self._random.randrange(max(1, len(number) - 1))
        digit = self._random.choice(string.digits)
        match fault:
            case "turned":
                return number[:place] + number[place : place + 2][::-1] + number[place + 2 :]
            case "dropped":
                return number[:place] + number[place + 1 :]
            case "extra":
                return number[:place] + digit + number[place:]
            case _:
                return number[:place] + digit + number[place + 1 :]

    def scanned(self, word: str) -> str:
        """A word as a poor scanner reads it."""
        return self._replaced(word.lower(), _SCANNED).capitalize()

    def scanned_number(self, number: str) -> str:
        """A number with a digit read as a letter."""
        return self._replaced(number, _MISREAD)

    def heard(self, word: str) -> str:
        """A word written as it sounds."""
        return self._replaced(word.lower(), _HEARD).capitalize()

    def _replaced(self, text: str, pairs: tuple[tuple[str, str], ...]) -> str:
        fitting = [pair for pair in pairs if pair[0] in text]
        return text.replace(*self._random.choice(fitting), 1) if fitting else text

    def nickname(self, first: str) -> str:
        """A short form, or what this is short for; the initial where there is none."""
        forms = self._namer.nicknames_of(first.lower()) | self._namer.canonicals_of(first.lower())
        return self._random.choice(sorted(forms)).capitalize() if forms else f"{first[0]}."

    def number(self) -> str:
        """A number out of nowhere."""
        return str(self._random.randrange(30_000, 1_000_000))

    def address(self, first: str, last: str, domain: str) -> str:
        """An address made from a name in one of the usual styles."""
        first = first.split()[0].lower() if first else "x"
        last = last.replace("-", "").replace(" ", "").lower()
        salt = self._random.randrange(100)
        styles = (f"{first}.{last}", f"{first[0]}{last}", f"{first}{last[0]}", f"{first}{last}{salt}")
        return f"{self._random.choice((*styles, f'{last}{salt}'))}@{domain}".replace("'", "")
