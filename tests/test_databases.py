"""What tests hand on to each other is as new."""

from __future__ import annotations

import psycopg

from tests import cast
from tests.apps import application
from tests.conftest import add_staff, config_for, put_on_roll
from tests.databases import PostgreSQL
from tests.desk_work import receive

RELATIONS = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'S') AND relnamespace = 'public'::regnamespace"


def everything(url: str) -> dict[str, object]:
    """Every row of every table, and where every sequence stands."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        names = [name for (name,) in connection.execute(RELATIONS)]
        asked = {name: "last_value, is_called" if name.endswith("_seq") else "*" for name in names}
        return {name: connection.execute(f"SELECT {what} FROM {name}").fetchall() for name, what in asked.items()}


def test_a_database_that_was_given_back_is_as_a_new_one(postgresql_server: PostgreSQL) -> None:
    url = postgresql_server.fresh()
    new = everything(url)
    with application(config_for(url)) as app, app.app_context():
        put_on_roll(cast.ADA)
        add_staff(cast.CLERK)
        assert receive(cast.mail()).ticket_id == 1
    used = everything(url)
    assert {"staff", "event", "audit_head", "ticket_id_seq"} <= {name for name in used if used[name] != new[name]}
    postgresql_server.give_back(url)
    assert postgresql_server.fresh() == url
    assert everything(url) == new
    postgresql_server.give_back(url)


def test_a_database_whose_definitions_were_changed_is_not_handed_on(postgresql_server: PostgreSQL) -> None:
    url = postgresql_server.fresh()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("ALTER TABLE event DISABLE TRIGGER ALL")
    postgresql_server.give_back(url)
    assert postgresql_server.fresh() != url
