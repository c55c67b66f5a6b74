"""Indexes from which every list of tickets and every count is read; counted mailboxes; each person's own settings.

Revision: 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OPEN_TICKETS = "state IN ('ready', 'review', 'waiting', 'approved', 'held', 'queued', 'snoozed')"
INDEXES = (
    ("ix_ticket_finished", "ticket", ["state", "updated_at", "id"], None),
    ("ix_ticket_category", "ticket", ["state", "category", "updated_at", "id"], None),
    ("ix_ticket_person", "ticket", ["assigned_to", "urgent", "received_at", "id"], OPEN_TICKETS),
    ("ix_reset_to_do", "reset", ["id"], "state = 'to_do'"),
    ("ix_outbox_troubled", "outbox", ["id"], "state IN ('failed', 'uncertain')"),
)


def upgrade() -> None:
    for name, table, columns, condition in INDEXES:
        only = sa.text(condition) if condition else None
        op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)
    op.drop_index("ix_ticket_assigned_to", "ticket")
    op.add_column("mailbox", sa.Column("messages", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        sa.text(
            "UPDATE mailbox SET messages = (SELECT count(*) FROM ledger WHERE ledger.mailbox_id = mailbox.id)"
            " WHERE name <> 'entered by staff'"
        )
    )
    for setting in ("keys_on", "advance_on"):
        op.add_column("staff", sa.Column(setting, sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_saved_view_staff_id_staff"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.UniqueConstraint("staff_id", "name", name="uq_saved_view_staff_id"),
    )


def downgrade() -> None:
    op.drop_table("saved_view")
    for setting in ("advance_on", "keys_on"):
        op.drop_column("staff", setting)
    op.drop_column("mailbox", "messages")
    op.create_index("ix_ticket_assigned_to", "ticket", ["assigned_to"])
    for name, table, _columns, _condition in reversed(INDEXES):
        op.drop_index(name, table)
