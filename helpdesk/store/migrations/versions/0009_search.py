"""Full-text search over tickets and filers; see ``helpdesk/store/search_index.py``.

Revision: 0009.
"""

from alembic import op

from helpdesk.store import search_index

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    for name, of in search_index.TABLES.items():
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(search_index.SQLITE_TABLE.format(name=name))
        else:
            connection.exec_driver_sql(search_index.POSTGRESQL_TABLE.format(name=name, of=of))
    search_index.keep_in_step(connection)
    search_index.fill(connection)
    if connection.dialect.name != "sqlite":
        for name in search_index.TABLES:
            connection.exec_driver_sql(search_index.POSTGRESQL_INDEXES[name])


def downgrade() -> None:
    connection = op.get_bind()
    search_index.leave(connection)
    for name in search_index.TABLES:
        connection.exec_driver_sql(f"DROP TABLE {name}")
