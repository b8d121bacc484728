"""Only decided products leave, one row each, safe for a spreadsheet, with the shop's own handles and tags."""

import csv
import io
import itertools
from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core import errors
from core.retail import naming, shop_products, spreadsheet
from core.retail.naming import Entry
from core.tagging import products, shop_export
from tests.support import batch_world, worlds

CLASSES = ("Shirt", "T-shirt/top", "Bag")
NAMES = naming.checked(
    [
        Entry(class_name="Shirt", name="Tops", product_type="Upper", tag="tops, new"),
        Entry(class_name="T-shirt/top", name="Tops", product_type="Upper", tag="tops, new"),
        Entry(class_name="Bag", name="Bags"),
    ],
    CLASSES,
)
WHEN = datetime(2026, 11, 25, 9, tzinfo=UTC)


def product(name="a.png", sku="A1", category="Shirt", decision="accepted", pile="check", title="White shirt", **given):
    is_decided = decision != "none"
    by_line = given.pop("by_line", False)
    return {
        "product": name, "sku": sku, "title": title, "category": category, "decision": decision, "pile": pile,
        "tag": category, "confidence": 0.91, "by_line": by_line,
        "leaves": by_line or decision in ("accepted", "changed"), "decided_by": "Bo" if is_decided or by_line else "",
        "decided_at": WHEN if is_decided or by_line else None, "version": 1, "batch": "b", **given,
    }  # fmt: skip


def exported(*some, layout="shopify", **options):
    columns = list(product())
    return shop_export.exported(pd.DataFrame(list(some), columns=columns), NAMES, layout=layout, **options)


def read(found):
    return list(csv.DictReader(io.StringIO(found.as_csv().decode("utf-8-sig"), newline="")))


def test_the_layout_of_shopify():
    found = exported(product())
    assert found.as_csv() == (
        b"URL handle,Title,Type,Tags,Option1 name,Option1 value,SKU\n"
        b'white-shirt-a1,White shirt,Upper,"tops, new",Title,Default Title,A1\n'
    )


def test_the_layout_of_woocommerce():
    found = exported(product(), layout="woocommerce")
    assert found.as_csv() == b'ID,SKU,Name,Categories,Tags\n,A1,White shirt,Upper,"tops, new"\n'


def test_the_generic_layout():
    assert read(exported(product(category="Bag"), layout="generic")) == [
        {"sku": "A1", "category": "Bags", "confidence": "0.91", "decided_by": "Bo", "date": "2026-11-25"}
    ]


def test_only_what_is_decided_leaves():
    found = exported(
        product("a.png", "A1"),
        product("b.png", "B1", decision="changed"),
        product("c.png", "C1", decision="rejected"),
        product("d.png", "D1", decision="none", pile="ready"),
        product("e.png", "E1", decision="none", pile="check"),
        layout="generic",
    )
    assert [row["sku"] for row in read(found)] == ["A1", "B1"]
    assert (found.num_products, found.num_decided, found.num_rejected) == (5, 3, 1)


def test_what_is_ready_leaves_once_a_person_has_confirmed_the_line():
    some = [product("d.png", "D1", decision="none", pile="ready", by_line=True),
                product("e.png", "E1", decision="none", pile="ready"),
                product("r.png", "R1", decision="rejected", pile="ready")]  # fmt: skip
    (row,) = read(exported(*some, layout="generic"))
    assert (row["sku"], row["decided_by"], row["date"]) == ("D1", "line confirmed by Bo", "2026-11-25")


SHOP = {
    "shopify": b"Handle,Title,Tags,Variant SKU\nsocks,Socks,,S9\n",
    "woocommerce": b"ID,Type,SKU,Name,Parent,Categories,Tags\n7,simple,S9,Socks,,,\n",
}


def shop(layout, content=None):
    return shop_export.READERS[layout](content or SHOP[layout]) if layout in SHOP else None


