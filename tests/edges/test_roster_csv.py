"""The roster file: good rows are read exactly, bad ones named by line and reason (security cases 55 and 57)."""

from __future__ import annotations

import codecs
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.doors import roster_csv
from helpdesk.doors.roster_csv import RosterFile, read_roster
from helpdesk.doors.roster_row import is_address
from helpdesk.errors import HelpdeskError, RosterError
from helpdesk.vocabulary import FilerStatus

HEADER = "ecf_user_id,last_name,first_name,primary_email,status"
ADA = "500001,Filer,Ada,ada@filerquill.example,active"
GRACE = "500003,Hopkinson,Grace,grace@harborlaw.example,active"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "roster.csv"


def read(file: Path, *lines: str, encoding: str = "utf-8", end: str = "\r\n") -> RosterFile:
    file.write_bytes((end.join(lines) + end).encode(encoding))
    return read_roster(file)


def test_a_plain_roster_is_read(file: Path) -> None:
    found = read(file, HEADER, ADA, GRACE)
    assert [filer.ecf_user_id for filer in found.filers] == ["500001", "500003"]
    assert (found.problems, found.notices) == ((), ())
    assert found.filers[0].primary_email == "ada@filerquill.example"
    assert found.filers[0].pacer_linked is None


def test_every_optional_column_is_read(file: Path) -> None:
    found = read(
        file,
        f"{HEADER},login,middle_name,suffix,bar_state,bar_id,firm,secondary_emails,phone,city,state,user_type,"
        "admitted_on,email_changed_on,pacer_linked",
        f'{ADA},afiler,Quill,Jr.,CA,023456,"Filer, Quill & Co",a@x.example; b@x.example,619,San Diego,CA,attorney,'
        "2008-12-02,2020-01-31,YES",
    )
    (ada,) = found.filers
    assert (ada.bar_id, ada.suffix, ada.firm) == ("023456", "Jr.", "Filer, Quill & Co")
    assert ada.secondary_emails == ("a@x.example", "b@x.example")
    assert (ada.admitted_on, ada.email_changed_on) == (date(2008, 12, 2), date(2020, 1, 31))
    assert ada.pacer_linked is True
    assert ada.status is FilerStatus.ACTIVE


@pytest.mark.parametrize(
    ("written", "linked"), [("1", True), ("no", False), ("0", False), ("", None), (" Yes ", True)]
)
def test_whether_a_filer_is_linked_is_yes_no_or_unknown(file: Path, written: str, linked: bool | None) -> None:
    (ada,) = read(file, f"{HEADER},pacer_linked", f"{ADA},{written}").filers
    assert ada.pacer_linked is linked


def test_the_header_may_be_written_in_any_case_and_order(file: Path) -> None:
    found = read(
        file, "Status, Primary Email ,FIRST NAME,Last-Name,ECF User ID", "Active,a@b.example,Ada,Filer,500001"
    )
    assert found.filers[0].full_name == "Ada Filer"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(file: Path, delimiter: str) -> None:
    found = read(file, HEADER.replace(",", delimiter), ADA.replace(",", delimiter))
    assert len(found.filers) == 1


