"""Requests that look complete, and what in them must make a person look all the same."""

from __future__ import annotations

import pytest

from helpdesk.rules import Rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Address, Category, Missing, Severity, SignalName
from tests.core.mail import message
from tests.project import corpus_lines

ASKS = "Please reset my CM/ECF password. "
ADA = "\n\nAda Filer\nSBN 234561\nada@filerquill.example\n"
TESS = "Tess Vale <tess@filerquill.example>"
FOR_ADA = "Please reset the ECF password of Ada Filer, SBN 234561. "


def warned_of(own: str, rules: Rules, *, sender: str = "Ada Filer <ada@filerquill.example>") -> set[SignalName]:
    signals = understand(message(own, sender=sender), rules).signals
    return {signal.name for signal in signals if signal.severity is Severity.WARNING}


@pytest.mark.parametrize(
    "also",
    [
        "",
        "I look forward to hearing from you.",
        "The e-mail from the reset page never came.",
        "It goes to my primary address, I know.",
        "My e-mail has not changed.",
        "I need it before I can link my PACER account.",
        "It worked until last week.",
        "My secretary set it up and has left the firm.",
        "Please let me know when it is done, or call me with any questions.",
        "I am getting our attorneys ready for March.",
        "I am one of our partners here who still file themselves.",
    ],
)
def test_a_plain_request_raises_no_doubt(also: str, rules: Rules) -> None:
    assert warned_of(f"{ASKS}{also}{ADA}", rules) == set()


SAYS_NOTHING_OF_WHO_OR_WHERE = (
    "Writing on the holiday so it waits for you Tuesday.",
    "The old one was my dog's name, and the dog has passed away.",
    "My partner, who sits next door, had no trouble with hers at all.",
    "Someone at your counter gave me this address.",
    "The IT people wiped my computer after the ransomware scare.",
    "My phone was stolen in Lisbon; everything was in it.",
    "I asked for a reset last Thursday but nothing came, not even in junk.",
    "Nothing about my account has changed in ten years.",
    "Notices of filing still reach me at this address without fail.",
    "I understand that it can only be sent to the address of record.",
    "I must have it before the second of March or so I read.",
    "My associate will do the linking for me when the time comes.",
    "Nobody but me has ever used the account.",
    "We are two lawyers here but only I am admitted to your court.",
    "Both my state court and PACER passwords work, it is only yours.",
    "Both browsers refuse it.",
    "I have one for PACER and one for you, and yours is the one I lost.",
    "My login is my last name plus 77, I think.",
    "After the last Windows update nothing was remembered any more.",
    "I could swear that it was right.",
    "I was of counsel then, now I am a partner, at the same firm.",
    "I am semi-retired and file about once a year.",
    "I retired from the bench and am an attorney again.",
    "Judge Curiel's chambers suggested that I write to you.",
    "Here is what your notice asks for.",
    "I wanted to do this earlier, but there was a trial.",
    "This is embarrassing to admit.",
    "You reset it once before, in 2017.",
    "Thank you all, and a happy new year.",
    "I am ready for linking except for that one thing.",
    "Until then I cannot link anything.",
    "Sorry for the long story.",
    "The site is slow today, by the way.",
    "No need to reply, just reset it.",
    "Don't laugh.",
    "I did not make a note of it.",
    "I did not request it online because the page hangs.",
    "It was not me who chose it, it was assigned by you in 2008.",
    "I tried three passwords and none of them worked.",
    "I have two cases pending before your court and a brief due in March.",
    "My secretary always typed it in for me and she has retired.",
    "It is too complicated for me to do on the web page.",
    "It's too late to call anybody today.",
    "My old laptop died and the browser had remembered the password.",
    "My laptop was stolen last week, and my saved passwords with it.",
    "I changed phones and my password manager is empty.",
    "I have not filed in your court since 2016.",
    "The reset page says that a link was sent, but I did not get the e-mail.",
    "I never receive the reset e-mail, and I checked my spam folder.",
    "The e-mail from your web page does not arrive.",
    "The link in the reset e-mail does not work.",
    "The link you sent had expired when I clicked it.",
    "I could not find the password reset e-mail anywhere.",
    "The password reset email did not work.",
    "Here are my e-mail and full name.",
    "Below please find my full name, bar number and e-mail address.",
    "My e-mail address has not changed.",
    "The address on file is correct.",
    "My address on file should still be right.",
    "My PACER account is upgraded already.",
    "I already upgraded my PACER account last week.",
    "I understand that I have to link the accounts after March 2.",
    "When I try to link, it asks for the old CM/ECF password.",
    "I got it wrong three times and now it is locked.",
    "I found it impossible to do this on the web.",
    "At first I thought your notice was suspicious, but my colleague says it is real.",
    "Is the notice of January 2 genuine? It looked suspicious.",
    "My partner has already had hers reset by you.",
    "My colleague told me to write to this address.",
    "Your colleague on the phone told me to send an e-mail.",
    "I spoke with someone at the clerk's office who told me to e-mail you.",
    "Somebody told me that this is the right address.",
    "Please do not hesitate to call me.",
    "Please don't change my e-mail.",
    "You need not call me.",
    "I do not need the login name, only the password.",
    "If you need anything else, let me know.",
    "If I forgot to mention something, please ask.",
    "Can you send it to my primary e-mail, which you have on file?",
    "Please send it to me at the e-mail on file.",
    "You can send me the temporary password at my usual address.",
    "Send the new password to my e-mail address on file.",
    "Please send me a temporary password.",
    "Kindly send me a reset link.",
    "Please reply to this e-mail.",
    "Reach me at 619-555-0144 with any questions.",
    "Thank you for your help with this and Happy New Year to you all.",
    "I am copying my assistant so that she knows.",
    "You must get hundreds of these.",
    "All the attorneys here got your notice.",
    "Every attorney in my firm received your notice.",
    "Your notice says that attorneys who lost their passwords may write to you.",
    "Everyone in the office is scared of March 2.",
    "It worked until last month.",
    "My login is afiler, in case that helps.",
    "Maybe someone in IT changed it, I don't know.",
    "Perhaps my old secretary changed it.",
    "It may have been changed when you updated your system.",
    "We moved our office across the street, same phone and e-mail.",
    "I am in trial this week.",
    "I keep getting an error.",
    "My wife says I should write down my passwords.",
    "I am a sole practitioner.",
    "My PACER login works, it is the CM/ECF one that I need.",
    "PACER support told me that only the court can reset it.",
    "The same password works in the Central District, but not in yours.",
    "I can get my e-mail on the phone.",
    "My inbox is empty.",
    "My office has been closed for the holidays.",
    "Our spam filter may have eaten your message.",
    "I apologize for bothering you.",
    "I believe that this is all the information you need.",
    "Please let me know when it is done.",
    "How long does this take?",
    "Do I also have to upgrade my PACER account?",
    "When does the new system start?",
    "I set the password in 2009 and wrote it on a note that is gone.",
    "I lost my notebook in a move.",
    "The security question was about a dog I never had.",
    "Your web page did not accept my e-mail address.",
    "The account has been in my name since 2007.",
    "I do not want to miss the deadline of March 2.",
    "I no longer remember what I chose.",
    "My password expired, it seems.",
    "Feel free to send it over the weekend.",
    "I would be grateful.",
    "Both the login screen and the reset page reject me.",
    "I have tried both of my usual passwords.",
    "My e-mail and telephone are unchanged.",
    "I wrote to you in December about something else.",
    "I got your e-mail of January 2.",
    "I receive NEFs at this address without any problem.",
)