@pytest.mark.parametrize(("layout", "leaving", "unnamed"), [
    ("shopify", ["White shirt", "White shirt", "Socks"], ("folder/b.png",)),
    ("woocommerce", ["White shirt", "Socks"], ("a.png", "folder/b.png")),
    ("generic", None, ()),
])  # fmt: skip
def test_products_without_sku_are_listed_and_leave_only_when_asked(layout, leaving, unnamed):
    some = [product("a.png", ""), product("folder/b.png", " ", title=""), product("c.png", "C1"),
            product("d.png", "", title="socks")]  # fmt: skip
    found = exported(*some, layout=layout, existing=shop(layout))
    assert found.without_sku == ("a.png", "folder/b.png", "d.png")
    assert len(found.rows) == 1
    found = exported(*some, layout=layout, with_missing_sku=True, existing=shop(layout))
    assert found.unnamed == unnamed
    if leaving is None:
        assert len(found.rows) == 4
    else:
        assert [row.get("Title", row.get("Name")) for row in read(found)] == leaving


@pytest.mark.parametrize("layout", ["shopify", "woocommerce"])
def test_without_the_file_of_the_shop_nothing_without_sku_leaves(layout):
    found = exported(product("a.png", ""), product("b.png", "B1"), layout=layout, with_missing_sku=True)
    assert (found.unnamed, len(found.rows), found.num_new) == (("a.png",), 1, None)


def test_two_photos_of_one_sku_are_one_product_unless_people_decided_two_categories():
    # Shirt and T-shirt/top are one category of this shop.
    found = exported(
        product("a.png"), product("b.png", category="T-shirt/top"), product("c.png", "C1"), layout="generic"
    )
    assert [row["sku"] for row in read(found)] == ["A1", "C1"]
    found = exported(product("a.png"), product("b.png", category="Bag"), product("c.png", "C1"))
    assert found.disputed == ("A1",)
    assert len(found.rows) == 1


def test_products_of_one_title_get_a_handle_each_and_the_same_one_whatever_leaves_beside_them():
    some = [product("a.png", "A1"), product("b.png", "B1"), product("c.png", "", title="White shirt")]
    some += [product("d.png", "D 1", title="")]
    existing = shop("shopify")
    handles = ["white-shirt-a1", "white-shirt-b1", "white-shirt", "d-1"]
    for chosen in itertools.permutations(range(4)):
        for num in range(1, 5):
            picked = [some[place] for place in chosen[:num]]
            found = exported(*picked, with_missing_sku=True, existing=existing)
            assert [row["Handle"] for row in read(found)] == [handles[place] for place in chosen[:num]]
            assert found.num_new == num


@pytest.mark.parametrize("pair", [
    [product("a.png", "b c", title="a"), product("b.png", "c", title="a b")],  # one handle of title and SKU
    [product("a.png", ""), product("b.png", "")],  # one title, no SKU: two photos, or two products
    [product("a.png", "A-1"), product("b.png", "A/1")],
    [product("a.png", "シャツ"), product("b.png", "ズボン", title="Other")],  # no letters of which a handle can be made
    [product("one/a.png", "", title=""), product("two/a.png", "", title="")],  # nothing but the name of the photo
])  # fmt: skip
def test_products_that_the_shop_would_take_for_one_stay_and_are_named(pair):
    found = exported(*pair, with_missing_sku=True, existing=shop("shopify"))
    assert found.rows == ()
    assert found.unnamed == tuple(row["sku"] or row["product"] for row in pair)


def test_a_handle_that_another_product_of_the_shop_has_is_not_taken():
    existing = shop("shopify", b"Handle,Title,Tags,Variant SKU\nwhite-shirt-a1,Old shirt,Sale,S9\n")
    found = exported(product(), existing=existing)
    assert (found.unnamed, found.rows) == (("A1",), ())


def test_a_long_title_leaves_room_for_the_sku_in_the_handle():
    some = [product(f"{sku}.png", sku, title="long " * 90) for sku in ("A1", "B1")]
    handles = [row["URL handle"] for row in read(exported(*some))]
    assert len(set(handles)) == 2
    assert all(len(name) <= shop_products.LONGEST_HANDLE for name in handles)


EXISTING = (
    b"\xef\xbb\xbfHandle,Title,Tags,Variant SKU\n"
    b'linen-shirt,"Linen shirt","Sale, Tops",A1\nlinen-shirt,,,A2\nbag,Bag,,\n'
)


