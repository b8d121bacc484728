"""A version in the categories that figures are about: as we sell, or the model's own. No Streamlit, nothing read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.quality import category_views
from core.quality.category_views import CategoryView
from core.store.runs.runs import Run


@dataclass(frozen=True, kw_only=True, slots=True)
class RunView:
    """A version, and the categories in which its figures are counted; made by `of`."""

    run: Run
    """The version."""
    categories: CategoryView
    """The G categories."""

    @property
    def names(self) -> tuple[str, ...]:
        """(G,) what the categories are called on screen, each once."""
        return self.categories.names

    @property
    def is_merged(self) -> bool:
        """Whether any category holds several of the model's."""
        return self.categories.is_merged

    @property
    def stands_for(self) -> dict[str, str]:
        """The model's name of each class -> that of the first class of its category, as people's choices are read."""
        return category_views.stands_for(self.categories, self.run.class_names)

    def address_of(self, index: int) -> str:
        """What a category is called in addresses: the model's name of its first class."""
        return self.run.class_names[self.first_class(index)]

    def first_class(self, index: int) -> int:
        """Index of the first class of a category, which stands for it in lists of garments."""
        return self.categories.first_members[index]

    def index_of(self, class_index: int) -> int:
        """Position of the category that a class belongs to."""
        return self.categories.group_of[class_index]

    def members(self, class_index: int | None) -> NDArray[np.bool_] | None:
        """(K,) which classes belong to the category of that class; None: any class may."""
        return None if class_index is None else self.categories.groups == self.index_of(class_index)


def of(run: Run, merged: bool = True) -> RunView:
    """That version as we sell, or in the model's own categories; both are equal where nothing is merged."""
    found = category_views.as_sold(run.sold_as)
    return RunView(run=run, categories=found if merged and found.is_merged else category_views.own(run.names))
