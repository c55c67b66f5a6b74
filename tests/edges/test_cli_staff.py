"""``flask staff`` as a script calls it."""

from __future__ import annotations

from tests.cast import PASSWORD
from tests.commands import flask
from tests.edges import mailroom


def test_a_password_that_is_no_text_is_refused_in_one_line(sqlite_url: str) -> None:
    env = mailroom.environment(sqlite_url)
    words = ("staff", "add", "clerk", "--role", "clerk", "--password-stdin")
    refused = flask(*words, env=env, stdin=b"\xff" + PASSWORD.encode())
    assert (refused.returncode, refused.stderr) == (1, "Error: The password is not UTF-8 text.\n")
    assert flask(*words, env=env, stdin=PASSWORD.encode()).stdout == "clerk may sign in as clerk.\n"
