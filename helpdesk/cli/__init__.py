"""The ``flask`` commands. Others script against them: see "Commands" in the README."""

from __future__ import annotations

from flask import Flask

from helpdesk.cli import audit, calibrate, forget, letters, mail, match, restored, roster, staff, triage

_MODULES = (audit, calibrate, forget, letters, mail, match, restored, roster, staff, triage)


def init_app(app: Flask) -> None:
    """Register every command."""
    for module in _MODULES:
        for command in module.commands:
            app.cli.add_command(command)
