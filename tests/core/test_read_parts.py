"""Parts: which are the text, in whichever charset and encoding, and what else a message holds."""

from __future__ import annotations

import base64
import quopri

import pytest

from helpdesk.policy import Court
from helpdesk.read import attachment_content, read_message
from helpdesk.vocabulary import SectionKind
from tests.core.raw_mail import multipart, plain, raw, words

PLAIN = "Content-Type: text/plain\r\n\r\n"
HTML = "Content-Type: text/html\r\n\r\n"
OFFICE = "application/vnd.openxmlformats-officedocument."
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 40


def _file(
    name: str, content: bytes, declared: str = "application/octet-stream", disposition: str = "attachment"
) -> str:
    encoded = base64.encodebytes(content).decode()
    return (
        f'Content-Type: {declared}\r\nContent-Disposition: {disposition}; filename="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}"
    )


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("olvidé".encode(), "utf-8"),
        ("olvidé".encode("latin-1"), "iso-8859-1"),
        ("olvidé".encode(), "iso-8859-1"),  # mislabelled
        ("olvidé".encode(), "us-ascii"),
        ("olvidé".encode("latin-1"), "us-ascii"),
        ("olvidé".encode("latin-1"), "utf-8"),
        ("olvidé".encode("cp1252"), ""),
        ("olvidé".encode(), "x-unknown"),
        ("olvidé".encode(), "_iso-2022-jp$ESC"),
        ("olvidé".encode(), "utf-8mb4"),
        ("olvidé".encode(), '"utf-8"'),
        ("\ufeffolvidé".encode(), "utf-8"),
        ("olvidé".encode("utf-16"), "utf-16"),
        ("olvidé".encode("utf-16-le"), "utf-16le"),
        ("olvidé".encode("cp850"), "cp850"),
    ],
)
def test_text_is_read_whatever_its_charset_says(content: bytes, charset: str, court: Court) -> None:
    """Case 32."""
    message = read_message(raw(content, content_type=f"text/plain; charset={charset}"), court=court)
    assert message.text == "olvidé"


@pytest.mark.parametrize(
    "charset", ["unicode_escape", "punycode", "idna", "utf-7", "rot13", "zlib", "raw_unicode_escape"]
)
def test_charsets_that_are_none_of_mail_hide_nothing(charset: str, court: Court) -> None:
    written = "\\u0041 +AEE- Ñ"
    message = read_message(raw(written, content_type=f"text/plain; charset={charset}"), court=court)
    assert message.text == written
    assert any("charset" in defect.why for defect in message.defects)


def test_smart_quotes_of_windows_survive_a_wrong_label(court: Court) -> None:
    message = read_message(raw(b"I\x92m \x93locked\x94 out", content_type="text/plain; charset=latin1"), court=court)
    assert message.text == "I’m “locked” out"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("contraseÃ±a", "contraseña"),
        ("Â«olvidÃ©Â»", "«olvidé»"),
        ("â€œresetâ€\u009d â€“ please", "“reset” – please"),
        ("naïve été Ãrea Â", "naïve été Ãrea Â"),
    ],
)
def test_letters_that_were_encoded_twice_are_read_once_more(written: str, text: str, court: Court) -> None:
    mail = raw(written.encode(), subject=written, **{"content-type": "text/plain; charset=utf-8"})
    read = read_message(mail, court=court)
    assert (read.text.strip(), read.subject) == (text, text)


