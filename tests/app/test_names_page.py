"""The page of names: typed in, merged when asked, saved for everybody, and then on every screen."""

import csv
import io

import pytest

from core.quality import merging
from core.retail import naming
from core.store.base import audit
from core.store.batches import batch_tags
from core.store.live import promotions
from core.store.runs import runs
from core.store.team import names
from dashboard.data import predictions
from dashboard.gallery import downloads, listing
from dashboard.names import wording as naming_wording
from dashboard.parts import sheet
from dashboard.session import person
from tests.app import test_numbers, test_pages, test_verdicts
from tests.core.retail import test_tables, test_taxonomy
from tests.support import batch_world, sheets


@pytest.fixture
def store(own_published_store):
    """Two published runs, for this test alone."""
    return own_published_store


@pytest.fixture
def version(store):
    """One live version of the sample."""
    return promotions.live_run(store)


def row_of(version, class_name):
    return version.class_names.index(class_name)


def test_nothing_is_changed_before_anybody_types(store, version):
    at = test_verdicts.opened("setup")
    assert sheets.column(at, "Our name") == list(version.class_names)
    assert at.button(key="names-defaults").disabled
    assert naming_wording.NOTHING_MERGED in test_pages.texts(at)
    at.button(key="names-save").click().run()
    assert sheets.said(at) == naming_wording.UNCHANGED
    assert names.current(store, version.class_names).number == 0


def test_what_is_typed_when_the_button_is_clicked_is_saved_with_it(store, version):
    at = test_verdicts.opened("setup")
    sheets.typed(at, {0: {"Our name": "Oberteile"}})
    sheets.report(at, {1: {"Our name": "Hosen", "Tags": "hose, jeans"}})
    at.button(key="names-save").click().run()
    assert sheets.said(at) == naming_wording.SAVED
    assert [entry.name for entry in names.current(store, version.class_names).entries[:2]] == ["Oberteile", "Hosen"]
    assert sheets.column(at, "Tags")[:2] == ["", "hose, jeans"]
    assert sheets.data(at)["cells"] == {}


def test_names_are_saved_only_under_a_name_which_stands_in_the_log(store, version):
    at = test_verdicts.opened("setup", who="")
    sheets.report(at, {1: {"Our name": "Hosen"}})
    at.button(key="names-save").click().run()
    assert person.MISSING in test_pages.texts(at)
    assert names.current(store, version.class_names).number == 0 and audit.entries(store, action="names") == []
    at.text_input(key="control-name-names").set_value("Ada")
    at.button(key="names-save").click().run()
    assert names.current(store, version.class_names).entries[1].name == "Hosen"
    assert [entry.who for entry in audit.entries(store, action="names")] == ["Ada"]


@pytest.mark.parametrize(
    "changes",
    [
        {"base": "another"}, {"settled": 7}, {"cells": None}, {"cells": {"0,0": "A"}}, {"cells": {"99,1": "A"}},
        {"cells": {"0,9": "A"}}, {"cells": {"-1,1": "A"}}, {"cells": {"0,1": 7}}, {"cells": {"٠,1": "A"}},
    ],
    ids=str,
)  # fmt: skip
def test_a_report_of_another_table_or_of_no_cell_changes_nothing(store, version, changes):
    at = test_verdicts.opened("setup")
    sheets.report(at, {0: {"Our name": "Oberteile"}}, **changes)
    at.button(key="names-save").click().run()
    assert not at.exception
    assert names.current(store, version.class_names).number == 0


def test_a_merge_is_saved_only_as_it_was_asked_about(store, version):
    at = test_verdicts.opened("setup")
    tops = {"Our name": "Tops"}
    sheets.report(at, {row_of(version, name): tops for name in ("Shirt", "Pullover")})
    at.button(key="names-save").click().run()
    assert names.current(store, version.class_names).number == 0
    assert sheets.said(at) == ""
    assert "Pullover and Shirt would both be Tops." in test_pages.texts(at)
    sheets.report(at, {row_of(version, "Coat"): tops})
    at.button(key="names-merge").click().run()
    assert names.current(store, version.class_names).number == 0
    assert "Pullover, Coat and Shirt would all be Tops." in test_pages.texts(at)
    at.button(key="names-merge").click().run()
    assert names.current(store, version.class_names).merged == {"Tops": ("Pullover", "Coat", "Shirt")}


