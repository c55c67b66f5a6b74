"""What a style does to the visibility of text: the tricks by which HTML mail hides words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from helpdesk.read.html.doubt import is_plain_style

Color = tuple[int, int, int]

_WHITE: Color = (255, 255, 255)
_BLACK: Color = (0, 0, 0)
_NEARLY = 24  # two colours closer than this in every channel cannot be told apart
_PALE = 48  # … and closer than this, hardly
_TINY = 1.5  # points or pixels
_FAR = 400.0  # pixels outside the window
_LONGEST_STYLE = 2_000
_OLD_ATTRIBUTES = frozenset({"color", "bgcolor", "background", "hidden"})
_NAMED: dict[str, Color] = {
    "white": _WHITE, "snow": (255, 250, 250), "ivory": (255, 255, 240), "ghostwhite": (248, 248, 255),
    "whitesmoke": (245, 245, 245), "floralwhite": (255, 250, 240), "azure": (240, 255, 255), "window": _WHITE,
    "lightgray": (211, 211, 211), "silver": (192, 192, 192), "gray": (128, 128, 128), "grey": (128, 128, 128),
    "black": _BLACK, "windowtext": _BLACK, "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255),
    "navy": (0, 0, 128), "yellow": (255, 255, 0), "maroon": (128, 0, 0), "purple": (128, 0, 128),
    "teal": (0, 128, 128), "orange": (255, 165, 0), "darkblue": (0, 0, 139), "darkred": (139, 0, 0),
    "darkgreen": (0, 100, 0), "dimgray": (105, 105, 105), "dimgrey": (105, 105, 105), "darkgray": (169, 169, 169),
    "darkgrey": (169, 169, 169), "brown": (165, 42, 42), "steelblue": (70, 130, 180), "royalblue": (65, 105, 225),
    "crimson": (220, 20, 60), "fuchsia": (255, 0, 255), "olive": (128, 128, 0), "indigo": (75, 0, 130),
    "magenta": (255, 0, 255), "slategray": (112, 128, 144), "midnightblue": (25, 25, 112),
}  # fmt: skip

_DECLARATION = re.compile(r"([a-z-]{3,30})\s*:\s*([^;]*)")
_NUMBER = re.compile(r"(-?[0-9]*\.?[0-9]+)\s*([a-z%]*)")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([0-9.]+%?))?\s*\)")
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b")
_OPENING = re.compile(r"[{}]")
_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?[.#][\w-]+|[a-z][a-z0-9]*", re.I)
_CONDITION = re.compile(r"\[[^\]]*\]|::?[\w-]+(?:\([^)]*\))?")
_CLASS_OR_ID = re.compile(r"[.#][\w-]+")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What one element's style says; None where it says nothing."""

    gone: bool = False  # not displayed, nor anything within
    invisible: bool | None = None
    tiny: bool | None = None
    color: Color | None = None
    background: Color | None = None
    background_unknown: bool = False  # a picture or gradient
    no_margin: bool = False
    struck: bool = False
    doubtful: bool = False  # words may look otherwise than they are read


