"""Which parts are the text of a mail, and that text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from helpdesk.read.contents.attachments import describe
from helpdesk.read.contents.flowed import unflow
from helpdesk.read.contents.notes import adds_nothing
from helpdesk.read.html.plain_text import html_to_text
from helpdesk.read.limits import DEFAULT_LIMITS, Limits
from helpdesk.read.mime.charset import decode, read_once_more
from helpdesk.read.mime.headers import header_text
from helpdesk.read.mime.parts import Part, parse_parts
from helpdesk.read.outlook.rtf import rtf_to_text
from helpdesk.read.outlook.tnef import Tnef, is_tnef, parse_tnef
from helpdesk.read.seldom import Seldom
from helpdesk.read.text import clean_text, without_margins
from helpdesk.vocabulary import Attachment, Defect, DefectKind

# A plain version that only points to the HTML one.
_STUB = Seldom(
    r"\b(?:your|this|the) (?:e-?mail|mail|message)? ?(?:client|reader|program|software|application)[^.]{0,60}"
    r"(?:not|n.t|unable to) (?:support|display|read|show|render)",
    r"\b(?:view|read|see|open) (?:it|this|the)? ?(?:e-?mail|message)? ?(?:in|as|with|using) (?:an?|your) "
    r"(?:html|web|browser)|\bhtml (?:format|version|e-?mail|message|enabled|capable|only)",
)
_SPEAKS_OF_FORMS = re.compile(
    r"\bhtml\b|\btext (?:version|part|alternative|copy|body)\b|\brich[- ]text\b|\bmodern (?:e-?)?mail\b", re.I
)
_LONGEST_CELL = 80  # characters; what is longer is no table
_FEWEST_ROWS = 2
_MOST_ROWS, _MOST_LINES = 12, 2_000  # that are compared
_LONGEST_STUB = 400
_BYTES_OF_A_CHARACTER = 16  # at most, whatever the charset: what is cut off anyway is not decoded first
_PARTICULAR = re.compile(r"\b\d{5,12}\b|[\w.+-]{1,64}+@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_URL = re.compile(r"\b(?:https?|cid|tel|ftp|mailto):\S+|\[[^\]\n]{0,200}\]", re.I)
_NO_PROSE = frozenset({"text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/csv", "text/css",
                       "text/rfc822-headers"})  # fmt: skip
_TEXTS = ("text/plain", "text/html", "text/enriched", "text/richtext")
_FORWARDED_HEADERS = ("from", "date", "to", "cc", "subject")
_FORWARDED_MARK = "---------- Forwarded message ----------"


@dataclass(slots=True)
class Body:
    """The text of a mail with everything found beside it."""

    text: str = ""
    html: str | None = None
    hidden: str = ""
    doubtful: list[str] = field(default_factory=list)  # stretches that may look otherwise than they are read
    versions: list[str] = field(default_factory=list)  # other texts, shown by other mail programs
    forwarded: list[tuple[int, int]] = field(default_factory=list)  # stretches of text: mails within the mail
    attachments: list[Attachment] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)  # of the attachments' bytes, in hex


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text of one part, or a whole mail within this one."""

    text: str
    html: str | None = None
    hidden: str = ""
    doubtful: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()  # words that are shown with a line through them, and left out of the text
    forwarded: tuple[tuple[int, int], ...] = ()


def walk(root: Part) -> Iterator[Part]:
    """All parts depth first, the root included."""
    stack = [root]
    while stack:
        part = stack.pop()
        yield part
        stack.extend(reversed(part.children))


def read_body(root: Part, *, limits: Limits, defects: list[Defect]) -> Body:
    """The text of the message whose tree of parts this is."""
    reader = _BodyReader(limits=limits, defects=defects, parts=sum(1 for _ in walk(root)))
    pieces = reader.pieces(root)
    if not _has_words(pieces):
        pieces.extend(reader.from_tnef())
    if not _has_words(pieces):
        pieces.extend(reader.from_files())
    reader.note_unread()
    return reader.body(pieces)


