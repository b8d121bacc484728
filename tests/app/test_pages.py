"""Every page of PAGES in the states it can be in, without a browser."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics
from streamlit.testing.v1 import AppTest

from core import jobs
from core.catalogue import kept
from core.jobs import bringing_in, first_start, records
from core.quality import pairs, scores
from core.store.live import promotions
from core.store.runs import file_reader, garments, publishing
from dashboard.data import predictions
from dashboard.gallery import filter_controls, filters
from dashboard.garments import wording as garments_wording
from dashboard.look import phrases
from dashboard.mixups import wording as mixups_wording
from dashboard.session import address, browser_memory, flags, site_map
from dashboard.today import wording as today_wording
from dashboard.training import form as training_form
from tests.support import worlds

ENTRY = site_map.FOLDER.parent / "dashboard" / "main.py"
FIRST = next(iter(site_map.PAGES))
HOSTILE = (
    "<script>alert(1)</script>", "../../etc/passwd", "%00", "\u202e", "[x](javascript:alert(1))", "", "-1", "1e9",
    "9" * 400, "٣", "NaN", ":red[x]", "'; DROP TABLE runs; --",
)  # fmt: skip


def opened(place=FIRST, /, **query):
    """A place as its address opens it: no other page has run before."""
    at = AppTest.from_file(str(ENTRY), default_timeout=60)
    page = place.partition("/")[0]
    if page != FIRST:
        at.switch_page(str(site_map.path(page)))
    for name, value in site_map.query_of(place, query).items():
        at.query_params[name] = value
    return at.run()


def titled(place):
    """What the page of a place is called."""
    return site_map.PAGES[place.partition("/")[0]].title


def texts(at):
    """Everything said on the page, as it is read."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "info", "success", "warning", "error")
    said = " \n".join(str(element.value) for kind in kinds for element in at.get(kind))
    return said.replace("\\", "").replace("\N{WORD JOINER}", "")


def test_no_chart_of_any_page_is_drawn_without_a_mark(published_store):
    num_charts = 0
    for name in ("today", "categories", "mistakes", "automation"):
        for chart in opened(name).get("plotly_chart"):
            num_charts += 1
            traces = json.loads(chart.proto.spec)["data"]
            assert any(len(trace.get("z") or trace.get("y") or ()) for trace in traces), name
    assert num_charts >= 5


@pytest.mark.parametrize("name", site_map.PAGES)
def test_every_page_asks_the_question_of_its_docstring(name):
    entry = site_map.PAGES[name]
    assert ast.get_docstring(ast.parse(site_map.path(name).read_text(encoding="utf-8"))) == entry.question


@pytest.mark.parametrize("name", site_map.places())
def test_every_page_shows_the_version_and_its_foot(published_store, name):
    at = opened(name)
    assert not at.exception
    assert not at.error
    assert at.title[0].value == titled(name)
    assert "A tenth of Fashion-MNIST that comes with this program." in texts(at)
    assert "Version 1 (live) · trained on" in texts(at)
    assert "judged on 300 garments it had never seen" in texts(at)


def test_the_headline_is_the_accuracy_of_the_stored_predictions(published_store):
    run = promotions.live_run(published_store)
    table = file_reader.load_predictions(published_store, run)
    result = scores.accuracy(table["true_class"].to_numpy(), table["predicted_class"].to_numpy())
    at = opened()
    assert today_wording.headline(result, 1, is_live=True) in texts(at)
    assert today_wording.mistakes(300 - result.num_correct, 300) in texts(at)


def test_a_newer_version_is_the_next_step(published_store):
    at = opened()
    assert "Version 2 has been trained and nobody has decided about it." in texts(at)
    at.button(key="next-step").click().run()
    assert at.title[0].value == site_map.PAGES["versions"].title
    assert "Version 2 is clearly better than version 1: " in texts(at)
    assert at.query_params["new"] == "2"


def test_the_version_that_was_chosen_stays_from_page_to_page(published_store):
    at = opened(version="2")
    at.switch_page(str(site_map.path("mistakes"))).run()
    assert "Version 2 · trained on" in texts(at)
    assert at.query_params["version"] == "2"


def test_a_kind_in_the_address_opens_its_garments(published_store):
    run = promotions.live_run(published_store)
    pair = predictions.confused_pairs(run).iloc[0]
    at = opened("mistakes", real=pair["first_class"], tagged=pair["second_class"])
    chip = phrases.chosen_kind(pair["first_class"], pair["second_class"], pair["num_first_as_second"])
    assert at.button(key="chip").label.replace("\\", "").startswith(chip)
    at.button(key="chip").click().run()
    assert "real" not in at.query_params
    assert not [button for button in at.button if button.key == "chip"]


def test_a_click_on_the_map_writes_the_kind_into_the_address(published_store):
    at = opened("mistakes")
    run = promotions.live_run(published_store)
    point = {"customdata": [0, 1]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flags, "chart_points", lambda key: [point])
        written = {}
        patch.setattr(address, "change_address", written.update)
        patch.setattr(flags.Note, "set", lambda note, value: None)
        patch.setattr(address.st, "query_params", {})
        filter_controls.on_map_click(run, "map")()
    assert not at.exception
    assert written["real"] == run.class_names[0]
    assert written["tagged"] == run.class_names[1]


