"""What people decide about photos holds: for the rows, the split, the next update, and until it is taken back."""

import io
import os
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core import doctor, errors
from core.catalogue import kept
from core.catalogue.own import adding, checks, deciding, decisions, layouts, loading, questions, records
from core.catalogue.own.decisions import Decision
from core.settings import PROJECT_ROOT
from core.store.base import audit
from core.store.team import photo_decisions
from tests.support import own_photos


def small(content):
    """A near copy of a photo: smaller, saved anew."""
    target = io.BytesIO()
    with Image.open(io.BytesIO(content)) as photo:
        photo.resize((72, 96)).save(target, "JPEG", quality=80)
    return target.getvalue()


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """A shop with everything that can be decided: a photo under two categories, near copies, the same file twice,
    one that cannot be read."""
    folder = own_photos.shop(tmp_path_factory.mktemp("photos") / "shop", num_each=15)
    (folder / "dress" / "also.jpg").write_bytes(small((folder / "bag" / "003.jpg").read_bytes()))
    (folder / "bag" / "near.jpg").write_bytes(small((folder / "bag" / "005.jpg").read_bytes()))
    shutil.copy(folder / "sock" / "007.jpg", folder / "sock" / "again.jpg")
    (folder / "sock" / "broken.jpg").write_bytes(b"no photo")
    return folder


