"""How hard a letter is to read: its words, and the usual measure of its language.

English: the grade of Flesch and Kincaid (1975), school years a reader needs; at most 8. Spanish: the perspicuity of
Szigriszt Pazos (1993) on the INFLESZ scale, where 55 and more is normal or easy; at least 55. Web addresses, mail
addresses and numbers count as one short word each: nobody spells them out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_WORDS = 120
HIGHEST_GRADE = 8.0
LOWEST_PERSPICUITY = 55.0

_UNREAD = re.compile(r"\S*[@/]\S*|\S+\.(?:com|gov|org|net)\b\S*|[+(]?\d[\d().,:-]*")
_SENTENCE_ENDS = re.compile(r"[.!?:]+(?=\s|$)|\n\s*\n|\n(?=-)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHORT_FORMS = {"a.m.": "am", "p.m.": "pm", "a. m.": "am", "p. m.": "pm", "U.S.": "US"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a text reads. ``measure``: English grade, lower is easier; Spanish perspicuity, higher is easier."""

    language: str
    words: int  # as they stand, separated by blanks
    measure: float

    @property
    def advice(self) -> tuple[str, ...]:
        """What to do about it, nothing when it reads well."""
        found = []
        if self.words > MOST_WORDS:
            found.append(f"{self.words} words; readers of mail take in at most {MOST_WORDS}")
        if self.language == "es" and self.measure < LOWEST_PERSPICUITY:
            found.append(f"perspicuity {self.measure:.1f}; at least {LOWEST_PERSPICUITY:.0f} reads easily")
        if self.language != "es" and self.measure > HIGHEST_GRADE:
            found.append(f"grade {self.measure:.1f}; at most {HIGHEST_GRADE:.0f} reads easily")
        return tuple(found)


def read_as(text: str, language: str) -> Reading:
    """How ``text`` reads to somebody who reads this language."""
    plain = text
    for written, short in _SHORT_FORMS.items():
        plain = plain.replace(written, short)
    plain = _UNREAD.sub("it", plain)
    sentences = sum(bool(_WORD.search(part)) for part in _SENTENCE_ENDS.split(plain))
    words = _WORD.findall(plain)
    count, per_sentence = max(len(words), 1), max(len(words), 1) / max(sentences, 1)
    if language == "es":
        measure = 206.835 - 62.3 * sum(map(spanish_syllables, words)) / count - per_sentence
    else:
        measure = 0.39 * per_sentence + 11.8 * sum(map(english_syllables, words)) / count - 15.59
    return Reading(language=language, words=len(text.split()), measure=measure)


_SILENT_E = re.compile(r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)e[sd]?$|(?<=[^aeioucghlsxz])es$|(?<=[^aeiouydt])ed$")
_APART = re.compile(r"(?<=[^cgst])i[ao]|(?<=[er])ea$|(?<=id)ea$|creat|[iy]ing")


def english_syllables(word: str) -> int:
    """Syllables of an English word: groups of vowels, without silent ones, with those that are spoken apart."""
    if word.isupper() and not re.search("[AEIOUY]", word):
        return len(word)  # an abbreviation that is spelled out
    spoken = _SILENT_E.sub("", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", spoken)) + len(_APART.findall(spoken)))


_WEAK, _STRONG = "iuüy", "aeoáéíóú"


def spanish_syllables(word: str) -> int:
    """Syllables of a Spanish word: strong vowels count one each, weak ones join their neighbours."""
    word = re.sub(r"qu|gu(?=[eiéí])", "k", word.lower())
    word = re.sub(r"y(?=[aeiouáéíóú])", "ll", word)
    count = 0
    for group in re.findall(rf"[{_STRONG}{_WEAK}]+", word):
        strong = sum(letter in _STRONG for letter in group)
        count += strong or 1
    return max(1, count)
