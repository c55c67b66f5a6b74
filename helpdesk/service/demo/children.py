"""The demo's child processes: started, logged, restarted when they die, ended together."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from helpdesk.config import PROJECT

LONGEST_LINE = 1 << 20  # bytes
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before a dead child is started again
HEALTHY = 60.0  # a child that lived this long starts again after the first pause
GRACE = 6.0  # seconds a child has to end by itself
WORTH_SHOWING = re.compile(r'"level": "(?:warning|error|critical)"|\b(?:WARNING|ERROR|CRITICAL|Traceback)\b')


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A Python module that runs for long: ``python -m module arguments``."""

    name: str
    module: str
    arguments: tuple[str, ...]


async def keep_running(
    command: Command, environment: Mapping[str, str], logs: Path, say: Callable[[str], None]
) -> None:
    """Run the command until this task is cancelled; whenever it ends, start it again after a growing pause."""
    pause = FIRST_PAUSE
    while True:
        started = asyncio.get_running_loop().time()
        code = await _run(command, environment, logs, say)
        if asyncio.get_running_loop().time() - started > HEALTHY:
            pause = FIRST_PAUSE
        say(
            f"{command.name}: ended with code {code}; starting again in {pause:.0f} s (see {logs / command.name}.log)"
        )
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def run_once(module: str, *arguments: str, environment: Mapping[str, str], given: str = "") -> tuple[int, str]:
    """Run a short command; its exit code and all it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        cwd=PROJECT,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        printed, _ = await process.communicate(given.encode())
    finally:
        await _end(process)
    return process.returncode or 0, printed.decode(errors="replace")


async def _run(command: Command, environment: Mapping[str, str], logs: Path, say: Callable[[str], None]) -> int:
    # A session of its own: Ctrl-C in the terminal reaches the parent alone, which then ends its children in order.
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "helpdesk.service.demo.leash",
        command.module,
        *command.arguments,
        cwd=PROJECT,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        limit=LONGEST_LINE,
    )
    try:
        await _log(command, process, logs, say)
        return await process.wait()
    finally:
        await _end(process)


async def _log(command: Command, process: asyncio.subprocess.Process, logs: Path, say: Callable[[str], None]) -> None:
    """Write what the child prints to its log; show on the terminal what looks like trouble."""
    if process.stdout is None:
        return
    with (logs / f"{command.name}.log").open("ab", buffering=0) as log:
        while line := await process.stdout.readline():
            log.write(line)
            text = line.decode(errors="replace").rstrip()
            if WORTH_SHOWING.search(text):
                say(f"{command.name}: {text[:300]}")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), GRACE)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
