"""Own photos brought in: each kept once, the same split again, whole or not at all; what is wrong is said."""

import errno
import os
import shutil
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core import doctor, errors
from core.catalogue import kept
from core.catalogue.own import adding, checks, layouts, likeness, loading, records, splitting
from core.settings import PROJECT_ROOT
from tests.support import own_photos
from tests.support.own_photos import CATEGORIES


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return own_photos.shop(tmp_path_factory.mktemp("own") / "shop")


def bring_in(home, folder, name="shop", **choices):
    chosen = records.Choices(**choices)
    return adding.add(home, name, folder, layouts.recognised(folder, chosen), chosen, max_mb=20)


def scattered(number):
    """A hash that is near no other."""
    return f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"


def usable(home, name="shop"):
    table = kept.rows(home, kept.find(home, name))
    return table[table["problem"] == ""].reset_index(drop=True)


def test_every_photo_is_kept_upright_small_and_once(tmp_path, shop):
    folder = shutil.copytree(shop, tmp_path / "shop")
    shutil.copy(folder / "bag" / "000.jpg", folder / "bag" / "again.jpg")
    (folder / "bag" / "large.png").write_bytes(own_photos.photo("bag", 99, side=1200, form="PNG"))
    (folder / "bag" / "broken.jpg").write_bytes(own_photos.photo("bag", 98)[:500])
    found = bring_in(tmp_path / "home", folder)
    table = kept.rows(tmp_path / "home", found)
    assert (found.num_photos, found.class_names) == (38, CATEGORIES)
    problems = dict(zip(table["photo"], table["problem"], strict=True))
    assert problems["bag/broken.jpg"].startswith("The picture is cut short")
    files = list((tmp_path / "home" / "photos").rglob("*"))
    assert sum(path.is_file() for path in files) == 37, "the one that is there twice is kept once"
    large = table[table["photo"] == "bag/large.png"]["sha256"].item()
    with Image.open(kept.photo_path(tmp_path / "home", large)) as photo:
        assert (photo.format, photo.size) == ("JPEG", (336, 448))
    tiles = kept.tiles(tmp_path / "home", found)
    assert tiles.shape == (38, kept.TILE_SIDE, kept.TILE_SIDE, 3)
    assert (tiles[:, 0, 0] == 255).all() and (tiles[:, 48, 48] != 255).any(), "the whole photo on white"


def test_adding_again_decodes_nothing_twice_and_moves_no_photo_to_the_other_side(tmp_path, shop, monkeypatch):
    home, folder = tmp_path / "home", shutil.copytree(shop, tmp_path / "shop")
    bring_in(home, folder)
    before = usable(home).set_index("photo")["split"]
    for number in range(20, 30):
        (folder / "sock" / f"new-{number}.jpg").write_bytes(own_photos.photo("sock", number))
    (folder / "bag" / "003.jpg").unlink()
    decoded, keep = [], adding._keep
    monkeypatch.setattr(adding, "_keep", lambda path, picture: (decoded.append(path), keep(path, picture)))
    found = bring_in(home, folder)
    after = usable(home).set_index("photo")["split"]
    assert (len(decoded), found.num_photos) == (10, 45)
    common = before.index.intersection(after.index)
    assert (before[common] == after[common]).all()
    assert {path.name for path in kept.folder_of(home, "shop").iterdir()} == {
        "catalogue.json", found.rows_file, found.tiles_file,
    }  # fmt: skip


def test_a_group_lies_on_one_side_and_a_given_split_holds_unless_a_group_is_on_both():
    rows = [
        {"photo": str(number), "group": group, "split": split, "sha256": f"{number:064x}", "hash": scattered(number),
         "product": "", "problem": ""}
        for number, (group, split) in enumerate(
            [("a", "train"), ("a", "test"), ("b", "test"), ("c", "validation"), ("d", "train")] + [("", "")] * 200
        )
    ]  # fmt: skip
    splitting.part(rows)
    assert [row["split"] for row in rows[:5]] == ["train", "train", "test", "train", "train"]
    num_test = sum(row["split"] == "test" for row in rows[5:])
    assert 20 <= num_test <= 60, "about a fifth of 200, and by the name of the group alone"
    assert all((row["split"] == "test") == splitting.is_test(row["group"]) for row in rows[5:])


