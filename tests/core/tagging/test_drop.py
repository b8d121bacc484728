"""What is dropped on the page, checked before it is stored: photos, ZIPs, limits, and the list that comes with them."""

import io
import zipfile

import numpy as np
import pytest

from core import errors, settings
from core.retail import product_list, workbooks
from core.tagging import drop, dropped_files
from dashboard.tagging import wording as tag_wording
from tests.support import product_photos, workbook_files

HOSTILE = product_photos.hostile()
LIST = b"image_name,sku,title\na.jpg,S1,Jacket\nb.jpg,S2,Shirt\n"


def photo(shade=100):
    return product_photos.photo(np.full((28, 28), shade, dtype=np.uint8), side=60)


def checked(files, listed=None, **limits):
    lists = [] if listed is None else [("list.csv", listed)]
    return drop.checked([*files.items(), *lists], settings.Settings(**limits))


def test_a_drop_is_told_in_numbers_before_anything_is_stored():
    files = {"a.jpg": photo(1), "b.jpg": photo(2), "copy.jpg": photo(1), "bad.png": HOSTILE["GIF"], "d.jpg": photo(3)}
    listed = LIST + b"c.jpg,S3,Coat\n"
    found = checked(files, listed)
    assert [(one.name, one.sku, one.title) for one in found.photos] == [
        ("a.jpg", "S1", "Jacket"), ("b.jpg", "S2", "Shirt"), ("bad.png", "", ""), ("d.jpg", "", ""),
    ]  # fmt: skip
    assert found.copies == (("copy.jpg", "a.jpg"),)
    assert [(line.sku, line.image_name) for line in found.without_picture] == [("S3", "c.jpg")]
    # What is no photo is not tagged without its line: it is not tagged at all.
    assert found.without_line == ("d.jpg",)
    assert (found.num_pictures, found.num_readable) == (5, 3)
    assert "GIF" in found.unreadable[0].refused and found.unreadable[0].data == b""
    assert found.photos[0].data == files["a.jpg"]


def test_of_two_copies_the_one_that_the_list_names_stays():
    found = checked({"copy.jpg": photo(1), "a.jpg": photo(1), "again.jpg": photo(1)}, LIST)
    assert [one.name for one in found.photos] == ["a.jpg"]
    assert found.copies == (("copy.jpg", "a.jpg"), ("again.jpg", "a.jpg"))


def test_two_products_may_share_a_picture_where_the_list_names_both():
    found = checked({"a.jpg": photo(), "b.jpg": photo()}, LIST)
    assert [one.sku for one in found.photos] == ["S1", "S2"]
    assert found.copies == ()


def test_photos_of_a_zip_are_found_by_their_name_with_or_without_folder():
    data = product_photos.zipped(**{"x/a.jpg": photo(1), "y/B.JPG": photo(2), "../up.jpg": photo(3)})
    found = checked({"new.zip": data}, LIST.replace(b"a.jpg", b"X/a.jpg"))
    assert [(one.name, one.sku) for one in found.photos] == [("x/a.jpg", "S1"), ("y/B.JPG", "S2"), ("../up.jpg", "")]
    assert found.unreadable[0].refused == "Its name in the ZIP leads outside of the ZIP."
    assert found.without_line == ()


@pytest.mark.parametrize(("cell", "sku"), [('"=""00123"""', "00123"), ('="4006381333931"', "4006381333931"),
                                           ("12E5", "12E5"), ("E+12", "E+12")])  # fmt: skip
def test_a_number_that_a_spreadsheet_kept_by_a_formula_is_the_number(cell, sku):
    found = checked({"a.jpg": photo()}, f"image_name,sku,title\na.jpg,{cell},Coat\n".encode())
    assert [one.sku for one in found.photos] == [sku]


@pytest.mark.parametrize("cell", ["4.00638E+12", '"4,00638E+12"', "4e+12"])
def test_a_number_that_a_spreadsheet_shortened_is_refused_with_its_line_and_the_way_out(cell):
    with pytest.raises(errors.TaggingRefused, match=r"Line 2 of the list: a spreadsheet shortened .* as text"):
        checked({"a.jpg": photo()}, f"image_name,sku,title\na.jpg,{cell},Coat\n".encode())


SKUS = b"image_name,sku,title\n"