def test_ranked_sentences_are_the_pairs_of_the_stored_predictions(published_store):
    at = opened("mistakes")
    run = promotions.live_run(published_store)
    table = pairs.most_confused_pairs(predictions.counts(run), run.class_names)
    listed = table[table["num_mistakes"] >= 10]
    num_real = predictions.counts(run).sum(axis=1)
    for pair in listed.to_dict("records"):
        assert mixups_wording.pair(pair, num_real[pair["first_index"]]) in texts(at)


def test_the_map_counts_what_the_filters_let_through(published_store):
    run = promotions.live_run(published_store)
    table = file_reader.load_predictions(published_store, run)
    sure = table[table["confidence"] >= 0.5]
    expected = metrics.confusion_matrix(sure["true_class"], sure["predicted_class"], labels=range(len(run.class_names)))
    (chart,) = opened("mistakes", sure="50-100").get("plotly_chart")
    shown = np.zeros_like(expected)
    for trace in json.loads(chart.proto.spec)["data"]:
        for row, texts_of_row in enumerate(trace.get("text") or []):
            if isinstance(texts_of_row, list):
                shown[row] += [int(str(text or "0").replace(",", "")) for text in texts_of_row]
    np.testing.assert_array_equal(shown, expected)


def test_filters_combine_and_the_count_is_always_visible(published_store):
    run = promotions.live_run(published_store)
    table = file_reader.load_predictions(published_store, run)
    wrong = table[table["true_class"] != table["predicted_class"]]
    real = wrong["true_class"].mode().iloc[0]
    expected = wrong[(wrong["true_class"] == real) & (wrong["confidence"] >= 0.5)]
    at = opened("mistakes", real=run.class_names[real], sure="50-100")
    noun = f"(of {len(wrong)} mistakes in all)"
    assert noun in texts(at)
    assert f"of {len(expected)} {noun}" in texts(at)
    at.button(key="clear-filters").click().run()
    assert f"of {len(wrong)} mistakes." in texts(at)


def test_a_list_without_garments_says_so_and_offers_the_way_back(published_store):
    at = opened("mistakes", sure="0-0")
    assert "No mistakes match. 1 filter is on." in texts(at)
    at.button(key="clear-empty").click().run()
    assert "No mistakes match" not in texts(at)


def test_an_opened_garment_shows_what_else_the_model_considered(published_store):
    at = opened("mistakes", garment="7")
    run = promotions.live_run(published_store)
    assert "Garment 7" in texts(at)
    assert [bar.text.split(" ")[0] for bar in at.get("progress")] == [
        phrases.markdown(name).split(" ")[0] for name, _ in predictions.best_guesses(run, 7)
    ]


def test_the_table_view_lists_the_same_garments(published_store):
    at = opened("mistakes", view="table")
    run = promotions.live_run(published_store)
    expected = filters.listed(run, filters.Listing())["garment"].head(24)
    assert at.dataframe[0].value["Garment"].tolist() == expected.tolist()


@pytest.mark.parametrize("name", site_map.places())
def test_hostile_addresses_fall_back_with_a_sentence(published_store, name):
    at = opened(name)
    for value in HOSTILE:
        for choice in ("version", "part", "real", "tagged", "sure", "order", "page", "garment", "view", "unit"):
            at.query_params[choice] = value
        at.run()
        assert not at.exception, value
        assert not at.error, value
        assert "The address asks for" in texts(at), value
        assert "Version 1 (live) · trained on" in texts(at), value


def test_names_that_anybody_chose_are_text_on_every_page(store):
    names = ("<img src=x onerror=alert(1)>", "[a](http://x.example)", ":red[**b**] $x$ `c`")
    worlds.publish(store, worlds.catalogue(num_test=90, class_names=names), skill=0.2)
    for place in site_map.places():
        at = opened(place, real=names[0], tagged=names[1])
        assert not at.exception
        assert not at.error
        for element in (*at.markdown, *at.caption, *at.info, *at.header, *at.subheader):
            assert "<img" not in element.value.replace("\\<img", "")
            assert "](http" not in element.value
            assert ":red[**b" not in element.value


def test_without_a_model_the_first_training_is_started_once(store):
    first, second = opened(), opened("mistakes")
    for at in (first, second):
        assert not at.exception
        assert at.title[0].value == "Getting your first model ready"
        assert {"Trouser", "Ankle boot"} <= {each.value for each in at.caption}, "there are garments to look at"
    queue = jobs.queue(store)
    assert [(job.recipe, job.catalogue, job.started_by) for job in (queue.running, queue.waiting)] == [
        (training_form.FIRST_RECIPE, "sample", "the dashboard"),
        (training_form.FIRST_RECIPE, None, "the dashboard"),
    ]


