"""An answer to our question is read with the request it completes: "Sorry, it is 123456." means little alone."""

from __future__ import annotations

from dataclasses import replace

from helpdesk.understand.understanding import missing_in
from helpdesk.vocabulary import RESETS, Asked, Category, Claim, Missing, Place, Signal, Stated, Understanding

# What an answer may look like when read alone. Anything else is another matter and stands for itself.
_ANSWERS = (Category.FOLLOW_UP, Category.GENERAL, *RESETS)


def completed(asked: Asked, answer: Understanding) -> Understanding:
    """The request as it stands after this answer; the answer unchanged where it brings nothing that was asked for.

    What the answer states replaces what was stated before, but a name stays: a secretary who answers signs with
    another one. Warnings of the earlier mail still hold.
    """
    said = answer.claims or answer.particulars
    if answer.thanks_only or answer.category not in _ANSWERS or len(said) != 1:
        return answer
    claim = _together(asked.claim, said[0])
    names_system = answer.category in RESETS
    system_unclear = Missing.SYSTEM in (answer.missing if names_system else asked.missing)
    missing = missing_in((claim,), system_unclear=system_unclear)
    if missing == asked.missing and not _adds(said[0]):
        return answer
    return replace(
        answer,
        category=asked.category,
        wants=tuple(dict.fromkeys((asked.category, *asked.wants, *_wants(answer)))),
        why=f"{asked.category.value}: completes what was asked for before",
        claims=(claim,),
        missing=missing,
        signals=tuple(dict.fromkeys((*answer.signals, *map(_of_earlier_mail, asked.signals)))),
        is_understood=True,
    )


def _together(before: Claim, now: Claim) -> Claim:
    return Claim(
        name=_earlier(before.name) or now.name,
        bar_id=now.bar_id or _earlier(before.bar_id),
        bar_state=now.bar_state if now.bar_id else before.bar_state,
        claimed_email=_written(now.claimed_email) or _earlier(before.claimed_email) or now.claimed_email,
        says_no_bar_id=now.bar_id is None and (now.says_no_bar_id or before.says_no_bar_id),
        filer_is_sender=before.filer_is_sender and now.filer_is_sender,
    )


def _adds(claim: Claim) -> bool:
    """Whether it says more than who writes."""
    return claim.bar_id is not None or _written(claim.claimed_email) is not None


def _written(stated: Stated | None) -> Stated | None:
    """An address that the answer's words state; that of its sender was not stated by anybody."""
    return stated if stated and stated.span and stated.span.place is not Place.SENDER else None


def _earlier(stated: Stated | None) -> Stated | None:
    """The same without its place, which is in another mail."""
    return replace(stated, span=None) if stated else None


def _of_earlier_mail(signal: Signal) -> Signal:
    return replace(signal, span=None)


def _wants(answer: Understanding) -> tuple[Category, ...]:
    return tuple(want for want in answer.wants if want not in _ANSWERS)
