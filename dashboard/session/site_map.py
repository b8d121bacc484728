"""Which pages there are, and what stands on each. To add one: a file in pages/ and an entry here; the tests find it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "pages"
PART = "part"
"""Name in the address of the part of a page that is shown; its first part needs none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One of the things that a page can show, each with an address of its own."""

    title: str
    """A word or two, for the choice at the head of the page."""
    question: str
    """What it answers."""
    icon: str
    """Material symbol, for links to it."""
    is_offered: bool = True
    """False: it is opened from a garment or a pair, which the choice at the head cannot know."""
    needs_version: bool = True
    """False: it can be used before any version was learned."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One page of the navigation; its script and the end of its address are called as its key."""

    title: str
    """Name in the navigation and at the head of the page."""
    icon: str
    """Material symbol."""
    question: str
    """What the page answers; equal to its docstring."""
    parts: Mapping[str, Part]
    """Key (used in links and in the address) -> what it can show, the first one at the start; empty: one thing only."""


PAGES: dict[str, Entry] = {
    "today": Entry(
        title="Today",
        icon=":material/today:",
        question="Can we trust the tags today, and what should we look at first?",
        parts={},
    ),
    "categories": Entry(
        title="Categories",
        icon=":material/checklist:",
        question="Which categories does the model find, and which of its tags can be trusted?",
        parts={},
    ),
    "mistakes": Entry(
        title="Mistakes",
        icon=":material/grid_on:",
        question="Which garments does the model get wrong, and what does it take them for?",
        parts={
            "garments": Part(
                title="Garments",
                icon=":material/image_search:",
                question="Which garments does the model get wrong, and what does it take them for?",
            ),
            "themes": Part(
                title="Themes",
                icon=":material/bubble_chart:",
                question="What do the garments of one kind of mistake have in common?",
            ),
            "compare": Part(
                title="Compare two",
                icon=":material/compare:",
                question="What tells two categories apart, and which garments lie between them?",
                is_offered=False,
            ),
            "similar": Part(
                title="More like this",
                icon=":material/join_inner:",
                question="Which garments does the model see as alike, and do they carry the same mistake?",
                is_offered=False,
            ),
        },
    ),
    "tag": Entry(
        title="Tag",
        icon=":material/add_a_photo:",
        question="Which tags do new garments get, and which of them need a person?",
        parts={},
    ),
    "automation": Entry(
        title="Automation",
        icon=":material/rule:",
        question="Which tags need no person, and are those right in real use?",
        parts={
            "line": Part(
                title="The line",
                icon=":material/rule:",
                question="How sure must the model be, so that a tag needs no person?",
            ),
            "acceptance": Part(
                title="In real use",
                icon=":material/how_to_reg:",
                question="Are the tags of new garments right in real use?",
            ),
        },
    ),
    "labels": Entry(
        title="Labels",
        icon=":material/label_off:",
        question="Which labels are probably wrong, and what has the team said about garments?",
        parts={
            "suspects": Part(
                title="Doubted labels",
                icon=":material/label_off:",
                question="Which labels are probably wrong?",
            ),
            "reviews": Part(
                title="What the team said",
                icon=":material/rate_review:",
                question="What has the team said about garments, and where do people disagree?",
            ),
        },
    ),
    "versions": Entry(
        title="Versions",
        icon=":material/balance:",
        question="Is the new version better than the live one, and which one was live when?",
        parts={
            "decide": Part(
                title="New against live",
                icon=":material/balance:",
                question="Is the new version better than the live one, and should it become live?",
            ),
            "history": Part(
                title="History",
                icon=":material/history:",
                question="Which versions are there, and which one was live when, and why?",
            ),
        },
    ),
    "setup": Entry(
        title="Set-up",
        icon=":material/tune:",
        question="What do we call things, what do mistakes cost, and which garments are ours?",
        parts={
            "names": Part(
                title="Names",
                icon=":material/sell:",
                question="What do we call the categories, and which of them are one to us?",
            ),
            "costs": Part(
                title="Costs",
                icon=":material/payments:",
                question="Which wrong tags are expensive, and which do not matter?",
            ),
            "garments": Part(
                title="Garments",
                icon=":material/photo_library:",
                question="Which garments do trainings learn from, and what is wrong with them?",
                needs_version=False,
            ),
            "elsewhere": Part(
                title="Tags from elsewhere",
                icon=":material/input:",
                question="How good are the tags that another system gives?",
                needs_version=False,
            ),
            "people": Part(
                title="People",
                icon=":material/group:",
                question="Who am I here, who may do what, and whom do I ask?",
                needs_version=False,
            ),
        },
    ),
    "log": Entry(
        title="Log",
        icon=":material/receipt_long:",
        question="Who decided what, when, and why?",
        parts={},
    ),
}
"""Key -> page, in the order of the navigation; the first one opens at the start."""

FORMER = {
    "overview": "today", "confusion": "mistakes", "themes": "mistakes/themes", "compare": "mistakes/compare",
    "similar": "mistakes/similar", "trust": "automation/line", "acceptance": "automation/acceptance",
    "reviews": "labels/reviews", "suspects": "labels/suspects", "decide": "versions/decide", "names": "setup/names",
    "costs": "setup/costs", "garments": "setup/garments",
}  # fmt: skip
"""End of an address of before -> where that is now: addresses were shared, and still lead there."""


def places() -> tuple[str, ...]:
    """Everything that a link can lead to: "today", or "mistakes/themes" where a page has parts; in their order."""
    return tuple(
        place for page, entry in PAGES.items() for place in ([f"{page}/{part}" for part in entry.parts] or [page])
    )


def path(page: str) -> Path:
    """Where the script of a page is."""
    return FOLDER / f"{page}.py"


def query_of(place: str, query: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the address of a place asks for besides its page: its part, and `query`."""
    page, _, part = place.partition("/")
    is_first = part in ("", *list(PAGES[page].parts)[:1])
    return {**({} if is_first else {PART: part}), **(query or {})}
