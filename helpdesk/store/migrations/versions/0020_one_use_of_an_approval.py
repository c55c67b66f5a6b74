"""Under one approval one link is used, ever.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

USED = sa.text("used_at IS NOT NULL")


def upgrade() -> None:
    # There never should be two; the record of events still tells of both.
    op.execute(
        sa.text(
            "DELETE FROM reset_link WHERE used_at IS NOT NULL AND EXISTS"
            " (SELECT 1 FROM reset_link AS earlier WHERE earlier.reset_id = reset_link.reset_id"
            " AND (earlier.used_at, earlier.token_hash) < (reset_link.used_at, reset_link.token_hash))"
        )
    )
    op.create_index(
        "uq_reset_link_used", "reset_link", ["reset_id"], unique=True, sqlite_where=USED, postgresql_where=USED
    )


def downgrade() -> None:
    op.drop_index("uq_reset_link_used", table_name="reset_link")