def test_own_photos_are_brought_in_before_there_is_any_version(store, monkeypatch):
    monkeypatch.setattr(browser_memory, "read", lambda name: "Ada")
    monkeypatch.setattr(bringing_in.launchers, "run_detached", lambda at, words, log: bringing_in.work(at, words[-1]))
    assert garments_wording.NONE not in texts(opened("tag")), "other pages wait for the model"
    at = opened("setup")
    assert not at.exception and at.title[0].value == "Set-up"
    assert at.query_params["part"] == "garments", "the part stays once there are others"
    at.button(key="try-examples").click().run()
    at.button(key="use-example-photos").click().run()
    at.button(key="train-on-example-photos").click().run()
    assert not at.exception
    queue = jobs.queue(store)
    assert queue.running.catalogue == "sample", "the first look goes on"
    assert queue.waiting.catalogue == kept.in_use(store.home) == "example-photos", "what nobody asked for gives way"


def test_a_first_look_stays_on_screen_and_on_its_page_until_the_real_model_is_asked_for(store):
    def arrives(seed, num_train, arrival):
        files = worlds.run_files(worlds.catalogue(num_train=num_train, num_test=num_train // 2), seed=seed)
        publishing.publish(store, files, worlds.facts(files, seed=seed), created_by="the dashboard", arrival=arrival)

    first_start.ask(store)
    arrives(0, 60, "first look")
    started = opened("today")
    assert "Next in line, after First look started by" in texts(started) and "after Quick check" not in texts(started)
    records.end(store, jobs.queue(store).running.id, "finished")
    at = opened("categories")
    assert "First look, learned from a tenth of the garments." in texts(at)
    arrives(1, 90, "after the first look")
    at.run()
    assert "Your real model is ready: " in texts(at)
    assert at.query_params["version"] == "1"
    today = opened("today", version="1")
    assert today_wording.nothing_to_compare(None, 2, has_earlier=False) in texts(today)
    assert "to see what it changed" not in texts(today)
    at.button(key="show-real").click().run()
    assert not at.exception
    assert at.query_params["version"] == "2"
    assert "Your real model is ready: " not in texts(at)
    assert "Your real model is ready: " not in texts(opened("categories")), "who comes later sees it at once"


def test_a_failed_first_training_says_why_and_is_not_started_again_by_itself(store):
    opened()
    for _ in range(2):  # the first look, and the one that waited for it
        jobs.cancel(store, jobs.current(store).id, who="Ada")
    at = opened()
    assert "The training was cancelled. Nothing that was there before has changed." in texts(at)
    assert not jobs.current(store).is_active
    at.button(key="again-welcome").click().run()
    assert jobs.current(store).is_active


def test_training_asks_once_and_shows_who_started_it(store):
    worlds.publish(store)
    at = opened()
    at.button(key="start").click().run()
    assert jobs.current(store) is None
    at.button(key="start-confirmed").click().run()
    assert jobs.current(store).is_active
    assert "Started by you just now." in texts(at)
    assert "Started by somebody at the dashboard just now." in texts(opened())
    at.button(key="cancel-job").click().run()
    assert not jobs.current(store).is_active


def test_a_broken_store_becomes_a_sentence_and_no_stack_trace(published_store, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("postgresql://user:secret@host/db")

    monkeypatch.setattr(file_reader, "load_predictions", fail)
    at = opened("categories")
    assert not at.exception
    assert "This page could not be shown." in texts(at)
    assert "secret" not in texts(at) + "".join(code.value for code in at.code)


def test_unreadable_pictures_leave_the_figures(published_store, monkeypatch):
    from core import errors

    def fail(*arguments):
        raise errors.ArtefactCorrupt("garments.safetensors is missing.")

    monkeypatch.setattr(garments, "load", fail)
    at = opened("mistakes")
    assert not at.exception
    assert "The pictures cannot be shown; every figure still can." in texts(at)
    assert "Showing 1 to 24" in texts(at)


def test_no_page_is_long_and_none_handles_errors():
    for page in site_map.PAGES:
        source = site_map.path(page).read_text(encoding="utf-8")
        assert len(source.splitlines()) <= 60
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.For | ast.Try)]


def test_starting_the_dashboard_loads_neither_torch_nor_scikit_learn():
    modules = sorted(
        ".".join(path.relative_to(ENTRY.parents[1]).with_suffix("").parts).removesuffix(".__init__")
        for path in ENTRY.parent.rglob("*.py")
        if path != ENTRY
    )
    code = f"import {', '.join(modules)}, sys; print([n for n in ('torch', 'sklearn') if n in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ENTRY.parents[1], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_no_markup_is_ever_built_from_data():
    for path in [*ENTRY.parent.rglob("*.py"), *site_map.FOLDER.glob("*.py")]:
        assert "unsafe_allow_html" not in path.read_text(encoding="utf-8"), path
    script = Path(ENTRY.parent / "gallery" / "component.js").read_text(encoding="utf-8")
    assert not [word for word in ("innerHTML", "insertAdjacentHTML", "outerHTML", "document.write") if word in script]
