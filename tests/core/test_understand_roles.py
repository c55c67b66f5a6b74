"""Of several addresses which is the filer's, and of the sender's several names which one counts."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Attachment, Category, Claim, Severity, SignalName
from tests.core.mail import message

ADA = "Ada Filer <ada@filerquill.example>"
ASKS = "Please reset my CM/ECF password. Ada Filer, SBN 234561.\n\n"


def one_claim(own: str, rules: Rules, *, sender: str = ADA, subject: str = "CM/ECF password") -> Claim:
    (claim,) = understand(message(own, sender=sender, subject=subject), rules).claims
    return claim


def name_of(own: str, rules: Rules, *, sender: str = ADA) -> str | None:
    name = one_claim(own, rules, sender=sender).name
    return name.value if name else None


def warned_of(own: str, rules: Rules, *, sender: str = ADA) -> set[SignalName]:
    signals = understand(message(own, sender=sender), rules).signals
    return {signal.name for signal in signals if signal.severity is Severity.WARNING}


@pytest.mark.parametrize(
    "told",
    [
        "- ada@filerquill.example = the primary on my account\n- office@filer.example = firm, gets copies\n",
        "Primary ada@filerquill.example\nSecondary (do not use) docket@filer.example; cal@filer.example\n",
        "I moved from ada@oldfirm.example to ada@filerquill.example in 2016, and told you then.\n",
        "ada@filerquill.example; Docketing (docket@filer.example) gets copies of the notices.\n",
        "ada@filerquill.example (not the old @oldfirm.example one that stands in some pleadings)\n",
        "ada@filerquill.example - ada@school.example is dead, ignore it.\n",
    ],
)
def test_addresses_whose_part_is_told_raise_no_doubt(told: str, rules: Rules) -> None:
    claim = one_claim(f"{ASKS}{told}", rules)
    assert claim.claimed_email is not None
    assert claim.claimed_email.value == "ada@filerquill.example"
    assert SignalName.ADDRESS_IN_DOUBT not in warned_of(f"{ASKS}{told}", rules)


@pytest.mark.parametrize(
    "told", ["ada@filerquill.example or office@filer.example\n", "- ada@filerquill.example\n- hello@filer.example\n"]
)
def test_an_address_of_which_nothing_is_told_is_a_doubt(told: str, rules: Rules) -> None:
    assert SignalName.ADDRESS_IN_DOUBT in warned_of(f"{ASKS}{told}", rules)


def test_an_old_address_alone_is_not_the_one_that_is_claimed(rules: Rules) -> None:
    claim = one_claim(f"{ASKS}The old ada@filerquill.example is closed; I am at ada@newfirm.example.", rules)
    assert claim.claimed_email is not None
    assert claim.claimed_email.value == "ada@newfirm.example"


def test_who_signs_up_by_a_pet_name_gives_the_address_below_their_name(rules: Rules) -> None:
    own = (
        "I have an opposition due today, please reset it.\n\nname: Adelheid Filer\nbar: 234561\nzuzu@filerlaw.example"
    )
    claim = one_claim(own, rules, sender="Zuzu Filer <zuzu@filerlaw.example>", subject="ECF password")
    assert claim.claimed_email is not None
    assert claim.claimed_email.value == "zuzu@filerlaw.example"
    other = own.replace("I have", "She has")
    assert one_claim(other, rules, sender="Zuzu Filer <zuzu@filerlaw.example>").claimed_email is None


def test_nobody_is_named_where_an_attachment_tells_all(rules: Rules) -> None:
    picture = Attachment(index=1, file_name="x.png", declared_type="image/png", true_type="image/png", size=70)
    sender = "A. Q. <aq77@mailhost.example>"
    for own, address in (
        ("See attached, reset please", None),
        ("I cannot get in, see attached, reset please", "aq77@mailhost.example"),
    ):
        mail = message(own, sender=sender, subject="Screenshot", attachments=(picture,))
        (claim,) = understand(mail, rules).claims
        assert (claim.claimed_email.value if claim.claimed_email else None) == address


@pytest.mark.parametrize(
    ("own", "sender", "name"),
    [
        (
            "my name is Paul Quill. reset my ecf password",
            "Paul Quill, Sr. <pq42@mailhost.example>",
            "Paul Quill, Sr.",
        ),
        (
            "Kindly send one to me.\n\nPaul Quill, III (SBN 234561)",
            "Paul Quill III <p@quill.example>",
            "Paul Quill, III",
        ),
        ("My password is lost. Quill Xavi Juan, 234561", "Xavi Quill <xquill@quill.example>", "Xavi Juan Quill"),
        (
            "My password is lost.\n\nTemp Quill\nSBN 234561",
            "Quill, Temperance <tq@quill.example>",
            "Temperance Quill",
        ),
        ('My password is lost.\n\nTemperance ("Temp") Filer\nSBN 234561', "t@filer.example", "Temperance Filer"),
        ("Reset my password. Soy Jos\ufffd Quill.\n\nJose Quill\nSBN 234561", "Jose <j@quill.example>", "Jose Quill"),
    ],
)
def test_the_senders_name_is_told_whole(own: str, sender: str, name: str, rules: Rules) -> None:
    assert name_of(own, rules, sender=sender) == name


def test_a_name_cut_short_under_the_letter_names_nobody_else(rules: Rules) -> None:
    own = "Would you be so good as to give me a new CM/ECF password? My number is 234561.\n\nYours,\nA. FilQ.\n"
    assert name_of(own, rules, sender="Ada FilQuill <a.filquill@oldtown.example>") == "Ada FilQuill"


def test_a_label_and_a_hyphenated_name_stand_in_two_cells(rules: Rules) -> None:
    own = "Please process a CM/ECF password reset for one of our attorneys.\nFiler\tMay-Lin Quill\nCSBN\t234561\n"
    assert name_of(own, rules, sender="Tess Vale <tess@quill.example>") == "May-Lin Quill"


def test_a_form_is_one_filers_also_where_it_looks_like_a_signature(rules: Rules) -> None:
    form = "Name     Ada Q. Filer\nCSB      234561\n\nFl 22 / ext 20117"
    mail = message(
        "Action   reset CM/ECF password\n", signature=form, sender="Docketing <docketing@filerquill.example>"
    )
    (claim,) = understand(mail, rules).claims
    assert claim.bar_id is not None
    assert claim.bar_id.value == "234561"


def test_the_password_of_pacer_alone_is_lost_where_ours_works(rules: Rules) -> None:
    own = (
        "I cannot sign on to PACER; it says the password has expired. May I have the password reset? "
        "My court filing login is fine, I was in it an hour ago.\n\nAda Filer\nSBN 234561\n"
    )
    mail = message(own, sender=ADA, subject="Password reset - Ada Filer, SBN 234561")
    assert understand(mail, rules).category is Category.PACER_ACCOUNT


@pytest.mark.parametrize(
    "also",
    [
        "I have been at ada@filerquill.example for a decade.",
        'I tried "Forgot my password", but no mail came. Would you please reset it by hand?',
        "My eVoucher is fine, don't touch that one.",
        "Your system and I are strangers.",
    ],
)
def test_what_only_sounds_like_a_doubt_is_none(also: str, rules: Rules) -> None:
    assert warned_of(f"{ASKS}{also}", rules) == set()


def test_a_managing_clerk_is_no_court(rules: Rules) -> None:
    own = "Kindly reset the ECF password of our partner Ada Filer, SBN 234561, ada@filerquill.example."
    firm = "Managing Clerk's Office <clerk@filerquill.example>"
    assert SignalName.POSES_AS_COURT not in warned_of(own, rules, sender=firm)
    assert SignalName.POSES_AS_COURT in warned_of(own, rules, sender="Clerk's Office <clerk@quill.example>")


def test_who_asks_the_same_again_asks_for_a_reset(rules: Rules) -> None:
    mail = message("Same here please!\n\nAda Filer", sender=ADA, subject="Re: Please reset my CM/ECF password")
    found = understand(mail, rules)
    assert found.category is Category.PASSWORD_RESET
    assert [claim.name.value for claim in found.claims if claim.name] == ["Ada Filer"]


def test_not_applicable_as_a_bar_id_is_having_none(rules: Rules) -> None:
    own = 'I am a Special AUSA. Your form took "N/A" for Bar ID. My CM/ECF password needs to be reset.\n\nAda Filer'
    assert one_claim(own, rules).says_no_bar_id


@pytest.mark.parametrize(
    "name", ["Elena Quill", "Isabel Quill", "LaToya Quill-Boone", "Michael Quill", "Ofelia Quill", "Dennis Quill"]
)
@pytest.mark.parametrize(
    "own",
    [
        "I write on behalf of {}, SBN 234561, who has forgotten the CM/ECF password. Please reset it.",
        "My boss {} cannot get into CM/ECF. The bar number is 234561. Can you reset the password?",
        "Please reset {}, SBN 234561, for CM/ECF.",
    ],
)
def test_a_name_that_begins_like_an_article_is_whole(own: str, name: str, rules: Rules) -> None:
    mail = f"{own.format(name)}\n\nTess Vale\nParalegal"
    assert name_of(mail, rules, sender="Tess Vale <tess@valelegal.example>") == name


@pytest.mark.parametrize(
    "written",
    ["Quill, Ada M.", 'Ada "Addie" Quill', "Ada van der Quill", "Jean-Luc de la Quill", "Ada Quill, Esq., CPA"],
)
def test_a_name_in_the_cell_beside_its_label_is_read_in_any_form(written: str, rules: Rules) -> None:
    own = f"Please reset my password.\n\nName\t{written}\nBar ID\t234561\nE-mail\tops@firm.example\n"
    words = name_of(own, rules, sender="ops@firm.example")
    assert words is not None
    assert set(words.split()) <= set(written.replace(",", "").split())
    assert words.endswith("Quill") or words.startswith("Ada M.")


def test_junior_behind_a_name_in_turned_order_is_a_part_of_it(rules: Rules) -> None:
    own = "I am Quill, Adam, Jr., and I have lost my CM/ECF password. My bar number is 234561."
    assert name_of(own, rules, sender='"Quill, Adam" <aquill@firm.example>') == "Adam Quill, Jr."
