"""Guards of the record and of the pages: what is written stays, who is not allowed gets nothing (7 and 8)."""

from __future__ import annotations

from bench.mutants.mutant import Mutant

_FIRST = "helpdesk/store/migrations/versions/0001_first_tables.py"
_AUDIT = "helpdesk/store/audit.py"
_ACCESS = "helpdesk/web/access.py"
_STAFF = "helpdesk/store/staff.py"

_TEST_AUDIT = "tests/edges/test_store_audit.py"
_TEST_ACCESS = "tests/web/test_access.py"

MUTANTS = (
    Mutant(
        guard="events and decisions are append-only (triggers, SQLite)",
        holds="7; case 58",
        file=_FIRST,
        source='    """CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table}\n    BEGIN',
        instead='    """CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} WHEN 0\n    BEGIN',
        tests=(_TEST_AUDIT, "-k", "sqlite"),
    ),
    Mutant(
        guard="nothing is deleted from them (trigger, SQLite)",
        holds="7; case 58",
        file=_FIRST,
        source='    """CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table}\n    BEGIN',
        instead='    """CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} WHEN 0\n    BEGIN',
        tests=(_TEST_AUDIT, "-k", "sqlite"),
    ),
    Mutant(
        guard="nothing in them is replaced (trigger, SQLite)",
        holds="7; case 58",
        file=_FIRST,
        source="    WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)",
        instead="    WHEN 0",
        tests=(_TEST_AUDIT, "-k", "sqlite"),
    ),
    Mutant(
        guard="nothing in them is changed or deleted (trigger, PostgreSQL)",
        holds="7; case 58",
        file=_FIRST,
        source='    """CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table}\n    FOR EACH ROW EXECUTE',
        instead='    """CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table}\n'
        "    FOR EACH ROW WHEN (FALSE) EXECUTE",
        tests=(_TEST_AUDIT, "-k", "postgresql"),
    ),
    Mutant(
        guard="they are not emptied (trigger, PostgreSQL)",
        holds="7; case 58",
        file=_FIRST,
        source='    """CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}\n    FOR EACH STATEMENT EXECUTE',
        instead='    """CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}\n'
        "    FOR EACH STATEMENT WHEN (FALSE) EXECUTE",
        tests=(_TEST_AUDIT, "-k", "postgresql"),
    ),
    Mutant(
        guard="an outgoing message keeps its kind, reset and ticket (trigger, SQLite)",
        holds="1",
        file=_FIRST,
        source="    WHEN OLD.kind IS NOT NEW.kind OR OLD.reset_id IS NOT NEW.reset_id OR",
        instead="    WHEN 0 AND OLD.kind IS NOT NEW.kind OR 0 AND OLD.reset_id IS NOT NEW.reset_id OR 0 AND",
        tests=("tests/edges/test_store_resets.py", "-k", "holds_no_address or reset_row_hold or keeps_its_kind"),
    ),
    Mutant(
        guard="an altered event is found",
        holds="7; case 58",
        file=_AUDIT,
        source="            if not same(link.seal, _seal_of(before, link.id, {part: getattr(link, part) for part in _PARTS})):",
        instead="            if False:",
        tests=(_TEST_AUDIT, "-k", "case_58 and sqlite"),
    ),
    Mutant(
        guard="a missing event is found",
        holds="7; case 58",
        file=_AUDIT,
        source="            if link.id != count + 1:",
        instead="            if False:",
        tests=(_TEST_AUDIT, "-k", "case_58 and sqlite"),
    ),
    Mutant(
        guard="an end that was cut off is found",
        holds="7; case 59",
        file=_AUDIT,
        source="    if head is None or head.last_id != count or not same(head.seal, before):",
        instead="    if False:",
        tests=(_TEST_AUDIT, "-k", "(case_58 or case_59) and sqlite"),
    ),
    Mutant(
        guard="a record written anew does not fit its checkpoints",
        holds="7; case 59",
        file=_AUDIT,
        source="            if not same(expected.pop(link.id, link.seal), link.seal):",
        instead="            if False:",
        tests=(_TEST_AUDIT, "-k", "case_59 and sqlite"),
    ),
    Mutant(
        guard="an end cut off with its head does not reach its checkpoints",
        holds="7; case 59",
        file=_AUDIT,
        source="    if expected:\n        return _cut_off",
        instead="    if False:\n        return _cut_off",
        tests=(_TEST_AUDIT, "-k", "case_59 and sqlite"),
    ),
    Mutant(
        guard="each event is sealed onto the one before",
        holds="7; case 58",
        file=_AUDIT,
        source='    return seal("audit", before, str(number), when, *said)',
        instead='    return seal("audit", when, *said)',
        tests=(_TEST_AUDIT, "-k", "(case_58 or change_places or case_59) and sqlite"),
    ),
    Mutant(
        guard="no action without its record",
        holds="7; case 60",
        file=_AUDIT,
        source="    session.connection().execute(_APPEND, links)\n",
        instead="    try:\n        with session.begin_nested():\n            session.connection().execute(_APPEND, links)\n"
        "    except Exception:\n        return\n",
        tests=("tests/edges/test_store_resets.py", "-k", "case_60 and sqlite"),
    ),
    Mutant(
        guard="what was rolled back is not on the record",
        holds="7; case 60",
        file=_AUDIT,
        source="    session.info.pop(_UNSEALED, None)\n",
        instead="    pass\n",
        tests=(_TEST_AUDIT, "-k", "forgotten and sqlite"),
    ),
    Mutant(
        guard="every form carries its token",
        holds="case 38",
        file="helpdesk/web/__init__.py",
        source="    csrf.init_app(app)\n",
        instead="",
        tests=("tests/web/test_forms_and_headers.py", "-k", "without_its_token"),
    ),
    Mutant(
        guard="what the table does not allow is refused",
        holds="case 37",
        file=_ACCESS,
        source="    app.before_request(_guard)\n",
        instead="    pass\n",
        tests=(_TEST_ACCESS, "-k", "as_the_table_says"),
    ),
    Mutant(
        guard="a page needs the role that the table names",
        holds="case 37",
        file=_ACCESS,
        source="    return least is ANYONE or (role is not None and role.includes(least))",
        instead="    return least is ANYONE or role is not None",
        tests=(_TEST_ACCESS, "-k", "as_the_table_says"),
    ),
    Mutant(
        guard="sessions die with a change of the account",
        holds="case 40",
        file=_STAFF,
        source="    if row is None or row.disabled_at is not None or not row.unchanged:",
        instead="    if row is None:",
        tests=("tests/edges/test_store_staff.py", "-k", "case_40 and sqlite"),
    ),
    Mutant(
        guard="an idle session ends",
        holds="case 40",
        file=_STAFF,
        source="    if now - row.used_at > IDLE or now - row.began_at > ABSOLUTE:",
        instead="    if False:",
        tests=("tests/edges/test_store_staff.py", "-k", "idle_session and sqlite"),
    ),
    Mutant(
        guard="pasted passwords are masked",
        holds="8",
        file="helpdesk/store/opening.py",
        source='        "text": covered(message.text, Place.TEXT, passwords),',
        instead='        "text": message.text,',
        tests=("tests/edges/test_store_intake.py", "-k", "masked"),
    ),
    Mutant(
        guard="no reset's row keeps an address that an error quotes",
        holds="8",
        file="helpdesk/store/returning.py",
        source='    return " ".join(_ADDRESS.sub("(an address)", text[: 2 * LONGEST_WORDS]).split())[:LONGEST_WORDS]',
        instead="    return text[:LONGEST_WORDS]",
        tests=("tests/edges/test_store_resets.py", "-k", "quotes_the_address and sqlite"),
    ),
    Mutant(
        guard="letters to requesters know nothing of the roll",
        holds="3; case 19",
        file="helpdesk/letters/check.py",
        source="    if name not in known:",
        instead="    if False:",
        tests=("tests/core/test_letters_check.py",),
    ),
)
