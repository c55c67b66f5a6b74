"""Understanding and Rankings become a Decision, by the ordered rules of triage.toml."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from helpdesk.decide.conditions import RecordContext, of_message, of_request
from helpdesk.decide.replies import reply_to
from helpdesk.decide.signals import record_signals
from helpdesk.policy import Condition, Court, Matching, Replies, Triage, TriageRule
from helpdesk.vocabulary import Decision, FilerRequest, Message, Ranking, Reason, Route, Signal, Understanding

_NOBODY_ASKED = RecordContext()


class DecidingRules(Protocol):
    """The court policy that deciding rests on."""

    @property
    def digest(self) -> str: ...
    @property
    def court(self) -> Court: ...
    @property
    def triage(self) -> Triage: ...
    @property
    def replies(self) -> Replies: ...
    @property
    def matching(self) -> Matching: ...


def decide(
    message: Message,
    understanding: Understanding,
    rankings: tuple[Ranking, ...],
    *,
    rules: DecidingRules,
    now: datetime,
    context: RecordContext = _NOBODY_ASKED,
    roll_version: str = "",
) -> Decision:
    """Where a message and each of its requests go, and why.

    rankings: one for each of ``understanding.claims``, in their order. now: aware, UTC.
    context: what only the store knows. roll_version: for messages without rankings.
    """
    of_mail = of_message(message, understanding, understanding.signals)
    requests = tuple(
        _request(message, understanding, of_mail, position, ranking, rules=rules, now=now, context=context)
        for position, ranking in enumerate(rankings)
    )
    route, reasons = _outcome(of_mail, requests, rules.triage)
    return Decision(
        route=route,
        reasons=reasons,
        signals=understanding.signals,
        requests=requests,
        reply=reply_to(message, understanding, rules.replies, live=rules.court.is_live(message.clock(now))),
        rules_digest=rules.digest,
        roll_version=rankings[0].roll_version if rankings else roll_version,
    )


def _request(
    message: Message,
    understanding: Understanding,
    of_mail: set[Condition],
    position: int,
    ranking: Ranking,
    *,
    rules: DecidingRules,
    now: datetime,
    context: RecordContext,
) -> FilerRequest:
    claim = understanding.claims[position]
    signals: tuple[Signal, ...] = ()
    if ranking.candidates and ranking.candidates[0].probability >= rules.triage.credible:
        signals = record_signals(
            message,
            claim,
            ranking.candidates[0],
            triage=rules.triage,
            webmail=rules.matching.webmail_domains,
            now=now,
            context=context,
        )
    conditions = (of_mail - {Condition.SEVERAL_FILERS}) | of_request(
        claim, ranking, (*understanding.signals, *signals), rules.triage, now
    )
    route, reasons = _first(conditions, rules.triage)
    return FilerRequest(claim=claim, ranking=ranking, route=route, reasons=reasons, signals=signals)


def _outcome(
    of_mail: set[Condition], requests: tuple[FilerRequest, ...], triage: Triage
) -> tuple[Route, tuple[Reason, ...]]:
    """The message's route: its only request's, or what the rules say of the message itself."""
    if len(requests) == 1 and Condition.SEVERAL_FILERS not in of_mail:
        return requests[0].route, requests[0].reasons
    return _first(of_mail, triage)


def _first(conditions: set[Condition], triage: Triage) -> tuple[Route, tuple[Reason, ...]]:
    """The route of the first rule that applies, with its reason and those of later rules that agree."""
    applying = [rule for rule in triage.rules if _applies(rule, conditions)]
    deciding = applying[0]
    reasons = [rule.reason for rule in applying if rule.route is deciding.route and (rule.when or rule is deciding)]
    return deciding.route, tuple(Reason(key=key, text=triage.reasons[key]) for key in dict.fromkeys(reasons))


def _applies(rule: TriageRule, conditions: set[Condition]) -> bool:
    return conditions.issuperset(rule.when) and conditions.isdisjoint(rule.unless)