def test_invisible_characters_are_taken_out_of_the_text(court: Court) -> None:
    message = plain("Bar\u200b ID:\u00a0123\u202e456\u0000 \U000e0041", court)
    assert message.text == "Bar ID: 123456"
    assert len(message.defects) == 2


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("base64", base64.encodebytes("olvidé".encode())),
        ("base64", base64.b64encode("olvidé".encode()).rstrip(b"=")),
        ("base64", b"!" + base64.b64encode("olvidé".encode())),
        ("BASE64", base64.b64encode("olvidé".encode())),
        ("quoted-printable", quopri.encodestring("olvidé".encode())),
        ("quoted-printable", b"olvid=C3=A9="),
        ("quoted-printable", b"olvid\xc3\xa9"),
        ("8bit+", "olvidé".encode()),
        ("7-bit", "olvidé".encode()),
        ("binary", "olvidé".encode()),
        ("x-uuencode", b"begin 644 x\n'" + b";VQV:63#J0``" + b"\n`\nend\n"),
    ],
)
def test_text_is_read_whatever_its_encoding(encoding: str, content: bytes, court: Court) -> None:
    message = read_message(
        raw(content, content_type="text/plain; charset=utf-8", content_transfer_encoding=encoding), court=court
    )
    assert message.text.strip() == "olvidé"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("soft \nbreak\nhard\nend", "soft break\nhard\nend"),
        ("> quoted \n> on\nown", "> quoted on\nown"),
        (" stuffed\n from", "stuffed\nfrom"),
        ("Regards\n-- \nAda", "Regards\n-- \nAda"),
        ("> quoted \nown", "> quoted \nown"),  # RFC 3676: a change of depth ends a paragraph
    ],
)
def test_flowed_text_is_put_together(written: str, text: str, court: Court) -> None:
    message = read_message(raw(written, content_type="text/plain; format=flowed"), court=court)
    assert message.text == text


def test_the_plain_version_is_read_and_the_html_kept_for_view(court: Court) -> None:
    message = read_message(
        raw(**multipart("alternative", PLAIN + "plain words", HTML + "<p>rich words")), court=court
    )
    assert message.text == "plain words"
    assert message.html == "<p>rich words"


@pytest.mark.parametrize(
    "stub",
    [
        "",
        " \r\n\u00a0\r\n",
        "Your e-mail client does not support HTML messages.",
        "This message is in HTML format. Please view it in your browser.",
        "To view this email as a web page, open it in your browser.",
        "Please enable HTML to view this message (HTML version only).",
    ],
)
def test_a_plain_version_that_says_nothing_gives_way_to_the_html(stub: str, court: Court) -> None:
    parts = multipart("alternative", "Content-Type: text/plain; charset=utf-8\r\n\r\n" + stub, HTML + "<p>Reset it.")
    assert read_message(raw(**parts), court=court).text == "Reset it."


ROWS = "<table>{}</table>".format(
    "".join(
        f"<tr><td>{name}</td><td>{bar_id}</td><td>{need}</td></tr>"
        for name, bar_id, need in (
            ("Attorney", "Bar", "Need"),
            ("Ada Filer", "123456", "reset"),
            ("Grace Hop", "654321", "none"),
        )
    )
)
CELLS = "\r\n\r\n".join(["Attorney", "Bar", "Need", "Ada Filer", "123456", "reset", "Grace Hop", "654321", "none"])


def test_a_table_whose_plain_version_lost_its_rows_is_read_from_the_html(court: Court) -> None:
    message = read_message(raw(**multipart("alternative", PLAIN + CELLS, HTML + ROWS)), court=court)
    assert [line.split("\t") for line in message.text.strip().split("\n")][1] == ["Ada Filer", "123456", "reset"]
    assert not message.defects
    whole = "Attorney  Bar  Need\r\nAda Filer  123456  reset\r\nGrace Hop  654321  none\r\n"
    kept = read_message(raw(**multipart("alternative", PLAIN + whole, HTML + ROWS)), court=court)
    assert "Ada Filer  123456  reset" in kept.text


def test_what_only_the_plain_version_of_such_a_table_says_is_noted(court: Court) -> None:
    plain_version = PLAIN + CELLS.replace("654321", "777777")
    message = read_message(raw(**multipart("alternative", plain_version, HTML + ROWS)), court=court)
    assert any("777777" in defect.why for defect in message.defects)


def test_a_request_about_html_is_not_taken_for_a_stub(court: Court) -> None:
    body = "My mail program can not display your HTML notice, so please reset my password: bar 123456. " * 5
    parts = multipart("alternative", PLAIN + body, HTML + "<p>other")
    assert read_message(raw(**parts), court=court).text.startswith("My mail program")