@pytest.mark.parametrize(("named", "dropped"), [
    ("Jupe plissée.jpg", "Jupe plisse\u0301e.jpg"),  # composed in the list, apart in the file
    ("Jupe plisse\u0301e.jpg", "Jupe plissée.jpg"),
    ("front\\a.jpg", "front/a.jpg"),
    ("front/a.jpg", "Shoot 3/front/a.jpg"),  # wrapped in a folder
    ("./a.jpg", "a.jpg"),
    (" A.JPG ", "a.jpg"),
])  # fmt: skip
def test_a_photo_finds_its_row_whatever_wrote_its_name(named, dropped):
    data = product_photos.zipped(**{dropped: photo(1), "other.jpg": photo(2)})
    found = checked({"new.zip": data}, SKUS + f"{named},S1,Skirt\n".encode())
    assert {one.name: one.sku for one in found.photos} == {dropped: "S1", "other.jpg": ""}
    assert (found.num_matched, found.num_listed, found.without_picture) == (1, 1, ())


def test_a_name_in_two_folders_never_gets_the_sku_of_another_folder():
    files = {"LS-A/front.jpg": photo(1), "LS-B/front.jpg": photo(2), "LS-C/back.jpg": photo(3)}
    data = product_photos.zipped(**files)
    found = checked({"new.zip": data}, SKUS + b"front.jpg,S1,Jacket\nback.jpg,S3,Coat\n")
    assert [one.sku for one in found.photos] == ["", "", "S3"]
    ((line, names),) = found.ambiguous
    assert (line.sku, names) == ("S1", ("LS-A/front.jpg", "LS-B/front.jpg"))
    assert (found.num_matched, found.without_picture) == (1, ())
    by_folder = SKUS + b"LS-A/front.jpg,S1,Jacket\nLS-B/front.jpg,S2,Shirt\nLS-X/back.jpg,S9,Coat\n"
    found = checked({"new.zip": data}, by_folder)
    assert [one.sku for one in found.photos] == ["S1", "S2", ""]
    assert [line.sku for line in found.without_picture] == ["S9"], "that is a picture of another folder"
    assert found.ambiguous == ()


def test_two_files_of_one_name_are_told_apart_by_nothing_so_neither_gets_the_sku():
    files = [("a.jpg", photo(1)), ("a.jpg", photo(2)), ("b.jpg", photo(3))]
    found = drop.checked([*files, ("list.csv", LIST)], settings.Settings())
    assert [(one.name, one.sku) for one in found.photos] == [("a.jpg", ""), ("a.jpg (2)", ""), ("b.jpg", "S2")]
    assert [names for _, names in found.ambiguous] == [("a.jpg", "a.jpg (2)")]


def test_a_whole_name_comes_before_the_end_of_another():
    data = product_photos.zipped(**{"a.jpg": photo(1), "x/a.jpg": photo(2)})
    found = checked({"new.zip": data}, SKUS + b"a.jpg,S1,Jacket\nx/a.jpg,S2,Shirt\n")
    assert [one.sku for one in found.photos] == ["S1", "S2"]


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_lines_that_could_mean_one_picture_the_one_that_says_more_has_it(order):
    lines = [b"front.jpg,S1,Jacket\n", b"x/front.jpg,S2,Shirt\n"][::order]
    found = checked({"new.zip": product_photos.zipped(**{"w/x/front.jpg": photo(1)})}, SKUS + b"".join(lines))
    assert [one.sku for one in found.photos] == ["S2"]
    assert [line.sku for line in found.without_picture] == ["S1"]


def test_a_picture_that_is_listed_twice_however_its_accents_are_made_is_refused():
    listed = SKUS + "é.jpg,S1,Jacket\ne\u0301.jpg,S2,Shirt\n".encode()
    with pytest.raises(errors.TaggingRefused, match="Lines 2 and 3 of the list both name the picture"):
        checked({"a.jpg": photo()}, listed)


def test_what_matched_is_told_and_what_could_mean_several():
    data = product_photos.zipped(**{f"{folder}/front.jpg": photo(ord(folder)) for folder in "abcde"})
    found = checked({"new.zip": data}, SKUS + b"front.jpg,S1,Jacket\nside.jpg,S2,Shirt\n")
    assert tag_wording.matched(found) == "0 of 5 photos matched, 1 row without a photo."
    assert "1 line of the list means several pictures" in tag_wording.checked(found)
    assert ("front.jpg", "Line 2 of the list (S1) can mean a/front.jpg, b/front.jpg, c/front.jpg and 2 more: none of "
            "them gets its SKU. Write the folder into image_name.") in tag_wording.check_details(found)  # fmt: skip
    assert tag_wording.matched(checked({"a.jpg": photo()})) == ""


def test_files_of_one_name_stay_apart():
    one, two = product_photos.zipped(**{"a.jpg": photo(1)}), product_photos.zipped(**{"a.jpg": photo(2)})
    found = drop.checked([("1.zip", one), ("2.zip", two), ("a.jpg", photo(3)), ("a.jpg", photo(4))],
                         settings.Settings())  # fmt: skip
    assert [each.name for each in found.photos] == ["1.zip/a.jpg", "2.zip/a.jpg", "a.jpg", "a.jpg (2)"]


