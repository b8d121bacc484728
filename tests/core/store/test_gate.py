import dataclasses
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from core import errors
from core.catalogue import Catalogue, CatalogueSplit
from core.quality import changes
from core.store.base import artefacts, audit
from core.store.live import comparisons, gate, promotions
from core.store.runs import publishing, runs
from core.store.runs.file_writer import RunFiles
from tests.support import report_world, worlds

NAMES = ("Shirt", "Coat", "Bag")
EACH = 300
"""Test garments of each class; garment i is of class i % 3."""
REASON = "fewer lost shirts"


def split(num, seed, class_names=NAMES):
    images = np.random.default_rng(seed).integers(0, 256, (num, 6, 6), dtype=np.uint8)
    return CatalogueSplit(images=images, labels=np.arange(num) % len(class_names), class_names=class_names)


def catalogue(train=None, test=None, class_names=NAMES):
    train = train or split(90, 1, class_names)
    validation = split(2 * EACH, 3, class_names)
    return Catalogue(
        name="sample",
        train=train,
        validation=validation,
        test=test or split(3 * EACH, 2, class_names),
        train_positions=np.arange(len(train)),
        validation_positions=np.arange(len(train), len(train) + len(validation)),
    )


@dataclass(frozen=True, kw_only=True)
class Files(RunFiles):
    """The files of a run, with something done to them before they are published."""

    tamper: Callable[[Path], None]

    def write(self, folder):
        super().write(folder)
        self.tamper(folder)


def garments_of(class_index, first, last):
    """Positions of the garments number `first` to `last` of one class."""
    return [class_index + 3 * number for number in range(first, last)]


ALWAYS_WRONG = [place for class_index in range(3) for place in garments_of(class_index, 0, 30)]
"""What the live version gets wrong: 30 of each class."""


def answers(labels, num_classes, wrong, sure=(), unsure=()):
    """Probabilities by which exactly the garments at `wrong` are tagged wrongly, and less surely than the others."""
    said = labels.copy()
    said[list(wrong)] = (said[list(wrong)] + 1) % num_classes
    confidence = 0.9 + 0.05 * np.arange(len(labels)) / len(labels)
    confidence[list(wrong)] -= 0.3
    confidence[list(sure)], confidence[list(unsure)] = 0.99, 0.5
    probabilities = np.repeat((1 - confidence)[:, None] / (num_classes - 1), num_classes, axis=1)
    probabilities[np.arange(len(labels)), said] = confidence
    return probabilities.astype(np.float32)


def publish(
    store, wrong=ALWAYS_WRONG, *, found=None, sure=(), unsure=(), doubtful=False, tamper=lambda folder: None,
    change=None, **facts,
):  # fmt: skip
    """A run that tags exactly the garments at `wrong` wrongly.

    Args:
        store: where.
        wrong: positions in the test split.
        found: the garments.
        sure: positions where it is nearly certain, whether right or wrong.
        unsure: positions where it is unsure.
        doubtful: whether it is as sure of its mistakes as of what is right, among the validation garments.
        tamper: called with the folder before it is published.
        change: changes the probabilities.
        facts: columns of the table that are to be something else than they are.
    """
    found = found or catalogue()
    labels, num_classes = found.test.labels, len(found.class_names)
    probabilities = answers(labels, num_classes, wrong, sure, unsure)
    said = probabilities.argmax(axis=1)
    known = found.validation.labels
    mistakes = range(0, len(known), 10)
    table = worlds.predictions_table(probabilities, labels)
    small = worlds.run_files(worlds.catalogue())
    files = Files(**{**{field.name: getattr(small, field.name) for field in dataclasses.fields(small)},
                     "catalogue": found, "predictions": table,
                     "validation_probabilities": answers(known, num_classes, mistakes, mistakes if doubtful else ()),
                     "validation_features": worlds.features(np.zeros((len(known), 28, 28), dtype=np.uint8)),
                     "probabilities": change(probabilities.copy()) if change else probabilities,
                     "figures": {"accuracy": float((labels == said).mean()), "precision": [0.5], "recall": [0.5],
                                 "predictions": said.tolist()}},
                  tamper=tamper)  # fmt: skip
    seed = len(runs.list_runs(store))
    return publishing.publish(
        store, files, dataclasses.replace(worlds.facts(files, seed=seed), **facts), created_by="Ada"
    )