def test_tags_are_added_to_those_that_are_there_unless_replacing_was_chosen():
    existing = shop_products.existing_products(EXISTING)
    (row,) = read(exported(product(), existing=existing))
    assert row == {"Handle": "linen-shirt", "Title": "Linen shirt", "Type": "Upper", "Tags": "Sale, Tops, new"}
    (row,) = read(exported(product(), existing=existing, replaces_tags=True))
    assert row["Tags"] == "tops, new"


ROWS = (
    "linen-shirt,Linen shirt,\"Summer, Sale\",LS-B", "linen-shirt,,,LS-A", "linen-shirt,,,LS-C", "bag,Bag,Old,B-1",
)  # fmt: skip


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::3])
@pytest.mark.parametrize(("handle_column", "sku_column"), [("Handle", "Variant SKU"), ("URL handle", "SKU")])
def test_the_rows_of_a_product_come_in_any_order_and_none_of_its_cells_is_lost(order, handle_column, sku_column):
    lines = [f"{handle_column},Title,Tags,{sku_column}", *(ROWS[place] for place in order)]
    existing = shop_products.existing_products("\n".join(lines).encode())
    found = exported(product(sku="LS-A", title="Another title"), existing=existing)
    (row,) = read(found)
    expected = {"Title": "Linen shirt", "Type": "Upper", "Tags": "Summer, Sale, tops, new"}
    assert row == {handle_column: "linen-shirt", **expected}
    assert found.num_new == 0


@pytest.mark.parametrize(("sku", "title", "handle"), [
    ("", "Women's linen shirt", "womens-linen-shirt"),  # by its title
    ("", "women's  LINEN shirt", "womens-linen-shirt"),
    ("", "Renamed", "edited-by-hand"),  # the shop's handle was edited
    ("N1", "Women's linen shirt", "womens-linen-shirt"),  # the shop's has no SKU
    ("", "Bag", "bag"),  # two have that title: by its handle
])  # fmt: skip
def test_a_product_is_known_again_by_sku_then_title_then_handle(sku, title, handle):
    existing = shop_products.existing_products(
        b"Handle,Title,Tags,Variant SKU\nwomens-linen-shirt,Women's linen shirt,Old,\nedited-by-hand,Renamed,Old,\n"
        b"bag,Bag,Old,\nbag-2,Bag,Old,\n"
    )
    found = exported(product(sku=sku, title=title), existing=existing, with_missing_sku=True)
    (row,) = read(found)
    assert (row["Handle"], found.num_new) == (handle, 0)
    assert row["Tags"].startswith("Old")


def test_a_sku_that_two_products_of_the_shop_have_is_named_and_theirs_stay():
    existing = shop_products.existing_products(
        b"Handle,Title,Tags,Variant SKU\nlinen-shirt,Linen shirt,Sale,A1\nbag,Bag,Old,A1\nbag,,,A1\ncoat,Coat,Old,B2\n"
    )
    found = exported(product(), product("b.png", "B2", title="Coat"), existing=existing)
    assert (found.twice, [row["Handle"] for row in read(found)]) == (("A1",), ["coat"])
    assert exported(product(), layout="generic", existing=existing).twice == ()


def test_a_shop_file_whose_numbers_a_spreadsheet_shortened_is_refused_with_its_line():
    with pytest.raises(errors.ExportRefused, match=r"Line 3 of the shop's file: a .* 4.00638E\+12"):
        shop_products.existing_products(b"Handle,Title,Tags,Variant SKU\na,A,,A1\nb,B,,4.00638E+12\n")


def test_products_that_the_shop_does_not_have_are_counted_only_where_it_said_what_it_has():
    existing = shop_products.existing_products(EXISTING)
    some = [product(), product("b.png", "B2", title="Other"), product("c.png", "C3", title="Third")]
    assert exported(*some, existing=existing).num_new == 2
    assert exported(*some).num_new is None
    assert exported(*some, layout="generic", existing=existing).num_new is None


