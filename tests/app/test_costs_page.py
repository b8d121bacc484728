"""What mistakes cost on screen: the grid, and orders and verdicts by number or by cost."""

import numpy as np
import pytest

from core.quality import cost
from core.retail import naming
from core.store.base import audit
from core.store.live import promotions
from core.store.runs import file_reader, runs
from core.store.team import costs
from core.store.team import names as stored_names
from dashboard.costs import grid as cost_grid
from dashboard.costs import wording as cost_wording
from dashboard.data import predictions, run_views
from dashboard.gallery import filters
from dashboard.parts import places, sheet
from dashboard.session import person
from tests.app import test_pages, test_verdicts
from tests.support import sheets


@pytest.fixture
def store(own_published_store):
    """Two published runs, for this test alone."""
    return own_published_store


@pytest.fixture
def version(store):
    """Two versions of the sample, the first one live and weak."""
    return promotions.live_run(store)


@pytest.fixture
def chosen(store, version):
    """Everything does not matter but one kind of mistake, in both directions."""
    worst = predictions.confused_pairs(version).iloc[-1]
    levels = np.zeros((len(version.class_names),) * 2, dtype=np.int64)
    first, second = int(worst["first_index"]), int(worst["second_index"])
    levels[first, second] = levels[second, first] = cost.EXPENSIVE
    costs.save(store, naming.defaults(version.class_names), levels, who="Ada", expected=0)
    return first, second


def test_the_grid_begins_with_departments_and_a_choice_is_saved_for_everybody(store, version):
    at = test_verdicts.opened("setup/costs")
    names = naming.defaults(version.class_names)
    shirt, coat, bag = (version.class_names.index(name) for name in ("Shirt", "Coat", "Bag"))
    assert (sheets.column(at, "Coat")[shirt], sheets.column(at, "Bag")[shirt]) == ("Annoying", "Expensive")
    assert sheets.column(at, "Coat")[coat] is None
    at.button(key="costs-save").click().run()
    assert sheets.said(at) == cost_wording.UNCHANGED
    assert not costs.current(store, names).is_chosen
    sheets.report(at, {shirt: {"Coat": "Does not matter"}})
    at.button(key="costs-save").click().run()
    assert sheets.said(at) == cost_wording.SAVED
    held = costs.current(store, names)
    assert held.is_chosen
    assert held.levels[shirt, coat] == cost.NO_MATTER
    assert held.levels[coat, shirt] == cost.ANNOYING
    assert held.levels[shirt, bag] == cost.EXPENSIVE
    at.button(key="costs-defaults").click().run()
    assert not costs.current(store, names).is_chosen
    assert not at.exception


def test_costs_are_saved_only_under_a_name_which_stands_in_the_log(store, version):
    at = test_verdicts.opened("setup/costs", who="")
    names = naming.defaults(version.class_names)
    shirt = version.class_names.index("Shirt")
    sheets.report(at, {shirt: {"Coat": "Does not matter"}})
    at.button(key="costs-save").click().run()
    assert person.MISSING in test_pages.texts(at)
    assert not costs.current(store, names).is_chosen and audit.entries(store, action="costs") == []
    at.text_input(key="control-name-costs").set_value("Ada")
    at.button(key="costs-save").click().run()
    assert costs.current(store, names).levels[shirt, version.class_names.index("Coat")] == cost.NO_MATTER
    assert [entry.who for entry in audit.entries(store, action="costs")] == ["Ada"]
    assert "control-name-costs" not in [field.key for field in at.text_input]


@pytest.mark.parametrize("edits", [{0: {"Coat": "Cheap"}}, {4: {"Coat": "Annoying"}}, {40: {"Coat": "Annoying"}}])
def test_what_no_grid_can_hold_is_not_chosen(store, version, edits):
    at = test_verdicts.opened("setup/costs")
    sheets.report(at, edits)
    at.button(key="costs-save").click().run()
    assert not at.exception
    assert not costs.current(store, naming.defaults(version.class_names)).is_chosen


def test_a_colleague_who_was_faster_keeps_what_they_chose(store, version):
    at = test_verdicts.opened("setup/costs")
    sheets.typed(at, {0: {"Coat": "Expensive"}})
    levels = np.full((len(version.class_names),) * 2, cost.ANNOYING)
    held = costs.save(store, naming.defaults(version.class_names), levels, who="Bo", expected=0)
    at.button(key="costs-save").click().run()
    assert "Bo changed this" in test_pages.texts(at)
    assert sheets.said(at) == ""
    assert costs.current(store, naming.defaults(version.class_names)).number == held.number


