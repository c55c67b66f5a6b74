"""Deployment settings from the environment. A wrong one fails loudly and names its variable.

Every variable may also be given as ``…_FILE``, the path of a file that holds the value (for secrets).
``docs/deployment.md`` lists them all.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from helpdesk.errors import ConfigurationError

PROJECT = Path(__file__).resolve().parent.parent
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SHORTEST_SECRET = 32  # characters; a shorter one can be guessed


class Transport(StrEnum):
    """How a connection to a mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"  # only to this machine


class Connector(StrEnum):
    """How an approved reset is carried out."""

    WORKLIST = "worklist"  # a clerk performs it in CM/ECF and marks it done
    LINK = "link"  # the filer gets a one-time link; the court's own program sets the password


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenClient:
    """How access tokens are asked for: in our own name, or with a refresh token. ``repr`` shows no secret."""

    url: str  # the token endpoint
    client_id: str
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)  # where the mailbox's owner gave consent once, as with Gmail
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """One end of a mail door. ``repr`` never shows the password."""

    transport: Transport
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    folder: str = ""  # IMAP only
    token_command: tuple[str, ...] = ()  # prints an OAuth access token; used instead of the password
    token_client: TokenClient | None = None  # gets one; used instead of the password

    @property
    def takes_token(self) -> bool:
        """Whether we log in with an access token."""
        return bool(self.token_command) or self.token_client is not None

    @property
    def name(self) -> str:
        """Stable name for records and logs, without the password: ``user@host:port/folder``."""
        user = f"{self.user}@" if self.user else ""
        folder = f"/{self.folder}" if self.folder else ""
        return f"{user}{self.host}:{self.port}{folder}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the deployment decides. Built by ``from_environment`` or, in tests, by hand."""

    database_url: str
    secret_key: str = field(default="", repr=False)
    base_url: str = "http://127.0.0.1:8080"
    mailboxes: tuple[MailServer, ...] = ()
    imap_after: str = "seen"  # "seen", "keep" or "move:Folder"
    smtp: MailServer | None = None
    rules_dir: Path = PROJECT / "rules"
    letters_dir: Path = PROJECT / "templates" / "mail"
    connector: Connector = Connector.WORKLIST
    reset_command: tuple[str, ...] = ()  # the court's own program, for Connector.LINK
    trusted_proxies: int = 0  # how many proxies in front of the web server write X-Forwarded-For
    demo_mail_dir: Path | None = None  # set only by the demo: where its mail sink writes

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Config:
        """Read all HELPDESK_… variables; raise ConfigurationError for the first wrong one."""
        settings = _Settings(environ)
        database_url = settings.text("DATABASE_URL", f"sqlite:///{PROJECT / 'instance' / 'helpdesk.sqlite3'}")
        connector = settings.choice("CONNECTOR", Connector, Connector.WORKLIST)
        command = settings.command("RESET_COMMAND")
        if connector is Connector.LINK and not command:
            raise ConfigurationError("HELPDESK_RESET_COMMAND", "the link connector needs the court's program")
        demo_dir = settings.text("DEMO_MAIL_DIR")
        tokens = _token_client(settings)
        return cls(
            database_url=_database_url(database_url),
            secret_key=_secret(settings.text("SECRET_KEY")),
            base_url=_base_url(settings.text("BASE_URL", "http://127.0.0.1:8080")),
            mailboxes=tuple(
                _with_token(_imap(url), settings.command("IMAP_TOKEN_COMMAND"), tokens)
                for url in settings.text("IMAP_URL").split()
            ),
            imap_after=_imap_after(settings.text("IMAP_AFTER", "seen")),
            smtp=_smtp(settings.text("SMTP_URL"), settings.command("SMTP_TOKEN_COMMAND"), tokens),
            rules_dir=Path(settings.text("RULES_DIR", str(PROJECT / "rules"))),
            letters_dir=Path(settings.text("LETTERS_DIR", str(PROJECT / "templates" / "mail"))),
            connector=connector,
            reset_command=command,
            trusted_proxies=settings.number("TRUSTED_PROXIES", most=9),
            demo_mail_dir=Path(demo_dir) if demo_dir else None,
        )

    def require_secret(self) -> str:
        """The secret key, or ConfigurationError where the deployment gives none."""
        if not self.secret_key:
            raise ConfigurationError(
                "HELPDESK_SECRET_KEY",
                "is missing; set at least 32 random characters, for example from "
                "`python -c 'import secrets; print(secrets.token_urlsafe(48))'`",
            )
        return self.secret_key

    def require_mailboxes(self) -> tuple[MailServer, ...]:
        """The mailboxes to read, or ConfigurationError where none is set."""
        if not self.mailboxes:
            raise ConfigurationError("HELPDESK_IMAP_URL", "is missing; e.g. imaps://user:password@host:993/INBOX")
        return self.mailboxes

    def require_smtp(self) -> MailServer:
        """The outgoing server, or ConfigurationError where none is set."""
        if self.smtp is None:
            raise ConfigurationError("HELPDESK_SMTP_URL", "is missing; e.g. smtps://user:password@host:465")
        return self.smtp


