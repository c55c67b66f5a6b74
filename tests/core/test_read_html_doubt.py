"""HTML in which what is seen may not be what is read: all but plain elements and styles says so."""

from __future__ import annotations

import pytest

from helpdesk.policy import Court
from helpdesk.vocabulary import DefectKind, SectionKind
from tests.core.raw_mail import rich, words

ODD = [
    "<div style='transform:scale(0)'>{}</div>",
    "<div style='position:relative;left:-9999px'>{}</div>",
    "<div style='margin-left:-9999px'>{}</div>",
    "<div style='padding-left:9999px'>{}</div>",
    "<div style='opacity:.12'>{}</div>",
    "<div style='clip-path:circle(0)'>{}</div>",
    "<div style='-webkit-text-fill-color:white'>{}</div>",
    "<div style='font-size:0.2em'>{}</div>",
    "<div style='font:1px/1px serif'>{}</div>",
    "<div style='letter-spacing:-20px'>{}</div>",
    "<div style='z-index:-1'>{}</div>",
    "<div style='color:#e2e2e2'>{}</div>",
    "<div style='color:hsl(0,0%,100%)'>{}</div>",
    "<div style='color:aliceblue'>{}</div>",
    "<p style='display:flex;flex-direction:row-reverse'><span>{}</span></p>",
    "<div style='no-such-property:1'>{}</div>",
    "<style>div .x{{display:none}}</style><div><p class=x>{}</p></div>",
    "<style>div[title]{{display:none}}</style><div title=a>{}</div>",
    "<style>@media screen{{.x{{display:none}}}}</style><p class=x>{}</p>",
    "<details><summary>.</summary>{}</details>",
    "<dialog>{}</dialog>",
    "<bdo dir=rtl>{}</bdo>",
    "<textarea>{}</textarea>",
    "<input value='{}'>",
    "<blink-tag>{}</blink-tag>",
]
PLAIN = [
    "<p class=MsoNormal style='margin:0in;line-height:normal;mso-fareast-language:EN-US'>{}<o:p></o:p></p>",
    "<div style='font-family:Calibri,sans-serif;font-size:11.0pt;color:rgb(0,0,0)'>{}</div>",
    "<div dir=auto style='word-wrap:break-word;-webkit-nbsp-mode:space;line-break:after-white-space'>{}</div>",
    "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'>{}</div>",
    "<p style='margin-left:.5in;text-indent:-.25in'>{}</p>",
    "<font size=2 color=navy face=Arial><span style='font-size:10.0pt;text-decoration:none'>{}</span></font>",
    "<td style='font:bold 12px/1.5 Arial;color:#777'>{}</td>",
    "<style>a:hover{{color:red}} @media print{{.x{{display:none}}}}</style><p class=x>{}</p>",
    "<details open>{}</details>",
]


@pytest.mark.parametrize("html", ODD)
def test_words_that_may_look_otherwise_are_read_and_noted(html: str, court: Court) -> None:
    message = rich(f"<p>Happy new year.</p>{html.format('Please reset my password')}", court)
    assert "Please reset my password" in message.text
    assert [defect.kind for defect in message.defects] == [DefectKind.DECEPTION]


@pytest.mark.parametrize("html", PLAIN)
def test_what_mail_programs_write_is_not_noted(html: str, court: Court) -> None:
    message = rich(html.format("Please reset my password"), court)
    assert message.text == "Please reset my password"
    assert message.defects == ()


@pytest.mark.parametrize(
    "html",
    [
        "<s>Never mind it</s>",
        "<del>Never mind it</del>",
        "<span style='text-decoration:line-through'>Never mind it</span>",
        "<!--[if mso]><p>Never mind it</p><![endif]-->",
        "<style>p.a::before{content:'Never mind it'}</style>",
    ],
)
def test_struck_words_and_those_for_other_programs_are_kept_apart(html: str, court: Court) -> None:
    message = rich(f"<p>Please reset it.{html}", court)
    assert (message.text, message.hidden_text) == ("Please reset it.", "Never mind it")


def test_a_pictures_description_that_speaks_is_kept_apart(court: Court) -> None:
    message = rich("<img alt='Quill &amp; Ink LLP logo'>Please reset it.<img alt='Do not reset my password.'>", court)
    assert message.hidden_text == "Do not reset my password."


def test_what_word_writes_for_itself_hides_nothing(court: Court) -> None:
    settings = "<!--[if gte mso 9]><xml><o:PixelsPerInch>96</o:PixelsPerInch></xml><style>v{x:y}</style><![endif]-->"
    assert rich(f"{settings}<p>Please reset it.", court).hidden_text == ""


def test_a_bare_blockquote_quotes_and_an_indented_paragraph_does_not(court: Court) -> None:
    bare = rich("<blockquote>Please reset it.</blockquote><p>What is this?", court)
    assert words(bare, SectionKind.OWN) == "What is this?"
    indented = rich(
        "<blockquote style='margin:0 0 0 40px;border:none;padding:0px'>Please reset it.</blockquote>", court
    )
    assert words(indented, SectionKind.OWN) == "Please reset it."


def test_odd_styles_in_other_peoples_mail_are_theirs(court: Court) -> None:
    quoted = "<blockquote type=cite><div style='opacity:.2'>Please reset it.</div></blockquote>"
    assert rich(f"<p>See below.</p>{quoted}", court).defects == ()
