"""The peer of bench.ingest, run by the Python of a throwaway environment: django-helpdesk's get_email, then a count.

Arguments: a folder for its database, then host, port, user, password and folder of the mailbox.
Prints the seconds that get_email took and how many tickets there are.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

urlpatterns: list[Any] = []  # its letters hold links to its pages


def main() -> None:
    """Configure Django, make the tables and one queue, read the mailbox."""
    home, host, port, user, password, mailbox = sys.argv[1:]
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        SECRET_KEY="benchmark",  # noqa: S106 - of a database that is thrown away
        USE_TZ=True,
        SITE_ID=1,
        INSTALLED_APPS=[
            *(f"django.contrib.{name}" for name in ("admin", "auth", "contenttypes", "humanize", "messages")),
            *("django.contrib.sessions", "django.contrib.sites", "helpdesk"),
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{home}/peer.sqlite3"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        HELPDESK_TEAMS_MODE_ENABLED=False,
        MEDIA_ROOT=home,
        ROOT_URLCONF=__name__,
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    )
    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)
    from django.urls import include, path
    from helpdesk.models import Queue, Ticket  # type: ignore[import-not-found] # its package, not ours

    urlpatterns.append(path("", include("helpdesk.urls", namespace="helpdesk")))

    Queue.objects.create(
        title="Desk",
        slug="desk",
        email_address="desk@court.example",
        allow_email_submission=True,
        email_box_type="imap",
        email_box_host=host,
        email_box_port=int(port),
        email_box_ssl=False,
        email_box_user=user,
        email_box_pass=password,
        email_box_imap_folder=mailbox,
        email_box_interval=0,
        logging_type="none",
    )
    started, spent = time.perf_counter(), time.process_time()
    call_command("get_email", quiet=True, skip_checks=True)
    seconds, processor = time.perf_counter() - started, time.process_time() - spent
    print(json.dumps({"seconds": seconds, "processor": processor, "tickets": Ticket.objects.count()}))


if __name__ == "__main__":
    main()