def set_at(row, column, value):
    def change(probabilities):
        probabilities[row, column] = value
        return probabilities

    return change


def weights(**arrays):
    return lambda folder: save_file(
        {name: np.array(values, dtype=np.float32) for name, values in arrays.items()}, folder / "weights.safetensors"
    )


def cut_off(folder):
    path = folder / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-3])


def figures(**changes):
    def tamper(folder):
        path = folder / "figures.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return tamper


def damaged(name, damage, digest="artefact", **options):
    """A run whose file is damaged after it was published."""

    def make(store):
        run = publish(store, **options)
        path = artefacts.folder_of(store.home, getattr(run, digest)) / name
        damage(path)
        return run

    return make


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def made(*arguments, **options):
    return lambda store: publish(store, *arguments, **options)


def moved_test(num_kept):
    """The first `num_kept` garments of the usual test, in the midst of others."""
    others, kept = split(3 * EACH, 7), split(3 * EACH, 2).take(np.arange(num_kept))
    return CatalogueSplit(
        images=np.concatenate([others.images, kept.images]),
        labels=np.concatenate([others.labels, kept.labels]),
        class_names=NAMES,
    )


def better_elsewhere(num):
    """Wrong garments: `num` shirts more than the live version's, and as many coats fewer."""
    return sorted({*ALWAYS_WRONG, *garments_of(0, 30, 30 + num)} - set(garments_of(1, 0, num)))


SPREAD_LOSS = [place for number in range(3) for place in garments_of(number, 30, 34)]
REFUSED = {
    "a probability that is no number": ("probabilities", made(change=set_at(4, 1, math.nan))),
    "an infinite probability": ("probabilities", made(change=set_at(4, 1, math.inf))),
    "probabilities that add up to more than 1": ("probabilities", made(change=set_at(4, 1, 0.9))),
    "tags that are not those of its probabilities": ("probabilities", made(change=lambda found: found[:, ::-1])),
    "probabilities of other garments": ("probabilities", made(change=lambda found: found[:-1])),
    "a weight that is no number": ("weights", made(tamper=weights(first=[1.0], last=[0.5, math.nan]))),
    "an infinite weight": ("weights", made(tamper=weights(last=[-math.inf]))),
    "weights cut off before they were published": ("weights", made(tamper=cut_off)),
    "no weights at all": ("weights", made(tamper=weights())),
    "weights cut off on disk": ("files", damaged("weights.safetensors", lambda path: path.write_bytes(b"torn"))),
    "a flipped bit": ("files", damaged("predictions.parquet", flip)),
    "a missing file": ("files", damaged("history.parquet", Path.unlink)),
    "lost garments": (
        "files",
        damaged("garments.safetensors", Path.unlink, "catalogue_artefact", found=catalogue(split(91, 1))),
    ),
    "a better accuracy than it has": ("figures", made(accuracy=0.99)),
    "better counts than it has": ("figures", made(num_correct=899)),
    "an official accuracy of another run": ("figures", made(tamper=figures(accuracy=0.95))),
    "an official figure that is no number": ("figures", made(tamper=figures(recall=[math.nan]))),
    "an infinite temperature": ("figures", made(temperature=math.inf)),
    "figures that are not there": ("figures", made(tamper=lambda folder: (folder / "figures.json").write_text("{}"))),
    "another category": ("classes", made(found=catalogue(class_names=("Shirt", "Coat", "Hat")))),
    "one category more": ("classes", made(found=catalogue(class_names=(*NAMES, "Hat")))),
    "categories in another order": ("classes", made(found=catalogue(class_names=("Coat", "Shirt", "Bag")))),
    "test garments it learned from": ("leak", made([], found=catalogue(train=split(3 * EACH, 2)))),
    "a test of its own that it learned from": (
        "leak",
        made([], found=catalogue(train=split(60, 9), test=split(60, 9))),
    ),
    "common garments it learned from": (
        "leak",
        made([], found=catalogue(train=split(3 * EACH, 2).take(np.arange(8)), test=moved_test(9))),
    ),
}  # fmt: skip
DOUBTED = {
    "clearly worse over all": ("overall, automation", made(ALWAYS_WRONG + SPREAD_LOSS)),
    "one category down by 10 points": ("categories, precision", made(better_elsewhere(30))),
    "as sure of its mistakes as of what is right": ("automation", made(doubtful=True)),
    "surer of what it gets wrong": ("automation", made(sure=ALWAYS_WRONG)),
    "too few garments in common": ("common", made(wrong=[], found=catalogue(test=moved_test(199)))),
    "no garment in common": ("common", made(wrong=[], found=catalogue(test=split(300, 5)))),
}  # fmt: skip
GOOD = {
    "better": made(ALWAYS_WRONG[:50]),
    "the same answers again": made(),
    "worse by no more than luck": made(sorted({*ALWAYS_WRONG, *SPREAD_LOSS} - set(ALWAYS_WRONG[:8]))),
    "one category down by 3 points, which may be luck": made(better_elsewhere(9)),
    "trained on other garments": made(found=catalogue(train=split(120, 8))),
    "judged on the same garments in another order": made(
        [], found=catalogue(test=split(3 * EACH, 2).take(np.arange(3 * EACH)[::-1]))
    ),
    "judged on more garments": made([], found=catalogue(test=moved_test(200))),
    "a few test garments it learned from": made(found=catalogue(train=split(3 * EACH, 2).take(np.arange(9)))),
}


