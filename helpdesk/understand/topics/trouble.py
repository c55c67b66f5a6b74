"""Whose password, if any, is in trouble: ours, PACER's or another court's, sentence by sentence."""

from __future__ import annotations

import re

from helpdesk.patterns import Patterns
from helpdesk.policy import Courts
from helpdesk.policy.reading import Categories, Password
from helpdesk.understand.text.own_words import MOST_SENTENCES, OwnWords
from helpdesk.understand.text.quoting import other_court, quoted
from helpdesk.understand.text.sentences import clauses, sentences
from helpdesk.vocabulary import Category, Message

_MINE = re.compile(r"\b(?:my|mine|our|mi|mis)\b", re.IGNORECASE)
SMALL_WORD = re.compile(r"\b[a-z]{2,}\b(?![@.-])")
_OFFERS = re.compile(r"^\W*(?:if|should|in case|whenever|once|for|si|falls|wenn)\b|\b(?:yours?|su)\b", re.IGNORECASE)
_PACERS = {Category.PACER_LINK, Category.PACER_ACCOUNT}
_NOT_BARE = {Category.OTHER_COURT, Category.FORGOT_LOGIN, Category.PACER_LINK, Category.PACER_ACCOUNT, Category.SPAM}


def add_passwords(
    words: str,
    asked: list[str],
    rules: Categories,
    courts: Courts,
    said: dict[Category, str],
    *,
    system_unclear: bool,
) -> None:
    """Adds whose password, if any, is in trouble, sentence by sentence."""
    password = rules.password
    if Category.FORGOT_LOGIN in said and password.not_login.search(words):
        del said[Category.FORGOT_LOGIN]
    linking = Category.PACER_LINK in said or Category.PACER_ACCOUNT in said
    only_pacer = not system_unclear and _only_pacers(words, asked, password)
    for sentence in asked[1:] if _subject_is_pacers(asked, password) else asked:
        if not in_trouble(sentence, password, linking=linking):
            continue
        if password.elsewhere.search(sentence) and not password.here.search(password.works.without(sentence)):
            said.setdefault(Category.OTHER_COURT, quoted(sentence.strip()))
            continue
        if Category.OTHER_COURT in said and (
            not speaks_of_here(asked, password)
            or other_court(sentence, courts)
            or password.there.search(sentence)
            or password.points_back.search(sentence)
        ):
            continue
        category = Category.PASSWORD_RESET if system_unclear else _whose(sentence, password, only_pacer=only_pacer)
        said.setdefault(category, quoted(sentence.strip()))
    if only_pacer or Category.PASSWORD_RESET in said or said.keys() & _NOT_BARE - _PACERS:
        return
    if pacers_is_lost(asked, password):  # "reset it" is then about that one
        return
    # Beside PACER, or a link that fails, only a plain "reset it" is about our password, which stands in the way.
    beside_pacer = bool(said.keys() & _PACERS)
    if beside_pacer and not password.words.search(words):
        return
    _add_bare_wish(asked, password.plain_reset if beside_pacer else password.bare, password, courts, said)


def pacers_is_lost(asked: list[str], password: Password) -> bool:
    """Whether a sentence says of PACER's password that it is in trouble, and none names ours."""
    spoken = (password.not_pacer.without(sentence) for sentence in asked)
    lost = any(password.pacers_own.search(sentence) and in_trouble(sentence, password) for sentence in spoken)
    return lost and not any(map(password.ours_own.search, asked))


def _add_bare_wish(
    asked: list[str], wish: Patterns, password: Password, courts: Courts, said: dict[Category, str]
) -> None:
    """Adds a reset that is asked for without the word password: of ours, unless another court is named with it."""
    for sentence in asked:
        bare = wish.search(password.pages.without(sentence))
        if not bare or _is_no_matter(sentence, password):
            continue
        ours = password.here.search(sentence)
        if not ours and (password.elsewhere.search(sentence) or other_court(sentence, courts)):
            said[Category.OTHER_COURT] = quoted(sentence.strip())
        elif ours or Category.OTHER_COURT not in said:
            said[Category.PASSWORD_RESET] = quoted(bare[0])
            return


def _subject_is_pacers(asked: list[str], password: Password) -> bool:
    """Whether the first sentence, a subject like "Password reset", names no system, and the others PACER's alone."""
    subject, text = asked[0], [sentence for sentence in asked[1:] if in_trouble(sentence, password)]
    if not text or password.ours.search(subject) or password.pacer.search(subject):
        return False
    return all(
        password.pacer.search(s) and not (password.ours.search(s) or password.ours_own.search(s)) for s in text
    )


def speaks_of_here(asked: list[str], password: Password) -> bool:
    """Whether any sentence names this court too, or sets it apart from another one."""
    return any(password.here.search(sentence) for sentence in asked)


def ours_in_trouble(asked: list[str], password: Password) -> bool:
    """Whether one sentence says of a password that it is ours and that it is in trouble."""
    return any(password.here.search(sentence) and in_trouble(sentence, password) for sentence in asked)


def speaks_of_login_alone(own: OwnWords, password: Password) -> bool:
    """Whether a login name is spoken of, but no password, and nothing fails."""
    words = own.all
    return bool(password.login_words.search(words)) and not (
        password.words.search(words)
        or password.bare.search(words)
        or password.failures.search(words)
        or password.pages.search(words)
    )


def ours_works(words: str, asked: list[str], password: Password) -> bool:
    """Whether our password is only spoken of as one that works, and PACER's is the matter."""
    return bool(password.works.search(words)) and _only_pacers(words, asked, password)


