"""Shopify's standard product taxonomy, from the files of a release that people hand in. Pure.

https://github.com/Shopify/product-taxonomy (MIT licence, dated releases), folder `dist/en`: `categories.txt` begins
with `# Shopify Product Taxonomy - Categories: 2026-02`, and each line is `gid://shopify/TaxonomyCategory/aa-1 : Apparel
& Accessories > Clothing`. `integrations/google/shopify_2026-02_to_google_2021-09-21.txt` begins with `# Shopify Product
Taxonomy - Mapping shopify/2026-02 to google/2021-09-21`; each of its pairs of lines is `→ ours` and `⇒ Google's`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core import errors

LARGEST_FILE = 10_000_000
"""Bytes that a file may have; the release 2026-02 has 1.4 and 2.0 million."""
MOST_CATEGORIES = 50_000
"""That a release may have; 2026-02 has some 12,000."""
LONGEST_LINE = 1000
"""Characters."""
_MOST_MEANT = 3
_TITLE = re.compile(r"# Shopify Product Taxonomy - Categories: (\S+)")
_MAPPING = re.compile(r"# Shopify Product Taxonomy - Mapping shopify/(\S+) to google/\S+")
_CATEGORY = re.compile(r"(?:gid://shopify/TaxonomyCategory/)([a-z]+(?:-[0-9]+)*)\s*:\s+(\S.*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """The categories of one release."""

    number: str
    """As it calls itself: "2026-02"."""
    ids: Mapping[str, str]
    """Path, "Apparel & Accessories > Clothing" -> id, "aa-1"."""
    google: Mapping[str, str] = field(default_factory=dict)
    """Path -> Google's path; without a mapping file, and for what it does not map, nothing."""

    def path_of(self, text: str) -> str:
        """The path of a category that was given by its path, its id or its whole id, in capitals or not.

        Raises:
            errors.NamesRefused: the release does not have it.
        """
        if text in self.ids:  # as nearly always: what is kept is written so, and is looked up at every click
            return text
        wanted = _plain(text)
        short = wanted.removeprefix("gid://shopify/taxonomycategory/")
        for path, number in self.ids.items():
            if short == number or wanted == _plain(path):
                return path
        meant = [path for path in self.ids if _plain(path.rpartition(">")[2]) == wanted][:_MOST_MEANT]
        hint = f" Is {' or '.join(meant)} meant?" if meant else " Copy its whole line from the file."
        raise errors.NamesRefused(f"{text[:80]!r} is no category of Shopify's release {self.number}.{hint}")


def release(categories: bytes, mapping: bytes | None = None) -> Release:
    """The release of a file `categories.txt`, and where it is given of the file that maps it to Google's.

    Raises:
        errors.NamesRefused: they are no such files, or of two releases; the message names the line.
    """
    number, ids = "", {}
    for line, text in _lines(categories, "categories"):
        if line == 1:
            number = _number(_TITLE, text, "categories", "dist/en/categories.txt")
        elif found := _CATEGORY.fullmatch(text):
            ids[_tidied(found[2])] = found[1]
        elif text and not text.startswith("#"):
            raise _wrong("categories", line, text, "gid://shopify/TaxonomyCategory/… : Name > Name")
    if not 0 < len(ids) <= MOST_CATEGORIES:
        raise errors.NamesRefused(
            f"The file of Shopify's categories has {len(ids):,} of them; 1 to {MOST_CATEGORIES:,} are possible."
        )
    return Release(number=number, ids=ids, google={} if mapping is None else _google(mapping, number, ids))


def looked_up(text: str, release: Release | None, *, held: tuple[str, str]) -> tuple[str, str]:
    """The path of a category as the release writes it, and Google's for it; empty where none is.

    Args:
        text: as it was typed.
        release: None where none was given; then only what holds can stay, as it was checked when it was chosen.
        held: path and Google's path that hold.

    Raises:
        errors.NamesRefused: the release does not have it, or there is none to look it up.
    """
    text = _tidied(text)
    if not text:
        return "", ""
    if release is None:
        if text == held[0]:
            return held
        raise errors.NamesRefused(
            f"The product category {text[:80]!r} can only be checked with a release of Shopify's categories. Give its "
            "file categories.txt first."
        )
    path = release.path_of(text)
    kept = held[1] if path == held[0] and not release.google else ""
    return path, release.google.get(path, kept)


def _google(content: bytes, number: str, ids: Mapping[str, str]) -> dict[str, str]:
    """Path -> Google's path."""
    found: dict[str, str] = {}
    ours = ""
    for line, text in _lines(content, "mapping"):
        sign, rest = text[:1], _tidied(text[1:])
        if line == 1:
            other = _number(
                _MAPPING, text, "mapping", f"shopify_{number}_to_google_….txt of dist/en/integrations/google"
            )
            if other != number:
                raise errors.NamesRefused(
                    f"The file of Google's categories is of the release {other}, that of Shopify's of {number}. Take "
                    "both of one release."
                )
        elif sign == "→" and rest in ids:
            ours = rest
        elif sign == "⇒" and ours:
            found.setdefault(ours, rest)
        elif text and sign != "#":
            raise _wrong("mapping", line, text, f"→ or ⇒ before a category of the release {number}")
    return found


def _lines(content: bytes, what: str) -> Iterator[tuple[int, str]]:
    if len(content) > LARGEST_FILE:
        raise errors.NamesRefused(
            f"The file of Shopify's {what} has {len(content):,} bytes; {LARGEST_FILE:,} are possible."
        )
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise errors.NamesRefused(f"Line {line} of the file of Shopify's {what} is no text in UTF-8.") from None
    for number, line_text in enumerate(lines, 1):
        text = _tidied(line_text)
        if len(text) > LONGEST_LINE or not text.isprintable():
            raise _wrong(what, number, text, f"at most {LONGEST_LINE} printable characters")
        yield number, text


def _number(title: re.Pattern[str], text: str, what: str, name: str) -> str:
    if found := title.fullmatch(text):
        return found[1]
    raise errors.NamesRefused(
        f"The first line of the file of Shopify's {what} is {text[:80]!r}, which names no release. Take {name}."
    )


def _wrong(what: str, line: int, text: str, wanted: str) -> errors.NamesRefused:
    return errors.NamesRefused(f"Line {line} of the file of Shopify's {what} must be {wanted}, got {text[:80]!r}.")


def _tidied(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    return " > ".join(part.strip() for part in _tidied(text).casefold().split(">"))
