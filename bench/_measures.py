"""Figures of a matcher on labelled requests: right on top, accepted at 99.9 % precision, calibration, time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from random import Random
from time import perf_counter_ns

from bench._requests import GENUINE, Request
from helpdesk.match.bar_ids import bar_id_of
from helpdesk.match.calibration import expected_error
from helpdesk.vocabulary import Filer

Answer = tuple[str | None, float]  # ecf_user_id of the best candidate, its score or probability
Answered = Sequence[tuple[Answer, Request]]
PRECISION = 0.999
_DRAWS = 20  # of outcomes by chance, for the bound of the calibration error


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a matcher achieved. Times in microseconds a request; None where a peer has no such figure."""

    matcher: str
    requests: int
    p50: float | None  # None: only in batches
    p99: float | None
    seconds: float  # all requests
    top1: float  # of requests that mean somebody on the roll
    accepted: float  # of genuine requests, right, above a threshold fixed on other requests
    precision: float  # of all that is above that threshold
    strangers: int  # accepted although they mean nobody on the roll
    calibration_error: float | None
    calibration_bound: float | None  # what chance alone leaves, were every probability exactly right
    top1_usable: float | None = None  # of requests whose Bar ID or address is that of the record

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def timed(answer: Callable[[Request], Answer], requests: Sequence[Request]) -> tuple[Answered, list[float]]:
    """Each request's answer, and the microseconds each took, in rising order."""
    times, answered = [], []
    for request in requests:
        began = perf_counter_ns()
        found = answer(request)
        times.append((perf_counter_ns() - began) / 1000)
        answered.append((found, request))
    return answered, sorted(times)


def figures(
    matcher: str,
    fixing: Answered,
    answered: Answered,
    times: Sequence[float] = (),
    *,
    probabilities: bool,
    seconds: float | None = None,
    filers: Callable[[str], Filer | None] | None = None,
) -> Figures:
    """Fix the threshold on one set of answers and report on the other."""
    threshold = _threshold(fixing)
    meant = [(found, request) for found, request in answered if request.truth]
    above = [(found, request) for found, request in answered if found[1] >= threshold]
    genuine = [request for _, request in answered if request.kind in GENUINE]
    right = [request for found, request in above if found[0] == request.truth]
    judged = [(probability, key is not None and key == r.truth) for (key, probability), r in answered]
    usable = [
        found[0] == r.truth for found, r in meant if filers is not None and _is_usable(r, filers(r.truth or ""))
    ]
    return Figures(
        matcher=matcher,
        requests=len(answered),
        p50=times[len(times) // 2] if times else None,
        p99=times[len(times) * 99 // 100] if times else None,
        seconds=sum(times) / 1e6 if seconds is None else seconds,
        top1=sum(found[0] == request.truth for found, request in meant) / len(meant),
        accepted=sum(request.kind in GENUINE for request in right) / len(genuine),
        precision=len(right) / max(1, len(above)),
        strangers=sum(request.truth is None for _, request in above),
        calibration_error=expected_error(judged) if probabilities else None,
        calibration_bound=_bound([probability for probability, _ in judged]) if probabilities else None,
        top1_usable=sum(usable) / len(usable) if usable else None,
    )


def _threshold(answered: Answered) -> float:
    """The lowest score above which at most one in a thousand answers is wrong; equal scores stand together."""
    ordered = sorted(answered, key=lambda one: -one[0][1])
    best, wrong = float("inf"), 0
    for count, (found, request) in enumerate(ordered, 1):
        wrong += found[0] != request.truth
        is_last = count == len(ordered) or ordered[count][0][1] < found[1]
        if is_last and wrong <= count * (1 - PRECISION):
            best = found[1]
    return best


def _bound(probabilities: Sequence[float]) -> float:
    """The mean calibration error of outcomes that are drawn by these very probabilities."""
    random = Random(1)
    draws = ([(one, random.random() < one) for one in probabilities] for _ in range(_DRAWS))
    return sum(map(expected_error, draws)) / _DRAWS


def _is_usable(request: Request, filer: Filer | None) -> bool:
    """Whether the claim states the record's own Bar ID or one of its addresses."""
    if filer is None:
        return False
    claimed, recorded = bar_id_of(request.claim.bar_id), bar_id_of(filer.bar_id)
    if claimed and recorded and claimed.number == recorded.number:
        return True
    return request.claim.email.lower() in [a.lower() for a in (filer.primary_email, *filer.secondary_emails)]


def table(rows: Sequence[Figures]) -> str:
    """The figures as a table for people."""
    lines = [
        f"{'matcher':34}{'requests':>9}{'p50 µs':>9}{'p99 µs':>10}{'top-1':>8}{'usable':>8}{'accepted':>10}"
        f"{'precision':>11}{'strangers':>11}{'ECE':>8}{'bound':>8}"
    ]
    for row in rows:
        lines.append(
            f"{row.matcher:34}{row.requests:>9,}"
            + (f"{row.p50:>9,.0f}{row.p99:>10,.0f}" if row.p50 and row.p99 else f"{row.seconds:>13.1f} s all")[:19]
            + f"{row.top1:>8.4f}{_maybe(row.top1_usable):>8}{row.accepted:>10.4f}{row.precision:>11.4f}"
            f"{row.strangers:>11}{_maybe(row.calibration_error):>8}{_maybe(row.calibration_bound):>8}"
        )
    return "\n".join(lines)


def _maybe(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.4f}"
