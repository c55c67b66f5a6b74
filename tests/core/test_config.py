"""Deployment settings: a wrong one fails loudly and names its variable; no secret is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpdesk.config import Config, Connector, Transport
from helpdesk.errors import ConfigurationError

GOOD = {
    "HELPDESK_DATABASE_URL": "postgresql://desk:pw@db.court.example/desk",
    "HELPDESK_SECRET_KEY": "kJ8-very-long-and-random-0123456789-abc",
    "HELPDESK_BASE_URL": "https://desk.court.example/",
    "HELPDESK_IMAP_URL": "imaps://ecf%40help:p%40ss%2Fword@mail.court.example/Requests imap://u:p@127.0.0.1:1143",
    "HELPDESK_SMTP_URL": "smtp+starttls://u:hidden@mail.court.example",
}


def test_a_whole_deployment_is_read() -> None:
    config = Config.from_environment(GOOD)
    first, second = config.mailboxes
    assert (first.user, first.password, first.port, first.folder) == ("ecf@help", "p@ss/word", 993, "Requests")
    assert (second.transport, second.port, second.folder) == (Transport.PLAIN, 1143, "INBOX")
    assert config.smtp is not None
    assert (config.smtp.transport, config.smtp.port) == (Transport.STARTTLS, 587)
    assert config.database_url.startswith("postgresql+psycopg://")
    assert config.base_url == "https://desk.court.example"


def test_nothing_set_is_the_embedded_default() -> None:
    config = Config.from_environment({})
    assert config.database_url.startswith("sqlite:///")
    assert config.connector is Connector.WORKLIST
    for require in (config.require_secret, config.require_mailboxes, config.require_smtp):
        with pytest.raises(ConfigurationError, match="is missing"):
            require()


def test_no_password_or_secret_shows_in_a_repr() -> None:
    shown = repr(Config.from_environment(GOOD))
    for secret in ("p@ss/word", "hidden", GOOD["HELPDESK_SECRET_KEY"]):
        assert secret not in shown


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("HELPDESK_SECRET_KEY", "short", "too easy to guess"),
        ("HELPDESK_SECRET_KEY", "a" * 64, "too easy to guess"),
        ("HELPDESK_DATABASE_URL", "mysql://x/y", "must start with"),
        ("HELPDESK_IMAP_URL", "imap://u:p@mail.court.example", "not encrypted"),
        ("HELPDESK_IMAP_URL", "mail.court.example", "must start with"),
        ("HELPDESK_IMAP_URL", "imaps://host:99999", "not a URL"),
        ("HELPDESK_SMTP_URL", "smtp://mail.court.example", "not encrypted"),
        ("HELPDESK_BASE_URL", "http://desk.court.example", "https"),
        ("HELPDESK_BASE_URL", "desk", "must look like"),
        ("HELPDESK_IMAP_TOKEN_COMMAND", "print-token 'unclosed", "cannot be read"),
        ("HELPDESK_IMAP_AFTER", "delete", "is not one of"),
        ("HELPDESK_IMAP_AFTER", "move:", "is not one of"),
        ("HELPDESK_CONNECTOR", "magic", "is not one of"),
        ("HELPDESK_CONNECTOR", "link", "RESET_COMMAND"),
        ("HELPDESK_OAUTH_TOKEN_URL", "http://login.court.example/token", "must start with https"),
        ("HELPDESK_OAUTH_TOKEN_URL", "https://login.court.example/token", "OAUTH_CLIENT_ID: is missing"),
        ("HELPDESK_TRUSTED_PROXIES", "all", "not a number from 0 to 9"),
        ("HELPDESK_TRUSTED_PROXIES", "-1", "not a number from 0 to 9"),
    ],
)
def test_a_wrong_setting_names_its_variable(variable: str, value: str, reason: str) -> None:
    """Case 62."""
    with pytest.raises(ConfigurationError, match=reason) as caught:
        Config.from_environment(GOOD | {variable: value})
    assert str(caught.value).startswith("HELPDESK_")


def test_a_token_is_for_servers_whose_url_names_a_user_and_no_password(tmp_path: Path) -> None:
    secret = tmp_path / "oauth-secret"
    secret.write_text("not to be shown\n")
    config = Config.from_environment(
        {
            "HELPDESK_IMAP_URL": "imaps://desk%40court.example@mail.court.example imaps://old:pw@mail.court.example",
            "HELPDESK_SMTP_URL": "smtp://127.0.0.1",
            "HELPDESK_OAUTH_TOKEN_URL": "https://login.court.example/token",
            "HELPDESK_OAUTH_CLIENT_ID": "helpdesk",
            "HELPDESK_OAUTH_CLIENT_SECRET_FILE": str(secret),
        }
    )
    assert [server.takes_token for server in config.mailboxes] == [True, False]
    assert config.smtp is not None
    assert not config.smtp.takes_token
    assert "not to be shown" not in repr(config)
    found = config.mailboxes[0].token_client
    assert found is not None
    assert found.client_secret == "not to be shown"


def test_a_token_client_without_a_secret_is_refused() -> None:
    asks = {"HELPDESK_OAUTH_TOKEN_URL": "https://login.court.example/t", "HELPDESK_OAUTH_CLIENT_ID": "helpdesk"}
    with pytest.raises(ConfigurationError, match="HELPDESK_OAUTH_CLIENT_SECRET: is missing"):
        Config.from_environment(asks)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(GOOD["HELPDESK_SECRET_KEY"] + "\n")
    assert Config.from_environment({"HELPDESK_SECRET_KEY_FILE": str(file)}).secret_key == GOOD["HELPDESK_SECRET_KEY"]


def test_a_missing_secret_file_or_two_sources_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Config.from_environment({"HELPDESK_SECRET_KEY_FILE": str(tmp_path / "none")})
    with pytest.raises(ConfigurationError, match="set twice"):
        Config.from_environment(GOOD | {"HELPDESK_SECRET_KEY_FILE": str(tmp_path / "none")})
