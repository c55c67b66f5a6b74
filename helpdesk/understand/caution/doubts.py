"""What keeps a request for a reset from being routine: words that make a reader stop, facts that disagree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import NamedTuple

from helpdesk.patterns import Patterns
from helpdesk.policy import Remarks
from helpdesk.policy.reading import Doubt, Doubts, Extraction, Whose
from helpdesk.slips import is_slip
from helpdesk.understand.caution.aloud import is_title, running_text
from helpdesk.understand.caution.quotations import quoted_wish
from helpdesk.understand.filers.addresses import FoundAddress, Said, find_addresses
from helpdesk.understand.filers.claims import Claims
from helpdesk.understand.filers.numbers import looks_like_another
from helpdesk.understand.text.sentences import sentence_span, sentence_spans
from helpdesk.understand.text.sight import Sight
from helpdesk.understand.text.view import View, blanked, fold
from helpdesk.understand.text.weight import outweighs
from helpdesk.vocabulary import Category, Claim, Place, Severity, Signal, SignalName, Span

_NUMBER = re.compile(r"(?<![\w.,/#-])\d{5,8}(?![\d/-]|[.,]\d)")
_LETTER = re.compile(r"[A-Za-z]")
_MOST = 40  # matches of one doubt that are looked at
# What may be meant by "there" instead of the address that was stated before.
_ELSEWHERE = re.compile(r"@|\b(?:in)?box\b|mail|\b(?:address|account|phone|fax|instead|now|at)\b", re.IGNORECASE)
_SENTENCES = 2  # the end of one and the beginning of the next
_BEFORE_THERE = 120  # characters up to "send it there" in which the address stands that is meant
_BESIDE = 30  # characters between the words that raise a doubt and those that explain them


class _Case(NamedTuple):
    """What a doubt's words are judged by, besides their sentence."""

    claims: tuple[Claim, ...]
    for_another: bool
    wishes: Patterns  # a sentence that wishes for something is no remark
    remarks: Remarks


def doubts_of(
    sight: Sight, wanted: Category, said: Claims, rules: Extraction, doubts: Doubts, remarks: Remarks
) -> Iterator[Signal]:
    """Warnings that matter only where a reset or login name is asked for."""
    if not said.claims:
        return
    yield from _in_words(sight, wanted, said, doubts, remarks)
    yield from _quoted_wish(sight.text, rules)
    yield from _of_claims(said)
    yield from _addresses(sight, said, rules)
    yield from _slips(sight, said, rules)
    if not sight.is_whole:
        yield warning(SignalName.NOT_ALL_READ, "It is too long: only its beginning and end were read.", None)


def _in_words(sight: Sight, wanted: Category, said: Claims, doubts: Doubts, remarks: Remarks) -> Iterator[Signal]:
    """What the rules' doubts find, each at most once in each text."""
    claims = said.claims
    views = [(view, doubts.sieve.sift(view.plain)) for view in _heard(sight, said, doubts.to_strangers)]
    whose = whose_wishes(claims)
    case = _Case(claims, Whose.ANOTHER in whose, doubts.mood.mentions, remarks)
    for doubt in doubts.doubts:
        if doubt.whose not in whose or doubt.wish not in (None, wanted):
            continue
        if doubt.signal is SignalName.SEVERAL_MEANT and len(claims) > 1:
            continue
        for view, sifted in views:
            if doubt.says in sifted:
                yield from _said(view, doubt, case)


def _heard(sight: Sight, said: Claims, to_strangers: Patterns) -> Iterator[View]:
    """The texts that are said to the court, as one reads them aloud."""
    for view in (sight.text, sight.subject, said.lent):
        if view is not None and view.plain:
            yield _without_names(running_text(view), said.claims)
    if sight.other.plain:
        yield _without(to_strangers, running_text(sight.other))


def _without_names(view: View, claims: tuple[Claim, ...]) -> View:
    """The view with an x for each letter of a filer's whole name: "Janet Reno" speaks of no court elsewhere."""
    plain = view.plain
    for name in {fold(claim.name.written) for claim in claims if claim.name}:
        if " " in name:
            plain = plain.replace(name, _LETTER.sub("x", name))
    return view if plain == view.plain else replace(view, plain=plain)


def _without(to_strangers: Patterns, view: View) -> View:
    """The view without the sentences of a disclaimer that speak to whoever got the mail by mistake."""
    spans: list[tuple[int, int]] = []
    for match in islice(to_strangers.finditer(view.plain), _MOST):
        behind = spans[-1][1] if spans else 0
        if match.start() >= behind:
            first, last = sentence_span(view.plain, match.start(), match.end())
            spans.append((max(first, behind), last))
    return replace(view, plain=blanked(view.plain, spans)) if spans else view


def whose_wishes(claims: tuple[Claim, ...]) -> tuple[Whose, ...]:
    """Whose requests these are, in the words of the rules."""
    own = all(claim.filer_is_sender for claim in claims)
    return Whose.ANYONE, Whose.OWN if own else Whose.ANOTHER


def _quoted_wish(view: View, rules: Extraction) -> Iterator[Signal]:
    wish = quoted_wish(view.plain, rules.sender)
    if wish is not None:
        yield warning(SignalName.NOT_PLAINLY_ASKED, "The wish stands in quotation marks.", view.span(*wish))


