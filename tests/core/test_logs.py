"""What is written to the log stays on its line, whatever a stranger put into it."""

from __future__ import annotations

import json

import pytest
import structlog

from helpdesk import logs


def test_case_61_line_breaks_and_terminal_sequences_stay_inside_one_line_of_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hostile = 'refused\r\n{"event": "sent"}\x1b[2J\u2028\x00'
    try:
        logs.configure()
        structlog.get_logger().error("not sent", problem=hostile)
    finally:
        structlog.reset_defaults()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.isascii()
    assert json.loads(line)["problem"] == hostile


def test_case_61_an_error_is_told_by_its_kind_and_place_and_never_by_its_words() -> None:
    try:
        raise ValueError("the password is hunter2")
    except ValueError as error:
        told = logs.where(error)
    assert told["error"] == "ValueError"
    assert told["where"].startswith("test_logs.py:")
    assert "hunter2" not in str(told)
