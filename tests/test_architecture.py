"""The house keeps its shape: arrows point one way, modules stay small, nothing is reachable by accident."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter

from helpdesk.letters import Letters
from helpdesk.rules import Rules
from helpdesk.web.access import MATRIX
from tests.project import PROJECT

PACKAGE = PROJECT / "helpdesk"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
LONGEST_MODULE = 400  # lines

# Floors of the house. A module may import its own floor and those below; the store and the doors are neighbours.
FLOORS: dict[str, int] = {
    "vocabulary": 0,
    "counted": 0,
    "errors": 0,
    "named_words": 1,
    "patterns": 1,
    "examples": 1,
    "sieve": 1,
    "short_forms": 1,
    "slips": 1,
    "policy": 2,
    "read": 3,
    "understand": 3,
    "match": 3,
    "decide": 4,
    "triage": 5,
    "business_time": 3,
    "logs": 5,
    "config": 5,
    "rules": 5,
    "letters": 6,
    "store": 6,
    "doors": 6,
    "desk": 7,
    "service": 8,
    "web": 8,
    "cli": 9,
    "__init__": 10,
}
CORE = ("vocabulary", "policy", "read", "understand", "match", "decide", "triage.py", "business_time.py")
IMPURE = {"flask", "sqlalchemy", "socket", "imapclient", "smtplib", "os", "pathlib", "time", "random", "subprocess"}
IMPURE_CALLS = {"open", "datetime.now", "datetime.utcnow", "date.today"}
NEIGHBOURS = ({"store", "doors"}, {"service", "web"})
# Rooms of the largest parts, and which others each may look into, besides what stands before all rooms.
ROOMS: dict[str, dict[str, set[str]]] = {
    "read": {
        "mime": set(),
        "html": set(),
        "outlook": {"mime"},
        "contents": {"mime", "html", "outlook"},
        "sections": set(),
        "machines": {"mime"},
        "trust": {"mime"},
    },
    "understand": {
        "text": set(),
        "naming": {"text"},
        "filers": {"text", "naming"},
        "topics": {"text"},
        "caution": {"text", "naming", "filers", "topics"},
    },
    "match": {
        "written": set(),
        "roll": {"written"},
        "comparing": {"written", "roll"},
        "ranking": {"written", "roll", "comparing"},
    },
    "store": {
        "cases": set(),
        "roll": {"cases"},
        "outgoing": {"cases", "roll"},
        "approving": {"cases", "roll", "outgoing"},
        "incoming": {"cases", "roll", "outgoing"},
        "people": {"cases"},
        "desk": {"cases", "roll", "outgoing", "approving", "incoming", "people"},
    },
    "web": {
        "frame": set(),
        "display": set(),
        "people": set(),
        "tickets": {"frame", "display", "people"},
        "lists": {"frame", "display", "tickets"},
        "supervising": {"display"},
        "outside": {"display"},
    },
}
BEFORE_ALL_ROOMS = {  # modules of a part that any of its rooms may look into
    "read": {"limits", "seldom", "text"},
    "understand": {"reading_rules", "steps"},
    "match": {"calibration", "identity"},
    "store": {"audit", "database", "heartbeat", "models", "seals", "search_index", "stored", "together"},
    "web": {"access", "afterwards", "asked", "clock"},
}
HEADINGS = {  # of the rooms on the page about the architecture
    "read": "## Reading by subject",
    "match": "## Matching by subject",
    "store": "## The store by subject",
    "understand": "## Understanding by subject",
    "web": "## The pages by subject",
}


@cache
def tree_of(path: Path) -> ast.Module:
    """A module as Python reads it."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Names of all modules a file imports, those inside functions included."""
    return frozenset(_imported(tree_of(path)))