def assessed(store, make):
    live = publish(store)
    return live, (run := make(store)), gate.assess(store, run, live)


@pytest.mark.parametrize(("name", "make"), REFUSED.values(), ids=REFUSED)
def test_a_bad_challenger_is_refused_by_name_whoever_overrides(store, name, make):
    live, run, found = assessed(store, make)
    assert [rail.name for rail in found.refusals] == [name]
    for override in (False, True):
        with pytest.raises(errors.PromotionRefused, match=r"Version 2 cannot be made live: "):
            promotions.promote(store, run.id, reason=REASON, who="Grace", override=override)
    assert promotions.live_run(store) == live
    assert len(promotions.history(store)) == 1


@pytest.mark.parametrize(("names", "make"), DOUBTED.values(), ids=DOUBTED)
def test_a_doubtful_challenger_needs_an_override_that_is_written_down(store, names, make):
    live, run, found = assessed(store, make)
    assert found.refusals == ()
    assert ", ".join(rail.name for rail in found.doubts) == names
    with pytest.raises(errors.PromotionRefused, match=f"Version 2 fails {names}: "):
        promotions.promote(store, run.id, reason=REASON, who="Grace")
    assert promotions.live_run(store) == live
    promotion = promotions.promote(store, run.id, reason=REASON, who="Grace", override=True)
    assert promotion.overridden == {rail.name: rail.sentence for rail in found.doubts}
    assert promotions.history(store)[0] == promotion
    entry = audit.entries(store, action="promote", limit=1)[0]
    assert entry.after == {"live": 2, "overridden": promotion.overridden}


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD)
def test_a_good_challenger_passes_every_rail(store, make):
    _, run, found = assessed(store, make)
    assert [rail for rail in found.rails if not rail.passed] == []
    names = [
        "files",
        "weights",
        "probabilities",
        "figures",
        "classes",
        "leak",
        "common",
        "overall",
        "categories",
        "precision",
        "automation",
    ]
    assert [rail.name for rail in found.rails] == names
    promotion = promotions.promote(store, run.id, reason=REASON, who="Grace")
    assert promotion.overridden == {}
    assert promotions.live_run(store) == run


def test_the_rails_give_the_figures_they_judge_by(store):
    _, _, found = assessed(store, DOUBTED["one category down by 10 points"][1])
    sentences = {rail.name: rail.sentence for rail in found.rails}
    assert sentences["categories"] == (
        "Clearly fewer are found, by more than 2 points: Shirt, down by 10.0 points (0 of 300 garments fixed, 30 newly "
        "wrong)."
    )
    assert sentences["precision"] == (
        "Tags clearly less often right, by more than 2 points: Coat (300 of 360 tags right, before 270 of 300)."
    )
    assert sentences["overall"].startswith("30 garments fixed and 30 newly wrong of 900: no clear difference")
    assert sentences["automation"].startswith("By the line for at most 2 wrong in 100, ")
    assert sentences["common"] == "Both were judged on the same 900 garments of 900."
    before, after = found.match.before, found.match.after
    assert found.match.comparison.change == changes.change(
        before.true_class, before.predicted_class, after.predicted_class
    )


