"""What was read, on its way from the reading process to the service: few bytes, soon packed, and nothing but nouns.

Pickle writes down module and name of every kind of value, message after message, and has dataclasses look up their
fields for each. Both ends are of one program, so a number says as much, in a third of the time. And whatever a mail
makes of the process that reads it, the service calls nothing that it names.
"""

from __future__ import annotations

import io
import pickle
import select
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from multiprocessing.connection import Connection
from operator import attrgetter
from typing import Any

from helpdesk import vocabulary
from helpdesk.triage import ReadMail

_KINDS = [kind for kind in (*vars(vocabulary).values(), ReadMail) if isinstance(kind, type)]
_NOUNS: list[type[Any]] = [kind for kind in _KINDS if is_dataclass(kind)]
_MEMBERS: list[Enum] = [member for kind in _KINDS if issubclass(kind, Enum) for member in kind]
_PUT = [[getattr(noun, field.name).__set__ for field in fields(noun)] for noun in _NOUNS]


def pack(result: ReadMail | str) -> bytes:
    """The bytes of what was read, or of why it could not be."""
    parcel = io.BytesIO()
    _Packer(parcel, pickle.HIGHEST_PROTOCOL).dump(result)
    return parcel.getvalue()


def unpack(parcel: bytes) -> ReadMail | str:
    """What ``pack`` packed. UnpicklingError for what it cannot have packed."""
    result: ReadMail | str = _Unpacker(io.BytesIO(parcel)).load()
    return result


def has_come(pipe: Connection, *, within: float = 0.0) -> bool:
    """Whether there is something to receive, or the other end is gone; ``pipe.poll`` takes ten times as long."""
    looking = select.poll()
    looking.register(pipe.fileno(), select.POLLIN)
    return bool(looking.poll(within * 1000))


def _noun(number: int, *values: Any) -> Any:
    noun = object.__new__(_NOUNS[number])
    for put, value in zip(_PUT[number], values, strict=True):
        put(noun, value)
    return noun


def _member(number: int) -> Enum:
    return _MEMBERS[number]


def _taken_apart(number: int, noun: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    names = [field.name for field in fields(noun)]
    if len(names) == 1:  # of a single name attrgetter gives no tuple
        return lambda value: (_noun, (number, getattr(value, names[0])))
    values = attrgetter(*names)
    return lambda value: (_noun, (number, *values(value)))


def _numbered(kind: type[Enum]) -> Callable[[Enum], tuple[Any, ...]]:
    numbers = {member: number for number, member in enumerate(_MEMBERS) if type(member) is kind}
    return lambda member: (_member, (numbers[member],))


class _Packer(pickle.Pickler):
    dispatch_table = {  # noqa: RUF012  pickle's own spelling
        **{noun: _taken_apart(number, noun) for number, noun in enumerate(_NOUNS)},
        **{type(member): _numbered(type(member)) for member in _MEMBERS},
    }


_CALLED = {(one.__module__, one.__name__): one for one in (_noun, _member, datetime, timezone, timedelta)}


class _Unpacker(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """What may stand in a parcel, by its name."""
        if (module, name) not in _CALLED:
            raise pickle.UnpicklingError(f"no part of a message: {module}.{name}")
        return _CALLED[module, name]
