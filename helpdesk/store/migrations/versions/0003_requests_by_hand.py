"""Tickets know how they came and, where a person entered them, who that was.

Revision: 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Both databases take constraints with a new column; SQLite could not add them to the table afterwards.
COLUMNS = (
    "arrived_by VARCHAR DEFAULT 'mail' NOT NULL CONSTRAINT ck_ticket_arrived_by_known"
    " CHECK (arrived_by IN ('mail', 'phone', 'walk_in', 'letter'))",
    "created_by INTEGER CONSTRAINT fk_ticket_created_by_staff REFERENCES staff (id)",
)
# What staff enter has its lines in the ledger, too; see BY_HAND in helpdesk/store/incoming/ledger.py.
BOOK = "INSERT INTO mailbox (name, uidvalidity, last_uid) VALUES ('entered by staff', 1, 0)"


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(sa.text(f"ALTER TABLE ticket ADD COLUMN {column}"))
    op.execute(sa.text(BOOK))


def downgrade() -> None:
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_column("created_by")
        batch_op.drop_column("arrived_by")
