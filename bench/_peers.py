"""What others would do: rapidfuzz over every record, by one string or by several fields; splink over all at once."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from bench._measures import Answer
from bench._requests import Request
from bench._throwaway import run
from helpdesk.match.written.bar_ids import bar_id_of
from helpdesk.match.written.readings import written
from helpdesk.vocabulary import Filer

SPLINK = ("splink==5.0.0", "pandas<3")
_SCRIPT = Path(__file__).with_name("_splink_peer.py")


def extract_one(filers: Sequence[Filer]) -> Callable[[Request], Answer]:
    """``extractOne`` with WRatio over "name number address" of every record."""
    texts = [f"{filer.full_name} {filer.bar_id} {filer.primary_email}".lower() for filer in filers]

    def answer(request: Request) -> Answer:
        claim = request.claim
        found = process.extractOne(f"{claim.name} {claim.bar_id} {claim.email}".lower(), texts, scorer=fuzz.WRatio)
        return (filers[found[2]].ecf_user_id, found[1]) if found else (None, 0.0)

    return answer


def several_fields(filers: Sequence[Filer]) -> Callable[[Request], Answer]:
    """``cdist`` over name, number and address, summed."""
    names = [filer.full_name.lower() for filer in filers]
    numbers = [filer.bar_id for filer in filers]
    addresses = [filer.primary_email.lower() for filer in filers]

    def answer(request: Request) -> Answer:
        claim = request.claim
        score = process.cdist([claim.name.lower()], names, scorer=fuzz.token_sort_ratio, dtype=np.float32)[0] / 100
        if claim.bar_id:
            score += process.cdist([claim.bar_id], numbers, scorer=OSA.normalized_similarity, dtype=np.float32)[0]
        if claim.email:
            score += process.cdist(
                [claim.email.lower()], addresses, scorer=JaroWinkler.normalized_similarity, dtype=np.float32
            )[0]
        best = int(score.argmax())
        return filers[best].ecf_user_id, float(score[best])

    return answer


def splink(
    python: Path, filers: Iterable[Filer], requests: Sequence[Request], titles: frozenset[str]
) -> tuple[list[Answer], float]:
    """Splink's best record for each request, and the seconds for all. It is given names read by our own reader."""
    with TemporaryDirectory(prefix="bench-") as folder:
        records, claims, answers = (Path(folder) / name for name in ("filers.csv", "claims.csv", "answers.jsonl"))
        _write(
            records, ((f.ecf_user_id, f.first_name, f.last_name, _number(f.bar_id), f.primary_email) for f in filers)
        )
        _write(claims, (_fields(f"claim-{place}", one, titles) for place, one in enumerate(requests)))
        run(python, str(_SCRIPT), str(records), str(claims), str(answers))
        first, *lines = map(json.loads, answers.read_text(encoding="utf-8").splitlines())
    found = {line["claim"]: (line["filer"], line["probability"]) for line in lines}
    return [found.get(f"claim-{place}", (None, 0.0)) for place in range(len(requests))], first["seconds"]


def _fields(key: str, request: Request, titles: frozenset[str]) -> tuple[str, ...]:
    name = written(request.claim.name, titles).natural()
    return (
        key,
        *((name.given, name.surname) if name else ("", "")),
        _number(request.claim.bar_id),
        request.claim.email,
    )


def _number(text: str) -> str:
    bar_id = bar_id_of(text)
    return bar_id.number if bar_id else ""


def _write(file: Path, rows: Iterable[tuple[str, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("key", "first", "last", "number", "address"))
        writer.writerows([key, *(field.lower() for field in fields)] for key, *fields in rows)
