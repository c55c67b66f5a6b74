"""Reading: messages a second on one core from raw bytes to a decision, and what each stage costs.

Messages are taken in groups that go through understanding in step, as the service takes a backlog and ``flask
triage`` a folder; and one after the other, as the service takes what comes when nothing waits.

The bounds, of the same run on the same messages: Python's own parser (``email``), which only takes a message apart
and decodes its texts. It finds no quotes, signatures, hidden text or machines, and understands nothing.
Times are CPU seconds, so that other work on the machine does not count; of several rounds the quickest counts.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from email.message import Message as StandardMessage
from itertools import pairwise
from pathlib import Path
from typing import Any

from helpdesk.cli.dry_run import groups_of, mail_files, messages_in
from helpdesk.decide import RecordContext, decide
from helpdesk.doors.roster_csv import read_roster
from helpdesk.errors import UnreadableMessageError
from helpdesk.match import Roll, rank
from helpdesk.read import read_message
from helpdesk.rules import Rules, load_rules
from helpdesk.understand import understand_all
from helpdesk.vocabulary import Message, Ranking, Understanding

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "corpus" / "dev"
RESULTS = Path(__file__).resolve().parent / "results"
STAGES = ("read", "understand", "match", "decide")


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[CORPUS], help=".eml files, folders, mbox files")
    parser.add_argument("--roster", type=Path, default=CORPUS / "roster.csv")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    rules = load_rules(ROOT / "rules")
    roll = Roll.build(read_roster(arguments.roster).filers, version=arguments.roster.name)
    most = rules.mail.largest_message
    mails = [mail for path in arguments.paths for file in mail_files(path, []) for mail in messages_in(file, most)]
    raws = [raw for _, raw in mails]
    groups = [[raw for _, raw in group] for group in groups_of(mails, rules)]
    turns = range(arguments.rounds + 1)
    rounds = [(_round(groups, roll, rules), _round([[raw] for raw in raws], roll, rules)) for _ in turns]
    rounds = rounds[1:]  # the first one loads and warms
    in_groups, one_by_one = (min(column, key=_whole) for column in zip(*rounds, strict=True))
    bounds = {
        "email, policy.default": min(_parse(raws, _with_default_policy) for _ in rounds),
        "email, compat32": min(_parse(raws, _with_compat32) for _ in rounds),
    }
    figures = _figures(raws, in_groups, one_by_one, bounds)
    print(_table(figures))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "read.json").write_text(json.dumps(figures, indent=2) + "\n")


def _round(groups: Sequence[Sequence[bytes]], roll: Roll, rules: Rules) -> list[list[float]]:
    """For every group the seconds of each stage."""
    return [_group(raws, roll, rules) for raws in groups]


def _whole(round_: list[list[float]]) -> float:
    return sum(map(sum, round_))


def _group(raws: Sequence[bytes], roll: Roll, rules: Rules) -> list[float]:
    """Zeros behind a stage that refused a message. The others of its group are done again, each alone."""
    started = time.thread_time()
    try:
        messages = [read_message(raw, court=rules.court) for raw in raws]
    except UnreadableMessageError:
        spent = [time.thread_time() - started, 0.0, 0.0, 0.0]
        again = [_group([raw], roll, rules) for raw in raws] if len(raws) > 1 else []
        return [sum(stage) for stage in zip(spent, *again, strict=True)]
    marks = [started, time.thread_time()]
    understood = understand_all(messages, rules)
    marks.append(time.thread_time())
    rankings = [tuple(rank(claim, roll, rules.matching) for claim in one.claims) for one in understood]
    marks.append(time.thread_time())
    for message, understanding, ranked in zip(messages, understood, rankings, strict=True):
        _decide(message, understanding, ranked, roll, rules)
    marks.append(time.thread_time())
    return [end - start for start, end in pairwise(marks)]


def _decide(
    message: Message, understanding: Understanding, ranked: tuple[Ranking, ...], roll: Roll, rules: Rules
) -> None:
    now = message.received_at or message.sent_at or rules.court.go_live.astimezone()
    decide(message, understanding, ranked, rules=rules, now=now, context=RecordContext(), roll_version=roll.version)


def _parse(raws: Sequence[bytes], parse: Callable[[bytes], StandardMessage]) -> float:
    """Seconds for taking all messages apart and decoding their texts."""
    started = time.thread_time()
    for raw in raws:
        for part in parse(raw).walk():
            if part.get_content_maintype() == "text":
                part.get_payload(decode=True)
    return time.thread_time() - started


def _with_default_policy(raw: bytes) -> StandardMessage:
    parsed: StandardMessage = email.message_from_bytes(raw, policy=email.policy.default)
    with suppress(Exception):  # hostile headers break it
        for name in ("subject", "from", "to", "date"):  # it reads headers when asked for them
            parsed.get_all(name)
    return parsed


def _with_compat32(raw: bytes) -> StandardMessage:
    return email.message_from_bytes(raw, policy=email.policy.compat32)


def _figures(
    raws: Sequence[bytes], in_groups: list[list[float]], one_by_one: list[list[float]], bounds: dict[str, float]
) -> dict[str, Any]:
    sums = dict(zip(STAGES, (sum(column) for column in zip(*in_groups, strict=True)), strict=True))
    whole = sum(sums.values())
    each = sorted(map(sum, one_by_one))
    return {
        "messages": len(raws),
        "mean_bytes": sum(map(len, raws)) // len(raws),
        "rate": len(raws) / whole,
        "rate_one_by_one": len(raws) / sum(each),
        "share": {stage: seconds / whole for stage, seconds in sums.items()},
        "milliseconds": {"p50": _ms(each, 50), "p99": _ms(each, 99), "longest": each[-1] * 1000},
        "bounds": {name: len(raws) / seconds for name, seconds in bounds.items()},
    }


def _ms(ordered: Sequence[float], percent: int) -> float:
    return ordered[len(ordered) * percent // 100] * 1000


def _table(figures: dict[str, Any]) -> str:
    shares = ", ".join(f"{stage} {share:.0%}" for stage, share in figures["share"].items())
    times = ", ".join(f"{name} {milliseconds:.1f} ms" for name, milliseconds in figures["milliseconds"].items())
    rates = {
        "read + understand + match + decide": figures["rate"],
        "the same, one message after the other": figures["rate_one_by_one"],
        **figures["bounds"],
    }
    lines = [f"{figures['messages']} messages of {figures['mean_bytes']:,} bytes, one core"]
    lines += [f"{name:<38}{rate:>8,.0f} messages/s" for name, rate in rates.items()]
    return "\n".join([*lines, f"of which {shares}", f"a message by itself takes: {times}"])


if __name__ == "__main__":
    main()
