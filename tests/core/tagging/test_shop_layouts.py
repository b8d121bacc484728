"""The columns of each layout: an import takes nothing away from a product that exists, and every SKU is in the file."""

import csv
import io
from dataclasses import replace

import pandas as pd
import pytest

from core import errors
from core.retail import naming, woo_products
from core.tagging import shop_export
from tests.core.tagging.test_shop_export import CLASSES, EXISTING, NAMES, exported, product, read, shop

VARIANTS = (
    b"URL handle,Title,Vendor,Product category,Type,Tags,Option1 name,Option1 value,Option2 name,Option2 value,SKU,"
    b"Google Shopping / Google Product Category,Product image URL\n"
    b"linen-shirt,Linen shirt,Acme,Home,Old type,Sale,Size,S,Colour,Red,A1,Mine,https://x.test/1.jpg\n"
    b"linen-shirt,,,,,,,,,,,,https://x.test/2.jpg\n"
    b"linen-shirt,,,,,,,M,,Red,A2,,\n"
    b"linen-shirt,,,,,,, L ,,Red,,,\n"
    b"bag,Bag,Acme,,,,Title,Default Title,,,B1,,\n"
)
OPTIONS = ["Option1 name", "Option1 value", "Option2 name", "Option2 value", "SKU"]


@pytest.mark.parametrize("sku", ["A1", "A2"])
def test_every_variant_of_a_product_stands_in_the_file_with_its_sku_and_options(sku):
    found = exported(product(sku=sku), existing=shop("shopify", VARIANTS))
    assert found.columns == ("URL handle", "Title", "Type", "Tags", *OPTIONS)
    assert [list(row.values()) for row in read(found)] == [
        ["linen-shirt", "Linen shirt", "Upper", "Sale, tops, new", "Size", "S", "Colour", "Red", "A1"],
        ["linen-shirt", "", "", "", "Size", "M", "Colour", "Red", "A2"],
        ["linen-shirt", "", "", "", "Size", "L", "Colour", "Red", ""],
    ]
    assert (len(found.rows), found.num_new, found.has_skus) == (1, 0, True)


@pytest.mark.parametrize(("sku", "variants", "skus"), [
    ("N1", b"bag,Bag,Old,Title,Default Title,", ["N1"]),  # it has no SKU yet
    ("", b"bag,Bag,Old,Title,Default Title,", [""]),
    ("B1", b"bag,Bag,Old,Title,Default Title,B1", ["B1"]),
    ("N1", b"bag,Bag,Old,Size,S,\nbag,,,,M,", ["", ""]),  # nobody knows of which variant it is
])  # fmt: skip
def test_the_given_sku_is_written_where_the_one_variant_of_a_product_has_none(sku, variants, skus):
    content = b"Handle,Title,Tags,Option1 Name,Option1 Value,Variant SKU\n" + variants + b"\n"
    given = product(sku=sku, title="Bag")
    found = exported(given, existing=shop("shopify", content), with_missing_sku=True)
    assert [(row["Handle"], row["Variant SKU"]) for row in read(found)] == [("bag", each) for each in skus]


def test_a_new_product_beside_them_has_one_variant():
    found = exported(product(sku="N1", title="New"), existing=shop("shopify", VARIANTS))
    assert found.rows == (("new-n1", "New", "Upper", "tops, new", "Title", "Default Title", "", "", "N1"),)


@pytest.mark.parametrize("header", [
    b"Handle,Title,Tags,Variant SKU", b"Handle,Title,Tags,Variant SKU,Option1 Name",
    b"Handle,Title,Tags,SKU,Option1 name,Option1 value,Option2 name",
    b"Handle,Title,Tags,Option1 Name,Option1 Value",
])  # fmt: skip
def test_without_all_of_its_options_no_sku_is_written_as_the_shop_would_delete_variants(header):
    row = {b"Handle": b"shirt", b"Title": b"Linen shirt", b"Tags": b"Sale"}
    content = header + b"\n" + b",".join(row.get(name, b"A1") for name in header.split(b",")) + b"\n"
    found = exported(product(title="Linen shirt"), existing=shop("shopify", content))
    assert found.columns == ("Handle", "Title", "Type", "Tags")
    assert (found.rows, found.has_skus) == ((("shirt", "Linen shirt", "Upper", "Sale, tops, new"),), False)


