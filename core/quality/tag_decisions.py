"""What people can decide of the tag of a new garment: the words, known to the store and to every screen."""

ACCEPTED, CHANGED, REJECTED, WITHDRAWN = KINDS = ("accepted", "changed", "rejected", "withdrawn")
"""The tag is right; another category is; it is no product of ours; nothing is decided any more."""
