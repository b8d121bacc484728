"""The oldest versions of packages that this program may run with, and which of those installed are older."""

import re
from collections.abc import Iterator
from importlib import metadata

FLOORS = {
    "jinja2": "3.1.6",
    "pillow": "12.3",
    "pyarrow": "26.0",
    "starlette": "1.1.0",
    "streamlit": "1.67",
    "torch": "2.10",
}
"""Package -> the first version without the holes that are known in older ones; of Streamlit the first with its gate."""


def too_old() -> Iterator[str]:
    """One sentence for each package that is missing or older than its floor, by name."""
    for name, floor in FLOORS.items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield f"{name} is not installed; install requirements.txt."
            continue
        if release(found) < release(floor):
            yield f"{name} {found} has holes that are closed since {floor}; install requirements.txt."


def release(version: str) -> tuple[int, ...]:
    """The numbers a version begins with, without zeros at the end: "2.10.0+cpu" is (2, 10).

    Raises:
        ValueError: it does not begin with a number.
    """
    found = re.match(r"\d+(?:\.\d+)*", version)
    if found is None:
        raise ValueError(f"{version!r} is no version.")
    numbers = [int(number) for number in found[0].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
