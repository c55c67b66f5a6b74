"""Whether what a message wants is said in so many words, or only guessed."""

from __future__ import annotations

from collections.abc import Iterator

from helpdesk.policy.reading import Categories
from helpdesk.understand.caution.doubts import warning
from helpdesk.understand.filers.addresses import find_addresses
from helpdesk.understand.filers.given import gives_bar_id_in_words
from helpdesk.understand.filers.passed_on import went_to_us
from helpdesk.understand.reading_rules import ReadingRules
from helpdesk.understand.text.history import is_answer
from helpdesk.understand.text.own_words import own_words
from helpdesk.understand.text.sight import Sight
from helpdesk.understand.text.spelling import as_meant
from helpdesk.understand.topics.trouble import pleads
from helpdesk.understand.topics.whose import asks_by_name, asks_for_no_others
from helpdesk.understand.topics.wishes import Wishes
from helpdesk.understand.topics.wording import MACHINES
from helpdesk.vocabulary import RESETS, Category, Message, Signal, SignalName

_BESIDE_A_RESET = (Category.OTHER_COURT, Category.PACER_ACCOUNT, Category.PACER_LINK)


def only_guessed(
    sight: Sight, asked: str, wishes: Wishes, signals: tuple[Signal, ...], rules: ReadingRules
) -> Iterator[Signal]:
    """What to warn of where a reset, or an answer in its place, rests on likeness alone.

    asked: the words that ask, which may be those of a mail passed on. signals: those the message shows already.
    """
    if not _is_warned(signals):
        yield from _reset_guessed(asked, wishes, rules.categories)
    yield from _answer_guessed(sight, wishes, rules)


def _reset_guessed(asked: str, wishes: Wishes, rules: Categories) -> Iterator[Signal]:
    """A reset by the likeness of its words alone, or by what it gives, is nothing routine.

    That is where signs speak for a matter not far off, and where no sentence asks for it or says what is lost.
    """
    if wishes.category not in RESETS:
        return
    if wishes.contested is not None and wishes.contested not in RESETS:
        other = wishes.contested.value.replace("_", " ")
        reason = f"Its words are like those of a reset, but there are signs of another matter: {other}."
        yield warning(SignalName.NOT_PLAINLY_ASKED, reason)
    elif wishes.category is Category.PASSWORD_RESET and not (wishes.answers or _pleads(asked, rules)):
        reason = "Nothing in it plainly asks for a reset, or says that a password is lost or fails."
        yield warning(SignalName.NOT_PLAINLY_ASKED, reason)


def _pleads(asked: str, rules: Categories) -> bool:
    return pleads(own_words(as_meant(asked, rules.spelling)), rules.password)


def _answer_guessed(sight: Sight, wishes: Wishes, rules: ReadingRules) -> Iterator[Signal]:
    """Who states Bar ID and address, as a reset needs them, gets no answer to what the words are merely like.

    Nor to another matter, where a sentence asks for a reset of ours by its name: the two may stand side by side.
    """
    guessed = wishes.settled is not wishes.category and wishes.category not in (
        *RESETS,
        *MACHINES,
        Category.FOLLOW_UP,
    )
    beside = wishes.category in _BESIDE_A_RESET and _asks_for_ours(sight, wishes, rules.categories)
    if not (guessed or beside) or not gives_bar_id_in_words(sight, rules.extraction):
        return
    if sight.text.once(find_addresses, rules.extraction.address):
        what = "a reset of ours is asked for, too" if beside else "what is asked is only guessed by its words"
        yield warning(SignalName.NOT_PLAINLY_ASKED, f"States a Bar ID and an address, as a reset needs them; {what}.")


def _asks_for_ours(sight: Sight, wishes: Wishes, rules: Categories) -> bool:
    if Category.PASSWORD_RESET in wishes.wants:
        return True
    own = own_words(sight.words)
    if asks_by_name(own, rules.password, rules.password.ours):
        return True  # beside another court, "can you reset it?" is about that one's
    return wishes.category is not Category.OTHER_COURT and asks_for_no_others(own, rules.password)


def only_takes_back(message: Message, sight: Sight, signals: tuple[Signal, ...], rules: ReadingRules) -> bool:
    """Whether what answers a mail, or passes one on that went to us, says nothing of a reset but that none is due."""
    password = rules.categories.password
    again = went_to_us(message, sight.words, rules.extraction) and not password.bids.search(sight.words)
    if not (is_answer(message) or again) or password.hands_on.search(sight.words):
        return False
    return not gives_bar_id_in_words(sight, rules.extraction) and _is_warned(signals)


def _is_warned(signals: tuple[Signal, ...]) -> bool:
    return any(signal.name is SignalName.NOT_PLAINLY_ASKED for signal in signals)
