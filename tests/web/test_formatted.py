"""A mail's own HTML and its attachments in real Chromium: nothing runs, loads, navigates or misleads (48-52)."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from helpdesk.read import showable
from helpdesk.store.cases import messages
from helpdesk.web.display.destinations import destination
from helpdesk.web.display.formatted import LONGEST, document, harmless
from tests import cast
from tests.conftest import put_on_roll
from tests.desk_work import receive
from tests.project import corpus_lines
from tests.web.pages import sign_in
from tests.web.server import LiveServer
from tests.web.visitor import Visitor

# Ways in which markup has run script (`top.fired.push(1)`), loaded, navigated or misled, in some browser.
VECTORS: list[str] = [json.loads(line) for line in corpus_lines("hostile_html.jsonl")]
HARNESS = "http://harness.example/"
FRAMES = """documents => Promise.all(documents.map(source => new Promise(done => {
    const frame = document.createElement('iframe');
    frame.srcdoc = source;
    frame.onload = () => done();
    setTimeout(done, 500);
    document.body.append(frame);
})))"""
AGAIN = """pieces => pieces.map(piece => {  // parsed, written, parsed again
    const box = document.createElement('div');
    document.body.append(box);
    box.innerHTML = piece;
    box.innerHTML = box.innerHTML;
    return box.querySelectorAll('[onerror],[onload],[style],[class],[id],[href],[src],script,img,style,a').length;
}).reduce((most, count) => Math.max(most, count), 0)"""


class Harness:
    """A page with no protection at all, which counts scripts that ran and addresses that were asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.route("**/*", self._answer)
        page.goto(HARNESS)

    def _answer(self, route: Route) -> None:
        if route.request.url == HARNESS:
            route.fulfill(content_type="text/html", body="<script>window.fired = []</script><body>")
        else:
            self.asked.append(route.request.url)
            route.abort()

    @property
    def fired(self) -> int:
        """How many scripts ran."""
        found = self.page.evaluate("window.fired ? window.fired.length : -1")
        assert isinstance(found, int)
        return found


@pytest.fixture
def harness(browser: Browser) -> Iterator[Harness]:
    context = browser.new_context()
    yield Harness(context.new_page())
    context.close()


def formatted_mail(html: str, body: str = cast.ADAS_REQUEST) -> bytes:
    """Ada's request in HTML, as mail programs send it."""
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"] = "Ada Filer <ada@filerquill.example>", "ecfhelp@casd.uscourts.gov"
    letter["Subject"], letter["Message-ID"] = "Password reset", "<html@filerquill.example>"
    letter.set_content(body)
    letter.add_alternative(html, subtype="html")
    return letter.as_bytes()


def test_there_are_two_hundred_vectors_and_unguarded_they_strike(harness: Harness) -> None:
    """The measure of the next test: without our guards these vectors run, load and navigate."""
    assert len(VECTORS) >= 200
    harness.page.evaluate(FRAMES, [text for text in VECTORS[::4] if "refresh" not in text])
    assert harness.fired >= 15
    assert len(harness.asked) >= 15


def test_no_vector_runs_loads_or_navigates_even_without_frame_and_policy_48_49_50(harness: Harness) -> None:
    clean = [harmless(vector) for vector in VECTORS]
    harness.page.evaluate(FRAMES, ["<!DOCTYPE html><body>" + "<hr>".join(clean), *clean[::25]])
    left = harness.page.evaluate(AGAIN, clean)
    harness.page.evaluate("document.querySelectorAll('a, button, input').forEach(element => element.click())")
    assert (harness.fired, left, harness.asked) == (0, 0, [])
    assert harness.page.url == HARNESS