def test_versions_that_name_different_particulars_are_noted(court: Court) -> None:
    """What staff see in the HTML view must not differ unnoticed from the text that is understood."""
    parts = multipart("alternative", PLAIN + "Ada Filer, bar 654321", HTML + "<p>Ada Filer, bar 123456")
    assert "Only its plain version, not its HTML version, says '654321'." in [
        defect.why for defect in read_message(raw(**parts), court=court).defects
    ]
    parts = multipart("alternative", PLAIN + "bar 123456 <https://x.example/98765>", HTML + "<p>bar <b>123456</b>")
    assert not read_message(raw(**parts), court=court).defects


def test_related_pictures_are_attachments_and_a_screenshot_alone_is_known(court: Court) -> None:
    inner = multipart(
        "related", HTML + '<img src="cid:x">', _file("shot.png", PNG, "image/png", "inline"), boundary="rr"
    )
    outer = multipart("alternative", PLAIN, f"Content-Type: {inner['content_type']}\r\n\r\n{inner['body']}")
    message = read_message(raw(**outer), court=court)
    assert message.text.strip() == ""
    assert [attachment.true_type for attachment in message.attachments] == ["image/png"]


def test_texts_around_an_attachment_are_one_text(court: Court) -> None:
    parts = multipart("mixed", PLAIN + "above", _file("a.pdf", b"%PDF-1.4"), PLAIN + "below")
    message = read_message(raw(**parts), court=court)
    assert message.text == "above\nbelow"
    assert message.attachments[0].true_type == "application/pdf"


def test_a_text_file_attached_is_no_words_of_the_sender(court: Court) -> None:
    parts = multipart("mixed", PLAIN + "see file", _file("request.txt", b"Bar ID 123456", "text/plain"))
    message = read_message(raw(**parts), court=court)
    assert message.text == "see file"
    assert message.attachments[0].true_type == "text/plain"


@pytest.mark.parametrize("attached", [True, False])
def test_a_mail_within_the_mail_is_forwarded_words(attached: bool, court: Court) -> None:
    """Case 36: its fields are never the requester's."""
    inner = (
        "From: Other <other@x.example>\r\nSubject: =?utf-8?q?contrase=C3=B1a?=\r\n"
        "Date: Mon, 3 Feb 2020 10:00:00 -0800\r\n\r\nMy bar number is 999999.\r\n-- \r\nOther\r\n"
    )
    how = "Content-Disposition: attachment\r\n" if attached else ""
    parts = multipart("mixed", PLAIN + "See attached.", f"Content-Type: message/rfc822\r\n{how}\r\n{inner}")
    message = read_message(raw(**parts), court=court)
    assert words(message, SectionKind.OWN) == "See attached."
    forwarded = message.words(SectionKind.FORWARDED)
    assert "From: Other <other@x.example>" in forwarded
    assert "Subject: contraseña" in forwarded
    assert "999999" in forwarded
    assert message.sender is not None
    assert message.sender.address == "ada@filerquill.example"


def test_a_base64_mail_within_a_mail_is_opened(court: Court) -> None:
    inner = base64.encodebytes(b"From: o@x.example\r\n\r\nhello").decode()
    part = f"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{inner}"
    message = read_message(raw(**multipart("mixed", part)), court=court)
    assert "hello" in message.words(SectionKind.FORWARDED)


def test_files_in_a_mail_within_the_mail_are_listed(court: Court) -> None:
    inner = multipart("mixed", PLAIN + "inner", _file("deep.png", PNG), boundary="cc")
    nested = f"Content-Type: message/rfc822\r\n\r\nContent-Type: {inner['content_type']}\r\n\r\n{inner['body']}"
    content = raw(**multipart("mixed", PLAIN + "outer", nested))
    (attachment,) = read_message(content, court=court).attachments
    assert attachment.file_name == "deep.png"
    assert attachment_content(content, attachment.index) == PNG


