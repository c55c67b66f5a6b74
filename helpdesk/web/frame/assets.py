"""Static files with their content's hash in the address, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import url_for
from werkzeug.security import safe_join

STATIC = Path(__file__).resolve().parents[2] / "static"
FOREVER = "public, max-age=31536000, immutable"


def asset(file_name: str) -> str:
    """The address of a static file, with its hash."""
    path = STATIC / file_name
    return url_for("static", filename=file_name, v=_version(path, path.stat().st_mtime_ns))


def keep_for_ever(file_name: str, version: str | None) -> bool:
    """Whether what this address names can never change: it carries its hash, or a vendored version."""
    safe = safe_join(str(STATIC), file_name)
    if safe is None or not Path(safe).is_file():
        return False
    return file_name.startswith("vendor/") or version == _version(Path(safe), Path(safe).stat().st_mtime_ns)


@cache
def _version(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
