"""Tickets are searched stretch by stretch, where words are frequent; see ``helpdesk/store/desk/newest_first.py``.

Revision ID: 0019
Revises: 0018
"""

from alembic import op

from helpdesk.store import search_index

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(search_index.SQLITE_PLACES)
        connection.exec_driver_sql("DELETE FROM ticket_search")
        search_index.fill(connection, "ticket_search")  # now with the mark of each ticket's stretch
    else:
        connection.exec_driver_sql("DROP INDEX ix_ticket_search_words")
        connection.exec_driver_sql(search_index.POSTGRESQL_INDEXES["ticket_search"])


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DROP TABLE {search_index.PLACES}")
    else:
        connection.exec_driver_sql("DROP INDEX ix_ticket_search_words")
        connection.exec_driver_sql("CREATE INDEX ix_ticket_search_words ON ticket_search USING gin (words)")
