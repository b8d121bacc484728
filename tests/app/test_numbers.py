"""Every figure on screen, held against scikit-learn and SciPy computed from the stored predictions."""

import base64
import json
import re
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics

from core.store.runs import file_reader, runs
from dashboard.session import site_map
from tests.app import test_pages


@dataclass(frozen=True, kw_only=True)
class Oracle:
    """What another library finds in the stored predictions of one version."""

    names: tuple
    true: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray

    @property
    def counts(self):
        return metrics.confusion_matrix(self.true, self.predicted, labels=range(len(self.names)))

    def of_classes(self, score):
        return score(self.true, self.predicted, labels=range(len(self.names)), average=None, zero_division=np.nan)

    @property
    def num_correct(self):
        return int(metrics.accuracy_score(self.true, self.predicted, normalize=False))


def oracle_of(store, version):
    run = runs.find(store, str(version))
    table = file_reader.load_predictions(store, run)
    columns = (table[name].to_numpy() for name in ("true_class", "predicted_class", "confidence"))
    true, predicted, confidence = columns
    return Oracle(names=run.class_names, true=true, predicted=predicted, confidence=confidence)


def wilson(num_correct, num):
    found = binomtest(num_correct, num).proportion_ci(0.95, method="wilson")
    return found.low, found.high


@pytest.fixture(params=[1, 2])
def version(request):
    return request.param


@pytest.fixture
def oracle(published_store, version):
    return oracle_of(published_store, version)


def opened(name, version, **query):
    at = test_pages.opened(name, version=str(version), **query)
    assert not at.exception
    assert not at.error
    return at


def with_everything_open(at):
    """The page after every part that draws itself only when it is open was opened."""
    for expander in at.expander:
        key = expander.proto.id.rpartition("-")[2]
        if key not in ("", "None"):
            at.session_state[key] = True
    at.run()
    assert not at.exception
    assert not at.error
    return at


def charts(at):
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


def test_the_headline(oracle, version):
    said = test_pages.texts(opened("today", version))
    num = len(oracle.true)
    low, high = wilson(oracle.num_correct, num)
    assert (
        f"tags {100 * oracle.num_correct / num:.1f} of 100 garments correctly "
        f"(between {100 * low:.1f} and {100 * high:.1f})." in said
    )
    assert f"{num - oracle.num_correct} of {num} garments are tagged wrongly." in said
    assert f"judged on {num} garments it had never seen" in said


def test_the_card_of_the_weakest_category(oracle, version):
    said = test_pages.texts(opened("today", version))
    recall, precision = (oracle.of_classes(score) for score in (metrics.recall_score, metrics.precision_score))
    weakest = int(np.nanargmin(np.fmin(recall, precision)))
    assert f"### {oracle.names[weakest]}" in said
    assert f"It finds {100 * recall[weakest]:.0f} of 100." in said
    assert f"Of 100 such tags, {100 * precision[weakest]:.0f} are right." in said


def test_the_card_of_the_most_frequent_mix_up(oracle, version):
    said = test_pages.texts(opened("today", version))
    both = np.triu(oracle.counts + oracle.counts.T, k=1)
    num_mistakes = len(oracle.true) - oracle.num_correct
    named = [
        {first, second}
        for first, second in zip(*np.nonzero(both == both.max()), strict=True)
        if re.search(rf"\*\*({oracle.names[first]} and {oracle.names[second]}|"
                     rf"{oracle.names[second]} and {oracle.names[first]})\*\*:", said)
    ]  # fmt: skip
    assert len(named) == 1
    assert f"{both.max()} garments. Together {100 * both.max() / num_mistakes:.0f} % of all mistakes." in said


def test_the_card_of_what_changed(published_store):
    before, after = oracle_of(published_store, 1), oracle_of(published_store, 2)
    was_right, is_right = before.predicted == before.true, after.predicted == after.true
    num_fixed, num_broken = int((~was_right & is_right).sum()), int((was_right & ~is_right).sum())
    is_clear = binomtest(num_fixed, num_fixed + num_broken, 0.5).pvalue < 0.05
    verdict = ("clearly better" if num_fixed > num_broken else "clearly worse") if is_clear else "no clear difference"
    said = test_pages.texts(opened("today", 2))
    assert f"Fixed {num_fixed}, newly wrong {num_broken}" in said
    assert f"Of {len(after.true)} garments, since version 1: {verdict}." in said
    assert "The first version" in test_pages.texts(opened("today", 1))


