"""Records know the import that last changed them, so that an index of the roll can follow with these alone.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("filer", sa.Column("import_id", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_filer_import_id", "filer", ["import_id"])


def downgrade() -> None:
    op.drop_index("ix_filer_import_id", "filer")
    op.drop_column("filer", "import_id")
