"""A request by telephone, at the counter or on paper, taken down by staff; it goes the same way as a mail."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from helpdesk.desk import desk
from helpdesk.store.incoming import entered
from helpdesk.understand import take_down
from helpdesk.vocabulary import Arrival, Category, Entry
from helpdesk.web.access import member
from helpdesk.web.afterwards import go_to
from helpdesk.web.clock import now
from helpdesk.web.display.words import word

blueprint = Blueprint("entering", __name__, url_prefix="/new")

ARRIVALS = (Arrival.PHONE, Arrival.WALK_IN, Arrival.LETTER)
CATEGORIES = tuple(
    category for category in Category if category not in (Category.FOLLOW_UP, Category.AUTOMATIC, Category.SPAM)
)
_LONGEST = {"name": 200, "bar_id": 40, "bar_state": 2, "claimed_email": 254, "asked_by": 200, "said": 10_000}
_LONGEST_FORM_NAME = 64
_ADDRESS = re.compile(r"[^\s@<>(),;]+@[^\s@<>(),;]+\.[^\s@<>(),;]+")


@blueprint.get("")
def page() -> str:
    """An empty form."""
    form = secrets.token_urlsafe(16)
    return _form({"arrival": Arrival.PHONE.value, "category": Category.PASSWORD_RESET.value, "form": form}, {})


@blueprint.post("")
def enter() -> Response | tuple[str, int]:
    """Understand, match and decide like a mail, then open the ticket."""
    names = (*_LONGEST, "form", "arrival", "category", "says_no_bar_id", "urgent")
    fields = {name: request.form.get(name, "").strip().replace("\r\n", "\n") for name in names}
    problems = _problems(fields)
    if problems:
        return _form(fields, problems), 422
    entry = _entry(fields)
    rules = desk().rules
    message, understanding = take_down(entry, rules, taken_by=member().login, now=now())
    triaged = desk().triage(message, understanding, rules, now())
    form = fields["form"][:_LONGEST_FORM_NAME]
    ticket_id = entered.enter(
        triaged, entry.arrival, created_by=member(), counting=desk().counting(rules), now=now(), form=form
    )
    return go_to("tickets.page", ticket_id=ticket_id, said=f"#{ticket_id} was opened.")


def _entry(fields: Mapping[str, str]) -> Entry:
    return Entry(
        arrival=Arrival(fields["arrival"]),
        category=Category(fields["category"]),
        says_no_bar_id=fields["says_no_bar_id"] == "yes",
        urgent=fields["urgent"] == "yes",
        **{name: fields[name] for name in _LONGEST},
    )


def _problems(fields: Mapping[str, str]) -> dict[str, str]:
    """What must be put right, by field."""
    too_long = {
        name: f"At most {most:,} characters, please." for name, most in _LONGEST.items() if len(fields[name]) > most
    }
    if too_long:
        return too_long
    found = {}
    if fields["arrival"] not in ARRIVALS:
        found["arrival"] = "Say how the request came."
    if fields["category"] not in CATEGORIES:
        found["category"] = "Say what is wanted."
    if not any(fields[name] for name in ("name", "bar_id", "claimed_email", "said")):
        found["name"] = "Write down at least a name, or what was said."
    if fields["bar_id"] and not re.search(r"\d", fields["bar_id"]):
        found["bar_id"] = "A Bar ID has digits. If they have none, tick the box instead."
    elif fields["bar_id"] and fields["says_no_bar_id"]:
        found["bar_id"] = "Either a Bar ID or none: clear the field or the box."
    if fields["bar_state"] and not re.fullmatch(r"[A-Za-z]{2}", fields["bar_state"]):
        found["bar_state"] = "Two letters, such as CA."
    if fields["claimed_email"] and not _ADDRESS.fullmatch(fields["claimed_email"]):
        found["claimed_email"] = "This is not a whole e-mail address, such as name@firm.com."
    return found


def _form(fields: Mapping[str, str], problems: Mapping[str, str]) -> str:
    return render_template(
        "new.html",
        fields=fields,
        problems=problems,
        longest=_LONGEST,
        arrivals=[(arrival.value, word(arrival)) for arrival in ARRIVALS],
        categories=[(category.value, word(category)) for category in CATEGORIES],
    )
