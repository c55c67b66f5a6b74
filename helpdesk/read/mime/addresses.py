"""Address lists of From, To and their like: a reader of its own that is linear and refuses nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from helpdesk.read.limits import Limits
from helpdesk.read.mime.encoded_words import decode_words
from helpdesk.read.mime.headers import Headers, header_text, raw_text
from helpdesk.read.text import clean_line
from helpdesk.vocabulary import Address, Defect, DefectKind, ascii_lower

_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.S)
_ESCAPED = re.compile(r"\\(.)", re.S)
_PLAIN = re.compile(r'[^"(<>,;:]+')
_MAILBOX = re.compile(r"[^\s<>\"(),;:]+@[^\s<>\"(),;:@]+")
_WITH_A_DOMAIN = re.compile(r"[^\s<>\"(),;:]+@[^\s<>\"(),;:@]+\.[^\s<>\"(),;:@.]{2,}")  # not "Filer, Ada@DOJ"

_LONGEST = 320  # RFC 5321: 64 before the @, 255 behind it
_ODD = "An address contained characters that no address can have; they were replaced."
_ANOTHER = "The name beside an address contains a different address."
_SECOND = "Two addresses in angle brackets stand where one belongs."
_ENCODED = "An address is written as an encoded word, which mail programs read in different ways."
_LONG = "An address was longer than an address can be and was left out."
_BARE = "A sender or recipient stands without angle brackets beside its name."


def return_path(headers: Headers) -> str | None:
    """The Return-Path's address in lower case, '' for the null path, None without the header."""
    values = headers.all("return-path")
    return ascii_lower(header_text(values[0], []).strip("<> ")) if values else None


def addresses(headers: Headers, name: str, *, limits: Limits, defects: list[Defect]) -> tuple[Address, ...]:
    """All mailboxes of every header of this name, in order; groups are opened, empty groups vanish."""
    found: list[Address] = []
    of_author = name == "from"
    for value in headers.all(name):
        written = raw_text(value)
        mailboxes = parse_addresses(written, defects, of_author=of_author)
        if "=?" in written and not any(mailbox.address for mailbox in mailboxes):
            mailboxes = parse_addresses(header_text(value, defects), defects, of_author=of_author)
            if any(mailbox.address for mailbox in mailboxes):
                defects.append(_trick(_ENCODED, of_author=of_author))
        found.extend(mailboxes)
    if len(found) > limits.addresses:
        why = f"Its {name.title()} header names more than {limits.addresses} addresses; the rest was left out."
        defects.append(Defect(why=why))
    return tuple(found[: limits.addresses])


def parse_addresses(written: str, defects: list[Defect], *, of_author: bool = False) -> list[Address]:
    """The mailboxes of one header's raw text. What has no address keeps its words as display name.

    of_author: it is From, where what looks like another address deceives.
    """
    scan = _Scan(written=written, defects=defects, of_author=of_author)
    return scan.mailboxes()


@dataclass(slots=True)
class _Scan:
    """One pass over the characters; each is looked at a bounded number of times."""

    written: str
    defects: list[Defect]
    of_author: bool
    found: list[Address] = field(default_factory=list)
    phrase: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None
    surname: str = ""  # "Filer" of an unquoted "Filer, Ada <ada@firm.example>"
    quotes_close: bool = True
    comments_close: bool = True

    def mailboxes(self) -> list[Address]:
        position, end = 0, len(self.written)
        while position < end:
            position = self._next(position)
        self._finish("")
        return self.found

    def _next(self, position: int) -> int:
        character = self.written[position]
        if character == '"':
            return self._quoted(position)
        if character == "(":
            return self._comment(position)
        if character == "<":
            return self._angle(position)
        if character in ",;":
            self._finish(character)
            return position + 1
        if character == ":":
            self._group_begins()
            return position + 1
        found = _PLAIN.match(self.written, position)
        if found is None:  # a bracket that closes nothing
            return position + 1
        self.phrase.append(found.group())
        return found.end()

    def _quoted(self, position: int) -> int:
        found = _QUOTED.match(self.written, position) if self.quotes_close else None
        if found is None:  # then no later quotation mark closes either
            self.quotes_close = False
            self.phrase.append(" ")
            return position + 1
        quoted = found.group(1)
        self.phrase.append(_ESCAPED.sub(r"\1", quoted) if "\\" in quoted else quoted)
        return found.end()

    def _comment(self, position: int) -> int:
        end = _comment_end(self.written, position) if self.comments_close else None
        if end is None:
            self.comments_close = False
            self.phrase.append(" ")
            return position + 1
        self.comments.append(self.written[position + 1 : end - 1])
        return end

    def _angle(self, position: int) -> int:
        end = self.written.find(">", position)
        stop = end if end >= 0 else len(self.written)
        inside = self.written[position + 1 : stop].strip().lstrip("<")
        if self.angle is None:
            self.angle = inside.rpartition(":")[2] if inside.startswith("@") else inside
        elif "@" in inside:
            self.defects.append(_trick(_SECOND, of_author=self.of_author))
        return stop + 1

    def _group_begins(self) -> None:
        if self.angle is None and not any("@" in words for words in self.phrase):
            self.phrase.clear()  # the group's name, or "mailto"
            self.surname = ""

    def _finish(self, separator: str) -> None:
        """What was gathered up to a separator is one mailbox, or the surname before one."""
        words = " ".join("".join(self.phrase).split())
        if self.angle is not None:
            self._add(f"{self.surname}, {words}" if self.surname else words, self.angle)
        elif "@" in words:
            self._bare(words)
        elif words and separator == ",":
            self.surname = f"{self.surname}, {words}" if self.surname else words
            self.phrase.clear()
            return
        elif words or self.surname:
            self._add(words or self.surname, "")
        self.phrase.clear()
        self.comments.clear()
        self.angle, self.surname = None, ""

    def _bare(self, words: str) -> None:
        """``ada@firm.example``, or a name beside it for want of brackets."""
        mailboxes = _MAILBOX.findall(words)
        if not mailboxes or mailboxes[-1] == words:
            self._add("", words)
            return
        self.defects.append(Defect(why=_BARE))
        self._add(words.replace(mailboxes[-1], " ", 1), mailboxes[-1])

    def _add(self, display: str, address: str) -> None:
        name = display or " ".join(self.comments)
        shown = clean_line(decode_words(name, self.defects), self.defects)
        found = Address(display_name=shown.strip("'\" "), address=_address(address, self.defects))
        named = _WITH_A_DOMAIN.search(found.display_name)
        if named and found.address and ascii_lower(named.group()) != found.address:
            self.defects.append(_trick(_ANOTHER, of_author=self.of_author))
        self.found.append(found)


def _trick(why: str, *, of_author: bool) -> Defect:
    return Defect(why=why, kind=DefectKind.DECEPTION if of_author else DefectKind.FLAW)


def _comment_end(written: str, position: int) -> int | None:
    """Behind the bracket that closes the comment opened here; None when nothing closes it."""
    depth = 0
    escaped = False
    for index in range(position, len(written)):
        character = written[index]
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return index + 1
    return None


def _address(written: str, defects: list[Defect]) -> str:
    """Without blanks, in ASCII lower case; what cannot be seen is replaced, so that it equals no real address."""
    address = ascii_lower("".join(written.split()).strip("'\"<>"))
    if len(address) > _LONGEST:
        defects.append(Defect(why=_LONG))
        return ""
    if address.isascii() and address.isprintable():
        return address
    kept = "".join("\ufffd" if unicodedata.category(letter)[0] == "C" else letter for letter in address)
    if kept != address:
        defects.append(Defect(why=_ODD))
    return kept
