"""The Monday pack: its figures agree with others, its names do nothing, and every part says why it is empty."""

import csv
import html
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import numpy as np
import pytest
from sklearn import metrics

from core import errors
from core.quality import review
from core.report import pack
from core.store.base import artefacts
from core.store.live import promotions
from core.store.runs import file_reader, runs
from core.store.team import team
from core.store.verdicts import watch_lists
from tests.support import batch_world, report_world, worlds
from tests.support.payloads import SCRIPTS


def made(store, version="live", **options):
    options = {"who": "Ada", "now": datetime.now(UTC), **options}
    return pack.make(store, runs.find(store, version), **options)


def read(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def words(page):
    """What stands on the page, as one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"<style>.*?</style>", "", page, flags=re.S))).split())


def part(page, title):
    """What stands under a heading."""
    found = re.search(rf"<h2>{title}.*?</h2>(.*?)(?=<h2>|</main>)", page, re.S)
    return words(found[1])


# ---- figures ------------------------------------------------------------------------------------------------------


def test_the_score_card_says_what_scikit_learn_says_of_the_same_answers_with_merged_categories_as_one(store):
    run = report_world.two_versions(store, ("Shirt", "Coat", "Bag", "Hat"), num_test=200)
    report_world.merge(store, run, "Tops", "Shirt", "Coat")
    found = made(store, "2")
    table = file_reader.load_predictions(store, run)
    called = np.array(["Tops", "Tops", "Bag", "Hat"])
    true, said = called[table["true_class"]], called[table["predicted_class"]]
    order = ["Tops", "Bag", "Hat"]
    precision, recall, f1, support = metrics.precision_recall_fscore_support(true, said, labels=order)
    rows = read(found.lists["score-card.csv"])
    assert [row["class_name"] for row in rows] == order
    for column, expected in (("precision", precision), ("recall", recall), ("f1", f1), ("support", support)):
        assert [float(row[column]) for row in rows] == pytest.approx(expected, abs=1e-6), column
    for share in (*precision, *recall):
        assert f"{100 * share:.1f} (" in part(found.html, "Score card")
    accuracy = metrics.accuracy_score(true, said)
    told = part(found.html, "How good")
    assert told.startswith(f"Version 2 tags {100 * accuracy:.1f} of 100 garments correctly (between ")
    assert f"{np.sum(true != said)} of 200 garments are tagged wrongly." in told
    assert "one count as one here and in all that follows: Tops (Shirt, Coat)." in told
    own_accuracy = metrics.accuracy_score(table["true_class"], table["predicted_class"])
    assert own_accuracy < accuracy and f"In the model's own categories it is {100 * own_accuracy:.1f} of 100" in told
    wrong = read(found.lists["wrong-tags.csv"])
    assert sorted(int(row["garment"]) for row in wrong) == np.flatnonzero(true != said).tolist()
    counts = metrics.confusion_matrix(true, said, labels=order)
    off = counts + counts.T
    assert int(read(found.lists["mix-ups.csv"])[0]["num_mistakes"]) == np.triu(off, 1).max()


def test_in_the_models_own_categories_every_figure_says_what_scikit_learn_says_of_the_classes(store):
    run = report_world.two_versions(store, ("Shirt", "Coat", "Bag", "Hat"), num_test=200)
    report_world.merge(store, run, "Tops", "Shirt", "Coat")
    found = made(store, "2", as_sold=False)
    table = file_reader.load_predictions(store, run)
    order = np.array(["Tops (Shirt)", "Tops (Coat)", "Bag", "Hat"])
    true, said = order[table["true_class"]], order[table["predicted_class"]]
    rows = read(found.lists["score-card.csv"])
    assert [row["class_name"] for row in rows] == order.tolist()
    recall = metrics.recall_score(true, said, labels=order, average=None)
    assert [float(row["recall"]) for row in rows] == pytest.approx(recall, abs=1e-6)
    told = part(found.html, "How good")
    assert told.startswith(f"Version 2 tags {100 * (true == said).mean():.1f} of 100 garments correctly (between ")
    assert "Here and in all that follows the model's own categories count." in told
    called = np.array(["Tops", "Tops", "Bag", "Hat"])
    sold = metrics.accuracy_score(called[table["true_class"]], called[table["predicted_class"]])
    assert f"With those that your team made one, Tops (Shirt, Coat), it is {100 * sold:.1f} of 100" in told
    wrong = read(found.lists["wrong-tags.csv"])
    assert sorted(int(row["garment"]) for row in wrong) == np.flatnonzero(true != said).tolist()
    counts = metrics.confusion_matrix(true, said, labels=order)
    assert int(read(found.lists["mix-ups.csv"])[0]["num_mistakes"]) == np.triu(counts + counts.T, 1).max()
    assert "tagged Tops (" in part(found.html, "The worst mix-ups")


def test_a_merge_counts_in_what_changed_in_watch_lists_and_after_review(store, monkeypatch):
    monkeypatch.setattr(review, "ENOUGH", 1)
    run = report_world.two_versions(store, ("Shirt", "Coat", "Bag"), num_test=300)
    worlds.publish(store, worlds.catalogue(num_train=80, num_test=300, class_names=run.class_names), seed=5, skill=0.6)
    report_world.say(store, run, 0, review.CANNOT_TELL)
    report_world.merge(store, run, "Tops", "Shirt", "Coat")
    was, now = (file_reader.load_predictions(store, runs.find(store, number)) for number in "23")
    keys = file_reader.load_keys(store, run, "test")
    watch_lists.save(store, "ab", name="Odd ones", garments=[keys[number] for number in range(60)], about="wrong",
                     version=1, who="Ada")  # fmt: skip
    for as_sold, called in ((True, np.array([0, 0, 1])), (False, np.arange(3))):
        right = [(called[table["true_class"]] == called[table["predicted_class"]]) for table in (was, now)]
        page = made(store, "3", as_sold=as_sold).html
        told = part(page, "What changed")
        assert f"Fixed {(~right[0] & right[1]).sum()}, newly wrong {(right[0] & ~right[1]).sum()}." in told
        assert f"Watched: {right[1][:60].sum()} of 60 right, before {right[0][:60].sum()}" in told
        least = (right[1].sum() - right[1][0]) / 300
        assert f"After your team's review: between {100 * least:.1f} and {100 * (least + 1 / 300):.1f} of 100" in words(
            page
        )


def test_the_headline_is_that_of_today_and_the_figure_of_the_team_stands_before_it(store):
    run = report_world.two_versions(store, ("Shirt", "Coat", "Bag"), num_test=300)
    table = file_reader.load_predictions(store, runs.find(store, "1"))
    accuracy = metrics.accuracy_score(table["true_class"], table["predicted_class"])
    before = part(made(store).html, "How good")
    assert before.startswith(f"The live model tags {100 * accuracy:.1f} of 100 garments correctly (between ")
    assert "nobody has answered a spot check" in before
    report_world.checked_products(store, run, num=25, num_wrong=3)
    after = part(made(store).html, "How good")
    assert after.startswith("Your team accepted 88 of 100 tags (between 70 and 96).")
    assert "From 25 spot checks, 22 of them right" in after
    assert after.index("Your team") < after.index("The live model tags")


def test_what_changed_is_counted_on_the_same_garments(store):
    run = report_world.two_versions(store, ("Shirt", "Coat", "Bag"), num_test=300)
    was, now = (file_reader.load_predictions(store, runs.find(store, number)) for number in "12")
    right = [(table["true_class"] == table["predicted_class"]).to_numpy() for table in (was, now)]
    fixed, broken = int((~right[0] & right[1]).sum()), int((right[0] & ~right[1]).sum())
    found = made(store, "2")
    told = part(found.html, "What changed")
    assert told.startswith(f"Fixed {fixed}, newly wrong {broken}. Of 300 garments, since version 1: clearly better.")
    changes = read(found.lists["changes.csv"])
    assert sum(int(row["num_fixed"]) for row in changes) == fixed
    clear = [row["class_name"] for row in changes if row["is_clear"] == "yes"]
    assert clear and all(f"found: {name} (found " in told for name in clear)
    assert "clearly better" not in part(made(store, "1").html, "What changed")
    keys = file_reader.load_keys(store, run, "test")
    watch_lists.save(store, "ab", name="Odd ones", garments=[keys[number] for number in range(20)], about="wrong",
                     version=1, who="Ada")  # fmt: skip
    told = part(made(store, "2").html, "What changed")
    assert f"Watched: {right[1][:20].sum()} of 20 right, before {right[0][:20].sum()}; no verdict" in told


def test_a_pair_has_its_garments_its_rule_and_both_directions(store):
    run = report_world.two_versions(store, ("Shirt", "Coat", "Bag"), num_test=300)
    found = made(store, "2")
    first = read(found.lists["mix-ups.csv"])[0]
    team.write_pair_rule(store, first["second_class"], first["first_class"], "A coat closes & warms.", who="Ada")
    found = made(store, "2")
    told = part(found.html, "The worst mix-ups")
    names = first["first_class"], first["second_class"]
    assert f"1. {names[0]} and {names[1]} {first['num_mistakes']} mistakes." in told
    assert f"{first['num_first_as_second']} of 100: {names[0]} tagged {names[1]}" in told
    assert f"{first['num_second_as_first']} of 100: {names[1]} tagged {names[0]}" in told
    assert "Your team’s rule: A coat closes & warms." in told
    pictures = re.findall(r'<img src="(data:image/png;base64,[^"]+)" alt="([^"]+)">', found.html)
    assert 6 <= len(pictures) <= 24
    assert all(re.fullmatch(r"\w+ tagged \w+, the model was .* % sure", alt) for _, alt in pictures)
    assert f"{first['first_class']} tagged {first['second_class']}" in pictures[0][1]
    assert run.num_test == 300


def test_colour_photos_are_shown_too(own_photos_store):
    found = made(own_photos_store)
    if read(found.lists["mix-ups.csv"]):
        assert "data:image/jpeg;base64," in found.html
    else:
        assert "No two categories are mixed up." in part(found.html, "The worst mix-ups")


# ---- what was decided, what is open -------------------------------------------------------------------------------


def test_decisions_of_these_days_are_told_with_reason_and_older_ones_are_not(store):
    run = report_world.two_versions(store, ("Shirt", "Coat", "Bag"))
    promotions.promote(store, "2", reason="fewer coats are lost", who="Grace", override=True)
    report_world.say(store, run, 0, review.CANNOT_TELL)
    report_world.say(store, run, 1, review.CANNOT_TELL)
    report_world.say(store, run, 1, review.LABEL_WRONG, "Bag")
    report_world.merge(store, run, "Tops", "Shirt", "Coat")
    batch = batch_world.tagged(store, run, [0.5, 0.6, 0.7])
    batch_world.decide(store, batch, [0, 1], "accepted")
    batch_world.decide(store, batch, [2], "rejected")
    told = part(made(store).html, "What was decided")
    for sentence in (
        "Grace made version 2 live", "fewer coats are lost", "Grace named categories: Shirt is Tops, Coat is Tops.",
        "2 verdicts on garments: 1 the label is wrong, 1 nobody can tell (Ada 2).",
        "3 new products decided: 2 accepted, 0 changed, 1 rejected.", "2 products may leave for the shop, of 1 batch",
    ):  # fmt: skip
        assert sentence in told
    later = made(store, now=datetime.now(UTC) + timedelta(days=8))
    assert part(later.html, "What was decided") == "Nothing was decided, and nobody spoke of a garment, in these days."
    assert read(later.lists["decisions.csv"]) == read(later.lists["log.csv"]) == []
    assert "Grace made version 2 live" in part(made(store, days=9, now=later.made.at).html, "What was decided")


def test_what_waits_is_an_open_question_until_somebody_decides(store):
    run = report_world.two_versions(store, ("Shirt", "Coat", "Bag"))
    batch_world.tagged(store, run, [0.5, 0.6])
    table = file_reader.load_predictions(store, run)
    report_world.say(store, run, 5, review.CANNOT_TELL, who="Ada")
    report_world.say(store, run, 5, review.LABEL_WRONG, run.class_names[(int(table["true_class"][5]) + 1) % 3],
                     who="Grace")  # fmt: skip
    told = part(made(store).html, "Open questions")
    for sentence in (
        "Version 2 waits: nobody has decided whether it becomes live.",
        "2 new products wait for a decision, in 1 batch.",
        "People disagree about 1 garment.", "1 of 100 garments are reviewed", "No automation line is confirmed",
        "Nobody has searched the training garments for wrong labels yet.",
    ):  # fmt: skip
        assert sentence in told
    promotions.keep(store, "2", reason="too little is gained", who="Ada")
    batch_world.confirm(store, runs.find(store, "1"))
    told = part(made(store).html, "Open questions")
    assert "Version 2 waits" not in told and "automation line" not in told


def test_who_chose_two_parts_of_a_merge_disagrees_only_in_the_models_own_categories(store):
    run = report_world.two_versions(store, ("Shirt", "Coat", "Bag"))
    report_world.merge(store, run, "Tops", "Shirt", "Coat")
    bag = int(np.flatnonzero(file_reader.load_predictions(store, run)["true_class"] == 2)[0])
    for who, category in (("Ada", "Shirt"), ("Grace", "Coat")):
        report_world.say(store, run, bag, review.LABEL_WRONG, category, who=who)
    own, sold = (part(made(store, as_sold=as_sold).html, "Open questions") for as_sold in (False, True))
    assert "People disagree about 1 garment." in own and "People disagree" not in sold


# ---- names that anybody chose -------------------------------------------------------------------------------------


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.addresses = set(), []

    def handle_starttag(self, tag, attributes):
        self.found.add(tag)
        assert not [name for name, _ in attributes if name.startswith("on")]
        self.addresses += [value for name, value in attributes if name in ("src", "href", "action", "data")]


def test_no_name_is_more_than_text_and_nothing_is_asked_of_another_host(store):
    run = report_world.two_versions(store, SCRIPTS)
    who = SCRIPTS[0][:60]
    promotions.promote(store, "2", reason=SCRIPTS[1], who=who, override=True)
    team.write_pair_rule(store, SCRIPTS[0], SCRIPTS[1], SCRIPTS[3], who=who)
    found = made(store, who=SCRIPTS[4])
    tags = Tags()
    tags.feed(found.html)
    assert not tags.found & {"script", "iframe", "link", "object", "embed", "form", "base", "a", "video", "math"}
    assert tags.addresses and all(address.startswith("data:image/") for address in tags.addresses)
    style = re.search(r"<style>(.*?)</style>", found.html, re.S)[1]
    assert "url(" not in style and "@import" not in style
    assert run.num_test == 12 * len(SCRIPTS)


def test_names_are_whole_in_the_lists_and_no_spreadsheet_computes_them(store):
    names = ("=HYPERLINK(1)", "+1", "@x" + "y" * 90, "Coat")
    report_world.two_versions(store, names)
    found = made(store, "2")
    assert {row["class_name"] for row in read(found.lists["score-card.csv"])} == {"'=HYPERLINK(1)", "'+1",
                                                                                 "'@x" + "y" * 90, "Coat"}  # fmt: skip
    assert "…" in found.html and "y" * 90 not in found.html
    wrong = read(found.lists["wrong-tags.csv"])
    assert {row["label"] for row in wrong} <= {f"'{name}" for name in names[:3]} | {"Coat"}


# ---- the file, and where there is little to tell ------------------------------------------------------------------


def test_the_zip_holds_the_page_and_every_list_and_is_the_same_twice(published_store):
    found = made(published_store)
    with zipfile.ZipFile(io.BytesIO(found.zipped())) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "monday-pack.html", "score-card.csv", "mix-ups.csv", "changes.csv", "wrong-tags.csv", "decisions.csv",
            "log.csv", "open-questions.csv",
        ]  # fmt: skip
        assert archive.read("monday-pack.html").decode() == found.html
    assert found.zipped() == found.zipped()
    assert re.fullmatch(r"monday-pack_version-1_\d{4}-\d\d-\d\d\.zip", found.file_name)


def test_a_first_version_of_which_nobody_spoke_says_why_each_part_is_empty(store):
    worlds.publish(store)
    found = made(store)
    assert part(found.html, "What changed") == "This is the first version, so there is nothing to compare with."
    assert "nobody has answered a spot check" in words(found.html)
    assert "Version 1 (live)" in words(found.html) and "by Ada." in words(found.html)


def test_a_version_without_a_mistake_has_no_mix_up(store):
    found = worlds.catalogue()
    worlds.publish(store, found, skill=9)
    assert part(made(store).html, "The worst mix-ups") == "No two categories are mixed up."


def test_pictures_that_are_damaged_are_named_and_every_figure_stands(own_trained_store):
    store = own_trained_store
    run = runs.find(store, "live")
    next(artefacts.folder_of(store.home, run.catalogue_artefact).glob("*garments*")).unlink()
    found = made(store)
    assert "The pictures cannot be shown; every figure still can." in words(found.html)
    assert "<img" not in found.html and "Score card" in found.html


def test_an_empty_store_says_why_there_is_no_pack(store):
    assert pack.why_none(store).startswith("There is no live version yet")
    with pytest.raises(errors.RunNotFound):
        made(store)
    worlds.publish(store)
    assert pack.why_none(store) == ""


def test_of_sixty_categories_the_worst_twenty_stand_and_the_others_are_one_row(store):
    report_world.two_versions(store, tuple(f"Kind {number}" for number in range(60)))
    found = made(store, "2")
    rows = re.findall(r'<th scope="row"><span class="two">(.*?)</span></th>', found.html)
    assert len(rows) == 21 and rows[-1] == "The other 40"
    card = read(found.lists["score-card.csv"])
    assert len(card) == 60
    rest = [row for row in card if row["class_name"] not in rows]
    correct, support = (sum(int(row[name]) for row in rest) for name in ("num_correct", "support"))
    assert f"{100 * correct / support:.1f} (" in part(found.html, "Score card").split("The other 40")[1]
    shown = [min(float(row["recall"]), float(row["precision"] or "nan")) for row in card if row["class_name"] in rows]
    others = [min(float(row["recall"]), float(row["precision"] or "nan")) for row in rest]
    assert max(shown) <= min(others)


@pytest.mark.parametrize(("options", "said"), [({"days": 0}, "1 to 366 days"), ({"who": " "}, "who made it"),
                                               ({"who": "A\nB"}, "who made it")])  # fmt: skip
def test_what_makes_no_sense_is_refused(published_store, options, said):
    with pytest.raises(errors.ReportRefused, match=said):
        made(published_store, **options)
