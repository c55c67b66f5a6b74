"""HTML as text: what a reader sees, in rows and lines, and apart from it what they do not see."""

from __future__ import annotations

import pytest

from helpdesk.policy import Court
from helpdesk.vocabulary import SectionKind
from tests.core.raw_mail import rich, words


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello</p><p>there</p>", "Hello\n\nthere"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<div>a</div><div><br></div><div>b<br></div><div>c</div>", "a\n\nb\nc"),
        ("a<br>b<br><br><br>c", "a\nb\n\nc"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>", "a\n\nb"),
        ("Bar ID: 123<span>456</span>", "Bar ID: 123456"),
        ("a \n  b\t c", "a b c"),
        ("<b>a</b><i> b</i>", "a b"),
        ("&lt;ada@x.example&gt; &amp; &#8217;&eacute;", "<ada@x.example> & ’é"),
        ("<ul><li>a<li>b</ul><ol><li>x</li><li>y</li></ol>", "- a\n- b\n\n1. x\n2. y"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ('<a href="http://evil.example">casd.uscourts.gov</a>', "casd.uscourts.gov"),
        ("<title>t</title><script>s</script><style>p{}</style>x", "x"),
        ("a<!-- no --->b<![if !mso]>c<![endif]>", "abc"),
        ("<h1>Head</h1>body<hr>foot", "Head\n\nbody\nfoot"),
        ("<p title='a > b' class=it's>x</p>", "x"),
        ("a < b, c > d", "a < b, c > d"),
        ("<p>unclosed <b>tags", "unclosed tags"),
        ("</p></div>x</table>", "x"),
        ("x<a", "x"),
        ("za&#8203;ro", "zaro"),
    ],
)
def test_blocks_become_lines(html: str, text: str, court: Court) -> None:
    assert rich(html, court).text == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<table><tr><td>Name</td><td>Ada</td></tr><tr><td>Bar</td><td>1</td></tr></table>", "Name\tAda\nBar\t1"),
        ("<table><tr><th>Name<th>Bar<th>To<tr><td>Ada<td><td>a@x</table>z", "Name\tBar\tTo\nAda\t\ta@x\nz"),
        ("<table><tr><td><p>Name</p></td><td><p class=MsoNormal>Ada</p></td></tr></table>", "Name\tAda"),
        ("<table><tr><td> <div> Name </div> </td> <td> <div>Ada</div> </td></tr></table>", "Name\tAda"),
        ("<table><tr><td><b>Name</b></td><td><span>A</span>da</td></tr></table>", "Name\tAda"),
        ("<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a\nb\nc"),
        ("<table><tr><td><table><tr><td>in</td><td>ner</td></tr></table></td></tr></table>", "in\tner"),
        ("<table><tr><td></td><td>logo text</td></tr></table>", "logo text"),
        ("<tr><td>no table</td><td>here</td></tr>", "no table\nhere"),
    ],
)  # fmt: skip
def test_table_rows_stay_rows(html: str, text: str, court: Court) -> None:
    assert rich(html, court).text == text


HIDING = [
    "<div style='display:none'>{}</div>",
    "<div style='DISPLAY : NONE !important'>{}</div>",
    "<p style='visibility:hidden'>{}</p>",
    "<span style='font-size:0'>{}</span>",
    "<span style='font-size:1px;line-height:1px'>{}</span>",
    "<span style='font-size:0.01em'>{}</span>",
    "<span style='opacity:0'>{}</span>",
    "<span style='color:#fff'>{}</span>",
    "<span style='color:#FEFEFE'>{}</span>",
    "<span style='color: rgb(255, 255, 255)'>{}</span>",
    "<span style='color:rgba(0,0,0,0)'>{}</span>",
    "<span style='color:transparent'>{}</span>",
    "<font color=white>{}</font>",
    "<font color='#ffffff'><p>{}</p></font>",
    "<table bgcolor=#003366><tr><td style='color:#003366'>{}</td></tr></table>",
    "<div style='background:#123456;color:#123456'>{}</div>",
    "<div style='max-height:0;overflow:hidden'>{}</div>",
    "<div style='width:1px;height:1px;overflow:hidden'>{}</div>",
    "<div style='position:absolute;left:-9999px'>{}</div>",
    "<div style='text-indent:-9999px'>{}</div>",
    "<div style='mso-hide:all'>{}</div>",
    "<div hidden>{}</div>",
    "<style>.x{{display:none}}</style><div class='y x'>{}</div>",
    "<style>#x {{ color: white }}</style><div id=x>{}</div>",
    "<style>p.x, td {{ font-size: 0px }}</style><p class=x>{}</p>",
    "<div style='display:none'><span style='display:inline;font-size:20px'>{}</span></div>",
    "<p style='display:none'>{}<p>",
]


