"""The court's own reset program: well-behaved, failing, hanging, missing, talkative."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from helpdesk.doors.connector import set_password
from helpdesk.errors import ConnectorError
from tests.cast import ADA
from tests.edges.eventually import eventually


def program(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def failure(code: str, *, patience: float = 20) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        set_password(ADA, command=program(code), patience=patience, pause=0)
    return caught.value


def test_the_program_gets_the_account_and_the_password_that_is_shown(tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    code = f"import sys, pathlib; pathlib.Path({str(told)!r}).write_text(sys.stdin.read())"
    password = set_password(ADA, command=program(code))
    assert json.loads(told.read_text()) == {
        "ecf_user_id": ADA.ecf_user_id,
        "login": ADA.login,
        "password": password,
    }


def test_every_password_is_new_long_and_of_mixed_letters() -> None:
    passwords = {set_password(ADA, command=("true",)) for _ in range(20)}
    assert len(passwords) == 20
    for password in passwords:
        assert len(password) >= 20
        assert any(map(str.islower, password))
        assert any(map(str.isupper, password))
        assert any(map(str.isdigit, password))


def test_a_failure_names_the_code_and_what_the_program_said_but_not_the_password() -> None:
    error = failure("import sys; print('refused\\x1b[31m\\n', sys.stdin.read(), file=sys.stderr); sys.exit(3)")
    assert "code 3: refused" in str(error)
    assert '"password": "…"' in str(error)
    assert str(error).isprintable()
    assert not error.retryable
    wrapped = "import json, sys; word = json.load(sys.stdin)['password']; sys.exit(f'{word[:11]}\\n{word[11:]}')"
    assert str(failure(wrapped)).endswith("code 1: …-… -…-…"), "nor any part of it"


def test_where_nothing_was_changed_the_program_is_asked_again_and_otherwise_never(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    count = f"import sys; open({str(asked)!r}, 'a').write('x'); tries = len(open({str(asked)!r}).read());"
    assert set_password(ADA, command=program(f"{count} sys.exit(75 if tries < 3 else 0)"), pause=0)
    assert asked.read_text() == "xxx"
    for code, times in ((75, 3), (1, 1)):
        asked.unlink()
        with pytest.raises(ConnectorError):
            set_password(ADA, command=program(f"{count} sys.exit({code})"), pause=0)
        assert len(asked.read_text()) == times


def test_only_the_agreed_code_says_that_nothing_was_changed() -> None:
    assert failure("import sys; sys.exit(75)").retryable
    assert not failure("import os; os.kill(os.getpid(), 9)").retryable


def test_a_program_that_hangs_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    late = tmp_path / "late"
    code = f"""
import os, time
os.fork()
time.sleep(1.0)
open({str(late)!r}, "w")
time.sleep(60)
"""
    error = failure(code, patience=0.3)
    assert "was stopped" in str(error)
    assert not error.retryable
    assert not late.exists()


def test_a_program_that_may_not_be_stopped_is_not_waited_for_and_staff_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs through sudo, say: the system then forbids to stop it."""

    def forbidden(group: int, sign: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "killpg", forbidden)
    late = tmp_path / "late"
    error = failure(f"import time; time.sleep(1.5); open({str(late)!r}, 'w')", patience=0.3)
    assert "could not be stopped" in str(error)
    assert not error.retryable
    assert not late.exists(), "nobody waited"
    eventually(late.exists, "it ends by itself")


def test_a_program_that_leaves_something_running_is_not_waited_for() -> None:
    code = "import os, time\nif os.fork() == 0:\n    time.sleep(3)"
    assert set_password(ADA, command=program(code), patience=2)


def test_a_program_that_does_not_read_or_talks_without_end_does_no_harm() -> None:
    assert set_password(ADA, command=("true",))
    assert len(str(failure("import sys; sys.stderr.write('x' * 5_000_000); sys.exit(1)"))) < 400


def test_a_missing_program_is_a_clear_line_and_changed_nothing() -> None:
    with pytest.raises(ConnectorError, match="cannot be started: No such file") as caught:
        set_password(ADA, command=("/no/such/program",))
    assert caught.value.retryable
    with pytest.raises(ConnectorError, match="none is configured") as caught:  # a link from before the worklist
        set_password(ADA, command=())
    assert caught.value.retryable


def test_the_program_does_not_get_the_helpdesk_s_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPDESK_SECRET_KEY", "x" * 40)
    code = "import os, sys; sys.exit(any(name.startswith('HELPDESK_') for name in os.environ))"
    assert set_password(ADA, command=program(code))
