"""Mail to one domain is paced over all workers; a restored backup is known as one.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "domain_pace",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_domain_pace")),
    )
    op.create_table(
        "restoration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restoration")),
    )
    op.create_index("ix_reset_link_used_at", "reset_link", ["used_at"])


def downgrade() -> None:
    op.drop_index("ix_reset_link_used_at", "reset_link")
    op.drop_table("restoration")
    op.drop_table("domain_pace")
