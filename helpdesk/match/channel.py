"""Is this sender on a channel of that filer? A separate question from which filer is meant."""

from __future__ import annotations

from helpdesk.match.written.addresses import is_webmail
from helpdesk.vocabulary import Authentication, Channel, ChannelKind, Filer, Verdict, ascii_lower


def channel(sender_address: str, filer: Filer, authentication: Authentication, webmail: frozenset[str]) -> Channel:
    """Which of the filer's addresses the sender wrote from, and whether the sender's domain is authenticated.

    ``webmail`` holds public domains where a shared domain means nothing (``Matching.webmail_domains``).
    """
    return Channel(
        kind=_kind(ascii_lower(sender_address.strip()), filer, webmail),
        authenticated=authentication.verdict is Verdict.PASS and authentication.aligned,
    )


def _kind(sender: str, filer: Filer, webmail: frozenset[str]) -> ChannelKind:
    if not sender:
        return ChannelKind.NONE
    primary = ascii_lower(filer.primary_email)
    if sender == primary:
        return ChannelKind.PRIMARY
    if sender in (ascii_lower(address) for address in filer.secondary_emails):
        return ChannelKind.SECONDARY
    domain = sender.rpartition("@")[2]
    if domain and domain == primary.rpartition("@")[2] and not is_webmail(domain, webmail):
        return ChannelKind.FIRM
    return ChannelKind.NONE