@pytest.mark.parametrize(("layout", "rows"), [
    ("shopify", b"shirt,-10% shirt,,Size,S,A1"),  # the shop would read an apostrophe before the title
    ("shopify", b"shirt,Shirt,,Size,-S,A1"),
    ("shopify", b"shirt,Shirt,=Sale,Size,S,A1"),
    ("shopify", b"shirt,Shirt,,Size,,A1"),  # no option tells the variant
    ("shopify", b"shirt,Shirt,,,S,A1"),
    ("shopify", b"shirt,Shirt,,Size,S,A1\nshirt,,,,S,A2"),  # one option tells two
    ("woocommerce", b"1,simple,A1,-10% shirt,,,"),
    ("woocommerce", b"1,simple,A1,Shirt,,@Home,"),
    ("woocommerce", b"1,simple,A1,Shirt,,,+Sale"),
])  # fmt: skip
def test_a_product_that_an_import_would_change_in_another_way_stays_and_is_named(layout, rows):
    header = b"ID,Type,SKU,Name,Parent,Categories,Tags\n"
    if layout == "shopify":
        header = b"Handle,Title,Tags,Option1 Name,Option1 Value,Variant SKU\n"
    found = exported(product(), layout=layout, existing=shop(layout, header + rows + b"\n"))
    assert (found.unsafe, found.rows) == (("A1",), ())


CATEGORY, GOOGLE = "Apparel & Accessories > Clothing", "Apparel & Accessories > Clothing > Shirts"
SET = naming.checked(
    [replace(entry, product_category="" if entry.class_name == "Bag" else CATEGORY,
             google_category="" if entry.class_name == "Bag" else GOOGLE) for entry in NAMES.entries],
    CLASSES,
)  # fmt: skip


def categorised(*some, names=SET, **options):
    table = pd.DataFrame(list(some), columns=list(product()))
    return read(shop_export.exported(table, names, layout="shopify", **options))


def test_a_product_category_is_written_where_it_is_set_and_else_as_it_stands_in_the_shop():
    both = [product(), product("b.png", "B1", category="Bag")]
    shirt, *others, bag = categorised(*both, existing=shop("shopify", VARIANTS))
    assert (shirt["Product category"], bag["Product category"]) == (CATEGORY, "")
    assert shirt["Google Shopping / Google Product Category"] == GOOGLE
    assert {row["Product category"] for row in others} == {""}
    content = VARIANTS.replace(b"bag,Bag,Acme,,,,", b"bag,Bag,Acme,Luggage,,,")
    *_, bag = categorised(*both, existing=shop("shopify", content))
    assert bag["Product category"] == "Luggage"


@pytest.mark.parametrize(("names", "some", "existing", "is_there"), [
    (NAMES, [product()], VARIANTS, False),  # nobody set one
    (SET, [product(category="Bag")], VARIANTS, False),
    (SET, [product()], EXISTING, True),
    (SET, [product(), product("b.png", "", title="Bag", category="Bag")], EXISTING, False),  # the bag's stays
    (SET, [product(), product("b.png", "N1", title="New", category="Bag")], EXISTING, True),  # the bag is new
])  # fmt: skip
def test_the_column_of_product_categories_is_there_only_where_it_empties_none(names, some, existing, is_there):
    rows = categorised(*some, names=names, existing=shop("shopify", existing), with_missing_sku=True)
    assert ({"Product category", "Product Category"} & rows[0].keys() != set()) == is_there


WOO = (
    b"\xef\xbb\xbfID,Type,SKU,Name,Published,Categories,Tags,Parent\n"
    b'11,variable,LS,Linen shirt,1,"Sale, Apparel > Shirts\\, linen","Old, Tops",\n'
    b"12,variation,LS-S,Linen shirt - S,1,,,LS\n"
    b'13,"variation, virtual",LS-M,Linen shirt - M,1,,,id:11\n'
    b"14,simple,,Bag,1,,,\n"
)


WHOLE = {"shopify": VARIANTS, "woocommerce": WOO, "generic": None}


@pytest.mark.parametrize("sku", ["LS", "LS-S", "LS-M"])
def test_woocommerce_keeps_categories_and_tags_and_finds_the_product_of_a_variation(sku):
    found = exported(product(sku=sku), layout="woocommerce", existing=shop("woocommerce", WOO))
    assert read(found) == [{
        "ID": "11", "SKU": "LS", "Name": "Linen shirt", "Categories": "Sale, Apparel > Shirts\\, linen, Upper",
        "Tags": "Old, Tops, new",
    }]  # fmt: skip
    assert found.num_new == 0
    found = exported(product(sku=sku), layout="woocommerce", existing=shop("woocommerce", WOO), replaces_tags=True)
    assert (read(found)[0]["Tags"], "Sale" in read(found)[0]["Categories"]) == ("tops, new", True)


@pytest.mark.parametrize(("content", "num_new"), [
    (WOO, 1), (WOO.replace(b",LS,", b",,").replace(b",LS\n", b",id:11\n"), 1),  # only its variations have SKUs
    (WOO.replace(b",LS,", b",,").replace(b"LS-S", b"").replace(b"LS-M", b"").replace(b",LS\n", b",id:11\n"), 0),
])  # fmt: skip
def test_a_product_whose_variations_have_other_skus_is_another_one(content, num_new):
    found = exported(
        product(sku="X1", title="Linen shirt"), layout="woocommerce", existing=shop("woocommerce", content)
    )
    assert (len(found.rows), found.num_new) == (1, num_new)


