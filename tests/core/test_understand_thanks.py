"""Thanks are not answered and reopen nothing; whoever thanks and asks is not overheard."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Attachment, Category
from tests.core.mail import message

THANKS_ALONE = (
    "Arrived and linked. You're stars.",
    "Thanks!",
    "Thank you so much, I am in.",
    "Got it, works now. Thank you!",
    "It was in my junk folder. Thanks again.",
    "ok will do",
    "Perfect. Have a great weekend.",
    "That did it. You can close this.",
    "Muchas gracias, ya entré.",
    "Thank you for the quick reply. No further help needed.",
    "Many thanks for your patience with me.",
    "Worked like a charm, thank you kindly.",
    "Received, with thanks.",
    "Appreciate it!",
    "You saved my day.",
    "Thanks, got in just now.",
    "Great, all set. Couldn't have been easier.",
    "Thank you, Denise.",
    "Yes",
    "Wonderful service, and on a Sunday. I am grateful.",
    "thx",
    "Thanks. That's all I needed.",
    "Thank you both. Please have a nice holiday.",
    "Success! The new one works. Best, Al",
    "Understood, I will write to PACER. Thank you.",
    "Noted, thanks. I'll wait for March 2.",
    "Muy amable, gracias.",
    "Thank you Maria, you saved my weekend. The motion got filed with ten minutes on the clock.",
)
ASKS_TOO = (
    "Thanks, but the link is expired.",
    "Thank you. It still does not work.",
    "Got it, but it says invalid.",
    "Thank you in advance.",
    "Thanks. Could you also reset my partner's?",
    "Thanks for the notice. my bar is 123456, reset pls",
    "Great. And how do I link now?",
    "Thank you for your e-mail. I need a reset of my password.",
    "ok. and my login?",
    "Thank you. Ada Filer, 234561",
    "Please reset my password. Thanks",
    "Received it and it says error 12. Thanks.",
    "Thanks, what do I do next?",
    "Gracias, pero no funciona.",
    "ok, reset it",
    "Great, send it to my office.",
    "Thank you for resetting the wrong account.",
    "Thanks, waiting for the password.",
    "My password is lost. Appreciate it!",
    "Thanks. I forgot my login too.",
    "Thank you, received. Now the login name is the thing.",
    "Thanks. It went to my old firm's mailbox.",
    "Many thanks. It's the PACER one, sorry.",
    "Thanks! 2 more: Jane Roe and John Doe.",
    "ok thanks, tell her to use the other one",
    "Thanks, somebody else must have asked for this.",
    "Great, thanks! And the password page, what is it",
)


@pytest.mark.parametrize("own", THANKS_ALONE)
def test_an_answer_that_only_thanks_is_known_as_such(own: str, rules: Rules) -> None:
    understanding = understand(message(own, subject="Re: password", in_reply_to=("a@b.example",)), rules)
    assert understanding.thanks_only
    assert understanding.category is Category.FOLLOW_UP


@pytest.mark.parametrize("own", ASKS_TOO)
def test_whoever_thanks_and_asks_is_not_overheard(own: str, rules: Rules) -> None:
    understanding = understand(message(own, subject="Re: password", in_reply_to=("a@b.example",)), rules)
    assert not understanding.thanks_only


@pytest.mark.parametrize("own", ["The balance is overdue. Pay today, thank you.", "See subject. Thx.", "Thanks!"])
def test_a_first_mail_is_thanks_only_when_all_of_it_is(own: str, rules: Rules) -> None:
    assert not understand(message(own, subject="ECF password reset, Ada Filer"), rules).thanks_only


@pytest.mark.parametrize(
    "own",
    [
        "See my notes in >>> below. Thanks, Joan",
        "My answers are below in caps. Thank you!",
        "Thanks! Here it is.",
        "Attached. Thank you.",
        "Filled it in below, thanks",
        "Thank you, the form is attached.",
    ],
)
def test_thanks_above_what_is_wanted_are_not_all(own: str, rules: Rules) -> None:
    mail = message(own, subject="RE: CM/ECF password", quote="From: ECF Help\n\nPlease send us the Bar ID: 234561\n")
    assert not understand(mail, rules).thanks_only


@pytest.mark.parametrize(("kind", "alone"), [("application/pdf", False), ("image/png", True)])
def test_thanks_over_a_document_are_not_all_but_a_logo_adds_nothing(kind: str, alone: bool, rules: Rules) -> None:
    file = Attachment(index=2, file_name="a", declared_type=kind, true_type=kind, size=9)
    mail = message("Thank you so much!", subject="RE: CM/ECF password", attachments=(file,))
    assert understand(mail, rules).thanks_only is alone


@pytest.mark.parametrize(
    ("author", "alone"), [("Grace Filer", False), ("ECF Help <ecfhelp@casd.uscourts.gov>", True)]
)
def test_thanks_for_what_others_wrote_to_one_another_pass_that_on(author: str, alone: bool, rules: Rules) -> None:
    quote = f"From: {author}\nSent: Monday\nTo: Ada Filer\n\nPlease have my CM/ECF password reset, 234561.\n"
    mail = message("Looping you in. Thanks!", subject="RE: ECF", quote=quote)
    assert understand(mail, rules).thanks_only is alone


@pytest.mark.parametrize("own", ["That is correct, thank you.", "It is. Thank you very much.", "Yes, thanks!"])
@pytest.mark.parametrize(
    ("asked", "alone"),
    [("Is 234561 your Bar ID? Then we reset it.", False), ("It was reset. Is there anything else?", True)],
)
def test_thanks_that_say_yes_to_our_question_ask_for_what_it_offers(
    own: str, asked: str, alone: bool, rules: Rules
) -> None:
    quote = f"On Feb 19, 2020, ECF Help <ecfhelp@casd.uscourts.gov> wrote:\n> {asked}\n"
    assert understand(message(own, subject="Re: CM/ECF password", quote=quote), rules).thanks_only is alone
