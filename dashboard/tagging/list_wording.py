"""Sentences about the list that comes with photos, and its columns. Pure."""

from core.retail.list_columns import Columns

LIST_IS_HERE = "The list is here. Now drop the photos it names."
NOT_IN_LIST = "Not in this list"
COLUMNS_ARE_REMEMBERED = "Asked once: it is remembered for everybody, for lists with the same headings."
TEMPLATE_HELP = (
    "Beside the photos, or in their ZIP, there may be a list with the SKU and title of each: CSV, text with tabs or a "
    "workbook. Its photos are named with or without their folder."
)


def columns(found: Columns) -> str:
    """What the columns of a list are read as: "Photo: Image · SKU: SKU · Title: Product name"."""
    parts = {"Photo": found.photo, "SKU": found.sku, "Title": found.title}
    return " · ".join(f"{what}: {heading}" for what, heading in parts.items() if heading)


def which_columns(name: str) -> str:
    """The question where nobody knows what the columns of a list are."""
    return f"Which columns of {name} name the photo, its SKU and its title?"


def waiting(num: int) -> str:
    """What the photos beside a list wait for that cannot be used yet: "3 files wait until …"; empty without any."""
    if not num:
        return ""
    return f"{num:,} {'file waits' if num == 1 else 'files wait'} until the list can be read, so that no SKU is lost."
