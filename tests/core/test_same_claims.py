"""What a mail program, a firm or a gateway puts around a request never changes what is claimed in it."""

from __future__ import annotations

import base64
import html
import quopri
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.read import read_message
from helpdesk.rules import load_rules
from helpdesk.understand import understand
from tests.core.raw_mail import raw

RULES = load_rules(Path(__file__).resolve().parents[2] / "rules")  # not a fixture: hypothesis would print it
PLAIN = "text/plain; charset=utf-8"

WISHES = st.sampled_from(
    (
        "Please reset my CM/ECF password.",
        "I forgot my e-filing password and the web page does not help.",
        "Olvidé mi contraseña de ECF, favor de restablecerla.",
    )
)
NAMES = st.sampled_from(("Ada Filer", "ADA Q. FILER", "José Peña Núñez", "Grace O'Brien-Hopkinson", "Li Wei"))
NUMBERS = st.sampled_from(
    ("SBN 234561", "Bar ID: 034561", "Cal. Bar No. 234,561", "(CA 234561)", "State Bar #234561")
)
ADDRESSES = st.sampled_from(("", "ada@filerquill.example", "E-mail: ada (at) filerquill dot example"))
LAYOUTS = st.sampled_from(
    (
        "{wish}\n\n{name}\n{number}\n{address}",
        "{wish} {name}, {number}. {address}",
        "Hello,\n\n{wish}\n\nName: {name}\n{number}\n{address}\n\nThank you.",
    )
)


@st.composite
def requests(draw: st.DrawFn) -> str:
    """A request in a person's words."""
    parts = {"wish": WISHES, "name": NAMES, "number": NUMBERS, "address": ADDRESSES}
    return draw(LAYOUTS).format(**{name: draw(strategy) for name, strategy in parts.items()}).strip()


def claimed(body: str | bytes, content_type: str = PLAIN, encoding: str = "8bit") -> list[tuple[str | None, ...]]:
    """Name, Bar ID and address of each claim in a mail with this body, without regard to letter case."""
    message = read_message(
        raw(body, content_type=content_type, content_transfer_encoding=encoding), court=RULES.court
    )
    claims = understand(message, RULES).claims
    return [
        tuple(part.value.casefold() if part else None for part in (claim.name, claim.bar_id, claim.claimed_email))
        for claim in claims
    ]


NOTICE = (
    "Before that date every e-filer must have an individual, upgraded PACER account. Within your email, please "
    "provide the filer's full name, Bar ID, and primary email address."
)
AROUND: dict[str, Callable[[str], str]] = {
    "quoted notice": lambda body: (
        f"{body}\n\nOn Thu, Jan 2, 2020 at 9:14 AM CASD <ecfhelp@casd.uscourts.gov> wrote:\n"
        f"> {NOTICE}\n> Bar ID: 999999"
    ),
    "pasted notice": lambda body: f"{body}\n\n{NOTICE}",
    "Outlook history": lambda body: (
        f"{body}\n\n________________________________\nFrom: Grace <grace@harborlaw.example>\nSent: Thursday\n"
        "To: Ada\nSubject: x\n\nMine is SBN 301122."
    ),
    "disclaimer": lambda body: (
        f"{body}\n\nCONFIDENTIALITY NOTICE: This message is intended only for the addressee and may be privileged. "
        "If you received it in error, delete it and call 619-555-0100."
    ),
    "gateway banner": lambda body: (
        f"CAUTION: This email originated from outside of the organization. Do not click links.\n\n{body}"
    ),
    "telephone": lambda body: f"{body}\n\nSent from my iPhone",
}


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_words_around_a_request_change_no_claim(around: Callable[[str], str]) -> None:
    @settings(max_examples=12, deadline=None)
    @given(requests())
    def holds(body: str) -> None:
        assert claimed(around(body)) == claimed(body)

    holds()


def _lines(body: str, before: str, after: str, blank: str) -> str:
    return "\n".join(f"{before}{html.escape(line)}{after}" if line else blank for line in body.split("\n"))


WRAPPED: dict[str, Callable[[str], str]] = {
    "Outlook": lambda body: (
        '<html><head><style>p.MsoNormal{margin:0}</style></head><body lang="EN-US"><div class="WordSection1">'
        + _lines(body, '<p class="MsoNormal">', "<o:p></o:p></p>", '<p class="MsoNormal"><o:p>&nbsp;</o:p></p>')
        + "</div></body></html>"
    ),
    "Gmail": lambda body: f'<div dir="ltr">{_lines(body, "<div>", "</div>", "<div><br></div>")}</div>',
    "Apple Mail": lambda body: (
        f'<html><body style="overflow-wrap: break-word;">{_lines(body, "", "<br>", "<br>")}</body></html>'
    ),
    "spans within words": lambda body: f"<p>{_lines(body, '<span>', '</span><br/>', '<br/>')}</p>",
}


@pytest.mark.parametrize("wrapped", WRAPPED.values(), ids=WRAPPED)
def test_a_vendors_html_changes_no_claim(wrapped: Callable[[str], str]) -> None:
    @settings(max_examples=12, deadline=None)
    @given(requests())
    def holds(body: str) -> None:
        assert claimed(wrapped(body), "text/html; charset=utf-8") == claimed(body)

    holds()


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "iso-8859-15", "utf-16", "utf-8", "gb18030"])
@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_another_charset_changes_no_claim(charset: str, encoding: str) -> None:
    encoders: dict[str, Callable[[bytes], bytes]] = {
        "8bit": bytes,
        "base64": base64.encodebytes,
        "quoted-printable": quopri.encodestring,
    }

    @settings(max_examples=4, deadline=None)
    @given(requests())
    def holds(body: str) -> None:
        written = encoders[encoding](body.encode(charset))
        assert claimed(written, f"text/plain; charset={charset}", encoding) == claimed(body)

    holds()