def test_the_trend_over_versions(published_store):
    at = opened("today", 1)
    oracles = [oracle_of(published_store, number) for number in (1, 2)]
    table = next(frame.value for frame in at.dataframe if "Correct of 100" in frame.value)
    for row, found in zip(table.to_dict("records"), oracles, strict=True):
        num = len(found.true)
        low, high = wilson(found.num_correct, num)
        shown = (row["Correct of 100"], row["at least"], row["at most"])
        np.testing.assert_allclose(shown, (100 * found.num_correct / num, 100 * low, 100 * high), atol=0.0501)


SCORES = {
    "It finds, of 100": (metrics.recall_score, 100, 0.0501),
    "Right, of 100": (metrics.precision_score, 100, 0.0501),
    "recall": (metrics.recall_score, 1, 1e-12),
    "precision": (metrics.precision_score, 1, 1e-12),
    "f1": (metrics.f1_score, 1, 1e-12),
}
"""Column of a table of categories -> the score it holds, its unit and how far it may be rounded."""


def test_every_table_of_categories(oracle, version):
    checked = set()
    for name in site_map.places():
        for frame in with_everything_open(opened(name, version)).dataframe:
            checked |= check_table(frame.value, oracle)
    assert checked >= {*SCORES, "Real garments", "Tagged as this", "support", "num_predicted", "num_correct", "matrix"}


def check_table(table, oracle):
    """Compares the columns of a table that it knows; gives their names."""
    if "It really is" in table:
        np.testing.assert_array_equal(table[list(oracle.names)].to_numpy(), oracle.counts)
        assert table["It really is"].tolist() == list(oracle.names)
        return {"matrix"}
    key = next((key for key in ("Category", "class_name") if key in table), None)
    if key is None or not {"It finds, of 100", "recall"} & set(table):
        return set()
    order = [oracle.names.index(name) for name in table[key]]
    assert sorted(order) == list(range(len(oracle.names)))
    counts = oracle.counts
    totals = {"Real garments": counts.sum(1), "support": counts.sum(1), "Tagged as this": counts.sum(0),
              "num_predicted": counts.sum(0), "num_correct": np.diag(counts)}  # fmt: skip
    for column, expected in totals.items():
        if column in table:
            np.testing.assert_array_equal(table[column], expected[order], err_msg=column)
    for column, (score, unit, tolerance) in SCORES.items():
        if column in table:
            np.testing.assert_allclose(table[column], unit * oracle.of_classes(score)[order], atol=tolerance)
    for column, totals_of in (("recall", counts.sum(1)), ("precision", counts.sum(0))):
        for end, suffix in enumerate(("_low", "_high")):
            if column + suffix in table:
                ends = [wilson(int(counts[index, index]), int(totals_of[index]))[end] for index in order]
                np.testing.assert_allclose(table[column + suffix], ends, atol=1e-9)
    return {*totals, *SCORES} & set(table)


@pytest.mark.parametrize("unit", ["garments", "real", "tagged"])
def test_every_cell_of_the_map(oracle, version, unit):
    (figure,) = charts(opened("mistakes", version, unit=unit))[:1]
    num_classes = len(oracle.names)
    normalize = {"garments": None, "real": "true", "tagged": "pred"}[unit]
    expected = metrics.confusion_matrix(
        oracle.true, oracle.predicted, labels=range(num_classes), normalize=normalize
    ) * (1 if unit == "garments" else 100)
    written = np.array([squares["text"] for squares in figure["data"][:3]], dtype=object)
    assert ((written != "").sum(axis=0) <= 1).all(), "no cell is written on twice"
    texts = written.sum(axis=0)
    shown = np.array([[float(re.sub(r"[^\d.]", "", text) or 0) for text in row] for row in texts])
    rim = {
        (text["y"], text["x"]): float(re.sub(r"[^\d.]", "", text["text"]))
        for text in figure["layout"]["annotations"]
        if re.fullmatch(r"[<\d.,\s%]+", text.get("text", "")) and isinstance(text.get("x"), int)
    }
    np.testing.assert_allclose(shown, expected, atol=0.0 if unit == "garments" else 0.501)
    assert len(rim) >= num_classes
    if unit == "garments":
        counts = oracle.counts
        lost, intruders = counts.sum(1) - np.diag(counts), counts.sum(0) - np.diag(counts)
        for (row, column), value in rim.items():
            assert value == (lost[row] if row < num_classes else intruders[column])


