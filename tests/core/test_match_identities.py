"""Nobody is certainly taken for somebody else: a short run of ``bench.identities`` (security cases 6 to 9)."""

from __future__ import annotations

import pytest

from bench.identities import RECALL, Crowd, Hostile, certain_of, clean, judged
from helpdesk.match import ClaimedIdentity, Roll, rank
from helpdesk.rules import Rules
from tests.cast import ADA
from tests.core.matching_roll import EVERYBODY, filer

ASHFORD = filer(990, "Willa", "Ashford")
ASHFORT = filer(991, "Willa", "Ashfort")


@pytest.fixture(scope="module")
def crowd() -> Crowd:
    return Crowd(1200, seed=3)


def test_no_hostile_identity_is_certain_of_a_person_it_does_not_mean(crowd: Crowd, rules: Rules) -> None:
    hostile = Hostile(crowd, seed=3)
    counts, wrong = judged(hostile.draw(100 * len(hostile.kinds)), crowd, rules)
    assert wrong == []
    assert all(counts[make.__name__] == 100 for make in hostile.kinds)


def test_clean_claims_are_certain_of_their_own_record(crowd: Crowd, rules: Rules) -> None:
    counts, wrong = judged(clean(crowd, 400, seed=3), crowd, rules)
    assert wrong == []
    assert counts["clean: certain"] >= RECALL * counts["clean"]


@pytest.mark.parametrize(
    ("name", "address", "certain"),
    [
        ("Willa Ashfort", "", True),
        ("Willa Ashford", "", False),  # the number of one, the name of another to the letter
        ("Willa Ashford", ASHFORD.primary_email, False),
        ("Willa Ashford", ASHFORT.primary_email, True),  # number and address outweigh a slip
        ("Willa Ashfurt", "", True),  # nobody's name: a slip of the pen
    ],
)
def test_another_records_very_name_beside_a_number_is_looked_at(
    name: str, address: str, certain: bool, rules: Rules
) -> None:
    roll = Roll.build((ASHFORD, ASHFORT, *EVERYBODY), "x")
    claim = ClaimedIdentity(name=name, bar_id=ASHFORT.bar_id, email=address)
    found = certain_of(claim, rank(claim, roll, rules.matching), rules)
    assert found == (ASHFORT.ecf_user_id if certain else None)


def test_whose_very_name_is_claimed_is_shown_beside_whose_number_it_is(rules: Rules) -> None:
    many = [filer(2000 + place, "John", f"Carter{'abcdefgh'[place]}x", bar_id=f"77{place}111") for place in range(8)]
    slip = filer(3000, "John", "Cartor", bar_id="770112")
    roll = Roll.build((*EVERYBODY, *many, slip), "x")
    claim = ClaimedIdentity(name="John Carter", bar_id=slip.bar_id)
    ranking = rank(claim, roll, rules.matching)
    assert ranking.candidates[0].filer == slip
    assert "John Carter" in [candidate.filer.full_name for candidate in ranking.candidates]
    assert certain_of(claim, ranking, rules) is None


def test_the_cast_is_certain_where_all_agrees(rules: Rules) -> None:
    claim = ClaimedIdentity(name="Ada Filer", bar_id=ADA.bar_id)
    assert certain_of(claim, rank(claim, Roll.build(EVERYBODY, "x"), rules.matching), rules) == ADA.ecf_user_id