def test_the_ticket_page_shows_the_formatted_mail_in_a_frame_that_can_do_nothing_48_49(
    live: LiveServer, browser: Browser
) -> None:
    hostile = "".join(VECTORS[:120]) + '<p>Words of <b>Ada</b> at <a href="https://evil.example/">the court</a></p>'
    with live.app.app_context():
        put_on_roll(cast.ADA)
        number = receive(formatted_mail(hostile)).ticket_id
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail("a script spoke"))
    sign_in(page, live.url, "clerk", cast.PASSWORD)
    page.goto(f"{live.url}/tickets/{number}")
    assert not any("/formatted" in url for url in asked), "the frame loads only when somebody opens it"
    page.get_by_text("As its sender formatted it").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Words of Ada")).to_be_visible()
    expect(frame.get_by_text("[evil.example]")).to_be_visible()
    assert page.locator("iframe").get_attribute("sandbox") == ""
    assert all(url.startswith(live.url) for url in asked), asked
    assert len(context.pages) == 1
    assert page.url == f"{live.url}/tickets/{number}"
    context.close()


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ('<a href="https://evil.example/reset">https://pacer.uscourts.gov</a>', "[evil.example]"),
        ('<a href="https://pacer.uscourts.gov@evil.example/">x</a>', "[evil.example]"),
        ('<a href="https:\\\\evil.example\\pacer.uscourts.gov">x</a>', "[evil.example]"),
        ('<a href="https://%65vil.example:443/">x</a>', "[evil.example]"),
        ('<a href="ht\ntps://ev\til.example">x</a>', "[evil.example]"),
        ('<a href="//evil.example:80/">x</a>', "[evil.example]"),
        ('<a href="/reset">x</a>', "x"),
        ('<base href="https://evil.example/a/"><a href="/reset">https://court.example</a>', "[evil.example]"),
        ('<base href="https://evil.example/"><a href="?x:y">https://court.example</a>', "[evil.example]"),
        ('<a href="https://раcer.example/">x</a>', "[xn--cer-5cd3f.example, looks like раcer.example]"),
        ('<a href="https://xn--cer-5cd3f.example/">x</a>', "[xn--cer-5cd3f.example, looks like раcer.example]"),
        ('<a href="https://court.example/\u202egro.evil">x</a>', "[court.example]"),
        ('<a href="https://moc.\u202etruoc/">x</a>', "[U+202E]"),
        ("he is \u202egro.truoc\u202c here", "[U+202E]gro.truoc[U+202C]"),
        (
            '<a href="mailto:mallory@elsewhere.example?subject=x">court@casd.example</a>',
            "[mallory@elsewhere.example]",
        ),
        ('<a href="javascript:x()">x</a>', "x"),
        (f'<a href="https:{"/" * 5000}court.example@evil.example">x</a>', "[evil.example]"),
        (f'<a href="https://{"x" * 1979}@court.example@evil.example">x</a>', "[evil.example]"),
        (f'<a {"y " * 50} href="https://evil.example">https://court.example</a>', "[evil.example]"),
        (f'<a href="https://{"court.example." * 20}evil.example">x</a>', "[a host whose name is too long]"),
        ('<img src="https://elsewhere.example/x.png" alt="Our firm">', "[picture: Our firm]"),
        ('<a href="https://evil.example/"><img src=x alt="https://pacer.uscourts.gov"></a>', "[evil.example]"),
    ],
)
def test_a_link_says_where_it_truly_leads_51(html: str, shown: str) -> None:
    kept = harmless(html)
    assert shown in re.sub(r"<[^>]*>", "", kept)
    assert "href" not in kept


def test_a_link_that_says_where_it_leads_does_not_say_so_twice() -> None:
    assert harmless('<a href="https://www.court.example/">www.court.example</a>') == "www.court.example"
    assert harmless('<a href="mailto:ada@filer.example">ada@filer.example</a>') == "ada@filer.example"
    assert destination("tel:+1-619-555-0100") == "+1-619-555-0100"


def test_links_to_long_foreign_names_are_written_in_time() -> None:
    """To write a foreign name as computers look it up takes the square of its length."""
    name = "".join(map(chr, range(0x4E00, 0x4E00 + 20_000)))
    kept = harmless("".join(f'<a href="https://{name[place:]}.example">x</a>' for place in range(10)))
    assert kept.count("[a host whose name is too long]") == 10


def test_structure_and_words_stay() -> None:
    html = "<p>Dear <b>clerk</b>,<br>see</p><table><tr><th colspan=2>Bar ID</th></tr><tr><td>234561<td>CA</table>"
    kept = harmless(f'<html><head><title>x</title></head><body class=a style="color:red">{html}</body></html>')
    assert kept == (
        '<p>Dear <b>clerk</b>,<br>see</p><table><tbody><tr><th colspan="2">Bar ID</th></tr>'
        "<tr><td>234561</td><td>CA</td></tr></tbody></table>"
    )


