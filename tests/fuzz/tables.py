"""Coverage-guided fuzzing of the one reader of tables: `python -m tests.fuzz.tables FOLDER [options]`.

The options are those of libFuzzer, as with `tests.fuzz.photos`. Whatever the bytes are, the answer must be a table or
one sentence, and cells that were read must be the same after they were written and read again. Files
that are workbooks are passed over: `tests.fuzz.workbooks`.
"""

import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["core.retail"]):
    from core.retail import product_list, spreadsheet, tables, workbooks

from tests.fuzz import running

LONGEST = 2048
"""Bytes of one file."""
SEEDS = {
    "commas": b"image_name,sku,title\r\na.jpg,00123,Shirt\r\n",
    "semicolons": "image_name;sku;title\nb.jpg;A-1;“Été; dress”\n".encode(),
    "tabs": b"image_name\tsku\ttitle\nc.jpg\tB 2\tCoat\n",
    "said": b'"sep=|"\r\nimage_name|sku\r\nd.jpg|9\r\n',
    "marked": b"\xef\xbb\xbfSKU, Image_Name \n\n'=1+1,e.jpg\n",
    "quoted": b'image_name,title\n"f ""1"".jpg","two\r\nlines"\n',
    "formula": b'image_name,sku\nf.jpg,"=""00123"""\ng.jpg,4.00638E+12\n',
    "old ends": b"image_name,sku\rh.jpg,7\r",
    "no CSV": b'image_name,sku\n"i.jpg"x,"7\n',
    **{name: "image_name,sku\n1.jpg,Ü1\n".encode(name) for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")},
    "Windows": "image_name,title\n1.jpg,Röcke\n".encode("cp1252"),
}


def check(data: bytes) -> None:
    """Raises AssertionError, or what the reader raised, where its answer is none that it may give."""
    if workbooks.is_one(data):
        return
    try:
        table = tables.read(data, product_list.COLUMNS)
    except ValueError as error:
        check_sentence(error)
        return
    numbers = [row.number for row in table.rows]
    assert numbers == sorted(set(numbers)) and all(number > 1 for number in numbers), numbers
    assert all(any(row.cells) for row in table.rows), table
    for cell in (cell for row in table.rows[:3] for cell in row.cells[:3]):
        check_cell(cell)


def check_sentence(error: ValueError) -> None:
    """Of an error only what a person can read may come out."""
    sentence = str(error)
    assert not isinstance(error, UnicodeError), error
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 300, sentence


def check_cell(cell: str) -> None:
    """A cell that our writer writes is read as it was, and a number of it is one or a sentence."""
    written = spreadsheet.as_csv(("sku", "title"), [(cell, "x")])
    assert tables.read(written, ("sku", "title")).rows[0].cells == (cell, "x"), cell
    for read in (tables.number, tables.kept_number):
        try:
            read(cell, "Line 2")
        except ValueError as error:
            assert str(error).endswith("."), error


def write_corpus(folder: Path) -> None:
    """Small tables of every kind that is read, and of kinds that are not."""
    for name, data in SEEDS.items():
        (folder / name.replace(" ", "-")).write_bytes(data)


if __name__ == "__main__":
    warnings.simplefilter("error")
    running.run(check, write_corpus, longest=LONGEST)
