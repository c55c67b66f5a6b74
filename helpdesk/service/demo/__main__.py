"""The demo's parent process: ``python -m helpdesk.service.demo [--port 8080] [--folder instance/demo]``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import socket
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom

from helpdesk.config import PROJECT
from helpdesk.errors import HelpdeskError
from helpdesk.service.demo.arrivals import Arrivals
from helpdesk.service.demo.children import Command, keep_running
from helpdesk.service.demo.household import STAFF, Household, furnish, sole_use
from helpdesk.service.demo.post_office import LOOPBACK, PostOffice, open_post_office
from helpdesk.service.demo.samples import sample_mails

PATIENCE = 120.0  # seconds until a web server that does not get ready is reported
LOOK_EVERY = 0.25  # seconds


def main() -> int:
    """Run the demo until Ctrl-C; the exit code."""
    arguments = _arguments()
    try:
        with sole_use(arguments.folder.resolve()) as household:
            _require_free(arguments.port)
            asyncio.run(_until_stopped(household, arguments.port))
    except HelpdeskError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    print("demo: ended.", flush=True)
    return 0


async def _until_stopped(household: Household, port: int) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    demo = asyncio.create_task(_run(household, port))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait((demo, stopped), return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        _say("ending …")
    stopped.cancel()
    demo.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await demo


async def _run(household: Household, port: int) -> None:
    async with open_post_office(household.outgoing) as post_office:
        environment = household.environment(port=port, imap_url=post_office.imap_url, smtp_url=post_office.smtp_url)
        _say("making a database, importing the sample roll, adding two members of staff …")
        await furnish(household, environment)
        mails = sample_mails(datetime.now(UTC))
        for mail in mails:
            await post_office.deliver(mail)
        _say(f"{len(mails)} sample mails lie in the mailbox; starting web server, poller and worker …")
        async with asyncio.TaskGroup() as tasks:
            for command in _commands(port):
                tasks.create_task(keep_running(command, environment, household.logs, _say))
            tasks.create_task(_announce(household, port))
            tasks.create_task(_keep_delivering(post_office, household.roll))


def _commands(port: int) -> tuple[Command, ...]:
    listen = f"--listen={LOOPBACK}:{port}"
    return (
        Command(name="web", module="waitress", arguments=(listen, "--threads=4", "--ident=", "wsgi:app")),
        Command(name="poller", module="flask", arguments=("poll",)),
        Command(name="worker", module="flask", arguments=("work",)),
    )


async def _keep_delivering(post_office: PostOffice, roll: Path) -> None:
    arrivals = Arrivals(roll, SystemRandom())
    while True:
        await asyncio.sleep(arrivals.pause())
        await post_office.deliver(arrivals.next_mail(datetime.now(UTC)))


async def _announce(household: Household, port: int) -> None:
    """Print the banner as soon as the service says that it is ready."""
    address = f"http://{LOOPBACK}:{port}"
    clock = asyncio.get_running_loop().time
    patience_ends = clock() + PATIENCE
    while not await asyncio.to_thread(_is_ready, f"{address}/health/ready"):
        if clock() > patience_ends:
            _say(f"still not ready; the logs are in {household.logs}")
            patience_ends = clock() + PATIENCE
        await asyncio.sleep(LOOK_EVERY)
    print(_banner(household, address), flush=True)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _banner(household: Household, address: str) -> str:
    logins = "\n".join(
        f"    {member.role:<11} login {member.login:<11} password {member.password}" for member in STAFF
    )
    return f"""
  The ECF helpdesk is ready.

    open        {address}
{logins}

    sent mail   {address}/demo/outbox   (log in first; nothing leaves this machine)
    new mail    comes in about once a minute, written by invented filers
    logs        {household.logs}

  Every start begins afresh. Ctrl-C ends everything.
"""


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise HelpdeskError(
                f"port {port} cannot be used ({error.strerror}). Choose another one: make demo PORT={_another(port)}"
            ) from None


def _another(port: int) -> int:
    return port + 1 if port < 65_535 else 8080


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description="Run the ECF helpdesk on invented mail.")
    parser.add_argument("--port", type=_port, default=8080, help="where the web server listens (default 8080)")
    parser.add_argument("--folder", type=Path, default=PROJECT / "instance" / "demo", help="where its state lies")
    return parser.parse_args()


def _port(written: str) -> int:
    if not written.isdigit() or not 1 <= int(written) <= 65_535:
        raise argparse.ArgumentTypeError(f"PORT={written}: not a port number (1 to 65535)")
    return int(written)


def _say(line: str) -> None:
    print(f"demo: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