@pytest.mark.parametrize("also", SAYS_NOTHING_OF_WHO_OR_WHERE)
def test_what_people_tell_beside_a_request_raises_no_doubt(also: str, rules: Rules) -> None:
    understanding = understand(message(f"{ASKS}{also}{ADA}"), rules)
    assert [signal.reason for signal in understanding.signals if signal.severity is Severity.WARNING] == []
    assert understanding.wants[0] is Category.PASSWORD_RESET
    assert Category.EMAIL_CHANGE not in understanding.wants
    [claim] = understanding.claims
    assert claim.bar_id is not None
    assert claim.bar_id.value == "234561"


TOUCHES_WHO_OR_WHERE = (
    "Please reset that of Amy Stone, too.",
    "And also that of Amy Stone, who shares my office.",
    "I got married; my account is under my maiden name.",
    "I merged the account with PACER on Monday.",
    "My former associate still uses the account.",
    "I am taking over the practice of a colleague who passed away.",
    "My e-mail on file should be the one at my former firm.",
    "Thanks for the reset yesterday. I am in.",
    "My office mail is down, so send it here.",
    "My associate Grace needs hers too.",
    "Please reset my partner's as well.",
    "Me and my partner are locked out.",
    "The two of us cannot get in.",
    "Neither of us can log in.",
    "We both forgot ours.",
    "Both of us need it.",
    "All of us here have lost them.",
    "Grace Hopkinson's too, please.",
    "Same for my law partner.",
    "And please do the same for Grace.",
    "My wife, who practices with me, also lost hers.",
    "Our passwords do not work.",
    "Our three associates need new ones as well.",
    "My husband has the same problem.",
    "Please send it to my assistant.",
    "Please send it to my gmail instead.",
    "Please send the new password to this address, not to the one on file.",
    "Just text it to me at 619-555-0144.",
    "Call me with the new password.",
    "Please read it to my secretary over the phone.",
    "Please fax it.",
    "Send it to a different address than the one on file.",
    "The e-mail on file is my old firm's.",
    "The address you have no longer works.",
    "My mailbox at the old firm was closed.",
    "I no longer have access to that mailbox.",
    "I cannot get into my e-mail account.",
    "I can't access my e-mail any more.",
    "My e-mail was hacked.",
    "My e-mail account was hacked and I want to be safe.",
    "I left the firm in December and have a new e-mail.",
    "My e-mail has changed.",
    "Our domain changed on January 1.",
    "My e-mail address is different now.",
    "We have a new domain.",
    "The primary address is outdated.",
    "My primary e-mail bounces.",
    "The mailbox is full.",
    "That inbox is not monitored any more.",
    "I use my personal e-mail now.",
    "I changed firms last month.",
    "I have moved to another firm.",
    "I linked my account to PACER yesterday.",
    "I have already linked the accounts.",
    "My account is linked already.",
    "After linking I cannot get in.",
    "Somebody changed my password without my knowledge.",
    "Someone else is using my account.",
    "I did not request the reset that I was sent.",
    "I got a reset mail that I never asked for.",
    "Please do not reset it yet.",
    "Never mind, I found it.",
    "I found it in the meantime.",
    "Please ignore my request of yesterday.",
    "Cancel the request if it is still open.",
    "It works now.",
    "If I lose it, how do I get a new one?",
    "The clerk already approved this.",
    "My identity was verified by phone.",
    "Approved by Judge Curiel.",
    "Skip the usual checks please.",
    "You may ignore the usual procedure.",
    "What e-mail do you have on file for me?",
    "Which address will it go to?",
    "Please tell me which e-mail address is on record.",
    "I am not sure whether my number is 234561 or 234651.",
    "My bar number used to be 301122.",
    "I received a reset mail that I never asked for.",
    "It works again now.",
)


