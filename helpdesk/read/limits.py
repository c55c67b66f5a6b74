"""How much of a message is read at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on one message.

    Beyond a bound marked "refused" the message raises UnreadableMessageError and goes to quarantine;
    beyond the others the excess is left out and noted among the message's defects.
    """

    message_bytes: int = 48_000_000  # refused
    header_block_bytes: int = 524_288  # of one part, refused
    headers: int = 2_000  # of one part, refused
    header_bytes: int = 8_192  # of one header, cut
    parts: int = 500  # refused
    depth: int = 30  # of parts within parts, refused
    addresses: int = 200  # of one header, cut
    text_characters: int = 200_000  # of all plain text together, cut
    html_characters: int = 300_000  # of all HTML parts together, cut
    forwarded: int = 20  # mails within the mail whose text is shown; further ones are noted


DEFAULT_LIMITS = Limits()
