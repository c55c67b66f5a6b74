"""The queue: a list is an address, its tabs carry counts, the rest of a long list is a page away."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.store.cases import selection
from helpdesk.store.cases.selection import Selection
from helpdesk.store.desk import bulk, queue
from helpdesk.store.people import personal, presence, staff
from helpdesk.vocabulary import Category
from helpdesk.web.access import member
from helpdesk.web.afterwards import go_to
from helpdesk.web.clock import now
from helpdesk.web.display.mailbox import mailbox
from helpdesk.web.display.writing import counted

blueprint = Blueprint("queue", __name__)

FIRST_CHOICES = ("ready", "review", "waiting")
FILTERS = ("category", "urgent", "with", "sort")
ON_A_PAGE = 50


@blueprint.get("/")
def home() -> AnyResponse:
    """The first view that has work."""
    found = queue.counts(member())
    view = next((view for view in FIRST_CHOICES if found[view]), FIRST_CHOICES[0])
    return go_to("queue.page", view=view)


@blueprint.get("/queue/<view>")
def page(view: str) -> str | AnyResponse:
    """A stretch of one list. A filter that is sent as a field becomes part of the address."""
    chosen = selection.parse(view)
    if any(name in request.args for name in FILTERS):
        return go_to("queue.page", view=_with_fields(chosen, request.args))
    after, before = request.args.get("after"), request.args.get("before")
    shown = queue.page(view, actor=member(), after=after, before=before, limit=ON_A_PAGE)
    found = queue.counts(member())
    most = bulk.MOST_AT_ONCE + 1
    return render_template(
        "queue.html",
        view=str(chosen),
        chosen=chosen,
        page=shown,
        open_with=presence.lookers([row.id for row in shown.rows], besides=member().id, now=now()),
        begun=not (after or before),
        total=queue.count(view, actor=member(), most=most) if chosen.filtered else found[chosen.view],
        signature=_signature([row.id for row in shown.rows]),
        counts=found,
        mailbox=mailbox(),
        categories=tuple(Category),
        sorts=selection.sorts(chosen.view),
        colleagues=[entry.member for entry in staff.everyone() if not entry.disabled],
        most=bulk.MOST_AT_ONCE,
    )


@blueprint.get("/queue/counts")
def counts() -> Response:
    """Counts and the mailbox line, for pages that keep themselves fresh; and whether a list still begins so."""
    line = mailbox()
    view = request.args.get("list", "")
    first = queue.ids(view, actor=member(), limit=ON_A_PAGE) if queue.known(view) else ()
    return jsonify(
        counts={name: counted(count) for name, count in queue.counts(member()).items()},
        mailbox={"text": line.text, "late": line.late},
        signature=_signature(first),
    )


@blueprint.post("/queue/<view>/keep")
def keep(view: str) -> AnyResponse:
    """Keep this list under a name."""
    personal.keep_view(request.form.get("name", ""), view, of=member())
    return go_to("queue.page", view=view, said="The list is kept; it stands among your lists.")


@blueprint.post("/lists/<id:view_id>/remove")
def forget(view_id: int) -> AnyResponse:
    """Keep it no longer."""
    personal.drop_view(view_id, of=member())
    return go_to("account.settings", said="The list is removed; its tickets stay where they are.")


def _with_fields(chosen: Selection, fields: Mapping[str, str]) -> str:
    """The address of the view with the filters of a form; fields left empty ask for nothing."""
    found = selection.parse(chosen.view)
    for name in FILTERS:
        if fields.get(name):
            found = selection.narrowed(found, name, fields[name])
    return str(found)


def _signature(ids: tuple[int, ...] | list[int]) -> str:
    """Changes when the list begins with other tickets."""
    return f"{zlib.crc32(','.join(map(str, ids)).encode()):08x}"
