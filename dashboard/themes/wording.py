"""Sentences about mistakes grouped by look, and about the groups that the team watches. Pure."""

from collections.abc import Sequence

from core.quality import changes, scores, themes
from dashboard.look import phrases, theme

NO_MISTAKES = "This version made no mistake on its test garments, so there is nothing to group."
NO_LISTS = "Nothing is watched yet. Give a theme a name and watch it: every new version is then asked about it."
WHAT_A_LIST_DOES = "Every new version is asked about these garments on the page New against live."


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


def standing(result: scores.Accuracy, num_listed: int, version: int) -> str:
    """How a version does on a list, with its count and interval."""
    if not result.num_garments:
        return f"None of its {phrases.garments(num_listed)} is among the test garments of version {version}."
    return (
        f"Version {version} tags {result.num_correct:,} of {result.num_garments:,} correctly "
        f"({theme.percent(result.accuracy)}; likely between {theme.percent(result.low)} and "
        f"{theme.percent(result.high)})."
    )


def change(name: str, found_change: changes.Change) -> str:
    """What became of a list from the live version to the new one."""
    if not found_change.num_garments:
        return f"“{name}”: none of its garments was judged by both versions."
    was = found_change.num_garments - found_change.num_fixed - found_change.num_both_wrong
    now = found_change.num_garments - found_change.num_broken - found_change.num_both_wrong
    return (
        f"“{name}”: {was:,} of {found_change.num_garments:,} right before, {now:,} now "
        f"({found_change.num_fixed:,} fixed, {found_change.num_broken:,} newly wrong): {_meaning(found_change)}."
    )


def _meaning(found_change: changes.Change) -> str:
    if not found_change.is_clear or not found_change.net:
        return "no clear difference"
    return "clearly better" if found_change.net > 0 else "clearly worse"