def test_a_name_that_was_typed_stands_on_every_page_and_in_lists(store, version):
    at = test_verdicts.opened("setup")
    sheets.typed(at, {row_of(version, "Shirt"): {"Our name": "Hemden *neu*"}})
    at.button(key="names-save").click().run()
    assert sheets.said(at) == naming_wording.SAVED
    assert names.current(store, version.class_names).of("Shirt").name == "Hemden *neu*"
    again = runs.find(store, version.id)
    for name in ("categories", "mistakes", "mistakes/compare", "mistakes/similar"):
        query = {"real": "Shirt", "category": "Shirt", "first": "Shirt", "garment": str(worst_shirt(version))}
        at = test_numbers.with_everything_open(test_pages.opened(name, **query))
        assert not at.exception
        said = test_pages.texts(at) + str([box.options for box in at.selectbox])
        assert "Hemden *neu*" in said, name
        assert "Shirt garments" not in said, name
    written = listing.as_csv(
        predictions.listed(again, "most-sure", {"true_class": row_of(version, "Shirt")}), again.names
    )
    assert "Hemden *neu*" in written.decode("utf-8-sig")


def worst_shirt(version):
    table = predictions.listed(version, "most-sure", {"true_class": row_of(version, "Shirt")})
    return int(table["garment"].iloc[0])


def test_verdicts_keep_the_names_of_the_model_and_show_ours(store, version):
    names.save(store, renamed(version, {"Coat": "Mäntel"}), who="Ada")
    garment = worst_shirt(version)
    test_verdicts.speak(store, version, garment, "label-wrong", who="Ada", category="Coat")
    assert test_verdicts.said(store) == {("Ada", garment): ("label-wrong", "Coat")}
    at = test_verdicts.opened("mistakes", real="Shirt", garment=str(garment))
    assert "You: label is wrong, it is Mäntel" in test_pages.texts(at)


def renamed(version, changes):
    entries = [
        naming.Entry(class_name=name, name=changes.get(name, name), department="Clothing")
        for name in version.class_names
    ]
    return naming.checked(entries, version.class_names)


def test_two_equal_names_are_asked_about_and_the_effect_is_told_at_once(store, version):
    at = test_verdicts.opened("setup")
    rows = {row_of(version, name): {"Our name": "Tops"} for name in ("Shirt", "T-shirt/top")}
    sheets.typed(at, rows)
    group = naming.checked(renamed(version, {"Shirt": "Tops", "T-shirt/top": "Tops"}).entries, version.class_names)
    found = merging.effect(predictions.counts(version), group.shop_index)
    said = test_pages.texts(at)
    assert naming_wording.effect(("T-shirt/top", "Shirt"), found) in said
    assert "T-shirt/top and Shirt would both be Tops. Is that one category in your shop?" in said
    assert names.current(store, version.class_names).merged == {}
    button = at.button(key="names-merge")
    assert button.label == "Yes, they are one: save for everybody"
    button.click().run()
    assert names.current(store, version.class_names).merged == {"Tops": ("T-shirt/top", "Shirt")}
    at = test_pages.opened("mistakes")
    assert at.dataframe[0].value["It really is"].tolist()[0] == "Tops"
    own = test_pages.opened("mistakes", categories="own")
    assert "Tops (Shirt)" in own.dataframe[0].value["It really is"].tolist()


def test_what_makes_no_sense_is_said_and_cannot_be_saved(store, version):
    at = test_verdicts.opened("setup")
    sheets.typed(at, {0: {"Our name": "  "}})
    assert f"{version.class_names[0]} has no name." in test_pages.texts(at)
    at.button(key="names-save").click().run()
    assert naming_wording.NOT_SAVED in test_pages.texts(at)
    assert f"{version.class_names[0]} has no name." in test_pages.texts(at)
    assert sheets.column(at, "Our name")[0] == "  "
    assert sheets.said(at) == ""
    assert names.current(store, version.class_names).number == 0


