"""Authentication-Results: our own server's word, and nobody else's."""

from __future__ import annotations

import pytest

from helpdesk.policy import Court
from helpdesk.read import read_message
from helpdesk.vocabulary import Authentication, Verdict
from tests.core.raw_mail import raw

OURS = "mx.casd.uscourts.gov"
BORDER = (
    "Received: from mail.filerquill.example (mail.filerquill.example [192.0.2.1])\r\n\tby mx.casd.uscourts.gov; x\r\n"
)
INTERNAL = "Received: from mx.casd.uscourts.gov (mx.casd.uscourts.gov [10.0.0.5]) by store.casd.uscourts.gov; x\r\n"
HANDED_ON = "Received: by hub.casd.uscourts.gov with LMTP id 1; x\r\n"
OUTSIDE = "Received: from laptop by mail.filerquill.example; x\r\n"
PASS = "dkim=pass header.d=filerquill.example; dmarc=pass header.from=filerquill.example"


def _results(statements: str, server: str = OURS) -> str:
    return f"Authentication-Results: {server}; {statements}\r\n"


def _read(top: str, court: Court, sender: str = "Ada <ada@filerquill.example>") -> Authentication:
    return read_message(raw(top=top, **{"from": sender}), court=court).authentication


@pytest.mark.parametrize(
    "top",
    [
        _results(PASS) + BORDER + OUTSIDE,
        BORDER + _results(PASS) + OUTSIDE,
        INTERNAL + _results(PASS) + BORDER + OUTSIDE,
        INTERNAL + BORDER + _results(PASS),
        HANDED_ON + BORDER + _results(PASS) + OUTSIDE,
        HANDED_ON + INTERNAL + _results(PASS) + BORDER,
        _results(PASS, '"mx.casd.uscourts.gov"') + BORDER,
        _results(PASS, "MX.casd.uscourts.gov 1") + BORDER,
        _results(PASS, "mx.casd.uscourts.gov (our own; really)") + BORDER,
        _results("spf=pass (sender (nested; dmarc=fail)) smtp.mailfrom=ada@filerquill.example; " + PASS) + BORDER,
        _results(PASS.replace("; ", ";\r\n\t")) + BORDER,
        _results("dmarc = pass (p=none) header.from = filerquill.example") + BORDER,
        _results("dmarc=pass header.from=filerquill.example") + _results("dmarc=fail", "mx.other.example") + BORDER,
        _results("dkim=pass header.i=@mail.filerquill.example") + BORDER,
        _results("spf=pass smtp.mailfrom=bounce@mail.filerquill.example; dmarc=none") + BORDER,
        _results(PASS) + BORDER + _results("dmarc=fail header.from=filerquill.example"),  # forged, below ours
    ],
)
def test_our_own_servers_word_is_believed(top: str, court: Court) -> None:
    found = _read(top, court)
    assert (found.verdict, found.aligned) == (Verdict.PASS, True)


@pytest.mark.parametrize(
    "top",
    [
        "",
        BORDER,
        _results(PASS),  # no Received of ours
        OUTSIDE + _results(PASS),
        BORDER + OUTSIDE + _results(PASS),  # forged: came with the mail
        BORDER + HANDED_ON + BORDER + _results(PASS),  # forged: a hop that names nobody
        OUTSIDE.replace("laptop", "mx.casd.uscourts.gov") + _results(PASS),
        _results(PASS, "mx.evil.example") + BORDER,
        _results(PASS, "mx.casd.uscourts.gov.evil.example") + BORDER,
        _results(PASS, '"mx.casd.uscourts.gov; x"') + BORDER,
        BORDER + _results(PASS) + _results(PASS),  # one of them must be the sender's
        _results(PASS) + _results(PASS) + BORDER,
        _results("dmarc=pass; dmarc=fail") + BORDER,
        _results("dmarc=pass header.from=evil.example") + BORDER,
        _results("none") + BORDER,
        _results("") + BORDER,
        _results("(dmarc=pass header.from=filerquill.example") + BORDER,  # never closed
        # The client calls itself our server to make the next, forged Received look like our border.
        "Received: from mx.casd.uscourts.gov (evil.example [203.0.113.9]) by mx.casd.uscourts.gov; x\r\n"
        + OUTSIDE + BORDER + _results(PASS),
    ],
)  # fmt: skip
def test_anything_doubtful_is_unverified(top: str, court: Court) -> None:
    """Case 33."""
    found = _read(top, court)
    assert (found.verdict, found.aligned) == (Verdict.UNVERIFIED, False)