def _imported(tree: ast.Module) -> Iterator[str]:
    for_types = {id(inner) for node in ast.walk(tree) if is_type_checking(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module.startswith("helpdesk"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_type_checking(node: ast.AST) -> bool:
    """Whether this is an ``if TYPE_CHECKING`` block, which runs nowhere."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def floor_name(path: Path) -> str:
    """The part of the house a file belongs to."""
    inside = path.relative_to(PACKAGE).parts
    return inside[0].removesuffix(".py")


def test_every_part_has_a_floor() -> None:
    assert {floor_name(path) for path in MODULES} - set(FLOORS) == set(), "give them one"


def test_arrows_point_down() -> None:
    arrows = [
        (path, imported, floor_name(path), imported.split(".")[1])
        for path in MODULES
        for imported in imports_of(path)
        if imported.startswith("helpdesk.")
    ]
    assert [arrow[:2] for arrow in arrows if FLOORS[arrow[3]] > FLOORS[arrow[2]]] == [], (
        "what is imported stands above"
    )
    assert [arrow[:2] for arrow in arrows if set(arrow[2:]) in NEIGHBOURS] == [], "neighbours do not know each other"


@pytest.mark.parametrize("part", ROOMS)
def test_rooms_look_only_into_the_rooms_that_they_may(part: str) -> None:
    inside = [path for path in MODULES if path.is_relative_to(PACKAGE / part) and path.parent != PACKAGE / part]
    assert {room_of(path, part) for path in inside} - {"models"} == set(ROOMS[part])
    looks = {
        (room, imported)
        for path in inside
        if (room := room_of(path, part)) in ROOMS[part]
        for imported in imports_of(path)
        if imported.startswith(f"helpdesk.{part}.")
    }
    allowed = {room: {room, *others, *BEFORE_ALL_ROOMS[part]} for room, others in ROOMS[part].items()}
    assert [(room, imported) for room, imported in looks if imported.split(".")[2] not in allowed[room]] == []


def room_of(path: Path, part: str) -> str:
    """The room of a module within a part of the house."""
    return path.relative_to(PACKAGE / part).parts[0]


def test_the_core_is_pure() -> None:
    core = [path for path in MODULES if path.relative_to(PACKAGE).parts[0].startswith(CORE)]
    impure = {path: {name.partition(".")[0] for name in imports_of(path)} & IMPURE for path in core}
    assert {path: names for path, names in impure.items() if names} == {}
    called = {path: calls_of(path) & IMPURE_CALLS for path in core}
    assert {path: names for path, names in called.items() if names} == {}, "time and files are passed in"


def calls_of(path: Path) -> set[str]:
    """Names of all functions a module calls."""
    return {ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("imapclient", "doors"),
        ("smtplib", "doors"),
        ("sqlalchemy", "store"),
        ("pymap", "service"),
        ("aiosmtpd", "service"),
        ("argon2", "store"),
    ],
)
def test_each_library_has_one_home(library: str, home: str) -> None:
    def uses(path: Path) -> bool:
        names = [name for name in imports_of(path) if name != "sqlalchemy.exc"]  # errors are worded everywhere
        return library in {name.partition(".")[0] for name in names}

    assert {floor_name(path) for path in MODULES if uses(path)} <= {home}


def test_no_module_is_longer_than_it_may_be() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path: count for path, count in lines.items() if count > LONGEST_MODULE} == {}


def test_the_page_on_the_architecture_lists_the_parts_and_their_rooms_as_they_are() -> None:
    page = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    parts = set(named_in(page, "## The house"))
    assert {floor_name(path) for path in MODULES} - parts == {"__init__"}
    for part, heading in HEADINGS.items():
        paths = [path.relative_to(PACKAGE / part) for path in MODULES if path.is_relative_to(PACKAGE / part)]
        seen = [path for path in paths if path.parts[0] != "models" and path.stem != "__init__"]
        shown = {name for path in seen for name in path.with_suffix("").parts}
        assert set(named_in(page, heading)) - {"migrations", "models"} == shown


def named_in(page: str, heading: str) -> list[str]:
    """Everything in backquotes under a heading; of a path its last part."""
    section = page.partition(f"{heading}\n")[2].partition("\n## ")[0]
    return [name.rpartition("/")[2] for name in re.findall(r"`([\w/]+)`", section)]


def test_every_route_is_in_the_access_table_with_exactly_its_methods(sqlite_app: Flask) -> None:
    served: dict[str, set[str]] = {}
    for rule in sqlite_app.url_map.iter_rules():
        served.setdefault(rule.endpoint, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    listed = {endpoint: set(methods) for endpoint, methods in MATRIX.items()}
    optional = {endpoint for endpoint in listed if endpoint.startswith("demo")}  # pages of the demo alone
    assert {e: m for e, m in served.items() if e not in optional} == {
        e: m for e, m in listed.items() if e not in optional
    }


def test_every_route_refuses_anonymous_users_unless_it_is_public(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    sqlite_app.config["WTF_CSRF_ENABLED"] = False
    for rule in sqlite_app.url_map.iter_rules():
        values = {name: a_value(rule, name) for name in rule.arguments}
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            if MATRIX[rule.endpoint][method] is None:
                continue
            with sqlite_app.test_request_context():
                url = rule.build(values, append_unknown=False)
            assert url is not None
            answer = client.open(url[1], method=method)
            refused = answer.status_code in (401, 403) or (
                answer.status_code in (302, 303) and "/login" in answer.headers["Location"]
            )
            assert refused, f"{method} {rule.rule} answered {answer.status_code} to nobody"


def a_value(rule: Rule, name: str) -> object:
    """A value that fits a route's variable."""
    return 1 if isinstance(rule._converters[name], NumberConverter) else "x"


def test_every_reason_a_rule_gives_has_a_sentence_and_every_sentence_a_rule(rules: Rules) -> None:
    used = {rule.reason for rule in rules.triage.rules}
    assert used <= set(rules.triage.reasons)
    assert all(len(text.split()) > 2 for text in rules.triage.reasons.values())


def test_every_reply_a_rule_names_has_its_letter(rules: Rules) -> None:
    letters = set(Letters(PROJECT / "templates" / "mail").names())
    named = {rules.replies.missing, rules.replies.reset, rules.replies.several, *rules.replies.by_category.values()}
    assert named - {""} <= letters


def test_the_top_level_is_as_designed() -> None:
    for name in ("helpdesk", "rules", "templates", "tests", "wsgi.py", "requirements.txt", "Makefile", "README.md"):
        assert (PROJECT / name).exists()
