"""Messages as the reader would hand them over, for tests of the core."""

from __future__ import annotations

from helpdesk.vocabulary import Address, Message, Section, SectionKind


def message(
    own: str,
    *,
    subject: str = "",
    sender: str = "Ada Filer <ada@filerquill.example>",
    signature: str = "",
    quote: str = "",
    forwarded: str = "",
    disclaimer: str = "",
    **more: object,
) -> Message:
    """A message whose text is the sender's own words, signature, quoted history, mail passed on, disclaimer."""
    pieces = (
        (SectionKind.OWN, own),
        (SectionKind.SIGNATURE, signature),
        (SectionKind.QUOTE, quote),
        (SectionKind.FORWARDED, forwarded),
        (SectionKind.DISCLAIMER, disclaimer),
    )
    text, sections = "", []
    for kind, piece in pieces:
        if piece:
            sections.append(Section(kind=kind, start=len(text), end=len(text) + len(piece)))
            text += piece
    display, _, address = sender.rpartition(" <")
    senders = (Address(display_name=display, address=address.rstrip(">")),) if sender else ()
    fields = {"sha256": "0" * 64, "content_key": "k", "message_id": "m@x.example", **more}
    return Message(subject=subject, senders=senders, text=text, sections=tuple(sections), **fields)  # type: ignore[arg-type]
