"""Which garments a page lists: what the address says about them, and the garments that pass."""

import contextlib
import dataclasses
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import errors
from core.quality import merging, mistakes
from core.store.runs.runs import Run
from dashboard.data import predictions, run_views
from dashboard.data import standing as standing_data
from dashboard.data.run_views import RunView
from dashboard.look import confusion_figures
from dashboard.session import address, category_switch, flags, person

GROUPS = ("theme", "watch")
"""Choices of a group of mistakes: a theme of the chosen kind by its number, a watch list by its id."""
LIST_CHOICES = ("page", "garment")
"""Choices that belong to one list: another list starts without them."""
ANY = confusion_figures.ANY
_KEPT: flags.Note[tuple[tuple[str, str], NDArray[np.bool_]]] = flags.Note("kept-in-list")
ORDERS = (*mistakes.ORDERS, predictions.BY_COST)
"""Every order a list of garments can have, by its name in the address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """Which garments are listed, and in which order."""

    real: int | None = None
    """Only garments of this class; None for all."""
    tagged: int | None = None
    """Only garments tagged so; None for all."""
    sure: tuple[int, int] = (0, 100)
    """Lowest and highest confidence, in percent."""
    order: str = "most-sure"
    """One of `ORDERS`."""
    said: str | None = None
    """Only garments that pass this key of `standings.FILTERS`; None for all."""
    group: predictions.Group | None = None
    """A set of garments that the page is about, right and wrong ones; None: all mistakes."""
    merged: bool = True
    """Whether categories are as we sell: then `real` and `tagged` stand for all of their merged category."""
    place: tuple[str, tuple[tuple[str, str], ...]] = ("mistakes", ())
    """The page of the navigation that shows this list, and what else its address must ask for."""

    @property
    def only_mistakes(self) -> bool:
        """False where the page is about a set of its own, or one class is asked for twice: tagged correctly."""
        return self.group is None and (self.real is None or self.real != self.tagged)

    @property
    def num_filters(self) -> int:
        """How many choices narrow the list."""
        return (self.real is not None) + (self.tagged is not None) + (self.sure != (0, 100)) + bool(self.said)

    @property
    def cell(self) -> tuple[int, int] | None:
        """The cell or total of the confusion map that stands for it; None where no kind was chosen."""
        if self.real is None and self.tagged is None:
            return None
        return (ANY if self.real is None else self.real, ANY if self.tagged is None else self.tagged)

    @property
    def kind(self) -> tuple[int | None, int | None]:
        """The real and the tagged category that every garment of it shares; None where they differ."""
        return self.real, self.tagged

    @property
    def arguments(self) -> mistakes.Filter:
        """What `mistakes.filtered` is called with."""
        return {
            "true_class": self.real,
            "predicted_class": self.tagged,
            "confidence_low": self.sure[0] / 100,
            "confidence_high": self.sure[1] / 100,
            "only_mistakes": self.only_mistakes,
        }


def listed(run: Run, listing: Listing) -> pd.DataFrame:
    """The garments of the listing, in its order, whatever was said: rows of the predictions table; read-only."""
    view = run_views.of(run, listing.merged)
    arguments = listing.arguments
    if view.is_merged:
        arguments["groups"] = view.categories.group_of
    return predictions.listed(run, listing.order, arguments, listing.group)


def with_said(run: Run, listing: Listing, scope: str) -> tuple[Listing, pd.DataFrame, int]:
    """The listing with the verdicts that the address asks for, its garments, and how many only stay in it.

    A garment that was listed stays while the list is on screen, whatever is said of it: the others keep their places.

    Args:
        run: the version shown.
        listing: everything else that narrows the list.
        scope: names the list; another one starts anew.
    """
    table = listed(run, listing)
    said = address.choice("verdict", standing_data.FILTERS, None)
    if said is None:
        _KEPT.set(None)
        return listing, table, 0
    passes = standing_data.standing(run, person.name(), listing.merged).passes(said)
    name, before = _KEPT.get() or (None, None)
    keeps: NDArray[np.bool_] = passes | before if name == (scope, said) and before is not None else passes.copy()
    _KEPT.set(((scope, said), keeps))
    found: pd.DataFrame = table[keeps[table["garment"].to_numpy()]]
    num_kept = int((~passes[found["garment"].to_numpy()]).sum())
    return dataclasses.replace(listing, said=said), found, num_kept


def counts(run: Run, listing: Listing) -> NDArray[np.int64]:
    """(G, G) confusion matrix of the garments that pass everything but the kind, so that a map counts what is listed.

    Where the listing is about a set of garments, only those count.

    Where verdicts cannot be read, whatever was said passes.
    """
    said = address.asked("verdict")
    passes = None
    if said in standing_data.FILTERS:
        with contextlib.suppress(errors.ArtefactCorrupt):
            passes = standing_data.standing(run, person.name(), listing.merged).passes(said)
    if listing.group is not None:
        is_member = np.zeros(run.num_test, dtype=bool)
        is_member[listing.group.garments] = True
        passes = is_member if passes is None else passes & is_member
    view, found = run_views.of(run, listing.merged), predictions.counts_among(run, listing.sure, passes)
    return merging.merged_counts(found, view.categories.groups) if view.is_merged else found


def forget_kept() -> None:
    """Lists only what passes the filter now."""
    _KEPT.set(None)


def chosen_kind(run: Run) -> Listing:
    """The real and the tagged category that the address asks for, in the usual order.

    As we sell, any class of a merged category stands for all of it.
    """
    view = category_switch.shown(run)
    real, tagged = (_first_class(view, address.choice(name, run.class_names, None)) for name in ("real", "tagged"))
    return Listing(real=real, tagged=tagged, merged=category_switch.is_as_sold())


def _first_class(view: RunView, class_name: str | None) -> int | None:
    """The class that stands for the category of that one."""
    if class_name is None:
        return None
    return view.first_class(view.index_of(view.run.class_names.index(class_name)))


def orders(run: Run) -> tuple[str, ...]:
    """Every order that the list of that version can have: none by how hard a tag was where that is not known."""
    return ORDERS if run.says_how_sure else tuple(order for order in ORDERS if order != "hardest")


def chosen(run: Run) -> Listing:
    """Everything the address asks for: kind, confidence and order."""
    return dataclasses.replace(
        chosen_kind(run),
        sure=address.number_range("sure", 0, 100),
        order=address.choice("order", orders(run), "most-sure") or "most-sure",
    )
