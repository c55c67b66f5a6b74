"""Requests that are ready, written as other people write: `python -m bench.rewritten [WAY …] [--seed N] [--mails]`.

Every ready mail of the labelled mailboxes is rewritten (all small, a slip of the finger in every twelfth word, one
remark more, …) and triaged again. One that is not ready any more shows where a reading hangs on a form of words.
Names and addresses stay as they are; where words are exchanged, the new ones need not make good sentences.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import random
import re
import string
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

from bench.corpus import CORPORA, ROOT, mailboxes, roll_of
from helpdesk.cli.dry_run import Triaged, dry_runs
from helpdesk.cli.scoring import read_labels
from helpdesk.match import Roll
from helpdesk.rules import Rules, load_rules
from helpdesk.vocabulary import Route

Way = Callable[[str, random.Random], str]

_QUOTED = re.compile(r"(?m)^(>|On .*wrote:|-----|From: |Begin forwarded|_{8,})")  # from here on it is not their own
_SENTENCE_END = re.compile(r"([a-z0-9]{4}[.!?]) +(?=[A-Z])(?!Bar|No)")
_MARKS = re.compile(r"[.,;!?](?=\s|$)")
_SIX_DIGITS = re.compile(r"(?<![\d.@/-])(\d{3})(\d{3})(?![\d.@/-])")
_OTHER_WORDS = {
    "password": ("pass word", "PW", "pwd", "pasword", "log-in password"),
    "please": ("kindly", "pls", "plz", "would you"),
    "attorney": ("lawyer", "atty"),
    "thanks": ("thx", "gratefully", "many thanks"),
    "cm/ecf": ("ECF", "CMECF", "CM-ECF", "cm ecf"),
    "need": ("require", "could use"),
}
_GREETINGS = ("Dear Madam Clerk,", "Hey guys", "To the ECF team -", "Hope this finds you well.", "Happy New Year!")
_TAILS = (
    "Have a wonderful weekend!",
    "Sent from my Galaxy",
    "Please consider the environment before printing this email.",
    '"Injustice anywhere is a threat to justice everywhere."',
    "Please note our new office hours: 9 to 5.",
    "NOTICE: we do not accept service by e-mail.",
)


def _slips(text: str, chance: random.Random) -> str:
    words = re.split(r"(\s+)", text)
    long = [place for place, word in enumerate(words) if word.isalpha() and word.islower() and len(word) > 4]
    for place in chance.sample(long, (len(long) + 11) // 12):
        words[place] = _slip(words[place], chance)
    return "".join(words)


def _slip(word: str, chance: random.Random) -> str:
    """With a letter missing, twice, another one, or two exchanged."""
    place = chance.randrange(1, len(word) - 1)
    head, letter, tail = word[:place], word[place], word[place + 1 :]
    return chance.choice(
        (head + tail, head + letter + letter + tail, head + chance.choice(string.ascii_lowercase) + tail)
        + ((head + tail[0] + letter + tail[1:],) if tail else ())
    )


def _other_words(text: str, chance: random.Random) -> str:
    for word, others in _OTHER_WORDS.items():
        pattern = re.compile(rf"(?<![\w@.-]){re.escape(word)}(?![\w@-]|\.\w)", re.IGNORECASE)
        text = pattern.sub(lambda found, others=others: chance.choice((found[0], chance.choice(others))), text)  # type: ignore[misc]
    return text


def _with_remark(lines: list[str]) -> Way:
    """One remark more, in a paragraph of its own after the first or second."""

    def way(text: str, chance: random.Random) -> str:
        paragraphs = re.split(r"(\n\s*\n)", text)
        place = 2 if len(paragraphs) > 4 else 0
        paragraphs[place] += f"\n\n{chance.choice(lines)}"
        return "".join(paragraphs)

    return way


def _ways() -> dict[str, Way]:
    harmless = (CORPORA / "harmless.txt").read_text(encoding="utf-8").splitlines()
    return {
        "all small": lambda text, _: text.lower(),
        "all large": lambda text, _: text.upper(),
        "on one line": lambda text, _: " ".join(text.split()),
        "no marks": lambda text, _: _MARKS.sub("", text),
        "sentence by sentence": lambda text, _: _SENTENCE_END.sub(r"\1\n\n", text),
        "slips of the finger": _slips,
        "other words": _other_words,
        "a greeting": lambda text, chance: f"{chance.choice(_GREETINGS)}\n\n{text}",
        "a tail": lambda text, chance: f"{text}\n\n{chance.choice(_TAILS)}\n",
        "a remark": _with_remark(harmless),
        "123,456": lambda text, _: _SIX_DIGITS.sub(r"\1,\2", text),
    }


def rewritten(raw: bytes, way: Way, chance: random.Random) -> bytes | None:
    """The mail with its own words rewritten; None where it is more than plain text."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if not isinstance(message, EmailMessage) or message.get_content_type() != "text/plain":
        return None
    text = message.get_content()
    quoted = _QUOTED.search(text)
    end = quoted.start() if quoted else len(text)
    del message["Content-Transfer-Encoding"]
    message.set_content(way(text[:end], chance) + text[end:], charset="utf-8")
    return bytes(message)


