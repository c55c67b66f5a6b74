"""Which filer a claim means: right people on top, honest doubt, evidence that adds up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.match import Roll, identity_of, rank
from helpdesk.vocabulary import Claim, Field, Filer, Level, Ranking, Stated
from tests.cast import ADA, GRACE, NAMESAKE
from tests.core import matching_roll as cast
from tests.core.matching_roll import CROWD, NAMESAKES, ask, best, filer, matching, roll

SURE = 0.95


def levels(ranking: Ranking) -> list[Level]:
    return [evidence.level for evidence in ranking.candidates[0].evidence]


def test_name_number_and_primary_address_agree_and_nothing_is_in_doubt() -> None:
    ranking = ask("Ada Q. Filer", "234561", "ADA@filerquill.example")
    assert ranking.candidates[0].filer == ADA
    assert levels(ranking) == [Level.EXACT, Level.EXACT, Level.PRIMARY]
    assert ranking.candidates[0].probability > 0.999
    assert ranking.not_on_roll < 0.001
    assert ranking.roll_version == "test-1"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Grace Hopkinson", GRACE),
        ("GRACE HOPKINSON", GRACE),
        ("Hopkinson, Grace", GRACE),
        ("Hopkinson Grace", GRACE),  # swapped, no comma
        ("Ms. Grace Hopkinson, Esq.", GRACE),
        ("Attorney Grace Hopkinson (she/her)", GRACE),
        ("Grace Hopkinson, Attorney at Law", GRACE),
        ("G. Hopkinson", GRACE),
        ("Grace Hopknison", GRACE),  # two letters swapped
        ("Grace Hopkinsen", GRACE),
        ("Grace Hopkinton", GRACE),
        ("Grase Hopkinson", GRACE),
        ("Jose Nunez", cast.JOSE),
        ("José Núñez", cast.JOSE),
        ("Siobhán O’Neil", cast.IRISH),
        ("Siobhan ONeil", cast.IRISH),
        ("Maria Garcia Lopez", cast.DOUBLE),
        ("Maria Garcia-Lopez", cast.DOUBLE),
        ("Maria Lopez", cast.DOUBLE),
        ("Tonya Windrow", cast.BY_MIDDLE),
        ("Bill Ashdown", cast.WILLIAM),
        ("C1aire Bumham", cast.SCANNED),  # as a scanner reads "rn" and "l"
        ("Claire Bumham", cast.SCANNED),
    ],
)
def test_a_name_in_many_spellings_finds_its_filer(name: str, meant: Filer) -> None:
    assert best(name).filer == meant


@pytest.mark.parametrize(
    "number",
    ["301122", "SBN 301122", "CA-301122", "Bar No. 301,122", "#301 122", "0301122", "3O1I22", "Cal. Bar 301122"],
)
def test_a_number_in_many_spellings_is_the_same_number(number: str) -> None:
    ranking = ask("Grace Hopkinson", number)
    assert ranking.candidates[0].filer == GRACE
    assert levels(ranking)[1] is Level.EXACT


@pytest.mark.parametrize("number", ["301123", "30112", "3011222", "310122"])
def test_a_number_one_digit_off_is_close_and_never_exact(number: str) -> None:
    ranking = ask("Grace Hopkinson", number)
    assert ranking.candidates[0].filer == GRACE
    assert levels(ranking)[1] is Level.CLOSE


def test_the_same_number_of_another_jurisdiction_is_another_number() -> None:
    ranking = ask("Grace Hopkinson", "301122", state="NY")
    assert levels(ranking)[1] is Level.PARTIAL


def test_the_right_name_with_a_wrong_number_is_not_certain() -> None:
    ranking = ask("Grace Hopkinson", "777777")
    assert levels(ranking)[:2] == [Level.EXACT, Level.DIFFERENT]
    assert ranking.candidates[0].probability < 0.9


def test_namesakes_without_anything_else_are_ambiguous() -> None:
    ranking = ask("John Carter")
    assert len(ranking.candidates) > 1
    assert max(candidate.probability for candidate in ranking.candidates) < 0.2
    assert {candidate.filer.full_name for candidate in ranking.candidates} == {"John Carter"}


def test_two_namesakes_are_told_apart_by_number_or_address() -> None:
    assert ask("Ada Filer").candidates[0].probability < 0.9
    assert best("Ada Filer", "198733").filer == NAMESAKE
    assert best("Ada Filer", "", "ada@filerquill.example").filer == ADA


def test_father_and_son_without_suffix_stay_in_doubt() -> None:
    ranking = ask("Martin Quill")
    first, second = ranking.candidates[:2]
    assert {first.filer, second.filer} == {cast.FATHER, cast.SON}
    assert first.probability == second.probability < 0.6


def test_a_suffix_tells_father_from_son_and_the_wrong_one_never_agrees() -> None:
    ranking = ask("Martin Quill, Jr.")
    assert ranking.candidates[0].filer == cast.SON
    father = next(candidate for candidate in ask("Martin Quill Jr.", cast.FATHER.bar_id).candidates)
    assert father.filer == cast.FATHER
    assert father.evidence[0].level is Level.PARTIAL


def test_number_and_address_of_two_filers_leave_both_in_doubt() -> None:
    ranking = ask("", ADA.bar_id, GRACE.primary_email)
    assert {candidate.filer for candidate in ranking.candidates[:2]} == {ADA, GRACE}
    assert ranking.candidates[0].probability < SURE


def test_a_shared_docketing_address_names_nobody() -> None:
    ranking = ask("", "", "docket@harborlaw.example")
    assert {candidate.filer for candidate in ranking.candidates[:3]} == set(cast.SHARED)
    assert ranking.candidates[0].probability < 0.6
    assert "shared by 3" in ranking.candidates[0].evidence[2].note


def test_a_stranger_is_not_on_the_roll() -> None:
    ranking = ask("Zebulon Quartermain", "999999", "z@nowhere.example")
    assert ranking.not_on_roll > 0.95


@pytest.mark.parametrize("nothing", ["", "   ", ",", "()", "Esq.", "…", "\u202e"])
def test_a_claim_that_states_nothing_has_no_candidates(nothing: str) -> None:
    ranking = ask(nothing, nothing if not nothing.strip().isalnum() else "", nothing)
    assert ranking.candidates == ()
    assert ranking.not_on_roll == 1


def test_an_empty_roll_knows_nobody() -> None:
    ranking = ask("Ada Filer", "234561", of=Roll.build((), "0"))
    assert ranking.candidates == ()
    assert ranking.not_on_roll == 1


def test_a_message_s_claim_and_plain_strings_are_the_same_question() -> None:
    claim = Claim(
        name=Stated(value="Ada Filer", written="ADA FILER", span=None),
        bar_id=Stated(value="234561", written="#234561", span=None),
        claimed_email=Stated(value="ada@filerquill.example", written="Ada@filerquill.example", span=None),
    )
    assert rank(claim, roll(), matching()) == rank(identity_of(claim), roll(), matching())
    assert rank(claim, roll(), matching()).candidates[0].filer == ADA


def test_the_note_says_how_rare_a_surname_is() -> None:
    assert "1 of 40 on the roll with this surname" in best("John Carter").evidence[0].note
    assert "the only one on the roll with this surname" in best("Grace Hopkinson").evidence[0].note


def test_a_rare_surname_weighs_more_than_a_common_one() -> None:
    assert best("Grace Hopkinson").evidence[0].bits > best("John Carter").evidence[0].bits + 2


def test_a_slip_that_makes_no_name_weighs_more_than_one_that_makes_another() -> None:
    people = (filer(1, "Jane", "Henson"), filer(2, "Otto", "Hanson"), *CROWD)
    of = Roll.build(people, "x")
    garbled, another = (ask(f"Jane {name}", of=of).candidates[0] for name in ("Hwnson", "Hanson"))
    assert garbled.filer == another.filer == people[0]
    assert garbled.evidence[0].level is another.evidence[0].level is Level.CLOSE
    assert garbled.bits > another.bits + 3


def test_an_initial_weighs_as_much_as_it_is_rare() -> None:
    doras = (filer(5000 + n, "Dora", "Abend") for n in range(200))
    of = Roll.build((filer(1, "Xaver", "Abend"), *doras, *CROWD), "x")
    rare, common = (ask(name, of=of).candidates[0] for name in ("X. Abend", "D. Abend"))
    assert rare.evidence[0].level is common.evidence[0].level is Level.CLOSE
    assert rare.bits > common.bits + 1


@pytest.mark.parametrize("address", ["sarah.former@new.example", "sformer@new.example", "former.sarah@new.example"])
def test_a_changed_surname_is_found_by_the_one_in_the_address(address: str) -> None:
    people = (filer(1, "Sarah", "Former"), *CROWD, *NAMESAKES)
    ranking = ask("Sarah Newly", "", address, of=Roll.build(people, "x"))
    assert ranking.candidates[0].filer == people[0]
    assert ranking.candidates[0].evidence[0].level is Level.PARTIAL
    assert "the e-mail address has the recorded one" in ranking.candidates[0].evidence[0].note


def test_the_surname_in_an_address_is_not_counted_beside_the_address_itself() -> None:
    meant, other = filer(1, "Sarah", "Winter"), filer(2, "Sarah", "Former")
    ranking = ask("Sarah Winter", meant.bar_id, other.primary_email, of=Roll.build((meant, other, *CROWD), "x"))
    assert [candidate.filer for candidate in ranking.candidates[:2]] == [meant, other]
    assert ranking.candidates[1].evidence[0].bits < 5


def test_who_changed_the_surname_is_found_by_the_stored_address() -> None:
    people = (filer(1, "Sarah", "Former"), *CROWD, *NAMESAKES)
    ranking = ask("Sarah Newly", "", people[0].primary_email, of=Roll.build(people, "x"))
    assert ranking.candidates[0].filer == people[0]
    assert ranking.candidates[0].evidence[0].level is Level.PARTIAL


@pytest.mark.parametrize(
    ("local", "made_of_it"), [("sarahn", True), ("sarah", True), ("sarah.q", True), ("sarahb", False)]
)
def test_a_stored_address_says_more_where_it_is_not_made_of_the_claimed_name(local: str, made_of_it: bool) -> None:
    owner = filer(1, "Sarah", "Broodreif", primary_email=f"{local}@harborlaw.example")
    ranking = ask("Sarah Quill Newly", "", owner.primary_email, of=Roll.build((owner, *CROWD, *NAMESAKES), "x"))
    assert ranking.candidates[0].filer == owner
    assert (ranking.candidates[0].evidence[2].bits < 12) is made_of_it


def test_a_scanners_slip_that_makes_anothers_name_is_seen_through_by_the_address() -> None:
    meant, other = filer(1, "Greta", "Wem", primary_email="gretaw93@wemlaw.example"), filer(2, "Greta", "Wern")
    ranking = ask("Greta Wern", "", meant.primary_email, of=Roll.build((meant, other, *CROWD), "x"))
    assert ranking.candidates[0].filer == meant
    assert ranking.candidates[0].evidence[0].level is Level.CLOSE


def test_a_record_without_a_first_name_goes_by_the_middle_name() -> None:
    owner = filer(1, "", "Former", middle_name="Sarah Jane", primary_email="x@former.example")
    ranking = ask("Sarah Former", of=Roll.build((owner, *CROWD, *NAMESAKES), "x"))
    assert ranking.candidates[0].filer == owner
    assert ranking.candidates[0].evidence[0].level is Level.EXACT


def test_an_assistants_address_does_not_speak_for_the_assistant() -> None:
    people = (filer(1, "Sarah", "Former"), filer(2, "Paul", "Winter"), *CROWD)
    ranking = ask("Paul Winter", "", "sarah.former@winterlaw.example", of=Roll.build(people, "x"))
    assert ranking.candidates[0].filer == people[1]


def test_an_address_whose_owner_has_half_of_the_claimed_name_leaves_doubt() -> None:
    owner = filer(1, "Melissa", "Hurd", primary_email="mhurd@hurdlaw.example")
    ranking = ask("Marvin Hurd", "873522", "mhurd@hurdlaw.example", of=Roll.build((owner, *CROWD, *NAMESAKES), "x"))
    assert ranking.candidates[0].filer == owner
    assert ranking.candidates[0].probability < SURE


def test_of_two_namesakes_the_whole_middle_name_decides_before_its_initial() -> None:
    whole, initial = filer(1, "Carl", "Dorn", middle_name="Jorge"), filer(2, "Carl", "Dorn", middle_name="J.")
    ranking = ask("Carl Jorge Dorn", of=Roll.build((initial, whole, *CROWD), "x"))
    assert [candidate.filer for candidate in ranking.candidates[:2]] == [whole, initial]


@given(
    name=st.one_of(st.sampled_from([f.full_name for f in cast.EVERYBODY]), st.text(max_size=40)),
    bar_id=st.one_of(st.sampled_from([f.bar_id for f in cast.EVERYBODY]), st.text(max_size=12), st.just("")),
    email=st.one_of(st.sampled_from([f.primary_email for f in cast.EVERYBODY]), st.text(max_size=30), st.just("")),
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_claimed_the_ranking_is_sound(name: str, bar_id: str, email: str) -> None:
    ranking = ask(name, bar_id, email)
    probabilities = [candidate.probability for candidate in ranking.candidates]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0 <= probability <= 1 for probability in (*probabilities, ranking.not_on_roll))
    assert sum(probabilities) + ranking.not_on_roll <= 1 + 1e-9
    assert len(ranking.candidates) <= matching().most_candidates
    assert len({candidate.filer.ecf_user_id for candidate in ranking.candidates}) == len(ranking.candidates)
    for candidate in ranking.candidates:
        assert [evidence.field for evidence in candidate.evidence] == [Field.NAME, Field.BAR_ID, Field.EMAIL]
        assert candidate.bits == sum(evidence.bits for evidence in candidate.evidence)
        assert candidate.bits == sum(evidence.bits for evidence in reversed(candidate.evidence))


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_the_same_question_has_the_same_answer_on_a_roll_in_another_order(data: st.DataObject) -> None:
    shuffled = Roll.build(data.draw(st.permutations(cast.EVERYBODY[:40])), "x")
    straight = Roll.build(cast.EVERYBODY[:40], "x")
    meant = data.draw(st.sampled_from(cast.EVERYBODY[:40]))
    claim = (meant.full_name, data.draw(st.sampled_from([meant.bar_id, ""])), "")
    assert ask(*claim, of=shuffled) == ask(*claim, of=straight)
