"""Figures of a matcher on labelled requests: right on top, accepted at 99.9 % precision, calibration, time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter_ns

from bench._requests import GENUINE, Request
from helpdesk.match.calibration import expected_error

Answer = tuple[str | None, float]  # ecf_user_id of the best candidate, its score or probability
PRECISION = 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a matcher achieved. Times in microseconds a request; None where a peer has no such figure."""

    matcher: str
    requests: int
    p50: float
    p99: float
    top1: float  # of requests that mean somebody on the roll
    accepted: float  # of genuine requests, right, above a threshold fixed on other requests
    precision: float  # of all that is above that threshold
    strangers: int  # accepted although they mean nobody on the roll
    calibration_error: float | None

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def measure(
    matcher: str,
    answer: Callable[[Request], Answer],
    fixing: Sequence[Request],
    requests: Sequence[Request],
    *,
    probabilities: bool,
) -> Figures:
    """Fix the threshold on one set of requests and report on the other."""
    threshold = _threshold([(answer(request), request) for request in fixing])
    times, answered = [], []
    for request in requests:
        began = perf_counter_ns()
        found = answer(request)
        times.append((perf_counter_ns() - began) / 1000)
        answered.append((found, request))
    judged = [(probability, key is not None and key == r.truth) for (key, probability), r in answered]
    times.sort()
    meant = [(found, request) for found, request in answered if request.truth]
    above = [(found, request) for found, request in answered if found[1] >= threshold]
    genuine = [request for request in requests if request.kind in GENUINE]
    right = [request for found, request in above if found[0] == request.truth]
    return Figures(
        matcher=matcher,
        requests=len(requests),
        p50=times[len(times) // 2],
        p99=times[len(times) * 99 // 100],
        top1=sum(found[0] == request.truth for found, request in meant) / len(meant),
        accepted=sum(request.kind in GENUINE for request in right) / len(genuine),
        precision=len(right) / max(1, len(above)),
        strangers=sum(request.truth is None for _, request in above),
        calibration_error=expected_error(judged) if probabilities else None,
    )


def _threshold(answered: Sequence[tuple[Answer, Request]]) -> float:
    """The lowest score above which at most one in a thousand answers is wrong; equal scores stand together."""
    ordered = sorted(answered, key=lambda one: -one[0][1])
    best, wrong = float("inf"), 0
    for count, (found, request) in enumerate(ordered, 1):
        wrong += found[0] != request.truth
        is_last = count == len(ordered) or ordered[count][0][1] < found[1]
        if is_last and wrong <= count * (1 - PRECISION):
            best = found[1]
    return best


def table(rows: Sequence[Figures]) -> str:
    """The figures as a table for people."""
    lines = ["matcher                    p50 µs     p99 µs   top-1  accepted  precision  strangers    ECE"]
    for row in rows:
        error = "" if row.calibration_error is None else f"{row.calibration_error:.4f}"
        lines.append(
            f"{row.matcher:24}{row.p50:9.0f}  {row.p99:9.0f}  {row.top1:.4f}  {row.accepted:8.4f}  "
            f"{row.precision:9.4f}  {row.strangers:9}  {error:>6}"
        )
    return "\n".join(lines)
