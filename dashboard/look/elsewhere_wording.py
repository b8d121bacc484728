"""What other pages say of versions whose tags come from elsewhere."""


def mark(name: str, file: str, num_drawn: int = 0) -> str:
    """What stands over every page while such a version is shown; of a sample that it is one."""
    found = f"Tags by {name}, brought in from {file}: not a model that was trained here."
    return f"{found} Judged by people on {num_drawn:,} that were drawn at random." if num_drawn else found


def no_tagging(version: int, name: str) -> str:
    """Why photos cannot be tagged where such a version is shown, and no other is there."""
    return (
        f"Version {version} holds the tags that {name} gave; there is no network of it here that could tag new photos, "
        "and no version of ours was live for these garments."
    )


def tagging_by(version: int, name: str, ours: int) -> str:
    """Which version tags photos in place of one from elsewhere."""
    return (
        f"Version {version} holds the tags that {name} gave and cannot tag new photos: version {ours}, the last live "
        "one of ours, tags them."
    )


def live_twice(name: str, ours: int) -> str:
    """Which version tags new photos, where the live one cannot; 0: none."""
    if not ours:
        return f"The live tags are those of {name}; no version of ours tags new photos yet."
    return f"The live tags are those of {name}; new photos are tagged by version {ours}, the last live one of ours."