def test_a_damaged_live_version_can_be_replaced_by_one_that_stands_by_it(store):
    live, run = publish(store), publish(store, ALWAYS_WRONG[:50])
    (artefacts.folder_of(store.home, live.artefact) / "predictions.parquet").unlink()
    found = gate.assess(store, run, live)
    assert [rail.name for rail in found.doubts] == ["common"]
    assert "The live version 1 cannot be read" in found.doubts[0].sentence
    promotions.promote(store, run.id, reason=REASON, who="Grace", override=True)
    assert promotions.live_run(store) == run


def test_an_unsound_first_version_is_not_published(store):
    with pytest.raises(errors.PromotionRefused, match="not finite numbers"):
        publish(store, change=set_at(4, 1, math.nan))
    assert runs.list_runs(store) == []
    assert promotions.live_run(store) is None
    assert audit.entries(store) == []
    assert publish(store).version == 1


@pytest.mark.parametrize("reason", ["", " " * 20, "too short", " nine    ", "x" * 2001])
def test_a_reason_that_says_nothing_or_never_ends_is_refused(store, reason):
    publish(store)
    run = publish(store)
    for decide in (lambda: promotions.promote(store, run.id, reason=reason, who="Grace"),
                   lambda: promotions.roll_back(store, reason=reason, who="Grace")):  # fmt: skip
        with pytest.raises(errors.ReasonMissing, match="A reason is needed"):
            decide()


@pytest.mark.parametrize("run_id", ["nothing", "0123456789ab", "9", "job1"])
def test_a_run_that_is_unknown_or_unfinished_is_refused(store, run_id):
    publish(store)
    with pytest.raises(errors.RunNotFound):
        promotions.promote(store, run_id, reason=REASON, who="Grace", override=True)


def test_categories_that_the_team_sells_as_one_are_one_to_every_rail(store):
    """The new version takes 30 shirts for coats: a loss, unless both are sold as one."""
    live, run = publish(store), publish(store, [*ALWAYS_WRONG, *garments_of(0, 30, 60)])
    assert {rail.name for rail in gate.assess(store, run, live).doubts} >= {"overall", "categories", "precision"}
    report_world.merge(store, run, "Tops", "Shirt", "Coat")
    run, live = runs.find(store, "2"), runs.find(store, "1")
    found = gate.assess(store, run, live)
    sentences = {rail.name: rail.sentence for rail in found.rails}
    assert sentences["classes"] == "It knows the same 3 categories."
    assert sentences["overall"].startswith("0 garments fixed and 0 newly wrong of 900: no clear difference")
    labels, sold = np.arange(900) % 3, np.array([0, 0, 1])
    said = labels.copy()
    said[[*ALWAYS_WRONG, *garments_of(0, 30, 60)]] = (said[[*ALWAYS_WRONG, *garments_of(0, 30, 60)]] + 1) % 3
    assert found.match.comparison.change.num_both_wrong == (sold[said] != sold[labels]).sum() == 60
    trusted = found.match.after.confidence >= found.match.after.line
    assert found.match.automation.after.num_wrong == (trusted & (sold[said] != sold[labels])).sum()
    assert not {rail.name for rail in found.doubts} & {"overall", "categories", "precision"}
    assert comparisons.compare(store, live, run).comparison.change == found.match.comparison.change


def test_a_loss_of_a_category_that_several_are_sold_as_is_named_as_it_is_sold(store):
    live, run = publish(store), publish(store, [*ALWAYS_WRONG, *garments_of(1, 30, 90)])
    report_world.merge(store, run, "Tops", "Shirt", "Coat")
    found = gate.assess(store, runs.find(store, "2"), live)
    sentences = {rail.name: rail.sentence for rail in found.rails}
    assert (
        "by more than 2 points: Tops, down by 10.0 points (0 of 600 garments fixed, 60 newly wrong)"
        in (sentences["categories"])
    )