def test_unknown_columns_are_named_in_a_notice(file: Path) -> None:
    found = read(file, f"{HEADER},shoe_size", f"{ADA},44")
    assert len(found.filers) == 1
    assert "shoe_size" in found.notices[0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Filer,Ada,ada@filerquill.example,active", "has no ecf_user_id"),
        ("1,,Ada,ada@filerquill.example,active", "has no last_name"),
        ("1,Filer,Ada,,active", "has no primary_email"),
        ("1,Filer,Ada,no-address,active", "no valid address"),
        ("1,Filer,Ada,ada@,active", "no valid address"),
        ("1,Filer,Ada,ada@localhost,active", "no valid address"),
        ("1,Filer,Ada,a..b@x.example,active", "no valid address"),
        ("1,Filer,Ada,ada@x.example>,active", "no valid address"),
        ("1,Filer,Ada,a@x.example; b@x.example,active", "several addresses"),
        ('1,Filer,Ada,"a@x.example, b@x.example",active', "several addresses"),
        ("1,Filer,Ada,a@x.example b@x.example,active", "several addresses"),
        ("1,Filer,Ada,ada@x.example,asleep", "unknown status 'asleep'"),
        ("1,Filer,Ada,ada@x.example,", "unknown status"),
        ("1,Filer,Ada,ada@x.example,active,extra", "has 6 cells where the header has 5"),
        ("1,Filer,Ada", "has 3 cells where the header has 5"),
        ("1,Fil\0er,Ada,ada@x.example,active", "U+0000"),
        ("1,Fil\u202eer,Ada,ada@x.example,active", "U+202E"),
        ("1,Filer,Ada,ada@x\u200b.example,active", "U+200B"),
        (f"1,{'F' * 501},Ada,ada@x.example,active", "has 501 characters in last_name"),
        ("500003,Filer,Ada,ada@x.example,active", "repeats the ecf_user_id 500003 of line 2"),
    ],
)
def test_a_bad_row_is_reported_with_line_and_reason_and_the_rest_is_read(file: Path, row: str, reason: str) -> None:
    """Case 55."""
    found = read(file, HEADER, GRACE, row, "500009,Last,Line,last@x.example,retired")
    (problem,) = found.problems
    assert problem.line == 3
    assert reason in problem.reason
    assert [filer.ecf_user_id for filer in found.filers] == ["500003", "500009"]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("admitted_on", "02/12/2008", "no date like 2020-01-31 in admitted_on"),
        ("email_changed_on", "2020-02-30", "no date like"),
        ("email_changed_on", "20200131", "no date like"),
        ("pacer_linked", "perhaps", "neither yes nor no in pacer_linked"),
    ],
)
def test_bad_cells_of_optional_columns_are_reported(file: Path, column: str, cell: str, reason: str) -> None:
    found = read(file, f"{HEADER},{column}", f"{ADA},{cell}")
    assert reason in found.problems[0].reason


def test_lines_are_counted_as_an_editor_counts_them(file: Path) -> None:
    found = read(file, f"{HEADER},firm", f'{ADA},"Filer\nQuill\nPartners"', "", "1,Filer,Ada,nonsense,active,")
    assert found.filers[0].firm == "Filer Quill Partners"
    assert found.problems[0].line == 6


def test_an_open_quotation_mark_swallows_no_more_than_it_must(file: Path) -> None:
    rows = [f"{600000 + n},Filer,Ada{n},ada{n}@x.example,active" for n in range(100)]
    found = read(file, HEADER, '1,"Filer,Ada,ada@x.example,active', *rows)
    assert found.problems[0].line == 2
    assert "quotation mark" in found.problems[0].reason


def test_shared_primary_addresses_are_noticed_whatever_their_case(file: Path) -> None:
    """Case 55."""
    found = read(file, HEADER, ADA, "7,Filer,Abe,ADA@filerquill.example,active")
    assert len(found.filers) == 2
    assert "2 records share the primary address" in found.notices[0]
    assert "2, 3" in found.notices[0]


