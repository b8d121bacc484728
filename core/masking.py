"""Passwords out of texts: what nobody may read on a screen, in a log, or in an answer of a command. Pure.

Two ways, since neither is enough. What this process knows to be secret is replaced wherever it stands; and what looks
like a password of an address or beside a word such as "password" is replaced though nobody said that it is one.
"""

import re
from urllib.parse import quote, quote_plus, unquote, urlsplit

MASK = "***"
SHORTEST = 4
"""Characters of a secret from which it is looked for in texts: a shorter one stands in every other word."""

_IN_ADDRESS = re.compile(
    r"(?P<before>(?<![\w+.-])(?:[a-zA-Z][\w+.-]*)?://[^\s:/@?#]*):(?P<secret>[^\s/@]+(?:@[^\s/@]+)*)@"
)
_BESIDE_ITS_NAME = re.compile(
    r"""(?P<before>(?:password|passwd|pwd|secret|token|api[_-]?key|authorization|cookie)["']?[ ]?[=:][ ]?"""
    r"""(?:(?:bearer|basic)[ ])?["']?)(?P<secret>[^\s"'&;,]+)""",
    re.IGNORECASE,
)
_known: dict[str, None] = {}


def keep_secret(*secrets: str) -> None:
    """From now on these are masked in every text, as they are and as they stand in an address, which may be given.

    What has less than 4 characters is not.
    """
    for secret in {*secrets, *map(unquote, secrets)}:
        forms = (secret, quote(secret, safe=""), quote(secret), quote_plus(secret), repr(secret)[1:-1])
        _known.update(dict.fromkeys(form for form in forms if len(form) >= SHORTEST))


def masked(text: str) -> str:
    """The text with *** where a secret stood."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _IN_ADDRESS.sub(rf"\g<before>:{MASK}@", text)
    return _BESIDE_ITS_NAME.sub(rf"\g<before>{MASK}", text)


def password_of(address: str) -> str:
    """The password in a web address, as it is written there; empty where it has none or is no address."""
    try:
        return urlsplit(address).password or ""
    except ValueError:
        return ""