PLAIN = Style()
_DOUBTFUL = Style(doubtful=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """How text at some place looks, everything around it counted in."""

    gone: bool = False
    invisible: bool = False
    tiny: bool = False
    color: Color = _BLACK
    background: Color | None = _WHITE  # None: unknown
    struck: bool = False
    doubtful: bool = False

    @property
    def hidden(self) -> bool:
        """Whether a reader cannot see text here."""
        return self.gone or self.invisible or self.tiny or self.struck or _alike(self.color, self.background, _NEARLY)

    @property
    def odd(self) -> bool:
        """Whether a reader may not see text here, or not as it is read."""
        return self.doubtful or _alike(self.color, self.background, _PALE)

    def within(self, style: Style) -> Sight:
        """How text looks inside an element of this style."""
        background = None if style.background_unknown else style.background or self.background
        return Sight(
            gone=self.gone or style.gone,
            invisible=self.invisible if style.invisible is None else style.invisible,
            tiny=self.tiny if style.tiny is None else style.tiny,
            color=style.color or self.color,
            background=background,
            struck=self.struck or style.struck,
            doubtful=self.doubtful or style.doubtful,
        )


def _alike(one: Color, other: Color | None, most: int) -> bool:
    if other is None:
        return False
    (red, green, blue), (other_red, other_green, other_blue) = one, other
    return max(abs(red - other_red), abs(green - other_green), abs(blue - other_blue)) <= most


def parse_style(written: str) -> Style:
    """The declarations of one ``style`` attribute or rule."""
    return _parse_style(written[:_LONGEST_STYLE])  # so that what is remembered is small


@lru_cache(maxsize=1024)
def _parse_style(written: str) -> Style:
    declared = dict(_DECLARATION.findall(written.lower()))
    if not declared:
        return PLAIN
    color, transparent = _color(declared.get("color", ""))
    background, _ = _color(declared.get("background-color") or declared.get("background", ""))
    pictures = declared.get("background-image", "") + declared.get("background", "")
    visibility = declared.get("visibility", "").strip()
    style = Style(
        gone=transparent or _is_gone(declared),
        invisible=visibility.startswith(("hidden", "collapse")) if visibility else None,
        tiny=_is_tiny(declared.get("font-size", "")),
        color=color,
        background=background,
        background_unknown="url(" in pictures or "gradient" in pictures,
        no_margin=declared.get("margin", "").strip().startswith(("0", "none")),
        struck="line-through" in f"{declared.get('text-decoration', '')} {declared.get('text-decoration-line', '')}",
        doubtful=not is_plain_style(declared) or (color is None and _is_unknown(declared.get("color", ""))),
    )
    return PLAIN if style == PLAIN else style


def attribute_style(attributes: dict[str, str]) -> Style:
    """What old attributes (``<font color>``, ``bgcolor``, ``hidden``) say."""
    if _OLD_ATTRIBUTES.isdisjoint(attributes):
        return PLAIN
    color, _ = _color(attributes.get("color", "").lower())
    background, _ = _color(attributes.get("bgcolor", "").lower())
    return Style(
        gone="hidden" in attributes,
        color=color,
        background=background,
        background_unknown=background is None and bool(attributes.get("background")),
    )


def combined(first: Style, second: Style) -> Style:
    """Both styles on one element; where both speak, the second wins."""
    if first is PLAIN:
        return second
    if second is PLAIN:
        return first
    return Style(
        gone=first.gone or second.gone,
        invisible=first.invisible if second.invisible is None else second.invisible,
        tiny=first.tiny if second.tiny is None else second.tiny,
        color=second.color or first.color,
        background=second.background or first.background,
        background_unknown=first.background_unknown or second.background_unknown,
        no_margin=first.no_margin or second.no_margin,
        struck=first.struck or second.struck,
        doubtful=first.doubtful or second.doubtful,
    )


def parse_sheet(sheet: str) -> dict[str, Style]:
    """The plain rules of a style sheet by ``.class``, ``#id`` or tag; those with conditions make doubtful."""
    rules: dict[str, Style] = {}
    sheet = _COMMENT.sub("", sheet)
    depth, after, selectors, condition = 0, 0, "", ""
    for brace in _OPENING.finditer(sheet):
        if brace.group() == "{":
            depth += 1
            condition = selectors if depth > 1 else ""
            selectors = sheet[after : brace.start()]
        elif depth:
            depth -= 1
            if "@" not in selectors and "print" not in condition:
                _add_rule(rules, selectors, sheet[after : brace.start()], conditional=bool(condition))
            selectors = condition
        after = brace.end()
    return rules


def _add_rule(rules: dict[str, Style], selectors: str, body: str, *, conditional: bool = False) -> None:
    style = parse_style(body)
    if style is PLAIN:
        return
    for selector in selectors.split(",")[:50]:
        name = selector.strip()
        if _SELECTOR.fullmatch(name) and not conditional:
            key = name if name[0] in ".#" else name[name.find(".") :] if "." in name else name.lower()
            rules[key] = combined(rules.get(key, PLAIN), style)
        elif style.doubtful or Sight().within(style).hidden:
            for key in _last_named(name):
                rules[key] = combined(rules.get(key, PLAIN), _DOUBTFUL)


def _last_named(selector: str) -> list[str]:
    """What a selector with conditions is about at last: its class, id or tag; conditions are taken to hold."""
    last = _CONDITION.sub("", selector).replace(">", " ").replace("+", " ").replace("~", " ").split()[-1:]
    return [key for word in last for key in (_CLASS_OR_ID.findall(word)[-1:] or [word.lower()])]


def _is_gone(declared: dict[str, str]) -> bool:
    if declared.get("display", "").strip().startswith("none") or "all" in declared.get("mso-hide", ""):
        return True
    if _number(declared.get("opacity", ""), 1.0) < 0.1:
        return True
    if "hidden" in declared.get("overflow", "") and any(
        _number(declared.get(size, ""), 100.0) <= 1 for size in ("height", "max-height", "width", "max-width")
    ):
        return True
    if declared.get("position", "").strip() in ("absolute", "fixed") and any(
        abs(_number(declared.get(side, ""), 0.0)) >= _FAR for side in ("left", "top", "right", "bottom")
    ):
        return True
    clipped = declared.get("clip", "") + declared.get("clip-path", "")
    return "rect(0" in clipped or "inset(100%" in clipped or _number(declared.get("text-indent", ""), 0.0) <= -_FAR


def _is_tiny(size: str) -> bool | None:
    found = _NUMBER.match(size.strip())
    if found is None:
        return False if size.strip() else None
    number, unit = float(found.group(1)), found.group(2)
    if unit in ("px", "pt", ""):
        return number <= _TINY
    return number <= (_TINY if unit == "%" else 0.1)


def _number(written: str, otherwise: float) -> float:
    found = _NUMBER.match(written.strip())
    if found is None:
        return otherwise
    return float(found.group(1)) * (1 if found.group(2) in ("px", "pt", "") else 16)


_SAME = re.compile(r"\s*(?:inherit|initial|unset|revert|auto|currentcolor|transparent)?\s*(?:!important)?\s*")


def _is_unknown(color: str) -> bool:
    """Whether a colour is written that is not read here: it may be the background's."""
    return not _SAME.fullmatch(color) and _color(color) == (None, False)


def _color(written: str) -> tuple[Color | None, bool]:
    """The colour named, and whether it is fully transparent."""
    if not written:
        return None, False
    found = _HEX.search(written)
    if found:
        digits = found.group(1) if len(found.group(1)) == 6 else "".join(d + d for d in found.group(1))
        return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)), False
    channels = _RGB.search(written)
    if channels:
        if channels.group(4) and float(channels.group(4).rstrip("%").rstrip(".") or 0) < 0.1:
            return None, True
        red, green, blue = (min(255, int(channel)) for channel in channels.group(1, 2, 3))
        return (red, green, blue), False
    words = written.split()
    return (_NAMED.get(words[0]), words[0] == "transparent") if words else (None, False)