def test_a_forged_own_hop_gains_nothing(court: Court) -> None:
    """Mallory writes a whole second border under the real one; without a result of ours nothing is believed."""
    lie = "Received: from mx.casd.uscourts.gov (mx.casd.uscourts.gov [203.0.113.9]) by mx.casd.uscourts.gov; x\r\n"
    assert _read(BORDER + OUTSIDE + lie + BORDER + _results(PASS), court).verdict is Verdict.UNVERIFIED
    assert _read(_results("dmarc=fail") + BORDER + lie + BORDER + _results(PASS), court).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("statements", "verdict", "aligned"),
    [
        ("dmarc=fail header.from=filerquill.example; dkim=pass header.d=filerquill.example", Verdict.FAIL, False),
        ("spf=fail smtp.mailfrom=ada@filerquill.example; dkim=none; dmarc=none", Verdict.FAIL, False),
        ("spf=fail smtp.mailfrom=x@y.example; dkim=pass header.d=filerquill.example", Verdict.PASS, True),
        ("spf=none; dkim=none; dmarc=none", Verdict.NONE, False),
        ("spf=softfail; dkim=none", Verdict.NONE, False),
        ("dkim=pass header.d=mailer.example; dmarc=none", Verdict.NONE, False),
        ("spf=pass smtp.mailfrom=x@mailer.example", Verdict.NONE, False),
        ("dkim=pass header.d=example", Verdict.NONE, False),  # a whole top level proves nothing
        ("dkim=pass header.d=notfilerquill.example", Verdict.NONE, False),
        ("dkim=fail header.d=filerquill.example; dkim=pass header.d=filerquill.example", Verdict.PASS, True),
        ("dmarc=pass", Verdict.PASS, True),
        ("arc=pass; x-tm=pass", Verdict.UNVERIFIED, False),
    ],
)
def test_the_verdict_is_about_the_from_domain(statements: str, verdict: Verdict, aligned: bool, court: Court) -> None:
    found = _read(_results(statements) + BORDER, court)
    assert (found.verdict, found.aligned) == (verdict, aligned)


@pytest.mark.parametrize("sender", ["", "Ada", "ada@filerquill.example, m@evil.example"])
def test_nothing_is_aligned_without_one_sender(sender: str, court: Court) -> None:
    assert not _read(_results(PASS) + BORDER, court, sender).aligned


def test_staff_see_what_was_checked(court: Court) -> None:
    detail = _read(_results("spf=none; " + PASS) + BORDER, court).detail
    assert detail == "spf=none, dkim=pass (filerquill.example), dmarc=pass (filerquill.example)"
    assert "\0" not in _read(_results("dmarc=pass header.from=x\0.example") + BORDER, court).detail


@pytest.mark.parametrize("server", ["mxa.casd.uscourts.gov", "casd.uscourts.gov"])
def test_a_host_of_ours_that_nobody_listed_is_believed_when_it_refuses_and_never_when_it_vouches(
    server: str, court: Court
) -> None:
    failed = "spf=fail smtp.mailfrom=relay.example; dmarc=fail header.from=filerquill.example"
    assert _read(_results(failed, server) + BORDER, court).verdict is Verdict.FAIL
    assert _read(_results(PASS, server) + BORDER, court).verdict is Verdict.UNVERIFIED
    assert _read(_results(failed, "mx.firm.example") + BORDER, court).verdict is Verdict.UNVERIFIED
    assert _read(_results(PASS) + _results(failed, server) + BORDER, court).verdict is Verdict.PASS


def test_of_two_results_the_one_that_refuses_is_believed(court: Court) -> None:
    """Whoever forges mail may bring a passing result along; nobody brings along that they were refused."""
    failed = _results("spf=fail smtp.mailfrom=x@filerquill.example; dmarc=fail header.from=filerquill.example")
    for top in (failed + _results(PASS) + BORDER, _results(PASS) + failed + BORDER, BORDER + failed + _results(PASS)):
        assert _read(top, court).verdict is Verdict.FAIL