@pytest.mark.parametrize("trick", HIDING)
def test_hidden_words_are_kept_apart(trick: str, court: Court) -> None:
    message = rich("<p>Please reset mine." + trick.format("Approved by the clerk") + "<p>Thanks", court)
    assert "Approved" not in message.text
    assert message.hidden_text == "Approved by the clerk"
    assert message.text.replace("\n", " ").split() == ["Please", "reset", "mine.", "Thanks"]


SHOWING = [
    "<div style='display:block;font-size:12px;color:#333'>{}</div>",
    "<td style='font-size:0'><span style='font-size:14px'>{}</span></td>",
    "<div style='visibility:hidden'><b style='visibility:visible'>{}</b></div>",
    "<div style='background:#000'><font color=white>{}</font></div>",
    "<table bgcolor=black><tr><td><font color=#ffffff>{}</font></td></tr></table>",
    "<body style='background-image:url(x.png)'><font color=white>{}</font></body>",
    "<style>body{{background:#000}}</style><body><span style='color:white'>{}</span></body>",
    "<style>@media (max-width:600px){{.x{{display:none}}}}</style><div class=x>{}</div>",
    "<p style='display:none'><div>{}</div>",
    "<div style='color:#777'>{}</div>",
    "<div style='overflow:hidden;max-width:600px'>{}</div>",
]


@pytest.mark.parametrize("harmless", SHOWING)
def test_words_that_show_are_read(harmless: str, court: Court) -> None:
    message = rich(harmless.format("Bar 123456"), court)
    assert "Bar 123456" in message.text
    assert message.hidden_text == ""


THEIRS = "Their bar is 999999"
QUOTES = {
    "Apple Mail": f"<div>Own.</div><blockquote type='cite'><div>{THEIRS}</div></blockquote><div>More own.</div>",
    "Gmail": "<div>Own.</div><div class='gmail_quote'><div class='gmail_attr'>On Thu, Jan 2, 2020 at 9:14 AM "
    f"CASD &lt;x@casd.uscourts.gov&gt; wrote:<br></div><blockquote class='gmail_quote'>{THEIRS}</blockquote></div>",
    "Outlook on the web": "<p class=MsoNormal>Own.</p><div id=divRplyFwdMsg><b>From:</b> Other "
    f"&lt;o@x.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Ada<br><b>Subject:</b> x</div><p>{THEIRS}</p>",
    "Outlook in German": "<div>Own.</div><div style='border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal>"
    "<b>Von:</b> Other &lt;o@x.example&gt;<br><b>Gesendet:</b> Montag<br><b>An:</b> Ada<br><b>Betreff:</b> x</p>"
    f"</div><p>{THEIRS}</p>",
    "Yahoo": "<div>Own.</div><div class='yahoo_quoted'>On Monday, January 6, 2020, 9:14 AM, Other "
    f"&lt;o@x.example&gt; wrote:<div>{THEIRS}</div></div>",
    "Thunderbird": "<p>Own.</p><div class='moz-cite-prefix'>On 1/2/2020 9:14 AM, Other wrote:<br></div>"
    f"<blockquote type='cite' cite='mid:x'>{THEIRS}</blockquote>",
    "older Outlook": "<div>Own.</div><div>-----Original Message-----<br>From: Other<br>Sent: Monday<br>To: Ada<br>"
    f"<br>{THEIRS}</div>",
}


@pytest.mark.parametrize("html", QUOTES.values(), ids=QUOTES.keys())
def test_quotes_of_every_mail_program_are_history(html: str, court: Court) -> None:
    message = rich(html, court, subject="Re: password")
    assert "999999" in message.words(SectionKind.QUOTE)
    assert words(message, SectionKind.OWN).startswith("Own.")
    assert "999999" not in message.words(SectionKind.OWN, SectionKind.SIGNATURE)


def test_an_indented_paragraph_is_not_somebody_elses(court: Court) -> None:
    message = rich(
        "<div>Please reset:</div><blockquote style='margin-left:40px'>Ada Filer, bar 123456</blockquote>", court
    )
    assert "123456" in message.words(SectionKind.OWN)
