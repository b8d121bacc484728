"""Fuzzing of what reads workbooks, in this process: `python -m tests.fuzz.workbooks FOLDER [options]`.

The options are those of libFuzzer, as with `tests.fuzz.photos`. A file holds one part of a workbook of Excel or of
OpenDocument, behind a byte that says which; the ZIP around it is made anew, as it has sums that random bytes miss. Or
it is an old workbook (xls) as a whole. The library is no Python, so that the fuzzer is guided by our own code alone.
"""

import io
import tempfile
import warnings
import zipfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["core.retail"]):
    from core.retail import workbooks

from tests.fuzz import running
from tests.support import workbook_files

LONGEST = 4096
"""Bytes of one file."""
OPTIONS = ("-keep_seed=1", "-reduce_inputs=0", "-len_control=0")
"""Every part is changed again and again: nothing of the library tells the fuzzer which ones are worth it."""
MOST_CELLS = 1_000_000
"""Of one workbook so small: more would say that an area is believed that nothing fills."""
ROWS = [("image_name", "sku"), ("a.jpg", 12), ("b.jpg", 0.5)]
_OLD = 255
_SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
_CONTENT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="S"><table:table-row>
<table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>a.jpg</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="12"/></table:table-row></table:table></office:spreadsheet>
</office:body></office:document-content>"""


def _excel() -> dict[str, bytes]:
    out = io.BytesIO()
    workbook_files.write(out, ROWS, hidden=[("no", 1)], merged=("A2:A3",))
    with zipfile.ZipFile(out) as file:
        return {name: file.read(name) for name in file.namelist()}


BOOKS = (_excel(), {"mimetype": _SPREADSHEET.encode(), "content.xml": _CONTENT.encode()})
PARTS = [(book, name) for book in BOOKS for name in book]
"""Each part of each workbook, by the byte that says it."""
_PLACE = Path(tempfile.mkdtemp(prefix="fuzz-"), "workbook")


def check(data: bytes) -> None:
    """Raises AssertionError, or what the reader raised, where its answer is none that it may give."""
    if not data:
        return
    _PLACE.write_bytes(data[1:] if data[0] == _OLD else _book(data))
    try:
        rows = list(workbooks.lines(str(_PLACE)))
    except ValueError as error:
        assert str(error), error
        return
    assert all(isinstance(cell, str) for row in rows for cell in row), rows[:3]
    assert sum(map(len, rows)) <= MOST_CELLS


def _book(data: bytes) -> bytes:
    book, replaced = PARTS[data[0] % len(PARTS)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in book.items():
            file.writestr(name, data[1:] if name == replaced else content)
    return out.getvalue()


def write_corpus(folder: Path) -> None:
    """Every part as it is, and the beginning of an old workbook."""
    for number, (book, name) in enumerate(PARTS):
        (folder / f"part-{number}").write_bytes(bytes([number]) + book[name])
    (folder / "old").write_bytes(bytes([_OLD]) + b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016))


if __name__ == "__main__":
    warnings.simplefilter("error")
    running.run(check, write_corpus, longest=LONGEST, options=OPTIONS)
