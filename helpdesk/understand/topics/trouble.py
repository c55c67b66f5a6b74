"""What a sentence says of a password: that it is lost or fails, is to be reset, or is not the matter."""

from __future__ import annotations

import re

from helpdesk.policy.reading import Password
from helpdesk.understand.text.own_words import MOST_SENTENCES, OwnWords
from helpdesk.understand.text.sentences import clauses, sentences
from helpdesk.vocabulary import Message

SMALL_WORD = re.compile(r"\b[a-z]{2,}\b(?![@.-])")


def in_trouble(sentence: str, password: Password, *, linking: bool = False) -> bool:
    """Whether a sentence speaks of a password that is lost or fails. linking: to fail is then the link's matter."""
    if not password.words.search(sentence) or _wishes_for_nothing(sentence, password):
        return False
    if _is_settled(sentence, password):
        sentence = _beside_what_is_settled(sentence, password)
        if not password.ours_own.search(sentence):
            return False
    fails = bool(password.failures.search(sentence))
    if not fails and not password.words.search(sentence := password.pages.without(sentence)):
        return False
    return bool(password.troubles.search(sentence)) or (fails and not linking)


def _beside_what_is_settled(sentence: str, password: Password) -> str:
    """What a sentence says besides the statement that settles a password: "PACER's works, but ECF's does not"."""
    said = clauses(sentence)
    left = [clause for clause in said if not password.settled.search(clause)]
    return "".join(left) if len(left) < len(said) else ""


def asks_for_reset(sentence: str, password: Password) -> bool:
    """Whether a sentence by itself asks for a reset, naming the password or not."""
    bare = password.bare.search(sentence) and not is_no_matter(sentence, password)
    return bool(bare) or in_trouble(sentence, password)


def any_asks_for_reset(words: str, password: Password, most: int = MOST_SENTENCES) -> bool:
    """Whether any sentence of ``words`` asks for a reset. most: sentences that are looked at."""
    return any(asks_for_reset(sentence, password) for sentence in sentences(words, most))


def asks_outright(own: OwnWords, password: Password) -> bool:
    """Whether the text itself, not only its subject, asks for a reset: not "if you lost your password, ..."."""
    return any(
        asks_for_reset(sentence, password) and not password.offers.search(sentence)
        for sentence in sentences(own.text, MOST_SENTENCES)
    )


def pleads(own: OwnWords, password: Password) -> bool:
    """Whether any sentence wishes for a password or access, or says that one is lost or fails.

    Whoever tells how it came back, or what became of it, names a password too, and wishes for nothing.
    """
    return any(asks_for_reset(sentence, password) or _is_plea(sentence, password) for sentence in own.sentences)


def _is_plea(sentence: str, password: Password) -> bool:
    if is_no_matter(sentence, password):
        return False
    if password.begs.search(sentence):
        return True
    if password.troubles.search(sentence) or password.failures.search(sentence):
        return True
    names_it = password.words.search(sentence) or password.login_words.search(sentence)
    return bool(password.pleas.search(sentence) and (names_it or password.ours.search(sentence)))


def is_no_matter(sentence: str, password: Password) -> bool:
    """Whether a sentence says that a password is settled, or speaks of one and wishes for nothing."""
    return _is_settled(sentence, password) or _wishes_for_nothing(sentence, password)


def _is_settled(sentence: str, password: Password) -> bool:
    """Whether a sentence says that a password is not the matter: "I have my password", not "may I have it reset?"."""
    return password.settled.search(sentence) is not None and not password.may_have.search(sentence)


def _wishes_for_nothing(sentence: str, password: Password) -> bool:
    """Whether a sentence asks how things are with passwords, or looks back at a request."""
    asks_how = password.questions.search(sentence) is not None and not password.may_have.search(sentence)
    return asks_how or looks_back(sentence, password)


def looks_back(sentence: str, password: Password) -> bool:
    """Whether a sentence takes a request back, or asks what became of it, and does not go on to wish."""
    found = password.taken_back.search(sentence) or password.asked_before.search(sentence)
    if found is None:
        return False
    rest = sentence[found.end() :]  # "I reset it myself, but it fails", "hers came, so please reset my password"
    wished = password.pleas.search(rest) and password.words.search(rest)
    return not (wished or password.failures.search(rest))


def asks_about_passwords(asked: list[str], password: Password) -> str | None:
    """The first question about passwords or resets that is no wish for one."""
    spoken = (sentence for sentence in asked if password.words.search(sentence) or password.pages.search(sentence))
    return next((sentence for sentence in spoken if password.questions.search(sentence)), None)


def without_settled(own: OwnWords, password: Password) -> str:
    """Without the sentences that say of a password that it is not the matter: they would count as if it were."""
    left = [s for s in own.sentences if not (password.words.search(s) and _is_out_of_the_way(s, password))]
    return " ".join(left) if left and len(left) < len(own.sentences) else own.all


def _is_out_of_the_way(sentence: str, password: Password) -> bool:
    """Whether a sentence says of a password that it is not the matter, or of ours that it works."""
    works = password.works.search(sentence) and not password.troubles.search(sentence)
    return bool(works) or is_no_matter(sentence, password)


def may_mean_a_reset(message: Message, own: OwnWords, password: Password) -> bool:
    """Whether a message that names a Bar ID but no wish can only be an answer to the court's notice."""
    subject = own.subject
    answers = bool(message.in_reply_to) or subject.lower().startswith(("re:", "fw:", "rv:")) or not subject.strip()
    speaks = any(
        password.words.search(sentence)
        and password.mine.search(sentence)
        and not _is_out_of_the_way(sentence, password)
        for sentence in own.sentences
    )
    return speaks or (
        answers and (bool(password.given.search(own.text)) or _hardly_says_anything(own.text, password))
    )


def _hardly_says_anything(text: str, password: Password) -> bool:
    """Whether a text is nothing but particulars: hardly a small word that is not one of those around them."""
    small = [word for word in SMALL_WORD.findall(text[:2_000]) if word not in password.around]
    return len(small) <= 1 and "?" not in text


def names_password(own: OwnWords, password: Password) -> bool:
    """Whether the text, not merely the subject that it answers, speaks of a password."""
    return bool(password.words.search(own.text))


def speaks_of_login_alone(own: OwnWords, password: Password) -> bool:
    """Whether a login name is spoken of, but no password, and nothing fails."""
    words = own.all
    return bool(password.login_words.search(words)) and not (
        password.words.search(words)
        or password.bare.search(words)
        or password.failures.search(words)
        or password.pages.search(words)
    )
