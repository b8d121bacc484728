"""The shop import on screen: what leaves, what stays and why, and the first rows."""

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.tagging import shop_export
from dashboard.tagging import shop_import, shop_wording
from tests.app import test_pages
from tests.core.retail import test_tables
from tests.core.tagging import test_shop_export
from tests.support import worlds


@pytest.fixture
def shown(store):
    """Draws the view alone, on a page of its own."""
    run = worlds.publish(store, worlds.catalogue(class_names=test_shop_export.CLASSES))

    def script(run, products):
        from dashboard.session import navigation
        from dashboard.tagging import shop_import

        navigation.chosen_page()
        shop_import.show(run, products, name="new arrivals", noted=lambda file, part: part.as_csv)

    def draw(*products, **query):
        table = pd.DataFrame(list(products), columns=list(test_shop_export.product()))
        at = AppTest.from_function(script, args=(run, table), default_timeout=60)
        at.query_params.update(query)
        return at.run()

    return draw


def button(at):
    return at.get("download_button")[0].proto


def test_nothing_decided_says_so_and_offers_no_file(shown):
    at = shown(*[test_shop_export.product(f"{number}.png", decision="none") for number in range(46)])
    assert button(at).disabled
    assert button(at).help == "0 of 46 decided."
    assert "0 of 46 products decided; only these can be exported." in test_pages.texts(at)


def test_the_first_five_rows_are_shown(shown):
    at = shown(*[test_shop_export.product(f"{number}.png", f"A{number}") for number in range(7)])
    assert at.dataframe[0].value["URL handle"].tolist() == [f"white-shirt-a{number}" for number in range(5)]
    assert at.dataframe[0].value["SKU"].tolist() == [f"A{number}" for number in range(5)]
    assert "The first 5 of 7 rows:" in test_pages.texts(at)
    assert button(at).label == "Shop import (7 rows)"
    assert not button(at).disabled


def test_the_layout_stands_in_the_address(shown):
    for layout in ("generic", "woocommerce"):
        at = shown(test_shop_export.product(), layout=layout)
        assert at.dataframe[0].value.columns.tolist() == list(shop_export.LAYOUTS[layout])
    at = shown(test_shop_export.product(), layout="<script>")
    assert not at.exception
    assert at.dataframe[0].value.columns.tolist()[:4] == list(shop_export.LAYOUTS["shopify"])


def test_products_without_sku_are_listed_and_taken_along_when_asked(shown):
    at = shown(test_shop_export.product("a.png", ""), test_shop_export.product("b.png", "B1"))
    assert at.expander[1].label == "1 decided product has no SKU and stays"
    assert at.dataframe[0].value["Photo"].tolist() == ["a.png"]
    assert button(at).label == "Shop import (1 row)"
    at.checkbox(key="shop-missing").check().run()
    assert button(at).label == "Shop import (1 row)"
    assert "Title and SKU do not say which product these are" in test_pages.texts(at)
    at.file_uploader[0].upload("shop.csv", test_shop_export.SHOP["shopify"], "text/csv").run()
    assert button(at).label == "Shop import (2 rows)"
    assert "**2 of 2 are new in the shop**" in test_pages.texts(at)


def test_where_no_product_has_a_sku_the_list_for_any_shop_is_chosen_and_why_is_said(shown):
    at = shown(*[test_shop_export.product(f"{number}.png", "") for number in range(2)])
    assert at.dataframe[1].value.columns.tolist() == list(shop_export.LAYOUTS["generic"])
    assert shop_wording.NO_SKU_AT_ALL in test_pages.texts(at)
    assert button(at).label == "Shop import (2 rows)"
    assert at.expander[0].label == "2 decided products have no SKU"
    at = shown(test_shop_export.product("a.png", ""), layout="shopify")
    assert button(at).disabled and button(at).label == "Shop import", "asked for, it says what holds there"


def test_a_file_of_the_shop_without_options_says_that_no_sku_leaves(shown):
    at = shown(test_shop_export.product())
    at.file_uploader[0].upload("shop.csv", test_shop_export.EXISTING, "text/csv").run()
    assert "SKUs are not in this file" in test_pages.texts(at)


def test_woocommerce_takes_its_own_file_and_says_how_to_import(shown):
    at = shown(test_shop_export.product(sku="S9"), test_shop_export.product("b.png", "N1"), layout="woocommerce")
    assert "leave *Update existing products* off" in test_pages.texts(at)
    at.file_uploader[0].upload("shop.csv", test_shop_export.SHOP["woocommerce"], "text/csv").run()
    assert at.dataframe[0].value["ID"].tolist() == ["7", ""]
    assert "for the second, which holds what is new" in test_pages.texts(at)
    labels = [found.proto.label for found in at.get("download_button")]
    assert labels == ["Already in the shop (1 row)", "New in the shop (1 row)"]
    at.file_uploader[0].upload("shop.csv", test_shop_export.SHOP["shopify"], "text/csv").run()
    assert "The header must name ID, Type, SKU" in test_pages.texts(at)


def test_what_was_decided_to_be_two_things_is_named(shown):
    at = shown(test_shop_export.product("a.png"), test_shop_export.product("b.png", category="Bag"))
    assert "so it stays: A1. Decide them alike." in test_pages.texts(at)
    assert button(at).disabled


def test_the_file_of_a_large_shop_is_taken_up_to_the_limit_that_is_checked(shown):
    at = shown(test_shop_export.product("0.png", "A0"))
    assert at.file_uploader[0].proto.max_upload_size_mb == shop_import.LARGEST_MB == 50


def test_the_shops_own_file_brings_handles_and_tags_and_a_wrong_one_says_why(shown):
    at = shown(test_shop_export.product())
    at.file_uploader[0].upload("shop.csv", test_shop_export.EXISTING, "text/csv").run()
    assert at.dataframe[0].value["Tags"].tolist() == ["Sale, Tops, Shirt"]
    at.checkbox(key="shop-replace").check().run()
    assert at.dataframe[0].value["Tags"].tolist() == ["Shirt"]
    at.file_uploader[0].upload("shop.csv", b"a,b\n", "text/csv").run()
    assert "The header must name Handle" in test_pages.texts(at)


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".txt", ".xlsx"])
@pytest.mark.parametrize("layout", test_shop_export.SHOP)
def test_the_shops_own_file_may_be_every_kind_of_table(shown, layout, ending):
    at = shown(test_shop_export.product(sku="S9"), layout=layout)
    assert at.file_uploader[0].label.endswith(": CSV or a workbook of Excel")
    content = test_tables.saved_as(ending, test_shop_export.SHOP[layout])
    at.file_uploader[0].upload(f"shop{ending}", content, "application/octet-stream").run()
    assert not at.exception
    assert shop_wording.existing(1, 1) in test_pages.texts(at)
