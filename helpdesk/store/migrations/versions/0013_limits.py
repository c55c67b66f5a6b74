"""Requests are counted, tickets are warned of later mail, automatic replies take turns and stop when there are too many.

Revision: 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AUTOMATIC, HELD = sa.text("automatic"), sa.text("held_since IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("filer_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("forged", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_asked_ledger_id_ledger")),
        sa.ForeignKeyConstraint(["filer_id"], ["filer.id"], name=op.f("fk_asked_filer_id_filer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked")),
    )
    op.create_index("ix_asked_ledger_id", "asked", ["ledger_id"])
    op.create_index("ix_asked_at", "asked", ["at"])
    for name in ("filer", "sender", "domain"):
        op.create_index(f"ix_asked_{name}", "asked", ["filer_id" if name == "filer" else name, "at"])
    op.create_table(
        "alert",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_alert_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", "name", name=op.f("pk_alert")),
    )
    breaker = op.create_table(
        "breaker",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_breaker")),
    )
    op.bulk_insert(breaker, [{"name": "replies"}])
    op.create_table(
        "reply_turn",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_reply_turn")),
    )
    op.create_index("ix_reset_second_at", "reset", ["second_at"])
    op.add_column("outbox", sa.Column("held_since", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_outbox_sender_day", "outbox")
    op.create_index(
        "ix_outbox_automatic", "outbox", ["queued_at"], sqlite_where=AUTOMATIC, postgresql_where=AUTOMATIC
    )
    op.create_index("ix_outbox_held", "outbox", ["id"], sqlite_where=HELD, postgresql_where=HELD)
    remember_the_last_turns()


def remember_the_last_turns() -> None:
    """Who got an automatic reply shortly before the change gets no second one on that day."""
    op.execute(
        sa.text(
            "INSERT INTO reply_turn (key, at) SELECT 'sender:' || LOWER(to_address), MAX(queued_at) FROM outbox"
            " WHERE automatic GROUP BY LOWER(to_address)"
        )
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_held", "outbox")
    op.drop_index("ix_outbox_automatic", "outbox")
    op.create_index("ix_outbox_sender_day", "outbox", ["to_address", "queued_at"])
    op.drop_column("outbox", "held_since")
    op.drop_index("ix_reset_second_at", "reset")
    for table in ("reply_turn", "breaker", "alert", "asked"):
        op.drop_table(table)
