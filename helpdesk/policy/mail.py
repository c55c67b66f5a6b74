"""The shape of mail.toml: limits and manners of the two doors, and how long mail is kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from helpdesk.patterns import STRICT

Days = Annotated[int, Field(ge=1, le=36_500)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Keep:
    """mail.toml, [keep]: how long mail is kept here after its ticket was finished; its mailbox keeps it anyhow."""

    original_days: Days  # as it came, with all attachments
    text_days: Days


def _text_last(keep: Keep) -> Keep:
    if keep.original_days > keep.text_days:
        raise ValueError("original_days is more than text_days, but the original holds the text, too")
    return keep


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class MailLimits:
    """mail.toml: limits and manners of the two doors."""

    largest_message: Annotated[int, Field(ge=100_000)]  # bytes; larger ones become tickets without their body
    fetch_batch: Annotated[int, Field(ge=1, le=1000)]
    poll_seconds: Annotated[int, Field(ge=1, le=3600)]
    undo_seconds: Annotated[int, Field(ge=0, le=600)]  # an approved reset waits this long for "undo"
    link_hours: Annotated[int, Field(ge=1, le=24)]  # life of a one-time link
    replies_per_hour: Annotated[int, Field(ge=1)]  # breaker: beyond this no automatic reply leaves
    domain_minute: Annotated[int, Field(ge=1)]  # messages to one domain within a minute
    attempts: Annotated[int, Field(ge=1, le=100)]  # tries before an outgoing message has failed
    first_retry_minutes: Annotated[float, Field(gt=0)]
    longest_retry_minutes: Annotated[float, Field(gt=0)]
    keep: Annotated[Keep, AfterValidator(_text_last)] | None = None  # None: all of it; deleting must be asked for