def test_more_than_is_taken_at_once_is_refused_with_the_way_for_more():
    files = {f"{number}.jpg": photo(number) for number in range(4)}
    with pytest.raises(errors.TaggingRefused, match=r"More than 3 pictures .* `python -m core tag FOLDER`"):
        checked(files, max_drop_photos=3)
    big = {"a.png": b"\0" * 600_000, "b.jpg": photo() + b"\0" * 500_000, "c.jpg": photo() + b"\0" * 600_000}
    with pytest.raises(errors.TaggingRefused, match="more than 1 MB together"):
        checked(big, max_drop_mb=1)
    found = checked({"a.jpg": photo() + b"\0" * 1_100_000}, max_photo_mb=1)
    assert found.unreadable[0].refused == "It has 1.1 MB; at most 1 MB are read."


@pytest.mark.parametrize("name", HOSTILE)
def test_no_hostile_file_stops_the_others(name):
    found = checked({"a.jpg": photo(), name: HOSTILE[name]})
    assert found.photos[0].refused == ""
    assert all("\n" not in one.refused for one in found.photos)
    if name not in ("broken pixels", "JPEG and script", "JPEG cut short"):  # only decoding tells more of these
        assert found.num_readable == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_may_come_from_any_spreadsheet(delimiter):
    text = '\ufeffTitle,IMAGE_NAME,price,sku\r\n"Jacket",a.jpg,9,\'=S1\r\n,,,\r\n'.replace(",", delimiter)
    found = product_list.read(text.encode())
    (line,) = found.lines
    assert (line.image_name, line.sku, line.title, line.number) == ("a.jpg", "=S1", "Jacket", 2)
    assert found.unused_columns == ("price",)


@pytest.mark.parametrize(
    "title", ["'Til Dawn", "Emoji \U0001f469\u200d\U0001f4bb tee", "soft\u00adshell", "زیر\u200cپوش"]
)
def test_titles_that_shops_have_are_taken_as_they_are(title):
    (line,) = product_list.read(f"image_name,sku,title\na.jpg,1,{title}\n".encode()).lines
    assert line.title == title


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("image_name,sku,title\na.jpg,1,x\u202egpj\n".encode(), "title must have at most 255 printable"),
        ("image_name,sku,title\na\u200d.jpg,1,x\n".encode(), "image_name must have at most 500 printable"),
        (
            b"name,sku\n",
            "must name the columns image_name, sku, title (sku or title may be missing); it names name, sku.",
        ),
        (b"", "it names nothing"),
        (b"image_name,sku,title,sku\n", "it names image_name, sku, title, sku"),
        (b"image_name,sku,title\na.jpg,S1\n", "Line 2 of the list has 2 cells, the first line 3"),
        (b"image_name,sku,title\n,S1,x\n", "Line 2 of the list names no picture"),
        (b"image_name,sku,title\na.jpg,1,x\nA.jpg,2,x\n", "Lines 2 and 3 of the list both name the picture 'A.jpg'"),
        (b"image_name,sku,title\na.jpg,\x071,x\n", "sku must have at most 500 printable characters"),
        (
            b"image_name,sku,title\na.jpg,1," + b"x" * 256 + b"\n",
            "title must have at most 255",
        ),
        (b"image_name,sku,title\n\xe9,1,x\n", "Line 2 is no text in UTF-8"),
        (b'image_name,sku,title\n"a,1,x\n', "is no CSV"),
    ],
)
def test_a_list_that_is_none_is_refused_with_what_was_found(content, message):
    with pytest.raises(errors.TaggingRefused) as caught:
        checked({"a.jpg": photo()}, content)
    assert message in str(caught.value)


def test_the_template_is_a_list():
    assert [line.number for line in product_list.read(product_list.template()).lines] == [2, 3]


WORKBOOK = workbook_files.as_bytes([["Image", "Article no.", "Product name"], ["a.jpg", "S1", "Jacket"]])
LISTS = {
    "list.csv": LIST,
    "LIST.CSV": LIST,
    "list.tsv": LIST.replace(b",", b"\t"),
    "list.xlsx": WORKBOOK,
    "in the wrong name.csv": WORKBOOK,
    "list.xls": LIST,
    "list": WORKBOOK,
}