def test_photos_of_one_product_lie_on_one_side_whatever_their_sources():
    rows = [
        {"photo": str(number), "group": f"source {number}", "split": "", "sha256": f"{number:064x}",
         "hash": scattered(number), "product": f"sku {number // 3}", "problem": ""}
        for number in range(300)
    ]  # fmt: skip
    splitting.part(rows)
    for place in range(0, 300, 3):
        assert len({row["group"] for row in rows[place : place + 3]}) == 1
        assert len({row["split"] for row in rows[place : place + 3]}) == 1
    assert {row["split"] for row in rows} == {"train", "test"}


def with_products(folder, num_photos: int = 3):
    """A list that says that so many photos one after the other show one product."""
    lines = ["image,category,sku"]
    for category in own_photos.CATEGORIES:
        photos = sorted((folder / category).iterdir())
        lines += [f"{category}/{p.name},{category},{category}-{n // num_photos}" for n, p in enumerate(photos)]
    (folder / "list.csv").write_text("\n".join(lines))
    return folder


def test_a_product_with_several_photos_is_one_garment_shown_by_the_first(tmp_path, shop):
    folder = with_products(shutil.copytree(shop, tmp_path / "shop"))
    found = bring_in(tmp_path / "home", folder)
    own = loading.load(tmp_path / "home", "shop")
    table = usable(tmp_path / "home")
    pictures = kept.tiles(tmp_path / "home", found)
    for split, photos, products, side in (
        (own.garments.train, own.train_photos, own.train_products, "train"),
        (own.garments.test, own.test_photos, own.test_products, "test"),
    ):
        of_side = table[table["split"] == side]
        assert len(split) == of_side["product"].nunique() < len(photos)
        assert tuple(of_side["sha256"]) == photos
        for number, (_, rows) in enumerate(of_side.groupby("product", sort=False)):
            assert (products == number).sum() == len(rows)
            assert set(np.array(photos)[products == number]) == set(rows["sha256"])
            np.testing.assert_array_equal(split.images[number], pictures[rows.index[0]])
            assert split.class_names[split.labels[number]] == rows["category"].iloc[0]


def test_a_product_under_two_categories_is_two_garments(tmp_path, shop):
    folder = with_products(shutil.copytree(shop, tmp_path / "shop"))
    lines = (folder / "list.csv").read_text().splitlines()
    lines[2] = lines[2].replace(",bag,", ",sock,")
    (folder / "list.csv").write_text("\n".join(lines))
    bring_in(tmp_path / "home", folder)
    own = loading.load(tmp_path / "home", "shop")
    num_products = usable(tmp_path / "home")["product"].nunique()
    assert len(own.garments.train) + len(own.garments.test) == num_products + 1


def test_without_a_test_split_what_is_called_validation_judges():
    rows = [
        {"photo": split, "group": split, "split": split, "sha256": split, "hash": scattered(number),
         "product": "", "problem": ""}
        for number, split in enumerate(["train", "validation"])
    ]  # fmt: skip
    splitting.part(rows)
    assert [row["split"] for row in rows] == ["train", "test"]


def test_copies_that_were_made_smaller_or_saved_anew_are_one_group_and_others_are_not(tmp_path):
    folder = tmp_path / "shop"
    for category in ("bag", "dress"):
        (folder / category).mkdir(parents=True)
        for number in range(15):
            (folder / category / f"{number}.jpg").write_bytes(own_photos.photo(category, number))
    with Image.open(folder / "bag" / "0.jpg") as photo:
        photo.resize((60, 80)).save(folder / "bag" / "small.png")
        photo.save(folder / "dress" / "mislabelled.jpg", quality=60)
    bring_in(tmp_path / "home", folder)
    table = usable(tmp_path / "home").set_index("photo")
    copies = ["bag/0.jpg", "bag/small.png", "dress/mislabelled.jpg"]
    assert table.loc[copies, "group"].nunique() == table.loc[copies, "split"].nunique() == 1
    assert table["group"].nunique() == len(table) - 2
    found, lines = checks.checks(kept.rows(tmp_path / "home", kept.find(tmp_path / "home", "shop")))
    told = {check.name: (check.num, check.sentence) for check in found}
    assert told["contradictions"][0] == 3
    assert set(lines[lines["check"] == "contradictions"]["photo"]) == set(copies)
    assert told["near"][0] == 1 and told["copies"][0] == 0, "one under another category contradicts and is told there"
    assert told["counts"] == (2, "bag (16), dress (16) have fewer than 50: every figure of them is weak.")
    assert told["line"][1].endswith("too few for a line by which tags leave untouched (228 at least).")


