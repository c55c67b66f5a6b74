"""After a form was sent: which page comes next, and what it says was done."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response


def go_to(endpoint: str, *, said: str = "", **named: Any) -> Response:
    """The browser asks for this page next, so that loading it again does nothing twice; it says what was done."""
    if said:
        flash(said, "done")
    return redirect(url_for(endpoint, **named), code=303)
