"""The resets of a ticket are found without going through all there are.

Revision: 0011.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_reset_ticket_id", "reset", ["ticket_id"])


def downgrade() -> None:
    op.drop_index("ix_reset_ticket_id", "reset")
