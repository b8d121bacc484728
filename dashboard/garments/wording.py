"""Own catalogues in words a merchandiser reads."""

from core.catalogue.kept import OwnCatalogue
from core.catalogue.own import example_photos, lists
from core.catalogue.own.checks import Check
from core.catalogue.own.differences import Differences
from core.catalogue.own.records import Row

NONE = (
    "Trainings learn from the garments that come with the program: small grey pictures that nobody sells. Bring in "
    "your own photos, with your own categories, and the model learns those."
)
TRY = f"Try it with {example_photos.NUM_PHOTOS} example photos"
TRY_WHAT = (
    f"{example_photos.NUM_PHOTOS} small colour photos of {example_photos.NUM_CATEGORIES} categories come with the "
    "program, taken by ordinary people and given to everybody (CC0). Brought in and used for a training, they show "
    "every page with photos. They teach nothing about your garments, and can be removed again."
)
DROPPED_SOURCE, EXAMPLES_SOURCE = "files that were dropped here", "the examples that come with the program"
EXAMPLES_NOTE = "Examples, not your garments: to see how the pages look with photos. Figures of so few say little."
HOW = (
    "A ZIP with a folder for each category is enough; or photos with a CSV, spreadsheet or feed that names their "
    "categories, as your shop exports it. Nothing leaves this computer."
)
COMMANDS = "Large sets come in faster by the command line of this computer, and new products with `update`:"
COMMAND = "python -m core catalogue add FOLDER --name summer"
UPDATE_COMMAND = "python -m core catalogue update summer"
REMOVE = "Versions that learned from these photos stay. The photos wait in the trash for some days."
NEXT = "Look at what was found in them, then use them for trainings."
NEXT_IN_USE = "Trainings use them: look at what was found in them, then train on them."
USE = "Use for trainings"
MORE = "Bring in other photos meanwhile"
NOTHING_USABLE = "None of these photos can be used, so there is nothing to bring in."
TRAIN, TRAIN_CHANGED = "Train on these garments", "Train again with what changed"
COLUMNS = {"photo": "Photo", "category": "Category", "product": "Product", "group": "Group", "split": "Learn or judge"}
"""What a column can say -> its title on screen."""
CATEGORY, PHOTOS, CALLED, TAKEN = "Category", "Photos", "Call it", "Bring in"
"""Titles of the table of what was recognised."""
YES_NO = ("Yes", "No")
"""What can be chosen of a category: to bring it in or not."""
TABLE = "Categories that were recognised"
TABLE_HELP = "Call a category otherwise in the table; two with one name become one."
NONE_TAKEN = "Every category is left out. Choose Yes for those that are to be brought in."
CHANGED = "What is to be brought in was changed just now. Look at it below, then click again."
FETCH_HELP = "Each is fetched once from its address, from computers of the internet only."


def is_unfetched(row: Row) -> bool:
    """Whether the photo of a row has an address and nobody asked to fetch it."""
    return row.problem == lists.NOT_FETCHED


def fetch(num: int) -> str:
    """The question whether photos are to be fetched."""
    photos = f"{num:,} photos have" if num != 1 else "1 photo has"
    return f"{photos} an address in place of a file: fetch them from there"


LOOK, NOT_NOW, BRING = "Look for what is new", "Not now", "Bring it in"
NEW, ALTERED, GONE = "New", "Changed", "No longer there"
"""Titles over photos that bringing in would change."""
THERE_ALREADY = "There are photos of that name already. Look at what would change below, then click again."


def changes(found: Differences, name: str) -> str:
    """What bringing in would change in the catalogue of that name."""
    counts = ((len(found.new), "new"), (len(found.changed), "changed"), (len(found.gone), "no longer there"))
    parts = [f"{num:,} {what}" for num, what in counts if num]
    if not parts:
        text = f"Nothing is new: {name} holds these {found.num_same:,} photos already."
    else:
        text = f"Against what {name} holds: {', '.join(parts)}; {found.num_same:,} stay as they are."
    if found.gone:
        text += " Nothing is learned any more from those that are no longer there."
    if not found.is_complete:
        text += " There are too many to read them all now: which of them have another picture is told afterwards."
    return text


def nameless(category: str) -> str:
    """Why nothing is brought in: a name was taken out and none put in."""
    return f"{category!r} is to be called nothing. Type a name for it, or choose No to leave it out."


def summary(found: OwnCatalogue, day: str, source: str) -> str:
    """How much it holds, and where it is from."""
    photos, categories = f"{found.num_photos:,} photos", f"{len(found.class_names):,} categories"
    return f"{photos} of {categories}, brought in on {day} from {source}."


def train_decided(num: int, *, is_again: bool) -> str:
    """The label of the button that learns what was decided about photos."""
    decided = f"your {num:,} decision{'s' * (num != 1)}"
    return f"Train again with {decided}" if is_again else f"{TRAIN}, with {decided}"


def standing(num_wrong: int) -> str:
    """The headline over its checks."""
    if not num_wrong:
        return "Nothing is wrong with these photos."
    return f"{num_wrong:,} thing{'s' * (num_wrong != 1)} to look at before the next training"


def icon(check: Check) -> str:
    """The symbol before what a check found."""
    return ":material/warning:" if check.num else ":material/check_circle:"
