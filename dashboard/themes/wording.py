"""Sentences about mistakes grouped by look, and about the groups that the team watches. Pure."""

from collections.abc import Sequence

from core.quality import scores, themes
from core.quality.watched import Watched
from dashboard.look import phrases, theme

NO_MISTAKES = "This version made no mistake on its test garments, so there is nothing to group."
NO_LISTS = "Nothing is watched yet. Give a theme a name and watch it: every new version is then asked about it."
VERDICTS = {
    "better": "clearly better",
    "worse": "clearly worse",
    "no clear difference": "no clear difference",
}
"""Verdict of `Watched` -> in words."""
WHAT_A_LIST_DOES = "Every new version is asked about these garments on the page Versions."


def kind(real: str, tagged: str | None) -> str:
    """One kind of mistake, short: "Shirt, tagged as Coat"."""
    return f"{real}, tagged as something else" if tagged is None else f"{real}, tagged as {tagged}"


def category(name: str, num_mistakes: int) -> str:
    """A category in the list of those to choose from."""
    return f"{name} ({num_mistakes:,} missed)"


def tagged(name: str, num_mistakes: int) -> str:
    """What they were tagged as, in the list to choose from."""
    return f"{name} ({num_mistakes:,})"


def found(num_garments: int, num_themes: int) -> str:
    """What the grouping came to."""
    return (
        f"{num_garments:,} mistakes in {num_themes} themes: garments that the model sees as alike. What they have in "
        "common is for you to say."
    )


def not_grouped(status: str, num_garments: int) -> str:
    """Why there are no themes."""
    if status == "too few":
        return (
            f"{phrases.garments(num_garments)} of this kind: too few to group, which takes {themes.MIN_GARMENTS}. "
            "Here they all are."
        )
    return (
        f"These {num_garments:,} mistakes do not fall into heaps that differ clearly, so none are made up. "
        "Here they all are."
    )


def heading(number: int, num_garments: int) -> str:
    """One theme that has no name yet."""
    return f"Theme {number} · {phrases.garments(num_garments)}"


def tagged_as(counts: Sequence[tuple[str, int]]) -> str:
    """What the garments of a theme were tagged as, most frequent first."""
    return f"Tagged as {', '.join(f'{name} ({number:,})' for name, number in counts)}."


def watched_as(name: str) -> str:
    """That a theme is a watch list already."""
    return f"Watched as “{name}”."


def about(real: str, tagged_name: str | None, version: int) -> str:
    """Which mistakes a list was made of, kept with it."""
    return f"{kind(real, tagged_name)}, in version {version}"


def standing(result: scores.Accuracy, num_listed: int, version: int, made_from: int) -> str:
    """How a version does on a list, with its count and, unless they are its own mistakes, the interval."""
    if not result.num_garments:
        return f"None of its {phrases.garments(num_listed)} is among the test garments of version {version}."
    if version == made_from:
        return (
            f"Chosen among the mistakes of version {version}, which tags {result.num_correct:,} of "
            f"{result.num_garments:,} correctly."
        )
    return (
        f"Version {version} tags {result.num_correct:,} of {result.num_garments:,} correctly "
        f"({theme.percent(result.accuracy)}; likely between {theme.percent(result.low)} and "
        f"{theme.percent(result.high)})."
    )


def change(name: str, found: Watched) -> str:
    """What became of a list from the live version to the new one."""
    told = found.change
    if not told.num_garments:
        return f"“{name}”: none of its garments was judged by both versions."
    was = told.num_garments - told.num_fixed - told.num_both_wrong
    now = told.num_garments - told.num_broken - told.num_both_wrong
    counts = f"“{name}”: {was:,} of {told.num_garments:,} right before, {now:,} now"
    if found.has_verdict:
        verdict = VERDICTS[found.verdict]
        return f"{counts} ({told.num_fixed:,} fixed, {told.num_broken:,} newly wrong): {verdict}."
    return f"{counts}. {_no_verdict(found)}"


def _no_verdict(found: Watched) -> str:
    """Why a list says nothing against the version whose mistakes it holds, and what other trainings make of it."""
    why = f"They were chosen because version {found.made_from} got them wrong, so any other training fixes some"
    if not found.others:
        return f"{why}; how many is not known, as no other version of its recipe was judged on them."
    told = ", ".join(f"version {version} {right:,} of {num:,}" for version, (right, num) in found.others.items())
    return f"{why}: of its recipe {told}."
