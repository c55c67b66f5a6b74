"""Learn what the words of a remark weigh: `python -m bench.remarks [--write]`.

Reads tests/corpus/remarks: a file a writer, each line `fine` or `hold`, a tab and a remark as it stands beside a
complete request; what the labelled mailboxes teach by the way (no sentence of a mail that is ready holds it, one that
a doubt of doubts.toml rightly finds does), and the lists of single remarks of the tests. Prints how the remarks of
each writer are told by what all others wrote, with the limit as it is, which takes some minutes; with --write, puts
the weights of all of them into rules/remarks.toml instead. The limit and what doubts weigh stay as they are: they are
the court's.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from email.message import EmailMessage
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import diags
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from bench.corpus import CORPORA, ROOT, mailboxes, roll_of
from helpdesk.cli.dry_run import dry_runs, messages_in
from helpdesk.cli.scoring import read_labels
from helpdesk.match import Roll
from helpdesk.policy import Remarks
from helpdesk.policy.remarks import CERTAIN
from helpdesk.rules import Rules, load_rules
from helpdesk.understand.caution.aloud import running_text
from helpdesk.understand.caution.remarks import goes_on, sentences_of
from helpdesk.understand.text.sentences import sentence_span, sentence_spans
from helpdesk.understand.text.sight import see
from helpdesk.understand.text.view import fold
from helpdesk.understand.text.weight import features
from helpdesk.vocabulary import Message, Place, Route, Severity, SignalName, Understanding
from tests.cast import ADA

REMARKS = CORPORA / "remarks"
RULES = ROOT / "rules"
_RAREST = 5  # remarks in which a feature must stand to be weighed
_STRENGTH = 5.0  # of the fit; less keeps weights nearer to zero
_OF_ANOTHER = re.compile(r"\b(?:s?he|his|hers?|him|mr|ms|mrs|attorney|boss|partner|ausa|they|their)\b", re.IGNORECASE)
_OF_ONESELF = re.compile(r"\b(?:i|my|me|mine|i'm|i've)\b", re.IGNORECASE)
_EXACT = 1e-7  # of the fit: with less, four remarks more change a twentieth of the weights
_LIGHTEST = 0.2  # weights nearer to zero are left out
_PART = 0.8  # what a sentence of a fine remark counts for, beside a remark
_DOUBTED = 0.7  # … what one from elsewhere does, where a doubt was found in it …
_HARMLESS = 0.4  # … and where it is harmless
_LISTS = {"doubtful.txt": True, "harmless.txt": False, "harmless_of_staff.txt": False}
_OF_WORDS = {
    SignalName.ADDRESS_IN_DOUBT,
    SignalName.NOT_PLAINLY_ASKED,
    SignalName.SAYS_LINKED,
    SignalName.SECRET_ASKED,
    SignalName.SEND_ELSEWHERE,
    SignalName.SEVERAL_MEANT,
    SignalName.WHO_UNCLEAR,
}


class Remark(NamedTuple):
    """A line of a writer's file."""

    held: bool
    text: str


