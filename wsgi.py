"""The application for a WSGI server (``gunicorn wsgi:app``) and for the ``flask`` command."""

from __future__ import annotations

import os

from helpdesk import create_app
from helpdesk.config import Config

config = Config.from_environment(os.environ)
if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
    config.require_secret()  # a web server never starts without one; some commands need none
app = create_app(config)