def ready_mails(folder: Path, roll: Roll, rules: Rules) -> dict[str, tuple[bytes, bool]]:
    """The mails of a mailbox that are rightly ready by file name, each with whether its filer sent it."""
    files = [name for name, label in read_labels(folder).items() if label["route"] == Route.READY.value]
    mails = [(name, (folder / name).read_bytes()) for name in files]
    found = zip(mails, dry_runs(mails, roll, rules), strict=True)
    return {name: (raw, _is_own(triaged)) for (name, raw), triaged in found if _is_ready(triaged)}


def _is_ready(triaged: Triaged) -> bool:
    return triaged.decision is not None and triaged.decision.route is Route.READY


def _is_own(triaged: Triaged) -> bool:
    return triaged.understanding is not None and all(claim.filer_is_sender for claim in triaged.understanding.claims)


def lost(
    folder: Path, mails: dict[str, tuple[bytes, bool]], way: Way, roll: Roll, rules: Rules, seed: int
) -> Iterator[tuple[str, bool]]:
    """Of each mail that could be rewritten its name, and whether it is not ready any more."""
    chance = random.Random(f"{seed} {folder.name}")
    pairs = ((name, rewritten(raw, way, chance)) for name, (raw, _) in mails.items())
    done = [(name, raw) for name, raw in pairs if raw is not None]
    for triaged in dry_runs(done, roll, rules):
        yield f"{folder.name}/{triaged.file}", not _is_ready(triaged)


def main() -> None:
    """Print, for each way, how many mails it was tried on, how many are not ready any more and, if asked, which."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ways", nargs="*", metavar="WAY", help=", ".join(_ways()))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mails", action="store_true", help="name those that are lost")
    arguments = parser.parse_args()
    rules = load_rules(ROOT / "rules")
    folders = mailboxes()
    rolls = {folder: roll_of(folder) for folder in folders}
    ready = {folder: ready_mails(folder, rolls[folder], rules) for folder in folders}
    for name, way in _ways().items():
        if arguments.ways and name not in arguments.ways:
            continue
        tried: list[tuple[str, bool]] = []
        for folder, mails in ready.items():
            # Lawyers' remarks of themselves are harmless in their own mail.
            chosen = {file: mail for file, mail in mails.items() if mail[1] or name != "a remark"}
            tried += lost(folder, chosen, way, rolls[folder], rules, arguments.seed)
        missed = [file for file, is_lost in tried if is_lost]
        print(
            f"{name:22} {len(tried):5} mails {len(missed):4} lost {len(missed) / max(1, len(tried)):6.1%}", flush=True
        )
        if arguments.mails:
            print("".join(f"    {file}\n" for file in missed), end="")


if __name__ == "__main__":
    main()
