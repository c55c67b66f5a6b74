"""Real mail servers for the edge tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.edges.dovecot import Dovecot, dovecot


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority of the tests."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process trusts the tests' authority, as a court's machine trusts the court's."""
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))


@pytest.fixture
def imap_server(authority: trustme.CA) -> Iterator[Dovecot]:
    """A fresh Dovecot with an empty inbox."""
    with dovecot(authority) as server:
        yield server
