"""A dry run's message as a page that a person reads."""

from __future__ import annotations

from helpdesk.cli.dry_run import Triaged, as_line
from helpdesk.rules import Rules
from helpdesk.vocabulary import Candidate, FilerRequest, Message, Signal, Stated


def explained(triaged: Triaged, rules: Rules) -> str:
    """What was understood, who may be meant, where it goes and why."""
    if triaged.message is None or triaged.understanding is None or triaged.decision is None:
        return f"══ {triaged.file}\ncould not be read: {triaged.problem}\n"
    message, understanding, decision = triaged.message, triaged.understanding, triaged.decision
    lines = [
        f"══ {triaged.file}",
        f"from     {message.sender_line}",
        f"subject  {message.subject}",
        f"route    {decision.route.value}: {' '.join(reason.text for reason in decision.reasons)}",
        f"category {understanding.why}",
        f"wants    {', '.join(category.value for category in understanding.wants)}"
        f"{' · URGENT' if understanding.urgent else ''}",
        f"reply    {decision.reply or 'none'}",
        *(f"signal   {_signal(signal)}" for signal in decision.signals),
    ]
    filers = [request["filer"] for request in as_line(triaged, rules)["requests"]]
    for number, (request, filer) in enumerate(zip(decision.requests, filers, strict=True), start=1):
        lines += _request(number, request, filer, message)
    return "\n".join(lines) + "\n"


def _request(number: int, request: FilerRequest, filer: str | None, message: Message) -> list[str]:
    claim = request.claim
    return [
        f"── request {number}: {request.route.value} ({', '.join(reason.key for reason in request.reasons)})",
        f"   name   {_stated(claim.name, message)}",
        f"   bar id {_stated(claim.bar_id, message)}{f' ({claim.bar_state})' if claim.bar_state else ''}",
        f"   e-mail {_stated(claim.claimed_email, message)}",
        f"   filer  {filer or 'undecided'}",
        *(f"   signal {_signal(signal)}" for signal in request.signals),
        *(line for candidate in request.ranking.candidates[:3] for line in _candidate(candidate)),
    ]


def _stated(stated: Stated | None, message: Message) -> str:
    if stated is None:
        return "—"
    if stated.span is None:
        return stated.value
    place = stated.span.place.value
    return f'{stated.value}  ({place} {stated.span.start}–{stated.span.end}: "{" ".join(stated.written.split())}")'


def _candidate(candidate: Candidate) -> list[str]:
    head = f"   {candidate.probability:7.2%} {candidate.filer.full_name} [{candidate.filer.ecf_user_id}]"
    return [
        head,
        *(
            f"           {found.field.value}: {found.level.value} {found.bits:+.1f} bits {found.note}".rstrip()
            for found in candidate.evidence
        ),
    ]


def _signal(signal: Signal) -> str:
    return f"{signal.severity.value}: {signal.reason}"