def test_two_variations_are_one_row_of_woocommerce_and_a_product_without_sku_is_found_by_its_title():
    some = [product("a.png", "LS-S"), product("b.png", "LS-M"), product("c.png", "", title="bag", category="Bag")]
    found = exported(*some, layout="woocommerce", existing=shop("woocommerce", WOO), with_missing_sku=True)
    assert [row[:3] for row in found.rows] == [("11", "LS", "Linen shirt"), ("14", "", "Bag")]


@pytest.mark.parametrize(("layout", "some", "files"), [
    ("woocommerce", [product(sku="LS"), product("n.png", "N1")], [["LS"], ["N1"]]),
    ("woocommerce", [product(sku="LS")], [["LS"]]),
    ("woocommerce", [product(sku="N1")], [["N1"]]),
    ("shopify", [product(sku="A1"), product("n.png", "N1")], [["A1", "A2", "", "N1"]]),
])  # fmt: skip
def test_what_is_new_in_woocommerce_goes_into_a_file_of_its_own(layout, some, files):
    parts = exported(*some, layout=layout, existing=shop(layout, WHOLE[layout])).parts
    assert [[row["SKU"] for row in read(part)] for part in parts] == files
    assert all(len(part.is_new) == len(part.rows) and sum(part.is_new) == part.num_new for part in parts)
    assert sum(part.num_new for part in parts) == sum(row["sku"] == "N1" for row in some)


@pytest.mark.parametrize(("content", "message"), [
    (b"ID,Name\n", "missing: Type, SKU, Parent, Categories, Tags"),
    (WOO.replace(b"Categories", b"Kategorien"), "in English; missing: Categories"),
    (WOO.replace(b"\n14,", b"\nx14,"), "Line 5 .* has no number as its ID, but 'x14'"),
    (WOO.replace(b"id:11", b"id:99"), "Line 4 .* is a variation of 'id:99', which is not in it"),
    (WOO.replace(b"LS-M", b"4.00638E+12"), "Line 4 of the shop's file: a spreadsheet shortened"),
])  # fmt: skip
def test_a_file_that_woocommerce_did_not_export_whole_says_why(content, message):
    with pytest.raises(errors.ExportRefused, match=message):
        shop("woocommerce", content)


@pytest.mark.parametrize(("cell", "values"), [
    ("", ()), ("a", ("a",)), ("a, b", ("a", "b")), ("a\\, b,c", ("a, b", "c")), (" a > b ,", ("a > b",)),
])  # fmt: skip
def test_a_cell_of_woocommerce_holds_several_values(cell, values):
    assert woo_products.values(cell) == values
    assert woo_products.values(woo_products.cell(values)) == values


@pytest.mark.parametrize(("layout", "num_rows"), [("shopify", 5), ("woocommerce", 5), ("generic", 6)])
def test_in_every_layout_no_product_that_exists_loses_anything_and_each_leaves_once(layout, num_rows):
    assert layout in shop_export.LAYOUTS and len(shop_export.LAYOUTS) == 3
    existing = shop(layout, WHOLE[layout])
    skus = {"A1": "Shirt", "A2": "Shirt", "LS": "Shirt", "LS-M": "T-shirt/top", "N1": "Bag", "=N2": "Bag"}
    some = [product(f"{sku}.png", sku, title=f"Title {sku}", category=category) for sku, category in skus.items()]
    found = exported(*some, some[0], layout=layout, existing=existing)
    assert found == exported(*some, some[0], layout=layout, existing=existing)
    assert len({row[:2] for row in found.rows}) == len(found.rows) == num_rows
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in read(found) for cell in row.values())
    if existing is None:
        return
    after = shop(layout, imported(WHOLE[layout], found))
    for key, before in existing.by_handle.items():
        now = after.by_handle[key]
        assert (now.title, now.variants, now.sku) == (before.title, before.variants, before.sku)
        assert set(before.tags) <= set(now.tags) and set(before.categories) <= set(now.categories)
        assert (now.product_category, now.google_category) == (before.product_category, before.google_category)
    assert len(after.by_handle) == len(existing.by_handle) + found.num_new


def imported(content, found):
    """The file of the shop after an import: cells take the place of those in the same columns.

    A row is known by handle and options, or by ID.
    """
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    key = found.columns[0]
    options = [name for name in found.columns if name.startswith("Option") and "value" in name]
    for place, new in enumerate(read(found)):
        new[key] = new[key] or str(1000 + place)
        same = [row for row in rows if row[key] == new[key] and all(row[name].strip() == new[name] for name in options)]
        if not same:
            rows.append(dict.fromkeys(rows[0], ""))
        (same or rows[-1:])[0].update(new)
    output = io.StringIO()
    writer = csv.DictWriter(output, rows[0].keys(), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return output.getvalue().encode()
