"""Returned mail is tied to what we sent; tickets point at the one whose mail they answer; IMAP numbers fit.

Revision: 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# An IMAP number needs 32 bits without a sign. SQLite's integers are wide enough as they are.
WIDER = (("mailbox", "uidvalidity"), ("mailbox", "last_uid"), ("ledger", "uidvalidity"), ("ledger", "uid"))
COLUMNS = (
    "ledger ADD COLUMN outline VARCHAR DEFAULT '' NOT NULL",
    "ledger ADD COLUMN tries INTEGER DEFAULT 0 NOT NULL",
    "ticket ADD COLUMN refers_to INTEGER CONSTRAINT fk_ticket_refers_to_ticket REFERENCES ticket (id)",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, column in WIDER:
            op.alter_column(table, column, type_=sa.BigInteger(), existing_type=sa.Integer())
    for column in COLUMNS:
        op.execute(sa.text(f"ALTER TABLE {column}"))
    op.create_index("ix_ticket_refers_to", "ticket", ["refers_to"])
    op.create_table(
        "returned",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("ledger_id", sa.Integer(), nullable=False),
        sa.Column("filer_id", sa.Integer(), nullable=True),
        sa.Column("primary_seal", sa.String(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("permanent", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("overruled_by", sa.Integer(), nullable=True),
        sa.Column("overruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("why NOT LIKE '%@%' AND status NOT LIKE '%@%'", name=op.f("ck_returned_holds_no_address")),
        sa.ForeignKeyConstraint(["filer_id"], ["filer.id"], name=op.f("fk_returned_filer_id_filer")),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_returned_ledger_id_ledger")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_returned_outbox_id_outbox")),
        sa.ForeignKeyConstraint(["overruled_by"], ["staff.id"], name=op.f("fk_returned_overruled_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned")),
        sa.UniqueConstraint("ledger_id", "outbox_id", name=op.f("uq_returned_ledger_id")),
    )
    op.create_index("ix_returned_filer_id", "returned", ["filer_id"])
    op.create_index("ix_returned_outbox_id", "returned", ["outbox_id"])


def downgrade() -> None:
    op.drop_table("returned")
    op.drop_index("ix_ticket_refers_to", "ticket")
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_column("refers_to")
    with op.batch_alter_table("ledger") as batch_op:
        batch_op.drop_column("tries")
        batch_op.drop_column("outline")