@pytest.mark.parametrize("also", TOUCHES_WHO_OR_WHERE)
def test_what_touches_the_filer_or_the_way_is_never_routine(also: str, rules: Rules) -> None:
    understanding = understand(message(f"{ASKS}{also}{ADA}"), rules)
    warned = any(signal.severity is Severity.WARNING for signal in understanding.signals)
    others = Category.EMAIL_CHANGE in understanding.wants or len(understanding.claims) > 1
    assert warned or others or understanding.category is not Category.PASSWORD_RESET


@pytest.mark.parametrize(
    "also",
    [
        "The e-mail to use: tess@filerquill.example. I handle all her mail.",
        "She rarely opens her own e-mail, so use this address.",
        "Please e-mail me a new password.",
    ],
)
def test_staff_who_put_their_own_address_forward_are_noticed(also: str, rules: Rules) -> None:
    warned = warned_of(f"{FOR_ADA}{also}\n\nTess Vale\nParalegal\n", rules, sender=TESS)
    assert warned & {SignalName.SEND_ELSEWHERE, SignalName.ADDRESS_IN_DOUBT}


@pytest.mark.parametrize(
    "also",
    [
        "You may mail it to her and not to me.",
        "Mine, for questions: tess@filerquill.example.",
        "Secondary e-mail: tess@filerquill.example<mailto:tess@filerquill.example> (mine)",
        "Do not reset Mr. Roe, his is fine.",
        "It must go to her own address, I know.",
    ],
)
def test_staff_who_leave_it_to_the_filer_raise_no_doubt(also: str, rules: Rules) -> None:
    assert warned_of(f"{FOR_ADA}{also}\n\nTess Vale\nParalegal\n", rules, sender=TESS) == set()


@pytest.mark.parametrize(
    "also",
    [
        "The mailbox on the account was shut down in December.",
        "I can no longer get into that inbox.",
        "IT migrated our domain, what you have bounces.",
        "While you are at it, put down ada@elsewhere.example instead.",
        "Everything should come to ada@elsewhere.example these days.",
        "I have a new e-mail.",
        "Ya no tengo acceso a ese correo.",
    ],
)
def test_a_mailbox_in_doubt_is_noticed_without_the_word_change(also: str, rules: Rules) -> None:
    assert warned_of(f"{ASKS}{also}{ADA}", rules) & {SignalName.ADDRESS_IN_DOUBT, SignalName.SEND_ELSEWHERE}


