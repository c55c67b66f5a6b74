"""kill -9 of the poller at random moments against a real Dovecot: `python -m bench.kills [--kills N] [--messages N]`.

Mail keeps coming in while it dies again and again, so that the kills hit fetching, committing, marking and settling.
At the end one poller finishes: 0 lost, 0 doubled, 0 unread, and an unbroken record.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import trustme

from helpdesk import create_app
from helpdesk.config import Config
from helpdesk.service.reading import ReadingRoom
from helpdesk.store import audit
from helpdesk.vocabulary import Delivery
from tests import cast
from tests.conftest import put_on_roll
from tests.databases import SECRET, migrate
from tests.edges import mailroom
from tests.edges.dovecot import Dovecot, dovecot
from tests.edges.test_poller_chaos import in_a_process, kill, poll_for_long

RESULTS = Path(__file__).resolve().parent / "results"


def main() -> int:
    """Print and write what was found; 1 when anything was lost, doubled or left unread."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--longest-life", type=float, default=4.0, help="seconds")
    parser.add_argument("--seed", type=int, default=29)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, dovecot(trustme.CA()) as server:
        config = Config(
            database_url=f"sqlite:///{folder}/helpdesk.sqlite3", secret_key=SECRET, mailboxes=(server.plain,)
        )
        migrate(config.database_url)
        app = create_app(config)
        with app.app_context():
            put_on_roll(cast.ADA, cast.NAMESAKE, cast.GRACE)
        at_the_kill = _kill_again_and_again(server, config, arguments)
        with ReadingRoom() as room:
            outcome = mailroom.poll_once(app, room)
        counts, (entries, contents) = mailroom.counts(app), mailroom.rows(app)
        subjects = len(set(mailroom.ticket_subjects(app)))
        with app.app_context():
            chain = audit.verify().ok
        tickets = counts.get(Delivery.TICKETED, 0)
        found = {
            "kills": arguments.kills,
            "messages": arguments.messages,
            "killed_with": dict(at_the_kill),
            "lost": arguments.messages - subjects,
            "doubled": max(tickets, entries) - arguments.messages,
            "unread": server.unread(),
            "record_unbroken": chain,
        }
    print("\n".join(f"{name:<18}{value}" for name, value in found.items()))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "kills.json").write_text(json.dumps(found, indent=2) + "\n")
    exact = subjects == tickets == entries == contents == arguments.messages
    return int(not exact or bool(found["unread"]) or not chain or bool(outcome.problems))


def _kill_again_and_again(server: Dovecot, config: Config, arguments: argparse.Namespace) -> Counter[str]:
    """Let pollers live for a moment each; what was left undone when each of them died."""
    chance = random.Random(arguments.seed)
    app, delivered, left = create_app(config), 0, Counter[str]()
    for number in range(1, arguments.kills + 1):
        upto = arguments.messages * number // arguments.kills
        server.deliver_many(mailroom.letters(upto - delivered, first=delivered + 1), first=delivered)
        delivered = upto
        process = in_a_process(config, _poll_quietly)
        time.sleep(chance.uniform(0.02, arguments.longest_life if number % 2 else 0.5))
        kill(process)
        counts = mailroom.counts(app)
        if sum(counts.values()) < delivered:
            left["mail on the server"] += 1
        elif counts.get(Delivery.STORED):
            left["mail stored, not settled"] += 1
        else:
            left["all settled"] += 1
    return left


def _poll_quietly(config: Config) -> None:
    """What is left of a reading process complains when its poller is gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    poll_for_long(config)


if __name__ == "__main__":
    sys.exit(main())
