"""What a mail is judged by: whether a machine sent it."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk import policy
from helpdesk.read.mime.headers import Headers
from helpdesk.read.mime.parts import Part
from helpdesk.vocabulary import Address, Authentication, MachineKind, MachineMail


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for or against a machine."""

    headers: Headers
    parts: tuple[Part, ...]  # depth first, the root included
    senders: tuple[Address, ...]
    recipients: tuple[Address, ...]  # To and Cc
    subject: str
    own_words: str
    return_path: str | None
    authentication: Authentication
    court: policy.Court


def perhaps(kind: MachineKind, reason: str) -> MachineMail:
    """Marks that people's mail carries too."""
    return MachineMail(kind=kind, reason=reason, may_be_a_persons=True)
