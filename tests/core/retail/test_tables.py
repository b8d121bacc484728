"""One reader for every table that people hand in: what one of them takes, all take."""

import csv
import datetime
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.quality import cost
from core.retail import cost_grid, naming, product_list, shop_products, spreadsheet, tables, workbooks
from core.store.verdicts import verdict_csv
from tests.support import product_photos, workbook_files

CLASS_NAMES = ("T-shirt/top", "Dress; long", "=Coat, warm")
NAMES = naming.to_csv(naming.defaults(CLASS_NAMES))
LEVELS = np.array([[0, 2, 1], [1, 0, 1], [2, 2, 0]])
LIST = spreadsheet.as_csv(product_list.COLUMNS, [("a.jpg", "-1", "Shirt, blue"), ("b.jpg", "2", "Coat; red")])
SHOP = spreadsheet.as_csv(
    ("Handle", "Title", "Tags", "Variant SKU"), [("linen", "Linen, white", "a, b", "'S-1"), ("coat", "Coat", "", "S;2")]
)
VERDICTS = spreadsheet.as_csv(
    verdict_csv.NEEDED,
    [("1", "test", "3", "label-wrong", "=Coat, warm", "Ada; Grace"), ("1", "test", "4", "", "", "B")],
)
READERS = {
    "names": (NAMES, lambda content: naming.from_csv(content, CLASS_NAMES).entries),
    "costs": (
        cost_grid.to_csv(LEVELS, CLASS_NAMES),
        lambda content: cost_grid.from_csv(content, CLASS_NAMES).tolist(),
    ),
    "product list": (
        LIST,
        lambda content: [(line.image_name, line.sku, line.title) for line in product_list.read(content).lines],
    ),
    "shop's products": (SHOP, lambda content: shop_products.existing_products(content)),
    "verdicts": (VERDICTS, lambda content: [row for _, row in verdict_csv._rows(content)]),
}
"""Everybody who reads a table: a file of theirs, and what they make of it."""


