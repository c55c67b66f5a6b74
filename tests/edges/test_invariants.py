"""Whatever happens in whatever order: no reset goes astray, none is doubled or lost, no reply tells of the roll.

A seeded short walk; ``python -m bench.invariants`` takes a million steps of the same kind.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.walks import approvers, caseworkers, holds, machines, senders
from tests.walks.desks import Desks, furnished
from tests.walks.strides import stride
from tests.walks.wire import Fault
from tests.walks.world import World

SHORT = settings(
    max_examples=8,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
BUSY = (5, 8)  # seeds of walks on which much happens
ANY = st.integers(0, 40)
WHO = st.integers(0, 2)
YES = st.booleans()
FAULTS = st.lists(st.sampled_from(Fault), max_size=4).map(tuple)


class Walk(RuleBasedStateMachine):
    """Steps of senders, staff, imports, the worker, the filers, the clock, and of whoever pulls the plug."""

    def __init__(self, desks: Desks) -> None:
        super().__init__()
        self._desks = desks
        self._open = ExitStack()
        self.world: World | None = None

    @initialize(other_roll=st.integers(0, 3), link=YES)
    def begin(self, other_roll: int, link: bool) -> None:
        random.seed(0)  # the worker spreads its retries
        self.world = self._desks.world(other_roll=other_roll, link=link)
        self._open.enter_context(self.world.mortal())

    def _take(self, act: Callable[..., None], *choices: object) -> None:
        assert self.world is not None
        self.world.step(lambda world: act(world, *choices))

    @rule(
        sender=ANY,
        words=ANY,
        headers=ANY,
        answers=st.integers(-3, 5),
        same_id=st.sampled_from([False, False, True]),
        waits=YES,
    )
    def mail(self, sender: int, words: int, headers: int, answers: int, same_id: bool, waits: bool) -> None:
        self._take(senders.mail, sender, words, headers, answers, same_id, waits)

    @rule(number=ANY, permanent=YES)
    def bounce(self, number: int, permanent: bool) -> None:
        self._take(senders.bounce, number, permanent)

    @rule(who=WHO, ticket=ANY, confirmed=YES)
    def look_and_approve(self, who: int, ticket: int, confirmed: bool) -> None:
        self._take(approvers.look_and_approve, who, ticket, confirmed)

    @rule(who=WHO, confirmed=YES, why=YES)
    def approve_on_an_old_page(self, who: int, confirmed: bool, why: bool) -> None:
        self._take(approvers.approve, who, confirmed, why)

    @rule(who=WHO)
    def press_again(self, who: int) -> None:
        self._take(approvers.press_again, who)

    @rule(who=WHO, ticket=ANY)
    def look_and_agree(self, who: int, ticket: int) -> None:
        self._take(approvers.look_and_agree, who, ticket)

    @rule(who=WHO, ticket=ANY)
    def refuse(self, who: int, ticket: int) -> None:
        self._take(approvers.refuse, who, ticket)

    @rule(who=WHO, number=ANY)
    def undo(self, who: int, number: int) -> None:
        self._take(approvers.undo, who, number)

    @rule(ticket=ANY, confirmed=YES)
    def race(self, ticket: int, confirmed: bool) -> None:
        self._take(approvers.race, ticket, confirmed)

    @rule(who=WHO, ticket=ANY, filer=ANY)
    def choose(self, who: int, ticket: int, filer: int) -> None:
        self._take(caseworkers.choose, who, ticket, filer)

    @rule(who=WHO, ticket=ANY, waits=YES)
    def answer(self, who: int, ticket: int, waits: bool) -> None:
        self._take(caseworkers.answer, who, ticket, waits)

    @rule(who=WHO, ticket=ANY, how=WHO)
    def finish(self, who: int, ticket: int, how: int) -> None:
        self._take(caseworkers.finish, who, ticket, how)

    @rule(who=WHO, ticket=ANY)
    def reopen(self, who: int, ticket: int) -> None:
        self._take(caseworkers.reopen, who, ticket)

    @rule(who=WHO, ticket=ANY, hours=ANY)
    def snooze(self, who: int, ticket: int, hours: int) -> None:
        self._take(caseworkers.snooze, who, ticket, hours)

    @rule(who=WHO, ticket=ANY, into=ANY)
    def merge(self, who: int, ticket: int, into: int) -> None:
        self._take(caseworkers.merge, who, ticket, into)

    @rule(who=WHO, number=ANY, possible=YES)
    def perform(self, who: int, number: int, possible: bool) -> None:
        self._take(caseworkers.perform, who, number, possible)

    @rule(who=WHO, number=ANY, again=YES)
    def decide_failed(self, who: int, number: int, again: bool) -> None:
        self._take(caseworkers.decide_failed, who, number, again)

    @rule(filer=ANY, edit=ANY)
    def edit_the_roll(self, filer: int, edit: int) -> None:
        self._take(machines.edit_roll, filer, edit)

    @rule(variant=ANY)
    def edit_the_rules(self, variant: int) -> None:
        self._take(machines.edit_rules, variant)

    @rule(faults=FAULTS)
    def work(self, faults: tuple[Fault, ...]) -> None:
        self._take(machines.wait_and_work, faults)

    @rule(pause=ANY)
    def wait(self, pause: int) -> None:
        self._take(machines.wait, pause)

    @rule(link=ANY, outcome=ANY)
    def follow_a_link(self, link: int, outcome: int) -> None:
        self._take(machines.follow, link, outcome)

    @rule(where=ANY, visits=st.integers(0, 3))
    def pull_the_plug_soon(self, where: int, visits: int) -> None:
        self._take(machines.doom, where, visits)

    @rule(backs_up=YES)
    def lose_the_database(self, backs_up: bool) -> None:
        self._take(machines.back_up if backs_up else machines.restore)

    @invariant()
    def holds(self) -> None:
        if self.world is not None:
            holds.after_step(self.world)

    def teardown(self) -> None:
        try:
            if self.world is not None:
                holds.at_rest(self.world)
        finally:
            self._open.close()


@pytest.fixture
def desks(sqlite_template: Path, tmp_path: Path) -> Iterator[Desks]:
    """Two desks that can be put back to their beginning."""
    with furnished(tmp_path, migrated=sqlite_template) as pair:
        yield pair


def test_no_walk_sends_a_reset_astray_doubles_it_or_loses_it_and_no_reply_tells_of_the_roll(desks: Desks) -> None:
    """Cases 1, 4, 11, 12, 19, 20, 29 and 63, all at once and in any order."""
    run_state_machine_as_test(lambda: Walk(desks), settings=SHORT)  # type: ignore[arg-type] # a factory will do


def test_walks_that_do_often_what_people_do_often_hold_too(desks: Desks) -> None:
    """These walks get far: resets leave, fail, come back, are carried out, and the twin answers what we answer."""
    busy: Counter[str] = Counter()
    for seed in BUSY:
        dice = random.Random(seed)
        random.seed(seed)
        world = desks.world(other_roll=seed, link=True)
        with world.mortal():
            for _ in range(100):
                _, effective = stride(world, dice)
                busy["effective"] += effective
                holds.after_step(world)
        holds.at_rest(world)
        busy += Counter(resets=len(world.primaries), taken=sum(world.takes.values()))
        busy += Counter(links=len(world.tokens), passwords=len(world.set_passwords))
        busy += world.happened
    assert busy["effective"] >= 70, busy
    assert busy["resets"] >= 10, busy
    assert busy["taken"] >= 15, busy
    assert busy["compared: reply"] >= 6, busy
    assert busy["links"] >= 4, busy
    assert busy["passwords"] >= 2, busy