def test_further_addresses_that_are_none_are_left_out_with_a_notice(file: Path) -> None:
    found = read(file, f"{HEADER},secondary_emails", f"{ADA},a@x.example;n/a")
    assert found.filers[0].secondary_emails == ("a@x.example",)
    assert "line 2" in found.notices[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_by_its_mark(file: Path, encoding: str) -> None:
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(encoding, b"")
    text = f"{HEADER}\r\n5,Núñez,Zoë,zoe@x.example,active\r\n"
    file.write_bytes(mark + text.encode(encoding))
    found = read_roster(file)
    assert found.filers[0].full_name == "Zoë Núñez"
    assert found.notices == ()


def test_windows_1252_is_read_with_a_notice(file: Path) -> None:
    found = read(file, HEADER, "5,Núñez,Zoë,zoe@x.example,active", encoding="cp1252")
    assert found.filers[0].last_name == "Núñez"
    assert "Windows-1252" in found.notices[0]


def test_mixed_encodings_are_reported_and_the_odd_lines_left_out(file: Path) -> None:
    """Case 55."""
    odd = "5,Núñez,Zoë,zoe@x.example,active\r\n".encode("cp1252")
    good = f"{HEADER}\r\n6,Muñoz,Iñigo,inigo@x.example,active\r\n{ADA}\r\n".encode()
    file.write_bytes(good + odd)
    found = read_roster(file)
    assert [filer.ecf_user_id for filer in found.filers] == ["6", "500001"]
    assert found.problems[0].line == 4
    assert "mixes encodings" in found.notices[0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a roster"),
        (b"\r\n\r\n", "not a roster"),
        (b"hello\nworld\n", "not a roster"),
        (b"ecf_user_id,last_name\n1,Filer\n", "lacks the columns first_name, primary_email, status"),
        (HEADER.encode() + b",status\n", "has the column status twice"),
        (b"PK\x03\x04rest of a spreadsheet", "spreadsheet"),
        (HEADER.encode("utf-16-le"), "not a roster"),  # no byte order mark
        (codecs.BOM_UTF16_LE + b"a", "damaged"),
        (b"\x00" * 5000, "not a roster"),
        (bytes(range(256)) * 40, "not a roster"),
    ],
)
def test_a_file_that_cannot_be_used_at_all_is_refused(file: Path, content: bytes, reason: str) -> None:
    """Case 57: nothing is unpacked and no XML is read; a roster is text."""
    file.write_bytes(content)
    with pytest.raises(RosterError, match=reason):
        read_roster(file)


def test_a_header_without_rows_is_no_error_but_said(file: Path) -> None:
    found = read(file, HEADER)
    assert found.filers == ()
    assert found.notices == ("The file has a header but no rows.",)


def test_files_that_are_missing_or_too_large_are_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Case 57."""
    with pytest.raises(RosterError, match="cannot be read"):
        read_roster(file)
    with pytest.raises(RosterError, match="cannot be read"):
        read_roster(file.parent)
    monkeypatch.setattr(roster_csv, "LARGEST_FILE", 100)
    with pytest.raises(RosterError, match="larger than"):
        read(file, HEADER, ADA, GRACE)


def test_the_primary_address_is_kept_letter_by_letter(file: Path) -> None:
    (ada,) = read(file, HEADER, "1,Filer,Ada,Ada.Filer+ECF@FilerQuill.Example,active").filers
    assert ada.primary_email == "Ada.Filer+ECF@FilerQuill.Example"


@pytest.mark.parametrize(
    "address", ["o'neil@x.example", "a_b-c+d@sub.x.test", "jürgen@x.example", "a@xn--bcher-kva.example"]
)
def test_unusual_addresses_are_addresses(address: str) -> None:
    assert is_address(address)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_after_a_header_are_read_or_reported(file: Path, rest: bytes) -> None:
    file.write_bytes(f"{HEADER}\n{ADA}\n".encode() + rest)
    try:
        found = read_roster(file)
    except HelpdeskError:
        return
    assert all(problem.line > 1 and problem.reason for problem in found.problems)


def test_a_large_roster_is_read_quickly(file: Path) -> None:
    rows = (f"{n},Filer{n},Ada,ada{n}@firm{n % 900}.example,active" for n in range(20_000))
    began = time.process_time()
    found = read(file, HEADER, *rows)
    assert len(found.filers) == 20_000
    assert time.process_time() - began < 5


def test_a_day_may_lack_its_noughts(file: Path) -> None:
    found = read(file, f"{HEADER},admitted_on", f"{ADA},2017-6-3")
    assert (found.problems, found.filers[0].admitted_on) == ((), date(2017, 6, 3))
