"""A reset may need a second person; triggers keep who approved what, one-time links single, and mail behind both.

Revision ID: 0005
Revises: 0004
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATES = "'proposed', 'open', 'sent', 'to_do', 'done', 'cancelled', 'returned'"
OPEN = sa.text("state IN ('proposed', 'open', 'to_do')")
LIVE = sa.text("used_at IS NULL AND voided_at IS NULL")
KEPT = "id, ticket_id, filer_id, approved_by, approved_at, due_at, primary_seal, state, finished_at, finished_by, outcome"
CHECKS = {
    "state_known": f"state IN ({STATES})",
    "two_people": "second_by IS NULL OR second_by <> approved_by",
    "second_agreed": "NOT needs_second OR second_by IS NOT NULL OR state IN ('proposed', 'cancelled', 'returned')",
    "proposed_needs_second": "state <> 'proposed' OR needs_second",
    "holds_no_address": "outcome NOT LIKE '%@%' AND why NOT LIKE '%@%' AND primary_seal NOT LIKE '%@%'",
}
FOREIGN = {
    "ticket_id": "ticket",
    "filer_id": "filer",
    "approved_by": "staff",
    "finished_by": "staff",
    "second_by": "staff",
}

# What never changes once written. (Column, or a condition on OLD under which it may not change.)
SETTLED = {
    "reset": ("ticket_id", "filer_id", "approved_by", "approved_at", "primary_seal", "needs_second", "needed_role"),
    "reset_link": ("token_hash", "reset_id", "filer_id", "made_at", "expires_at"),
}
ONCE = {"reset": ("second_by", "second_at"), "reset_link": ("used_at", "voided_at")}
NO_WAY_BACK = """(OLD.state IN ('done', 'cancelled', 'returned') AND NEW.state <> OLD.state)
    OR (NEW.state IN ('proposed', 'open') AND OLD.state <> 'proposed' AND NEW.state <> OLD.state)"""
APPROVED = """SELECT 1 FROM reset WHERE reset.id = NEW.reset_id AND reset.ticket_id = NEW.ticket_id
    AND (NEW.kind <> 'reset' OR reset.state = 'open')
    AND (NOT reset.needs_second OR reset.second_by IS NOT NULL)"""


def new_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("needs_second", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("needed_role", sa.String(), nullable=False, server_default="clerk"),
        sa.Column("doubts", JSON, nullable=False, server_default="[]"),
        sa.Column("why", sa.String(), nullable=False, server_default=""),
        sa.Column("second_by", sa.Integer(), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
    ]


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.drop_index("uq_reset_open_filer", "reset")
    op.drop_index("uq_reset_open_ticket", "reset")
    (_rebuild if sqlite else _alter)()
    for name in ("ticket", "filer"):
        op.create_index(
            f"uq_reset_open_{name}", "reset", [f"{name}_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        )
    op.create_index("ix_reset_approved_at", "reset", ["approved_at"])
    void_all_but_the_newest_link()
    op.create_index(
        "uq_reset_link_live", "reset_link", ["filer_id"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
    )
    for statement in sqlite_guards() if sqlite else postgresql_guards():
        op.execute(sa.text(statement))


def _alter() -> None:
    op.drop_constraint(op.f("ck_reset_state_known"), "reset")
    for column in new_columns():
        op.add_column("reset", column)
    op.execute(sa.text("UPDATE reset SET outcome = REPLACE(outcome, '@', ' at ')"))
    op.create_foreign_key(op.f("fk_reset_second_by_staff"), "reset", "staff", ["second_by"], ["id"])
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_reset_{name}"), "reset", condition)


def _rebuild() -> None:
    """SQLite cannot change a CHECK: the table is made anew. (env.py holds foreign keys back meanwhile.)"""
    op.create_table(
        "reset_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("filer_id", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("primary_seal", sa.String(), nullable=False),
        *new_columns(),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        *[sa.CheckConstraint(condition, name=op.f(f"ck_reset_{name}")) for name, condition in CHECKS.items()],
        *[
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_reset_{column}_{table}"))
            for column, table in FOREIGN.items()
        ],
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset")),
    )
    op.execute(sa.text("UPDATE reset SET outcome = REPLACE(outcome, '@', ' at ')"))
    op.execute(sa.text(f"INSERT INTO reset_anew ({KEPT}) SELECT {KEPT} FROM reset"))  # noqa: S608 - our own names
    op.drop_table("reset")
    op.rename_table("reset_anew", "reset")


def void_all_but_the_newest_link() -> None:
    """There never should be two; the index will not have it."""
    op.execute(
        sa.text(
            "UPDATE reset_link SET voided_at = expires_at WHERE used_at IS NULL AND voided_at IS NULL AND EXISTS"
            " (SELECT 1 FROM reset_link AS newer WHERE newer.filer_id = reset_link.filer_id"
            " AND (newer.made_at, newer.token_hash) > (reset_link.made_at, reset_link.token_hash))"
        )
    )


def sqlite_guards() -> list[str]:
    statements = []
    for table, columns in SETTLED.items():
        changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in columns)
        changed += "".join(f" OR (OLD.{name} IS NOT NULL AND OLD.{name} IS NOT NEW.{name})" for name in ONCE[table])
        changed += f" OR {NO_WAY_BACK}" if table == "reset" else ""
        statements.append(
            f"CREATE TRIGGER {table}_stays_settled BEFORE UPDATE ON {table} WHEN {changed}"
            f" BEGIN SELECT RAISE(ABORT, '{table}: what was settled stays'); END"
        )
    statements.append(
        "CREATE TRIGGER outbox_waits_for_approval BEFORE INSERT ON outbox"
        f" WHEN NEW.reset_id IS NOT NULL AND NOT EXISTS ({APPROVED})"
        " BEGIN SELECT RAISE(ABORT, 'no mail before everybody who must has approved'); END"
    )
    return statements


def postgresql_guards() -> list[str]:
    statements = []
    for table, columns in SETTLED.items():
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
        changed += "".join(
            f" OR (OLD.{name} IS NOT NULL AND OLD.{name} IS DISTINCT FROM NEW.{name})" for name in ONCE[table]
        )
        changed += f" OR {NO_WAY_BACK}" if table == "reset" else ""
        statements.append(
            f"CREATE TRIGGER {table}_stays_settled BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed})"
            " EXECUTE FUNCTION helpdesk_refuse('what was settled stays')"
        )
    statements.append(
        f"""CREATE FUNCTION helpdesk_require_approval() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS ({APPROVED}) THEN
                RAISE EXCEPTION 'no mail before everybody who must has approved';
            END IF;
            RETURN NEW;
        END $$"""
    )
    statements.append(
        "CREATE TRIGGER outbox_waits_for_approval BEFORE INSERT ON outbox FOR EACH ROW"
        " WHEN (NEW.reset_id IS NOT NULL) EXECUTE FUNCTION helpdesk_require_approval()"
    )
    return statements


def downgrade() -> None:
    raise NotImplementedError("approvals by two people cannot be told in the older tables; restore a backup instead")
