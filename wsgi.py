"""The application for a WSGI server (``gunicorn wsgi:app``) and for the ``flask`` command."""

from __future__ import annotations

import gc
import os
import sys

from flask import Flask

from helpdesk import create_app
from helpdesk.config import Config
from helpdesk.errors import HelpdeskError


def application() -> Flask:
    """The application of this deployment; a wrong setting or rule ends the program with one clear line."""
    try:
        config = Config.from_environment(os.environ)
        if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
            config.require_secret()  # a web server never starts without one; some commands need none
        made = create_app(config)
        gc.freeze()  # it stays as long as the process: the collector, which would walk it for 100 ms, leaves it out
        return made
    except HelpdeskError as error:
        sys.exit(f"Error: {error}")


app = application()
