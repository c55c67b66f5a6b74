"""What may stand in a letter's template: everything is refused that is not listed here.

A template has no loops, calls, arithmetic, includes or macros, and it may only use the names of ``facts.KNOWN``. So
it cannot reach the roll, cannot run long, and every way through it can be tried before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from helpdesk.letters.facts import ASKED_ALONE, KNOWN, Audience, specimens
from helpdesk.letters.readability import MOST_WORDS

LARGEST_TEMPLATE = 16_384  # characters
LONGEST_SUBJECT = 80  # characters, without the ticket's tag
_DEEPEST = 40  # things within one another; "a and b and c" is three deep
_STRANGE = re.compile(r"[^\S \n\t\u00a0\u202f]|[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")
_NO_WORDS = "this prints True, False or None: use it in a condition"
_COMPARISONS = ("eq", "ne", "gt", "gteq", "lt", "lteq", "in", "notin")
_PLAIN = (nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.And, nodes.Or, nodes.Not, nodes.Operand)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a template is refused. ``file`` is relative to the folder of all letters; ``line`` counts from 1."""

    file: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


def environment() -> Environment:
    """Where letters are rendered: as plain text; an unknown name fails instead of saying nothing."""
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals.clear()
    made.filters = {"length": made.filters["length"]}
    return made


def problems_of(file: str, source: str, audience: Audience) -> tuple[Problem, ...]:
    """Everything that speaks against a template, in the order of its lines."""
    if len(source) > LARGEST_TEMPLATE:
        return (Problem(file=file, reason=f"is longer than {LARGEST_TEMPLATE:,} characters"),)
    if strange := _STRANGE.search(source):
        line = source.count("\n", 0, strange.start()) + 1
        return (Problem(file=file, line=line, reason=f"holds the sign {strange[0]!r}, which is no text"),)
    try:
        tree = environment().parse(source)
    except TemplateSyntaxError as error:
        return (Problem(file=file, line=error.lineno, reason=f"is not a template: {error.message}"),)
    except RecursionError:
        tree = None
    if tree is None or _is_deep(tree):
        return (Problem(file=file, reason="is nested too deeply"),)
    found = tuple(
        Problem(file=file, line=line, reason=reason) for line, reason in sorted(set(_forbidden(tree, audience)))
    )
    return found or tuple(_failures(file, source, audience))


def _is_deep(tree: nodes.Node) -> bool:
    """Whether more is within one another than a compiler of templates can bear."""
    level: list[nodes.Node] = [tree]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in node.iter_child_nodes()]
    return bool(level)


def _forbidden(node: nodes.Node, audience: Audience, *, printed: bool = False) -> Iterator[tuple[int, str]]:
    """Line and reason of whatever a template may not hold. printed: the node's value stands in the letter."""
    for child in node.iter_child_nodes():
        stands = isinstance(node, nodes.Output) or (printed and _hands_on(node, child))
        if isinstance(child, nodes.Name | nodes.Getattr):
            reason = _about_name(child, audience, printed=stands, measured=isinstance(node, nodes.Filter))
            if reason:
                yield child.lineno, reason
            continue
        reason = _about_kind(child) or (_NO_WORDS if stands and _says_no_words(child) else "")
        if reason:
            yield child.lineno, reason
        else:
            yield from _forbidden(child, audience, printed=stands)


def _hands_on(node: nodes.Node, child: nodes.Node) -> bool:
    """Whether the value of ``a or b``, ``a and b`` or ``a if test else b`` may be the child's."""
    if isinstance(node, nodes.CondExpr):
        return child is not node.test
    return isinstance(node, nodes.And | nodes.Or)


def _says_no_words(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Const):
        return node.value is None or isinstance(node.value, bool)
    return isinstance(node, nodes.Compare | nodes.Not)


def _about_name(node: nodes.Expr, audience: Audience, *, printed: bool, measured: bool) -> str:
    """Why ``name`` or ``name.attribute`` may not be used, '' when it may. measured: its length is asked for."""
    known = KNOWN[audience]
    written = _dotted(node)
    name, _, attribute = written.partition(".")
    if name not in known:
        return f"{written!r} is not known to this letter. {_what_is_known(audience)}"
    if attribute and attribute not in known[name]:
        return f"{name!r} has no {attribute!r} here: {', '.join(sorted(known[name])) or 'it has no parts'}"
    if known[name] and not attribute and (printed or measured):
        return f"{name!r} alone cannot be printed: write for example {name}.{min(known[name])}"
    if printed and name in ASKED_ALONE:
        return f"{name!r} cannot be printed, only asked for: {{% if {ASKED_ALONE[name]} %}}"
    return ""


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    return "(an expression)"


def _what_is_known(audience: Audience) -> str:
    names = ", ".join(sorted(KNOWN[audience]))
    if audience is Audience.REQUESTER:
        return f"What goes to whoever wrote to us holds nothing of the roll; there is only: {names}"
    return f"There is only: {names}"


def _about_kind(node: nodes.Node) -> str:
    """Why this kind of thing may not stand in a template, '' when it may."""
    if isinstance(node, _PLAIN):
        return ""
    if isinstance(node, nodes.Const):
        return "" if isinstance(node.value, str | int | bool) or node.value is None else "this value is not allowed"
    if isinstance(node, nodes.Compare):
        return "" if all(operand.op in _COMPARISONS for operand in node.ops) else "this comparison is not allowed"
    if isinstance(node, nodes.Filter):
        return "" if node.name == "length" else f"the filter {node.name!r} is not allowed; there is only 'length'"
    return f"{type(node).__name__.lower()!r} is not allowed: a letter has only text, names and if"


def _failures(file: str, source: str, audience: Audience) -> Iterator[Problem]:
    """The template is tried with everything that can be; the first failure is told."""
    template = environment().from_string(source)
    is_subject = file.rpartition("/")[2].startswith("subject")
    for case, facts in specimens(audience):
        try:
            text = template.render(facts)
        except (TemplateError, TypeError, ValueError) as error:
            yield Problem(file=file, reason=f"fails{_in_case(case)}: {error}")
            return
        reason = _about_subject(text) if is_subject else _about_body(text, facts)
        if reason:
            yield Problem(file=file, reason=f"{reason}{_in_case(case)}")
            return


def _about_subject(text: str) -> str:
    if not text.strip():
        return "the subject is empty"
    if len(text.strip().splitlines()) > 1:
        return "the subject has more than one line"
    return f"the subject has more than {LONGEST_SUBJECT} characters" if len(text) > LONGEST_SUBJECT else ""


def _about_body(text: str, facts: dict[str, Any]) -> str:
    if not text.strip():
        return "the letter is empty"
    words = len(text.split())
    if words > 2 * MOST_WORDS:
        return f"the letter has {words} words; at most {MOST_WORDS} are read"
    return ""


def _in_case(case: str) -> str:
    return f" ({case})" if case else ""
