"""The names of people, written in one way. Pure."""

import unicodedata


def person(name: str) -> str:
    """The one way to write that person: accents in one with their letters (Unicode NFC), single blanks between words.

    Computers write é as one character or as two; both look the same, and nobody is two people by it. Capitals and
    ligatures stay as they were typed: those can be seen.
    """
    return " ".join(unicodedata.normalize("NFC", name).split())
