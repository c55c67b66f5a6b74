"""Full-text search in the database: two tables that its own triggers keep in step with tickets, mail, notes and roll.

A ticket is found by its own words, those of its mail and those of its notes; a filer by name, numbers, firm and
addresses. Words are runs of letters and digits, without case and accents. A search may look through one stretch of
tickets alone, see ``newest_first``: the index of PostgreSQL knows its number, on SQLite it stands among the words.
``flask db upgrade`` installs the triggers each time, because SQLite loses those of a table that a migration makes
anew. No statement here holds anything that came from outside.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from sqlalchemy import inspect
from sqlalchemy.engine import Connection

MOST_OF_A_MAIL = 20_000  # characters
MOST_OF_A_TICKET = 250_000
SQLITE_TABLE = "CREATE VIRTUAL TABLE {name} USING fts5(words, tokenize = 'unicode61 remove_diacritics 2')"
POSTGRESQL_TABLE = "CREATE TABLE {name} (id INTEGER PRIMARY KEY REFERENCES {of} (id), words TSVECTOR NOT NULL)"
TABLES = {"ticket_search": "ticket", "filer_search": "filer"}
PLACES = "ticket_search_places"  # on SQLite: each place where a word stands, read from the index of words
SQLITE_PLACES = f"CREATE VIRTUAL TABLE {PLACES} USING fts5vocab(ticket_search, instance)"
STRETCH = 2_000  # tickets
POSTGRESQL_INDEXES = {
    name: f"CREATE INDEX ix_{name}_words ON {name} USING gin ({columns})"
    for name, columns in {"ticket_search": f"(ARRAY[id / {STRETCH}]), words", "filer_search": "words"}.items()
}
_MARK = 0xE000  # for private use: SQLite takes it for a letter, and nobody can ask for it

_TICKET = """SELECT substr(t.subject || ' ' || t.sender_name || ' ' || t.sender_address
    || ' ' || coalesce({name}, '') || ' ' || coalesce({bar_id}, '')
    || ' ' || coalesce((SELECT {join}(substr(m.subject || ' ' || m.sender_line || ' ' || m.text, 1, {mail}), ' ')
                        FROM read_mail m WHERE m.ticket_id = t.id), '')
    || ' ' || coalesce((SELECT {join}(n.text, ' ') FROM note n WHERE n.ticket_id = t.id), ''), 1, {ticket})
    FROM ticket t WHERE t.id = {id}"""
_FILER_COLUMNS = (
    *("first_name", "middle_name", "last_name", "suffix", "login", "bar_id", "firm", "primary_email"),
    *("secondary_emails", "ecf_user_id"),
)
_FILER = "SELECT " + " || ' ' || ".join(_FILER_COLUMNS) + " FROM filer WHERE filer.id = {id}"

_BOTH = ("OLD.ticket_id", "NEW.ticket_id")
# A table, what happens to its rows, and who is found by them. A ticket's words come with its mail; only one that was
# split off another begins without any.
_CHANGES = (
    ("ticket", "INSERT WHEN NEW.split_from IS NOT NULL", "ticket_search", ("NEW.id",)),
    ("ticket", "UPDATE OF subject, sender_name, sender_address, summary", "ticket_search", ("NEW.id",)),
    ("read_mail", "INSERT", "ticket_search", ("NEW.ticket_id",)),
    ("read_mail", "UPDATE OF ticket_id, subject, sender_line, text", "ticket_search", _BOTH),
    ("note", "INSERT", "ticket_search", ("NEW.ticket_id",)),
    ("note", "UPDATE OF ticket_id, text", "ticket_search", _BOTH),
    ("filer", "INSERT", "filer_search", ("NEW.id",)),
    ("filer", f"UPDATE OF {', '.join(_FILER_COLUMNS)}", "filer_search", ("NEW.id",)),
)


def keep_in_step(connection: Connection) -> None:
    """Install the triggers, where the tables of the search are there."""
    if inspect(connection).has_table("ticket_search"):
        for statement in _triggers(connection.dialect.name):
            connection.exec_driver_sql(statement)


def leave(connection: Connection) -> None:
    """Remove the triggers."""
    for trigger, table, *_rest in _named():
        on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger}{on}")


def fill(connection: Connection, *names: str) -> None:
    """Write down what everything that is there already is found by; in all tables, or in these."""
    for name in names or TABLES:
        of = TABLES[name]
        key = "rowid" if connection.dialect.name == "sqlite" else "id"
        found = _words(name, connection.dialect.name, "every.id")
        connection.exec_driver_sql(f"INSERT INTO {name} ({key}, words) SELECT every.id, ({found}) FROM {of} every")


def fold(text: str) -> str:
    """Text without case and accents, as both databases' words are."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char)).lower()


