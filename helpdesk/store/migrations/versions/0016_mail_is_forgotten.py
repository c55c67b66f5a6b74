"""Mail is forgotten some time after its ticket was finished; what is kept is found without reading all of it.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEPT = sa.text("forgotten_at IS NULL")
TABLES = {"raw_mail": "sha256", "read_mail": "ledger_id"}


def upgrade() -> None:
    for table, key in TABLES.items():
        op.add_column(table, sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
        op.create_index(f"ix_{table}_kept", table, [key], sqlite_where=KEPT, postgresql_where=KEPT)
    op.create_index("ix_decision_ledger_id", "decision", ["ledger_id"])


def downgrade() -> None:
    op.drop_index("ix_decision_ledger_id", table_name="decision")
    for table in TABLES:
        op.drop_index(f"ix_{table}_kept", table_name=table)
        op.drop_column(table, "forgotten_at")
