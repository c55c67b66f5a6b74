"""What records were before is kept; of two rosters compared with the same roll only one is applied.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roster_import", sa.Column("base", sa.String(), nullable=True))
    op.create_index("uq_roster_import_base", "roster_import", ["base"], unique=True)
    op.create_table(
        "former_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filer_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("bar_state", sa.String(), nullable=False),
        sa.Column("bar_id", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("primary_email", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["filer_id"], ["filer.id"], name=op.f("fk_former_record_filer_id_filer")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roster_import.id"], name=op.f("fk_former_record_import_id_roster_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_record")),
    )
    op.create_index("ix_former_record_filer_id", "former_record", ["filer_id"])


def downgrade() -> None:
    op.drop_table("former_record")
    op.drop_index("uq_roster_import_base", table_name="roster_import")
    op.drop_column("roster_import", "base")
