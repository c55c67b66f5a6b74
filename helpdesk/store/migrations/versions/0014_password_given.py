"""A session knows when its person last gave the password.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff_session", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.text("UPDATE staff_session SET proved_at = began_at"))


def downgrade() -> None:
    op.drop_column("staff_session", "proved_at")
