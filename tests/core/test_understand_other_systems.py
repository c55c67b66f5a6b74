"""Other courts and PACER: what only tells of them is no matter of the mail, and a password of theirs is not ours."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Category, Severity
from tests.core.mail import message

ADA = "\n\nAda Filer\nSBN 234561\nada@filerquill.example\n"


@pytest.mark.parametrize(
    "own",
    [
        "I mostly practise in Los Angeles but have one case with you this spring. Please reset my CM/ECF password.",
        "I usually appear in superior court, so I have forgotten my ECF password. Could you reset it?",
        "I file in the Central District all the time and just got a case in San Diego. I need my password reset.",
        "After nine years in state court I am back, and naturally the ECF password is long gone. Kindly reset it.",
        "I do mostly workers' comp and family court, but keep my admission up. Password forgotten; please reset.",
        "I took an appeal to the Ninth Circuit last year and have not used ECF since. I need my password reset.",
        "Los Angeles traffic made me miss your phone hours, so I write. Please reset my CM/ECF password.",
        "CACD, CAND and CAED are done and linked. CASD: password unknown. Please reset.",
        "A case was removed from Superior Court to yours. I have an ECF account, not the password. Please reset.",
        "Our attorney is in a jury trial before the Superior Court and asks that his CM/ECF password be reset.",
        "Please reset my ECF password. The bankruptcy court across the street reset mine in ten minutes, by the way.",
        "Please reset my ECF password. The Central District's helpdesk was lovely and quick, but of no use to me.",
        "Please reset my ECF password. My clerk will take it from there. I appeal to the Ninth Circuit.",
    ],
)
def test_another_court_that_is_only_told_of_is_not_asked(own: str, rules: Rules) -> None:
    assert understand(message(f"{own}{ADA}"), rules).category is Category.PASSWORD_RESET


@pytest.mark.parametrize(
    ("aside", "also"),
    [
        ("I left the firm in 2012 and came back in 2014, with the same address ever since.", False),
        ("We moved our office upstairs last spring, and all of us still complain about the elevator.", False),
        ("While you are in there, please change the e-mail address to ada@quillfiler.example.", True),
        ("I have moved to a new firm and need my e-mail address changed.", True),
    ],
)
def test_what_is_told_by_the_way_is_no_second_wish(aside: str, also: bool, rules: Rules) -> None:
    wants = understand(message(f"Please reset my CM/ECF password. {aside}{ADA}"), rules).wants
    assert wants[0] is Category.PASSWORD_RESET
    assert (Category.EMAIL_CHANGE in wants) is also


@pytest.mark.parametrize(
    "own",
    [
        "I mostly practise in the Central District. Can you reset my password there?",
        "I am admitted in Nevada too, and need my CM/ECF login for that district. Please reset it.",
        "I have an account with you that works. In the Northern District I am locked out, could you unlock me?",
        "I practice mostly in San Diego but have a case in Oakland and cannot log in to ECF there. Please reset it.",
        "I need to file an appeal brief at the Ninth Circuit but my ECF password is not accepted. Please reset.",
        "I forgot my password for the U.S. Bankruptcy Court. Please help.",
        "My ECF account in Arizona is locked. Please unlock.",
        "You reset my San Diego password last week, thanks. Now I need Los Angeles too, please.",
    ],
)
def test_another_courts_password_stays_its_matter(own: str, rules: Rules) -> None:
    assert understand(message(f"{own}{ADA}"), rules).category is Category.OTHER_COURT


@pytest.mark.parametrize(
    "own",
    [
        "I upgraded my PACER account as told, now I only need my CM/ECF password. It is lost.",
        "My PACER password works, my ECF password doesn't. Please reset it.",
        "Tried to connect the two accounts. It does not take what I think is my ECF password. Reset, please?",
        "The PACER people say they can't help with the court's own login. I need that password reset.",
        "I have an upgraded PACER account. The old CM/ECF password, however, is lost. Please issue a new one.",
        "Both PACER and CM/ECF reject me. PACER I will sort out with them; please reset CM/ECF.",
        "I need to link by March 2 but first I need a CM/ECF password, since mine is lost.",
    ],
)
def test_our_password_is_meant_where_pacer_is_only_told_of(own: str, rules: Rules) -> None:
    assert understand(message(f"{own}{ADA}"), rules).category is Category.PASSWORD_RESET


@pytest.mark.parametrize("subject", ["CM/ECF", "Password", ""])
@pytest.mark.parametrize(
    "own",
    [
        "I forgot my PACER password. Can you reset it?",
        "my pacer pw is gone, pls reset",
        "My CM/ECF password is fine, I just need the PACER one reset.",
        "I can file on CM/ECF, but I can't view documents because PACER rejects my password.",
    ],
)
def test_pacers_password_is_pacers_whatever_the_subject_names(own: str, subject: str, rules: Rules) -> None:
    assert understand(message(f"{own}{ADA}", subject=subject), rules).category is Category.PACER_ACCOUNT


@pytest.mark.parametrize(
    "also",
    [
        "I am trying to file an appeal with the Ninth Circuit before the end of the day.",
        "My next filing is due in the Central District of California on Friday.",
        "Everything I file goes to the Court of Appeals these days.",
        "The case is a chapter 13 in the bankruptcy court downtown, if it matters.",
    ],
)
def test_another_court_in_which_something_is_to_be_filed_is_not_told_by_the_way(also: str, rules: Rules) -> None:
    found = understand(message(f"Please reset my CM/ECF password. {also}{ADA}"), rules)
    assert any(signal.severity is Severity.WARNING for signal in found.signals)


@pytest.mark.parametrize(
    "also",
    [
        "Please update our contact information in CM/ECF.",
        "It's time we correct my e-mail address.",
        "Can someone correct my primary e-mail address in the record?",
        "I ask that you correct the e-mail on file as well.",
        "Please be so kind as to also correct the spelling of my e-mail.",
        "Quisiera cambiar mi correo electronico en el sistema.",
    ],
)
def test_a_change_of_address_is_wanted_too_however_kindly_it_is_said(also: str, rules: Rules) -> None:
    wants = understand(message(f"Please reset my CM/ECF password. {also}{ADA}"), rules).wants
    assert Category.EMAIL_CHANGE in wants
