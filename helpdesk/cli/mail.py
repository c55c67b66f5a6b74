"""``flask poll``, ``flask work`` and ``flask reconcile``: mail in, mail out, and the proof that nothing is lost."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Never, Self

import click
from flask import current_app
from tqdm import tqdm

from helpdesk import logs
from helpdesk.cli.words import now, plain_errors
from helpdesk.desk import desk
from helpdesk.errors import MailboxError
from helpdesk.service.poller import Poller
from helpdesk.service.reading import ReadingRoom
from helpdesk.service.reconciling import Comparison, compare
from helpdesk.service.stopping import stop_on_signals
from helpdesk.service.worker import Worker
from helpdesk.store import schema
from helpdesk.store.incoming import tally
from helpdesk.store.incoming.tally import Accounting
from helpdesk.vocabulary import Delivery, OutboxState

_SHOWN = 10  # UIDs named in an error line


@click.command("poll")
@click.option("--once", is_flag=True, help="Take in what is there and end.")
@plain_errors
def poll(once: bool) -> None:
    """Read the mailboxes and turn mail into tickets, until stopped."""
    desk().config.require_secret()
    desk().config.require_mailboxes()
    schema.require_match()
    logs.configure()
    with _Bars() as bars, ReadingRoom() as room:
        poller = Poller(
            app=current_app._get_current_object(),  # type: ignore[attr-defined]
            desk=desk(),
            clock=now,
            stop=stop_on_signals(),
            room=room,
            progress=bars.show,
        )
        if not once:
            poller.run()
            return
        outcome = poller.once()
    counts = ", ".join(f"{outcome.settled[state]} {state.value}" for state in Delivery if outcome.settled[state])
    click.echo(f"{outcome.fetched} fetched; {counts or 'nothing to settle'}.")
    if outcome.problems:
        raise click.ClickException("\n".join(outcome.problems))


@click.command("work")
@click.option("--once", is_flag=True, help="Send what is due and end.")
@plain_errors
def work(once: bool) -> None:
    """Send what is in the outbox as it falls due, until stopped."""
    desk().config.require_secret()
    desk().config.require_smtp()
    schema.require_match()
    logs.configure()
    worker = Worker(
        app=current_app._get_current_object(),  # type: ignore[attr-defined]
        desk=desk(),
        clock=now,
        stop=stop_on_signals(),
    )
    if not once:
        worker.run()
        return
    left = worker.to_the_end()
    click.echo(", ".join(f"{left[state]} {state.value}" for state in OutboxState if left[state]) or "Nothing is due.")


@click.command("reconcile")
@plain_errors
def reconcile() -> None:
    """Compare mailboxes and ledger; exit 1 where they differ."""
    failures = []
    for server in desk().config.require_mailboxes():
        try:
            found = compare(server, desk().rules.mail.largest_message)
        except MailboxError as error:
            failures.append(str(error))
            continue
        click.echo(_line(found))
        failures += _differences(found)
    sums = tally.accounting()
    click.echo(_sums(sums))
    if sums.waiting:
        behind = tally.seconds_behind(now=now())
        failures.append(f"{sums.waiting} stored, but not settled yet, {behind} s behind; is the poller running?")
    if failures:
        raise click.ClickException("\n".join(failures))


def _line(found: Comparison) -> str:
    parts = [f"{found.name}: {found.on_server} on the server, {found.in_ledger} in the ledger"]
    if found.gone:
        parts.append(f"{found.gone} of them moved or deleted on the server since")
    if found.unseen:
        parts.append(f"{found.unseen} gone before we looked, moved or deleted by others")
    if found.series:
        times = "once" if found.series == 1 else f"{found.series} times"
        parts.append(f"created again {times} under the same UIDVALIDITY, and read again from the start")
    return "; ".join(parts)


def _differences(found: Comparison) -> Iterator[str]:
    if found.missing:
        yield f"{found.name}: {len(found.missing)} not in the ledger ({_uids(found.missing)})"
    if found.recreated:
        which = f" ({_uids(found.others)} are other messages than in the ledger)" if found.others else ""
        yield (
            f"{found.name}: deleted and created again, or put back from a backup, under the same UIDVALIDITY{which}; "
            "the poller will read it from the start"
        )


def _uids(uids: Sequence[int]) -> str:
    return f"UID {', '.join(str(uid) for uid in uids[:_SHOWN])}{', …' if len(uids) > _SHOWN else ''}"


def _sums(sums: Accounting) -> str:
    parts = " + ".join(f"{sums.counts[state]} {state.value}" for state in Delivery)
    return f"ledger: {sums.total} = {parts}"


class _Bars:
    """A progress bar for each stage of a long run; nothing in a pipe."""

    def __init__(self) -> None:
        self._bars: dict[str, tqdm[Never]] = {}
        self._lock = threading.Lock()
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for bar in self._bars.values():
            bar.close()

    def show(self, stage: str, done: int, total: int) -> None:
        """How far a stage is."""
        if not self._shown or total < 2:
            return
        with self._lock:
            bar = self._bars.get(stage)
            if bar is None or bar.n > done:
                bar = self._bars[stage] = tqdm(total=total, desc=stage, unit=" mails", leave=False)
            bar.total = total
            bar.update(done - bar.n)


commands = [poll, work, reconcile]
