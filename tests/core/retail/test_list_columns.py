"""Which column of a list says what: by usual headings, by what people said, and never by a guess."""

import pytest

from core import errors
from core.retail import list_columns, product_list
from core.retail.list_columns import Columns


def recognised(*header):
    found = list_columns.recognised(header)
    return None if found is None else (found.photo, found.sku, found.title)


@pytest.mark.parametrize("header", [
    ("image_name", "sku", "title"),
    ("Image", "SKU", "Product name"),
    ("FILE NAME", "Article number", "Name"),
    ("Filename", "Article_No.", "Product Title"),
    ("Image file", "Style", "title"),
    ("Photo", "EAN", "Item name"),
    ("picture", "Variant SKU", "Product-Title"),
    ("Image-Filename", "GTIN", "name"),
    ("File", "Product code", "Title"),
    ("photo name", "item number", "Style name"),
])  # fmt: skip
def test_usual_headings_are_recognised_in_any_capitals_and_order(header):
    assert recognised(*header) == header
    assert recognised("season", *reversed(header), "price") == header
    assert recognised(*map(str.upper, header)) == tuple(map(str.upper, header))


@pytest.mark.parametrize(("header", "found"), [
    (("image_name", "photo", "sku", "ean", "title", "name"), ("image_name", "sku", "title")),
    (("SKU", "sku", "Image_Name", "image"), ("Image_Name", "sku", "")),
    (("Title", "Name", "photo"), ("photo", "", "Title")),
])  # fmt: skip
def test_the_names_of_the_template_win_over_all_others(header, found):
    assert recognised(*header) == found


@pytest.mark.parametrize("header", [
    ("image", "photo", "sku"),  # two could be the picture
    ("image", "article", "ean", "title"),
    ("image", "sku", "name", "product name"),
    ("image_name", "sku", "sku", "title"),
    ("Bild", "Nummer"),
    ("image", "season"),  # neither SKU nor title
    ("sku", "title"),  # no picture
    ("", ""),
    (),
])  # fmt: skip
def test_what_is_not_clear_is_not_guessed(header):
    assert recognised(*header) is None


def test_the_list_of_the_issue_is_read_and_says_what_it_was_read_as():
    found = product_list.read(b"Image;SKU;Product name;Season\na.jpg;=S1;Coat\x20 red;AW\n")
    (line,) = found.lines
    assert (line.image_name, line.sku, line.title) == ("a.jpg", "=S1", "Coat red")
    assert found.columns == Columns(photo="Image", sku="SKU", title="Product name")
    assert found.unused_columns == ("Season",)
    assert found.head.rows == (("a.jpg", "=S1", "Coat\x20 red", "AW"),)


@pytest.mark.parametrize(("header", "values"), [("photo,sku", ("S1", "")), ("photo,title", ("", "S1"))])
def test_sku_or_title_is_enough(header, values):
    (line,) = product_list.read(f"{header}\na.jpg,S1\n".encode()).lines
    assert (line.sku, line.title) == values


def test_what_people_said_comes_before_what_the_headings_say():
    said = Columns(photo="Datei", sku="Nummer", number=3)
    (line,) = product_list.read(b"Nummer;Datei\nS1;a.jpg\n", lambda header: said).lines
    assert (line.image_name, line.sku, line.title) == ("a.jpg", "S1", "")
    other = Columns(photo="image", title="sku")
    assert product_list.read(b"image,sku\na.jpg,S1\n", lambda header: other).lines[0].title == "S1"


def test_a_list_of_unknown_columns_is_refused_with_its_headings_and_what_to_do():
    with pytest.raises(errors.ListRefused) as caught:
        product_list.read(b"image,photo,sku\n1,a.jpg,S\n2,b.jpg,S\n3,c.jpg,S\n4,d.jpg,S\n")
    assert "it names image, photo, sku; image and photo may mean the same." in str(caught.value)
    assert "drop the list once on the page “Tag new garments”" in str(caught.value)
    head = caught.value.head
    assert (head.header, head.columns, len(head.rows)) == (("image", "photo", "sku"), None, product_list.NUM_PREVIEWED)


def test_a_wrong_line_is_told_with_the_lists_own_heading_and_what_its_columns_are():
    with pytest.raises(errors.ListRefused, match=r"names no picture\. Fill in Photo file\.") as caught:
        product_list.read(b"Photo file,SKU\na.jpg,1\n,2\n")
    assert caught.value.head.columns == Columns(photo="Photo file", sku="SKU")
    with pytest.raises(errors.ListRefused, match="Line 2 of the list: Article must have at most 500"):
        product_list.read(b"Photo file,Article\na.jpg," + b"1" * 501 + b"\n")


@pytest.mark.parametrize(("content", "message"), [
    ("image,sku," + ",".join(map(str, range(299))), "The list has 301 columns; at most 300 are read"),
    ("image,sku," + "x" * 501, "The heading of column 3 of the list must .* characters, got 501"),
    ("image,s\u202eku", "The heading of column 2 of the list must .* characters, got 4"),
])  # fmt: skip
def test_headings_that_nobody_can_choose_among_are_refused(content, message):
    with pytest.raises(errors.TaggingRefused, match=message) as caught:
        product_list.read(content.encode())
    assert not isinstance(caught.value, errors.ListRefused)


def test_as_many_and_as_long_headings_as_are_read_are_read_and_long_cells_are_shortened_for_the_eye():
    header = ["image", "sku", "x" * 500, *map(str, range(297))]
    cells = ["a.jpg", "1", "y" * 600, *map(str, range(297))]
    found = product_list.read(f"{','.join(header)}\n{','.join(cells)}\n".encode())
    assert found.lines[0].sku == "1" and found.head.rows[0][2] == "y" * 500


@pytest.mark.parametrize(("said", "message"), [
    (Columns(photo="", sku="b"), "Choose the column that names the photo"),
    (Columns(photo="a"), "SKU or of the title"),
    (Columns(photo="a", sku="a"), "'a' is chosen twice"),
    (Columns(photo="a", sku="b", title="b"), "'b' is chosen twice"),
    (Columns(photo="c", sku="a"), "has not one column 'c'"),
    (Columns(photo="a", sku="z"), "has not one column 'z'"),
])  # fmt: skip
def test_columns_that_make_no_list_are_refused(said, message):
    with pytest.raises(errors.TaggingRefused, match=message):
        list_columns.checked(("a", "b", "c", "c"), said)


def test_columns_that_make_one_are_taken():
    said = Columns(photo="a", title="b")
    assert list_columns.checked(("a", "b", "c", "c"), said) is said
