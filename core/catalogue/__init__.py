"""Pictures and labels in: every catalogue gives the same immutable `Catalogue`, whatever its source.

To add one: a loader returning the original training and test garments as two `CatalogueSplit`, with its source,
checksums and licence in its docstring, and one line in `CATALOGUES`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core import errors
from core.catalogue import fashion_mnist, kept, sample
from core.catalogue.split import Catalogue, CatalogueSplit, cut
from core.settings import Settings

__all__ = ["CATALOGUES", "Catalogue", "CatalogueSplit", "find", "load", "load_wanted"]

DEFAULT = "fashion-mnist"
FALLBACK = "sample"
VALIDATION_SHARE = 1 / 12
"""5,000 of Fashion-MNIST's 60,000."""

OnProgress = Callable[[str, float], None]
"""Called with what is being done, in words, and the share that is done, 0-1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the registry."""

    title: str
    """Name for people."""
    note: str
    """What people must know about these garments, one sentence; empty where nothing."""
    load_splits: Callable[[Settings, OnProgress], tuple[CatalogueSplit, CatalogueSplit]]
    """Gives the original training and test garments."""


CATALOGUES: dict[str, Entry] = {
    "fashion-mnist": Entry(title="Fashion-MNIST", note="", load_splits=fashion_mnist.load_splits),
    "sample": Entry(
        title=sample.TITLE,
        note=sample.NOTE,
        load_splits=lambda settings, on_progress: sample.load_splits(),
    ),
}


def find(name: str) -> Entry:
    """The registry's entry of that name.

    Raises:
        errors.CatalogueUnknown: there is none; the message lists the names.
    """
    if name not in CATALOGUES:
        raise errors.CatalogueUnknown(f"No catalogue {name!r}. Choose one of {', '.join(CATALOGUES)}.")
    return CATALOGUES[name]


def load(
    name: str,
    settings: Settings,
    *,
    validation_share: float = VALIDATION_SHARE,
    validation_seed: int = 0,
    on_progress: OnProgress | None = None,
) -> Catalogue:
    """The catalogue of that name, complete and checked; never another one in its place.

    Args:
        name: a key of `CATALOGUES`.
        settings: where files are and may be fetched from.
        validation_share: share of the original training garments to set aside, in [0, 1).
        validation_seed: the same seed sets the same garments aside.
        on_progress: see `OnProgress`.

    Raises:
        errors.CatalogueUnknown: no such name.
        errors.CatalogueMissing: not here, and no source could be reached.
        errors.CatalogueCorrupt: a file is not what it must be.
    """
    original_train, test = find(name).load_splits(settings, on_progress or _nobody_listens)
    return cut(name, original_train, test, validation_share=validation_share, validation_seed=validation_seed)


def named_by(name: str | None, settings: Settings) -> str | None:
    """The catalogue that was asked for, else the one of the settings, else the own one in use; None if none.

    Raises:
        errors.CatalogueUnknown: there is none of the name that was asked for.
        errors.SettingsError: there is none of the name in the settings.
    """
    known = [*CATALOGUES, *kept.names(settings.home)]
    if name:
        if name not in known:
            raise errors.CatalogueUnknown(f"No catalogue {name!r}. Choose one of {', '.join(known)}.")
    elif settings.catalogue and settings.catalogue not in known:
        raise errors.SettingsError(f"GARMENTS_CATALOGUE must be one of {', '.join(known)}, got {settings.catalogue!r}.")
    return name or settings.catalogue or kept.in_use(settings.home)


def load_wanted(
    name: str | None,
    settings: Settings,
    *,
    validation_share: float = VALIDATION_SHARE,
    on_progress: OnProgress | None = None,
) -> tuple[Catalogue, str]:
    """The catalogue that was asked for, and a notice for people, empty unless another one had to be used.

    A catalogue that was named, here or in the settings, is used or refused. Only where nobody named one
    does the built-in sample stand in for the default that no source could give.

    Raises:
        errors.CatalogueError: as in `load`.
    """
    named = named_by(name, settings)
    try:
        return load(named or DEFAULT, settings, validation_share=validation_share, on_progress=on_progress), ""
    except errors.CatalogueMissing:
        if named:
            raise
    fallback = load(FALLBACK, settings, validation_share=validation_share, on_progress=on_progress)
    return fallback, (
        f"{CATALOGUES[DEFAULT].title} could not be reached from this computer, so the built-in sample is used: "
        "a tenth of its garments."
    )


def _nobody_listens(doing: str, fraction: float) -> None:
    """The progress of a load that nobody watches."""
