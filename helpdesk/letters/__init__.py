"""Letters from templates/mail/<name>/{subject,body}.txt: what may stand in one, who may get it, how it reads."""

from helpdesk.letters.facts import TO_PRIMARY, Audience, audience_of
from helpdesk.letters.library import LetterError, Library, load_library
from helpdesk.letters.readability import Reading, read_as
from helpdesk.letters.writing import Letters, automatic_writer, lacking, preview

__all__ = [
    "TO_PRIMARY",
    "Audience",
    "LetterError",
    "Letters",
    "Library",
    "Reading",
    "audience_of",
    "automatic_writer",
    "lacking",
    "load_library",
    "preview",
    "read_as",
]