def attachment_content(raw: bytes, index: int, *, limits: Limits = DEFAULT_LIMITS) -> bytes | None:
    """The decoded bytes of the attachment with this index; None when the message has no such part."""
    parts = list(walk(parse_parts(raw, limits=limits, defects=[])))
    if 0 <= index < len(parts):
        return parts[index].content() if not parts[index].children else None
    opened = [parse_tnef(part.content(), []) for part in parts if is_tnef(part.media_type, part.file_name)]
    inner = [attachment.content for tnef in opened if tnef for attachment in tnef.attachments]
    place = index - len(parts)
    return inner[place] if 0 <= place < len(inner) else None


def html_of(raw: bytes, *, limits: Limits = DEFAULT_LIMITS) -> str | None:
    """The HTML of a message as it was sent, hostile; None when it has none."""
    return read_body(parse_parts(raw, limits=limits, defects=[]), limits=limits, defects=[]).html


@dataclass(slots=True)
class _BodyReader:
    """Walks the tree once. Its depth is bounded by the limits that the tree was parsed under."""

    limits: Limits
    defects: list[Defect]
    parts: int
    attachments: list[Attachment] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    tnefs: list[Tnef] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    unread: list[Part] = field(default_factory=list)  # with words beside the text
    mails: int = 0
    characters: int = 0  # of plain text read so far
    markup: int = 0  # of HTML read so far

    def pieces(self, part: Part) -> list[_Piece]:
        """Texts of a part and of all within it, in reading order."""
        if part.is_message and part.children:
            return self._mail(part.children[0])
        if part.media_type == "multipart/alternative":
            return self._alternative(part)
        if part.children:
            return [piece for child in part.children for piece in self.pieces(child)]
        if part.main_type == "multipart":
            return []
        if _is_text(part):
            return [self._text(part)]
        self._attach(part)
        return []

    def body(self, pieces: list[_Piece]) -> Body:
        """The pieces one below the other, mails within the mail last."""
        body = Body(attachments=self.attachments, digests=self.digests, versions=self.versions)
        for piece in sorted(pieces, key=lambda piece: bool(piece.forwarded)):
            gap = "\n" if body.text and not body.text.endswith("\n") else ""
            gap += "\n" if body.text and piece.forwarded else ""
            offset = len(body.text) + len(gap)
            body.text += gap + piece.text
            body.forwarded.extend((offset + start, offset + end) for start, end in piece.forwarded)
            body.html = body.html if body.html is not None else piece.html
            body.hidden = f"{body.hidden} {piece.hidden}".strip()
            body.doubtful.extend(piece.doubtful)
        return body

    def from_tnef(self) -> list[_Piece]:
        """Bodies of winmail.dat files, for mail that has no other."""
        return [piece for tnef in self.tnefs if (piece := self._tnef_text(tnef)).text]

    def from_files(self) -> list[_Piece]:
        """Text files, for mail that has no text: some programs hang a mail's own words on it."""
        files = [part for part in self.unread if part.media_type in _TEXTS]
        self.unread = [part for part in self.unread if part not in files]
        return [self._text(part) for part in files]

    def note_unread(self) -> None:
        """Add what stands beside the text and is not read."""
        for part in self.unread:
            why = f"Words in a {part.media_type} part beside the text were not read."
            self.defects.append(Defect(why=why, kind=DefectKind.UNREAD))

    def _alternative(self, part: Part) -> list[_Piece]:
        """The plain version when it says anything, else the HTML one; the HTML is kept for view."""
        versions = [self.pieces(child) for child in part.children]
        plain = next((v for v in versions if v and all(piece.html is None for piece in v)), [])
        rich = next((v for v in reversed(versions) if any(piece.html is not None for piece in v)), [])
        if not plain or not rich or not _says_something(_text_of(plain), rich):
            self._keep_others(versions, rich or plain, plain if rich else [])
            return rich or plain
        unstruck = _without_struck(_text_of(plain), rich)
        if unstruck is not None:
            self._compare(unstruck, rich)
            self.versions.append(unstruck)
            self._keep_others(versions, rich, plain)
            return rich
        if _has_lost_rows(_text_of(plain), _text_of(rich)):
            self._compare(_text_of(plain), rich)
            self._keep_others(versions, rich)
            return rich
        if _text_of(plain).split() == _text_of(rich).split():
            self._keep_others(versions, plain, rich)  # word for word the same: they need no comparing
        else:
            self._compare(_text_of(plain), rich)
            self._keep_others(versions, plain)
        view = next((piece.html for piece in rich if piece.html is not None), None)
        hidden = " ".join(piece.hidden for piece in rich).strip()
        mails = [piece for piece in rich if piece.forwarded]
        first, *others = plain
        doubtful = tuple(stretch for piece in rich for stretch in piece.doubtful)
        return [replace(first, html=view, hidden=hidden, doubtful=doubtful), *others, *mails]

    def _keep_others(self, versions: list[list[_Piece]], *known: list[_Piece]) -> None:
        """Keep those that may say something else than the known ones."""
        for version in versions:
            if version and not any(version is one for one in known) and not self.mails:
                self.versions.append(_text_of(version))

    def _compare(self, plain: str, rich: list[_Piece]) -> None:
        """Note what only those see who read the one version: the text is the plain one, the view may be the other."""
        seen = {found.lower() for piece in rich for found in _PARTICULAR.findall(_URL.sub("", piece.text))}
        only = _PARTICULAR.findall(_URL.sub("", plain))
        missing = next((found for found in only if found.lower() not in seen), None)
        if missing is not None:
            why = f"Only its plain version, not its HTML version, says {missing[:60]!r}."
            self.defects.append(Defect(why=why, kind=DefectKind.VERSIONS))

    def _mail(self, root: Part) -> list[_Piece]:
        """A mail within the mail: its visible headers and text, all of it somebody else's words."""
        self.mails += 1
        if self.mails > self.limits.forwarded:
            why = f"It holds more than {self.limits.forwarded} other mails; the rest is not shown."
            self.defects.append(Defect(why=why))
            return []
        inner = self.body(self.pieces(root))
        lines = [_FORWARDED_MARK]
        for name in _FORWARDED_HEADERS:
            for value in root.headers.all(name)[:1]:
                lines.append(f"{name.title()}: {header_text(value, [])}")
        text = "\n".join((*lines, "", inner.text)).rstrip() + "\n"
        return [_Piece(text, hidden=inner.hidden, forwarded=((0, len(text)),))]

    def _text(self, part: Part) -> _Piece:
        content = part.content()[: _BYTES_OF_A_CHARACTER * self.limits.html_characters]
        written = read_once_more(decode(content, part.parameters.get("charset", ""), self.defects))
        if part.media_type == "text/html":
            return self._html(written)
        text = clean_text(self._within_budget(written), self.defects)
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, delete_spaces=part.parameters.get("delsp", "").lower() == "yes")
        return _Piece(without_margins(text))

    def _html(self, written: str) -> _Piece:
        source = written.replace("\0", "")
        seen = html_to_text(source, longest=self.limits.html_characters - self.markup, defects=self.defects)
        self.markup += seen.length
        hidden = " ".join(clean_text(seen.hidden, []).split())
        text = without_margins(clean_text(self._cut(seen.text, self.limits.text_characters), self.defects))
        return _Piece(text, html=source, hidden=hidden, doubtful=seen.doubtful, struck=seen.struck)

    def _within_budget(self, text: str) -> str:
        """What of plain text the message's budget leaves: many parts are read no further than one."""
        kept = self._cut(text, self.limits.text_characters - self.characters)
        self.characters += len(kept)
        return kept

    def _cut(self, text: str, longest: int) -> str:
        if len(text) > longest:
            why = f"Its text was longer than {self.limits.text_characters} characters and was cut."
            self.defects.append(Defect(why=why, kind=DefectKind.UNREAD))
        return text[:longest]

    def _attach(self, part: Part) -> None:
        content = part.content()
        prose = part.main_type == "text" and part.media_type not in _NO_PROSE
        words = prose and any(map(bytes.isalpha, content.split()))
        if words and not adds_nothing(content.decode("utf-8", "replace")):
            self.unread.append(part)
        if is_tnef(part.media_type, part.file_name):
            tnef = parse_tnef(content, self.defects)
            if tnef is not None:
                self._attach_tnef(tnef)
                return
        self._list(part.index, part.file_name, part.media_type, content)

    def _list(self, index: int, name: str, declared_type: str, content: bytes) -> None:
        self.attachments.append(describe(index, name, declared_type, content))
        self.digests.append(hashlib.sha256(content).hexdigest())

    def _attach_tnef(self, tnef: Tnef) -> None:
        """The files inside are numbered behind the parts of the message."""
        before = sum(len(other.attachments) for other in self.tnefs)
        self.tnefs.append(tnef)
        for number, inner in enumerate(tnef.attachments, start=self.parts + before):
            declared = inner.media_type or "application/octet-stream"
            self._list(number, inner.name, declared, inner.content)

    def _tnef_text(self, tnef: Tnef) -> _Piece:
        if tnef.html.strip():
            return self._html(decode(tnef.html, tnef.charset, self.defects))
        text = tnef.text
        if not text.strip() and tnef.rtf:
            text = rtf_to_text(tnef.rtf, longest=self.limits.text_characters)
        return _Piece(without_margins(clean_text(self._within_budget(text), self.defects)))


