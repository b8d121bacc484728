"""Tags without labels: drawn at random, judged by people, and a version whose score is that of the sample."""

import pytest

from core import errors
from core.elsewhere import judging, reading, requests
from core.store.runs import file_reader, runs
from dashboard.elsewhere import wording
from tests.support import elsewhere


@pytest.fixture
def asked(store, tmp_path):
    file = tmp_path / "tags.csv"
    elsewhere.table(90).drop(columns="label").to_csv(file, index=False)
    folder = str(elsewhere.pictures(tmp_path / "pictures", 90))
    found = reading.read(store, file, folder)
    return judging.start(store, found, "cloud", file, folder, {}, num=40, who="Ada")


def say(store, places, kind, category="", request=""):
    judging.say(store, "cloud", places, kind, category, who="Ada", request_id=request or f"{kind} {places}")


def test_rows_are_drawn_without_repeats_from_the_whole_file(store, asked):
    rows = judging.drawn(store, "cloud")
    assert (asked.num_rows, asked.num_drawn, rows["line"].nunique()) == (90, 40, 40)
    assert rows["line"].max() > 60
    assert rows["line"].is_monotonic_increasing is False


def test_what_is_said_last_holds_and_is_taken_back(store, asked):
    say(store, [0, 1], "right")
    say(store, [1], "other", "Bag")
    say(store, [1], "other", "Bag")  # the same request says nothing more
    tags = judging.drawn(store, "cloud")["predicted"].tolist()
    assert {place: answer.category for place, answer in judging.answers(store, "cloud").items()} == {
        0: tags[0],
        1: "Bag",
    }
    say(store, [0], "withdrawn")
    assert list(judging.answers(store, "cloud")) == [1]


@pytest.mark.parametrize(("places", "kind", "category"), [([40], "right", ""), ([0], "other", "Hat"), ([0], "so", "")])
def test_what_makes_no_sense_is_refused_and_not_written(store, asked, places, kind, category):
    with pytest.raises(errors.ElsewhereRefused, match="says nothing of these tags"):
        say(store, places, kind, category)
    assert judging.answers(store, "cloud") == {}


def test_the_version_is_judged_on_the_sample_alone(store, asked):
    tags = judging.drawn(store, "cloud")["predicted"].tolist()
    say(store, list(range(30)), "right")
    for place in range(30, 38):
        say(store, [place], "other", next(name for name in elsewhere.NAMES if name != tags[place]))
    with pytest.raises(errors.ElsewhereRefused, match="2 of 40 are not judged yet"):
        judging.publish(store, "cloud", who="Ada")
    say(store, [38, 39], "cannot-tell")
    run = judging.publish(store, "cloud", who="Ada").run
    assert (run.num_correct, run.num_test) == (30, 38)
    assert (run.elsewhere.num_drawn, run.elsewhere.num_unlabelled) == (40, 52)
    told = wording.summary(1, "cloud", run.num_correct, run.num_test, run.elsewhere.num_drawn)
    assert told.endswith("They were drawn at random and judged by people; of 2 nobody could tell.")
    assert (file_reader.load_labels(store, run, "test") >= 0).all()


def test_by_the_page_the_version_is_made_by_a_process_and_the_sample_is_let_go(store, asked, monkeypatch):
    monkeypatch.setattr(requests.launchers, "run_detached", lambda *arguments, **how: None)
    say(store, list(range(40)), "right")
    requests.start_judged(store, "cloud", who="Ada")
    requests.work(store, "cloud")
    assert requests.find(store, "cloud").version == 1
    assert runs.find(store, "1").accuracy == 1.0
    assert judging.names(store) == []


def test_a_file_that_was_changed_since_is_refused(store, asked, tmp_path):
    say(store, list(range(40)), "right")
    elsewhere.table(90).drop(columns="label").iloc[::-1].to_csv(tmp_path / "tags.csv", index=False)
    with pytest.raises(errors.ElsewhereRefused, match="was changed since"):
        judging.publish(store, "cloud", who="Ada")


def test_tags_with_labels_and_too_few_are_not_drawn(store, tmp_path):
    file = tmp_path / "tags.csv"
    elsewhere.table(60).to_csv(file, index=False)
    folder = str(elsewhere.pictures(tmp_path / "pictures", 60))
    found = reading.read(store, file, folder)
    for num, why in ((40, "60 rows have a label"), (5, "Between 30 and")):
        with pytest.raises(errors.ElsewhereRefused, match=why):
            judging.start(store, found, "cloud", file, folder, {}, num=num, who="Ada")