def test_a_colleague_who_was_faster_is_named_and_nothing_is_overwritten(store, version):
    at = test_verdicts.opened("setup")
    sheets.typed(at, {0: {"Our name": "Mine"}})
    names.save(store, renamed(version, {"Bag": "Taschen"}), who="Bo")
    at.button(key="names-save").click().run()
    assert "Bo changed this" in test_pages.texts(at)
    assert names.current(store, version.class_names).of("Bag").name == "Taschen"
    assert sheets.column(at, "Our name")[row_of(version, "Bag")] == "Taschen"
    assert sheets.said(at) == ""


def test_what_was_typed_before_the_table_changed_is_not_called_saved_and_stays(store, version):
    at = test_verdicts.opened("setup")
    sheets.typed(at, {0: {"Our name": "Mine"}})
    names.save(store, renamed(version, {"Bag": "Taschen"}), who="Bo")
    at.run()  # such as by the next word; before its table is on screen, somebody clicks
    before = sheets.data(at)
    at.button(key="names-save").click().run()
    assert sheet.BEHIND in test_pages.texts(at)
    assert sheets.said(at) == ""
    assert names.current(store, version.class_names).entries[0].name == version.class_names[0]
    told = sheets.data(at)
    assert told["behind"]
    assert (told["settled"], told["taken"]) == (before["settled"], before["taken"]) == (0, 0)
    sheets.report(at, {0: {"Our name": "Mine"}})
    at.button(key="names-save").click().run()
    assert sheets.said(at) == naming_wording.SAVED
    held = names.current(store, version.class_names)
    assert (held.entries[0].name, held.of("Bag").name) == ("Mine", "Taschen")
    assert not sheets.data(at)["behind"]
    at.button(key="names-save").click().run()
    assert sheets.said(at) == naming_wording.UNCHANGED


def test_one_click_leads_back_to_the_names_of_the_model(store, version):
    names.save(store, renamed(version, {"Bag": "Taschen"}), who="Bo")
    at = test_verdicts.opened("setup")
    assert "Last changed by Bo" in test_pages.texts(at)
    at.button(key="names-defaults").click().run()
    assert names.current(store, version.class_names).entries == naming.defaults(version.class_names).entries


def test_a_file_fills_the_table_and_a_wrong_one_says_why(store, version):
    at = test_verdicts.opened("setup")
    found = renamed(version, {"Bag": "Taschen"})
    at.file_uploader(key="names-file").upload("names.csv", naming.to_csv(found), "text/csv").run()
    at.button(key="names-take-in").click().run()
    assert "Taschen" in sheets.column(at, "Our name")
    assert sheets.said(at) == naming_wording.FROM_FILE
    assert names.current(store, version.class_names).number == 0
    at.button(key="names-save").click().run()
    assert names.current(store, version.class_names).of("Bag").name == "Taschen"
    at.file_uploader(key="names-file").upload("names.csv", b"a,b\n1,2\n", "text/csv").run()
    assert "The header must be category,name,department" in test_pages.texts(at)


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".txt", ".xlsx"])
def test_names_are_taken_from_every_kind_of_table(store, version, ending):
    at = test_verdicts.opened("setup")
    uploader = at.file_uploader(key="names-file")
    assert uploader.label == "Names from a CSV or a workbook of Excel"
    content = test_tables.saved_as(ending, naming.to_csv(renamed(version, {"Bag": "Taschen"})))
    uploader.upload(f"names{ending}", content, "application/octet-stream").run()
    at.button(key="names-take-in").click().run()
    assert not at.exception
    assert sheets.column(at, "Our name")[row_of(version, "Bag")] == "Taschen"


