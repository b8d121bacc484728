"""Photos that show one product get one tag: the mean of what is said of each; where they disagree a person looks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from core.store.base import schema
from core.store.batches import batch_tags
from core.store.batches.batch_tags import PhotoTag
from core.store.batches.batches import Batch

SHOWN_GUESSES = 3
"""Categories that people are shown for each product."""


def together(skus: Mapping[int, str], tags: Mapping[int, PhotoTag]) -> dict[int, PhotoTag]:
    """The tags, with one answer for all photos of a SKU; a photo without SKU is a product.

    Photos of which something was noticed, and those unlike anything learned (a label, a fabric from near), have no vote
    where others of their product have one.

    Args:
        skus: position in the batch -> SKU, which may be empty.
        tags: position -> what was said of the photo alone.
    """
    found = dict(tags)
    by_sku: dict[str, list[PhotoTag]] = {}
    for position, tag in tags.items():
        if tag.is_readable and (sku := skus.get(position, "").strip()):
            by_sku.setdefault(sku, []).append(tag)
    for of_product in by_sku.values():
        if len(of_product) > 1:
            found |= {tag.position: tag for tag in _agreed(of_product)}
    return found


def of_positions(connection: sa.Connection, batch: Batch, positions: Sequence[int]) -> dict[int, PhotoTag]:
    """What holds for the photos at some positions that are tagged, by position."""
    photos, tags = schema.batch_photos.c, schema.batch_tags.c
    sku, is_of = sa.func.trim(photos.sku), photos.batch_number == batch.number
    skus = sa.select(sku).where(is_of, photos.position.in_(positions))
    columns = [column for column in tags if column.name != "picture"]
    select = (
        sa.select(photos.sku, *columns)
        .join(schema.batch_tags, sa.and_(tags.batch_number == photos.batch_number, tags.position == photos.position))
        .where(is_of)
        .where(sa.or_(photos.position.in_(positions), sa.and_(sku != "", sku.in_(skus))))
    )
    rows = connection.execute(select).mappings().all()
    found = together(
        {row["position"]: row["sku"] for row in rows},
        {row["position"]: batch_tags.without_picture(row) for row in rows},
    )
    wanted = set(positions)
    return {position: tag for position, tag in found.items() if position in wanted}


def _agreed(tags: Sequence[PhotoTag]) -> list[PhotoTag]:
    known = [tag for tag in tags if not tag.is_unlike]
    votes = [tag for tag in known if not tag.needs_look] or known or list(tags)
    guesses = _mean(votes)
    says = sorted({tag.guesses[0][0] for tag in votes})
    disagree = (f"The {len(tags)} photos of this product say different things: {', '.join(says)}.",)
    return [
        replace(
            tag,
            guesses=guesses,
            findings=tag.findings + (disagree if len(says) > 1 else ()),
            needs_look=len(says) > 1 or all(vote.needs_look for vote in votes),
            is_unlike=not known,
        )
        for tag in tags
    ]


def _mean(votes: Sequence[PhotoTag]) -> tuple[tuple[str, float], ...]:
    total: dict[str, float] = {}
    for tag in votes:
        for name, share in tag.guesses:
            total[name] = total.get(name, 0.0) + share / len(votes)
    return tuple(sorted(total.items(), key=lambda guess: -guess[1]))
