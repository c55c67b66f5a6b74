"""Guards of what comes in and what is shown: letters, pages, files, settings (threats 6, 7, 28 to 36, 45 to 62)."""

from __future__ import annotations

from bench.mutants.mutant import Mutant

_SIGNALS = "helpdesk/decide/signals.py"
_HEADERS = "helpdesk/web/frame/headers.py"
_FORMATTED = "helpdesk/web/display/formatted.py"
_ROSTER = "helpdesk/doors/roster_csv.py"

_TEST_DECIDE = "tests/core/test_decide.py"
_TEST_PAGES = "tests/web/test_forms_and_headers.py"
_TEST_FORMATTED = "tests/web/test_formatted.py"
_TEST_ROSTER = "tests/edges/test_roster_csv.py"

MUTANTS = (
    Mutant(
        guard="a twin of the stored address is named",
        holds="1; case 6",
        file=_SIGNALS,
        source="        if poses_as(address, filer.primary_email):",
        instead="        if False:",
        tests=(_TEST_DECIDE, "-k", "case_6_"),
    ),
    Mutant(
        guard="a name in letters that only look right is warned of",
        holds="1; case 7",
        file=_SIGNALS,
        source="    if claim.name is not None and only_looks_alike(claim.name.value, filer.full_name):",
        instead="    if False:",
        tests=(_TEST_DECIDE, "-k", "case_7_"),
    ),
    Mutant(
        guard="other content under a known Message-ID is noticed",
        holds="4; case 28",
        file="helpdesk/store/incoming/copies.py",
        source='        _ledger.c.content_key != each("content", String),',
        instead='        _ledger.c.content_key == each("content", String) + "x",',
        tests=("tests/edges/test_store_intake.py", "-k", "sqlite"),
    ),
    Mutant(
        guard="parts within parts have a limit",
        holds="5; case 31",
        file="helpdesk/read/mime/parts.py",
        source="        if waiting.depth > limits.depth:",
        instead="        if False:",
        tests=("tests/core/test_read_hostile.py",),
    ),
    Mutant(
        guard="parts have a limit",
        holds="5; case 31",
        file="helpdesk/read/mime/parts.py",
        source="        if count + len(stack) >= limits.parts:",
        instead="        if False:",
        tests=("tests/core/test_read_hostile.py",),
    ),
    Mutant(
        guard="a certificate of an unknown authority is refused",
        holds="4; case 34",
        file="helpdesk/doors/watchdog.py",
        source="        context = ssl.create_default_context()",
        instead="        context = ssl._create_unverified_context()",
        tests=("tests/edges/test_imap_door.py", "tests/edges/test_token_client.py", "-k", "certificate or vouches"),
    ),
    Mutant(
        guard="a pattern of the rules has a longest length",
        holds="5; case 35",
        file="helpdesk/patterns.py",
        source="        if len(source) > LONGEST_PATTERN:",
        instead="        if False:",
        tests=("tests/core/test_rules.py", "-k", "pattern"),
    ),
    Mutant(
        guard="a mail within the mail is no part of its words",
        holds="1; case 36",
        file="helpdesk/read/mime/parts.py",
        source='_NESTED = frozenset({"message/rfc822", "message/global", "message/news"})',
        instead='_NESTED = frozenset({"message/nothing"})',
        tests=("tests/core/test_read_parts.py", "-k", "mail_within"),
    ),
    Mutant(
        guard="only the configured host is answered",
        holds="1; case 45",
        file=_HEADERS,
        source="    if any(host not in hosts for host in asked):",
        instead="    if False:",
        tests=("tests/web/test_access.py", "-k", "forged_host"),
    ),
    Mutant(
        guard="a sender's HTML keeps no attribute",
        holds="8; cases 48, 49, 50",
        file=_FORMATTED,
        source='        self.pieces.append(f"<{tag.name}{kept}>")',
        instead='        self.pieces.append(f"<{tag.name} " + " ".join(tag.attributes()) + ">")',
        tests=(_TEST_FORMATTED,),
    ),
    Mutant(
        guard="behind a link's words stands where it leads",
        holds="1; case 51",
        file=_FORMATTED,
        source='        if leads and not says_where("".join(words), leads):',
        instead="        if False:",
        tests=(_TEST_FORMATTED, "-k", "truly_leads"),
    ),
    Mutant(
        guard="a link is read to its end, however long it is",
        holds="1; case 51",
        file=_FORMATTED,
        source='self.link = (tag.attributes(whole=True).get("href", ""), [])',
        instead='self.link = (tag.attributes().get("href", ""), [])',
        tests=(_TEST_FORMATTED, "-k", "truly_leads"),
    ),
    Mutant(
        guard="an attachment is a download of no kind",
        holds="8; case 52",
        file="helpdesk/web/tickets/messages.py",
        source='    response.headers["Content-Type"] = "application/octet-stream"',
        instead='    response.headers["Content-Type"] = "text/html"',
        tests=("tests/web/test_tickets.py", "-k", "attachments_leave"),
    ),
    Mutant(
        guard="no page is kept by anybody on its way",
        holds="8; case 53",
        file=_HEADERS,
        source='        return "no-store"',
        instead='        return "private"',
        tests=(_TEST_PAGES, "-k", "carries_the_headers"),
    ),
    Mutant(
        guard="every page says what it may load",
        holds="8; case 53",
        file=_HEADERS,
        source='    headers.setdefault("Content-Security-Policy", PAGE_POLICY)',
        instead="    pass",
        tests=(_TEST_PAGES, "-k", "carries_the_headers"),
    ),
    Mutant(
        guard="a line that is not UTF-8 among others that are is left out",
        holds="1; case 55",
        file=_ROSTER,
        source="        if not self._lines.unicode:",
        instead="        if True:",
        tests=(_TEST_ROSTER, "-k", "mixed_encodings"),
    ),
    Mutant(
        guard="one record stands once in a roster",
        holds="1; case 55",
        file=_ROSTER,
        source="        if earlier is not None:",
        instead="        if False:",
        tests=(_TEST_ROSTER,),
    ),
    Mutant(
        guard="no exported cell is a formula",
        holds="8; case 56",
        file="helpdesk/web/supervising/supervisor.py",
        source='_FORMULA = tuple("=+-@\\t\\r\\n\\0＝＋－＠")',
        instead='_FORMULA = tuple("=+-")',
        tests=("tests/web/test_words.py", "-k", "spreadsheet"),
    ),
    Mutant(
        guard="an archive is no roster",
        holds="1; case 57",
        file=_ROSTER,
        source="    if raw.startswith(_ARCHIVE):",
        instead="    if False:",
        tests=(_TEST_ROSTER, "-k", "cannot_be_used"),
    ),
    Mutant(
        guard="nor is a huge file",
        holds="5; case 57",
        file=_ROSTER,
        source="    if len(raw) > LARGEST_FILE:",
        instead="    if False:",
        tests=(_TEST_ROSTER, "-k", "too_large"),
    ),
    Mutant(
        guard="a secret that is easy to guess is refused",
        holds="8; case 62",
        file="helpdesk/config.py",
        source="    if secret and (len(secret) < SHORTEST_SECRET or len(set(secret)) < 8):",
        instead="    if False:",
        tests=("tests/core/test_config.py", "-k", "wrong_setting"),
    ),
)
