"""First tables, and the triggers by which the database itself keeps the record and the resets honest.

Revision: 0001.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Rows of these tables are written once. (REPLACE on SQLite deletes without firing a delete trigger, hence the insert.)
APPEND_ONLY = ("event", "decision")

SQLITE_APPEND_ONLY = (
    """CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
    """CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
    """CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
)
SQLITE_OUTBOX = """CREATE TRIGGER outbox_keeps_its_kind BEFORE UPDATE OF kind, reset_id, ticket_id ON outbox
    WHEN OLD.kind IS NOT NEW.kind OR OLD.reset_id IS NOT NEW.reset_id OR OLD.ticket_id IS NOT NEW.ticket_id
    BEGIN SELECT RAISE(ABORT, 'an outgoing message keeps its kind, reset and ticket'); END"""

POSTGRESQL_REFUSE = """CREATE FUNCTION helpdesk_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% refused: %', TG_TABLE_NAME, TG_ARGV[0]; END $$"""
POSTGRESQL_APPEND_ONLY = (
    """CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION helpdesk_refuse('append-only')""",
    """CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_refuse('append-only')""",
)
POSTGRESQL_OUTBOX = """CREATE TRIGGER outbox_keeps_its_kind BEFORE UPDATE OF kind, reset_id, ticket_id ON outbox
    FOR EACH ROW WHEN (OLD.kind IS DISTINCT FROM NEW.kind OR OLD.reset_id IS DISTINCT FROM NEW.reset_id
    OR OLD.ticket_id IS DISTINCT FROM NEW.ticket_id)
    EXECUTE FUNCTION helpdesk_refuse('an outgoing message keeps its kind, reset and ticket')"""


def add_guards() -> None:
    if op.get_bind().dialect.name == "sqlite":
        statements = [text.format(table=table) for table in APPEND_ONLY for text in SQLITE_APPEND_ONLY]
        statements.append(SQLITE_OUTBOX)
    else:
        statements = [POSTGRESQL_REFUSE]
        statements += [text.format(table=table) for table in APPEND_ONLY for text in POSTGRESQL_APPEND_ONLY]
        statements.append(POSTGRESQL_OUTBOX)
    for statement in statements:
        op.execute(sa.text(statement))


