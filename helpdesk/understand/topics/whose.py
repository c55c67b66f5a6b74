"""Whose password, if any, is in trouble: ours, PACER's or another court's, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk.patterns import Patterns
from helpdesk.policy import Courts
from helpdesk.policy.reading import Categories, Password
from helpdesk.understand.text.own_words import MOST_SENTENCES, OwnWords
from helpdesk.understand.text.quoting import other_court, quoted
from helpdesk.understand.text.sentences import sentences
from helpdesk.understand.topics.trouble import asks_for_reset, in_trouble, is_no_matter
from helpdesk.vocabulary import Category

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
    _set_right(words, asked, password, said)
    linking = Category.PACER_LINK in said or Category.PACER_ACCOUNT in said
    only_pacer = not system_unclear and _only_pacers(words, asked, password)
    for sentence in asked[1:] if _subject_is_anothers(asked, password) else asked:
        if not in_trouble(sentence, password, linking=linking):
            continue
        if _is_elsewhere(sentence, password):
            said.setdefault(Category.OTHER_COURT, quoted(sentence.strip()))
            continue
        if Category.OTHER_COURT in said and _may_be_anothers(sentence, asked, password, courts):
            continue
        category = Category.PASSWORD_RESET if system_unclear else _whose(sentence, password, only_pacer=only_pacer)
        said.setdefault(category, quoted(sentence.strip()))
    if Category.OTHER_COURT in said and (wish := _asked_of_us(asked, password)):
        said.setdefault(Category.PASSWORD_RESET, quoted(wish.strip()))
    if only_pacer or Category.PASSWORD_RESET in said or said.keys() & _NOT_BARE - _PACERS:
        return
    if pacers_is_lost(asked, password):  # "reset it" is then about that one
        return
    # Beside PACER, or a link that fails, only a plain "reset it" is about our password, which stands in the way;
    # where that is named by its name, whatever else asks for a reset is, too.
    beside_pacer = bool(said.keys() & _PACERS)
    if beside_pacer and not password.words.search(words):
        return
    plainly = beside_pacer and not any(map(password.ours_own.search, asked))
    wishes = (password.plain_reset,) if plainly else (password.plain_reset, password.bare)
    _add_bare_wish(asked, wishes, password, courts, said)


def _asked_of_us(asked: list[str], password: Password) -> str | None:
    """ "The one I know is Los Angeles'. Could mine for your court be reset?": ours, beside another court's."""
    for sentence in asked[1:]:
        if password.ours_besides.search(sentence) and not (
            _is_elsewhere(sentence, password) or is_no_matter(sentence, password)
        ):
            return sentence
    return None


def _set_right(words: str, asked: list[str], password: Password, said: dict[Category, str]) -> None:
    """Takes back what signs alone took for the matter, where a password is."""
    if Category.FORGOT_LOGIN in said and password.not_login.search(words):
        del said[Category.FORGOT_LOGIN]
    if Category.OTHER_COURT in said and _asks_only_us(asked, password):
        del said[Category.OTHER_COURT]
    if Category.PACER_LINK in said and pacers_is_lost(asked, password):
        said.setdefault(Category.PACER_ACCOUNT, said.pop(Category.PACER_LINK))  # what it is needed for comes after


def _may_be_anothers(sentence: str, asked: list[str], password: Password, courts: Courts) -> bool:
    """Whether the password of a sentence may be that of another court, which the mail is about, too."""
    return bool(
        not _speaks_of_here(asked, password)
        or other_court(sentence, courts)
        or password.there.search(sentence)
        or password.points_back.search(sentence)
    )


def _add_bare_wish(
    asked: list[str], wishes: Sequence[Patterns], password: Password, courts: Courts, said: dict[Category, str]
) -> None:
    """Adds a reset that is asked for without the word password: of ours, unless another court is named with it."""
    for sentence in asked:
        said_of_us = password.pages.without(sentence)
        bare = next(filter(None, (wish.search(said_of_us) for wish in wishes)), None)
        if not bare or is_no_matter(sentence, password):
            continue
        ours = _is_here(sentence, password)
        there = password.points_back.search(sentence) and any(map(password.abroad.search, asked))
        if not ours and (there or password.elsewhere.search(sentence) or other_court(sentence, courts)):
            said[Category.OTHER_COURT] = quoted(sentence.strip())
        elif ours or Category.OTHER_COURT not in said:
            said[Category.PASSWORD_RESET] = quoted(bare[0])
            return


def _whose(sentence: str, password: Password, *, only_pacer: bool) -> Category:
    if not password.pacer.search(sentence):
        return Category.PACER_ACCOUNT if only_pacer else Category.PASSWORD_RESET
    ours = password.ours_own.search(sentence) or (
        password.ours.search(sentence) and not password.pacers_own.search(sentence)
    )
    return Category.PASSWORD_RESET if ours else Category.PACER_ACCOUNT


