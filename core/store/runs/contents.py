"""What the JSON files of a run hold, key by key: fit for `json`, so plain lists and numbers."""

from typing import TypedDict


class Figures(TypedDict):
    """The official figures, as the classroom exercise gives them."""

    predictions: list[int]
    """Class index of each test garment's tag."""
    precision: list[float]
    """Of each class, 0-1."""
    recall: list[float]
    """Of each class, 0-1."""
    accuracy: float
    """Of all test garments, 0-1."""


class PhotoDetails(TypedDict):
    """What is known of a version that learned own photos besides."""

    learned: list[int]
    """Garments of each class that it learned from."""
    num_train_photos: int
    """Photos of them."""
    num_test_photos: int
    """Photos of the garments that it was judged on."""
    photo_accuracy: float
    """Share of those photos that it tags correctly one by one, 0-1; the official figures count garments."""


class Relabelled(TypedDict):
    """A training garment that was learned with another label than the catalogue's."""

    garment: str
    """Its key, see `core.catalogue.identity`."""
    position: int
    """In the training split."""
    category: str
    """Class name it was learned with."""


class LeftOut(TypedDict):
    """A training garment that was not learned from, because nobody can tell what it is."""

    garment: str
    """Its key."""
    position: int
    """In the training split."""


class LearnedCorrections(TypedDict):
    """The exact corrections that a version learned with."""

    relabelled: list[Relabelled]
    """By position."""
    left_out: list[LeftOut]
    """By position."""
    digest: str
    """SHA-256 of the set; empty where there were none."""
