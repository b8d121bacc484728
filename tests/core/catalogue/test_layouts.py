"""How people keep their photos, recognised: folders, splits, lists as shops and data sets have them."""

import pytest

from core import errors
from core.catalogue.own import layouts, previewed, records
from core.catalogue.own.records import Choices
from tests.support import workbook_files


def touch(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def told(layout):
    return {row.photo: row.category for row in layout.rows if not row.problem}


def refused(layout):
    return {row.photo: row.problem for row in layout.rows if row.problem}


def test_a_folder_is_a_category_whatever_lies_beside_it(tmp_path):
    touch(tmp_path, "dress/1.jpg", "dress/more/2.JPEG", "Hat/3.png", "Hat/Thumbs.db", "Hat/.hidden.jpg", "loose.webp")
    found = layouts.recognised(tmp_path)
    assert found.kind == "A folder for each category."
    assert told(found) == {"dress/1.jpg": "dress", "dress/more/2.JPEG": "dress", "Hat/3.png": "Hat"}
    assert refused(found) == {"loose.webp": "it lies in no folder of a category"}
    assert found.categories == {"dress": 2, "Hat": 1}


def test_where_a_category_is_sold_is_read_of_lists_where_nearly_all_of_its_lines_agree(tmp_path):
    touch(tmp_path, *(f"{number}.jpg" for number in range(12)))
    lines = [f"{number},{'Tees' if number < 6 else 'Hats'},{'Women' if number in (0, 7, 8) else 'Apparel'}"
             for number in range(12)]  # fmt: skip
    (tmp_path / "styles.csv").write_text("\n".join(["id,articleType,masterCategory", *lines]))
    assert dict(layouts.recognised(tmp_path).departments) == {"Tees": "Apparel"}  # of the hats 2 in 6 say otherwise
    named = layouts.recognised(tmp_path, Choices(renamed=(("Tees", "T-shirts"),)))
    assert dict(named.departments) == {"T-shirts": "Apparel"}
    assert layouts.recognised(touch(tmp_path / "folders", "dress/1.jpg", "hat/2.jpg")).departments == ()


def test_of_a_shop_the_step_above_a_category_is_where_it_is_sold(tmp_path):
    touch(tmp_path, "a.jpg", "b.jpg", "c.jpg")
    (tmp_path / "products.csv").write_text(
        "Title,URL handle,Product category,Type,SKU,Product image URL,Image position,Variant image URL\n"
        "A,a,Clothing > Tops > Tees,,1,a.jpg,1,\n,a,,,2,,2,\nB,b,Clothing > Shoes,,3,b.jpg,1,\nC,c,,Bags,4,c.jpg,1,\n"
    )
    found = layouts.recognised(tmp_path)
    assert told(found) == {"a.jpg": "Tees", "b.jpg": "Shoes", "c.jpg": "Bags"}
    assert dict(found.departments) == {"Tees": "Tops", "Shoes": "Clothing"}
    (tmp_path / "products.csv").write_text(
        "sku,store_view_code,attribute_set_code,product_type,categories,name,base_image,additional_images\n"
        "a,,Top,simple,Default Category/Men/Tees,A,a.jpg,\nb,,Gear,simple,Default Category/Hats,B,b.jpg,\n"
    )
    assert dict(layouts.recognised(tmp_path).departments) == {"Tees": "Men"}  # all products lie below the first step


def test_folders_that_are_called_like_splits_are_splits(tmp_path):
    touch(tmp_path, "train/dress/1.jpg", "validation/dress/2.jpg", "Test/hat/3.jpg")
    found = layouts.recognised(tmp_path)
    assert told(found) == {"train/dress/1.jpg": "dress", "validation/dress/2.jpg": "dress", "Test/hat/3.jpg": "hat"}
    assert [row.split for row in found.rows] == ["test", "train", "validation"]


def test_a_list_names_photos_by_path_by_name_without_ending_and_without_its_zeros(tmp_path):
    touch(tmp_path, "images/0108.jpg", "images/b.png", "images/c.jpg", "d.jpg")
    (tmp_path / "list.csv").write_text("file;label\n108;dress\nb;hat\nimages/c.jpg;hat\nnowhere.jpg;hat\n")
    found = layouts.recognised(tmp_path)
    assert found.columns == {"photo": "file", "category": "label"}
    assert told(found) == {"images/0108.jpg": "dress", "images/b.png": "hat", "images/c.jpg": "hat"}
    assert refused(found) == {
        "nowhere.jpg": "the photo that its line names is missing", "d.jpg": "no line of list.csv names it",
    }  # fmt: skip


def test_titles_with_commas_but_no_quotes_are_repaired_and_counted(tmp_path):
    touch(tmp_path, "images/1.jpg", "images/2.jpg")
    (tmp_path / "styles.csv").write_text(
        "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName\n"
        "1,Men,Apparel,Topwear,Shirts,Blue,Fall,2011,Casual,Shirt, blue, slim\n"
        "2,Women,Apparel,Topwear,Tops,Red,Fall,2012,Casual,Red top\n"
    )
    found = layouts.recognised(tmp_path)
    assert (found.num_repaired, told(found)) == (1, {"images/1.jpg": "Shirts", "images/2.jpg": "Tops"})
    by_other = layouts.recognised(tmp_path, Choices(columns=(("category", "gender"),)))
    assert told(by_other) == {"images/1.jpg": "Men", "images/2.jpg": "Women"}


def test_columns_for_product_group_and_split_are_found_and_a_product_is_a_group(tmp_path):
    touch(tmp_path, "a.jpg", "b.jpg", "c.jpg")
    (tmp_path / "list.csv").write_text(
        "image,category,sku,split\na.jpg,dress,7,train\nb.jpg,dress,7,VAL\nc.jpg,hat,8,test\na.jpg,hat,9,test\n"
    )
    found = layouts.recognised(tmp_path)
    assert [(row.product, row.group, row.split) for row in found.rows if not row.problem] == [
        ("7", "7", "train"), ("7", "7", "validation"), ("8", "8", "test"),
    ]  # fmt: skip
    assert refused(found) == {"a.jpg": "another line names the same photo"}


def test_categories_are_renamed_merged_and_left_out_and_words_for_none_are_none(tmp_path):
    touch(tmp_path, "Tees/1.jpg", "T-shirt/2.jpg", "Not sure/3.jpg", "Hats/4.jpg")
    found = layouts.recognised(tmp_path, Choices(renamed=(("Tees", "T-shirt"),), left_out=("Hats",)))
    assert told(found) == {"T-shirt/2.jpg": "T-shirt", "Tees/1.jpg": "T-shirt"}
    assert refused(found) == {
        "Not sure/3.jpg": "its category 'Not sure' is left out", "Hats/4.jpg": "its category 'Hats' is left out",
    }  # fmt: skip


def test_a_name_that_means_two_photos_means_none(tmp_path):
    touch(tmp_path, "red/front.jpg", "blue/front.jpg", "a.jpg")
    (tmp_path / "list.csv").write_text("image,category\nfront.jpg,dress\nblue/front.jpg,hat\na.jpg,hat\n")
    found = layouts.recognised(tmp_path)
    assert told(found) == {"blue/front.jpg": "hat", "a.jpg": "hat"}
    assert refused(found)["front.jpg"] == "the photo that its line names is missing"


def test_links_are_not_followed_and_a_list_outside_is_refused(tmp_path):
    outside = touch(tmp_path / "outside", "secret.jpg", "dress/1.jpg")
    folder = touch(tmp_path / "shop", "dress/1.jpg", "hat/2.jpg")
    (folder / "hat" / "link.jpg").symlink_to(outside / "secret.jpg")
    (folder / "linked").symlink_to(outside, target_is_directory=True)
    (outside / "list.csv").write_text("image,category\ndress/1.jpg,hat\n")
    assert set(told(layouts.recognised(folder))) == {"dress/1.jpg", "hat/2.jpg"}
    with pytest.raises(errors.CatalogueError, match=r"is no file in"):
        layouts.recognised(folder, Choices(list_file="../outside/list.csv"))


@pytest.mark.parametrize(
    ("names", "choices", "message"),
    [
        ([], Choices(), "There are no photos"),
        (["1.jpg", "2.jpg"], Choices(), "neither folders named like categories nor a list"),
        (["a/1.jpg", "b/2.jpg"], Choices(renamed=(("c", "d"),)), "No photo has the category 'c'. There are a, b."),
        (["a/1.jpg", "list.csv"], Choices(list_file="list.csv"), "names no photos and categories"),
        (["a/1.jpg"], Choices(list_file="gone.csv"), "is no file in"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_next_step(tmp_path, names, choices, message):
    touch(tmp_path, *names)
    with pytest.raises(errors.CatalogueError, match=message):
        layouts.recognised(tmp_path, choices)


def test_a_folder_that_is_none_and_a_column_that_is_none_are_named(tmp_path):
    with pytest.raises(
        errors.CatalogueError, match=r"is neither a folder nor a file. Name the folder that holds the photos."
    ):
        layouts.recognised(tmp_path / "gone")
    touch(tmp_path, "a.jpg")
    (tmp_path / "list.csv").write_text("image,category\na.jpg,hat\n")
    with pytest.raises(errors.CatalogueError, match=r"no column 'kind' for category. It has image, category."):
        layouts.recognised(tmp_path, Choices(columns=(("category", "kind"),)))


def test_notes_and_other_lists_beside_the_photos_are_passed_over(tmp_path):
    touch(tmp_path, "a.jpg", "b.jpg", "000.jpg")
    (tmp_path / "LICENCE.txt").write_bytes("Grüße".encode("latin-1"))
    (tmp_path / "checks.csv").write_text("check,photo,category\nnear,a.jpg,other things\n")
    (tmp_path / "list.csv").write_text("image,category\na.jpg,hat\nb.jpg,dress\n,hat\n000,hat\n")
    found = layouts.recognised(tmp_path)
    assert found.list_file == "list.csv"
    assert told(found) == {"a.jpg": "hat", "b.jpg": "dress", "000.jpg": "hat"}
    with pytest.raises(errors.CatalogueError, match=r"LICENCE.txt: Line 1 is no text in UTF-8"):
        layouts.recognised(tmp_path, Choices(list_file="LICENCE.txt"))


# ---- spreadsheets -----------------------------------------------------------------------------------------------


def test_a_spreadsheet_is_a_list_and_numbers_in_it_name_photos_that_have_zeros(tmp_path):
    touch(tmp_path, "0108.jpg", "b.jpg")
    workbook_files.write(
        tmp_path / "articles.xlsx", [["article_id", "product_type_name", "price"], [108, "Dress", 9.5], ["b", "Hat", 3]]
    )
    found = layouts.recognised(tmp_path)
    assert told(found) == {"0108.jpg": "Dress", "b.jpg": "Hat"}
    assert found.columns["category"] == "product_type_name"


def test_a_hidden_sheet_is_not_read_and_a_merged_cell_holds_for_all_its_rows(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg", "3.jpg", "4.jpg")
    rows = [["", "", ""], ["", "image", "category"], ["", 1, "Dress"], ["", 2, ""], ["", 3, ""], ["", 4, "Hat"]]
    workbook_files.write(
        tmp_path / "list.xlsx", rows, hidden=[["image", "category"], ["1", "of last year"]], merged=["C3:C5"]
    )
    assert told(layouts.recognised(tmp_path)) == {
        "1.jpg": "Dress", "2.jpg": "Dress", "3.jpg": "Dress", "4.jpg": "Hat",
    }  # fmt: skip


def test_what_is_no_spreadsheet_is_said_in_one_sentence(tmp_path):
    touch(tmp_path, "a.jpg")
    (tmp_path / "list.xlsx").write_bytes(b"no spreadsheet at all")
    with pytest.raises(errors.CatalogueError, match=r"'list\.xlsx' in .* names no photos and categories"):
        layouts.recognised(tmp_path, Choices(list_file="list.xlsx"))


def test_of_every_category_some_are_shown_beforehand_however_few_it_has():
    rows = [records.Row(photo=f"{name}/{place}.jpg", category=name)
            for name, num in (("dress", 100), ("hat", 1), ("sock", 300)) for place in range(num)]  # fmt: skip
    found = [row.photo for row in previewed.some_of_each(rows, 7)]
    assert found == ["sock/0.jpg", "sock/100.jpg", "sock/200.jpg", "dress/0.jpg", "dress/50.jpg", "hat/0.jpg"]
    assert [row.photo for row in previewed.some_of_each(rows, 2)] == ["sock/0.jpg", "dress/0.jpg", "hat/0.jpg"]
    many = [records.Row(photo=f"{name}.jpg", category=f"{name}") for name in range(100)]
    assert len(previewed.some_of_each(many, 24)) == previewed.MOST_CATEGORIES
    assert previewed.some_of_each([], 24) == []
