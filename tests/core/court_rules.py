"""The project's own court, for tests that cannot take fixtures because hypothesis runs them many times."""

from __future__ import annotations

from helpdesk.rules import load_rules
from tests.project import PROJECT

COURT = load_rules(PROJECT / "rules").court
