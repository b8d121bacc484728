"""Where a person was in a list of garments, so that other pages can lead back to it."""

from core.store.runs.runs import Run
from dashboard.gallery import filters
from dashboard.session import address, category_switch, flags, navigation

_PLACE: flags.Note[tuple[str, dict[str, str]]] = flags.Note("place-in-list")


def remember(run: Run, listing: filters.Listing, page_number: int, garment: int) -> None:
    """Notes which part of which list is on screen."""
    names = {"real": listing.real, "tagged": listing.tagged}
    query = {name: run.class_names[index] for name, index in names.items() if index is not None}
    if not listing.merged:
        query[address.CATEGORIES] = category_switch.OWN
    if listing.sure != (0, 100):
        query["sure"] = f"{listing.sure[0]}-{listing.sure[1]}"
    if listing.order != "most-sure":
        query["order"] = listing.order
    if page_number > 1:
        query["page"] = str(page_number)
    page, choices = listing.place
    _PLACE.set((page, {**dict(choices), **query, "garment": str(garment)}))


def render_way_back() -> None:
    """A link to the garments that were on screen last; nothing where there were none."""
    found = _PLACE.get()
    if found is not None:
        page, query = found
        navigation.render_link(page, "Back to the list", query, icon=":material/arrow_back:")
