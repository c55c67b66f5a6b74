"""What one rules file names must exist in the other, and no rule may undo the safety of `ready`."""

from __future__ import annotations

from helpdesk.errors import RulesError
from helpdesk.policy import Replies
from helpdesk.policy.triage import Condition, Triage
from helpdesk.vocabulary import Category, Route


def check_together(triage: Triage, replies: Replies) -> None:
    """Raise RulesError, with file and key, for the first thing that does not fit together."""
    _every_category_has_a_reply(replies)
    _every_reason_has_a_sentence(triage)
    _last_rule_is_review(triage)
    _ready_is_guarded(triage)


def _every_category_has_a_reply(replies: Replies) -> None:
    missing = [category.value for category in Category if category not in replies.by_category]
    if missing:
        raise RulesError("replies.toml", "by_category", f"has no line for {', '.join(missing)}")


def _every_reason_has_a_sentence(triage: Triage) -> None:
    for number, rule in enumerate(triage.rules, start=1):
        if rule.reason not in triage.reasons:
            raise RulesError("triage.toml", f"rules.{number}.reason", f"{rule.reason!r} has no sentence in [reasons]")


def _last_rule_is_review(triage: Triage) -> None:
    last = triage.rules[-1]
    if last.when or last.unless or last.route is not Route.REVIEW:
        raise RulesError("triage.toml", "rules", "the last rule must send everything that is left to review")


def _ready_is_guarded(triage: Triage) -> None:
    """No rule may call a request ready that is not certain or carries a warning."""
    for number, rule in enumerate(triage.rules, start=1):
        if rule.route is Route.READY and Condition.CERTAIN not in rule.when:
            raise RulesError("triage.toml", f"rules.{number}.when", "a rule for ready must ask for 'certain'")