def test_pairs_of_near_hashes_are_those_that_comparing_all_gives():
    chance = np.random.default_rng(1)
    values = chance.integers(0, 2**63, 1500, dtype=np.uint64)
    values[700] = values[3] ^ np.uint64(0b111)
    values[1400] = values[3] ^ np.uint64(2**40)
    assert sorted(likeness.pairs(values)) == [(3, 700), (3, 1400), (700, 1400)]
    groups = likeness.groups([f"{value:016x}" for value in values])
    assert groups[3] == groups[700] == groups[1400]
    assert len(set(groups.tolist())) == 1498


def test_the_garments_have_colours_and_their_labels_and_validation_is_training(tmp_path, shop):
    bring_in(tmp_path / "home", shop)
    own = loading.load(tmp_path / "home", "shop")
    table = usable(tmp_path / "home")
    for split, photos in ((own.garments.train, own.train_photos), (own.garments.test, own.test_photos)):
        assert split.images.shape == (len(split), 96, 96, 3)
        by_photo = dict(zip(table["sha256"], table["category"], strict=True))
        assert [split.class_names[label] for label in split.labels] == [by_photo[photo] for photo in photos]
    assert own.garments.validation is own.garments.train
    assert len(own.train_groups) == len(own.garments.train)
    assert set(own.train_photos).isdisjoint(own.test_photos)


@pytest.mark.parametrize(("failpoint", "num_kept"), [("photos-kept", 16), ("catalogue-parted", 36)])
def test_killed_while_adding_nothing_is_half_there_and_the_next_try_goes_on(tmp_path, shop, failpoint, num_kept):
    home = tmp_path / "home"
    code = (
        "import sys; from pathlib import Path; from core.catalogue.own import adding, layouts, records; "
        "folder = Path(sys.argv[1]); chosen = records.Choices(); "
        "adding.add(Path(sys.argv[2]), 'shop', folder, layouts.recognised(folder, chosen), chosen, max_mb=20)"
    )
    environment = {**os.environ, "FAILPOINT": failpoint}
    done = subprocess.run([sys.executable, "-c", code, str(shop), str(home)], cwd=PROJECT_ROOT, env=environment)
    assert done.returncode < 0
    assert kept.names(home) == []
    assert len(list((home / "photos").rglob("*.jpg"))) == num_kept
    bring_in(home, shop)
    assert kept.find(home, "shop").num_photos == 36
    assert not list((home / "catalogues").glob("*.part"))


def test_too_little_of_anything_is_refused_and_nothing_remains(tmp_path):
    one = tmp_path / "one"
    (one / "bag").mkdir(parents=True)
    for number in range(30):
        (one / "bag" / f"{number}.jpg").write_bytes(own_photos.photo("bag", number))
    with pytest.raises(errors.CatalogueError, match=r"At least two categories are needed, found 1 \('bag'\)"):
        bring_in(tmp_path / "home", one)
    few = own_photos.shop(tmp_path / "few", num_each=1)
    with pytest.raises(errors.CatalogueError, match=r"At least 20 photos of two categories .* there are 3 of 3"):
        bring_in(tmp_path / "home", few)
    (few / "BAG").mkdir()
    (few / "BAG" / "1.jpg").write_bytes(own_photos.photo("bag", 1))
    with pytest.raises(
        errors.CatalogueError, match=r"differ in capitals only. Make them one with --rename 'bag'='BAG'"
    ):
        bring_in(tmp_path / "home", few)
    with pytest.raises(errors.CatalogueError, match=r"got 'My Shop'. Try summer-2027."):
        bring_in(tmp_path / "home", one, name="My Shop")
    assert kept.names(tmp_path / "home") == []


def test_thousands_of_categories_are_probably_products(tmp_path):
    rows = tuple(records.Row(photo=f"{n}.jpg", category=str(n)) for n in range(5000))
    layout = records.Layout(kind="", rows=rows, columns={})
    with pytest.raises(errors.CatalogueError, match=r"5,000 categories, more than 500. Does the column name"):
        adding.add(tmp_path / "home", "shop", tmp_path, layout, records.Choices(), max_mb=20)


