"""What our own mail server found about the sender (Authentication-Results, RFC 8601), and nobody else's claims."""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpdesk import policy
from helpdesk.read.mime.headers import Headers, raw_text
from helpdesk.read.text import clean_line
from helpdesk.vocabulary import Address, Authentication, Verdict, ascii_lower

_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)"')
_RESULT = re.compile(r"\s*([a-z-]{2,30})\s*(?:/\s*\d+)?\s*=\s*([a-z]{2,20})\b", re.I)
_PROPERTY = re.compile(r"\b(header|smtp|policy)\s*\.\s*([a-z]{1,30})\s*=\s*([^\s;]{1,300})", re.I)
_MARK = re.compile(r'(["()])')
_BY = re.compile(r"\bby\s+([a-z0-9._-]{1,255})", re.I)
_CLIENT = re.compile(r"\bfrom\s+\S{1,255}\s*\(([^()]{0,300})", re.I)
_FROM_SOMEBODY = re.compile(r"\s*from\s", re.I)
_HOST = re.compile(r"^(?:\S+@)?([a-z0-9._-]{1,255})", re.I)
_PRIVATE = re.compile(
    r"\[(?:IPv6:)?(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|::1\]|f[cd][0-9a-f]{2}:)", re.I
)
_SPEAKS_OF = {  # which property of a method's result names the domain that it is about
    "dmarc": ("header.from",),
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.envelope-from"),
}


@dataclass(frozen=True, slots=True)
class _Result:
    """One method's result: ``("dkim", "pass", "firm.example")``."""

    method: str
    result: str
    domain: str


def authenticate(headers: Headers, senders: tuple[Address, ...], court: policy.Court) -> Authentication:
    """The verdict of our own server; UNVERIFIED unless exactly one trustworthy header says it, or one refuses."""
    domain = senders[0].address.rpartition("@")[2] if len(senders) == 1 else ""
    trusted = _trusted(headers, court)
    if len(trusted) != 1 and (failed := _refused(headers, court, domain)):
        return Authentication(verdict=Verdict.FAIL, detail=_detail(failed))
    if len(trusted) != 1:
        detail = "more than one header claims to be our server's" if trusted else ""
        return Authentication(verdict=Verdict.UNVERIFIED, detail=detail)
    results = _results(trusted[0])
    verdict, aligned = _verdict(results, domain)
    return Authentication(verdict=verdict, aligned=aligned, detail=_detail(results))


def _trusted(headers: Headers, court: policy.Court) -> list[str]:
    """Headers of our own server that no sender can have written.

    Servers write theirs above everything that came with the mail, next to their own Received. So only those count
    that stand above the Received by which the mail reached us, or directly under it and above the next one. A
    header there that the sender brought along stands below our own, and two of them are believed neither.
    """
    above: list[str] = []
    below: list[str] = []
    border_passed = False
    for name, value in headers.fields:
        if name == "received":
            if border_passed:
                break
            if not _is_ours(raw_text(value), court):
                break
            border_passed = not _is_internal(raw_text(value), court)
        elif name == "authentication-results":
            written = _without_comments(raw_text(value))
            if _server(written) in {identity.lower() for identity in court.authserv_ids}:
                (below if border_passed else above).append(written)
    if not border_passed:
        return []
    return above or below


def _refused(headers: Headers, court: policy.Court, domain: str) -> list[_Result]:
    """Results by which some host of ours refused the sender: nobody would forge that against themselves."""
    for name, value in headers.fields:
        if name != "authentication-results":
            continue
        written = _without_comments(raw_text(value))
        if not _is_our_host(_server(written), court):
            continue
        results = _results(written)
        if _verdict(results, domain)[0] is Verdict.FAIL:
            return results
    return []


def _is_ours(received: str, court: policy.Court) -> bool:
    by = _BY.search(received)
    return by is not None and _is_our_host(by.group(1), court)


