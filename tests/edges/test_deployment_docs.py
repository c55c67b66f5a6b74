"""The administrator's page names every setting there is, and none that is not."""

from __future__ import annotations

import re

from helpdesk.config import PROJECT

PAGE = (PROJECT / "docs" / "deployment.md").read_text(encoding="utf-8")
CODE = (PROJECT / "helpdesk" / "config.py").read_text(encoding="utf-8")


def test_every_setting_is_described_and_no_other() -> None:
    described = set(re.findall(r"^\| `HELPDESK_([A-Z_]+)`", PAGE, re.MULTILINE))
    read = set(re.findall(r'\b(?:text|choice|command|number)\(\s*"([A-Z_]+)"', CODE))
    assert described == read
