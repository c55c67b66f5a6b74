"""What a mail that answers another one asks for: by its own words and what it answers, not a borrowed subject."""

from __future__ import annotations

from collections.abc import Mapping

from helpdesk.policy.reading import Categories, Password
from helpdesk.understand.text.history import is_answer
from helpdesk.understand.text.own_words import OwnWords
from helpdesk.understand.topics.conversation import answers_about_a_reset, lacks_what_an_item_says
from helpdesk.understand.topics.possible import Given
from helpdesk.understand.topics.signs import weighed
from helpdesk.understand.topics.trouble import any_asks_for_reset, looks_back, may_mean_a_reset
from helpdesk.vocabulary import Category, Message


def read_as_answer(
    message: Message, own: OwnWords, rules: Categories, said: dict[Category, str], given: Given
) -> tuple[OwnWords, bool]:
    """The own words, without a subject that is not theirs, and whether they answer a mail about a reset.

    Takes back what the subject alone asks for, and adds a reset that no words ask for, only what they answer.
    """
    if is_answer(message) and _only_subject_follows_up(said, own, rules):
        del said[Category.FOLLOW_UP]
    borrowed = is_answer(message) and _only_subject_asks(said, own, rules.password)
    if borrowed:
        del said[Category.PASSWORD_RESET]
    unsaid = not said or (is_answer(message) and not _signs_say(own.text, rules))
    is_solved = unsaid and rules.solved.search(own.text) is not None
    if is_solved and is_answer(message):
        said.clear()
        said[Category.FOLLOW_UP] = "all is well, it says"
    answers = unsaid and not is_solved and _adds_unspoken_reset(message, own, rules.password, said, given)
    return own.without_subject() if borrowed and not answers else own, answers


def _signs_say(words: str, rules: Categories) -> bool:
    """Whether signs in these words come to any category, or ask for a reset."""
    return any(weight >= rules.enough for weight, _ in weighed(words, rules).values()) or any_asks_for_reset(
        words, rules.password
    )


def _adds_unspoken_reset(
    message: Message, own: OwnWords, password: Password, said: dict[Category, str], given: Given
) -> bool:
    """Adds a reset that no words ask for, only what they answer. Whether it is the answer to a mail about one."""
    if answers_about_a_reset(message, own.text, password, given.particulars, given.all_particulars):
        said.clear()  # by the subject alone
        said[Category.PASSWORD_RESET] = "answers a mail about a reset"
        return True
    if said:
        return False
    if lacks_what_an_item_says(message, own.text, password) and given.bar_id():
        said[Category.PASSWORD_RESET] = "says to lack what an item of the notice below is about, the password"
        return True
    if may_mean_a_reset(message, own, password) and given.bar_id():
        said[Category.PASSWORD_RESET] = (
            "states a Bar ID, as the court asks for a reset, and speaks of a password or notice"
        )
    return False


def _only_subject_asks(said: Mapping[Category, str], own: OwnWords, password: Password) -> bool:
    """Whether the subject alone speaks of a reset; in an answer it is the subject of the mail that is answered."""
    if Category.PASSWORD_RESET not in said or not own.text.strip():
        return False
    return not any_asks_for_reset(own.text, password)


def _only_subject_follows_up(said: Mapping[Category, str], own: OwnWords, rules: Categories) -> bool:
    """Whether the subject, that of the mail that is answered, is all that makes a follow-up of a wish for a reset."""
    if Category.FOLLOW_UP not in said or not any_asks_for_reset(own.text, rules.password):
        return False
    if any(looks_back(sentence, rules.password) for sentence in own.sentences):
        return False
    return weighed(own.text, rules).get(Category.FOLLOW_UP, (0, ""))[0] < rules.enough
