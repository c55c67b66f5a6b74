"""The demo's own mail servers, both on loopback only: a mailbox over IMAP and a sink for outgoing mail over SMTP."""

from __future__ import annotations

import asyncio
import os
import secrets
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Login
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata

from helpdesk.service.demo.samples import SampleMail

LOOPBACK = "127.0.0.1"
USER = "ecfhelp"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOffice:
    """Two running servers and the way to put mail into the mailbox."""

    imap_url: str = field(repr=False)  # with the password
    smtp_url: str
    inbox: Any = field(repr=False)  # pymap's mailbox

    async def deliver(self, mail: SampleMail) -> None:
        """Put a mail into the inbox, as if it had just come in."""
        await self.inbox.append(AppendMessage(mail.raw, mail.received_at, frozenset()), recent=True)


@asynccontextmanager
async def open_post_office(outgoing: Path) -> AsyncIterator[PostOffice]:
    """Run both servers on free ports; accepted mail is written to ``outgoing``, one file each."""
    password = secrets.token_urlsafe(18)
    config, login, inbox = await _open_mailbox(password)
    connected = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(login, config))
    imap = await asyncio.start_server(connected, LOOPBACK, 0)
    taken = _Sink(outgoing)  # one for all connections, because it numbers the mails
    sink = await asyncio.get_running_loop().create_server(
        lambda: SMTP(taken, hostname="demo.example", enable_SMTPUTF8=True), LOOPBACK, 0
    )
    async with imap, sink:
        yield PostOffice(
            imap_url=f"imap://{USER}:{password}@{LOOPBACK}:{_port(imap)}/INBOX",
            smtp_url=f"smtp://{LOOPBACK}:{_port(sink)}",
            inbox=inbox,
        )


class _Config(Config):
    """Loopback only, hence no TLS; the password keeps other users of this machine out."""

    @property
    def greeting(self) -> bytes:
        """The first line; pymap's own asks the DNS for this machine's name and may wait long for it."""
        return b"Demo mailbox ready"


async def _open_mailbox(password: str) -> tuple[_Config, Login, Any]:
    """The settings, the login service and the still empty inbox of an IMAP server that keeps mail in memory."""
    arguments = Namespace(
        debug=False,
        host=LOOPBACK,
        port=0,
        cert=None,
        key=None,
        tls=False,
        passlib_cfg=None,
        proxy_protocol=None,
        demo_data=False,
        demo_user=USER,
        demo_password=password,
    )
    config = _Config.from_args(arguments)
    config.apply_context()
    login = Login(config)
    owner = login.demo_user_identity
    await owner.set(UserMetadata(config, USER, password=await Passwords(config).hash_password(password)))
    async with owner.new_session() as session:
        return config, login, await session.mailbox_set.get_mailbox("INBOX")


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


class _Sink:
    """Accepts everything and writes it down with the envelope on top."""

    def __init__(self, outgoing: Path) -> None:
        self._outgoing = outgoing
        self._count = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._count += 1
        recipients = "".join(f"X-Envelope-To: {to}\r\n" for to in envelope.rcpt_tos)
        top = f"X-Envelope-From: <{(envelope.mail_from or '').strip('<>')}>\r\n{recipients}"
        path = self._outgoing / f"{self._count:06}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(top.encode() + (envelope.original_content or b""))
        os.replace(draft, path)  # readers never see half a mail
        return "250 OK"
