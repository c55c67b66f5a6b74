"""What the likeness of a mail's words may make of it, given what it says plainly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from helpdesk.policy.reading import Password
from helpdesk.understand.text.own_words import OwnWords
from helpdesk.understand.topics.trouble import names_password, speaks_of_login_alone
from helpdesk.understand.topics.whose import (
    asks_by_name,
    ours_in_trouble,
    ours_named_in_trouble,
    ours_works,
    pacers_is_lost,
)
from helpdesk.understand.topics.wording import MACHINES
from helpdesk.vocabulary import RESETS, Category, Message

# Where signs come to these and none speaks of a reset, likeness of words alone makes none of it.
_NOT_A_RESET = (Category.FOLLOW_UP, Category.GENERAL)


# What the likeness of words may make of an answer to a mail about a reset. No standard answer is due there.
_IN_ANSWERS = (*RESETS, *MACHINES, Category.FOLLOW_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What else a message tells. The questions cost time: they are asked only where the answer matters."""

    bar_id: Callable[[], bool]  # is a Bar ID stated?
    bar_id_in_words: Callable[[], bool]  # is one stated in the text, above the signature?
    all_particulars: Callable[[], bool]  # do Bar ID and name stand there, however much is said besides?
    particulars: Callable[[], bool]  # does a Bar ID or an address stand in the words themselves, above the signature?
    somebody: Callable[[], bool]  # does the text say who is meant, by Bar ID or name?
    poses_as_court: bool  # an outsider presents itself as a court


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """What a mail says plainly, before anybody asks what its words are like."""

    message: Message
    own: OwnWords
    said: Mapping[Category, str]
    settled: Category | None  # what the signs come to
    hinted: Set[Category]  # for which any sign speaks, however little
    answers_reset: Callable[[], bool]  # does it answer a mail about somebody's reset? It takes time to tell
    outright: bool  # the text itself asks for a reset
    password: Password
    given: Given


def may_be(category: Category, plain: Plain) -> bool:
    """Whether the likeness of words may make this of a mail, given what it says plainly."""
    if plain.settled is None and category not in _IN_ANSWERS and plain.answers_reset():
        return False
    if plain.settled is Category.FOLLOW_UP and category not in _IN_ANSWERS and _gives_number_again(plain):
        return False  # "I have asked for a reset, nothing came. A former associate has the mailbox."
    return _fits(category, plain)


def _fits(category: Category, plain: Plain) -> bool:
    message, own, password = plain.message, plain.own, plain.password
    resets = Category.PASSWORD_RESET in plain.said
    match category:
        case Category.PASSWORD_RESET:
            return resets or not _is_no_reset(plain)
        case Category.OTHER_COURT:
            named = category in plain.said or bool(password.abroad.search(own.all))
            return not (resets and (not named or ours_in_trouble(own.sentences, password)))
        case Category.PACER_ACCOUNT | Category.PACER_LINK:
            return not (resets and _is_ours_beside_pacer(category, plain))
        case Category.FORGOT_LOGIN:
            return not resets or bool(password.login_words.search(own.all) and not password.not_login.search(own.all))
        case Category.FOLLOW_UP:  # who merely asks for an answer has given the number before
            return plain.settled not in RESETS or not _gives_number_again(plain)
        case Category.SPAM:  # bait leads somewhere; whoever attaches a form for a reset does not
            attaches_form = resets and message.attachments and "://" not in own.all
            if attaches_form and password.ours.search(own.all):
                return False
            return category in plain.hinted or not _gives_number(plain, resets=resets)
        case Category.AUTOMATIC:  # one that is marked so, and asks all the same, is none
            if message.machine is not None or plain.outright:
                return False
            return category in plain.hinted or not _gives_number(plain, resets=resets)
    return True


def _is_ours_beside_pacer(category: Category, plain: Plain) -> bool:
    """Whether CM/ECF's password is named and lost, and linking is not asked about as well.

    Who asks for a reset of it by its name wants that, whatever linking was tried before.
    """
    if asks_by_name(plain.own, plain.password, plain.password.ours_own):
        return True
    asked_too = category is Category.PACER_LINK and category in plain.said
    return not asked_too and ours_named_in_trouble(plain.own.sentences, plain.password)


def _gives_number_again(plain: Plain) -> bool:
    """Whether a number stands beside words about a password, or among words that ask for a reset themselves."""
    if names_password(plain.own, plain.password) and plain.given.bar_id():
        return True
    return plain.outright and plain.given.bar_id_in_words()


def _gives_number(plain: Plain, *, resets: bool) -> bool:
    """Whether a filer's number stands in the words themselves, or below a wish for a reset.

    Whoever gives theirs is turned away by signs alone, never by what their words sound like.
    """
    return plain.given.bar_id() if resets else plain.given.bar_id_in_words()


def _is_no_reset(plain: Plain) -> bool:
    """Whether a mail in which no signs speak of a reset says something else too plainly to be one."""
    own, password = plain.own, plain.password
    return (
        plain.settled in _NOT_A_RESET
        or plain.settled is Category.FORGOT_LOGIN
        or (Category.OTHER_COURT in plain.said and not ours_in_trouble(own.sentences, password))
        or pacers_is_lost(own.sentences, password)
        or ours_works(own.all, own.sentences, password)
        or speaks_of_login_alone(own, password)
    )
