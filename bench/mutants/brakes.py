"""Guards of what is more than usual, of requests that are one case or an alarm, and of the password asked for again."""

from __future__ import annotations

from bench.mutants.mutant import Mutant

_LIMITS = "helpdesk/store/cases/limits.py"
_APPROVALS = "helpdesk/store/approving/approvals.py"
_RETURNING = "helpdesk/store/cases/returning.py"
_ASKING = "helpdesk/store/cases/asking.py"
_REPEATS = "helpdesk/store/incoming/repeats.py"
_OPENING = "helpdesk/store/incoming/opening.py"
_THREADS = "helpdesk/store/incoming/threads.py"
_SPLITTING = "helpdesk/store/incoming/splitting.py"
_FORGETTING = "helpdesk/store/incoming/forgetting.py"
_AGAIN = "helpdesk/web/people/password_again.py"
_PROOFS = "helpdesk/store/people/proofs.py"

_TEST_SPLITTING = "tests/edges/test_store_splitting.py"
_TEST_LIMITS = "tests/edges/test_limits.py"
_TEST_ROLL = "tests/edges/test_replies_and_the_roll.py"
_TEST_MERGING = "tests/edges/test_store_merging.py"
_TEST_AGAIN = "tests/web/test_password_again.py"

MUTANTS = (
    Mutant(
        guard="more requests for a filer than usual are noticed",
        holds="2; case 13",
        file=_LIMITS,
        source="        busy[row.place].append(replace(_busy_filer(row, limits), at_least=row.asked == most))",
        instead="        pass",
        tests=(_TEST_LIMITS, "-k", "more_requests_for_a_filer and sqlite"),
    ),
    Mutant(
        guard="one sender who asks for many filers is noticed",
        holds="2; case 13",
        file=_LIMITS,
        source="            if self.of_sender > limits.sender_day:",
        instead="            if False:",
        tests=(_TEST_LIMITS, "-k", "one_sender_who_asks and sqlite"),
    ),
    Mutant(
        guard="a sender with a changing tag is one sender",
        holds="2, 6; cases 13, 22",
        file=_ASKING,
        source='    sender = f"{local.partition(\'+\')[0]}@{domain}" if address else ""',
        instead="    sender = address",
        tests=(_TEST_LIMITS, "-k", "one_sender_who_asks and sqlite"),
    ),
    Mutant(
        guard="a busy domain is a brake",
        holds="2",
        file=_LIMITS,
        source="            if self.of_domain > limits.domain_hour and not is_webmail(who.domain, webmail):",
        instead="            if False:",
        tests=(_TEST_LIMITS, "-k", "busy_domain and sqlite"),
    ),
    Mutant(
        guard="a busy hour is a brake",
        holds="2",
        file=_LIMITS,
        source="        if self.in_all > limits.all_hour:",
        instead="        if False:",
        tests=(_TEST_LIMITS, "-k", "busy_domain and sqlite"),
    ),
    Mutant(
        guard="nobody is slowed down by mail that poses as theirs",
        holds="2; case 21",
        file=_LIMITS,
        source="_true = not_(AskedRow.forged)",
        instead="_true = AskedRow.id > 0",
        tests=(_TEST_LIMITS, "-k", "nobody_is_slowed_down and sqlite"),
    ),
    Mutant(
        guard="one person approves only so many within an hour",
        holds="2",
        file=_LIMITS,
        source="    if count <= limits.approvals_hour:",
        instead="    if True:",
        tests=(_TEST_LIMITS, "-k", "approvals_beyond and sqlite"),
    ),
    Mutant(
        guard="while a brake is on one key approves nothing",
        holds="2",
        file=_APPROVALS,
        source="    sentences = [excess.sentence for excess in against.busy]",
        instead="    sentences = []",
        tests=(_TEST_LIMITS, "-k", "busy_domain and sqlite"),
    ),
    Mutant(
        guard="an alarm that missed the ticket is found when one key would approve it",
        holds="2; case 13",
        file=_APPROVALS,
        source="    sentences += [signal.reason for signal in against.since]\n",
        instead="",
        tests=(_TEST_LIMITS, "-k", "was_put_aside and sqlite"),
    ),
    Mutant(
        guard="a limit that is exceeded asks for a second person",
        holds="2",
        file="helpdesk/decide/approving.py",
        source="    if found.exceeded:",
        instead="    if False:",
        tests=(_TEST_LIMITS, "-k", "(more_requests or approvals_beyond) and sqlite"),
    ),
    Mutant(
        guard="a second reset of one filer within a day is confirmed",
        holds="1; case 13",
        file=_APPROVALS,
        source="    if _reset_lately(session, record, now - timedelta(hours=hours)):",
        instead="    if False:",
        tests=("tests/edges/test_store_resets.py", "-k", "case_13 and sqlite"),
    ),
    Mutant(
        guard="different senders for one filer are an alarm",
        holds="2; case 13",
        file=_REPEATS,
        source="        if tickets := alarming.different.take(filer):",
        instead="        if tickets := []:",
        tests=(_TEST_LIMITS, "-k", "different_sender_is_an_alarm and sqlite"),
    ),
    Mutant(
        guard="a mail that poses as the filer is a different sender",
        holds="2; cases 13, 21",
        file=_ASKING,
        source='    return tuple(sorted(f"a mail that poses as {row.sender}" if row.forged else row.sender for row in rows))',
        instead="    return tuple(sorted({row.sender for row in rows}))",
        tests=(_TEST_LIMITS, "-k", "only_pretends and sqlite"),
    ),
    Mutant(
        guard="a ticket that is warned leaves Ready",
        holds="2; case 13",
        file=_RETURNING,
        source="    if ticket.state == ready:",
        instead="    if False:",
        tests=(_TEST_LIMITS, "-k", "different_sender_is_an_alarm and sqlite"),
    ),
    Mutant(
        guard="a warned ticket does not come back to Ready when an approval is undone",
        holds="2; case 13",
        file=_RETURNING,
        source="    if ticket.route == Route.READY.value:",
        instead="    if False:",
        tests=(_TEST_LIMITS, "-k", "an_alarm_waits and sqlite"),
    ),
    Mutant(
        guard="a warned ticket does not wake up as Ready",
        holds="2; case 13",
        file=_RETURNING,
        source="    if ticket.parked_state == ready:",
        instead="    if False:",
        tests=(_TEST_LIMITS, "-k", "an_alarm_waits and sqlite"),
    ),
    Mutant(
        guard="a ticket whose record was chosen while it slept does not wake up as Ready",
        holds="2; case 9",
        file="helpdesk/store/desk/handling.py",
        source="    if ticket.parked_state == TicketState.READY.value:",
        instead="    if False:",
        tests=("tests/edges/test_store_snoozing_and_undoing.py", "-k", "chosen_while_it_slept and sqlite"),
    ),
    Mutant(
        guard="a part of what was declined or warned about is not ready",
        holds="2; case 13",
        file=_SPLITTING,
        source='        doubt = "" if opening.may_be_ready(session, ticket) else _DOUBTFUL',
        instead='        doubt = ""',
        tests=(_TEST_SPLITTING, "-k", "the_parts_of and sqlite"),
    ),
    Mutant(
        guard="nor is a part whose record changed since the mail was decided",
        holds="1; case 4",
        file=_SPLITTING,
        source="    elif doubt or roster.has_changed(record, whole.roll_version):",
        instead="    elif doubt:",
        tests=(_TEST_SPLITTING, "-k", "record_changed and sqlite"),
    ),
    Mutant(
        guard="what is warned is not ready because of a later mail",
        holds="2; case 13",
        file=_OPENING,
        source="    return ticket.state != TicketState.DECLINED.value and not alerts.of_ticket(session, ticket.id)",
        instead="    return ticket.state != TicketState.DECLINED.value",
        tests=(_TEST_LIMITS, "-k", "a_later_mail and sqlite"),
    ),
    Mutant(
        guard="what was declined is not ready because of a later mail",
        holds="2",
        file=_OPENING,
        source="    return ticket.state != TicketState.DECLINED.value and not alerts.of_ticket(session, ticket.id)",
        instead="    return not alerts.of_ticket(session, ticket.id)",
        tests=(_TEST_LIMITS, "-k", "a_later_mail and sqlite"),
    ),
    Mutant(
        guard="what is odd about a second request takes the first out of Ready",
        holds="2; case 13",
        file=_OPENING,
        source="    elif ticket.state in _ABOUT_TO_BE_RESET:",
        instead="    elif False:",
        tests=(_TEST_LIMITS, "-k", "what_is_odd and sqlite"),
    ),
    Mutant(
        guard="a request joins only a ticket that names its own filer",
        holds="1; case 13",
        file=_REPEATS,
        source=" if one.first.filer_id == record}",
        instead="}",
        tests=(_TEST_LIMITS, "-k", "joins_nothing and sqlite"),
    ),
    Mutant(
        guard="a request joins nothing that staff marked as spam",
        holds="4; case 13",
        file=_REPEATS,
        source=" or first.state == TicketState.SPAM.value",
        instead="",
        tests=(_TEST_LIMITS, "-k", "joins_nothing and sqlite"),
    ),
    Mutant(
        guard="mail that poses as its sender joins nothing",
        holds="1; cases 13, 21",
        file=_ASKING,
        source="        if request.filer_id is not None and request.sender and not request.forged",
        instead="        if request.filer_id is not None and request.sender",
        tests=(_TEST_LIMITS, "-k", "only_pretends and sqlite"),
    ),
    Mutant(
        guard="the turn of a conversation does not depend on the roll",
        holds="3; cases 13, 19",
        file=_THREADS,
        source="        letters_of=tuple(ticket.id for ticket in named),",
        instead="        letters_of=tuple(merging.head(session, ticket).id for ticket in named),",
        tests=(_TEST_ROLL, "-k", "who_answers"),
    ),
    Mutant(
        guard="who joins a conversation does not depend on the roll",
        holds="3; cases 13, 19",
        file=_THREADS,
        source="_takes_part(session, [ticket.id], message)",
        instead="_takes_part(session, merging.family(session, merging.head(session, ticket).id), message)",
        tests=(_TEST_ROLL, "-k", "who_answers"),
    ),
    Mutant(
        guard="who joins a conversation does not depend on what staff merged",
        holds="3; case 19",
        file=_THREADS,
        source="_takes_part(session, [ticket.id], message)",
        instead="_takes_part(session, merging.by_hand(session, ticket), message)",
        tests=(_TEST_MERGING, "-k", "only_by_a_merge and sqlite"),
    ),
    Mutant(
        guard="who asked is remembered while a ticket is open",
        holds="2; case 13",
        file=_FORGETTING,
        source=", not_(_OPEN_TICKET))",
        instead=")",
        tests=(_TEST_LIMITS, "-k", "forgotten and sqlite"),
    ),
    Mutant(
        guard="long after signing in the password is asked for",
        holds="case 46",
        file=_AGAIN,
        source="    if _asked() is None or _fresh():",
        instead="    if True:",
        tests=(_TEST_AGAIN, "-k", "case_46_agreeing"),
    ),
    Mutant(
        guard="only the right password counts",
        holds="case 46",
        file=_PROOFS,
        source="    if not staff.is_password(right_hash, password):",
        instead="    if False:",
        tests=(_TEST_AGAIN, "-k", "case_46_agreeing"),
    ),
    Mutant(
        guard="guessing it is throttled",
        holds="cases 42, 46",
        file=_PROOFS,
        source="        staff.require_few_failures(session, person.login, network, now)",
        instead="        pass",
        tests=(_TEST_AGAIN, "-k", "five_wrong"),
    ),
    Mutant(
        guard="a password that was given long ago does not count",
        holds="case 46",
        file=_PROOFS,
        source=" and abs(now - row.proved_at) <= time",
        instead="",
        tests=(_TEST_AGAIN, "-k", "case_46_agreeing"),
    ),
    Mutant(
        guard="giving the password ends the older session token",
        holds="cases 39, 46",
        file=_PROOFS,
        source="        kept.token_hash, kept.proved_at, kept.used_at = token_hash(fresh), now, now",
        instead="        fresh = token\n        kept.proved_at, kept.used_at = now, now",
        tests=(_TEST_AGAIN, "-k", "case_46_agreeing"),
    ),
    Mutant(
        guard="no page repeats a new account's password",
        holds="8; case 46",
        file=_AGAIN,
        source='_FILLED_IN_AGAIN = {"accounts.add": "accounts.page"}',
        instead="_FILLED_IN_AGAIN: dict[str, str] = {}",
        tests=(_TEST_AGAIN, "-k", "page_of_accounts"),
    ),
)