def _is_internal(received: str, court: policy.Court) -> bool:
    """A hop within our own house. What the client called itself proves nothing; what our server saw does.

    A server that takes mail from outside says from whom (RFC 5321, 4.4); where nobody is named, mail was handed on
    between our own programs, as by LMTP.
    """
    if not _FROM_SOMEBODY.match(received):
        return True
    client = _CLIENT.search(received)
    if client is None:
        return False
    if _PRIVATE.search(client.group(1)):
        return True
    host = _HOST.match(client.group(1).strip())
    return host is not None and "." in host.group(1) and _is_our_host(host.group(1), court)


def _is_our_host(host: str, court: policy.Court) -> bool:
    name = ascii_lower(host).rstrip(".")
    if name in {identity.lower() for identity in court.authserv_ids}:
        return True
    return any(name == domain.lower() or name.endswith("." + domain.lower()) for domain in court.own_domains)


def _server(written: str) -> str:
    """The authserv-id, quoted or not, without its version."""
    first = written.partition(";")[0].strip()
    quoted = _QUOTED.match(first)
    return ascii_lower((quoted.group(1) if quoted else first.split(" ")[0]).strip())


def _without_comments(written: str) -> str:
    """Comments dropped, whatever their nesting; an unclosed one swallows the rest, so nothing in it counts."""
    kept: list[str] = []
    depth = 0
    quoted = False
    for piece in _MARK.split(written):
        if piece == '"' and depth == 0:
            quoted = not quoted
        if piece == "(" and not quoted:
            depth += 1
        elif piece == ")" and depth and not quoted:
            depth -= 1
        elif depth == 0:
            kept.append(piece)
    return "".join(kept)


def _results(written: str) -> list[_Result]:
    found: list[_Result] = []
    for statement in written.split(";")[1:40]:
        result = _RESULT.match(statement)
        if result is None or result.group(1).lower() not in _SPEAKS_OF:
            continue
        method = result.group(1).lower()
        properties = {
            f"{kind}.{name}".lower(): ascii_lower(value.strip('"<>'))
            for kind, name, value in _PROPERTY.findall(statement, result.end())
        }
        found.append(_Result(method, result.group(2).lower(), _domain(method, properties)))
    return found


def _domain(method: str, properties: dict[str, str]) -> str:
    """The domain a result speaks about, '' when it names none."""
    written = next((properties[name] for name in _SPEAKS_OF[method] if name in properties), "")
    return written.rpartition("@")[2].rstrip(".")


def _verdict(results: list[_Result], domain: str) -> tuple[Verdict, bool]:
    """The verdict on the From domain and whether a passing mechanism covers it; contradictions prove nothing."""
    dmarc = {result.result for result in results if result.method == "dmarc"}
    if len(dmarc) > 1:
        return Verdict.UNVERIFIED, False
    if dmarc == {"fail"}:
        return Verdict.FAIL, False
    passing = [result for result in results if result.result == "pass"]
    if dmarc == {"pass"}:
        about = next(result.domain for result in passing if result.method == "dmarc")
        if about and not related(about, domain):
            return Verdict.UNVERIFIED, False
        return Verdict.PASS, bool(domain)
    if any(related(result.domain, domain) for result in passing):
        return Verdict.PASS, True
    if any(result.method == "dkim" for result in passing):
        return Verdict.NONE, False
    outcomes = {(result.method, result.result) for result in results}
    if ("spf", "fail") in outcomes or ("spf", "hardfail") in outcomes:
        return Verdict.FAIL, False
    return (Verdict.NONE, False) if results else (Verdict.UNVERIFIED, False)


def related(one: str, other: str) -> bool:
    """Relaxed alignment: the same domain, or one below the other."""
    if not one or not other or min(one.count("."), other.count(".")) < 1:
        return False
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def _detail(results: list[_Result]) -> str:
    parts = [f"{r.method}={r.result} ({r.domain})" if r.domain else f"{r.method}={r.result}" for r in results[:6]]
    return clean_line(", ".join(parts), [])
