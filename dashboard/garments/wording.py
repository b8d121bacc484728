"""Own catalogues in words a merchandiser reads."""

from core.catalogue.kept import OwnCatalogue
from core.catalogue.own.checks import Check

NONE = (
    "Trainings learn from the garments that come with the program: small grey pictures that nobody sells. Bring in "
    "your own photos, with your own categories, and the model learns those."
)
HOW = (
    "Somebody who may use the command line on this computer brings photos in: a folder for each category is enough, or "
    "a CSV or spreadsheet beside the photos that names their categories. Nothing leaves the computer."
)
COMMAND = "python -m core catalogue add FOLDER --name summer"
UPDATE = "After new products have arrived, this brings in what is new or changed:"
UPDATE_COMMAND = "python -m core catalogue update summer"


def summary(found: OwnCatalogue, day: str) -> str:
    """How much it holds, and where it is from."""
    photos, categories = f"{found.num_photos:,} photos", f"{len(found.class_names):,} categories"
    return f"{photos} of {categories}, brought in on {day} from {found.source}."


def standing(num_wrong: int) -> str:
    """The headline over its checks."""
    if not num_wrong:
        return "Nothing is wrong with these photos."
    return f"{num_wrong:,} thing{'s' * (num_wrong != 1)} to look at before the next training"


def icon(check: Check) -> str:
    """The symbol before what a check found."""
    return ":material/warning:" if check.num else ":material/check_circle:"