def test_more_mails_than_can_be_shown_are_noted(court: Court) -> None:
    nested = "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nhello"
    message = read_message(raw(**multipart("digest", *[nested] * 30)), court=court)
    assert message.text.count("hello") == 20
    assert any("more than 20" in defect.why for defect in message.defects)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/mixed", f"--guess\r\n{PLAIN}hello\r\n--guess--"),  # no boundary named
        ("multipart/mixed; boundary=bb", f"--bb\r\n{PLAIN}hello"),  # never closed
        ("multipart/mixed; boundary=bb", f"--bb  \r\n{PLAIN}hello\r\n--bb-- \r\nepilogue"),
        ("multipart/mixed; boundary=bb", f"preamble\r\n--bbx\r\n--bb\r\n{PLAIN}hello\r\n--bb--"),
        ('multipart/mixed; boundary="a b"', f"--a b\r\n{PLAIN}hello\r\n--a b--"),
        ("multipart/mixed; boundary=bb", "hello"),  # none there
        ("multipart", "hello"),
        ("text", "hello"),
        ("text/plain; charset", "hello"),
        ("nonsense; charset=utf-8", "hello"),
        (";;;", "hello"),
    ],
)
def test_broken_structure_still_gives_the_text(content_type: str, body: str, court: Court) -> None:
    message = read_message(raw(body, content_type=content_type), court=court)
    if content_type.startswith("nonsense"):
        assert message.attachments[0].size == len("hello")
    else:
        assert message.text == "hello"


@pytest.mark.parametrize(
    ("disposition", "shown"),
    [
        ('filename="report.pdf"', "report.pdf"),
        ("filename=report.pdf", "report.pdf"),
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\temp\\\\evil.exe"', "evil.exe"),
        ("filename*=utf-8''%e2%82%ac%20rates.pdf", "€ rates.pdf"),
        ("filename*0=long; filename*1=name.pdf", "longname.pdf"),
        ("filename*0*=utf-8''a%20; filename*1*=b.pdf; filename*2=.zip", "a b.pdf.zip"),
        ('filename="=?utf-8?q?contrase=C3=B1a.pdf?="', "contraseña.pdf"),
        ('filename="gpj.\u202efdp.exe"', "gpj.fdp.exe"),
        ('filename="a\r\n b.pdf"', "a b.pdf"),
        ('filename="..."', "attachment-1"),
        ('filename=""', "attachment-1"),
        ('filename="' + "x" * 500 + '.pdf"', "x" * 116 + ".pdf"),
        ('filename="a:b?.pdf"', "a_b_.pdf"),
    ],
)
def test_file_names_are_safe_to_show(disposition: str, shown: str, court: Court) -> None:
    part = f"Content-Type: application/pdf\r\nContent-Disposition: attachment; {disposition}\r\n\r\n%PDF"
    (attachment,) = read_message(raw(**multipart("mixed", part)), court=court).attachments
    assert attachment.file_name == shown


@pytest.mark.parametrize(
    ("content", "true_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"%PDF-1.7", "application/pdf"),
        (b"{\\rtf1", "application/rtf"),
        (b"PK\x03\x04" + b"x" * 30 + b"word/document.xml", f"{OFFICE}wordprocessingml.document"),
        (b"PK\x03\x04zip", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "application/msword"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_001".encode("utf-16-le"), "application/vnd.ms-outlook"),
        (b"MZ\x90", "application/x-msdownload"),
        (b"  <!DOCTYPE html><script>", "text/html"),
        (b"<svg onload=x>", "image/svg+xml"),
        (b"just words", "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)  # fmt: skip
def test_a_files_true_type_is_seen_whatever_it_is_called(content: bytes, true_type: str, court: Court) -> None:
    (attachment,) = read_message(
        raw(**multipart("mixed", _file("a.jpg", content, "image/jpeg"))), court=court
    ).attachments
    assert (attachment.declared_type, attachment.true_type, attachment.size) == (
        "image/jpeg",
        true_type,
        len(content),
    )


def test_an_attachments_bytes_are_found_again_by_its_index(court: Court) -> None:
    content = raw(**multipart("mixed", PLAIN + "x", _file("a.png", PNG), _file("b.pdf", b"%PDF-b")))
    message = read_message(content, court=court)
    assert [attachment_content(content, one.index) for one in message.attachments] == [PNG, b"%PDF-b"]
    assert attachment_content(content, 0) is None
    assert attachment_content(content, 99) is None
    assert attachment_content(content, -1) is None
