"""Triage without database or network: messages from files, folders and mbox, a few at a time, in flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import Any

from helpdesk.decide.conditions import evidence
from helpdesk.errors import HelpdeskError, UnreadableMessageError
from helpdesk.match import Roll
from helpdesk.rules import Rules
from helpdesk.triage import TOGETHER, ReadMail, place, read_alone, read_together
from helpdesk.vocabulary import Candidate, Decision, Field, FilerRequest, Message, Route, Stated, Understanding

_ENDINGS = (".eml", ".mbox", ".mbx")
_MBOX_HEAD = b"From "
_LONGEST_LINE = 65_536  # bytes taken at once of a line that has no end
_MOST_BYTES = 1_000_000  # of messages that are read together
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Triaged:
    """One message of a dry run. ``message`` and what follows are None when it could not be read."""

    file: str
    message: Message | None = None
    understanding: Understanding | None = None
    decision: Decision | None = None
    problem: str = ""


def mail_files(path: Path, left_out: list[str], *, within: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """The files with mail in a folder (.eml and mbox; sorted, recursive), or the one file that was named.

    left_out: gets a sentence for each folder that cannot be read, and for what has a mail's name and is no file.
    within: the folders around this one. A link that leads back to one of them is not followed.
    """
    if not path.is_dir():
        yield path
        return
    here = path.resolve()
    try:
        children = sorted(path.iterdir()) if here not in within else []
    except OSError as error:
        left_out.append(f"{path} cannot be read: {error.strerror}")
        return
    for child in children:
        if child.is_dir():
            yield from mail_files(child, left_out, within=within | {here})
        elif child.suffix.lower() not in _ENDINGS:
            continue
        elif child.exists() and not child.is_file():  # a pipe, say, which would be waited for
            left_out.append(f"{child} cannot be read: it is no file")
        else:
            yield child


def messages_in(file: Path, most: int) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each message of a file: one, or as many as an mbox file holds.

    most: bytes. Of a longer one at least one more is read, so that it is known for too large, and not all of it.
    Raises OSError, and UnreadableMessageError where an mbox file holds something that is none of its messages.
    """
    with file.open("rb") as opened:
        if _is_mbox(file, opened):
            yield from _mbox_messages(file, opened, most)
        else:
            yield file.name, opened.read(most + 1)


def _mbox_messages(path: Path, file: BufferedReader, most: int) -> Iterator[tuple[str, bytes]]:
    """The messages of an mbox file, one in memory at a time; ">From " lines get back their first letter."""
    lines: list[bytes] = []
    position, size, stray, before = 0, 0, False, b""  # before: the last line, which is empty ahead of a message
    begins = True  # what comes next is the beginning of a line, not more of a very long one
    while line := file.readline(_LONGEST_LINE):
        if begins and line.startswith(_MBOX_HEAD) and not (position and before.strip()):
            if position:
                yield f"{path.name}:{position}", b"".join(lines)
            position, lines, size, before = position + 1, [], 0, b""
        elif position:
            before = line
            if size <= most:
                lines.append(line[1:] if begins and line.startswith(b">" + _MBOX_HEAD) else line)
                size += len(line)
        else:
            stray = stray or bool(line.strip())
        begins = line.endswith(b"\n")
    if position:
        yield f"{path.name}:{position}", b"".join(lines)
    if stray:
        raise UnreadableMessageError(
            f'{path}: an mbox file begins with a line "From …"; what stands before the first such line was left out'
        )


def count_messages(file: Path) -> int:
    """How many messages ``messages_in`` will yield, without reading them whole; in an unreadable file none."""
    try:
        if not file.is_file():
            return 1
        with file.open("rb") as lines:
            return sum(line.startswith(_MBOX_HEAD) for line in lines) if _is_mbox(file, lines) else 1
    except OSError:
        return 0


def _is_mbox(path: Path, file: BufferedReader) -> bool:
    """Told without taking anything from the file: a pipe can be read only once."""
    return path.suffix.lower() in (".mbox", ".mbx") or file.peek(len(_MBOX_HEAD)).startswith(_MBOX_HEAD)


