"""The shop import on its page: the layout, what stays and why, the first rows, and the file."""

import datetime
from collections.abc import Callable

import pandas as pd
import streamlit as st

from core import errors
from core.access.roles import Action
from core.retail import tables
from core.retail.shop_products import Existing
from core.store.runs.runs import Run
from core.store.team import names as stored_names
from core.tagging import shop_export
from core.tagging.shop_export import ShopExport
from dashboard.data import store
from dashboard.look import phrases
from dashboard.session import address, guard, navigation, person
from dashboard.tagging import shop_wording

Noted = Callable[[str, ShopExport], Callable[[], bytes]]
NUM_PREVIEWED = 5
LARGEST_MB = 50
"""Megabytes that a file of the shop's products may have: some hundred thousand variants."""


def show(run: Run, products: pd.DataFrame, *, name: str, noted: Noted) -> None:
    """Draws the shop import of products that were tagged.

    Args:
        run: the version that tagged them.
        products: table of `core.tagging.products`.
        name: of the batch, for the file's name.
        noted: makes a file, by its name, when it is fetched, and notes that it left.
    """
    with guard.guarded("The shop import"), st.container(border=True, key="shop-export"):
        st.header("Shop import", anchor=False)
        person.render_refusal(Action.REVIEW, shop_wording.NOT_EVERYBODY)
        layout = _render_layout(_usual_layout(products))
        existing, replaces_tags = _render_existing(layout) if layout in shop_export.READERS else (None, False)
        with_missing = _render_missing(products, usually=layout == shop_wording.WITHOUT_SKUS)
        found = shop_export.exported(
            products,
            stored_names.current(store.store(), run.class_names),
            layout=layout,
            with_missing_sku=with_missing,
            existing=existing,
            replaces_tags=replaces_tags,
        )
        _render_staying(found)
        _render_leaving(found, name, noted)


def _usual_layout(products: pd.DataFrame) -> str:
    """What is chosen before anybody chooses: a shop where products can be told there, else the list for all."""
    return "shopify" if products.empty or (products["sku"] != "").any() else shop_wording.WITHOUT_SKUS


def _render_layout(usual: str) -> str:
    layout = address.choice("layout", tuple(shop_export.LAYOUTS), usual) or usual
    st.segmented_control(
        "Layout",
        list(shop_export.LAYOUTS),
        required=True,
        format_func=shop_wording.LAYOUTS.__getitem__,
        key=address.control_key("layout", layout),
        on_change=address.on_control("layout", lambda choice: None if choice == usual else str(choice)),
    )
    if usual == shop_wording.WITHOUT_SKUS:
        st.caption(shop_wording.NO_SKU_AT_ALL)
    navigation.render_link("setup/names", "Names, types and tags are set under Names")
    return layout


def _render_existing(layout: str) -> tuple[Existing | None, bool]:
    """What stands in the shop, where it was given, and whether its tags give way."""
    with st.expander("Products that are in the shop already"):
        st.caption(shop_wording.EXISTING_HELP[layout])
        file = st.file_uploader(
            shop_wording.existing_file(layout),
            type=tables.ENDINGS,
            max_upload_size=LARGEST_MB,
            key="shop-existing" if layout == "shopify" else f"shop-existing-{layout}",
        )
        replaces_tags = st.checkbox(
            "Replace their tags instead of adding to them", key="shop-replace", disabled=file is None
        )
        if file is None:
            return None, False
        if file.size > LARGEST_MB * 1024**2:
            st.error(shop_wording.too_large(file.size, LARGEST_MB * 1024**2))
            return None, False
        try:
            found = store.drawn(
                ("products of the shop", layout, file.file_id),
                lambda: shop_export.READERS[layout](file.getvalue()),
            )
        except errors.ExportRefused as error:
            st.error(phrases.markdown(str(error)), icon=":material/error:")
            return None, False
        st.caption(shop_wording.existing(len(found.by_handle), len(found.by_sku)))
        return found, replaces_tags


def _render_missing(products: pd.DataFrame, *, usually: bool) -> bool:
    """Whether decided products without SKU leave too; asked only where there are some, `usually`: ticked before."""
    without = shop_export.decided_without_sku(products)
    if not without:
        return False
    with st.expander(shop_wording.without_sku(len(without), stay=not usually)):
        st.dataframe(pd.DataFrame({"Photo": without}), hide_index=True)
    return st.checkbox(
        "Take them along all the same",
        value=usually,
        key=f"shop-missing-{usually}" if usually else "shop-missing",
        help=shop_wording.MISSING_HELP,
    )


def _render_staying(found: ShopExport) -> None:
    """How much is decided, and which of that stays and why."""
    st.markdown(f"**{shop_wording.decided(found.num_decided, found.num_rejected, found.num_products)}**")
    reasons = {
        shop_wording.disputed: found.disputed,
        shop_wording.twice: found.twice,
        shop_wording.unnamed: found.unnamed,
        shop_wording.unsafe: found.unsafe,
        shop_wording.full: found.full,
    }
    for words, names in reasons.items():
        if names:
            st.warning(phrases.markdown(words(names)), icon=":material/warning:")


def _render_leaving(found: ShopExport, name: str, noted: Noted) -> None:
    """What is new in the shop, the first rows, the file, and how the shop takes it."""
    if found.rows and found.num_new is not None:
        st.markdown(shop_wording.new_in_shop(found.num_new, len(found.rows)))
    if found.rows:
        if not found.has_skus:
            st.info(shop_wording.NO_SKUS, icon=":material/info:")
        st.caption(shop_wording.previewed(min(NUM_PREVIEWED, len(found.rows)), len(found.rows)))
        rows = [[str(cell) for cell in row] for row in found.rows[:NUM_PREVIEWED]]
        st.dataframe(pd.DataFrame(rows, columns=list(found.columns)), hide_index=True)
    parts = found.parts
    with st.container(horizontal=True):
        for place, part in enumerate(parts):
            _render_download(part, name, noted, None if len(parts) == 1 else place)
    if not found.rows:
        st.caption(shop_wording.nothing(found.num_decided, found.num_rejected, found.num_products))
    if found.rows and (words := shop_wording.how_to_import(found.layout, found.num_new, len(found.rows))):
        st.caption(words)


def _render_download(found: ShopExport, name: str, noted: Noted, part: int | None) -> None:
    """The button of one file; `part` says which of two it is."""
    nothing = shop_wording.nothing(found.num_decided, found.num_rejected, found.num_products)
    file_name = shop_wording.file_name(found.layout, name, datetime.date.today(), part)
    st.download_button(
        shop_wording.download(len(found.rows), part),
        data=noted(file_name, found),
        file_name=file_name,
        mime="text/csv",
        icon=":material/download:",
        type="primary" if found.rows else "secondary",
        on_click="ignore",
        **person.allowed(Action.REVIEW, disabled=not found.rows, help=None if found.rows else nothing),
        key="shop-download" if not part else "shop-download-new",
    )
