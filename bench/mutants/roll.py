"""Guards of the roll: what a roster may change, and what it does to requests under way (invariant 1)."""

from __future__ import annotations

from bench.mutants.mutant import Mutant

_IDENTITIES = "helpdesk/store/roll/identities.py"
_PRIMARIES = "helpdesk/store/roll/primaries.py"
_RECONSIDERING = "helpdesk/store/roll/reconsidering.py"
_TEST_WHOSE = "tests/edges/test_whose_record.py"
_TEST_STAGED = "tests/edges/test_staged_rosters.py"

MUTANTS = (
    Mutant(
        guard="a roster that changes many addresses is held up",
        holds="1; case 54",
        file="helpdesk/store/roll/staged_rosters.py",
        source="    if changed > guard.addresses:",
        instead="    if False:",
        tests=(_TEST_STAGED, "-k", "case_54"),
    ),
    Mutant(
        guard="nobody applies a held-up roster of their own",
        holds="1; case 54",
        file="helpdesk/store/roll/staged_rosters.py",
        source="    if actor.login == row.staged_by.removeprefix(CONSOLE):",
        instead="    if False:",
        tests=(_TEST_STAGED, "-k", "case_54"),
    ),
    Mutant(
        guard="who works at the console is known by their login, however the system writes it",
        holds="1; cases 43, 54",
        file="helpdesk/cli/words.py",
        source='login=f"{CONSOLE}{name.lower()}"',
        instead='login=f"{CONSOLE}{name}"',
        tests=(_TEST_STAGED, "-k", "however_the_system"),
    ),
    Mutant(
        guard="a new primary address counts from the day it was first seen",
        holds="1; case 5",
        file="helpdesk/store/roll/imports.py",
        source="email_changed_on=max(now.date(), fresh.email_changed_on or now.date())",
        instead="email_changed_on=fresh.email_changed_on or now.date()",
        tests=("tests/edges/test_store_roster.py", "-k", "case_5_"),
    ),
    Mutant(
        guard="a Bar ID that moves to another record is a changed address",
        holds="1; cases 5, 54",
        file=_IDENTITIES,
        source="self._number_was_at(fresh, before) or self._name_was_at(fresh, before)",
        instead="self._name_was_at(fresh, before)",
        tests=(_TEST_STAGED, "-k", "moves_to_another_record and sqlite"),
    ),
    Mutant(
        guard="the same where an earlier roster took the number away",
        holds="1; cases 5, 54",
        file=_IDENTITIES,
        source="        for earlier, key in former:",
        instead="        for earlier, key in ():",
        tests=(_TEST_WHOSE, "-k", "takes_away and sqlite"),
    ),
    Mutant(
        guard="what a record was is kept",
        holds="1; cases 5, 54",
        file="helpdesk/store/roll/former.py",
        source="            if known_as(row) != fresh[row.ecf_user_id]",
        instead="            if False",
        tests=(_TEST_WHOSE, "-k", "takes_away and sqlite"),
    ),
    Mutant(
        guard="a new record that stands in for a namesake is a changed address",
        holds="1; cases 5, 54",
        file=_IDENTITIES,
        source="self._number_was_at(fresh, before) or self._name_was_at(fresh, before)",
        instead="self._number_was_at(fresh, before)",
        tests=(_TEST_WHOSE, "-k", "makes_a_record_anothers"),
    ),
    Mutant(
        guard="a login that moves to another record makes it another's",
        holds="1; cases 5, 54",
        file=_IDENTITIES,
        source="        if self._has_anothers_login(fresh, before) or (",
        instead="        if (",
        tests=(_TEST_WHOSE, "-k", "makes_a_record_anothers"),
    ),
    Mutant(
        guard="so does another login, whoever had it",
        holds="1; cases 5, 54",
        file=_IDENTITIES,
        source="        if fresh.login and fresh.login.casefold() != before.login.casefold() and self._by_login:",
        instead="        if False:",
        tests=(_TEST_WHOSE, "-k", "makes_a_record_anothers"),
    ),
    Mutant(
        guard="so does another name",
        holds="1; cases 5, 54",
        file=_IDENTITIES,
        source="        return not (one <= other or other <= one)",
        instead="        return False",
        tests=(_TEST_WHOSE, "-k", "makes_a_record_anothers"),
    ),
    Mutant(
        guard="an approval is for the person whose record it was",
        holds="1; case 4",
        file=_PRIMARIES,
        source="    if whose and not same(whose, _seal_of_person(record)):",
        instead="    if False:",
        tests=(_TEST_WHOSE, "-k", "case_4_ and sqlite"),
    ),
    Mutant(
        guard="a ready ticket whose record changed goes before staff again",
        holds="1; case 4",
        file=_RECONSIDERING,
        source="    if record.ecf_user_id in replaced:",
        instead="    if False:",
        tests=(_TEST_WHOSE, "-k", "case_4_ and sqlite"),
    ),
    Mutant(
        guard="a ticket whose record changed while it slept, or was part of another, is not ready again",
        holds="1; case 4",
        file=_RECONSIDERING,
        source="    and_(Ticket.state.in_([state.value for state in PARKED]), Ticket.parked_state == TicketState.READY.value),",
        instead="    and_(Ticket.state.in_([state.value for state in PARKED[2:]]), Ticket.parked_state == TicketState.READY.value),",
        tests=(_TEST_WHOSE, "-k", "ready_again and sqlite"),
    ),
    Mutant(
        guard="nor is one whose record changed before its approval was undone",
        holds="1; case 4",
        file=_RECONSIDERING,
        source="    and_(Ticket.state.in_([state.value for state in PARKED]), Ticket.parked_state == TicketState.READY.value),",
        instead="    and_(Ticket.state.in_([state.value for state in PARKED[:2]]), Ticket.parked_state == TicketState.READY.value),",
        tests=(_TEST_WHOSE, "-k", "ready_again and sqlite"),
    ),
    Mutant(
        guard="so does one whose record has left the roll",
        holds="1; case 15",
        file=_RECONSIDERING,
        source="    if not record.on_roll:",
        instead="    if False:",
        tests=(_TEST_WHOSE, "-k", "until_it_leaves and sqlite"),
    ),
    Mutant(
        guard="of two rosters compared with the same roll one is applied (unique, PostgreSQL)",
        holds="1; case 54",
        file="helpdesk/store/migrations/versions/0018_former_records.py",
        source='    op.create_index("uq_roster_import_base", "roster_import", ["base"], unique=True)',
        instead='    op.create_index("uq_roster_import_base", "roster_import", ["base"])',
        tests=(_TEST_WHOSE, "-k", "only_one_is_applied"),
    ),
    Mutant(
        guard="what may not change at once does not change bit by bit",
        holds="1; case 54",
        file="helpdesk/cli/roster.py",
        source="desk().rules.approvals.roster, lately=lately)",
        instead="desk().rules.approvals.roster)",
        tests=(_TEST_STAGED, "-k", "the_command_applies"),
    ),
)
