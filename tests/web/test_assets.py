"""What browsers load: exactly what was vendored, and little of it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re

import pytest

from helpdesk.web.assets import STATIC

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


def test_a_first_visit_is_light() -> None:
    parts = [STATIC / "helpdesk.css", STATIC / "helpdesk.js", STATIC / "favicon.svg", *STATIC.rglob("uswds.css")]
    packed = sum(len(gzip.compress(path.read_bytes())) for path in parts)
    assert packed < 40_000  # of the 100 KB that a first visit may take, pages included
