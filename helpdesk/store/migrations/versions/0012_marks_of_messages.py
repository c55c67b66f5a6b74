"""The ledger knows what a message looked like on its server, so that another one under its UID is noticed.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(sa.text("ALTER TABLE ledger ADD COLUMN mark VARCHAR DEFAULT '' NOT NULL"))


def downgrade() -> None:
    op.drop_column("ledger", "mark")
