"""What happened to a ticket, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from helpdesk.store.audit import EventView
from helpdesk.vocabulary import SYSTEM
from helpdesk.web.clock import in_full
from helpdesk.web.display.words import reply_name

# By kind of event; names in braces stand for its details. What is not listed is told by its kind.
_TOLD: Mapping[str, str] = {
    "ticketed": "A mail became this ticket",
    "attached": "Another mail joined",
    "ignored": "A mail was set aside: {reason}",
    "entered": "Entered by hand",
    "reply_queued": "Letter “{letter}” written",
    "reply_held": "Letter “{letter}” written and held back: too many automatic replies",
    "reply_withheld": "No automatic reply: {reason}",
    "mail_sent": "A letter left",
    "mail_interrupted": "A letter was interrupted while it left",
    "mail_retried": "A letter will be sent again",
    "mail_cancelled": "A letter was given up",
    "reset_approved": "Reset approved",
    "reset_agreed": "Second approval given",
    "reset_undone": "Approval undone; nothing was sent",
    "reset_returned": "Reset returned to staff: {reason}",
    "reset_performed": "Reset performed",
    "link_used": "The one-time link was used",
    "record_changed": "Not ready any more, by a roster: {reason}",
    "filer_chosen": "Record {filer} chosen",
    "noted": "Note written{mentioned}",
    "assigned": "Assigned to {to}",
    "closed": "Closed",
    "declined": "Declined: {why}",
    "spam": "Marked as spam",
    "reopened": "Opened again",
    "merged": "Became part of #{into}{because}",
    "merged_here": "#{ticket} became part of this ticket{because}",
    "unmerged": "Taken out of #{out_of}",
    "unmerged_here": "#{ticket} was taken out",
    "split": "Split: the other filers have tickets {into}",
    "split_off": "Split off from #{out_of}",
    "snoozed": "Snoozed until {until}",
    "woken": "Woken",
    "warned": "Warning: {reason}",
    "taken_back": "Undone: {what}",
}
_UNDONE = {
    "assigned": "assigning",
    "closed": "closing",
    "declined": "declining",
    "spam": "marking as spam",
    "snoozed": "snoozing",
    "reply_queued": "the letter",
}
_NOTHING = "nobody"


def told(event: EventView) -> str:
    """The event as a sentence without its end, with who did it unless that was the service itself."""
    words = _TOLD.get(event.kind, event.kind.replace("_", " ").capitalize())
    who = "" if event.actor == SYSTEM.login else f" by {event.actor}"
    return words.format_map(_Details(event.details)) + who


class _Details(dict[str, object]):
    """Details in words; what an older event does not say is left open."""

    def __missing__(self, name: str) -> str:
        if name == "letter":
            return reply_name(str(self.get("template", "")))
        if name == "because":
            return f": {self['why']}" if self.get("why") else ""
        return "" if name == "mentioned" else "…"

    def __getitem__(self, name: str) -> object:
        value = super().__getitem__(name)
        if name == "mentioned":
            logins = value if isinstance(value, list) else []
            return f" for {', '.join(map(str, logins))}" if logins else ""
        if name == "until":
            return in_full(datetime.fromisoformat(str(value)))
        if name == "what":
            return _UNDONE.get(str(value), str(value))
        if isinstance(value, list):
            return ", ".join(f"#{item}" for item in value)
        return _NOTHING if value is None else value
