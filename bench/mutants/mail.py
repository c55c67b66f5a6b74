"""Guards of the two doors: what comes in is kept, what goes out names one receiver, no machine gets an answer."""

from __future__ import annotations

from bench.mutants.mutant import Mutant

_MACHINE = "helpdesk/read/machine.py"
_OUTBOX = "helpdesk/store/outbox.py"
_REPLY_LIMITS = "helpdesk/store/reply_limits.py"
_OUTGOING = "helpdesk/doors/outgoing.py"
_SMTP = "helpdesk/doors/smtp.py"

_TEST_MACHINE = "tests/core/test_read_machine.py"
_TEST_INTAKE = "tests/edges/test_store_intake.py"
_TEST_REPLY_LIMITS = "tests/edges/test_reply_limits.py"
_TEST_SMTP = "tests/edges/test_smtp_door.py"
_TEST_THREADS = "tests/edges/test_store_threads.py"

MUTANTS = (
    Mutant(
        guard="the last guard: the envelope names exactly the message's recipient",
        holds="1; case 1",
        file=_SMTP,
        source='        if self._named != [f"TO:<{mail.to}>"]:',
        instead="        if False:",
        tests=(_TEST_SMTP, "-k", "second_recipient"),
    ),
    Mutant(
        guard="the message's headers name exactly its recipient",
        holds="1; case 24",
        file=_OUTGOING,
        source="    _check(raw, mail.to)\n",
        instead="",
        tests=(_TEST_SMTP, "-k", "second_name"),
    ),
    Mutant(
        guard="what is not one plain address never reaches the envelope",
        holds="1; case 14",
        file=_OUTGOING,
        source="    if not is_one_address(written):",
        instead="    if False:",
        tests=(_TEST_SMTP, "-k", "one_plain_address"),
    ),
    Mutant(
        guard="a subject never becomes another header",
        holds="1; case 24",
        file=_OUTGOING,
        source='    letter["Subject"] = _one_line(mail.subject)',
        instead='    letter["Subject"] = mail.subject',
        tests=(_TEST_SMTP, "-k", "never_becomes_another_header"),
    ),
    Mutant(
        guard="hostile references are left out",
        holds="1; case 24",
        file=_OUTGOING,
        source="    references = [written for written in mail.references[-_REFERENCES_KEPT:]"
        " if _MESSAGE_ID.fullmatch(written)]",
        instead="    references = list(mail.references[-_REFERENCES_KEPT:])",
        tests=(_TEST_SMTP, "-k", "hostile_references"),
    ),
    Mutant(
        guard="a reply has a null return path",
        holds="6; case 23",
        file=_SMTP,
        source='        return "" if mail.kind is OutboxKind.REPLY else self._court.helpdesk_address',
        instead="        return self._court.helpdesk_address",
        tests=(_TEST_SMTP, "-k", "machine_s_answer"),
    ),
    Mutant(
        guard="every message says that a machine sent it",
        holds="6; case 23",
        file=_OUTGOING,
        source='    letter["Auto-Submitted"] = "auto-replied" if mail.kind is OutboxKind.REPLY else "auto-generated"\n',
        instead="",
        tests=(_TEST_SMTP, "-k", "machine_s_answer"),
    ),
    Mutant(
        guard="every message carries our loop header",
        holds="6; case 17",
        file=_OUTGOING,
        source="    letter[LOOP_HEADER] = court.helpdesk_address\n",
        instead="",
        tests=(_TEST_SMTP, "-k", "machine_s_answer"),
    ),
    Mutant(
        guard="beyond this machine nothing is sent unencrypted",
        holds="8",
        file=_SMTP,
        source="        if server.transport is Transport.PLAIN and server.host not in LOOPBACK:",
        instead="        if False:",
        tests=(_TEST_SMTP, "-k", "unencrypted"),
    ),
    Mutant(
        guard="no reply to a machine",
        holds="6; case 16",
        file="helpdesk/decide/replies.py",
        source="    if message.machine is not None or message.sender is None",
        instead="    if message.sender is None",
        tests=("tests/core/test_replies.py",),
    ),
    Mutant(
        guard="no reply without a single sender",
        holds="6; case 25",
        file="helpdesk/decide/replies.py",
        source="or message.sender is None or message",
        instead="or message",
        tests=("tests/core/test_replies.py", "-k", "no_sender"),
    ),
    Mutant(
        guard="no reply to a forged sender",
        holds="6; case 21",
        file="helpdesk/decide/replies.py",
        source=" or message.authentication.verdict is Verdict.FAIL:",
        instead=":",
        tests=("tests/core/test_replies.py", "-k", "forged"),
    ),
    Mutant(
        guard="our own messages are known",
        holds="6; case 17",
        file=_MACHINE,
        source="    if LOOP_HEADER.lower() in evidence.headers:",
        instead="    if False:",
        tests=(_TEST_MACHINE,),
    ),
    Mutant(
        guard="Auto-Submitted is heeded",
        holds="6; case 16",
        file=_MACHINE,
        source='        if word and word != "no":',
        instead="        if False:",
        tests=(_TEST_MACHINE,),
    ),
    Mutant(
        guard="a null return path is heeded",
        holds="6; case 16",
        file=_MACHINE,
        source='    if evidence.return_path == "":',
        instead="    if False:",
        tests=(_TEST_MACHINE,),
    ),
    Mutant(
        guard="mailing lists are known",
        holds="6; case 16",
        file=_MACHINE,
        source="    for name in _LIST_HEADERS:\n        if name in headers:",
        instead="    for name in _LIST_HEADERS:\n        if False:",
        tests=(_TEST_MACHINE,),
    ),
    Mutant(
        guard="one automatic reply a sender and day",
        holds="6; case 22",
        file=_REPLY_LIMITS,
        source="    if not _free(_sender(one.address), taken):",
        instead="    if False:",
        tests=(_TEST_REPLY_LIMITS, "-k", "case_22"),
    ),
    Mutant(
        guard="one automatic reply a conversation and day",
        holds="6; case 18",
        file=_REPLY_LIMITS,
        source="    if not all(_free(_talk(ticket_id), taken) for ticket_id in one.letters_of):",
        instead="    if False:",
        tests=(_TEST_REPLY_LIMITS, "-k", "conversation"),
    ),
    Mutant(
        guard="the breaker: so many automatic replies an hour",
        holds="6; case 22",
        file=_REPLY_LIMITS,
        source="and replies >= limits.replies_per_hour:",
        instead="and replies >= 10**9:",
        tests=(_TEST_REPLY_LIMITS, "-k", "breaker"),
    ),
    Mutant(
        guard="the breaker stays open until somebody has looked",
        holds="6; case 22",
        file=_REPLY_LIMITS,
        source="    is_open, replies, turns = so_far.opened_at is not None, so_far.replies, []",
        instead="    is_open, replies, turns = False, so_far.replies, []",
        tests=(_TEST_REPLY_LIMITS, "-k", "breaker"),
    ),
    Mutant(
        guard="what the breaker holds back does not leave",
        holds="6; case 22",
        file=_OUTBOX,
        source="OutboxRow.due_at <= now, OutboxRow.held_since.is_(None))",
        instead="OutboxRow.due_at <= now)",
        tests=(_TEST_REPLY_LIMITS, "-k", "breaker"),
    ),
    Mutant(
        guard="no reply to the court's own addresses",
        holds="6; case 17",
        file=_REPLY_LIMITS,
        source='    if address in court.own_addresses or address.rpartition("@")[2] in court.own_domains:',
        instead="    if False:",
        tests=(_TEST_INTAKE, "-k", "own_people"),
    ),
    Mutant(
        guard="a reply is a function of the message, not of the roll",
        holds="3; case 19",
        file="helpdesk/store/intake.py",
        source="        template, sender = triaged.decision.reply, triaged.message.sender\n",
        instead="        template, sender = triaged.decision.reply, triaged.message.sender\n"
        "        template = 'general' if any(r.ranking.candidates for r in triaged.decision.requests) else template\n",
        tests=("tests/edges/test_replies_and_the_roll.py",),
    ),
    Mutant(
        guard="a reply leaves when it would whatever the roll says",
        holds="3; case 20",
        file="helpdesk/store/intake.py",
        source="    replies.queue_automatic(session, queued, court=house.court, now=now)",
        instead="    known = sum(len(r.ranking.candidates) for one, *_ in tickets for r in one.mail.triaged.decision.requests)\n"
        "    late = now.fromtimestamp(now.timestamp() + known, now.tzinfo)\n"
        "    replies.queue_automatic(session, queued, court=house.court, now=late)",
        tests=("tests/edges/test_replies_and_the_roll.py",),
    ),
    Mutant(
        guard="each message of a mailbox is in the ledger once (UNIQUE)",
        holds="4; case 29",
        file="helpdesk/store/migrations/versions/0001_first_tables.py",
        source='        sa.UniqueConstraint("mailbox_id", "uidvalidity", "uid", name=op.f("uq_ledger_mailbox_id")),\n',
        instead="",
        tests=("tests/edges/test_store_ledger.py", "-k", "the_database_itself"),
    ),
    Mutant(
        guard="a known UID is not stored again",
        holds="4; case 27",
        file="helpdesk/store/ledger.py",
        source="        fresh = [mail for mail in fetched if mail.uid not in known]",
        instead="        fresh = list(fetched)",
        tests=("tests/edges/test_store_ledger.py", "-k", "not_stored_again and sqlite"),
    ),
    Mutant(
        guard="the server is told only of what is committed",
        holds="4; case 29",
        file="helpdesk/service/collector.py",
        source='            self.checkpoint("fetched")\n',
        instead='            mailbox.flag_seen([mail.uid for mail in part.messages])\n            self.checkpoint("fetched")\n',
        tests=("tests/edges/test_poller_kills.py", "-k", "at_any_step and fetched"),
    ),
    Mutant(
        guard="a message gets its place once",
        holds="4; case 29",
        file="helpdesk/store/intake.py",
        source=" if mail.entry.state is Delivery.STORED]",
        instead="]",
        tests=(_TEST_INTAKE, "-k", "settling_twice"),
    ),
    Mutant(
        guard="a copy of a mail is no second ticket",
        holds="4; case 26",
        file="helpdesk/store/intake.py",
        source="        elif before.copy is not None:",
        instead="        elif False:",
        tests=(_TEST_INTAKE, "-k", "same_mail_in_two"),
    ),
    Mutant(
        guard="who joins a ticket has written to it before",
        holds="1; case 10",
        file="helpdesk/store/threads.py",
        source="    return bool(session.execute(select(wrote)).scalar_one())",
        instead="    return True",
        tests=(_TEST_THREADS, "-k", "stranger"),
    ),
    Mutant(
        guard="a forged sender joins nothing",
        holds="1; case 21",
        file="helpdesk/store/threads.py",
        source="    if message.sender is None or message.authentication.verdict is Verdict.FAIL:",
        instead="    if message.sender is None:",
        tests=(_TEST_THREADS, "-k", "forged"),
    ),
    Mutant(
        guard="a ticket's tag cannot be guessed from its number",
        holds="1",
        file="helpdesk/store/threads.py",
        source="        if ticket is not None and same(outbox.subject_tag(ticket).lower(), written[0].lower()):",
        instead="        if ticket is not None:",
        tests=(_TEST_THREADS, "-k", "one_letter_changed"),
    ),
    Mutant(
        guard="only our own mail server's word on a sender is believed",
        holds="2; case 33",
        file="helpdesk/read/authentication.py",
        source="    if name in {identity.lower() for identity in court.authserv_ids}:",
        instead="    if True:",
        tests=("tests/core/test_read_authentication.py",),
    ),
)
