"""Sentences of the first page: how good the tags are, and what changed; those that paper has too are worded there."""

from core.words import sentences

headline = sentences.headline
mistakes = sentences.mistakes
fixed_and_broken = sentences.fixed_and_broken
is_it_luck = sentences.is_it_luck


def nothing_to_compare(number: int, newest_version: int, has_earlier: bool) -> str:
    """Why there is no earlier version beside version `number`, and what to do to compare."""
    if has_earlier:
        return "No earlier version was judged on the same garments."
    if newest_version > number:
        return f"Choose version {newest_version} in the sidebar to see what it changed."
    return "Train another one from the sidebar to compare."
