"""``flask audit``: the record of what happened."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from helpdesk.cli.words import plain_errors
from helpdesk.counted import counted
from helpdesk.desk import desk
from helpdesk.store import audit, heartbeat
from helpdesk.store.database import where_it_can_be

group = AppGroup("audit", help="The record of what happened.")


@group.command("verify")
@click.option(
    "--checkpoints",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File of checkpoints, a line each, or the worker's log: the record must still contain them.",
)
@plain_errors
def verify(checkpoints: Path | None) -> None:
    """Walk the chain of events; exit 1 where it is broken."""
    desk().config.require_secret()
    kept = _read(checkpoints) if checkpoints else ()
    found = audit.verify(kept)
    where_it_can_be(lambda: heartbeat.beat("audit", now=datetime.now(UTC), detail=found.problem))
    if not found.ok:
        raise click.ClickException(
            f"The record is broken: {found.problem}. Whole before it: {counted(found.events, 'event')}."
        )
    beside = f", {counted(len(kept), 'checkpoint')}." if kept else "."
    click.echo(f"The record is whole: {counted(found.events, 'event')}{beside}")


@group.command("checkpoint")
@plain_errors
def checkpoint() -> None:
    """Print how far the record has come, as one JSON line to be kept outside the database."""
    desk().config.require_secret()
    reached = audit.checkpoint()
    click.echo(json.dumps({"events": reached.events, "seal": reached.seal}))


def _read(file: Path) -> tuple[audit.Checkpoint, ...]:
    """The checkpoints of a file; other lines of a log are passed over."""
    found = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            written = json.loads(line)
        except (ValueError, RecursionError):
            continue
        match written:
            case {"events": int(events), "seal": str(seal)} if events >= 0 and not isinstance(events, bool):
                found.append(audit.Checkpoint(events=events, seal=seal))
    if not found:
        raise click.ClickException(f"{file} holds no checkpoint; `flask audit checkpoint` prints one.")
    return tuple(found)


commands = [group]
