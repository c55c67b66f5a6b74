"""The first mail with a Message-ID or content is found without reading all that have it.

Revision ID: 0022
Revises: 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

COLUMNS = ("content_key", "message_id")


def upgrade() -> None:
    for column in COLUMNS:
        op.drop_index(f"ix_ledger_{column}", "ledger")
        op.create_index(f"ix_ledger_{column}", "ledger", [column, "id"])


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_index(f"ix_ledger_{column}", "ledger")
        op.create_index(f"ix_ledger_{column}", "ledger", [column])