def saved_again(content: bytes, *, separator=",", line_end="\r\n", quoting=csv.QUOTE_MINIMAL) -> str:
    """The cells of a file as a spreadsheet writes them that was told to use this separator."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=line_end, quoting=quoting)
    writer.writerows(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return out.getvalue()


VARIANTS = {
    "as it was": lambda content: content,
    "without the mark": lambda content: content.decode("utf-8-sig").encode(),
    "semicolons": lambda content: saved_again(content, separator=";").encode("utf-8-sig"),
    "tabs": lambda content: saved_again(content, separator="\t").encode(),
    "everything in quotes": lambda content: saved_again(content, separator=";", quoting=csv.QUOTE_ALL).encode(),
    "Unix lines": lambda content: saved_again(content, line_end="\n").encode(),
    "old Mac lines": lambda content: saved_again(content, line_end="\r").encode(),
    "no last line end": lambda content: saved_again(content).rstrip("\r\n").encode(),
    "empty lines": lambda content: ("\r\n" + saved_again(content).replace("\r\n", "\r\n\r\n") + ",,\r\n").encode(),
    "a first line for spreadsheets": lambda content: ("sep=;\r\n" + saved_again(content, separator=";")).encode(),
    "such a line for another separator": lambda content: ('"sep=|"\n' + saved_again(content, separator="|")).encode(),
    "UTF-16": lambda content: ("\ufeff" + saved_again(content, separator="\t")).encode("utf-16-le"),
    "UTF-16 of the other order": lambda content: ("\ufeff" + saved_again(content, separator=";")).encode("utf-16-be"),
    "UTF-16 without its mark": lambda content: saved_again(content).encode("utf-16-le"),
    "a workbook": lambda content: workbook_of(content),
    "blanks around names": lambda content: _with_header(content, lambda cell: f" {cell} "),
}


def workbook_of(content: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    out = io.BytesIO()
    workbook_files.write(out, rows)
    return out.getvalue()


def saved_as(ending: str, content: bytes) -> bytes:
    """A CSV as a spreadsheet saves it under a name with that ending."""
    if ending == ".xlsx":
        return workbook_of(content)
    return content if ending == ".csv" else saved_again(content, separator="\t").encode()


def _with_header(content: bytes, change) -> bytes:
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    out = io.StringIO()
    csv.writer(out).writerows([[change(cell) for cell in header], *rows])
    return out.getvalue().encode()


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("reader", READERS)
def test_every_reader_takes_a_table_however_a_spreadsheet_saved_it(reader, variant):
    content, read = READERS[reader]
    assert read(VARIANTS[variant](content)) == read(content)


@pytest.mark.parametrize("reader", ["names", "product list", "shop's products", "verdicts"])
def test_names_of_columns_may_be_written_in_capitals(reader):
    content, read = READERS[reader]
    assert read(_with_header(content, str.upper)) == read(content)


def test_the_files_are_read_as_they_were_meant():
    assert READERS["costs"][1](READERS["costs"][0]) == LEVELS.tolist()
    assert READERS["names"][1](NAMES)[2].class_name == "=Coat, warm"
    assert READERS["product list"][1](LIST) == [("a.jpg", "-1", "Shirt, blue"), ("b.jpg", "2", "Coat; red")]
    assert READERS["shop's products"][1](SHOP).by_sku["'S-1"].title == "Linen, white"
    assert READERS["verdicts"][1](VERDICTS)[0]["who"] == "Ada; Grace"
    assert cost.LEVELS[2] in READERS["costs"][0].decode()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n\xe9,1\n", "Line 2 is no text in UTF-8"),
        (b'a,b\n1,"2\n', "Line 2 is no CSV"),
        (b"", "must name|must be"),
    ],
)
def test_every_reader_refuses_what_is_no_table_in_one_sentence(reader, content, message):
    with pytest.raises(ValueError, match=message) as caught:
        READERS[reader][1](content)
    assert "Traceback" not in str(caught.value)


def test_a_separator_inside_quotes_is_none():
    table = tables.read('"a;b;c;d",e\r\n"1;2;3;4",5\r\n', ())
    assert table.header == ("a;b;c;d", "e")
    assert table.rows == (tables.Row(number=2, cells=("1;2;3;4", "5")),)


def test_two_columns_between_tabs_are_two_though_a_title_has_a_comma():
    assert tables.read("title\tsku\nShirt, blue\tS-1\n", ()).rows[0].cells == ("Shirt, blue", "S-1")


def test_separators_that_are_no_separators_may_be_more_than_those_that_are():
    names = ("Coat; wool; long", "Bag\tsmall\ttall", "Shirt")
    assert cost_grid.from_csv(cost_grid.to_csv(LEVELS, names), names).tolist() == LEVELS.tolist()
    shop = shop_products.existing_products(b'Handle,Title,Tags,"a;b;c;d"\r\ncoat,"Coat;;; long",,1\r\n')
    assert shop.by_handle["coat"].title == "Coat;;; long"


def test_names_of_columns_over_several_lines_hide_no_separator():
    assert tables.read('"a\nb";sku\n1;2\n', ("sku",)).header == ("a\nb", "sku")


def test_a_column_that_is_named_exactly_is_meant():
    shop = shop_products.existing_products(b"handle,Title,Handle,TITLE,Tags\r\nwrong,Coat,right,Other,\r\n")
    assert [(name, found.title) for name, found in shop.by_handle.items()] == [("right", "Coat")]


def test_one_column_of_decimals_stays_one_column():
    table = tables.read("price\n19,99\n", ())
    assert table.header == ("price",)
    assert table.first_ragged() == tables.Row(number=2, cells=("19", "99"))


def test_lines_are_counted_as_a_person_counts_them():
    table = tables.read('a,b\n\n"first\nsecond",1\n,\nx,2\n', ())
    assert [(row.number, row.cells) for row in table.rows] == [(4, ("first\nsecond", "1")), (6, ("x", "2"))]


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=4), min_size=1, max_size=5))
def test_what_our_own_writer_writes_is_read_back(rows):
    width = min(map(len, rows))
    rows = [row[:width] for row in rows]
    read = tables.read(spreadsheet.as_csv(["head"] * width, rows), ())
    meant = [tuple(row) for row in rows if any(row)]
    assert [row.cells for row in read.rows] == meant


def test_cells_of_a_workbook_are_texts_as_people_read_them(tmp_path):
    path = tmp_path / "a.xlsx"
    workbook_files.write(path, [["a", "b"], [108, 2.5], ["00123", "NA"], ["", ""], [" x ", 12345678901234]])
    found = tables.read(path.read_bytes(), ())
    assert found.header == ("a", "b")
    assert [row.cells for row in found.rows] == [("108", "2.5"), ("00123", "NA"), ("x", "12345678901234")]
    assert [row.number for row in found.rows] == [2, 3, 5]
    assert workbooks.text(datetime.datetime(2027, 1, 31)) == "2027-01-31" and workbooks.text(True) == "TRUE"


def test_a_zip_of_photos_is_no_workbook_and_a_damaged_workbook_one_sentence(tmp_path):
    path = tmp_path / "a.xlsx"
    workbook_files.write(path, [["a", "b"], [1, 2]])
    whole = path.read_bytes()
    assert workbooks.is_one(whole) and not workbooks.is_one(product_photos.zipped(a=b"a"))
    with pytest.raises(ValueError, match=r"The file cannot be read \(.*\). Save it again, or as CSV."):
        tables.read(whole.replace(b"xl/worksheets", b"xl/wurksheets"), ())


@pytest.mark.parametrize(
    ("cell", "number"), [("0.5", 0.5), ("0,5", 0.5), (" 12 ", 12), ("-3,25", -3.25), ("1e-3", 0.001), ("1,5e2", 150)]
)
def test_a_number_may_have_a_decimal_comma(cell, number):
    assert tables.number(cell, "Line 2, price") == number


@pytest.mark.parametrize("cell", ["", "much", "1,000,000", "1.000,5", "0,5,", "½"])
def test_what_is_no_number_is_said_with_its_place(cell):
    with pytest.raises(ValueError, match=r"^Line 2, price must be a number, such as 0.5 or 0,5; got "):
        tables.number(cell, "Line 2, price")


@pytest.mark.parametrize("start", ["", "sep=;\n", '"sep=;"\r\n', "SEP=;\r"])
def test_lines_are_counted_as_a_person_sees_them(start):
    with pytest.raises(ValueError, match=f"Line {3 if start else 2} is no CSV"):
        tables.read(start + 'a;b\n"1;2\n', ("a", "b"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_short_table_is_read_in_every_encoding(encoding):
    assert tables.read("sku\nÅ1\n".encode(encoding), ("sku",)).rows[0].cells == ("Å1",)


@pytest.mark.parametrize("letter", ["\0a", "\0a\0b\0c", "a\0b\0"])
def test_what_is_marked_as_utf_8_is_that_however_many_zeros_are_in_it(letter):
    content = spreadsheet.as_csv(("sku", "title"), [(letter * 20, "Shirt")])
    assert tables.read(content, ("sku", "title")).rows[0].cells == (letter * 20, "Shirt")


def test_damaged_utf_16_is_refused_with_its_line():
    content = "sku;title\nS1;Shirt\n".encode("utf-16") + b"\x00\xd8\x20\x00"
    with pytest.raises(ValueError, match=r"Line 3 is no text in UTF-16\. Save the file as “CSV UTF-8”"):
        tables.read(content, ("sku",))
