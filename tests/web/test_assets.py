"""What browsers load: exactly what was vendored, and little of it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re

import pytest
from playwright.sync_api import Browser

from helpdesk.web.frame.assets import STATIC
from tests import cast
from tests.web.pages import all_pages, sign_in
from tests.web.server import LiveServer
from tests.web.visitor import Visitor

VENDORED = sorted(path for path in (STATIC / "vendor").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.name)
def test_vendored_files_are_exactly_those_of_the_manifest(folder) -> None:  # type: ignore[no-untyped-def]
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    del files["manifest.json"]
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()} == manifest["sha256"]
    assert folder.name == f"{manifest['name'].rpartition('/')[2]}-{manifest['version']}"
    assert manifest["licence"]
    assert manifest["integrity"].startswith("sha512-")


def test_style_sheets_load_nothing_from_elsewhere() -> None:
    for sheet in STATIC.rglob("*.css"):
        for target in re.findall(r'url\("?([^")]*)"?\)', sheet.read_text()):
            assert not re.match(r"(?:https?:)?//", target), (sheet.name, target)
            assert not target or (sheet.parent / target).is_file(), (sheet.name, target)


def test_a_first_visit_takes_less_than_100_kb_over_the_wire_and_the_next_less_than_15(
    gallery: LiveServer, browser: Browser
) -> None:
    context = browser.new_context()
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    received: list[int] = []
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))

    def visit(path: str) -> int:
        received.clear()
        page.goto(gallery.url + path, wait_until="networkidle")
        return sum(received)

    sign_in(page, gallery.url, "clerk", cast.PASSWORD)
    assert sum(received) < 40_000  # sign-in page, styles, script, icon, queue; 100,000 are allowed
    for path in ("/queue/unassigned", all_pages(gallery)["several-filers"], "/search?q=reset"):
        assert 2_000 < visit(path) < 15_000, path
    context.close()


def test_pages_are_packed_for_who_can_unpack_them_at_lengths_that_tell_nothing(
    clerk: Visitor, anonymous: Visitor
) -> None:
    plain = clerk.get("/settings")
    assert "Content-Encoding" not in plain.headers
    answers = [clerk.get("/settings", headers={"Accept-Encoding": "br, gzip"}) for _ in range(12)]
    assert {answer.headers["Content-Encoding"] for answer in answers} == {"gzip"}
    assert {answer.headers["Vary"] for answer in answers} == {"Accept-Encoding, Cookie"}
    assert gzip.decompress(answers[0].data).startswith(b"<!DOCTYPE html>")
    assert len({len(answer.data) for answer in answers}) > 3
    public = anonymous.get("/password-reset/wrong", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in public.headers


def test_style_sheets_are_kept_for_ever_and_asked_for_once(clerk: Visitor) -> None:
    address = re.search(r'href="(/static/helpdesk.css[?]v=[0-9a-f]{12})"', clerk.get("/settings").text)
    assert address
    packed = clerk.get(address[1], headers={"Accept-Encoding": "gzip"})
    assert "immutable" in packed.headers["Cache-Control"]
    assert gzip.decompress(packed.data) == (STATIC / "helpdesk.css").read_bytes()
    asked = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert clerk.get(address[1], headers=asked).status_code == 304
