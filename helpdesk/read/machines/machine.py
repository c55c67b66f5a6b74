"""Mail that no person wrote by hand (RFC 3834 and what else is about): it must never be answered.

Lists, mailers and web forms carry people's mail too, and people quote what machines say. Such mail is not answered
either, but where somebody asks for something in its own words, it may be a person's.
"""

from __future__ import annotations

from dataclasses import replace

from helpdesk.read.machines import marks, words
from helpdesk.read.machines.evidence import Evidence
from helpdesk.read.machines.speaking import speaks_for_itself
from helpdesk.vocabulary import MachineMail

_LONGEST = 20_000  # characters in which a person's wish is looked for
# Each finds a machine or None; the first one found gives the reason.
_RULES = (
    marks.our_own, marks.report, marks.bouncer, words.returned_by_its_words, marks.calendar, marks.auto_submitted,
    marks.on_a_list, marks.null_return_path, marks.robot, words.notification, words.through_a_ticket_system,
    words.recall, words.absence,
)  # fmt: skip
_BY_WORDS = (words.returned_by_its_words, words.notification, words.recall, words.absence)


def find_machine(evidence: Evidence) -> MachineMail | None:
    """The machine that sent it, with the reason; None for mail by a person."""
    found = [(rule, machine) for rule in _RULES if (machine := rule(evidence)) is not None]
    if not found:
        return None
    _, first = found[0]
    # What its headers say and its words confirm is a machine's.
    agreed = any(rule in _BY_WORDS for rule, _ in found) and any(rule not in _BY_WORDS for rule, _ in found)
    possible = not agreed and all(machine.may_be_a_persons for _, machine in found)
    own_words = words.without_tickets(evidence.own_words[:_LONGEST]) if possible else ""
    return replace(first, may_be_a_persons=possible and speaks_for_itself(evidence.subject, own_words))
