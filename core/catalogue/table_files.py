"""Tables on the disk that are named by no digest: written with a checksum of every page, refused where damaged."""

from pathlib import Path

import pandas as pd
import pyarrow
import pyarrow.parquet


def write(table: pd.DataFrame, path: Path) -> None:
    """Writes the table as parquet; its index is left out."""
    table.to_parquet(path, index=False, write_page_checksum=True)


def read(path: Path) -> pd.DataFrame:
    """The table that `write` wrote; of a program of before also one without checksums.

    Raises:
        ValueError: it is missing or damaged.
    """
    try:
        # What pandas noted for itself is left aside: the columns say what they are, and notes can be damaged as well.
        content = pyarrow.parquet.read_table(path, page_checksum_verification=True)
        found: pd.DataFrame = content.to_pandas(ignore_metadata=True)
    except (pyarrow.ArrowException, OSError, MemoryError) as error:
        raise ValueError(" ".join(str(error).split())) from None
    return found


def check(
    table: pd.DataFrame, *, texts: tuple[str, ...] = (), numbers: tuple[str, ...] = (), fractions: tuple[str, ...] = ()
) -> None:
    """Whether these columns are there and hold what they must.

    Raises:
        ValueError: one is missing, holds no text in a row, no whole numbers, or no fractions.
    """
    if missing := [name for name in (*texts, *numbers, *fractions) if name not in table]:
        raise ValueError(f"it has no column {missing[0]!r}")
    for name in texts:
        if pd.api.types.infer_dtype(table[name], skipna=False) not in ("string", "empty"):
            raise ValueError(f"its column {name!r} is no text")
    for name in numbers:
        if not pd.api.types.is_integer_dtype(table[name]):
            raise ValueError(f"its column {name!r} is no whole number")
    for name in fractions:
        if not pd.api.types.is_float_dtype(table[name]):
            raise ValueError(f"its column {name!r} is no fraction")
