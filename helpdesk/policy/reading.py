"""The shapes of extraction.toml and categories.toml: the words by which mail is understood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from enum import StrEnum
from string import ascii_lowercase
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from helpdesk.examples import Examples
from helpdesk.patterns import STRICT, CapturingPatterns, Pattern, Patterns, Probability, Text, Words
from helpdesk.policy.remarks import CERTAIN, Weight
from helpdesk.sieve import FirstOf, Sieve
from helpdesk.vocabulary import Category, SignalName

_SPELLED_DOTS = {"dot", "punto"}  # of "jane at firm dot example"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class BarIdReading:
    """extraction.toml, [bar_id]: how Bar IDs are written, and what only looks like one."""

    labels: Patterns  # "SBN", "State Bar No."
    registered_under: Patterns  # "registered under my California license", of several numbers
    own: Patterns  # "my bar number is", up to the number
    below: Patterns  # "my number is in the footer": then it is the sender's, whoever else's name stands there
    absent: Patterns  # "I have no Bar ID", "pro se"
    lookalikes: Patterns  # telephone, ZIP, case and account numbers
    spoken: dict[Text, Annotated[str, Field(pattern=r"^\d{1,4}$")]]  # "seven" = "7"
    jurisdictions: dict[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], Pattern]  # TX = "texas"
    before_lone: Patterns  # what may stand before a number that nothing else tells to be a Bar ID
    after_lone: Patterns  # and behind it: a unit must not
    unlabelled_digits: Annotated[int, Field(ge=5, le=8)]  # how long a bare number must be to count
    jurisdiction: FirstOf[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "jurisdiction", FirstOf(self.jurisdictions.items()))


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class NameReading:
    """extraction.toml, [name]: how names are introduced, and words that are never part of one."""

    labels: Patterns  # "Full name", up to but without the colon
    first_labels: Patterns
    middle_labels: Patterns
    surname_told: Patterns  # "her last name is", of somebody who is called by the given name elsewhere
    given_before: Patterns  # right before that given name: "about", "my boss"
    last_labels: Patterns
    introductions: Patterns  # "my name is"; the name follows
    introduced_after: Patterns  # " here", right behind the name of who writes
    asks_through: Patterns  # "told me to get it reset", right behind the name of who is meant
    on_behalf: Patterns  # "on behalf of", "my boss"; the name follows
    asked_for: Patterns  # "the password of"; the name follows
    requesters: Patterns  # "requested by"; the name of who writes follows
    numberless_after: Patterns  # ", but I don't have his number": meant all the same
    owner_after: Patterns  # "'s password", right behind a name
    between: Words  # what may stand between a name and its number
    number_before: Patterns  # "her number is", right before a number without any other label
    others_after: Patterns  # behind a name: " had his reset on Monday"
    others: Patterns  # "opposing counsel", right before a name
    absent: Patterns  # "my late father", right before a name: meant only where nobody else is
    absent_after: Patterns  # and behind it: " left the firm"
    never: Words
    also_surnames: Words  # of those, the ones that are surnames too: "Ada Filer", "Carla May"
    honorifics: Words
    particles: Words
    wanted_labels: Patterns  # over a table's column: "Reset?"
    unwanted: Patterns  # in that column: "N"
    line_wants: Patterns  # "needs a reset", on a filer's line of a list
    line_wants_nothing: Patterns  # "password ok", likewise
    is_content: Patterns  # "his account is fine", of somebody named without a number
    not_given: Words  # behind a comma, places and titles rather than given names
    suffixes: Words


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AddressReading:
    """extraction.toml, [address]: whose address it is, by the words beside it."""

    labels: Patterns  # "E-mail", over a table's column
    primary: Patterns  # "primary e-mail:", before the address
    primary_after: Patterns  # " = the primary", after the address
    anothers_was: Patterns  # "his e-mail was", of somebody who is gone: it is no old one
    old: Patterns  # "formerly", before the address
    old_after: Patterns  # "is closed", after the address
    new: Patterns
    others: Patterns  # "cc my secretary at", before the address
    others_after: Patterns  # " (gets copies)", after the address
    ours: Words  # domains (and their subdomains) that are never a filer's
    our_endings: tuple[str, ...] = field(init=False, repr=False, compare=False)  # of ".example.gov"

    def __post_init__(self) -> None:
        object.__setattr__(self, "our_endings", tuple(f".{ours}" for ours in self.ours))


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SenderReading:
    """extraction.toml, [sender]: whether the sender asks for themselves."""

    own_password: Patterns  # "my password"
    first_person: Patterns
    for_another: Patterns
    for_us: Patterns  # "our password", of somebody who signs without a number
    named_below: Patterns  # "the attorney below", who may be the one who writes
    undersigned: Patterns  # the sender, in the third person
    one_of_them: Patterns  # "one of our attorneys"
    others_themselves: Patterns  # "they will write to you themselves"
    concerns: Patterns  # what somebody could want of us
    not_me: Patterns  # "I know my own, no action needed for me"
    self_too: Patterns  # "me and my partner"
    me_too: Patterns  # beside a mail passed on: "hers below, and mine too"
    same_for_me: Patterns  # likewise, of the sender's account alone: "same for me"
    came_back: Patterns  # above a mail that did not reach us: "I had the address wrong"
    chases: Patterns  # above a mail sent to us before: "still nothing"
    endorses: Patterns  # above a mail that another drew up: "please see below", "I agree"
    passes_on: Patterns  # "my partner wrote this to me", "can you help him?"
    points_elsewhere: Patterns  # "see attached", where nothing else says who is meant
    asks: Patterns  # "please reset": a wish in words that stand outside of any quotation
    titled: Patterns  # '"forgot my password" page': behind a quotation, that is what the page is called
    shared: Patterns  # rooms, desks and machines in a display name or address
    staff: Patterns  # words in a display name, title or address of somebody's staff
    closings: Patterns  # "Regards,"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Suspicions:
    """extraction.toml, [suspicions]: words that a clerk must not miss."""

    addresses_the_system: Patterns
    poses_as_court: Patterns
    secret_asked: Patterns
    gateway_distrusts: Patterns  # in a subject, or in a banner above or below the text
    pasted_password: CapturingPatterns  # first group: the password
    password_words: Patterns  # in whose sentence whatever looks made up is a password


class Whose(StrEnum):
    """Whose requests a doubt is about."""

    ANYONE = "anyone"
    ANOTHER = "another"  # the filer is not the sender
    OWN = "own"  # the filer is the sender


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Doubt:
    """doubts.toml, [[doubts]]: words in a request for a reset that keep it from being routine."""

    signal: SignalName
    reason: Text  # for staff; the words found are put behind it
    weighs: Weight = CERTAIN  # and holds where that and what its sentence weighs (remarks.toml) are more than nothing
    whose: Whose = Whose.ANYONE
    wish: Category | None = None  # only where this is what is wanted
    says: Patterns
    about: Patterns | None = None  # what the same sentence must speak of besides
    unless: Patterns = Patterns(())  # in the same sentence, beside the words
    unless_for_another: Patterns = Patterns(())  # the same, where somebody else asks for the filer


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Plain:
    """doubts.toml, [plain]: what a plain request for a reset consists of, beside the particulars that it states."""

    words: Words = frozenset()  # without them no request counts as plain
    phrases: Patterns = Patterns(())  # more than a word, because each word by itself may say something else
    unsigned: Words = frozenset()  # in a signature any capitalised word may stand, but none of these


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Subject:
    """doubts.toml, [[subjects]]: a matter that a plain request for a reset does not touch, whatever is said of it."""

    signal: SignalName
    reason: Text  # for staff; the sentence that touches it is put behind it
    weighs: Weight = CERTAIN  # as a doubt does
    words: Words
    known: Patterns = Patterns(())  # phrases in which such a word touches nothing
    unless: Patterns = Patterns(())  # what in the same sentence tells that it is about something else


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Acts:
    """doubts.toml, [acts]: what the reader may be asked to do beside the reset."""

    weighs: Weight = CERTAIN  # as a doubt does
    openers: Patterns = Patterns(())  # "could you", a full stop: what is asked follows
    words: Words = frozenset()  # "keep", "tell"
    objects: Words = frozenset()  # of which one must follow: "keep it", "tell him"
    known: Patterns = Patterns(())  # "tell me": what a plain request may ask, too


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Mood:
    """doubts.toml, [mood]: how one speaks of a reset without asking for it."""

    mentions: Patterns = Patterns(())  # "reset", "a new password"
    tools: Patterns = Patterns(())  # no mention: "the reset page"
    polite: Patterns = Patterns(())  # conditions that are none: "if you could"
    asks: Patterns = Patterns(())  # "please", up to the mention: only a condition hedges it
    conditions: Patterns = Patterns(())  # beside it: "if"
    hedges: Patterns = Patterns(())  # likewise: "I may need"
    others_wish: Patterns = Patterns(())  # where the filer writes: "somebody tried to"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Doubts:
    """doubts.toml: what makes a reader of a request for a reset stop and think."""

    doubts: tuple[Doubt, ...]
    subjects: tuple[Subject, ...] = ()
    acts: Acts = Acts()
    mood: Mood = Mood()
    plain: Plain = Plain()
    to_strangers: Patterns = Patterns(())  # "if you are not the intended recipient": nothing in that sentence counts
    sieve: Sieve = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sieve", Sieve(doubt.says for doubt in self.doubts))


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Extraction:
    """extraction.toml: words and patterns by which names, Bar IDs and addresses are found."""

    longest: Annotated[int, Field(ge=1_000, le=65_536)]  # characters of a message that are understood
    bar_id: BarIdReading
    name: NameReading
    address: AddressReading
    sender: SenderReading
    suspicions: Suspicions
    label_sieve: Sieve = field(init=False, repr=False, compare=False)  # of the labels over a table's columns
    idle: frozenset[str] = field(init=False, repr=False, compare=False)  # no part of a name, number or address

    def __post_init__(self) -> None:
        name = self.name
        names = (name.labels, name.first_labels, name.middle_labels, name.last_labels, name.wanted_labels)
        object.__setattr__(self, "label_sieve", Sieve((*names, self.bar_id.labels, self.address.labels)))
        object.__setattr__(self, "idle", name.never - name.particles - self.bar_id.spoken.keys() - _SPELLED_DOTS)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Sign:
    """One pattern that speaks for a category, or against it with a negative weight."""

    weight: Annotated[int, Field(ge=-10, le=10)]
    patterns: Patterns


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Password:
    """categories.toml, [password]: whose password is meant, and what is wrong with it."""

    words: Patterns
    login_words: Patterns
    troubles: Patterns  # "reset", "forgot": a reset is asked
    failures: Patterns  # "does not work": a reset is asked, unless linking is the matter
    bare: Patterns  # "reset mine", without the word password
    given: Patterns  # "as requested": the particulars that the court asks for
    same_again: Patterns  # "the same for Jane, please", above a conversation about a reset
    asks_back: Patterns  # "what is your bar number?", in the court's mail that is answered
    notice_asks: Patterns  # "with the filer's full name": the court's notice says what a request must hold
    answers_notice: Patterns  # "mine, please", above it
    lacks_nothing: Patterns  # "none of that is lost", which "lost" is no answer then
    item_done: Patterns  # "2 is done", of an item of the notice
    around: Words  # small words that stand around particulars and say nothing
    pages: Patterns  # "the password reset page": of itself no wish
    plain_reset: Patterns  # "please reset it"
    works: Patterns  # "the court's login works": of ours, in one sentence
    unclear: Patterns  # "is it you or PACER?"
    order_asked: Patterns  # "PACER or ECF first?": which password is meant is clear
    may_have: Patterns  # "may I have it reset?", which is not settled
    settled: Patterns  # "I know my password"
    pleas: Patterns  # "could you", "I need": of a sentence that names a password or account, they make a wish
    begs: Patterns  # "help, please": of any sentence
    mine: Patterns  # "my"
    offers: Patterns  # "if you lost your password": says the court, not who lost it
    bids: Patterns  # "could you", above a mail that went to us before and is passed on
    hands_on: Patterns  # "take care of this", likewise
    taken_back: Patterns  # "never mind"
    asked_before: Patterns  # "I wrote on Monday and heard nothing"
    questions: Patterns  # "how long is a new password good for": about passwords, and no wish for one
    not_login: Patterns  # "I know my login": no login name is asked
    ours: Patterns
    pacer: Patterns
    not_pacer: Patterns  # "this is not about PACER"
    elsewhere: Patterns  # another court's password
    here: Patterns  # ours, in the same sentence
    apart: Patterns  # "not for", "works": likewise, without naming ours
    neighbours: Patterns  # "Bankruptcy Court for the Southern District": of our district, and not ours
    not_abroad: Patterns  # "not bankruptcy": another court only ruled out
    of_another: Patterns  # "it is for", "court", "portal": may say whose system is meant
    there: Patterns  # of the other court that is named before
    abroad: Patterns  # other courts, and places where only they sit
    background: Patterns  # "I mostly practise in": of another court, but no matter of this mail
    foreground: Patterns  # "I have to file": one's matter after all
    points_back: Patterns  # "that court": whatever was said of it before is the matter after all
    pacers_own: Patterns  # "PACER password", where both systems are named
    contrasts: Patterns  # "not bankruptcy", of the court that is meant
    ours_besides: Patterns  # "could mine for your court be reset", beside what is told of another court's
    ours_own: Patterns  # "CM/ECF password", likewise


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Spelling:
    """categories.toml, [spelling]: words that decide what a mail is about, which are known with one slip in them."""

    words: Words
    others: Words  # words of their own, which such a slip would make
    slips: dict[str, str] = field(init=False, repr=False, compare=False)  # what each slip means

    def __post_init__(self) -> None:
        slips = {slip: word for word in sorted(self.words) for slip in _with_a_slip(word)}
        object.__setattr__(self, "slips", {s: word for s, word in slips.items() if s not in self.words | self.others})


def _with_a_slip(word: str) -> Iterator[str]:
    """The word with a letter missing, two exchanged, another one or one too many. The first letter is right."""
    for place in range(1, len(word)):
        head, tail = word[:place], word[place:]
        yield head + tail[1:]
        yield head + tail[1:2] + tail[0] + tail[2:]
        yield from (head + letter + tail[1:] for letter in ascii_lowercase)
        yield from (head + letter + tail for letter in ascii_lowercase)
    yield from (word + letter for letter in ascii_lowercase)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Categories:
    """categories.toml: words and patterns by which a message's wishes are recognised."""

    enough: Annotated[int, Field(ge=1, le=10)]  # a category's weights must reach this
    password: Password
    spelling: Spelling
    signs: dict[Category, tuple[Sign, ...]]
    order: tuple[Category, ...]  # which one a message with several wishes counts as
    bait: Patterns  # from an outsider who poses as a court: spam
    thanks: Patterns
    not_thanks: Patterns  # with one of these it is more than thanks
    solved: Patterns  # "all good now"
    matters: Patterns  # "mailbox", "partner": a sentence with one, and without thanks, tells something else
    thanks_all_the_same: Patterns  # "nothing else needed": taken out before those are looked for
    urgent: Patterns
    sounds_urgent: Patterns  # "e-filing today", where nothing is to be filed
    not_urgent: Patterns
    agrees: Patterns  # thanks that say yes to a question of ours ask for what it offers
    points_at_picture: Patterns  # "what does this mean", over a picture
    points_below: Patterns  # above thanks: what is wanted stands below them, or in a file
    scanned: Patterns  # "Scanned from a Xerox"
    sealed: Patterns  # "has sent you a protected message"; below a subject that is ours
    spanish: Words
    sign_sieve: Sieve = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sieve = Sieve(sign.patterns for signs in self.signs.values() for sign in signs)
        object.__setattr__(self, "sign_sieve", sieve)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Wording:
    """wording.toml: what people write, by what they want; it decides where the signs of categories.toml do not."""

    words: Annotated[float, Field(ge=0, le=10)]  # how much the words count
    sign: Annotated[float, Field(ge=0, le=10)]  # what a unit of a sign's weight counts beside them
    settled: Annotated[float, Field(ge=0, le=20)]  # what the category that the signs settle on counts in addition
    sure: Annotated[float, Field(ge=0, le=50)]  # the lead with which words alone may mean spam or automatic mail
    needs: dict[Category, Patterns]  # words without which a mail is not of this category by its words alone
    near: Annotated[float, Field(ge=0, le=50)]  # how close a matter of the signs comes by its words to be a doubt
    known: Probability  # the share of a text's words that must be known for words alone to decide
    sentences: Examples