@pytest.fixture(scope="module")
def _brought(photos, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    bring_in(home, photos)
    return home


@pytest.fixture
def home(_brought, tmp_path):
    return shutil.copytree(_brought, tmp_path / "home")


def bring_in(home, folder):
    return adding.add(home, "shop", folder, layouts.recognised(folder), records.Choices(), max_mb=20)


def table_of(home):
    return kept.all_rows(home, kept.find(home, "shop"))


def held(home):
    return decisions.active(deciding.history(home, kept.find(home, "shop")))


def asked(home, check):
    """What a check asks: names of the photos of each group."""
    table = table_of(home)
    found = questions.questions(table, held(home))[check]
    return [sorted(table["photo"].iloc[list(question.places)]) for question in found]


def named(home, *names):
    return tuple(photo for photo in decisions.photos_of(table_of(home)) if photo[0] in names)


def decide(home, *wanted, who="Ada"):
    return deciding.decide(home, "shop", wanted, who=who)


def relabelled(home):
    both = named(home, "bag/003.jpg", "dress/also.jpg")
    return Decision(kind=decisions.RELABEL, check="contradictions", photos=both, into="bag")


def without_copy(home, name="bag/near.jpg"):
    return Decision(kind=decisions.LEAVE_OUT, check="near", photos=named(home, name))


def merged(category="sock", into="dress"):
    return Decision(kind=decisions.MERGE, check="counts", category=category, into=into)


def labels(home):
    """SHA-256 of each photo of a garment -> the label that a training learns or judges by."""
    own = loading.load(home, "shop")
    found = {}
    for split, photos, products in (
        (own.garments.train, own.train_photos, own.train_products),
        (own.garments.test, own.test_photos, own.test_products),
    ):
        names = np.array(split.class_names)[split.labels[products]]
        found |= dict(zip(photos, names.tolist(), strict=True))
    return found


def test_what_can_be_decided_is_asked_in_groups(home):
    assert asked(home, "contradictions") == [["bag/003.jpg", "dress/also.jpg"]]
    assert asked(home, "near") == [["bag/005.jpg", "bag/near.jpg"]]
    assert asked(home, "copies") == [["sock/007.jpg", "sock/again.jpg"]]
    assert asked(home, "usable") == [["sock/broken.jpg"]]
    assert [len(names) for names in asked(home, "counts")] == [16, 16, 16]


def test_a_label_that_was_decided_is_learned_and_asked_no_more(home):
    sha = dict(zip(table_of(home)["photo"], table_of(home)["sha256"], strict=True))["dress/also.jpg"]
    before = labels(home)
    tiles_file = kept.find(home, "shop").tiles_file
    decide(home, relabelled(home))
    after = labels(home)
    assert (before[sha], after[sha]) == ("dress", "bag")
    assert {photo: label for photo, label in after.items() if photo != sha} == {
        photo: label for photo, label in before.items() if photo != sha
    }
    assert asked(home, "contradictions") == []
    assert kept.find(home, "shop").tiles_file == tiles_file, "no picture is made anew for a label"


def test_photos_that_are_left_out_are_not_learned_and_every_picture_stands_by_its_row(home):
    table = table_of(home)
    pictures = dict(
        zip(table["sha256"][table["problem"] == ""], kept.tiles(home, kept.find(home, "shop")), strict=True)
    )
    decide(home, without_copy(home), Decision(kind=decisions.LEAVE_OUT_CATEGORY, check="counts", category="sock"))
    found, table = kept.find(home, "shop"), table_of(home)
    out = set(table["photo"][table["problem"] == kept.LEFT_OUT])
    assert out == {"bag/near.jpg"} | {name for name in table["photo"] if "sock/" in name} - {"sock/broken.jpg"}
    assert (found.class_names, found.num_photos) == (("bag", "dress"), 31)
    for digest, picture in zip(table["sha256"][table["problem"] == ""], kept.tiles(home, found), strict=True):
        np.testing.assert_array_equal(picture, pictures[digest])
    assert set(labels(home).values()) == {"bag", "dress"}
    assert doctor_is_content(home)


def doctor_is_content(home):
    found = kept.find(home, "shop")
    return len(kept.tiles(home, found)) == found.num_photos == int((table_of(home)["problem"] == "").sum())


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_what_is_taken_back_is_as_if_nobody_had_decided(home, order):
    rows, pictures = table_of(home), np.array(kept.tiles(home, kept.find(home, "shop")))
    ids = [decide(home, each)[0].id for each in (relabelled(home), without_copy(home), merged())]
    assert not table_of(home)["category"].equals(rows["category"])
    for place in order:
        deciding.take_back(home, "shop", ids[place], who="Bo")
    after = kept.find(home, "shop")
    pd.testing.assert_frame_equal(table_of(home), rows)
    np.testing.assert_array_equal(kept.tiles(home, after), pictures)
    assert held(home) == [] and len(deciding.history(home, after)) == 6, "the history only grows"


def test_decisions_hold_for_an_update_and_nothing_moves_to_the_other_side(home, photos, tmp_path):
    folder = shutil.copytree(photos, tmp_path / "shop")
    sides = table_of(home).set_index("photo")["split"]
    decide(home, relabelled(home), without_copy(home), merged())
    for number in range(20, 26):
        (folder / "sock" / f"new-{number}.jpg").write_bytes(own_photos.photo("sock", number))
    found = bring_in(home, folder)
    table = table_of(home).set_index("photo")
    assert found.class_names == ("bag", "dress")
    assert table.loc["dress/also.jpg", "category"] == "bag"
    assert table.loc["bag/near.jpg", "problem"] == kept.LEFT_OUT
    assert set(table.loc[[f"sock/new-{number}.jpg" for number in range(20, 26)], "category"]) == {"dress"}
    usable = table[table["problem"] == ""]
    common = usable.index.intersection(sides.index)
    assert (usable.loc[common, "split"] == sides[common]).all()
    assert len(held(home)) == 3
    for each in held(home):
        deciding.take_back(home, "shop", each.id, who="Ada")
    table = table_of(home).set_index("photo")
    assert table.loc["bag/near.jpg", "split"] == sides["bag/near.jpg"], "what comes back is on its side"
    assert table.loc["sock/new-20.jpg", "category"] == "sock"


def test_what_the_folder_says_otherwise_since_stands_above_a_decision(home, photos, tmp_path):
    folder = shutil.copytree(photos, tmp_path / "shop")
    decide(home, relabelled(home), without_copy(home))
    (folder / "bag" / "near.jpg").write_bytes(own_photos.photo("bag", 70))
    (folder / "sock" / "also.jpg").write_bytes((folder / "dress" / "also.jpg").read_bytes())
    (folder / "dress" / "also.jpg").unlink()
    bring_in(home, folder)
    table = table_of(home).set_index("photo")
    assert table.loc["bag/near.jpg", "problem"] == "", "it is another photo now"
    assert table.loc["sock/also.jpg", "category"] == "sock"
    assert asked(home, "contradictions") == [["bag/003.jpg", "sock/also.jpg"]]


def test_what_is_right_as_it_is_is_asked_no_more_until_another_photo_comes(home, photos, tmp_path):
    both = named(home, "bag/003.jpg", "dress/also.jpg")
    near = named(home, "bag/005.jpg", "bag/near.jpg")
    twice, broken = named(home, "sock/007.jpg", "sock/again.jpg"), named(home, "sock/broken.jpg")
    rows = table_of(home)
    decide(
        home,
        Decision(kind=decisions.BOTH_RIGHT, check="contradictions", photos=both),
        Decision(kind=decisions.KEEP_COPIES, check="near", photos=near),
        Decision(kind=decisions.KEEP_COPIES, check="copies", photos=twice),
        Decision(kind=decisions.SEEN, check="usable", photos=broken),
        Decision(kind=decisions.KEEP_CATEGORY, check="counts", category="sock"),
    )
    pd.testing.assert_frame_equal(table_of(home), rows)
    found, lines = checks.checks(table_of(home), held(home))
    told = {check.name: (check.num, check.sentence) for check in found}
    assert [told[name][0] for name in ("usable", "contradictions", "near", "copies", "counts")] == [0, 0, 0, 0, 2]
    assert told["usable"][1] == "Every other photo or line can be used."
    assert set(lines["check"]) == {"counts"} and "sock" not in told["counts"][1]
    folder = shutil.copytree(photos, tmp_path / "shop")
    (folder / "bag" / "third.jpg").write_bytes(small(small((folder / "bag" / "003.jpg").read_bytes())))
    bring_in(home, folder)
    assert asked(home, "contradictions") == [["bag/003.jpg", "bag/third.jpg", "dress/also.jpg"]]
    assert asked(home, "copies") == []


def test_the_same_line_twice_is_left_out_once():
    rows = [("a.jpg", "a", "bag"), ("a.jpg", "a", "bag"), ("b.jpg", "b", "sock")]
    table = pd.DataFrame(
        [{"photo": photo, "sha256": sha, "category": category, "product": "", "split": "train", "group": sha,
          "hash": "0" * 16, "problem": ""} for photo, sha, category in rows]
    )[list(kept.COLUMNS)]  # fmt: skip
    photos = decisions.photos_of(table)
    assert [photo[2] for photo in photos] == [0, 1, 0]
    after = decisions.applied(table, [Decision(kind=decisions.LEAVE_OUT, check="copies", photos=(photos[1],))])
    assert after["problem"].tolist() == ["", "", kept.LEFT_OUT]
    assert after["photo"].tolist() == ["a.jpg", "b.jpg", "a.jpg"]
    pd.testing.assert_frame_equal(decisions.as_brought(after), table)


@pytest.mark.parametrize(
    "second", [relabelled, without_copy, lambda home: merged(), lambda home: merged("dress", "sock")]
)
def test_the_second_of_two_who_decide_at_once_is_told(home, second):
    wanted = [relabelled(home), without_copy(home), merged()]
    late = second(home)
    decide(home, *wanted, who="Bo")
    rows_file = kept.find(home, "shop").rows_file
    with pytest.raises(errors.CatalogueError, match=r"decided about them meanwhile \(the last one was Bo\)"):
        decide(home, late)
    assert kept.find(home, "shop").rows_file == rows_file


def test_who_leaves_out_copies_that_a_colleague_kept_is_told(home):
    late = without_copy(home)
    near = named(home, "bag/005.jpg", "bag/near.jpg")
    decide(home, Decision(kind=decisions.KEEP_COPIES, check="near", photos=near), who="Bo")
    with pytest.raises(errors.CatalogueError, match=r"meanwhile \(the last one was Bo\)"):
        decide(home, late)


def test_what_was_taken_back_is_not_taken_back_again(home):
    [kept_one] = decide(home, relabelled(home))
    deciding.take_back(home, "shop", kept_one.id, who="Bo")
    with pytest.raises(errors.CatalogueError, match=r"took that decision back already \(the last one was Bo\)"):
        deciding.take_back(home, "shop", kept_one.id, who="Ada")


def test_nothing_is_decided_by_which_too_little_would_be_left(home):
    out = [Decision(kind=decisions.LEAVE_OUT_CATEGORY, check="counts", category=name) for name in ("bag", "dress")]
    with pytest.raises(errors.CatalogueError, match="At least 20 photos of two categories are needed"):
        decide(home, *out)
    assert held(home) == [] and len(kept.find(home, "shop").class_names) == 3


def test_killed_while_deciding_the_catalogue_is_as_it_was_and_the_next_try_holds(home):
    before = table_of(home)
    code = (
        "import sys; from pathlib import Path; from core.catalogue.own import deciding, decisions; "
        "deciding.decide(Path(sys.argv[1]), 'shop', [decisions.Decision(kind='leave-out-category', check='counts', "
        "category='sock')], who='Ada')"
    )
    environment = {**os.environ, "FAILPOINT": "photos-decided"}
    done = subprocess.run([sys.executable, "-c", code, str(home)], cwd=PROJECT_ROOT, env=environment)
    assert done.returncode < 0
    pd.testing.assert_frame_equal(table_of(home), before)
    assert held(home) == [] and doctor_is_content(home)
    decide(home, Decision(kind=decisions.LEAVE_OUT_CATEGORY, check="counts", category="sock"))
    found = kept.find(home, "shop")
    assert {path.name for path in kept.folder_of(home, "shop").iterdir()} == {
        "catalogue.json", found.rows_file, found.tiles_file, found.decisions_file,
    }  # fmt: skip


def test_whoever_reads_while_somebody_decides_reads_it_whole(home):
    wanted, calls = without_copy(home), []

    def reader(found):
        calls.append(found)
        if len(calls) == 1:
            decide(home, wanted)
        return kept.rows(home, found), kept.tiles(home, found)

    table, pictures = kept.read(home, "shop", reader)
    assert len(calls) == 2 and len(pictures) == (table["problem"] == "").sum() == 47
    (kept.folder_of(home, "shop") / kept.find(home, "shop").tiles_file).unlink()
    with pytest.raises(errors.CatalogueCorrupt, match="cannot be read"):
        kept.read(home, "shop", lambda found: kept.tiles(home, found))


def test_a_decision_stands_in_the_log_and_a_lost_history_is_noticed(store, photos):
    bring_in(store.home, photos)
    photo_decisions.decide(store, "shop", [relabelled(store.home), without_copy(store.home)], who="  Ada ")
    [first, _] = held(store.home)
    assert (first.who, first.kind, first.into) == ("Ada", "relabel", "bag")
    photo_decisions.take_back(store, "shop", first.id, who="Bo")
    back, decided = audit.entries(store, action="decide-photos")
    assert (decided.who, decided.subject, back.who) == ("Ada", "catalogue shop", "Bo")
    assert decided.after == {"decisions": 2, "kinds": ["leave-out", "relabel"], "taken_back": False, "photos": 47}
    assert back.after == {"decisions": 1, "kinds": ["relabel"], "taken_back": True, "photos": 47}
    assert doctor.breaches(store) == []
    (kept.folder_of(store.home, "shop") / kept.find(store.home, "shop").decisions_file).write_text("{}\n")
    (found,) = doctor.breaches(store)
    assert found.startswith("I14: catalogue 'shop': ") and "cannot be read" in found
