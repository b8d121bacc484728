"""What other pages say of versions whose tags come from elsewhere."""


def mark(name: str, file: str, num_drawn: int = 0) -> str:
    """What stands over every page while such a version is shown; of a sample that it is one."""
    found = f"Tags by {name}, brought in from {file}: not a model that was trained here."
    return f"{found} Judged by people on {num_drawn:,} that were drawn at random." if num_drawn else found


def no_sureness(name: str) -> str:
    """Why nothing is drawn or sorted by how sure such a version is, where it gave tags alone."""
    return f"{name} gave tags alone and did not say how sure it was of them, so nothing is drawn or sorted by it."


def no_others(name: str, *, says_how_sure: bool) -> str:
    """Why it is not told what such a version considered besides its tag."""
    sure = "how sure it was of its tag, but not " if says_how_sure else "neither how sure it was nor "
    return f"{name} said {sure}what else it considered."


def unknown_lessons(name: str) -> str:
    """Why it is not told which garments such a version learned from."""
    return f"What {name} learned from nobody here knows."


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
