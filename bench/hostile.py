"""Hostile mail: `python -m bench.hostile [--messages N] [--wild FOLDER]`.

First how long understanding takes for 64 KB made to be slow; the bound is 200 ms. Then mail from its bytes to its
place: everything from the wild, every message that was made to hang, crash or bloat a reader, and N made-up ones, one
after the other. Each must end ticketed, attached, ignored or quarantined, within two seconds and 300 MB.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

from helpdesk.rules import Rules, load_rules
from helpdesk.understand import understand
from helpdesk.vocabulary import Address, Message, Section, SectionKind

ROOT = Path(__file__).resolve().parent.parent
SIZE = 65_536
BOUND_MS = 200.0
RUNS = 3
_SHOWN = 30  # of the slowest
# Each is repeated until it fills the text and the subject.
PIECES = (
    "bar no. 123456 ", "Name: Ada Filer\n", "Ada Filer Bo ", "a at b dot c ", "a@b.example ", "1 2 3 4 5 6 ", "a",
    "A", "(", " ", "\n", "a.", "- ", "my ecf password reset please. ", "Ada Filer's password ",
    "for attorney Ada Filer and ", "é—“ ", "жа", "reply to me with the new password ", "Name | Bar | Email\n",
    "a | b | c\n", "two three ", "Mr. A ", "Re: A v. B\n", "old mailbox closed ", "From: A <a@b.example>\n",
    "123456, ", "Filer, Ada ", "de la ", "\n\n \n", "||@", "@<",
)  # fmt: skip
MARKS = (
    "\n", "\n\n", " ", "\t", ">", "<", "@", ".", ",", ";", ":", "(", ")", '"', "'", "-", "_", "*", "|", "/", "a", "1",
    "é", "bar ", "password ", "please ", "I ", "to ", "at ", "dot ", "Name:", "Ada Filer ", "234561 ", "--\n", "if ",
    "not ",
)  # fmt: skip
MIXED = 100  # pieces of two to five marks, beside those above
REQUEST = (
    "Please reset my CM/ECF password. Ada Filer, SBN 234561, ada@filerquill.example.\n"  # so that all is looked for
)


def hostile(piece: str) -> Message:
    """A request whose text and subject are otherwise nothing but this piece."""
    text = (REQUEST + piece * SIZE)[:SIZE]
    return Message(
        sha256="0" * 64,
        content_key="k",
        message_id=None,
        subject=text,
        senders=(Address(display_name="Ada Filer", address="ada@filerquill.example"),),
        text=text,
        sections=(Section(kind=SectionKind.OWN, start=0, end=len(text)),),
    )


def main() -> int:
    """Print the slowest first; 1 when something is over its bound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000, help="made-up ones")
    parser.add_argument("--wild", type=Path, default=ROOT / "tests" / "corpus" / "wild")
    arguments = parser.parse_args()
    # A reading process loads this file anew; what settles the messages it does not load in the service either.
    from bench._hostile_mail import settle_all

    too_slow = _understanding()
    return int(settle_all(arguments.wild, arguments.messages) or too_slow)


def _understanding() -> bool:
    rules = load_rules(ROOT / "rules")
    found = sorted(((_fastest(hostile(piece), rules), piece) for piece in (*PIECES, *_mixed())), reverse=True)
    for milliseconds, piece in found[:_SHOWN]:
        print(f"{milliseconds:8.1f} ms of {BOUND_MS:.0f}  {piece!r}")
    return found[0][0] > BOUND_MS


def _mixed() -> list[str]:
    drawn = random.Random(1)
    return ["".join(drawn.choices(MARKS, k=drawn.randint(2, 5))) for _ in range(MIXED)]


def _fastest(message: Message, rules: Rules) -> float:
    seconds = []
    for _ in range(RUNS):
        started = time.process_time()
        understand(message, rules)
        seconds.append(time.process_time() - started)
    return min(seconds) * 1_000


if __name__ == "__main__":
    sys.exit(main())