def _only_pacers(words: str, asked: list[str], password: Password) -> bool:
    """Whether PACER's password alone is in trouble: ours is not spoken of, or only as one that works."""
    if not password.pacer.search(words):
        return False
    words = password.not_pacer.without(words)
    if not password.pacer.search(words):
        return False
    if not any(map(password.works.search, asked)):
        return not password.ours.search(words)
    troubled = [password.works.without(sentence) for sentence in asked]
    return not any(password.ours.search(s) and not password.pacer.search(s) for s in troubled) and any(
        password.pacer.search(sentence) for sentence in troubled
    )


def is_unclear(words: str, asked: list[str], password: Password) -> bool:
    """Whether the sender doubts which of the two passwords is meant; to name CM/ECF's elsewhere settles it."""
    if not password.pacer.search(words):
        return False
    doubts = [s for s in asked if password.unclear.search(s) and not _answers_itself(s, password)]
    return (
        bool(doubts)
        and not password.pacers_own.search(words)
        and not any(password.ours_own.search(sentence) for sentence in asked if sentence not in doubts)
    )


def _answers_itself(sentence: str, password: Password) -> bool:
    """Whether our question is repeated before its answer: "PACER or ECF: ECF"."""
    answer = sentence.rpartition(":")[2]
    return answer != sentence and bool(password.ours.search(answer)) and not password.pacer.search(answer)


def may_mean_a_reset(message: Message, own: OwnWords, password: Password) -> bool:
    """Whether a message that names a Bar ID but no wish can only be an answer to the court's notice."""
    subject = own.subject
    answers = bool(message.in_reply_to) or subject.lower().startswith(("re:", "fw:", "rv:")) or not subject.strip()
    speaks = any(
        password.words.search(sentence) and _MINE.search(sentence) and not _is_settled(sentence, password)
        for sentence in own.sentences
    )
    return speaks or (
        answers and (bool(password.given.search(own.text)) or _hardly_says_anything(own.text, password))
    )


def _is_settled(sentence: str, password: Password) -> bool:
    """Whether a sentence says of a password that it is not the matter, or of ours that it works."""
    works = password.works.search(sentence) and not password.troubles.search(sentence)
    return bool(works) or _is_no_matter(sentence, password)


def _is_no_matter(sentence: str, password: Password) -> bool:
    """Whether a sentence says that a password is not the matter, or asks how things are with passwords.

    "I have my password", "how long is one good for", but not "may I have it reset?".
    """
    settled = password.settled.search(sentence) and not password.may_have.search(sentence)
    return bool(settled or password.questions.search(sentence)) or looks_back(sentence, password)


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


def names_password(own: OwnWords, password: Password) -> bool:
    """Whether the text, not merely the subject that it answers, speaks of a password."""
    return bool(password.words.search(own.text))


def _hardly_says_anything(text: str, password: Password) -> bool:
    """Whether a text is nothing but particulars: hardly a small word that is not one of those around them."""
    small = [word for word in SMALL_WORD.findall(text[:2_000]) if word not in password.around]
    return len(small) <= 1 and "?" not in text


def asks_for_reset(sentence: str, password: Password) -> bool:
    """Whether a sentence by itself asks for a reset, naming the password or not."""
    bare = password.bare.search(sentence) and not _is_no_matter(sentence, password)
    return bool(bare) or in_trouble(sentence, password)


def pleads(own: OwnWords, password: Password) -> bool:
    """Whether any sentence wishes for a password or access, or says that one is lost or fails.

    Whoever tells how it came back, or what became of it, names a password too, and wishes for nothing.
    """
    return any(_is_plea(sentence, password) for sentence in own.sentences if not _is_no_matter(sentence, password))


def _is_plea(sentence: str, password: Password) -> bool:
    if asks_for_reset(sentence, password) or password.begs.search(sentence):
        return True
    if password.troubles.search(sentence) or password.failures.search(sentence):
        return True
    names_it = password.words.search(sentence) or password.login_words.search(sentence)
    return bool(password.pleas.search(sentence) and (names_it or password.ours.search(sentence)))


def asks_outright(own: OwnWords, password: Password) -> bool:
    """Whether the text itself, not only its subject, asks for a reset: not "if you lost your password, ..."."""
    return any(
        asks_for_reset(sentence, password) and not _OFFERS.search(sentence)
        for sentence in sentences(own.text, MOST_SENTENCES)
    )


def in_trouble(sentence: str, password: Password, *, linking: bool = False) -> bool:
    """Whether a sentence speaks of a password that is lost or fails. linking: to fail is then the link's matter."""
    if not password.words.search(sentence):
        return False
    if password.questions.search(sentence) or looks_back(sentence, password):
        return False
    if _is_no_matter(sentence, password):
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


def ours_named_in_trouble(asked: list[str], password: Password) -> bool:
    """Whether one sentence says of CM/ECF's own password, by that name, that it is in trouble."""
    return any(password.ours_own.search(sentence) and in_trouble(sentence, password) for sentence in asked)


def _whose(sentence: str, password: Password, *, only_pacer: bool) -> Category:
    if not password.pacer.search(sentence):
        return Category.PACER_ACCOUNT if only_pacer else Category.PASSWORD_RESET
    ours = password.ours_own.search(sentence) or (
        password.ours.search(sentence) and not password.pacers_own.search(sentence)
    )
    return Category.PASSWORD_RESET if ours else Category.PACER_ACCOUNT


def without_settled(own: OwnWords, password: Password) -> str:
    """Without the sentences that say of a password that it is not the matter: they would count as if it were."""
    left = [s for s in own.sentences if not (password.words.search(s) and _is_settled(s, password))]
    return " ".join(left) if left and len(left) < len(own.sentences) else own.all
