"""Rosters can wait for a second person; replaced primary addresses are kept with the import that replaced them.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roster_import", sa.Column("brought_by", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "primary_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filer_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["filer_id"], ["filer.id"], name=op.f("fk_primary_change_filer_id_filer")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roster_import.id"], name=op.f("fk_primary_change_import_id_roster_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_primary_change")),
    )
    op.create_index("ix_primary_change_filer_id", "primary_change", ["filer_id"])
    op.create_table(
        "staged_roster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staged_by", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("filers", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("primary_changed", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('staged', 'applied', 'discarded', 'overtaken')", name=op.f("ck_staged_roster_state_known")
        ),
        sa.CheckConstraint(
            "state <> 'applied' OR (decided_by IS NOT NULL AND decided_by <> staged_by"
            " AND 'console:' || decided_by <> staged_by)",
            name=op.f("ck_staged_roster_two_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_roster")),
    )


def downgrade() -> None:
    op.drop_table("staged_roster")
    op.drop_table("primary_change")
    op.drop_column("roster_import", "brought_by")