def _subject_is_anothers(asked: list[str], password: Password) -> bool:
    """Whether the first sentence, a subject like "Password reset", names no system, and the others not ours."""
    subject, text = asked[0], [sentence for sentence in asked[1:] if in_trouble(sentence, password)]
    if not text or password.ours.search(subject) or password.pacer.search(subject):
        return False
    return all(_is_elsewhere(sentence, password) for sentence in text) or all(
        password.pacer.search(s) and not (password.ours.search(s) or password.ours_own.search(s)) for s in text
    )


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


def pacers_is_lost(asked: list[str], password: Password) -> bool:
    """Whether a sentence says of PACER's password that it is in trouble, and none names ours."""
    spoken = (password.not_pacer.without(sentence) for sentence in asked)
    lost = any(password.pacers_own.search(sentence) and in_trouble(sentence, password) for sentence in spoken)
    return lost and not any(map(password.ours_own.search, asked))


def ours_works(words: str, asked: list[str], password: Password) -> bool:
    """Whether our password is only spoken of as one that works, and PACER's is the matter."""
    return bool(password.works.search(words)) and _only_pacers(words, asked, password)


def ours_in_trouble(asked: list[str], password: Password) -> bool:
    """Whether one sentence says of a password that it is ours and that it is in trouble."""
    return any(_is_here(sentence, password) and in_trouble(sentence, password) for sentence in asked)


def ours_named_in_trouble(asked: list[str], password: Password) -> bool:
    """Whether one sentence says of CM/ECF's own password, by that name, that it is in trouble."""
    return any(password.ours_own.search(sentence) and in_trouble(sentence, password) for sentence in asked)


def asks_by_name(own: OwnWords, password: Password, name: Patterns) -> bool:
    """Whether a sentence asks for a reset and has one of our names in it, and none of another court's or PACER's."""
    return any(name.search(sentence) and _asks_without_others(sentence, password) for sentence in own.sentences)


def asks_for_no_others(own: OwnWords, password: Password) -> bool:
    """Whether a sentence below the subject asks for a reset, and names neither PACER nor another court."""
    return any(
        _asks_without_others(sentence, password) and not _is_elsewhere(sentence, password)
        for sentence in sentences(own.text, MOST_SENTENCES)
    )


def _asks_without_others(sentence: str, password: Password) -> bool:
    return (
        asks_for_reset(sentence, password)
        and not password.pacer.search(sentence)
        and not password.abroad.search(password.not_abroad.without(sentence))
    )


def _speaks_of_here(asked: list[str], password: Password) -> bool:
    """Whether any sentence names this court too, or sets it apart from another one."""
    return any(_is_here(sentence, password) for sentence in asked)


def _is_here(sentence: str, password: Password) -> bool:
    return _names_us(sentence, password) or password.apart.search(sentence) is not None


def _is_elsewhere(sentence: str, password: Password) -> bool:
    """Whether a sentence speaks of another court's password, and not merely beside ours."""
    others = password.elsewhere.search(sentence) or password.neighbours.search(sentence)
    told = password.failures.without(password.works.without(sentence))  # "no longer works" sets nothing apart
    return others is not None and not _is_here(told, password)


def _names_us(sentence: str, password: Password) -> bool:
    """Whether a sentence names this court, and not merely another one of its district or city."""
    return password.here.search(password.neighbours.without(sentence)) is not None


def _asks_only_us(asked: list[str], password: Password) -> bool:
    """Whether a reset is asked of this court, and what is told of others is no wish.

    Either it is asked of us by our name, or CM/ECF's password is named and nothing is said of another court's system.
    """
    wishes = [sentence for sentence in asked if asks_for_reset(sentence, password)]
    if any(password.abroad.search(password.not_abroad.without(wish)) for wish in wishes):
        return False
    if any(_names_us(wish, password) for wish in wishes):
        return True
    named = bool(wishes) and any(map(password.ours_own.search, asked))
    return named and not any(map(password.of_another.search, asked))


def is_unclear(words: str, asked: list[str], password: Password) -> bool:
    """Whether the sender doubts which of the two passwords is meant; to name CM/ECF's elsewhere settles it."""
    if not password.pacer.search(words):
        return False
    doubts = [s for s in asked if password.unclear.search(s) and not _is_another_question(s, password)]
    return (
        bool(doubts)
        and not password.pacers_own.search(words)
        and not any(password.ours_own.search(sentence) for sentence in asked if sentence not in doubts)
    )


def _is_another_question(sentence: str, password: Password) -> bool:
    """Whether it is asked which of the two comes first, or our question is repeated before its answer."""
    return password.order_asked.search(sentence) is not None or _answers_itself(sentence, password)


def _answers_itself(sentence: str, password: Password) -> bool:
    """ "PACER or ECF: ECF"."""
    answer = sentence.rpartition(":")[2]
    return answer != sentence and bool(password.ours.search(answer)) and not password.pacer.search(answer)