def test_what_a_click_on_the_map_says(oracle, version):
    (figure,) = charts(opened("mistakes", version))[:1]
    marks = next(trace for trace in figure["data"] if trace.get("hovertext"))
    said = dict(zip(map(tuple, marks["customdata"]), marks["hovertext"], strict=True))
    counts, checked = oracle.counts, 0
    for (real, tagged), sentence in said.items():
        if real >= 0 and tagged >= 0:
            assert sentence.startswith(f"{counts[real, tagged]:,} of {counts[real].sum():,} {oracle.names[real]} ")
            checked += 1
    assert checked == len(oracle.names) ** 2


def test_the_bars_of_the_categories(oracle, version):
    figure = next(figure for figure in charts(opened("categories", version)) if figure["data"][0].get("type") == "bar")
    scores = {"real": metrics.recall_score, "tagged": metrics.precision_score}
    sides = set()
    for trace in figure["data"]:
        if trace.get("type") != "bar" or not trace.get("customdata"):
            continue
        for (index, side), value in zip(trace["customdata"], values(trace["x"]), strict=True):
            assert value == pytest.approx(100 * oracle.of_classes(scores[side])[index])
            sides.add(side)
    assert sides == set(scores)


def values(numbers):
    """The numbers of a trace: a list, or bytes as Plotly packs them."""
    if isinstance(numbers, dict):
        return np.frombuffer(base64.b64decode(numbers["bdata"]), dtype=np.dtype(numbers["dtype"])).tolist()
    return numbers


def test_the_lists_hold_exactly_the_mistakes(oracle, version):
    num_mistakes = len(oracle.true) - oracle.num_correct
    assert f"of {num_mistakes} mistakes." in test_pages.texts(opened("mistakes", version))
    table = opened("mistakes", version, view="table").dataframe[0].value
    surest = np.sort(oracle.confidence[oracle.true != oracle.predicted])[::-1][: len(table)]
    np.testing.assert_allclose(table["Sure"], 100 * surest, atol=0.0501)
    for row in table.to_dict("records"):
        assert oracle.names[oracle.true[row["Garment"]]] == row["Label"]
        assert oracle.names[oracle.predicted[row["Garment"]]] == row["Model said"]


def test_the_decision_about_a_version_rests_on_these_figures(published_store):
    live, new = (oracle_of(published_store, number) for number in (1, 2))
    was_right, is_right = live.true == live.predicted, new.true == new.predicted
    fixed, broken = int((~was_right & is_right).sum()), int((was_right & ~is_right).sum())
    at = opened("versions", 2)
    said = test_pages.texts(at)
    assert f": {fixed:,} fixed, {broken:,} newly wrong" in said
    assert f"{int((~was_right & ~is_right).sum()):,} wrong in both." in said
    luck = 100 * binomtest(min(fixed, broken), fixed + broken).pvalue
    assert ("fewer than 1 of 100 cases" if luck < 1 else f"{luck:.0f} of 100 cases") in said
    table = at.dataframe[0].value.set_index("Category")
    for column, oracle in (("Found before, of 100", live), ("Found now, of 100", new)):
        recall = dict(zip(oracle.names, 100 * oracle.of_classes(metrics.recall_score), strict=True))
        assert table[column].to_dict() == pytest.approx({name: round(recall[name], 1) for name in table.index})
    assert table["Fixed"].sum() == fixed
    assert table["Newly wrong"].sum() == broken


def test_the_table_of_versions_holds_their_figures(published_store):
    table = opened("versions/history", 1).dataframe[0].value.set_index("Version")
    for number in (1, 2):
        oracle = oracle_of(published_store, number)
        low, high = wilson(oracle.num_correct, len(oracle.true))
        assert table.loc[number, "Correct, of 100"] == round(100 * oracle.num_correct / len(oracle.true), 1)
        assert table.loc[number, "Between"] == f"{100 * low:.1f} and {100 * high:.1f}"
        weakest = oracle.names[int(np.argmin(oracle.of_classes(metrics.recall_score)))]
        assert table.loc[number, "Weakest category"] == weakest
