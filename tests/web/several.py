"""Several requests at once, for the tests of lists and of what is done to many tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Flask

from helpdesk.store.desk import bulk, tickets
from helpdesk.vocabulary import Filer, TicketState
from tests import cast
from tests.conftest import put_on_roll
from tests.desk_work import receive


def people(count: int) -> list[Filer]:
    """Filers that share neither name nor number."""
    return [
        replace(
            cast.ADA,
            ecf_user_id=f"6{n:05d}",
            last_name=f"Filer{chr(97 + n // 26)}{chr(97 + n % 26)}",
            bar_id=f"{300100 + 37 * n}",
            primary_email=f"ada{n}@quill{n % 3}.example",
            secondary_emails=(),
        )
        for n in range(count)
    ]


def requests(
    web_app: Flask, count: int, *, changes: dict[int, str] | None = None, says: dict[int, str] | None = None
) -> list[int]:
    """So many complete requests of different filers; ``changes`` gives some another name than the record's, ``says``
    lets some say more."""
    filers = people(count)
    with web_app.app_context():
        put_on_roll(*filers)
        made = []
        for n, filer in enumerate(filers):
            name = (changes or {}).get(n, filer.full_name)
            body = f"Please reset my CM/ECF password.\n\nName: {name}\nBar ID: {filer.bar_id}\n"
            body += f"Primary e-mail: {filer.primary_email}\n\n{(says or {}).get(n, '')}"
            raw = cast.mail(body, sender=f"{name} <{filer.primary_email}>", message_id=f"<m{n}@x.example>")
            made.append(receive(raw).ticket_id or 0)
        return made


def shown(web_app: Flask, ids: Sequence[int]) -> list[str]:
    """The tickets as the page's boxes name them."""
    with web_app.app_context():
        return [f"{one.id}.{one.version}" for one in bulk.shown(ids)]


def states(web_app: Flask, ids: Sequence[int]) -> list[TicketState]:
    with web_app.app_context():
        return [tickets.view(ticket_id).state for ticket_id in ids]