def _of_claims(said: Claims) -> Iterator[Signal]:
    """What the claims themselves leave in doubt, whatever the words."""
    if said.passed_on:
        yield _passed_on(said)
    if said.several_told_of:
        yield warning(SignalName.SEVERAL_MEANT, "Other mails below it state other numbers: it may be about another.")
    if said.asked_before:
        yield warning(SignalName.NOT_PLAINLY_ASKED, "The request that is passed on was sent to us before.")
    if said.who_unclear:
        yield warning(SignalName.WHO_UNCLEAR, "Asks for the sender's own password, but names another filer.")


def _passed_on(said: Claims) -> Signal:
    """Staff who ask for their attorney and attach the attorney's own mail say no less than those who spell it out."""
    severity = Severity.NOTE if said.asks_for_another else Severity.WARNING
    reason = "The filer's particulars stand in a mail that was passed on."
    return Signal(name=SignalName.PASSED_ON, severity=severity, reason=reason)


def _said(view: View, doubt: Doubt, case: _Case) -> Iterator[Signal]:
    for match in islice(doubt.says.finditer(view.plain), _MOST):
        first, last = sentence_span(view.plain, match.start(), match.end())
        sentence = view.plain[first:last]
        at = match.end() - len(match[0].lstrip())  # what begins a line is found from the end of the line before
        if view.in_signature(at) and is_title(view.original[slice(*view.line(at))]):
            continue
        if doubt.about is not None and not doubt.about.search(sentence):
            continue
        start, end = match.start() - first, match.end() - first
        goes_where = doubt.signal is SignalName.SEND_ELSEWHERE
        if goes_where and _names_address(view.plain, *match.span(), case.claims):
            continue
        if _is_explained(doubt, sentence, start, end, for_another=case.for_another):
            continue
        no_remark = view.place is Place.SUBJECT or case.wishes.search(sentence)
        if no_remark or not outweighs(sentence, start, end, doubt.weighs, case.remarks):
            words = " ".join(view.original[match.start() : match.end()].split())
            yield warning(doubt.signal, f'{doubt.reason}: "{words[:120]}"', view.span(match.start(), match.end()))
            return


def _names_address(plain: str, start: int, end: int, claims: tuple[Claim, ...]) -> bool:
    """Whether the words in which somebody says where to send it mean the very address that is stated for a filer."""
    stated = [claim.claimed_email.written.lower() for claim in claims if claim.claimed_email]
    if plain[start:end].lower().endswith("there"):
        before = plain[max(0, start - _BEFORE_THERE) : start].lower()
        between = (before[at + len(address) :] for address in stated if (at := before.rfind(address)) >= 0)
        return any(not _ELSEWHERE.search(words) and len(sentence_spans(words)) <= _SENTENCES for words in between)
    _, last = sentence_span(plain, start, end)
    return any(plain.lower().find(address, start, min(last, end + _BESIDE) + len(address)) >= 0 for address in stated)


def _is_explained(doubt: Doubt, sentence: str, start: int, end: int, *, for_another: bool) -> bool:
    """Whether an ``unless`` stands beside the doubt's words; elsewhere in a long sentence it explains nothing."""
    unless = [doubt.unless, doubt.unless_for_another] if for_another else [doubt.unless]
    beside = (match for patterns in unless for match in patterns.finditer(sentence))
    return any(match.start() < end + _BESIDE and match.end() > start - _BESIDE for match in beside)


def _addresses(sight: Sight, said: Claims, rules: Extraction) -> Iterator[Signal]:
    """Addresses in the own words that are nobody's known address: a wish that words need not spell out."""
    claimed = {claim.claimed_email.value for claim in said.claims if claim.claimed_email}
    known = set(claimed)
    if any(claim.filer_is_sender for claim in said.claims):
        known.add(said.sender_address)  # whoever asks for another and names their own address may want it there
    known |= {said.lent_by, *said.content}
    views = [view for view in (sight.text, sight.subject, said.lent) if view is not None]
    for address in chain.from_iterable(view.once(find_addresses, rules.address) for view in views):
        if address.stated.value in known or _is_harmless(address) or (address.said is Said.OLD and claimed):
            continue
        reason = f"Names another address too: {address.stated.value}"
        merely_told_of = rules.sender.others_themselves.search(sight.words)
        severity = Severity.NOTE if merely_told_of else Severity.WARNING
        yield Signal(name=SignalName.ADDRESS_IN_DOUBT, severity=severity, reason=reason, span=address.stated.span)


def _slips(sight: Sight, said: Claims, rules: Extraction) -> Iterator[Signal]:
    """Numbers that are nearly a stated Bar ID: one of the two is a slip, which the sender may have corrected."""
    stated = [claim.bar_id.value.lstrip("0") for claim in said.claims if claim.bar_id]
    for view in filter(None, (sight.subject, sight.text, said.lent)):
        for number in islice(_NUMBER.finditer(view.plain), _MOST):
            if not any(is_slip(number[0].lstrip("0"), bar_id) for bar_id in stated) or view.in_signature(
                number.start()
            ):
                continue
            if not looks_like_another(view, *number.span(), rules.bar_id):
                reason = f"States a number that is nearly the Bar ID, too: {number[0]}."
                yield warning(SignalName.OTHER_BAR_ID, reason, view.span(*number.span()))
                return


def _is_harmless(address: FoundAddress) -> bool:
    return address.in_signature or address.said is Said.OTHER


def warning(name: SignalName, reason: str, span: Span | None = None) -> Signal:
    """A signal that keeps a request from being routine."""
    return Signal(name=name, severity=Severity.WARNING, reason=reason, span=span)
