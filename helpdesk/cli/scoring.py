"""How well a dry run agrees with labels: fields, categories, routes, and the one figure that must be zero."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

FIELDS = ("name", "bar_id", "email", "filer")
_LABEL = {"file": str, "category": str, "route": str, "accept_routes": list, "urgent": bool, "requests": list}


@dataclass(slots=True)
class FieldScore:
    """Of one field: how often it was stated, found, and found exactly."""

    stated: int = 0
    found: int = 0
    exact: int = 0
    total: int = 0
    right: int = 0  # exact, or rightly absent

    @property
    def precision(self) -> float:
        return self.exact / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.exact / self.stated if self.stated else 1.0

    @property
    def accuracy(self) -> float:
        return self.right / self.total if self.total else 1.0


@dataclass(slots=True)
class Score:
    """The figures of one labelled folder. Every list holds file names with what was wrong."""

    messages: int = 0
    fields: dict[str, FieldScore] = field(default_factory=lambda: {name: FieldScore() for name in FIELDS})
    categories: Counter[tuple[str, str]] = field(default_factory=Counter)  # (label, found)
    routes: Counter[tuple[str, str]] = field(default_factory=Counter)
    labelled_ready: int = 0
    ready: int = 0  # of the labelled-ready ones
    accepted: int = 0
    urgent_right: int = 0
    false_ready: list[str] = field(default_factory=list)
    replies_to_ignored: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    without_mail: list[str] = field(default_factory=list)  # labels alone

    @property
    def category_accuracy(self) -> float:
        right = sum(count for (label, found), count in self.categories.items() if label == found)
        return right / self.messages if self.messages else 1.0

    @property
    def ready_share(self) -> float:
        return self.ready / self.labelled_ready if self.labelled_ready else 1.0

    @property
    def accepted_share(self) -> float:
        return self.accepted / self.messages if self.messages else 1.0

    def as_json(self) -> dict[str, Any]:
        """The figures for scripts; shares are between 0 and 1."""
        return {
            "messages": self.messages,
            "false_ready": self.false_ready,
            "labelled_ready": self.labelled_ready,
            "ready": self.ready,
            "ready_share": round(self.ready_share, 4),
            "route_accepted": round(self.accepted_share, 4),
            "category": round(self.category_accuracy, 4),
            "urgent": round(self.urgent_right / max(self.messages, 1), 4),
            "replies_to_ignored": self.replies_to_ignored,
            "fields": {
                name: {
                    "exact": round(t.accuracy, 4),
                    "precision": round(t.precision, 4),
                    "recall": round(t.recall, 4),
                }
                for name, t in self.fields.items()
            },
            "categories": {f"{label} -> {found}": count for (label, found), count in sorted(self.categories.items())},
            "routes": {f"{label} -> {found}": count for (label, found), count in sorted(self.routes.items())},
        }


def read_labels(folder: Path) -> dict[str, dict[str, Any]]:
    """The labels of a folder by file name (labels.jsonl, one object a line)."""
    file = folder / "labels.jsonl"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is not UTF-8 text (byte {error.start})") from None
    labels = [_label(file.name, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    return {label["file"]: label for label in labels}


def _label(file: str, number: int, line: str) -> dict[str, Any]:
    try:
        label: object = json.loads(line)
    except (ValueError, RecursionError):
        label = None
    if not isinstance(label, dict):
        raise click.ClickException(f"{file}, line {number}: is not a JSON object")
    missing = [key for key in _LABEL if key not in label]
    if missing:
        raise click.ClickException(f"{file}, line {number}: lacks {', '.join(missing)}")
    wrong = [key for key, kind in _LABEL.items() if not isinstance(label[key], kind)]
    if wrong or not all(map(_is_request, label["requests"])):
        raise click.ClickException(f"{file}, line {number}: {', '.join(wrong or ['requests'])} cannot be used")
    return label


def _is_request(stated: object) -> bool:
    return isinstance(stated, dict) and all(isinstance(stated.get(name), str | None) for name in FIELDS)


def score(lines: Iterable[Mapping[str, Any]], labels: Mapping[str, Mapping[str, Any]]) -> Score:
    """Compare dry-run lines with their labels."""
    result = Score()
    left = set(labels)
    for line in lines:
        label = labels.get(line["file"])
        if label is not None:
            left.discard(line["file"])
            _score_one(line, label, result)
    result.without_mail = sorted(left)
    return result


def _score_one(line: Mapping[str, Any], label: Mapping[str, Any], result: Score) -> None:
    file, route = line["file"], line["route"]
    result.messages += 1
    result.categories[(label["category"], line["category"] or "none")] += 1
    result.routes[(label["route"], route)] += 1
    result.accepted += route in label["accept_routes"]
    result.urgent_right += line["urgent"] == label["urgent"]
    if label["category"] != line["category"]:
        result.mistakes.append(f"{file}: category {label['category']} read as {line['category']} ({line.get('why')})")
    if route not in label["accept_routes"]:
        result.mistakes.append(f"{file}: route {label['route']} became {route} ({', '.join(line['reasons'])})")
    if label["route"] == "ready":
        result.labelled_ready += 1
        result.ready += route == "ready"
        if route != "ready":
            result.mistakes.append(f"{file}: not ready ({', '.join(line['reasons'])})")
    if line["urgent"] != label["urgent"]:
        result.mistakes.append(f"{file}: urgent {label['urgent']} read as {line['urgent']}")
    if route == "ready" and not _rightly_ready(line, label):
        result.false_ready.append(file)
    if label["route"] == "ignore" and line["reply"] is not None:
        result.replies_to_ignored.append(file)
    _score_requests(file, line["requests"], label["requests"], result)


def _rightly_ready(line: Mapping[str, Any], label: Mapping[str, Any]) -> bool:
    same = [r["filer"] for r in line["requests"]] == [r.get("filer") for r in label["requests"]]
    return "ready" in label["accept_routes"] and same


def _score_requests(
    file: str, found: list[Mapping[str, Any]], stated: list[Mapping[str, Any]], result: Score
) -> None:
    pairs = _paired(found, stated)
    for ours, theirs in pairs:
        for name in FIELDS:
            _score_field(file, name, (ours or {}).get(name), (theirs or {}).get(name), result)


def _paired(
    found: list[Mapping[str, Any]], stated: list[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    """Each labelled request with the found one that agrees best, then what is left over on either side."""
    left = list(found)
    pairs: list[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]] = []
    for theirs in stated:
        best = max(left, key=lambda ours: sum(ours.get(f) == theirs.get(f) for f in FIELDS), default=None)
        if best is not None:
            left.remove(best)
        pairs.append((best, theirs))
    return pairs + [(ours, None) for ours in left]


def _score_field(file: str, name: str, ours: str | None, theirs: str | None, result: Score) -> None:
    tally = result.fields[name]
    equal = (ours or "").casefold() == (theirs or "").casefold() if name == "name" else ours == theirs
    tally.total += 1
    tally.stated += theirs is not None
    tally.found += ours is not None
    tally.exact += theirs is not None and equal
    tally.right += equal
    if not equal:
        result.mistakes.append(f"{file}: {name} {theirs!r} read as {ours!r}")


def page(result: Score) -> str:
    """The figures as a readable page."""
    lines = [
        f"messages                 {result.messages}",
        f"false ready              {len(result.false_ready)} {' '.join(result.false_ready)}".rstrip(),
        f"labelled ready, ready    {result.ready} of {result.labelled_ready} ({result.ready_share:.1%})",
        f"route accepted           {result.accepted_share:.1%}",
        f"category                 {result.category_accuracy:.1%}",
        f"urgent                   {result.urgent_right / max(result.messages, 1):.1%}",
        f"replies to ignored       {len(result.replies_to_ignored)} {' '.join(result.replies_to_ignored)}".rstrip(),
        "",
        f"{'field':<10}{'exact':>8}{'precision':>11}{'recall':>8}",
    ]
    for name, tally in result.fields.items():
        lines.append(f"{name:<10}{tally.accuracy:>8.1%}{tally.precision:>11.1%}{tally.recall:>8.1%}")
    wrong = {pair: count for pair, count in result.categories.items() if pair[0] != pair[1]}
    lines += ["", "categories confused (label -> found)"]
    lines += [f"  {label} -> {found}: {count}" for (label, found), count in sorted(wrong.items())] or ["  none"]
    lines += ["", "routes (label -> found)"]
    lines += [f"  {label} -> {found}: {count}" for (label, found), count in sorted(result.routes.items())]
    return "\n".join(lines)