def test_a_file_of_names_is_looked_at_again_once_others_hold(store, version):
    at = test_verdicts.opened("setup")
    found = naming.to_csv(renamed(version, {"Bag": "Taschen"})).replace(b",product_category", b"")
    lines = [line.removesuffix(b",") for line in found.splitlines()]
    at.file_uploader(key="names-file").upload("names.csv", b"\n".join(lines), "text/csv").run()
    entries = [naming.Entry(class_name=name, name=name, product_category="A > B") for name in version.class_names]
    names.save(store, naming.checked(entries, version.class_names), who="Bo")
    at.run()
    at.button(key="names-take-in").click().run()
    assert set(sheets.column(at, "Product category")) == {"A > B"}
    assert sheets.column(at, "Our name")[row_of(version, "Bag")] == "Taschen"


def test_a_product_category_is_typed_once_a_release_was_dropped_and_kept_without_it(store, version):
    at = test_verdicts.opened("setup")
    sheets.typed(at, {row_of(version, "Shirt"): {"Product category": "aa-1"}})
    assert "Give its file categories.txt first." in test_pages.texts(at)
    at.button(key="names-save").click().run()
    assert naming_wording.NOT_SAVED in test_pages.texts(at)
    assert names.current(store, version.class_names).number == 0
    at.file_uploader(key="names-google").upload("google.txt", test_taxonomy.GOOGLE, "text/plain").run()
    assert naming_wording.MAPPING_ALONE in test_pages.texts(at)
    at.file_uploader(key="names-taxonomy").upload("categories.txt", test_taxonomy.CATEGORIES, "text/plain").run()
    assert "Release 2026-02: 4 categories, 2 of them with Google's." in test_pages.texts(at)
    at.button(key="names-save").click().run()
    kept = names.current(store, version.class_names).of("Shirt")
    assert (kept.product_category, kept.google_category) == (test_taxonomy.CLOTHING, "Google > Clothing")
    at = test_verdicts.opened("setup")
    assert test_taxonomy.CLOTHING in sheets.column(at, "Product category")
    sheets.typed(at, {row_of(version, "Bag"): {"Our name": "Taschen"}})
    at.button(key="names-save").click().run()
    assert names.current(store, version.class_names).of("Shirt") == kept
    at.file_uploader(key="names-taxonomy").upload("categories.txt", b"no release", "text/plain").run()
    assert "which names no release" in test_pages.texts(at)


def test_the_page_of_two_categories_leads_to_merging(store, version):
    at = test_pages.opened("mistakes/compare")
    labels = [link.proto.label.replace("\\", "") for link in at.get("page_link")]
    assert any("Do you need this difference in the shop?" in label for label in labels)


def test_new_garments_and_the_line_carry_our_names(store, version):
    names.save(store, renamed(version, {"Shirt": "Hemden"}), who="Ada")
    batch = batch_world.dropped(store, version, batch_world.new_photos(2))
    shirt = row_of(version, "Shirt")
    batch_tags.append(store, batch, [batch_world.photo_tag(version, position, 0.6, shirt) for position in range(2)])
    batch_world.decide(store, batch, [1], "changed", "Shirt")
    at = test_verdicts.opened("tag", batch=str(batch.number), garment="0")
    assert not at.exception
    assert "The model says Hemden (60 % sure)." in test_pages.texts(at)
    assert at.button(key="decide-accept-one").label == "Accept Hemden"
    line = test_verdicts.opened("automation")
    assert "Hemden" in [box.label for box in line.number_input]


def test_the_csv_of_a_list_carries_our_names_of_what_people_agree_on(store, version):
    garment = worst_shirt(version)
    test_verdicts.speak(store, version, garment, "label-wrong", who=person.name(), category="Coat")
    names.save(store, renamed(version, {"Coat": "Mäntel"}), who="Ada")
    again = runs.find(store, version.id)
    table = predictions.listed(again, "most-sure", {"true_class": row_of(version, "Shirt")})
    content = listing.as_csv(table, again.names, downloads._states(again, table)).decode("utf-8-sig")
    agreed = {row["garment"]: row["agreed_category"] for row in csv.DictReader(io.StringIO(content, newline=""))}
    assert agreed[str(garment)] == "Mäntel"
    assert set(agreed.values()) == {"", "Mäntel"}
