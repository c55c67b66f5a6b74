"""A step chosen at random: what people and machines do often comes often."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.walks.wire import Fault
from tests.walks.world import World

_LARGE = 1_000_000
_FAULTS = tuple(Fault)
_HONEST = ((0, 0, 0), (0, 0, 0), (3, 7, 0), (2, 2, 0))  # Ada, Grace and the namesake ask for their own


def stride(world: World, dice: random.Random) -> tuple[str, bool]:
    """Take one random step; its name, and whether it was possible."""
    (name,) = dice.choices(_NAMES, _WEIGHTS)
    return name, world.step(_STEPS[name][1](world, dice))


Chosen = Callable[[World, random.Random], Callable[[], None]]


def _mail(world: World, dice: random.Random) -> Callable[[], None]:
    choices = (dice.randrange(_LARGE), dice.randrange(_LARGE), dice.randrange(_LARGE))
    if dice.random() < 0.4:
        choices = dice.choice(_HONEST)
    answers = dice.randrange(_LARGE) if dice.random() < 0.3 else -1
    same_id = dice.random() < 0.1
    return lambda: world.mail(*choices, answers, same_id)


def _work(world: World, dice: random.Random) -> Callable[[], None]:
    faults = tuple(dice.choice(_FAULTS) for _ in range(4)) if dice.random() < 0.5 else ()
    return lambda: world.work(faults)


def _number(dice: random.Random) -> int:
    """Mostly small: what is newest is what people act on."""
    return int(dice.expovariate(0.5)) if dice.random() < 0.7 else dice.randrange(_LARGE)


def _of(name: str, *kinds: type) -> Chosen:
    """A step of the world whose arguments are drawn: a truth value for bool, a number for int."""

    def chosen(world: World, dice: random.Random) -> Callable[[], None]:
        drawn = [dice.random() < 0.5 if kind is bool else _number(dice) for kind in kinds]
        return lambda: getattr(world, name)(*drawn)

    return chosen


def _approve_at_once(world: World, dice: random.Random) -> Callable[[], None]:
    who, ticket, confirmed = _number(dice), _number(dice), dice.random() < 0.7

    def look_and_press() -> None:
        world.look(who, ticket)
        world.approve(who, confirmed, True)

    return look_and_press


def _agree_at_once(world: World, dice: random.Random) -> Callable[[], None]:
    who, ticket = _number(dice), _number(dice)

    def look_and_agree() -> None:
        world.look(who, ticket)
        world.agree(who)

    return look_and_agree


def _doom(world: World, dice: random.Random) -> Callable[[], None]:
    where, visits = dice.randrange(_LARGE), dice.randrange(4)
    return lambda: world.doom(where, visits)


_STEPS: dict[str, tuple[float, Chosen]] = {
    "mail": (14, _mail),
    "settle": (2, _of("settle")),
    "look": (8, _of("look", int, int)),
    "approve": (8, _of("approve", int, bool, bool)),
    "approve at once": (14, _approve_at_once),
    "agree at once": (8, _agree_at_once),
    "press again": (5, _of("press_again", int)),
    "agree": (3, _of("agree", int)),
    "refuse": (1, _of("refuse", int)),
    "undo": (2, _of("undo", int, int)),
    "choose": (2, _of("choose", int, int)),
    "answer": (2, _of("answer", int, bool)),
    "finish": (2, _of("finish", int, int)),
    "perform": (4, _of("perform", int, int)),
    "decide failed": (4, _of("decide_failed", int, int, bool)),
    "edit the roll": (3, _of("edit_roll", int, int)),
    "work": (12, _work),
    "wait": (10, _of("wait", int)),
    "follow a link": (5, _of("follow", int, int)),
    "doom": (3, _doom),
    "race": (0.2, _of("race", int, bool)),
}
_NAMES = tuple(_STEPS)
_WEIGHTS = tuple(weight for weight, _ in _STEPS.values())
