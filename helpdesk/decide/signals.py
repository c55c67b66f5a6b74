"""What a message shows together with the record it may mean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rapidfuzz.distance import OSA

from helpdesk.decide.conditions import RecordContext, changed_recently
from helpdesk.match.channel import channel
from helpdesk.match.written.addresses import poses_as
from helpdesk.match.written.letters import fold, only_looks_alike
from helpdesk.policy import Triage
from helpdesk.vocabulary import (
    Candidate,
    ChannelKind,
    Claim,
    Filer,
    Message,
    Severity,
    Signal,
    SignalName,
    ascii_lower,
)


def record_signals(
    message: Message,
    claim: Claim,
    candidate: Candidate,
    *,
    triage: Triage,
    webmail: frozenset[str],
    now: datetime,
    context: RecordContext,
) -> tuple[Signal, ...]:
    """Signals about one request, for staff only: they depend on the roll."""
    filer = candidate.filer
    found = [
        *_sender(message, filer, webmail),
        *_lookalikes(message, claim, filer),
        *_record(candidate, triage, now, context),
    ]
    return tuple({signal.name: signal for signal in reversed(found)}.values())


def _sender(message: Message, filer: Filer, webmail: frozenset[str]) -> Iterator[Signal]:
    if message.sender is None:
        return
    address = message.sender.address
    kind = channel(address, filer, message.authentication, webmail).kind
    if kind is ChannelKind.NONE:
        reason = f"{address} is not on this record, nor of the same firm."
        yield Signal(name=SignalName.SENDER_NOT_ON_RECORD, severity=Severity.WARNING, reason=reason)
    elif kind is ChannelKind.FIRM:
        reason = f"{address} is not on this record, but of the same firm's domain."
        yield Signal(name=SignalName.SENDER_NOT_ON_RECORD, severity=Severity.NOTE, reason=reason)


def _lookalikes(message: Message, claim: Claim, filer: Filer) -> Iterator[Signal]:
    yield from _twin_name(claim, filer)
    domain = ascii_lower(filer.primary_email).rpartition("@")[2]
    written = [message.sender.address] if message.sender else []
    written += [claim.claimed_email.value] if claim.claimed_email else []
    for address in written:
        other = address.rpartition("@")[2]
        if (
            other
            and other != domain
            and OSA.distance(other, domain, score_cutoff=2) <= (2 if len(domain) > 12 else 1)
        ):
            reason = f"{other} looks like {domain}, the domain on this record, but is not."
            yield Signal(name=SignalName.LOOKALIKE_ADDRESS, severity=Severity.WARNING, reason=reason)
    written += [claim.claimed_email.written] if claim.claimed_email else []  # before it was read as plain letters
    for address in written:
        if poses_as(address, filer.primary_email):
            reason = f"{address} looks like {filer.primary_email}, but is written in other letters."
            yield Signal(name=SignalName.LOOKALIKE_ADDRESS, severity=Severity.WARNING, reason=reason)


def _twin_name(claim: Claim, filer: Filer) -> Iterator[Signal]:
    if claim.name is not None and only_looks_alike(claim.name.value, filer.full_name):
        alike = set(fold(claim.name.value).split()) & set(fold(filer.full_name).split())
        if alike:
            reason = "The name is written in letters that only look like the record's."
            yield Signal(name=SignalName.LOOKALIKE_NAME, severity=Severity.WARNING, reason=reason)


def _record(candidate: Candidate, triage: Triage, now: datetime, context: RecordContext) -> Iterator[Signal]:
    filer = candidate.filer
    if changed_recently(candidate, triage, now):
        reason = f"The primary address, or whose record this is, changed on {filer.email_changed_on}."
        yield Signal(name=SignalName.PRIMARY_CHANGED_RECENTLY, severity=Severity.WARNING, reason=reason)
    came_back = (context.unreachable or {}).get(filer.ecf_user_id)
    if came_back:
        yield Signal(name=SignalName.PRIMARY_UNREACHABLE, severity=Severity.WARNING, reason=came_back)
    others = context.requests_for(filer.ecf_user_id)
    if others:
        reason = f"{others} other sender{'s' if others > 1 else ''} asked for this filer lately."
        yield Signal(name=SignalName.OTHER_REQUESTS, severity=Severity.WARNING, reason=reason)
    if context.message_id_reused:
        reason = "Another message with other content carried the same Message-ID."
        yield Signal(name=SignalName.MESSAGE_ID_REUSED, severity=Severity.WARNING, reason=reason)