def test_what_was_chosen_before_the_grid_changed_is_not_called_saved_and_stays(store, version):
    names = naming.defaults(version.class_names)
    coat, bag = (version.class_names.index(name) for name in ("Coat", "Bag"))
    at = test_verdicts.opened("setup/costs")
    sheets.typed(at, {0: {"Coat": "Expensive"}})
    levels = costs.current(store, names).levels.copy()
    levels[0, bag] = cost.NO_MATTER
    costs.save(store, names, levels, who="Bo", expected=0)
    at.run()
    at.button(key="costs-save").click().run()
    assert sheet.BEHIND in test_pages.texts(at)
    assert (sheets.said(at), sheets.data(at)["settled"], sheets.data(at)["behind"]) == ("", 0, True)
    sheets.report(at, {0: {"Coat": "Expensive"}})
    at.button(key="costs-save").click().run()
    assert sheets.said(at) == cost_wording.SAVED
    held = costs.current(store, names).levels
    assert (held[0, coat], held[0, bag]) == (cost.EXPENSIVE, cost.NO_MATTER)


def test_rows_that_were_left_stay_beside_what_a_colleague_saves(store, version, monkeypatch):
    monkeypatch.setattr(cost_grid, "LARGEST", 9)
    names = naming.defaults(version.class_names)
    coat, bag, shirt = (version.class_names.index(name) for name in ("Coat", "Bag", "Shirt"))
    at = test_verdicts.opened("setup/costs")
    column = "Such a mistake is"
    sheets.report(at, {coat: {column: "Does not matter"}, shirt: {column: "Does not matter"}})
    at.selectbox(key="control-costs-row").set_value(coat).run()
    sheets.typed(at, {bag: {column: "Annoying"}})
    levels = costs.current(store, names).levels.copy()
    levels[0, shirt] = cost.EXPENSIVE
    costs.save(store, names, levels, who="Bo", expected=0)
    at.run()
    assert "Changed and not saved yet: T-shirt/top." in test_pages.texts(at)
    at.selectbox(key="control-costs-row").set_value(bag).run()
    assert sheet.BEHIND in test_pages.texts(at)
    assert sheets.column(at, column)[coat] is None, "the row was left before what was chosen in it is known"
    sheets.report(at, {bag: {column: "Annoying"}})
    at.button(key="costs-save").click().run()
    assert sheets.said(at) == cost_wording.SAVED
    held = costs.current(store, names).levels
    assert (held[0, coat], held[0, shirt], held[coat, bag]) == (cost.NO_MATTER, cost.EXPENSIVE, cost.ANNOYING)


def test_many_categories_are_chosen_row_by_row_and_saved_together(store, version, monkeypatch):
    monkeypatch.setattr(cost_grid, "LARGEST", 9)
    at = test_verdicts.opened("setup/costs")
    coat, bag = (version.class_names.index(name) for name in ("Coat", "Bag"))
    assert sheets.column(at, "Tagged as") == list(version.class_names)
    sheets.report(at, {coat: {"Such a mistake is": "Does not matter"}})
    at.selectbox(key="control-costs-row").set_value(bag).run()
    assert "Changed and not saved yet: T-shirt/top." in test_pages.texts(at)
    assert sheets.column(at, "Such a mistake is")[bag] is None
    sheets.report(at, {coat: {"Such a mistake is": "Annoying"}})
    at.button(key="costs-save").click().run()
    assert sheets.said(at) == cost_wording.SAVED
    levels = costs.current(store, naming.defaults(version.class_names)).levels
    assert (levels[0, coat], levels[bag, coat]) == (cost.NO_MATTER, cost.ANNOYING)
    assert "not saved yet" not in test_pages.texts(at)
    at.selectbox(key="control-costs-row").set_value(0).run()
    assert sheets.column(at, "Such a mistake is")[coat] == "Does not matter"


@pytest.fixture
def tops(store, version):
    """The live version with its tops sold as one; before that Shirt tagged T-shirt/top was made expensive."""
    names, index = naming.defaults(version.class_names), version.class_names.index
    levels = costs.current(store, names).levels.copy()
    levels[index("Shirt"), index("T-shirt/top")] = levels[index("Shirt"), index("Coat")] = cost.EXPENSIVE
    costs.save(store, names, levels, who="Ada", expected=0)
    tops = ("T-shirt/top", "Shirt", "Pullover")
    entries = [naming.Entry(class_name=each, name="Tops" if each in tops else each) for each in version.class_names]
    stored_names.save(store, naming.checked(entries, version.class_names), who="Ada", merges=["Tops"])
    return promotions.live_run(store)