@pytest.mark.parametrize("name", [*LISTS, "list.txt"])
def test_the_list_lies_among_the_photos_and_is_none_of_them(name):
    found = drop.checked([(name, LISTS.get(name, LIST)), ("a.jpg", photo(1))], settings.Settings())
    assert [(one.name, one.sku, one.title) for one in found.photos] == [("a.jpg", "S1", "Jacket")]
    assert (found.list_name, found.num_pictures) == (name, 1)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_in_a_zip_beside_the_photos_is_the_list(name):
    if name == "list":
        name = "list.ods"
    data = product_photos.zipped(**{f"shoot/{name}": LISTS.get(name, WORKBOOK), "shoot/a.jpg": photo(1)})
    found = checked({"new.zip": data})
    assert [(one.name, one.sku) for one in found.photos] == [("shoot/a.jpg", "S1")]
    assert found.list_name == f"shoot/{name}"


def test_a_workbook_that_lies_unpacked_in_a_zip_makes_no_workbook_of_the_zip():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as file:
        file.writestr("a.jpg", photo(1))
        file.writestr("list.xlsx", WORKBOOK)
    assert workbooks.is_one(packed.getvalue()), "or this shows nothing"
    assert [one.sku for one in checked({"new.zip": packed.getvalue()}).photos] == ["S1"]


@pytest.mark.parametrize("name", ["a.jpg", "a.HEIC", "photos.zip", "PHOTOS.ZIP"])
def test_a_workbook_that_is_called_a_photo_or_a_zip_is_no_list(name):
    assert not dropped_files.is_list(name, WORKBOOK)
    found = drop.checked([(name, WORKBOOK), ("list.csv", LIST)], settings.Settings())
    assert (found.list_name, found.num_readable) == ("list.csv", 0)


def test_a_note_in_a_zip_is_no_list_and_what_excel_leaves_beside_an_open_one_is_none_either():
    data = product_photos.zipped(
        **{"a.jpg": photo(1), "read me.txt": b"Hello", "~$list.xlsx": b"Ada", "list.csv": LIST}
    )
    found = checked({"new.zip": data})
    assert [one.name for one in found.photos] == ["a.jpg", "read me.txt"]
    assert (found.list_name, found.num_skipped) == ("list.csv", 1)


OTHER = LIST + b"c.jpg,S3,Coat\n"


@pytest.mark.parametrize(("files", "message"), [
    ([("one.csv", LIST), ("two.xlsx", WORKBOOK)], "There are two lists: one.csv and two.xlsx. Keep one of them."),
    ([("new.zip", product_photos.zipped(**{"in/one.csv": LIST})), ("two.csv", OTHER)],
     "There are two lists: in/one.csv and two.csv. Keep one of them."),
    ([("one.csv", LIST), ("two.csv", OTHER), ("three.xlsx", WORKBOOK)],
     "There are two lists: one.csv and two.csv (and 1 more). Keep one of them."),
    ([("one.csv", LIST), ("one.csv", OTHER)], "There are two lists: one.csv and one.csv (2). Keep one of them."),
])  # fmt: skip
def test_two_lists_are_refused_in_one_sentence_that_names_both(files, message):
    with pytest.raises(errors.TaggingRefused) as caught:
        drop.checked([*files, ("a.jpg", photo())], settings.Settings())
    assert str(caught.value) == message


def test_the_same_list_twice_is_one():
    files = [("new.zip", product_photos.zipped(**{"list.csv": LIST, "a.jpg": photo()})), ("list.csv", LIST)]
    assert [one.sku for one in drop.checked(files, settings.Settings()).photos] == ["S1"]


def test_a_list_too_large_is_refused_by_name_and_a_damaged_one_too():
    with pytest.raises(errors.TaggingRefused, match=r"The list big.csv has 6.0 MB; at most 5 MB are read"):
        drop.checked([("big.csv", b"x" * 6_000_000)], settings.Settings())
    with pytest.raises(errors.TaggingRefused, match=r"The list big.csv cannot be read. It has 1.1 MB"):
        drop.checked([("big.csv", b"x" * 1_100_000)], settings.Settings(max_photo_mb=1))
    with pytest.raises(errors.TaggingRefused, match="UTF-8"):
        drop.checked([("list.xlsx", b"PK\3\4\xff\xff")], settings.Settings())


def test_a_list_is_no_picture_so_no_limit_counts_it():
    files = [("a.jpg", photo(1)), ("b.jpg", photo(2)), ("list.csv", LIST)]
    assert drop.checked(files, settings.Settings(max_drop_photos=2)).num_pictures == 2


def test_what_can_mean_several_pictures_is_told_with_the_lists_own_heading():
    data = product_photos.zipped(**{"x/a.jpg": photo(1), "y/a.jpg": photo(2)})
    found = drop.checked([("new.zip", data), ("l.csv", b"Picture;SKU\na.jpg;S1\n")], settings.Settings())
    assert "Write the folder into Picture." in tag_wording.check_details(found)[0][1]