@pytest.mark.parametrize(
    "also",
    [
        "Let me have the new password please, she is in trial.",
        "I will take it by phone.",
        "Just reply with it.",
        "She cannot read mail in court, so we need it here.",
    ],
)
def test_staff_who_want_the_result_are_noticed(also: str, rules: Rules) -> None:
    assert SignalName.SEND_ELSEWHERE in warned_of(f"{FOR_ADA}{also}\n\nTess Vale\n", rules, sender=TESS)


def test_staff_who_want_it_sent_to_the_filer_raise_no_doubt(rules: Rules) -> None:
    own = f"{FOR_ADA}It can go to ada@filerquill.example, she reads it at night.\n\nTess Vale\n"
    assert warned_of(own, rules, sender=TESS) == set()


@pytest.mark.parametrize(
    "own",
    [
        "Please do not reset my CM/ECF password, I found it.",
        "If I lose my CM/ECF password, how do I reset it?",
        "Somebody requested a reset of my CM/ECF password, it was not me!",
        "I asked for a reset of my CM/ECF password yesterday. Please cancel that.",
        "Did you receive my request to reset the CM/ECF password?",
    ],
)
def test_what_is_not_a_plain_request_is_never_routine(own: str, rules: Rules) -> None:
    understanding = understand(message(own + ADA), rules)
    warned = {signal.name for signal in understanding.signals if signal.severity is Severity.WARNING}
    assert SignalName.NOT_PLAINLY_ASKED in warned or not understanding.claims


@pytest.mark.parametrize(
    "also",
    [
        "Also do my partner's.",
        "And reset Grace's too.",
        "My associate also needs hers.",
        "Both of us are locked out.",
    ],
)
def test_more_filers_than_were_found_are_noticed(also: str, rules: Rules) -> None:
    found = understand(message(f"{ASKS}{also}{ADA}"), rules)
    assert len(found.claims) > 1 or SignalName.SEVERAL_MEANT in {signal.name for signal in found.signals}


def test_own_password_with_another_persons_particulars_is_noticed(rules: Rules) -> None:
    own = "I lost my CM/ECF password. Our supervising attorney is Grace Hopkinson, SBN 301122.\n\nAda Filer\n"
    assert SignalName.WHO_UNCLEAR in warned_of(own, rules)


def test_whoever_signs_in_another_alphabet_may_be_the_same(rules: Rules) -> None:
    own = "My ECF password does not fit any more. I am Svetlana Baranova, bar 295523.\n\n"
    sender = "Svetlana Baranova <svetlana@baranova.example>"
    signals = understand(message(own, signature="Светлана Баранова\n", sender=sender), rules).signals
    assert SignalName.WHO_UNCLEAR not in {signal.name for signal in signals}


@pytest.mark.parametrize("spelled", ["Hsiu-Mei (Jenny) Huang", "Hsiu-Mei “Jenny” Huang", "Hsiu-Mei Huang (Jenny)"])
def test_whoever_is_called_what_stands_in_brackets_is_the_same(spelled: str, rules: Rules) -> None:
    own = "Please reset my CM/ECF password.\n\n{}, SBN 269077, hmhuang@huangkolb.example\n\nBest,\nJenny\n"
    sender = "Jenny Huang <hmhuang@huangkolb.example>"
    called, uncalled = (understand(message(own.format(n), sender=sender), rules) for n in (spelled, "Hsiu-Mei Huang"))
    assert [claim.name.value for claim in called.claims if claim.name] == ["Hsiu-Mei Huang"]
    assert SignalName.WHO_UNCLEAR not in {signal.name for signal in called.signals}
    assert SignalName.WHO_UNCLEAR in {signal.name for signal in uncalled.signals}


def test_the_number_of_another_licence_than_the_one_told_is_no_warning(rules: Rules) -> None:
    own = f"{ASKS}I am registered with you under my {{}} license.\n\nAda Filer\nNevada 023817, California 234561\n"
    for state, number in (("California", "234561"), ("Nevada", "023817")):
        found = understand(message(own.format(state), sender="Ada Filer <ada@filerquill.example>"), rules)
        assert [claim.bar_id.value for claim in found.claims if claim.bar_id] == [number]
        assert not [signal for signal in found.signals if signal.severity is Severity.WARNING]


def test_an_account_that_is_said_to_be_linked_is_noticed(rules: Rules) -> None:
    assert SignalName.SAYS_LINKED in warned_of(f"{ASKS}I linked it to PACER last week.{ADA}", rules)


def test_a_second_guess_at_the_number_is_noticed(rules: Rules) -> None:
    own = f"{ASKS}\n\nAda Filer\nSBN 234561 (or was it 234516?)\n"
    assert SignalName.OTHER_BAR_ID in warned_of(own, rules)