def dry_runs(mails: Iterable[tuple[str, bytes]], roll: Roll, rules: Rules) -> Iterator[Triaged]:
    """Read, understand, match and decide each, in order; a message's clock is its own newest Received, else Date."""
    for group in groups_of(mails, rules):
        results = read_together([raw for _, raw in group], rules, partial(_alone, rules=rules))
        for (file, _), result in zip(group, results, strict=True):
            if isinstance(result, str):
                yield Triaged(file=file, problem=result)
            else:
                yield _placed(file, result, roll, rules)


def groups_of(mails: Iterable[tuple[str, bytes]], rules: Rules) -> Iterator[list[tuple[str, bytes]]]:
    """Those to be read together: little enough to keep in memory. One that is too large to be read stands alone."""
    most = min(_MOST_BYTES, rules.mail.largest_message)
    group: list[tuple[str, bytes]] = []
    size = 0
    for file, raw in mails:
        size += len(raw)
        if group and (len(group) == TOGETHER or size > most):
            yield group
            group, size = [], len(raw)
        group.append((file, raw))
    if group:
        yield group


def _alone(raw: bytes, rules: Rules) -> ReadMail | str:
    """One message, or why it could not be read."""
    try:
        if len(raw) > rules.mail.largest_message:
            raise UnreadableMessageError(f"larger than {rules.mail.largest_message} bytes")
        return read_alone(raw, rules)
    except HelpdeskError as error:
        return str(error)


def _placed(file: str, mail: ReadMail, roll: Roll, rules: Rules) -> Triaged:
    now = mail.message.received_at or mail.message.sent_at or _EPOCH
    decision = place(mail.message, mail.understanding, roll, rules, now)
    return Triaged(file=file, message=mail.message, understanding=mail.understanding, decision=decision)


def as_line(triaged: Triaged, rules: Rules) -> dict[str, Any]:
    """One message as the JSON object that ``flask triage`` prints."""
    if triaged.understanding is None or triaged.decision is None:
        return {
            "file": triaged.file,
            "category": None,
            "route": Route.REVIEW.value,
            "urgent": False,
            "requests": [],
            "reply": None,
            "reasons": ["quarantined"],
            "problem": triaged.problem,
        }
    understanding, decision = triaged.understanding, triaged.decision
    return {
        "file": triaged.file,
        "category": understanding.category.value,
        "route": decision.route.value,
        "urgent": understanding.urgent,
        "requests": [_request(request, rules) for request in decision.requests],
        "reply": decision.reply,
        "reasons": [reason.key for reason in decision.reasons],
        "wants": [category.value for category in understanding.wants],
        "why": understanding.why,
        "signals": [
            {"name": signal.name.value, "severity": signal.severity.value, "reason": signal.reason}
            for signal in (*decision.signals, *(s for request in decision.requests for s in request.signals))
        ],
        "court": understanding.court,
        "language": understanding.language,
    }


def _request(request: FilerRequest, rules: Rules) -> dict[str, Any]:
    best = request.ranking.candidates[0] if request.ranking.candidates else None
    credible = best is not None and _is_credible(best, request.ranking.candidates, rules)
    return {
        "name": _value(request.claim.name),
        "bar_id": _value(request.claim.bar_id),
        "email": _value(request.claim.claimed_email),
        "filer": best.filer.ecf_user_id if best and credible else None,
        "probability": round(best.probability, 6) if best else 0.0,
        "candidates": [_candidate(candidate) for candidate in request.ranking.candidates],
        "bar_state": request.claim.bar_state,
        "route": request.route.value,
        "reasons": [reason.key for reason in request.reasons],
    }


def _is_credible(best: Candidate, candidates: tuple[Candidate, ...], rules: Rules) -> bool:
    """Whether a careful clerk would settle on this record: probable, and clear of the next."""
    second = candidates[1].probability if len(candidates) > 1 else 0.0
    return best.probability >= rules.triage.credible and best.probability > 2 * second


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "filer": candidate.filer.ecf_user_id,
        "name": candidate.filer.full_name,
        "probability": round(candidate.probability, 6),
        "bits": round(candidate.bits, 3),
        "evidence": {
            field.value: {"level": found.level.value, "bits": round(found.bits, 3), "note": found.note}
            for field in Field
            for found in (evidence(candidate, field),)
        },
    }


def _value(stated: Stated | None) -> str | None:
    return stated.value if stated else None