def _has_words(pieces: list[_Piece]) -> bool:
    return any(piece.text.strip() for piece in pieces)


def _is_text(part: Part) -> bool:
    """Whether a leaf is to be read rather than listed."""
    if part.media_type not in _TEXTS:
        return False
    if part.disposition == "attachment":
        return False
    return not part.file_name or part.index == 0


def _text_of(pieces: list[_Piece]) -> str:
    return "\n".join(piece.text for piece in pieces)


def _without_struck(plain: str, rich: list[_Piece]) -> str | None:
    """The plain version without what the HTML one strikes through; None where it holds nothing of that.

    Programs write it there as if it were not struck: "bar 123465 123456".
    """
    left = plain
    for stretch in (stretch for piece in rich for stretch in piece.struck):
        written = re.compile(r"\s+".join(map(re.escape, stretch.split())))
        left = written.sub(" ", left, count=1)
    return left if left != plain else None


def _has_lost_rows(plain: str, rich: str) -> bool:
    """Whether the plain version of a table has each cell on a line of its own, so that nobody can tell its rows."""
    cells = ([cell.strip() for cell in line.split("\t") if cell.strip()] for line in _first_lines(rich))
    rows = [row for row in cells if len(row) > 1 and max(map(len, row)) <= _LONGEST_CELL][:_MOST_ROWS]
    if len(rows) < _FEWEST_ROWS or not any(_PARTICULAR.search(" ".join(row)) for row in rows):
        return False
    lines = [" ".join(line.split()) for line in _first_lines(plain)]
    return not any(row[0] in line and row[1] in line for row in rows for line in lines)


def _first_lines(text: str) -> list[str]:
    return text.split("\n", _MOST_LINES)[:_MOST_LINES]


def _says_something(plain: str, rich: list[_Piece]) -> bool:
    """Whether the plain version is the mail's text, and not empty or a pointer to the HTML."""
    words = plain.strip()
    if not words:
        return not any(piece.text.strip() for piece in rich)
    if len(words) >= _LONGEST_STUB:
        return True
    return not (_STUB.search(words) or _merely_points(words, _text_of(rich)))


def _merely_points(words: str, rich: str) -> bool:
    """Whether a few words about HTML or plain text, without any particulars, stand for the other version."""
    if not (rich.strip() and _SPEAKS_OF_FORMS.search(words)):
        return False
    return not _PARTICULAR.search(_URL.sub("", words))
