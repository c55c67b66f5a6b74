"""What every response carries, and which requests are refused before anything else looks at them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from werkzeug.datastructures import MultiDict

from helpdesk.config import LOOPBACK
from helpdesk.desk import desk
from helpdesk.web.frame.assets import FOREVER, keep_for_ever

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
DOWNLOAD_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
ANY_HOST = frozenset({"health.live", "health.ready"})  # probes ask by address; no link is built from it
_DEFAULT_PORTS = {"http": 80, "https": 443}


def register(app: Flask) -> None:
    """Check the host of every request and put the security headers on every response."""
    app.before_request(_check_host)
    app.before_request(_refuse_nul)
    app.after_request(_protect)


def known_hosts(base_url: str) -> frozenset[str]:
    """The ``Host`` values this deployment answers to; all names of this machine where it is served on loopback."""
    parts = urlsplit(base_url)
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    names = {parts.hostname or ""} | (set(LOOPBACK) if parts.hostname in LOOPBACK else set())
    written = {f"[{name}]" if ":" in name else name for name in names}
    hosts = {f"{name}:{port}" for name in written}
    return frozenset(hosts | written if port == _DEFAULT_PORTS[parts.scheme] else hosts)


def _check_host() -> None:
    if request.endpoint in ANY_HOST:
        return
    hosts = known_hosts(desk().config.base_url)
    asked = [request.headers.get("Host", "").lower()]
    asked += [value.strip().lower() for value in request.headers.get("X-Forwarded-Host", "").split(",") if value]
    if any(host not in hosts for host in asked):
        abort(400, "host")


def _refuse_nul() -> None:
    """No browser sends a NUL; PostgreSQL stores none, and cannot be asked for one."""
    said = (request.path, *_values(request.args), *_values(request.form))
    if any("\0" in value for value in said):
        abort(400)


def _values(fields: MultiDict[str, str]) -> Iterator[str]:
    return (value for values in fields.listvalues() for value in values)


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("X-Frame-Options", "DENY")
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    if desk().config.base_url.startswith("https:"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    headers["Cache-Control"] = _caching()
    return response


def _caching() -> str:
    if request.endpoint != "static":
        return "no-store"
    file_name = (request.view_args or {}).get("filename", "")
    return FOREVER if keep_for_ever(file_name, request.args.get("v")) else "no-cache"
