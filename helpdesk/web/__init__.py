"""The pages. ``access.MATRIX`` says who may open which."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from helpdesk.config import Config
from helpdesk.desk import desk
from helpdesk.store.desk import mentions
from helpdesk.store.outgoing import reply_limits
from helpdesk.store.people import personal
from helpdesk.web import access, clock, problems
from helpdesk.web.display import attachments, history, words, writing
from helpdesk.web.display.highlights import letter, plain, seen
from helpdesk.web.frame import compression, conflicts, headers
from helpdesk.web.frame.assets import asset
from helpdesk.web.lists import bulk, queue, search, worklist
from helpdesk.web.outside import demo_mail, health, public
from helpdesk.web.people import account, accounts, password_again
from helpdesk.web.supervising import brakes, letters, supervisor
from helpdesk.web.tickets import actions, casework, entering, messages, taking_back
from helpdesk.web.tickets import page as tickets

LARGEST_FORM = 256 * 1024  # bytes; no form of ours comes near

LARGEST_ID = 2**31 - 1  # what an integer column of PostgreSQL holds

_PAGES = (
    account,
    accounts,
    actions,
    brakes,
    bulk,
    casework,
    demo_mail,
    entering,
    health,
    letters,
    messages,
    password_again,
    public,
    queue,
    search,
    supervisor,
    tickets,
    worklist,
)

csrf = CSRFProtect()


class RowId(IntegerConverter):
    """A row's number in an address; anything a column cannot hold does not exist (404)."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


def init_app(app: Flask) -> None:
    """Add pages, access rules, headers and error pages to the application."""
    config: Config = app.extensions["helpdesk"].config
    _settle_cookies(app, secure=config.base_url.startswith("https:"))
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    if config.trusted_proxies:  # who asks, for throttling and the record; hosts and schemes stay the configured ones
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.trusted_proxies, x_proto=0, x_host=0
        )
    headers.register(app)
    compression.register(app)
    access.register(app)  # before CSRF: an ended session is told so
    csrf.init_app(app)
    password_again.register(app)  # after CSRF: nobody else's page makes a browser give a password
    problems.register(app)
    app.url_map.converters["id"] = RowId
    for module in _PAGES:
        app.register_blueprint(module.blueprint)
    conflicts.register(app)
    _teach_templates(app)


def _settle_cookies(app: Flask, *, secure: bool) -> None:
    """One cookie. ``__Host-`` binds it to exactly this host over TLS; browsers refuse the prefix without TLS."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-helpdesk" if secure else "helpdesk",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer, which our own policy forbids browsers to send
    )


def _teach_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        word=words.word,
        fit=writing.fit,
        standing=words.STANDING.__getitem__,
        sentence=writing.sentence,
        because=words.because,
        breakable=writing.breakable,
        percent=writing.percent,
        bits=writing.signed_bits,
        size=writing.size,
        kind=attachments.kind,
        is_picture=attachments.is_picture,
        poses=attachments.poses,
        counted=writing.counted,
        view_name=words.view_name,
        list_name=words.list_name,
        reply_name=words.reply_name,
        plain=plain,
        seen=seen,
        when=clock.when,
        in_full=clock.in_full,
        told=history.told,
    )
    app.jinja_env.globals.update(asset=asset, letter=letter)
    app.context_processor(_shared)


def _shared() -> dict[str, object]:
    """What the frame of every page shows."""
    return {
        "court": desk().rules.court,
        "kept_lists": lambda: personal.views(access.member()),
        "keys_on": account.keys_on,
        "moment": clock.now(),
        "undo_bar": taking_back.undo_bar,
        "mentions_of_me": lambda: mentions.count(access.member()),
        "demo": desk().config.demo_mail_dir is not None,
        "me": access.signed_in,
        "may": lambda endpoint: access.allowed(endpoint, "GET", who.role if (who := access.signed_in()) else None),
        "pacer_reply": actions.pacer_reply,
        "replies_paused": reply_limits.paused,
    }
