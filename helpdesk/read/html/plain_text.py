"""HTML mail as plain text: table rows stay rows, quotes get their ``>``, hidden words are kept apart."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from helpdesk.read.html.doubt import FOLDED, is_plain_element
from helpdesk.read.html.layout import Layout
from helpdesk.read.html.style import PLAIN, Sight, Style, attribute_style, combined, parse_sheet, parse_style
from helpdesk.read.html.tokens import StyleSheet, Tag, tokens
from helpdesk.vocabulary import Defect, DefectKind

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_FORMATTING = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
_INLINE = _FORMATTING | frozenset(
    ["abbr", "cite", "del", "ins", "kbd", "label", "mark", "q", "samp", "span", "sub", "sup", "time", "var", "o:p"]
)
_SCOPE = frozenset({"td", "th", "table", "caption"})
_TABLE_PARTS = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption"})
_TABLE = frozenset({"table"})
_LISTS = frozenset({"ul", "ol", "dl", "table"})
_SUPERSEDES: dict[str, tuple[str, ...]] = {  # opening the one closes an open other
    "li": ("li",), "dt": ("dt", "dd"), "dd": ("dt", "dd"), "tr": ("tr",), "td": ("td", "th"), "th": ("td", "th"),
    "option": ("option",),
}  # fmt: skip
_STYLED = re.compile(r"style|class|id\b|color|hidden|background", re.I)
_QUOTE_MARK = re.compile(r"gmail_quote|\bcite\b|moz-|yahoo_quoted|protonmail_quote|zmail_extra|tutanota_quote", re.I)
_DATA_URL = re.compile(r"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=%\s]*")
_STRUCK = frozenset({"s", "strike", "del"})
_ADDED = re.compile(r"""\bcontent\s*:\s*["']([^"'\\{}]{3,300})["']""", re.I)  # words of a style sheet's own
_NO_WORDS = re.compile(r"<(xml|style|script)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>", re.S | re.I)
_SAYING = re.compile(r"\b(?:not|do|don.t|my|me|please|i|is|was|has|never|will|it)\b", re.I)  # not in a picture's name
_MOST_DOUBTFUL = 200
_LONGEST_DOUBTFUL = 200
_MOST_STRUCK = 50
_LONGEST_STRUCK = 200
_DEEPEST = 256
_MOST_REOPENED = 8
_LONGEST_HIDDEN = 10_000


@dataclass(frozen=True, slots=True)
class HtmlText:
    """The text a reader sees, and what the source hides from them."""

    text: str
    hidden: str
    length: int  # of the source that was read
    doubtful: tuple[str, ...] = ()  # stretches of the text that may look otherwise than they are read
    struck: tuple[str, ...] = ()  # of what it hides: words with a line through them


@dataclass(slots=True)
class _Open:
    """An element that is open."""

    name: str
    style: Style
    sight: Sight
    quotes: bool = False


@dataclass(slots=True)
class _Reader:
    layout: Layout = field(default_factory=Layout)
    hidden: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    rules: dict[str, Style] = field(default_factory=dict)
    styles: dict[tuple[str, str], Style] = field(default_factory=dict)  # of tags as they are written, under the rules
    stack: list[_Open] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    beyond: int = 0  # elements open beyond the deepest level that is followed

    def text(self, text: str) -> None:
        sight = self.stack[-1].sight if self.stack else _SEEN
        if sight is _SEEN:
            self.layout.text(text)
        elif not sight.hidden:
            self.layout.text(text)
            if sight.odd and not text.isspace() and len(self.doubtful) < _MOST_DOUBTFUL:
                self.doubtful.append(" ".join(text.split())[:_LONGEST_DOUBTFUL])
        elif not text.isspace():
            self.hidden.append(" ".join(text.split()))
            if sight.struck and len(self.struck) < _MOST_STRUCK:
                self.struck.append(self.hidden[-1][:_LONGEST_STRUCK])

    def open(self, tag: Tag) -> None:
        name = tag.name
        if name in _VOID:
            self._void(tag)
            return
        if name not in _INLINE:
            self._make_room(name)
        if len(self.stack) >= _DEEPEST:
            self.beyond += 1
            return
        style = self.styles.get((name, tag.written))
        if style is None:  # most tags of a mail are like others in it
            style = self.styles[name, tag.written] = self._style(tag)
        self._push(name, style, quotes=name == "blockquote" and _quotes(tag))

    def _void(self, tag: Tag) -> None:
        self.layout.void(tag.name)
        if tag.name == "input" and (value := tag.attributes().get("value", "").strip()):
            self._push("input", _DOUBTFUL)
            self.text(value)
            self._pop_to(len(self.stack) - 1)
        elif tag.name == "img" and len(_SAYING.findall(says := tag.attributes().get("alt", ""))) > 1:
            self.hidden.append(" ".join(says.split()))

    def close(self, name: str) -> None:
        if self.beyond:
            self.beyond -= 1
        elif name == "br":
            self.layout.void(name)
        elif self.counts.get(name):
            self._close_open(name)

    def _make_room(self, name: str) -> None:
        """A new block ends the paragraph before it; a new row the row; a new item the item."""
        if self.counts.get("p"):
            self._close_within_scope(("p",), _SCOPE)
        superseded = _SUPERSEDES.get(name)
        if superseded and any(map(self.counts.get, superseded)):
            self._close_within_scope(superseded, _TABLE if name in _TABLE_PARTS else _LISTS)

    def _close_within_scope(self, names: tuple[str, ...], boundary: frozenset[str]) -> None:
        for level in range(len(self.stack) - 1, -1, -1):
            if self.stack[level].name in names:
                self._pop_to(level)
                return
            if self.stack[level].name in boundary:
                return

    def _close_open(self, name: str) -> None:
        for level in range(len(self.stack) - 1, -1, -1):
            other = self.stack[level].name
            if other == name:
                if name in _FORMATTING:
                    self._take_out(level)
                else:
                    self._pop_to(level)
                return
            if name in _INLINE:
                if name not in _FORMATTING and other not in _INLINE:
                    return
            elif other in _SCOPE and name not in _TABLE_PARTS:
                return

    def _pop_to(self, level: int) -> None:
        """Close this element and all within; what was only formatting goes on behind it, as in browsers."""
        closing = self.stack[level:]
        del self.stack[level:]
        for element in reversed(closing):
            self.counts[element.name] -= 1
            if element.name not in _INLINE:
                self.layout.block_ends(element.name, quotes=element.quotes, tight=element.style.no_margin)
        if len(closing) == 1:
            return
        for element in [one for one in closing[1:] if one.name in _FORMATTING][-_MOST_REOPENED:]:
            if element.style is not PLAIN:
                self._push(element.name, element.style)

    def _take_out(self, level: int) -> None:
        """Close formatting that blocks within it outlive."""
        self.counts[self.stack[level].name] -= 1
        del self.stack[level]
        for above in range(level, len(self.stack)):
            element = self.stack[above]
            around = self.stack[above - 1].sight if above else _SEEN
            element.sight = around.within(element.style) if element.style is not PLAIN else around

    def _push(self, name: str, style: Style, *, quotes: bool = False) -> None:
        around = self.stack[-1].sight if self.stack else _SEEN
        sight = around if style is PLAIN else around.within(style)
        self.stack.append(_Open(name, style, sight, quotes))
        self.counts[name] = self.counts.get(name, 0) + 1
        if name not in _INLINE:
            self.layout.block_begins(name, quotes=quotes, tight=style.no_margin)

    def _style(self, tag: Tag) -> Style:
        by_tag = self.rules.get(tag.name, PLAIN)
        if tag.name in _STRUCK:
            by_tag = combined(by_tag, _STRIKES)
        if not is_plain_element(tag.name, tag.attributes() if tag.name in FOLDED else {}):
            by_tag = combined(by_tag, _DOUBTFUL)
        if not tag.written or not _STYLED.search(tag.written):
            return by_tag
        attributes = tag.attributes()
        style = combined(by_tag, attribute_style(attributes))
        for name in attributes.get("class", "").split()[:10]:
            style = combined(style, self.rules.get(f".{name}", PLAIN))
            if name.startswith("Mso"):
                style = combined(style, _TIGHT)
        if "id" in attributes:
            style = combined(style, self.rules.get("#" + attributes["id"], PLAIN))
        if "style" in attributes:
            style = combined(style, parse_style(attributes["style"]))
        return PLAIN if style == PLAIN else style


_SEEN = Sight()
_STRIKES = Style(struck=True)
_DOUBTFUL = Style(doubtful=True)
_TIGHT = Style(no_margin=True)  # Word's paragraphs are lines


def _quotes(tag: Tag) -> bool:
    """Somebody else's words, unless the element merely moves a paragraph to the right ("indent more")."""
    indents = "margin" in tag.written and "border-left" not in tag.written
    return not indents or bool(_QUOTE_MARK.search(tag.written))


def html_to_text(source: str, *, longest: int, defects: list[Defect]) -> HtmlText:
    """What a reader of this HTML sees, as text; a source beyond ``longest`` characters is cut."""
    if len(source) > longest:
        source = _DATA_URL.sub("", source)
    if len(source) > longest:
        why = f"Its HTML was longer than {longest} characters and was cut."
        defects.append(Defect(why=why, kind=DefectKind.UNREAD))
        source = source[:longest]
    reader = _Reader()
    for token in tokens(source):
        if isinstance(token, str):
            reader.text(token)
        elif isinstance(token, Tag):
            if token.closes:
                reader.close(token.name)
            else:
                reader.open(token)
        elif isinstance(token, StyleSheet):
            reader.rules.update(parse_sheet(token.written))
            reader.styles.clear()
            reader.hidden.extend(_ADDED.findall(token.written))
        else:
            reader.hidden.extend(html.unescape(_NO_WORDS.sub(" ", token.written)).split())
    hidden = " ".join(reader.hidden)[:_LONGEST_HIDDEN]
    return HtmlText(reader.layout.finished(), hidden, len(source), tuple(reader.doubtful), tuple(reader.struck))
