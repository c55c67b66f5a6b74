"""Tickets sleep, join and part; colleagues are named in notes, begin notes, and see who else looks at a ticket.

Revision: 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Both databases take constraints with a new column; SQLite could not add them to the table afterwards.
STATES = (
    "'new', 'ready', 'review', 'waiting', 'answered', 'approved', 'held', 'queued', 'sent', 'closed', 'declined',"
    " 'spam', 'merged', 'snoozed'"
)
TICKET = (
    f"parked_state VARCHAR CONSTRAINT ck_ticket_parked_state_known CHECK (parked_state IN ({STATES}))",
    "snoozed_until {time} CONSTRAINT ck_ticket_snoozed_wakes CHECK (state <> 'snoozed' OR snoozed_until IS NOT NULL)",
    "merged_into INTEGER CONSTRAINT fk_ticket_merged_into_ticket REFERENCES ticket (id)"
    " CONSTRAINT ck_ticket_merged_somewhere"
    " CHECK (state <> 'merged' OR (merged_into IS NOT NULL AND merged_into <> id))",
    "split_from INTEGER CONSTRAINT fk_ticket_split_from_ticket REFERENCES ticket (id)",
)
CHECKS = ("ck_ticket_parked_state_known", "ck_ticket_snoozed_wakes", "ck_ticket_merged_somewhere")
SESSION = (
    "looks_at INTEGER CONSTRAINT fk_staff_session_looks_at_ticket REFERENCES ticket (id)",
    "looked_at {time}",
)


def upgrade() -> None:
    time = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    for table, columns in (("ticket", TICKET), ("staff_session", SESSION)):
        for column in columns:
            op.execute(sa.text(f"ALTER TABLE {table} ADD COLUMN {column.format(time=time)}"))
    snoozed, unseen = sa.text("state = 'snoozed'"), sa.text("seen_at IS NULL")
    op.create_index("ix_ticket_sleeping", "ticket", ["snoozed_until"], sqlite_where=snoozed, postgresql_where=snoozed)
    op.create_index("ix_ticket_merged_into", "ticket", ["merged_into"])
    op.create_index("ix_ticket_split_from", "ticket", ["split_from"])
    op.create_index("ix_staff_session_looks_at", "staff_session", ["looks_at"])
    op.create_table(
        "mention",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_mention_note_id_note")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_mention_staff_id_staff")),
        sa.PrimaryKeyConstraint("note_id", "staff_id", name=op.f("pk_mention")),
    )
    op.create_index("ix_mention_unseen", "mention", ["staff_id"], sqlite_where=unseen, postgresql_where=unseen)
    op.create_table(
        "draft",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_draft_staff_id_staff")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_draft_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("staff_id", "ticket_id", name=op.f("pk_draft")),
    )
    op.create_index("ix_draft_ticket_id", "draft", ["ticket_id"])


def downgrade() -> None:
    op.drop_table("draft")
    op.drop_table("mention")
    for index, table in (
        ("ix_staff_session_looks_at", "staff_session"),
        ("ix_ticket_split_from", "ticket"),
        ("ix_ticket_merged_into", "ticket"),
        ("ix_ticket_sleeping", "ticket"),
    ):
        op.drop_index(index, table)
    for table, columns in (("staff_session", SESSION), ("ticket", TICKET)):
        with op.batch_alter_table(table) as batch_op:
            for name in CHECKS if table == "ticket" else ():
                batch_op.drop_constraint(op.f(name), type_="check")
            for column in reversed(columns):
                batch_op.drop_column(column.partition(" ")[0])