@pytest.mark.parametrize(
    ("own", "unclear"),
    [
        ("I forgot my password. Is it you or PACER who fixes that?", True),
        ("I lost my password and I am not sure which one, the PACER one or yours.", True),
        ("I forgot my CM/ECF password. Does PACER reset it, or do you?", False),
        ("I forgot my CM/ECF password. PACER works.", False),
        ("- which password: the one I lost\n- is it PACER or ECF: ECF, yours\nPlease reset my password.", False),
    ],
)
def test_whoever_does_not_know_which_password_is_asked(own: str, unclear: bool, rules: Rules) -> None:
    understanding = understand(message(own + ADA), rules)
    assert (Missing.SYSTEM in understanding.missing) is unclear


DOUBTFUL = corpus_lines("doubtful.txt")


@pytest.mark.parametrize("also", DOUBTFUL)
def test_a_complete_request_that_says_such_a_thing_is_looked_at(also: str, rules: Rules) -> None:
    """Each of these stood in a mail that gave name, number and address, and that no clerk would approve unread."""
    understanding = understand(message(f"{ASKS}{also}{ADA}"), rules)
    warned = any(signal.severity is Severity.WARNING for signal in understanding.signals)
    assert warned or understanding.category not in (Category.PASSWORD_RESET, Category.FORGOT_LOGIN)


def test_what_people_chat_about_beside_a_request_raises_hardly_a_doubt(rules: Rules) -> None:
    """Of clients and cases, family and weather: lawyers of themselves, staff of the lawyer they ask for.

    Hardly, for no weights of words tell all of thousands of sentences.
    """
    own = corpus_lines("harmless.txt")
    of_staff = corpus_lines("harmless_of_staff.txt")
    for_ada = "Our attorney cannot get into CM/ECF, please reset the password."
    signed = f"{ADA}\nTess Vale\nParalegal\n"
    doubted = [also for also in own if warned_of(f"{ASKS}{also}{ADA}", rules)]
    doubted += [also for also in of_staff if warned_of(f"{for_ada} {also}{signed}", rules, sender=TESS)]
    assert len(doubted) <= 0.003 * len(own + of_staff), doubted


@pytest.mark.parametrize("afterthought", ["Never mind, found it", "Request withdrawn", "Don't do it, found it"])
def test_an_afterthought_in_the_signature_is_read_and_a_title_is_not(afterthought: str, rules: Rules) -> None:
    signature = "\n\nRegards,\nAda Filer\n"
    own = f"{ASKS}\nSBN 234561\nada@filerquill.example"
    sender = "Ada Filer <ada@filerquill.example>"
    titled = understand(message(own, signature=f"{signature}Major Frauds Section", sender=sender), rules)
    thought = understand(message(own, signature=f"{signature}{afterthought}", sender=sender), rules)
    assert not any(signal.severity is Severity.WARNING for signal in titled.signals)
    assert any(signal.severity is Severity.WARNING for signal in thought.signals)


@pytest.mark.parametrize("other", ["234516", "234567", "243561", "2345611", "23561"])
def test_a_number_that_is_nearly_the_bar_id_is_looked_at(other: str, rules: Rules) -> None:
    """Whoever corrects themselves states two numbers, and the second may be another filer's."""
    own = f"{ASKS}My number is {other}, no, sorry, my card says otherwise.{ADA}"
    assert SignalName.OTHER_BAR_ID in warned_of(own, rules)


@pytest.mark.parametrize(
    "other", ["234561", "98101", "619-234-5612", "3:19-cv-23456", "92101-2345", "1234987", "0234561"]
)
def test_numbers_of_other_kinds_are_no_slips_of_the_bar_id(other: str, rules: Rules) -> None:
    assert warned_of(f"{ASKS}My suite moved, now {other}.{ADA}", rules) == set()


def test_what_is_written_to_another_court_is_not_asked_of_us(rules: Rules) -> None:
    def reasons(*to: str) -> list[str]:
        recipients = tuple(Address(display_name="", address=address) for address in to)
        mail = message(f"{ASKS}{ADA}", to=recipients)
        return [s.reason for s in understand(mail, rules).signals if s.severity is Severity.WARNING]

    [reason] = reasons("ecf-helpdesk@nysd.uscourts.gov")
    assert reason == "It is written to ecf-helpdesk@nysd.uscourts.gov; we only get a copy."
    assert reasons("ecf-helpdesk@nysd.uscourts.gov", "ecfhelp@casd.uscourts.gov") == []
    assert reasons("tess@filerquill.example") == []
