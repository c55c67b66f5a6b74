"""The ``flask`` commands. Others script against them: see "Commands" in the README."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

_MODULES = ("audit", "calibrate", "forget", "letters", "mail", "match", "restored", "roster", "staff", "triage")


def init_app(app: Flask) -> None:
    """Register every command."""
    for name in _MODULES:
        for command in import_module(f"helpdesk.cli.{name}").commands:
            app.cli.add_command(command)
