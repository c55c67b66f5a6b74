"""Figures of a matcher on labelled requests: right on top, accepted at 99.9 % precision, calibration, time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from random import Random
from time import perf_counter_ns

from bench._requests import GENUINE, Request
from helpdesk.match.calibration import expected_error
from helpdesk.match.written.bar_ids import bar_id_of
from helpdesk.vocabulary import Filer

Answer = tuple[str | None, float]  # ecf_user_id of the best candidate, its score or probability
Answered = Sequence[tuple[Answer, Request]]
Judged = Sequence[tuple[float, bool]]  # each best candidate's probability, and whether it was meant
PRECISION = 0.999
_DRAWS = 100  # of outcomes by chance, for the bound of the calibration error
_EVEN_BINS = 15  # with equally many requests in each


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """The expected calibration error, and what chance alone leaves of it were every probability exactly right."""

    error: float
    bound: float  # mean error of outcomes drawn by the very probabilities that were said
    nine_of_ten: tuple[float, float]  # between these lies the error of nine of ten such draws


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
    calibration: Calibrated | None  # in ten bins of equal width
    calibration_evenly: Calibrated | None  # in bins of equally many requests
    top1_usable: float | None = None  # of requests whose Bar ID or address is that of the record
    at_once: float | None = None  # share of requests answered without a search
    p50_at_once: float | None = None

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def timed(answer: Callable[[Request], Answer], requests: Sequence[Request]) -> tuple[Answered, list[float]]:
    """Each request's answer, and the microseconds each took."""
    times, answered = [], []
    for request in requests:
        began = perf_counter_ns()
        found = answer(request)
        times.append((perf_counter_ns() - began) / 1000)
        answered.append((found, request))
    return answered, times


def figures(
    matcher: str,
    fixing: Answered,
    answered: Answered,
    times: Sequence[float] = (),
    *,
    probabilities: bool,
    seconds: float | None = None,
    filers: Callable[[str], Filer | None] | None = None,
    is_at_once: Callable[[Request], bool] = lambda _: False,
) -> Figures:
    """Fix the threshold on one set of answers and report on the other."""
    threshold = threshold_of(fixing, probabilities=probabilities)
    meant = [(found, request) for found, request in answered if request.truth]
    above = [(found, request) for found, request in answered if found[1] >= threshold]
    genuine = [request for _, request in answered if request.kind in GENUINE]
    right = [request for found, request in above if found[0] == request.truth]
    judged = [(probability, key is not None and key == r.truth) for (key, probability), r in answered]
    usable = [
        found[0] == r.truth for found, r in meant if filers is not None and _is_usable(r, filers(r.truth or ""))
    ]
    fast = [time for time, (_, request) in zip(times, answered, strict=False) if is_at_once(request)]
    return Figures(
        matcher=matcher,
        requests=len(answered),
        p50=_centile(times, 50),
        p99=_centile(times, 99),
        at_once=len(fast) / len(answered) if fast else None,
        p50_at_once=_centile(fast, 50),
        seconds=sum(times) / 1e6 if seconds is None else seconds,
        top1=sum(found[0] == request.truth for found, request in meant) / len(meant),
        accepted=sum(request.kind in GENUINE for request in right) / len(genuine),
        precision=len(right) / max(1, len(above)),
        strangers=sum(request.truth is None for _, request in above),
        calibration=_calibrated(judged, expected_error) if probabilities else None,
        calibration_evenly=_calibrated(judged, _error_evenly) if probabilities else None,
        top1_usable=sum(usable) / len(usable) if usable else None,
    )


def threshold_of(answered: Answered, *, probabilities: bool) -> float:
    """The lowest score above which at most one in a thousand answers is wrong; equal scores stand together.

    What was seen owes something to luck. So where scores are probabilities, no more than that may be expected to be
    wrong, either.
    """
    ordered = sorted(answered, key=lambda one: -one[0][1])
    best, wrong, expected = float("inf"), 0, 0.0
    for count, (found, request) in enumerate(ordered, 1):
        wrong += found[0] != request.truth
        expected += 1 - found[1]
        is_last = count == len(ordered) or ordered[count][0][1] < found[1]
        mistakes = max(wrong, expected) if probabilities else wrong
        if is_last and mistakes <= count * (1 - PRECISION):
            best = found[1]
    return best


def _centile(times: Sequence[float], percent: int) -> float | None:
    return sorted(times)[len(times) * percent // 100] if times else None


def _calibrated(judged: Judged, error_of: Callable[[Judged], float]) -> Calibrated:
    random = Random(1)
    draws = ([(one, random.random() < one) for one, _ in judged] for _ in range(_DRAWS))
    errors = sorted(map(error_of, draws))
    between = errors[_DRAWS // 20], errors[-_DRAWS // 20 - 1]
    return Calibrated(error=error_of(judged), bound=sum(errors) / _DRAWS, nine_of_ten=between)


def _error_evenly(judged: Judged) -> float:
    """The calibration error in bins of equally many requests, by rising probability."""
    ordered, count = sorted(judged), len(judged)
    bins = [ordered[count * place // _EVEN_BINS : count * (place + 1) // _EVEN_BINS] for place in range(_EVEN_BINS)]
    return sum(abs(sum(said - right for said, right in one)) for one in bins) / max(1, count)


def _is_usable(request: Request, filer: Filer | None) -> bool:
    """Whether the claim states the record's own Bar ID or one of its addresses."""
    if filer is None:
        return False
    claimed, recorded = bar_id_of(request.claim.bar_id), bar_id_of(filer.bar_id)
    if claimed and recorded and claimed.number == recorded.number:
        return True
    return request.claim.email.lower() in [a.lower() for a in (filer.primary_email, *filer.secondary_emails)]


def table(rows: Sequence[Figures]) -> str:
    """The figures as a table for people; beside each calibration error what chance alone would leave."""
    lines = [
        f"{'matcher':34}{'requests':>9}{'p50 µs':>9}{'p99 µs':>10}{'at once':>9}{'top-1':>8}{'usable':>8}"
        f"{'accepted':>10}{'precision':>11}{'strangers':>11}{'ECE (chance)':>17}{'in even bins':>17}"
    ]
    for row in rows:
        lines.append(
            f"{row.matcher:34}{row.requests:>9,}"
            + (f"{row.p50:>9,.0f}{row.p99:>10,.0f}" if row.p50 and row.p99 else f"{row.seconds:>13.1f} s all")[:19]
            + (f"{row.p50_at_once:>9,.0f}" if row.p50_at_once else " " * 9)
            + f"{row.top1:>8.4f}{_maybe(row.top1_usable):>8}{row.accepted:>10.4f}{row.precision:>11.4f}"
            f"{row.strangers:>11}{_beside(row.calibration):>17}{_beside(row.calibration_evenly):>17}"
        )
    return "\n".join(lines)


def _maybe(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.4f}"


def _beside(one: Calibrated | None) -> str:
    return "" if one is None else f"{one.error:.4f} ({one.bound:.4f})"