def test_a_product_with_no_room_for_another_tag_stays_and_is_named():
    tags = ", ".join(f"tag {number}" for number in range(shop_export.MOST_TAGS - 1))
    existing = shop_products.existing_products(f'Handle,Title,Tags,Variant SKU\nfull,Full,"{tags}",A1\n'.encode())
    found = exported(product(), product("b.png", "B2", title="Other"), existing=existing)  # two tags, room for one
    assert (found.full, [row[0] for row in found.rows]) == (("full",), ["other-b2"])
    (row,) = read(exported(product(category="Bag"), existing=existing))  # one tag
    assert row["Tags"].count(",") == shop_export.MOST_TAGS - 1
    assert exported(product(), existing=existing, replaces_tags=True).full == ()


def test_two_variants_of_one_product_are_one_row():
    existing = shop_products.existing_products(EXISTING)
    assert len(exported(product("a.png", "A1"), product("b.png", "A2"), existing=existing).rows) == 1
    found = exported(product("a.png", "A1"), product("b.png", "A2", category="Bag"), existing=existing)
    assert found.disputed == ("A1", "A2")


def test_a_new_product_never_takes_the_handle_of_another_one():
    existing = shop_products.existing_products(EXISTING)
    (row,) = read(exported(product(sku="Z9", title="Linen shirt"), existing=existing))
    assert row["Handle"] == "linen-shirt-z9"
    (row,) = read(exported(product(sku="", title="Bag", category="Bag"), existing=existing, with_missing_sku=True))
    assert row["Handle"] == "bag"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "must name Handle"), (b"name,Tags\n", "missing: Handle, Title. Got 'name,Tags'"),
     (b"Handle,Title\nbag,Bag\n", "an import would empty them in the shop; missing: Tags"),
     (b"\xff", "no text in UTF-8"), (b'Handle\n"a', "no CSV")],
)  # fmt: skip
def test_a_file_that_is_no_list_of_products_says_why(content, message):
    with pytest.raises(errors.ExportRefused, match=message):
        shop_products.existing_products(content)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Weißes  T-Shirt / Größe M", "weisses-t-shirt-grosse-m"),
        ("--", ""),
        ("シャツ", ""),
        ("Ärmel", "armel"),
        ("Women's linen shirt", "womens-linen-shirt"),
        ('Bag "Łódź" (new) [XL]', "bag-lodz-new-xl"),
        ("Smørrebrød Æble", "smorrebrod-aeble"),
        ("Cœur", "coeur"),
    ],
)
def test_a_handle_holds_letters_digits_and_dashes(text, expected):
    assert shop_products.handle(text) == expected


def test_nothing_decided_is_an_empty_file_with_its_header():
    found = exported(product(decision="none"))
    assert (found.num_decided, found.rows) == (0, ())
    assert read(exported(layout="generic")) == []


STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "'", "＝", "＋", "－", "＠", "a\r=", "a\n=")
CELLS = st.builds("{}{}".format, st.sampled_from(["", *STARTS]), st.text(max_size=8))


@settings(max_examples=250, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=10, max_size=10))
def test_ten_thousand_cells_never_start_a_formula_and_come_back(texts):
    """250 times 10 products of 4 columns: 10,000 cells, and as many of the generic layout."""
    some = [
        product(f"{number} {name}", sku, title=title, category="Bag", decided_by=who)
        for number, (name, sku, title, who) in enumerate(texts)
    ]
    for layout in shop_export.LAYOUTS:
        found = exported(*some, layout=layout, with_missing_sku=True)
        content = found.as_csv().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(content, newline="")))[1:]
        for cells, values in zip(rows, found.rows, strict=True):
            for cell, value in zip(cells, values, strict=True):
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠"))
                assert spreadsheet.original_cell(cell) == str(value)


def test_products_of_a_stored_batch_leave_as_their_table_says(store):
    run = worlds.publish(store)
    batch = batch_world.tagged(store, run, [0.99, 0.5, 0.4])
    batch_world.decide(store, batch, [1], "changed", "Bag")
    names = naming.defaults(run.class_names)

    def leaving():
        table = products.table(store, batch)
        found = shop_export.exported(table, names, layout="generic", with_missing_sku=True)
        return [(row["category"], row["decided_by"]) for row in read(found)]

    assert leaving() == [("Bag", "Ada")]
    batch_world.confirm(store, run)
    assert leaving() == [(run.class_names[0], "line confirmed by Ada"), ("Bag", "Ada")]