TABLES = (
    "audit_head",
    "event",
    "filer",
    "heartbeat",
    "lease",
    "mailbox",
    "raw_mail",
    "roster_import",
    "sign_in_attempt",
    "staff",
    "staff_session",
    "ticket",
    "ledger",
    "note",
    "reset",
    "decision",
    "outbox",
    "read_mail",
    "reset_link",
)


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "filer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ecf_user_id", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("middle_name", sa.String(), nullable=False),
        sa.Column("suffix", sa.String(), nullable=False),
        sa.Column("bar_state", sa.String(), nullable=False),
        sa.Column("bar_id", sa.String(), nullable=False),
        sa.Column("firm", sa.String(), nullable=False),
        sa.Column("primary_email", sa.String(), nullable=False),
        sa.Column("secondary_emails", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("user_type", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("admitted_on", sa.Date(), nullable=True),
        sa.Column("email_changed_on", sa.Date(), nullable=True),
        sa.Column("pacer_linked", sa.Boolean(), nullable=True),
        sa.Column("on_roll", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status IN ('active', 'inactive', 'suspended', 'retired', 'disbarred', 'deceased')",
            name=op.f("ck_filer_status_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filer")),
        sa.UniqueConstraint("ecf_user_id", name=op.f("uq_filer_ecf_user_id")),
    )
    with op.batch_alter_table("filer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filer_bar_id"), ["bar_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_filer_last_name"), ["last_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_filer_primary_email"), ["primary_email"], unique=False)

    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "mailbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("uidvalidity", sa.Integer(), nullable=False),
        sa.Column("last_uid", sa.Integer(), nullable=False),
        sa.Column("server_messages", sa.Integer(), nullable=True),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("name", name=op.f("uq_mailbox_name")),
    )
    op.create_table(
        "raw_mail",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_raw_mail")),
    )
    op.create_table(
        "roster_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("filers", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("primary_changed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_import")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempt_account", ["login", "network", "at"], unique=False)

    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("credentials_version", sa.Integer(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('clerk', 'supervisor', 'admin')", name=op.f("ck_staff_role_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("credentials_version", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id_staff")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sender_name", sa.String(), nullable=False),
        sa.Column("sender_address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("thread_token", sa.String(), nullable=False),
        sa.Column("filer_id", sa.Integer(), nullable=True),
        sa.Column("filer_chosen_by", sa.Integer(), nullable=True),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("assigned_to", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "category IN ('password_reset', 'forgot_login', 'email_change', 'pacer_account', 'pacer_link', 'other_court', 'nef_delivery', 'filing_question', 'registration', 'general', 'follow_up', 'automatic', 'spam')",
            name=op.f("ck_ticket_category_known"),
        ),
        sa.CheckConstraint(
            "route IN ('ready', 'review', 'ask', 'answer', 'ignore')", name=op.f("ck_ticket_route_known")
        ),
        sa.CheckConstraint(
            "state IN ('new', 'ready', 'review', 'waiting', 'answered', 'approved', 'held', 'queued', 'sent', 'closed', 'declined', 'spam', 'merged', 'snoozed')",
            name=op.f("ck_ticket_state_known"),
        ),
        sa.ForeignKeyConstraint(["assigned_to"], ["staff.id"], name=op.f("fk_ticket_assigned_to_staff")),
        sa.ForeignKeyConstraint(["filer_chosen_by"], ["staff.id"], name=op.f("fk_ticket_filer_chosen_by_staff")),
        sa.ForeignKeyConstraint(["filer_id"], ["filer.id"], name=op.f("fk_ticket_filer_id_filer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("thread_token", name=op.f("uq_ticket_thread_token")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_assigned_to"), ["assigned_to"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_filer_id"), ["filer_id"], unique=False)
        batch_op.create_index("ix_ticket_queue", ["state", "urgent", "received_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_sender_address"), ["sender_address"], unique=False)

    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("uidvalidity", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("truncated", sa.Boolean(), nullable=False),
        sa.Column("content_key", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('stored', 'ticketed', 'attached', 'ignored', 'quarantined')",
            name=op.f("ck_ledger_state_known"),
        ),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_ledger_mailbox_id_mailbox")),
        sa.ForeignKeyConstraint(["sha256"], ["raw_mail.sha256"], name=op.f("fk_ledger_sha256_raw_mail")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ledger_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("mailbox_id", "uidvalidity", "uid", name=op.f("uq_ledger_mailbox_id")),
    )
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_content_key"), ["content_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_message_id"), ["message_id"], unique=False)
        batch_op.create_index(
            "ix_ledger_quarantined",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'quarantined'"),
            postgresql_where=sa.text("state = 'quarantined'"),
        )
        batch_op.create_index(batch_op.f("ix_ledger_sha256"), ["sha256"], unique=False)
        batch_op.create_index(
            "ix_ledger_stored",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'stored'"),
            postgresql_where=sa.text("state = 'stored'"),
        )
        batch_op.create_index(batch_op.f("ix_ledger_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(
            "ix_ledger_unflagged",
            ["mailbox_id", "uid"],
            unique=False,
            sqlite_where=sa.text("flagged_at IS NULL"),
            postgresql_where=sa.text("flagged_at IS NULL"),
        )

    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_note_staff_id_staff")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_note_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "reset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("filer_id", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("primary_seal", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'sent', 'to_do', 'done', 'cancelled', 'returned')", name=op.f("ck_reset_state_known")
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["staff.id"], name=op.f("fk_reset_approved_by_staff")),
        sa.ForeignKeyConstraint(["filer_id"], ["filer.id"], name=op.f("fk_reset_filer_id_filer")),
        sa.ForeignKeyConstraint(["finished_by"], ["staff.id"], name=op.f("fk_reset_finished_by_staff")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_reset_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset")),
    )
    with op.batch_alter_table("reset", schema=None) as batch_op:
        batch_op.create_index(
            "uq_reset_open_filer",
            ["filer_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'to_do')"),
            postgresql_where=sa.text("state IN ('open', 'to_do')"),
        )
        batch_op.create_index(
            "uq_reset_open_ticket",
            ["ticket_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'to_do')"),
            postgresql_where=sa.text("state IN ('open', 'to_do')"),
        )

    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("wants", JSON, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("signals", JSON, nullable=False),
        sa.Column("requests", JSON, nullable=False),
        sa.Column("missing", JSON, nullable=False),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("rules_digest", sa.String(), nullable=False),
        sa.Column("roll_version", sa.String(), nullable=False),
        sa.CheckConstraint(
            "category IN ('password_reset', 'forgot_login', 'email_change', 'pacer_account', 'pacer_link', 'other_court', 'nef_delivery', 'filing_question', 'registration', 'general', 'follow_up', 'automatic', 'spam')",
            name=op.f("ck_decision_category_known"),
        ),
        sa.CheckConstraint(
            "route IN ('ready', 'review', 'ask', 'answer', 'ignore')", name=op.f("ck_decision_route_known")
        ),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_decision_ledger_id_ledger")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_decision_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("reset_id", sa.Integer(), nullable=True),
        sa.Column("to_address", sa.String(), nullable=True),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("in_reply_to", sa.String(), nullable=True),
        sa.Column("references", JSON, nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('reply', 'reset', 'notice')", name=op.f("ck_outbox_kind_known")),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'deferred', 'failed', 'uncertain', 'cancelled')",
            name=op.f("ck_outbox_state_known"),
        ),
        sa.CheckConstraint(
            "(kind = 'reply' AND to_address IS NOT NULL AND subject IS NOT NULL AND body IS NOT NULL AND reset_id IS NULL) OR (kind IN ('reset', 'notice') AND to_address IS NULL AND subject IS NULL AND body IS NULL AND in_reply_to IS NULL AND reset_id IS NOT NULL AND template NOT LIKE '%@%' AND dedupe_key NOT LIKE '%@%' AND COALESCE(last_error, '') NOT LIKE '%@%' AND CAST(\"references\" AS TEXT) = '[]')",
            name=op.f("ck_outbox_reset_holds_no_address"),
        ),
        sa.ForeignKeyConstraint(["reset_id"], ["reset.id"], name=op.f("fk_outbox_reset_id_reset")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_outbox_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_due",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'deferred')"),
            postgresql_where=sa.text("state IN ('queued', 'deferred')"),
        )
        batch_op.create_index(batch_op.f("ix_outbox_reset_id"), ["reset_id"], unique=False)
        batch_op.create_index("ix_outbox_sender_day", ["to_address", "queued_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "read_mail",
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sender_line", sa.String(), nullable=False),
        sa.Column("sender_address", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("sections", JSON, nullable=False),
        sa.Column("attachments", JSON, nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_read_mail_ledger_id_ledger")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_read_mail_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ledger_id", name=op.f("pk_read_mail")),
    )
    with op.batch_alter_table("read_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_read_mail_sender_address"), ["sender_address"], unique=False)
        batch_op.create_index(batch_op.f("ix_read_mail_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "reset_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("reset_id", sa.Integer(), nullable=False),
        sa.Column("filer_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["filer_id"], ["filer.id"], name=op.f("fk_reset_link_filer_id_filer")),
        sa.ForeignKeyConstraint(["reset_id"], ["reset.id"], name=op.f("fk_reset_link_reset_id_reset")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_reset_link")),
    )
    with op.batch_alter_table("reset_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reset_link_filer_id"), ["filer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reset_link_reset_id"), ["reset_id"], unique=False)
    op.execute(sa.text("INSERT INTO audit_head (id, last_id, seal) VALUES (1, 0, '')"))
    add_guards()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute(sa.text("DROP FUNCTION helpdesk_refuse()"))
