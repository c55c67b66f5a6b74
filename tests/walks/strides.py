"""A step chosen at random: what people and machines do often comes often, mostly where it makes sense."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

from tests.walks import approvers, caseworkers, machines, senders
from tests.walks.mails import HONEST
from tests.walks.wire import Fault
from tests.walks.world import World

_LARGE = 1_000_000
_FAULTS = tuple(Fault)

Step = Callable[[World], None]
Chosen = Callable[[random.Random], Step]


def stride(world: World, dice: random.Random) -> tuple[str, bool]:
    """Take one random step; its name, and whether anything came of it."""
    (name,) = dice.choices(_NAMES, _WEIGHTS)
    return name, world.step(_STEPS[name][1](dice))


def _number(dice: random.Random) -> int:
    """Mostly small: what is newest is what people act on."""
    return int(dice.expovariate(0.08)) if dice.random() < 0.8 else dice.randrange(_LARGE)


def _of(act: Callable[..., None], *kinds: type) -> Chosen:
    """A step whose arguments are drawn: a truth value for bool, mostly true; a number for int."""

    def chosen(dice: random.Random) -> Step:
        drawn = [dice.random() < 0.7 if kind is bool else _number(dice) for kind in kinds]
        return lambda world: act(world, *drawn)

    return chosen


def _mail(dice: random.Random) -> Step:
    sender, words, headers = (dice.randrange(_LARGE) for _ in range(3))
    if dice.random() < 0.6:
        sender, words, headers = dice.choice(HONEST)
    answers = dice.randrange(_LARGE) if dice.random() < 0.15 else -1
    return partial(_written, sender, words, headers, answers, dice.random() < 0.05, dice.random() < 0.4)


def _written(sender: int, words: int, headers: int, answers: int, same_id: bool, waits: bool, world: World) -> None:
    senders.mail(world, sender, words, headers, answers, same_id, waits)


def _faults(dice: random.Random) -> tuple[Fault, ...]:
    return tuple(dice.choice(_FAULTS) for _ in range(4)) if dice.random() < 0.4 else ()


def _work(dice: random.Random) -> Step:
    faults = _faults(dice)
    return lambda world: machines.work(world, faults)


def _wait_and_work(dice: random.Random) -> Step:
    faults = _faults(dice)
    return lambda world: machines.wait_and_work(world, faults)


def _doom(dice: random.Random) -> Step:
    where, visits = dice.randrange(_LARGE), dice.randrange(4)
    return lambda world: machines.doom(world, where, visits)


_STEPS: dict[str, tuple[float, Chosen]] = {
    "mail": (12, _mail),
    "bounce": (1.5, _of(senders.bounce, int, bool)),
    "settle": (1, _of(senders.settle)),
    "look": (2, _of(approvers.look, int, int)),
    "approve the open page": (2, _of(approvers.approve, int, bool, bool)),
    "look and approve": (16, _of(approvers.look_and_approve, int, int, bool)),
    "press again": (3, _of(approvers.press_again, int)),
    "approve together": (1, _of(approvers.approve_together, int)),
    "agree to the open page": (1, _of(approvers.agree, int)),
    "look and agree": (5, _of(approvers.look_and_agree, int, int)),
    "refuse": (1, _of(approvers.refuse, int, int)),
    "undo": (3, _of(approvers.undo, int, int)),
    "void a link": (0.5, _of(approvers.void_link, int, int)),
    "race": (0.4, _of(approvers.race, int, bool)),
    "jostle": (0.4, _of(approvers.jostle, int)),
    "choose": (2, _of(caseworkers.choose, int, int, int)),
    "answer": (2, _of(caseworkers.answer, int, int, bool)),
    "finish": (2, _of(caseworkers.finish, int, int, int)),
    "reopen": (2, _of(caseworkers.reopen, int, int)),
    "snooze": (1.5, _of(caseworkers.snooze, int, int, int)),
    "take back": (1, _of(caseworkers.take_back, int, int)),
    "merge": (1, _of(caseworkers.merge, int, int, int)),
    "unmerge": (1, _of(caseworkers.unmerge, int, int)),
    "split": (0.7, _of(caseworkers.split, int, int)),
    "perform": (3, _of(caseworkers.perform, int, int, bool)),
    "decide on failed mail": (5, _of(caseworkers.decide_failed, int, int, bool)),
    "overrule a bounce": (0.5, _of(caseworkers.overrule, int, int)),
    "resume replies": (0.5, _of(caseworkers.resume, int, bool)),
    "edit the roll": (3, _of(machines.edit_roll, int, int)),
    "stage a roll": (0.7, _of(machines.stage_roll, int, int)),
    "edit the rules": (0.5, _of(machines.edit_rules, int)),
    "work": (5, _work),
    "wait and work": (12, _wait_and_work),
    "wait": (2, _of(machines.wait, int)),
    "follow a link": (6, _of(machines.follow, int, int)),
    "doom": (2.5, _doom),
    "back up": (0.4, _of(machines.back_up)),
    "restore": (0.2, _of(machines.restore)),
}
_NAMES = tuple(_STEPS)
_WEIGHTS = tuple(weight for weight, _ in _STEPS.values())