@pytest.mark.parametrize("piece", ["<div>", "<a><div>", "<b><p>", "<table>", "<table><div></table>", "<font><i>"])
def test_deep_nesting_is_cut_before_a_parser_needs_its_square(piece: str) -> None:
    kept = harmless(piece * (LONGEST // len(piece)) + "the end")
    tags = re.findall(r"<(/?)(div|b|table|i)>", kept)
    depth = deepest = 0
    for closes, _name in tags:
        depth += -1 if closes else 1
        deepest = max(deepest, depth)
    assert deepest <= 250
    assert "The rest of this long mail is not shown here." in document("x" * (LONGEST + 1))


def test_the_formatted_version_carries_a_policy_of_its_own_48(clerk: Visitor, web_app: Flask) -> None:
    with web_app.app_context():
        number = receive(formatted_mail("<p>Hello</p><style>p{color:red}</style>")).ticket_id or 0
        (mail,) = messages.of_ticket(number).messages
    answer = clerk.get(f"/tickets/{number}/messages/{mail.ledger_id}/formatted")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("; frame-ancestors 'self'; sandbox")
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "color:red" not in answer.text
    assert clerk.get(f"/tickets/{number}/messages/999/formatted").status_code == 404
    assert clerk.get(f"/tickets/999/messages/{mail.ledger_id}/formatted").status_code == 404


def test_a_mail_without_html_and_one_with_a_password_show_no_formatted_version(
    clerk: Visitor, web_app: Flask
) -> None:
    html = "<p>My password is <b>Summer2019!x</b> and it fails. Please reset it. Ada Filer, bar 234561</p>"
    body = "My password is Summer2019!x and it fails. Please reset it. Ada Filer, bar 234561"
    with web_app.app_context():
        put_on_roll(cast.ADA)
        plain = receive(cast.mail()).ticket_id or 0
        secret = receive(formatted_mail(html, body)).ticket_id or 0
        mails = {number: messages.of_ticket(number).messages[0] for number in (plain, secret)}
    assert mails[secret].covered
    for number, mail in mails.items():
        assert clerk.get(f"/tickets/{number}/messages/{mail.ledger_id}/formatted").status_code == 404
        page = clerk.get(f"/tickets/{number}").text
        assert "<iframe" not in page
        assert "Summer2019" not in page


def png(width: int = 2, height: int = 2, *, end: bool = True) -> bytes:
    """A PNG that is red all over."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + b"\xff\0\0" * 2 for _ in range(2))))
    return b"\x89PNG\r\n\x1a\n" + head + rows + (chunk(b"IEND", b"") if end else b"")


JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080002000201011100ffd9")
GIF = b"GIF89a" + struct.pack("<HH", 2, 2) + b"\0\0\0;"


@pytest.mark.parametrize(("content", "kind"), [(png(), "image/png"), (JPEG, "image/jpeg"), (GIF, "image/gif")])
def test_plain_whole_pictures_may_be_shown(content: bytes, kind: str) -> None:
    assert showable(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<svg onload=alert(1)>", id="a drawing"),
        pytest.param(b"BM" + b"\0" * 90, id="another kind"),
        pytest.param(b"GIF89a<script>alert(1)</script>", id="a script with a picture's first letters"),
        pytest.param(GIF[:6] + b"\xff\xff\xff\xff" + GIF[10:], id="a GIF of 65,535 by 65,535"),
        pytest.param(JPEG[:12], id="half a JPEG"),
        pytest.param(b"\xff\xd8\xff" * 9000, id="no JPEG"),
        pytest.param(png(end=False), id="a PNG without its end"),
        pytest.param(png(60_000, 60_000), id="a PNG of 60,000 by 60,000"),
        pytest.param(png(0, 5), id="a PNG without width"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IEND\0\0\0\0", id="a PNG without a head"),
        pytest.param(png() + b"\0" * 10_000_000, id="too many bytes"),
    ],
)
def test_what_is_no_plain_whole_picture_is_not_shown(content: bytes) -> None:
    assert showable(content) is None


def test_pictures_are_shown_by_what_they_are_and_all_else_is_only_downloaded_52(
    clerk: Visitor, web_app: Flask
) -> None:
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["Subject"], letter["Message-ID"] = "Ada <ada@filerquill.example>", "Card", "<p@x.example>"
    letter.set_content(cast.ADAS_REQUEST)
    letter.add_attachment(png(), maintype="application", subtype="pdf", filename="bar\u202egnp.exe")
    letter.add_attachment(b"<svg onload='alert(1)'/>", maintype="image", subtype="png", filename="card.png")
    with web_app.app_context():
        number = receive(letter.as_bytes()).ticket_id or 0
        (mail,) = messages.of_ticket(number).messages
    real, posing = mail.attachments
    page = clerk.get(f"/tickets/{number}").text
    assert page.count('class="picture"') == 1
    assert page.count("The mail calls it") == 2
    base = f"/tickets/{number}/messages/{mail.ledger_id}"
    shown = clerk.get(f"{base}/pictures/{real.index}")
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert clerk.get(f"{base}/pictures/{posing.index}").status_code == 404
    for index in (real.index, posing.index):
        saved = clerk.get(f"{base}/attachments/{index}")
        assert saved.headers["Content-Type"] == "application/octet-stream"
        assert saved.headers["Content-Disposition"].startswith("attachment; ")
        assert "\u202e" not in saved.headers["Content-Disposition"]
