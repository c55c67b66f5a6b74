"""Keyed hashes: they prove sameness and reveal nothing without the deployment's secret."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import current_app

from helpdesk.errors import ConfigurationError


def seal(purpose: str, *parts: str) -> str:
    """HMAC-SHA256 of the parts, hex. Seals of different purposes never equal each other."""
    secret = current_app.secret_key
    if not secret:
        raise ConfigurationError("HELPDESK_SECRET_KEY", "is missing")
    key = secret if isinstance(secret, bytes) else secret.encode()
    framed = "".join(f"{len(part)}:{part}" for part in (purpose, *parts))
    return hmac.digest(key, framed.encode(), "sha256").hex()


def token_hash(token: str) -> str:
    """What the database keeps of a 256-bit random token (ASVS 6.5.2: no salt is needed at that entropy)."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A fresh 256-bit token, URL-safe."""
    return secrets.token_urlsafe(32)


def same(one: str, other: str) -> bool:
    """Compare two seals without telling by time where they differ."""
    return hmac.compare_digest(one.encode(errors="surrogatepass"), other.encode(errors="surrogatepass"))
