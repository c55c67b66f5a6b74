"""An action that the database gave up because another one was in its way (PostgreSQL) is done again, unseen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from flask import Flask, request

from helpdesk.store.database import retried


def register(app: Flask) -> None:
    """For every page that the application has by now."""
    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = _again(view)


def _again(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def act(**arguments: Any) -> Any:
        if request.method != "POST":
            return view(**arguments)
        return retried(partial(view, **arguments))

    return act
