"""How every fuzzer runs."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import atheris


def run(
    check: Callable[[bytes], None], write_corpus: Callable[[Path], None], *, longest: int, options: Sequence[str] = ()
) -> None:
    """Runs until the options say so; exit code 0 where nothing was found.

    Args:
        check: raises where an answer to bytes is none that may be given.
        write_corpus: writes the files to begin with into the folder that is named first.
        longest: bytes of one file.
        options: of libFuzzer, before those that are given.
    """
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write_corpus(folder)
    atheris.Setup([sys.argv[0], f"-max_len={longest}", *options, *sys.argv[2:], str(folder)], check)
    atheris.Fuzz()
