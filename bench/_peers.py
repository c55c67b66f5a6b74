"""What others would do: rapidfuzz over every record, by one string or by several fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from bench._measures import Answer
from bench._requests import Request
from helpdesk.vocabulary import Filer


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
