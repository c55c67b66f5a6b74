"""What in HTML may make words look otherwise than they are read: all but a known set of plain elements and styles.

There is no list of the ways to hide words, so this is a list of what hides none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_ELEMENTS = frozenset({
    "html", "head", "body", "div", "span", "p", "br", "a", "b", "strong", "i", "em", "u", "ins", "font",
    "small", "big", "sub", "sup", "tt", "code", "kbd", "samp", "var", "abbr", "acronym", "cite", "q", "mark",
    "time", "label", "nobr", "pre", "blockquote", "center", "address", "section", "article", "header", "footer",
    "main", "aside", "nav", "figure", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl",
    "dt", "dd", "dir", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "colgroup", "form",
    "fieldset", "legend", "meta", "title", "style", "link", "base", "hr", "img", "wbr", "col", "area", "map",
    "summary", "s", "strike", "del",
})  # fmt: skip
FOLDED = frozenset({"details", "dialog"})  # shown when open
_OFFICE = re.compile(r"(?:o|w|v|m|st1|u\d):\w+|\W.*", re.S)  # Word's own elements
_HARMLESS = re.compile(  # whatever their values
    r"font-(?:family|weight|style|variant[\w-]*|stretch|feature-settings|kerning|optical-sizing|size-adjust)|line-break"
    r"|text-(?:align[\w-]*|rendering|size-adjust|underline[\w-]*|autospace|justify|wrap[\w-]*|kashida[\w-]*|shadow)"
    r"|text-decoration-(?:color|style|thickness|skip[\w-]*)|vertical-align|border[\w-]*|background[\w-]*|color"
    r"|(?:min-|max-)?(?:width|height)|white-space[\w-]*|word-(?:wrap|break)|overflow[\w-]*|clear|cursor|outline[\w-]*"
    r"|list-style[\w-]*|table-layout|box-(?:sizing|shadow)|caption-side|empty-cells|mso-[\w-]*|page[\w-]*|orphans|widows"
    r"|-(?:webkit|ms|moz|o|apple)-(?:text-size-adjust|nbsp-mode|line-break|hyphens|font-smoothing|osx-font-smoothing"
    r"|tap-highlight-color|text-decoration[\w-]*|user-select|box-shadow|box-sizing|border[\w-]*|overflow-scrolling"
    r"|interpolation-mode|print-color-adjust|locale|touch-callout|transition[\w-]*|word-break|text-combine)"
    r"|tab-[\w-]*|caret-color|hyphens|quotes|break-[\w-]*|resize|transition[\w-]*|user-select|punctuation-wrap"
    r"|layout-grid-mode|ruby-[\w-]*|lang\w*|size|src|panose-1|align-[\w-]*|justify-[\w-]*|(?:row-|column-)?gap"
    r"|flex(?:-grow|-shrink|-basis)?|behavior|accent-color|color-scheme"
)
_KEPT = "inherit|initial|unset|revert"
_VALUES = {  # of further properties: what of them is harmless
    "display": r"(?:inline-?)?(?:block|flex|table)?|table-(?:row|cell|row-group|caption)|list-item",
    "position": r"static|relative",
    "float": r"none|left",
    "visibility": r"visible",
    "direction": r"ltr",
    "unicode-bidi": r"normal|embed|isolate|plaintext",
    "writing-mode": r"horizontal-tb|lr-tb",
    "flex-direction": r"row|column",
    "flex-flow": r"(?:row|column)(?: (?:no)?wrap)?",
    "flex-wrap": r"(?:no)?wrap",
    "text-transform": r"none|uppercase|lowercase|capitalize",
    "text-decoration": r"[\w#(), .%-]*",  # what it strikes through is known already
    "text-decoration-line": r"[a-z ]*",
    "transform": r"none",
    "filter": r"none",
    "clip": r"auto",
    "order": r"0",
    "zoom": r"1(?:\.0*)?|100%|normal",
    "z-index": r"auto|\d+",
    "opacity": r"1(?:\.0*)?|0?\.[6-9]\d*|100%|[6-9]\d%",
    "letter-spacing": r"normal|-?(?:[0-3](?:\.\d*)?|\.\d+)(?:px|pt|em)?",
    "font": r"(?!.*(?<![\d.])[0-5](?:\.\d+)?p[xt])(?!(?:.*\s)?0\D).*",
    "font-size": r"(?:[6-9]|\d{2,3})(?:\.\d*)?(?:px|pt)?|(?:[5-9]\d|\d{3})(?:\.\d*)?%"
    r"|(?:0?\.[5-9]\d*|[1-9](?:\.\d*)?)r?em"
    r"|(?:x+-)?(?:small|large)|medium|smaller|larger",
    "line-height": r"(?!0+(?:\.0*)?(?:\D|\Z)|[0-3]px|0?\.[0-3]).*",
}
_HARMLESS_VALUES = {name: re.compile(f"{values}|{_KEPT}") for name, values in _VALUES.items()}
_LENGTH = re.compile(r"-?(?:\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})")
_MOVING = re.compile(r"margin[\w-]*|padding[\w-]*|text-indent|left|top|right|bottom|word-spacing")
_BACK, _ON = -60.0, 600.0  # units of any kind that words may be moved and stay where a reader finds them


def is_plain_element(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether words in such an element are shown as they stand."""
    if name in FOLDED:
        return "open" in attributes
    return name in _ELEMENTS or bool(_OFFICE.fullmatch(name))


def is_plain_style(declared: Mapping[str, str]) -> bool:
    """Whether words under these declarations are shown as they stand, their colours aside."""
    return all(_is_harmless(name, value.replace("!important", "").strip()) for name, value in declared.items())


def _is_harmless(name: str, value: str) -> bool:
    if name in _HARMLESS_VALUES:
        return bool(_HARMLESS_VALUES[name].fullmatch(value))
    if _MOVING.fullmatch(name):
        return all(_BACK < float(length) < _ON for length in _LENGTH.findall(value))
    return bool(_HARMLESS.fullmatch(name)) or name.startswith("--")
