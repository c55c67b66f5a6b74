"""What the message alone shows a clerk: tricks, clumsiness, danger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from helpdesk.patterns import Patterns
from helpdesk.policy import Court, Remarks
from helpdesk.policy.reading import Doubts, Extraction, Suspicions
from helpdesk.understand.caution.aloud import running_text
from helpdesk.understand.caution.besides import said_besides
from helpdesk.understand.caution.beyond import more_than_a_request
from helpdesk.understand.caution.doubts import doubts_of, warning
from helpdesk.understand.caution.mood import hedged_wish
from helpdesk.understand.caution.remarks import heavy_remark
from helpdesk.understand.filers.addresses import is_ours
from helpdesk.understand.filers.claims import Claims
from helpdesk.understand.steps import Steps
from helpdesk.understand.text.sight import Sight, view_of
from helpdesk.understand.text.view import View, fold
from helpdesk.vocabulary import (
    Category,
    DefectKind,
    Message,
    SectionKind,
    Severity,
    Signal,
    SignalName,
    Span,
    Verdict,
)

_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_BANNERS = (SectionKind.DISCLAIMER, SectionKind.OWN)
_WORD = re.compile(r"[^\W\d_]{3,20}")
# What widespread gateways hide in mail that they have looked at.
_GATEWAYS_OWN = re.compile(
    r"ZjQcmQ\w{0,60}|This Message Is From an (?:External|Untrusted) Sender"
    r"|This message came from outside your organization\.?",
    re.IGNORECASE,
)
_HIDDEN_WORDS = re.compile(r"\d{4}|password|reset|approve|verified|ignore|system|bar id", re.IGNORECASE)


_BY_DEFECT = {
    DefectKind.DECEPTION: SignalName.DECEPTIVE,
    DefectKind.VERSIONS: SignalName.VERSIONS_DIFFER,
    DefectKind.UNREAD: SignalName.NOT_ALL_READ,
    DefectKind.GATEWAY: SignalName.DISTRUSTED,
}


def signals_of(
    message: Message,
    sight: Sight,
    wanted: Category,
    said: Claims,
    passwords: tuple[Span, ...],
    court: Court,
    rules: Extraction,
    doubts: Doubts,
    remarks: Remarks,
) -> Steps[tuple[Signal, ...]]:
    """The signals that the message shows by itself, each name once, most serious first."""
    found = [
        *_sender(message, rules),
        *_recipients(message, court, rules),
        *_defects(message),
        *_script(message, sight),
        *_hidden(message),
        *_picture(message, sight),
        *_words(message, sight, rules.suspicions),
        *_banner(message, sight, rules),
        *_passwords(passwords),
    ]
    yield
    found += [
        *doubts_of(sight, wanted, said, rules, doubts, remarks),
        *_unclaimed(said),
        *_elsewhere(message, sight, said, rules),
    ]
    yield
    if said.claims and not _warns(found):
        found += said_besides(sight, doubts, remarks)
        if hedged := hedged_wish(sight, said.claims, doubts):
            found.append(hedged)
    if not _warns(found) and (more := more_than_a_request(message, sight, said, doubts.plain)):
        found.append(heavy_remark(running_text(sight.text), remarks, doubts) or more)
    found.sort(key=lambda signal: signal.severity is not Severity.WARNING)
    kept: dict[SignalName, Signal] = {}
    for signal in found:
        kept.setdefault(signal.name, signal)
    return tuple(kept.values())


def _warns(found: list[Signal]) -> bool:
    return any(signal.severity is Severity.WARNING for signal in found)


def _sender(message: Message, rules: Extraction) -> Iterator[Signal]:
    if message.authentication.verdict is Verdict.FAIL:
        detail = f" ({message.authentication.detail})" if message.authentication.detail else ""
        yield warning(SignalName.AUTHENTICATION_FAILED, f"Our mail server could not authenticate the sender{detail}.")
    if message.sender is None:
        reason = "From names several senders." if message.senders else "From names no sender."
        yield warning(SignalName.SENDER_UNCLEAR, reason)
        return
    sender = message.sender
    domain = sender.address.rpartition("@")[2]
    for reply_to in message.reply_to:
        if reply_to.address and reply_to.address != sender.address:
            same = reply_to.address.rpartition("@")[2] == domain
            severity = Severity.NOTE if same else Severity.WARNING
            reason = f"Replies are directed to {reply_to.address}, not to the sender {sender.address}."
            yield Signal(name=SignalName.REPLY_TO_ELSEWHERE, severity=severity, reason=reason)
    if is_ours(sender.address, rules.address):
        if message.authentication.verdict is not Verdict.PASS:
            yield warning(SignalName.POSES_AS_COURT, f"Claims to come from {domain}, which is not authenticated.")
    elif poses_as_court(message, rules):
        yield warning(SignalName.POSES_AS_COURT, f"Presents itself as a court or PACER, but writes from {domain}.")


def _recipients(message: Message, court: Court, rules: Extraction) -> Iterator[Signal]:
    """Mail to another court's helpdesk, or PACER's, of which we only get a copy."""
    courts = [one.address for one in message.to if is_ours(one.address, rules.address)]
    if courts and not any(address.rpartition("@")[2] in court.own_domains for address in courts):
        yield warning(SignalName.NOT_PLAINLY_ASKED, f"It is written to {courts[0]}; we only get a copy.")


def poses_as_court(message: Message, rules: Extraction) -> bool:
    """Whether a sender outside the courts presents itself as one of them or as PACER."""
    sender = message.sender
    if sender is None or is_ours(sender.address, rules.address):
        return False
    line = f"{fold(sender.display_name)} {re.sub(r'[._-]', ' ', sender.address)}"
    return bool(rules.suspicions.poses_as_court.search(line))


def _defects(message: Message) -> Iterator[Signal]:
    for defect in message.defects:
        if defect.kind in _BY_DEFECT:
            yield warning(_BY_DEFECT[defect.kind], defect.why)


def _script(message: Message, sight: Sight) -> Iterator[Signal]:
    for sender in message.senders:
        if not sender.address.isascii() or "xn--" in sender.address:
            yield warning(SignalName.LOOKALIKE_ADDRESS, "The sender's address has letters that look like others.")
        if _BIDI.search(sender.display_name) or _mixes_scripts(sender.display_name):
            yield warning(SignalName.LOOKALIKE_ADDRESS, "The sender's name mixes alphabets or hides its direction.")
    for view in (sight.text, sight.subject):
        if view.original.isascii():
            continue
        bidi = _BIDI.search(view.original)
        if bidi and bidi[0] not in "\u200e\u200f":
            yield warning(SignalName.LOOKALIKE_ADDRESS, "Invisible characters turn the direction of the text.")
        if word := _mixed_word(view.original):
            span = view.span(word.start(), word.end())
            yield warning(SignalName.LOOKALIKE_ADDRESS, "A word mixes alphabets.", span)


def _mixed_word(text: str) -> re.Match[str] | None:
    return next((word for word in re.finditer(r"[^\W\d_]+", text) if _mixes_scripts(word[0])), None)


def _mixes_scripts(text: str) -> bool:
    if text.isascii():
        return False
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha()}
    return len(names & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1 or "MATHEMATICAL" in names


def _hidden(message: Message) -> Iterator[Signal]:
    hidden = " ".join(message.hidden_text.split())
    if not hidden:
        return
    shown = frozenset(_WORD.findall(message.text.lower()))
    unseen = [word for word in _WORD.findall(_GATEWAYS_OWN.sub(" ", hidden).lower()) if word not in shown]
    severity = Severity.WARNING if unseen or _HIDDEN_WORDS.search(hidden) else Severity.NOTE
    reason = f'The message hides text from view: "{hidden[:120]}"'
    yield Signal(name=SignalName.HIDDEN_TEXT, severity=severity, reason=reason)


def _picture(message: Message, sight: Sight) -> Iterator[Signal]:
    pictures = [part for part in message.attachments if part.true_type.startswith("image/")]
    if pictures and not sight.text.plain.strip():
        reason = "The text says nothing; look at the attached picture."
        yield Signal(name=SignalName.PICTURE_ONLY, severity=Severity.NOTE, reason=reason)


def _words(message: Message, sight: Sight, suspicions: Suspicions) -> Iterator[Signal]:
    hidden = fold(message.hidden_text[:5_000])
    names = fold(" ".join(sender.display_name for sender in message.senders))
    if suspicions.addresses_the_system.search(f"{hidden}\n{names}"):
        yield warning(SignalName.ADDRESSES_THE_SYSTEM, "A name or hidden text gives orders to staff or the system.")
    for view in (running_text(sight.text), running_text(sight.subject)):
        yield from _first(
            view,
            suspicions.addresses_the_system,
            SignalName.ADDRESSES_THE_SYSTEM,
            "Claims an approval or gives orders",
        )
        yield from _first(view, suspicions.secret_asked, SignalName.SECRET_ASKED, "Asks what is on file")


def _banner(message: Message, sight: Sight, rules: Extraction) -> Iterator[Signal]:
    """What a mail gateway wrote into the subject or around the text."""
    around = [section for section in message.sections if section.kind in _BANNERS]
    banners = view_of(message.text, around, rules.longest)
    for view in (sight.subject, banners):
        yield from _first(
            view, rules.suspicions.gateway_distrusts, SignalName.DISTRUSTED, "A mail gateway distrusts it"
        )


def _passwords(passwords: tuple[Span, ...]) -> Iterator[Signal]:
    if passwords:
        several = f"{len(passwords)} passwords; they are" if len(passwords) > 1 else "a password; it is"
        reason = f"Contains what may be {several} hidden from view."
        yield Signal(name=SignalName.PASTED_PASSWORD, severity=Severity.NOTE, reason=reason, span=passwords[0])


def _elsewhere(message: Message, sight: Sight, said: Claims, rules: Extraction) -> Iterator[Signal]:
    """ "My number is on the attached card": a person looks there before anybody is asked for it."""
    missing = [claim for claim in said.claims if claim.bar_id is None]
    if missing and message.attachments and rules.sender.points_elsewhere.search(sight.words):
        yield warning(SignalName.NOT_ALL_READ, "What is missing may stand in what is attached.")


def _first(view: View, patterns: Patterns, name: SignalName, reason: str) -> Iterator[Signal]:
    match = patterns.search(view.plain)
    if match:
        words = " ".join(view.original[match.start() : match.end()].split())
        span = view.span(match.start(), match.end())
        yield warning(name, f'{reason}: "{words[:120]}"', span)


def _unclaimed(said: Claims) -> Iterator[Signal]:
    for bar_id in said.unclaimed:
        severity = Severity.NOTE if bar_id in said.explained else Severity.WARNING
        reason = f"Names another Bar ID too: {bar_id.value}."
        yield Signal(name=SignalName.OTHER_BAR_ID, severity=severity, reason=reason, span=bar_id.span)