def test_what_is_sold_as_one_is_one_row_of_the_grid_and_costs_nothing_within(store, tops):
    view, names = run_views.of(tops), naming.defaults(tops.class_names)
    at = test_verdicts.opened("setup/costs")
    assert sheets.column(at, "Real category") == list(view.names)
    row = view.names.index("Tops")
    assert (sheets.column(at, "Tops")[row], sheets.column(at, "Coat")[row]) == (None, "Expensive")
    assert cost_wording.merged(differs=True) in test_pages.texts(at)
    held = costs.current(store, names)
    sold = np.array(tops.sold_as)
    table = predictions.predictions(tops)
    is_wrong = sold[table["true_class"]] != sold[table["predicted_class"]]
    total = int(held.weights[table["true_class"], table["predicted_class"]][is_wrong].sum())
    assert cost_wording.total(total, 300) in test_pages.texts(at)
    own = test_verdicts.opened("setup/costs", categories="own")
    assert sheets.column(own, "Real category") == list(tops.names)


def test_a_cost_of_what_is_sold_as_one_is_kept_for_all_its_parts_and_nothing_else_changes(store, tops):
    view, names, index = run_views.of(tops), naming.defaults(tops.class_names), tops.class_names.index
    before = costs.current(store, names).levels
    at = test_verdicts.opened("setup/costs")
    sheets.report(at, {view.names.index("Tops"): {"Bag": "Does not matter"}})
    at.button(key="costs-save").click().run()
    expected = before.copy()
    expected[[index(name) for name in ("T-shirt/top", "Shirt", "Pullover")], index("Bag")] = cost.NO_MATTER
    np.testing.assert_array_equal(costs.current(store, names).levels, expected)


def test_what_is_within_a_merge_comes_last_in_the_order_by_cost(tops):
    every = predictions.Group(name="every", garments=np.arange(300))
    listed = filters.listed(tops, filters.Listing(order="cost", group=every))
    sold = np.array(tops.sold_as)
    is_wrong = sold[listed["true_class"]] != sold[listed["predicted_class"]]
    assert is_wrong.tolist() == sorted(is_wrong.tolist(), reverse=True)
    own = filters.listed(tops, filters.Listing(order="cost", group=every, merged=False))
    first = own.iloc[: np.count_nonzero(own["true_class"] != own["predicted_class"])]
    assert (first["true_class"] != first["predicted_class"]).all()


def test_the_page_tells_what_the_mistakes_cost(store, version):
    weights = costs.current(store, naming.defaults(version.class_names)).weights
    table = file_reader.load_predictions(store, version)
    total = int(weights[table["true_class"], table["predicted_class"]].sum())
    assert cost_wording.total(total, 300) in test_pages.texts(test_verdicts.opened("setup/costs"))


def test_what_goes_wrong_is_read_by_cost_when_the_address_says_so(store, version, chosen):
    at = test_pages.opened("mistakes", by="cost")
    assert not at.exception
    said = test_pages.texts(at)
    assert "What goes wrong, dearest first" in said
    assert "What goes wrong, most often first" in test_pages.texts(test_pages.opened("mistakes"))


def test_the_dearest_wrong_tags_come_first(store, version, chosen):
    listed = predictions.listed(version, "cost", {})
    num = int(predictions.counts(version)[chosen[0], chosen[1]] + predictions.counts(version)[chosen[1], chosen[0]])
    assert {frozenset(kind) for kind in listed[["true_class", "predicted_class"]].to_numpy()[:num]} == {
        frozenset(chosen)
    }
    assert "cost" in filters.ORDERS
    at = test_pages.opened("mistakes", order="cost")
    assert not at.exception
    assert f"Garment {listed['garment'].iloc[0]:,}" in test_pages.texts(at)


def test_a_verdict_on_a_new_version_can_be_read_by_cost(store, version, chosen):
    at = test_pages.opened("versions", by="cost")
    new = runs.find(store, "2")
    tables = [file_reader.load_predictions(store, run) for run in (version, new)]
    weights = costs.current(store, naming.defaults(version.class_names)).weights
    change = cost.cost_change(
        tables[0]["true_class"].to_numpy(), *(table["predicted_class"].to_numpy() for table in tables), weights
    )
    said = test_pages.texts(at)
    assert cost_wording.result(change, 2, 1) in said
    assert cost_wording.balance(change) in said
    assert cost_wording.balance(change) not in test_pages.texts(test_pages.opened("versions"))


def test_a_sheet_has_its_place_before_it_is_drawn(version, monkeypatch):
    kept = {}
    at_least = places.at_least

    def noted(height, key, **more):
        kept[key] = height
        return at_least(height, key, **more)

    monkeypatch.setattr(places, "at_least", noted)
    test_verdicts.opened("setup/costs")
    test_verdicts.opened("setup/names")
    # Read off the screen: 10 rows of cells to paint of 35.6 pixels below brushes and titles; 11 lines of fields.
    assert (kept["costs-sheet-place"], kept["names-sheet-place"]) == (478, 415)
