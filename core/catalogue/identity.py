"""Which garment is which, whatever version looks at it and however the training garments are cut."""

import hashlib
import json

from core.catalogue.split import CatalogueSplit


def garment_keys(split: CatalogueSplit) -> tuple[str, ...]:
    """(N,) for each garment the SHA-256 (64 hex digits) of its picture's shape and pixels and its label's name.

    Two garments have the same key exactly when they look the same and carry the same label; a position in a split
    says less, because another cut gives it to another garment.
    """
    heads = [f"{split.images.shape[1:]} {json.dumps(name)}\n".encode() for name in split.class_names]
    return tuple(
        hashlib.sha256(heads[label] + image.tobytes()).hexdigest()
        for image, label in zip(split.images, split.labels.tolist(), strict=True)
    )
