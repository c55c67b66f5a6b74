"""The newest open tickets of a filer, and the newest requests for one, are found without reading all of them.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('ready', 'review', 'waiting', 'approved', 'held', 'queued', 'snoozed')")


def upgrade() -> None:
    op.create_index("ix_ticket_open_of_filer", "ticket", ["filer_id", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_asked_newest", "asked", ["filer_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_asked_newest", "asked")
    op.drop_index("ix_ticket_open_of_filer", "ticket")
