"""Machines, mere thanks and chasers overrule what words ask for; a person's wish overrules a machine's mark."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from helpdesk.policy.reading import Categories
from helpdesk.understand.text.own_words import OwnWords
from helpdesk.understand.topics.possible import Given
from helpdesk.understand.topics.wording import MACHINES
from helpdesk.understand.topics.wordless import asks_by_its_subject, is_scan
from helpdesk.vocabulary import RESETS, Category, MachineKind, MachineMail, Message

# What a mail that states a Bar ID seldom is, when it says something else besides.
_NOT_OF_A_FILER = (Category.AUTOMATIC, Category.SPAM, Category.FOLLOW_UP)
# Robots' notices and lists come that way, and so do advertising and bait.
_BULK = (MachineKind.LIST, MachineKind.NOTIFICATION)
_MAY_BE_SPAM = (*_BULK, MachineKind.BOUNCE)
# Of these no standard answer and no reset comes.
_NOTHING_ASKED = (*MACHINES, Category.FOLLOW_UP, Category.GENERAL)


def may_be_bait(message: Message) -> bool:
    """Whether a robot sent it, or somebody who calls himself a mail server."""
    return message.machine is not None and message.machine.kind in (MachineKind.NOTIFICATION, MachineKind.BOUNCE)


def may_be_a_persons(
    message: Message, own: OwnWords, said: Mapping[Category, str], rules: Categories, given: Given
) -> bool:
    """Whether a mail with a machine's marks holds a person's wish, together with who is meant.

    Who is meant stands in the scan where somebody typed the subject at a copier that sends from such an address.
    """
    if message.machine is None or not message.machine.may_be_a_persons:
        return False
    if said.keys() & set(RESETS):
        over_a_scan = message.attachments and (not own.text.strip() or is_scan(message, own, rules))
        return given.somebody() or bool(over_a_scan and asks_by_its_subject(own, rules))
    bulk, asks = message.machine.kind in _BULK, bool(said.keys() - set(_NOTHING_ASKED))
    if bulk:
        return given.bar_id() if asks else given.all_particulars()
    return asks and given.somebody()


def settle(
    machine: MachineMail | None,
    said: dict[Category, str],
    *,
    thanks_only: bool,
    outright: bool,
    gives_number: Callable[[], bool],
) -> None:
    """Machines, thanks and chasers overrule what their words would otherwise ask."""
    if outright and len(said) > 1:
        said.pop(Category.AUTOMATIC, None)  # no machine asks for a reset outright
    if machine is not None:
        bulk = said.get(Category.SPAM) if machine.kind in _MAY_BE_SPAM else None
        said.clear()
        said[Category.SPAM if bulk else Category.AUTOMATIC] = bulk or machine.reason
    elif thanks_only:
        said.clear()
        said[Category.FOLLOW_UP] = "thanks, and asks for nothing"
    elif said.keys() & set(_NOT_OF_A_FILER) and gives_number():
        for category in _NOT_OF_A_FILER:
            if len(said) > 1:
                said.pop(category, None)
    elif Category.FOLLOW_UP in said and not said.keys() & set(MACHINES):
        chased = said[Category.FOLLOW_UP]
        said.clear()
        said[Category.FOLLOW_UP] = chased