def test_one_in_use_is_not_removed_by_accident_and_a_removed_one_waits_in_the_trash(tmp_path, shop):
    home = tmp_path / "home"
    bring_in(home, shop)
    kept.use(home, "shop")
    assert kept.in_use(home) == "shop"
    with pytest.raises(errors.CatalogueError, match=r"'shop' is in use"):
        kept.remove(home, "shop")
    kept.use(home, None)
    waiting = kept.remove(home, "shop")
    assert (kept.names(home), kept.in_use(home)) == ([], None)
    assert (waiting / "catalogue.json").is_file() and waiting.parent == home / "trash"
    with pytest.raises(errors.CatalogueUnknown, match=r"No catalogue 'shop'"):
        kept.use(home, "shop")


def test_the_doctor_notices_what_is_missing_of_a_catalogue(store, shop):
    bring_in(store.home, shop)
    assert doctor.breaches(store) == []
    photo = usable(store.home)["sha256"][5]
    kept.photo_path(store.home, photo).unlink()
    (found,) = doctor.breaches(store)
    assert found.startswith("I14: catalogue 'shop' has 36 photos, 36 rows of usable ones and 1 files that are missing.")
    (kept.folder_of(store.home, "shop") / kept.find(store.home, "shop").tiles_file).unlink()
    (found,) = doctor.breaches(store)
    assert found.startswith("I14: catalogue 'shop': ") and "cannot be read" in found


def test_what_lies_outside_the_folder_is_never_read(tmp_path):
    folder = own_photos.shop(tmp_path / "shop")
    (tmp_path / "secret.jpg").write_bytes(own_photos.photo("bag", 1))
    with pytest.raises(errors.PhotoRefused, match=r"It lies outside the folder"):
        adding._content(folder, "../secret.jpg", 20)


def test_a_category_that_is_only_judged_or_never_judged_is_named():
    table = pd.DataFrame(
        {"photo": ["1", "2", "3"], "category": ["a", "b", "b"], "split": ["train", "train", "test"],
         "sha256": ["1", "2", "3"], "hash": ["0" * 16, "f" * 16, "0f" * 8], "problem": "", "product": "", "group": ""}
    )  # fmt: skip
    found, _ = checks.checks(table)
    assert found[-1].sentence == "a have no photo to be judged on."
    found, _ = checks.checks(table.assign(split=["test", "train", "test"]))
    assert found[-1].sentence == "a have no photo to learn from: bring in more, or leave them out."


def test_two_cannot_change_a_catalogue_at_once(tmp_path, shop):
    with (
        kept.changing(tmp_path / "home", "shop"),
        pytest.raises(errors.CatalogueError, match="Somebody else is changing"),
    ):
        bring_in(tmp_path / "home", shop)
    bring_in(tmp_path / "home", shop)


def test_a_column_of_descriptions_is_no_column_of_categories(tmp_path):
    rows = tuple(records.Row(photo=f"{n}.jpg", category="long " * 30 + str(n % 2)) for n in range(30))
    layout = records.Layout(kind="", rows=rows, columns={})
    with pytest.raises(errors.CatalogueError, match=r"up to 80 characters, got 'long long"):
        adding.add(tmp_path / "home", "shop", tmp_path, layout, records.Choices(), max_mb=20)


def test_a_full_disk_is_one_sentence_and_the_next_try_goes_on(tmp_path, shop, monkeypatch):
    def full(path, picture):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(adding, "_keep", full)
        with pytest.raises(errors.CatalogueError, match=r"The photos cannot be kept in .* \(No space left on device\)"):
            bring_in(tmp_path / "home", shop)
    assert kept.names(tmp_path / "home") == []
    assert bring_in(tmp_path / "home", shop).num_photos == 36


def test_photos_that_no_catalogue_holds_are_named_once_they_are_old_enough(tmp_path, shop):
    home = tmp_path / "home"
    bring_in(home, shop)
    later = time.time() + 10
    assert kept.unused_photos(home, before=later) == []
    table = usable(home)
    trash = kept.remove(home, "shop")
    assert time.time() - trash.stat().st_mtime < 60, "its days in the trash begin now"
    assert kept.unused_photos(home, before=later) == [], "it may be brought back"
    shutil.rmtree(trash)
    assert {path.stem for path in kept.unused_photos(home, before=later)} == set(table["sha256"])
    assert kept.unused_photos(home, before=time.time() - 60) == []