@dataclass(frozen=True, slots=True)
class _Settings:
    environ: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        """The variable, or the content of the file its ``…_FILE`` twin names, or the default."""
        variable, file_variable = f"HELPDESK_{name}", f"HELPDESK_{name}_FILE"
        if variable in self.environ and file_variable in self.environ:
            raise ConfigurationError(variable, f"is set twice, also as {file_variable}; keep one")
        if file_variable in self.environ:
            try:
                return Path(self.environ[file_variable]).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigurationError(file_variable, f"cannot be read ({error})") from error
        return self.environ.get(variable, "").strip() or default

    def command(self, name: str) -> tuple[str, ...]:
        """The variable as a program with its arguments, quoted as in a shell."""
        try:
            return tuple(shlex.split(self.text(name)))
        except ValueError as error:  # a quotation mark that never closes
            raise ConfigurationError(f"HELPDESK_{name}", f"cannot be read ({error})") from error

    def number(self, name: str, *, most: int) -> int:
        """The variable as a number from 0 (its default) to ``most``."""
        written = self.text(name, "0")
        if not (written.isascii() and written.isdigit() and int(written) <= most):
            raise ConfigurationError(f"HELPDESK_{name}", f"{written!r} is not a number from 0 to {most}")
        return int(written)

    def choice(self, name: str, kind: type[Connector], default: Connector) -> Connector:
        """The variable as a member of an enumeration."""
        written = self.text(name, default.value)
        try:
            return kind(written)
        except ValueError:
            known = ", ".join(member.value for member in kind)
            raise ConfigurationError(f"HELPDESK_{name}", f"{written!r} is not one of: {known}") from None


def _database_url(url: str) -> str:
    if url.startswith("sqlite:"):
        return url
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    raise ConfigurationError("HELPDESK_DATABASE_URL", "must start with sqlite:/// or postgresql://")


def _secret(secret: str) -> str:
    if secret and (len(secret) < SHORTEST_SECRET or len(set(secret)) < 8):
        raise ConfigurationError(
            "HELPDESK_SECRET_KEY", f"is too easy to guess; give at least {SHORTEST_SECRET} random characters"
        )
    return secret


def _base_url(url: str) -> str:
    parts = _split("HELPDESK_BASE_URL", url)
    loopback = parts.hostname in LOOPBACK
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError("HELPDESK_BASE_URL", "must look like https://helpdesk.court.example")
    if parts.scheme == "http" and not loopback:
        raise ConfigurationError("HELPDESK_BASE_URL", "must start with https:// (http:// only on this machine)")
    return url.rstrip("/")


def _imap_after(written: str) -> str:
    if written in ("seen", "keep") or (written.startswith("move:") and written.removeprefix("move:").strip()):
        return written
    raise ConfigurationError("HELPDESK_IMAP_AFTER", f"{written!r} is not one of: seen, keep, move:Folder")


def _imap(url: str) -> MailServer:
    schemes = {
        "imaps": (Transport.TLS, 993),
        "imap+starttls": (Transport.STARTTLS, 143),
        "imap": (Transport.PLAIN, 143),
    }
    return _mail_server("HELPDESK_IMAP_URL", url, schemes, folder="INBOX")


def _smtp(url: str, token_command: tuple[str, ...], tokens: TokenClient | None) -> MailServer | None:
    if not url:
        return None
    schemes = {
        "smtps": (Transport.TLS, 465),
        "smtp+starttls": (Transport.STARTTLS, 587),
        "smtp": (Transport.PLAIN, 25),
    }
    return _with_token(_mail_server("HELPDESK_SMTP_URL", url, schemes, folder=""), token_command, tokens)


def _with_token(server: MailServer, command: tuple[str, ...], tokens: TokenClient | None) -> MailServer:
    """A server whose URL names a user and no password is logged into with a token."""
    if command or server.password or not server.user:
        return replace(server, token_command=command)
    return replace(server, token_client=tokens)


def _token_client(settings: _Settings) -> TokenClient | None:
    url = settings.text("OAUTH_TOKEN_URL")
    found = TokenClient(
        url=url,
        client_id=settings.text("OAUTH_CLIENT_ID"),
        client_secret=settings.text("OAUTH_CLIENT_SECRET"),
        refresh_token=settings.text("OAUTH_REFRESH_TOKEN"),
        scope=settings.text("OAUTH_SCOPE"),
    )
    if not url:
        return None
    parts = _split("HELPDESK_OAUTH_TOKEN_URL", url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ConfigurationError("HELPDESK_OAUTH_TOKEN_URL", "must start with https://")
    if not found.client_id:
        raise ConfigurationError("HELPDESK_OAUTH_CLIENT_ID", "is missing; HELPDESK_OAUTH_TOKEN_URL needs it")
    if not (found.client_secret or found.refresh_token):
        raise ConfigurationError(
            "HELPDESK_OAUTH_CLIENT_SECRET", "is missing; set it, or HELPDESK_OAUTH_REFRESH_TOKEN, best as …_FILE"
        )
    return found


def _mail_server(variable: str, url: str, schemes: dict[str, tuple[Transport, int]], *, folder: str) -> MailServer:
    parts = _split(variable, url)
    if parts.scheme not in schemes or not parts.hostname:
        known = ", ".join(f"{scheme}://" for scheme in schemes)
        raise ConfigurationError(variable, f"must start with one of {known} and name a host")
    transport, default_port = schemes[parts.scheme]
    if transport is Transport.PLAIN and parts.hostname not in LOOPBACK:
        raise ConfigurationError(
            variable,
            f"{parts.scheme}:// is not encrypted and only allowed on this machine; use {next(iter(schemes))}://",
        )
    return MailServer(
        transport=transport,
        host=parts.hostname,
        port=parts.port or default_port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or folder,
    )


def _split(variable: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is no number
    except ValueError as error:
        raise ConfigurationError(variable, f"is not a URL ({error})") from error
    return parts