def mark_of(stretch: int) -> str:
    """The word that all tickets of a stretch have on SQLite."""
    return f"{chr(_MARK)}{stretch}"


def mark(row_id: str) -> str:
    """The same in SQL, for a ticket's number."""
    return f"char({_MARK}) || ({row_id} / {STRETCH})"


def _named() -> Iterator[tuple[str, str, str, str, tuple[str, ...]]]:
    for table, change, name, ids in _CHANGES:
        yield f"search_{table}_{change.split()[0].lower()}", table, change, name, ids


def _triggers(dialect: str) -> Iterator[str]:
    if dialect != "sqlite":
        yield _words_function()
    for trigger, table, change, name, ids in _named():
        change, _, only = change.partition(" WHEN ")
        when = f" FOR EACH ROW WHEN ({only})" if only else " FOR EACH ROW"
        body = "".join(f"{_written(name, dialect, row_id)}; " for row_id in ids)
        if dialect == "sqlite":
            yield f"DROP TRIGGER IF EXISTS {trigger}"
            yield f"CREATE TRIGGER {trigger} AFTER {change} ON {table}{when} BEGIN {body}END"
        else:
            yield (
                f"CREATE OR REPLACE FUNCTION helpdesk_{trigger}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {body}RETURN NULL; END $$"
            )
            yield f"DROP TRIGGER IF EXISTS {trigger} ON {table}"
            yield (f"CREATE TRIGGER {trigger} AFTER {change} ON {table}{when} EXECUTE FUNCTION helpdesk_{trigger}()")


def _written(name: str, dialect: str, row_id: str) -> str:
    """What puts a row's words in place, whether it had any before or not."""
    words = _words(name, dialect, row_id)
    if dialect == "sqlite":
        return f"INSERT OR REPLACE INTO {name} (rowid, words) VALUES ({row_id}, ({words}))"
    written = f"INSERT INTO {name} (id, words) VALUES ({row_id}, ({words}))"
    return f"{written} ON CONFLICT (id) DO UPDATE SET words = excluded.words"


def _words(name: str, dialect: str, row_id: str) -> str:
    """A query for what a row is found by."""
    sqlite = dialect == "sqlite"
    if name == "filer_search":
        query = _FILER.format(id=row_id)
        return query if sqlite else f"SELECT helpdesk_words(({query}))"
    query = _TICKET.format(
        name="t.summary ->> '$.name'" if sqlite else "t.summary ->> 'name'",
        bar_id="t.summary ->> '$.bar_id'" if sqlite else "t.summary ->> 'bar_id'",
        join="group_concat" if sqlite else "string_agg",
        mail=MOST_OF_A_MAIL,
        ticket=MOST_OF_A_TICKET,
        id=row_id,
    )
    return f"SELECT ({query}) || ' ' || {mark(row_id)}" if sqlite else f"SELECT helpdesk_words(({query}))"


def _words_function() -> str:
    """PostgreSQL finds the same words as SQLite's tokenizer, whatever the database's locale."""
    accented = "".join(char for char in map(chr, range(0xC0, 0x250)) if fold(char) != char)
    return _WORDS_FUNCTION.format(accented=accented, plain=fold(accented))


_WORDS_FUNCTION = r"""CREATE OR REPLACE FUNCTION helpdesk_words(said TEXT) RETURNS TSVECTOR
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('simple', regexp_replace(
        translate(lower(regexp_replace(said, '[\u0300-\u036f]', '', 'g')), '{accented}', '{plain}'),
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf'
        '\u00d7\u00f7\u2000-\u206f\u3000-\u303f]+', ' ', 'g')) $$"""
