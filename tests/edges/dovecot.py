"""A real Dovecot for tests: Debian's, in a folder of its own, on a free port, as root or as anybody."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import trustme
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from helpdesk.config import MailServer, Transport
from tests.databases import free_port
from tests.edges.eventually import eventually

ISSUER = "https://login.court.example"
_GONE_SOON = 10  # seconds in which a connection that was closed is no longer counted
USER, PASSWORD = "desk", "pw of the desk"
_SETTINGS = """
base_dir={folder}/run
state_dir={folder}/run
log_path={folder}/log
protocols=imap
listen=127.0.0.1
ssl=yes
ssl_cert=<{folder}/cert.pem
ssl_key=<{folder}/key.pem
disable_plaintext_auth=no
auth_failure_delay=0
auth_mechanisms = plain login {mechanisms}
{oauth}
passdb {{
  driver=passwd-file
  args={folder}/passwd
}}
userdb {{
  driver=static
  args=uid={user} gid={group} home={folder}/mail/%u
}}
first_valid_uid=1
first_valid_gid=1
mail_location=maildir:~/Maildir
mail_max_userip_connections={connections}
{identity}
service imap-login {{
  {chroot}
  process_min_avail=1
  inet_listener imap {{
    port={plain_port}
  }}
  inet_listener imaps {{
    port={tls_port}
    ssl=yes
  }}
}}
service anvil {{
  {chroot}
  unix_listener anvil-auth-penalty {{
    mode=0
  }}
}}
"""
_OAUTH = """
passdb {{
  driver=oauth2
  mechanisms=xoauth2 oauthbearer
  args={folder}/oauth2.conf
}}
"""


class Dovecot:
    """A running server with one account; mail is put in over IMAP, as another client would."""

    def __init__(self, folder: Path, authority: trustme.CA, *, connections: int = 50, token_key: bytes = b"") -> None:
        self.folder = folder
        self.plain_port, self.tls_port = free_port(), free_port()
        self._authority = authority
        self._connections = connections
        self._token_key = token_key
        self._process: subprocess.Popen[bytes] | None = None
        self._write_settings()

    @property
    def plain(self) -> MailServer:
        """The account without encryption."""
        return MailServer(
            transport=Transport.PLAIN,
            host="127.0.0.1",
            port=self.plain_port,
            user=USER,
            password=PASSWORD,
            folder="INBOX",
        )

    @property
    def tls(self) -> MailServer:
        """The account over TLS from the first byte. The certificate is for ``localhost``."""
        return replace(self.plain, transport=Transport.TLS, host="localhost", port=self.tls_port)

    @property
    def starttls(self) -> MailServer:
        """The account over STARTTLS."""
        return replace(self.plain, transport=Transport.STARTTLS, host="localhost")

    def start(self) -> None:
        """Start and wait until it answers."""
        self._process = subprocess.Popen(
            [_program("dovecot"), "-F", "-c", str(self.folder / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        ends = time.monotonic() + 10
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"Dovecot does not start: {self._complaint()}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop at once; every connection breaks."""
        if self._process is None:
            return
        process, self._process = self._process, None
        try:
            _signal(process.pid, signal.SIGCONT)  # a frozen one could not end
            with suppress(ProcessLookupError):  # it ended by itself
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        finally:
            if process.stderr:
                process.stderr.close()

    def freeze(self) -> None:
        """Stop answering without closing anything (SIGSTOP)."""
        if self._process is not None:
            _signal(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after ``freeze``."""
        if self._process is not None:
            _signal(self._process.pid, signal.SIGCONT)

    def kick(self) -> None:
        """Cut every connection of the account."""
        self._doveadm("kick", USER)

    def renumber(self, uidvalidity: int) -> None:
        """Give the inbox a new UIDVALIDITY."""
        self._doveadm("mailbox", "update", "-u", USER, "--uid-validity", str(uidvalidity), "INBOX")

    def recreate(self, *mails: bytes) -> None:
        """Throw the inbox away and make a new one that holds these mails, with the same UIDVALIDITY as before."""
        with self.client() as client:
            uidvalidity = int(client.folder_status("INBOX", "UIDVALIDITY")[b"UIDVALIDITY"])
        self.stop()
        shutil.rmtree(self.folder / "mail" / USER)
        self.start()
        self.renumber(uidvalidity)
        self.deliver(*mails)

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into a folder."""
        with self.client() as client:
            for mail in mails:
                client.append(folder, mail)

    def deliver_many(self, mails: Sequence[bytes], *, first: int = 0) -> None:
        """Put many mails into the inbox quickly: as files, the number of whose names begins with ``first``."""
        inbox = self.folder / "mail" / USER / "Maildir" / "new"
        for folder in (inbox, inbox.parent / "cur", inbox.parent / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        for number, mail in enumerate(mails, start=first):
            (inbox / f"{1_600_000_000 + number}.M{number}.test").write_bytes(mail)
        self.own_mail()

    def own_mail(self) -> None:
        """Give files that a test put there to the user as whom the server reads them."""
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", "nobody:nogroup", str(self.folder / "mail")], check=True)

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """Another client of the same account."""
        with IMAPClient("127.0.0.1", self.plain_port, ssl=False) as client:
            eventually(lambda: self._lets_in(client), "the server lets one more client in", within=_GONE_SOON)
            client.select_folder("INBOX")
            yield client

    @staticmethod
    def _lets_in(client: IMAPClient) -> bool:
        """Whether a login succeeds; not yet while the server counts a connection that is gone."""
        try:
            client.login(USER, PASSWORD)
        except LoginError as error:
            if "Maximum number of connections" not in str(error):
                raise
            return False
        return True

    def unread(self) -> int:
        """How many messages of the inbox are not marked as read."""
        with self.client() as client:
            return len(client.search("UNSEEN"))

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.plain_port), timeout=1) as probe:
                return probe.recv(4) == b"* OK"
        except OSError:
            return False

    def _complaint(self) -> str:
        """What it said: in its log, or aloud while it had none (a port that is taken, wrong settings)."""
        log = self.folder / "log"
        if log.exists():
            return log.read_text()[-500:]
        if self._process is None or self._process.poll() is None or self._process.stderr is None:
            return "no log"
        return self._process.stderr.read().decode(errors="replace")[-500:]

    def _doveadm(self, *arguments: str) -> None:
        subprocess.run(
            [_program("doveadm"), "-c", str(self.folder / "dovecot.conf"), *arguments],
            check=True,
            capture_output=True,
        )

    def _accept_tokens(self) -> None:
        """Let in whoever brings a token signed with the key (PEM of its public half)."""
        for place in ("default", "shared/default"):
            keys = self.folder / "keys" / place / "RS256"
            keys.mkdir(parents=True)
            (keys / "default").write_bytes(self._token_key)
        (self.folder / "oauth2.conf").write_text(
            f"introspection_mode=local\nlocal_validation_key_dict=fs:posix:prefix={self.folder}/keys/\n"
            f"username_attribute=email\nissuers={ISSUER}\n"
        )

    def _write_settings(self) -> None:
        certificate = self._authority.issue_cert("localhost")
        certificate.cert_chain_pems[0].write_to_path(str(self.folder / "cert.pem"))
        certificate.private_key_pem.write_to_path(str(self.folder / "key.pem"))
        (self.folder / "passwd").write_text(f"{USER}:{{PLAIN}}{PASSWORD}::::::\n")
        (self.folder / "mail").mkdir()
        root = os.geteuid() == 0
        if self._token_key:
            self._accept_tokens()
        if root:
            shutil.chown(self.folder / "mail", "nobody", "nogroup")
            self.folder.chmod(0o755)
        me = getpass.getuser()
        identity = "\n".join(
            f"{name}={value}"
            for name, value in (
                ("default_internal_user", me),
                ("default_internal_group", str(os.getegid())),
                ("default_login_user", me),
            )
        )
        (self.folder / "dovecot.conf").write_text(
            _SETTINGS.format(
                folder=self.folder,
                user="nobody" if root else os.geteuid(),
                group="nogroup" if root else os.getegid(),
                identity="" if root else identity,
                chroot="" if root else "chroot=",
                plain_port=self.plain_port,
                tls_port=self.tls_port,
                connections=self._connections,
                mechanisms="xoauth2 oauthbearer" if self._token_key else "",
                oauth=_OAUTH.format(folder=self.folder) if self._token_key else "",
            )
        )


@contextmanager
def dovecot(authority: trustme.CA, *, connections: int = 50, token_key: bytes = b"") -> Iterator[Dovecot]:
    """A fresh server; gone with its folder at the end."""
    folder = Path(tempfile.mkdtemp(prefix="helpdesk-imap-"))
    server = Dovecot(folder, authority, connections=connections, token_key=token_key)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin")
    if found is None:
        raise RuntimeError(f"{name} is not installed; `make test` installs it (Debian package dovecot-imapd)")
    return found


def _signal(parent: int, what: signal.Signals) -> None:
    """Send a signal to a process and all its descendants."""
    for pid in _family(parent):
        with suppress(ProcessLookupError):  # one of its short-lived children
            os.kill(pid, what)


def _family(pid: int) -> list[int]:
    """The process and all its descendants."""
    found = [pid]
    for parent in found:
        with suppress(FileNotFoundError, ProcessLookupError):  # its short-lived children end while we look
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
            found += [int(child) for child in children.split()]
    return found