def remarks_in(file: Path) -> list[Remark]:
    """The remarks of one writer; raises ValueError for a line that is none."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        kind, tab, text = line.partition("\t")
        if kind not in ("fine", "hold") or not tab or not text.strip():
            raise ValueError(f"{file.name}, line {number}: neither a fine remark nor one to hold")
        found.append(Remark(kind == "hold", text.strip()))
    return found


def told_in(box: Path, rules: Rules) -> Iterator[Remark]:
    """What a labelled mailbox teaches: no sentence of a ready mail holds, one that a doubt rightly finds does."""
    labels = read_labels(box)
    of_interest = [file for file, label in labels.items() if label["route"] in (Route.READY, Route.REVIEW)]
    mails = chain.from_iterable(messages_in(box / file, rules.mail.largest_message) for file in of_interest)
    for triaged in dry_runs(mails, roll_of(box), rules):
        if triaged.message is None or triaged.understanding is None:
            continue
        accepted = labels[Path(triaged.file).name]["accept_routes"]
        if Route.READY not in accepted:
            yield from _doubted(triaged.message, triaged.understanding)
        elif labels[Path(triaged.file).name]["route"] == Route.READY:
            yield from _harmless(triaged.message, rules)


def _harmless(message: Message, rules: Rules) -> Iterator[Remark]:
    view = running_text(see(message, rules.extraction.longest, rules.extraction.sender.closings).text)
    spans = list(sentences_of(view))
    two = [(one[0], next_one[1]) for one, next_one in pairwise(spans) if goes_on(view, one[1], next_one[0])]
    return (Remark(False, view.plain[start:end]) for start, end in (*spans, *two))


def _doubted(message: Message, understanding: Understanding) -> Iterator[Remark]:
    text = fold(message.text)
    for signal in understanding.signals:
        span = signal.span
        if signal.severity is Severity.WARNING and signal.name in _OF_WORDS and span and span.place is Place.TEXT:
            start, end = sentence_span(text, span.start, span.end)
            yield Remark(True, text[start:end])


def lessons(rules: Rules) -> dict[str, list[Remark]]:
    """What each labelled mailbox teaches."""
    blind = replace(rules, remarks=_anew(rules.remarks, CERTAIN, 0, {}))
    return {box.name: list(told_in(box, blind)) for box in tqdm(mailboxes(), desc="reading mail", leave=False)}


def listed() -> list[Remark]:
    """The single remarks that the tests hold, sorted as those of the writers are."""
    lines = (
        (line, held) for name, held in _LISTS.items() for line in (CORPORA / name).read_text("utf-8").splitlines()
    )
    return [Remark(held, line) for line, held in lines]


def learned(remarks: Sequence[Remark], besides: Sequence[Remark], before: Remarks) -> Remarks:
    """The weights that tell fine remarks best from those to be held; ``besides`` counts for less."""
    wholes = [_Lesson(remark.held, _sentences(remark.text), 1.0) for remark in remarks]
    parts = [_Lesson(False, (said,), _PART) for whole in wholes if not whole.held for said in whole.sentences]
    others = [_Lesson(one.held, _sentences(one.text), _DOUBTED if one.held else _HARMLESS) for one in besides]
    taught = [*wholes, *parts, *others]
    telling = [lesson for lesson in taught if lesson.counts > _HARMLESS]

    def weighed(sentences: Sequence[str]) -> frozenset[str]:
        return frozenset().union(*(features(sentence, before) for sentence in sentences))

    seen_in = Counter(chain.from_iterable(weighed(lesson.sentences) for lesson in telling))
    vocabulary = sorted(feature for feature, times in seen_in.items() if times >= _RAREST)
    reader = TfidfVectorizer(analyzer=weighed, binary=True, vocabulary=vocabulary)
    seen = reader.fit_transform([lesson.sentences for lesson in taught])
    held = np.array([lesson.held for lesson in taught])
    counts = np.array([lesson.counts for lesson in taught])
    prior = _prior(seen, held, counts)
    fit = LogisticRegression(C=_STRENGTH, max_iter=3000, tol=_EXACT)
    fit.fit(seen @ diags(prior), held, sample_weight=counts)
    weights = zip(reader.get_feature_names_out(), reader.idf_, fit.coef_[0] * prior, strict=True)
    rounded = {
        feature: (round(float(rarity), 2), round(float(weight), 2))
        for feature, rarity, weight in weights
        if abs(weight) >= _LIGHTEST
    }
    return _anew(before, before.holds_from, round(float(fit.intercept_[0]), 3), rounded)


def _prior(seen: Any, held: Any, counts: Any) -> Any:
    """How much each feature tells by itself: the root of its log odds, whichever way (after Wang and Manning, 2012).

    The fit is given features scaled by it, so that it trusts those least that stand in both kinds alike.
    """
    here = (seen > 0).astype(float)
    in_held, in_fine = (1 + here.T @ (counts * kind) for kind in (held, ~held))
    return np.sqrt(np.abs(np.log((in_held / in_held.sum()) / (in_fine / in_fine.sum()))))


class _Lesson(NamedTuple):
    """One or more sentences that are fine or hold a request, and what they count for."""

    held: bool
    sentences: tuple[str, ...]
    counts: float


def _sentences(text: str) -> tuple[str, ...]:
    plain = fold(text)
    return tuple(plain[start:end] for start, end in sentence_spans(plain))


def _anew(remarks: Remarks, holds_from: float, bias: float, weights: Mapping[str, tuple[float, float]]) -> Remarks:
    known: Any = remarks.known.sources  # patterns are read from their text
    return replace(remarks, known=known, holds_from=holds_from, bias=bias, weights=weights)


def placed(remarks: Sequence[Remark], rules: Rules) -> list[Route]:
    """Where a complete request goes that makes each of these remarks."""
    mails = ((str(number), _request(remark.text)) for number, remark in enumerate(remarks))
    return [triaged.decision.route for triaged in dry_runs(mails, Roll.build((ADA,), "1"), rules) if triaged.decision]


def _request(remark: str) -> bytes:
    """By the filer, or by staff where the remark speaks of the filer as of somebody else."""
    by_staff = _OF_ANOTHER.search(remark) and not _OF_ONESELF.search(remark)
    mail = EmailMessage()
    mail["From"] = f"Monica Reyes <monica@{ADA.primary_email.partition('@')[2]}>" if by_staff else ADA.primary_email
    mail["To"], mail["Subject"], mail["Message-ID"] = "ecfhelp@casd.uscourts.gov", "CM/ECF password", "<1@x.example>"
    mail["Date"] = "Mon, 10 Feb 2020 09:00:00 -0800"
    wish = "the CM/ECF password of the attorney I work for" if by_staff else "my CM/ECF password"
    particulars = f"Name: {ADA.full_name}\nBar ID: {ADA.bar_id}\nE-mail: {ADA.primary_email}"
    signed = "Monica Reyes\nLegal Secretary" if by_staff else ADA.full_name
    mail.set_content(f"Hello,\n\nplease reset {wish}. {remark}\n\n{particulars}\n\nThank you,\n{signed}\n")
    return bytes(mail)


def _share(routes: Sequence[Route], wanted: Sequence[bool]) -> str:
    ready = [route is Route.READY for route, counts in zip(routes, wanted, strict=True) if counts]
    return f"{sum(ready):4} of {len(ready):4}"


def _report(writers: Mapping[str, Sequence[Remark]], besides: Sequence[Remark], rules: Rules) -> None:
    print("writer           fine, ready     to hold, ready    (weights of the other writers)")
    for name, remarks in writers.items():
        others = [*listed(), *(remark for other, theirs in writers.items() if other != name for remark in theirs)]
        routes = placed(remarks, replace(rules, remarks=learned(others, besides, rules.remarks)))
        held = [remark.held for remark in remarks]
        print(f"{name:16} {_share(routes, [not one for one in held])}    {_share(routes, held)}", flush=True)


def _write(remarks: Remarks) -> None:
    file = RULES / "remarks.toml"
    lines = "".join(
        f"{feature}\t{rarity:g}\t{weight:g}\n" for feature, (rarity, weight) in sorted(remarks.weights.items())
    )
    text = re.sub(r"(?m)^bias = .*", f"bias = {remarks.bias:g}", file.read_text(encoding="utf-8"))
    file.write_text(f"{text.partition('weights = ')[0]}weights = '''\n{lines}'''\n", encoding="utf-8")


def main() -> None:
    """Print how well remarks are told, or with --write learn from all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the weights into rules/remarks.toml")
    arguments = parser.parse_args()
    rules = load_rules(RULES)
    writers = {file.stem: remarks_in(file) for file in sorted(REMARKS.glob("*.tsv"))}
    besides = list(chain.from_iterable(lessons(rules).values()))
    if arguments.write:
        _write(learned([*listed(), *chain.from_iterable(writers.values())], besides, rules.remarks))
    else:
        _report(writers, besides, rules)


if __name__ == "__main__":
    main()
