"""Frozen values to JSON columns and back. Pydantic checks them on the way back in."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from helpdesk.vocabulary import Attachment, Authentication, FilerRequest, Reason, Section, Signal

reasons = TypeAdapter(tuple[Reason, ...])
signals = TypeAdapter(tuple[Signal, ...])
requests = TypeAdapter(tuple[FilerRequest, ...])
sections = TypeAdapter(tuple[Section, ...])
attachments = TypeAdapter(tuple[Attachment, ...])
authentication = TypeAdapter(Authentication)


def to_json(adapter: TypeAdapter[Any], values: object) -> Any:
    """Plain lists and dicts for a JSON column."""
    return adapter.dump_python(values, mode="json")
