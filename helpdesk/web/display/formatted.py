"""A mail's HTML as it may be shown: its structure and words, nothing that acts, loads or misleads.

It is written anew from its tags and words: links become their words followed by where they truly lead, pictures
become their description, no attribute of the sender's is kept but the size of table cells. What comes of that passes
``nh3``, which parses as browsers do. The page is served for a sandboxed frame under a policy of its own, so that any
one of these guards may fail and nothing happens.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from html import escape

import nh3

from helpdesk.read.html.tokens import Conditional, StyleSheet, Tag, tokens
from helpdesk.web.display.destinations import destination, says_where
from helpdesk.web.display.highlights import plain

LONGEST = 300_000  # characters of HTML; the rest is not shown
_DEEPEST = 200  # elements within one another; parsers need the square of that
_END_THEMSELVES = frozenset(  # these do not nest without others between them
    {"br", "dd", "dt", "hr", "li", "p", "tbody", "td", "tfoot", "th", "thead", "tr"}
)
_KEPT = _END_THEMSELVES | {
    "abbr", "b", "blockquote", "caption", "center", "code", "del", "div", "dl", "em", "h1", "h2", "h3", "h4", "h5",
    "h6", "i", "ins", "ol", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "u", "ul",
}  # fmt: skip
_LEADS = "samp"  # what we write around a destination; no sender's element
_SPANS = {"td": ("colspan", "rowspan"), "th": ("colspan", "rowspan")}
_SPAN = re.compile(r"[1-9][0-9]?")
_STYLE = (
    "body{margin:.75rem;font:15px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}"
    "table{border-collapse:collapse;max-width:100%}"
    "td,th{border:1px solid #71767a;padding:.2rem .4rem;text-align:left}"
    "blockquote{margin:.5rem 0;padding-left:.75rem;border-left:3px solid #71767a}pre{white-space:pre-wrap}"
    "h1,h2,h3,h4,h5,h6{font-size:1rem;margin:.5rem 0}"
    "samp{font:600 .8125rem/1.2 ui-monospace,monospace;border:1px solid #71767a;border-radius:3px;padding:0 .2rem}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
FRAME_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'self'; sandbox"


def document(html: str) -> str:
    """A whole page for the frame."""
    cut = "<p><b>The rest of this long mail is not shown here.</b></p>" if len(html) > LONGEST else ""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f"<title>The message as formatted by its sender</title><style>{_STYLE}</style></head>"
        f"<body>{harmless(html)}{cut}</body></html>"
    )


def harmless(html: str) -> str:
    """What is left of a sender's HTML."""
    writer = _Writer()
    for token in tokens(html[:LONGEST]):
        if isinstance(token, Tag):
            writer.tag(token)
        elif not isinstance(token, (StyleSheet, Conditional)):
            writer.words(token)
    return nh3.clean(
        writer.written(),
        tags={*_KEPT, _LEADS},
        clean_content_tags={"script", "style"},
        attributes={"*": set()} | {tag: set(names) for tag, names in _SPANS.items()},
        url_schemes=set(),
        strip_comments=True,
        link_rel=None,
    )


@dataclass(slots=True)
class _Writer:
    """Writes HTML again with what it knows, never deeper than parsers can bear."""

    pieces: list[str] = field(default_factory=list)
    open: Counter[str] = field(default_factory=Counter)
    depth: int = 0
    link: tuple[str, list[str]] | None = None  # where it leads, and its words so far
    base: str = ""  # where links lead that name no host of their own

    def written(self) -> str:
        """All of it."""
        self._end_link()
        return "".join(self.pieces)

    def words(self, text: str) -> None:
        """Text between tags."""
        shown = plain(text)
        self.pieces.append(escape(shown, quote=False))
        if self.link:
            self.link[1].append(shown)

    def tag(self, tag: Tag) -> None:
        """A tag, of whatever kind."""
        if tag.name == "a":
            self._end_link()
            if not tag.closes:
                self.link = (tag.attributes(whole=True).get("href", ""), [])  # a part of it may lead elsewhere
        elif tag.name == "base":
            self.base = self.base or destination(tag.attributes(whole=True).get("href", ""))
        elif tag.name == "img" and not tag.closes:
            said = plain(tag.attributes().get("alt", "")).strip()
            self.pieces.append(f"<i>[picture{': ' + escape(said, quote=False) if said else ''}]</i>")
        elif tag.name in _KEPT:
            self._close(tag.name) if tag.closes else self._begin(tag)

    def _begin(self, tag: Tag) -> None:
        if tag.name not in _END_THEMSELVES:
            if self.depth >= _DEEPEST:
                return
            self.depth += 1
            self.open[tag.name] += 1
        given = tag.attributes() if tag.name in _SPANS and tag.written else {}
        spans = [(name, given.get(name, "")) for name in _SPANS.get(tag.name, ())]
        kept = "".join(f' {name}="{value}"' for name, value in spans if _SPAN.fullmatch(value))
        self.pieces.append(f"<{tag.name}{kept}>")

    def _close(self, name: str) -> None:
        if name not in _END_THEMSELVES:
            if not self.open[name]:
                return
            self.depth -= 1
            self.open[name] -= 1
        self.pieces.append(f"</{name}>")

    def _end_link(self) -> None:
        """Behind a link's words stands where it leads, unless the words are just that."""
        if self.link is None:
            return
        (href, words), self.link = self.link, None
        leads = destination(href, base=self.base)
        if leads and not says_where("".join(words), leads):
            self.pieces.append(f" <{_LEADS}>[{escape(leads, quote=False)}]</{_LEADS}> ")
