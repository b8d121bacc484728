"""What the checks found on the page *Garments* is shown as photos and decided there, by a click."""

import shutil

import pytest

from core import jobs
from core.catalogue import kept
from core.catalogue.own import adding, deciding, decisions, layouts, records
from core.store.base import audit
from core.store.team import photo_decisions
from dashboard.data import own_catalogues
from dashboard.garments import deciding as view
from dashboard.garments import wording
from dashboard.session import browser_memory
from tests.app.test_pages import opened, texts
from tests.core.catalogue.test_decisions import small
from tests.support import own_photos, worlds

BOTH = ("bag/003.jpg", "dress/also.jpg")


@pytest.fixture
def shop(store, tmp_path, monkeypatch):
    """A store with photos in which something of every kind can be decided."""
    worlds.publish(store)
    monkeypatch.setattr(browser_memory, "read", lambda name: "Ada")
    folder = own_photos.shop(tmp_path / "shop", num_each=15)
    (folder / "dress" / "also.jpg").write_bytes(small((folder / "bag" / "003.jpg").read_bytes()))
    for number in (5, 6):
        copy = small((folder / "bag" / f"00{number}.jpg").read_bytes())
        (folder / "bag" / f"near-{number}.jpg").write_bytes(copy)
    for number in (7, 8):
        shutil.copy(folder / "sock" / f"00{number}.jpg", folder / "sock" / f"again-{number}.jpg")
    (folder / "sock" / "broken.jpg").write_bytes(b"no photo")
    adding.add(store.home, "shop", folder, layouts.recognised(folder), records.Choices(), max_mb=20)
    return store


def rows(store):
    return kept.rows(store.home, kept.find(store.home, "shop")).set_index("photo")


def held(store):
    return decisions.active(deciding.history(store.home, kept.find(store.home, "shop")))


def looking(check):
    """The page with what a check found open."""
    at = opened("setup/garments")
    at.session_state[f"check-shop-{check}"] = True
    return at.run()


def buttons(at, check):
    start = f"decide-shop-{check}-"
    return {button.key.removeprefix(start): button for button in at.button if button.key.startswith(start)}


def press(at, check, what):
    [found] = [button for key, button in buttons(at, check).items() if key.startswith(what)]
    found.click().run()
    assert not at.exception
    return at


def test_photos_are_drawn_only_where_a_sentence_is_opened(shop):
    at = opened("setup/garments")
    labels = " ".join(expander.label for expander in at.expander)
    assert "2 photos look alike but stand under different categories" in labels
    assert "1 of 51 photos and lines cannot be used" in labels
    assert not [button for button in at.button if button.key.startswith("decide-")]
    at.session_state["check-shop-contradictions"] = True
    at.run()
    assert not at.exception
    shown = str([image.proto for image in at.get("image")])
    assert all(f"The photo {name}" in shown for name in BOTH)
    assert [button.label for button in buttons(at, "contradictions").values()] == [
        "All are bag", "All are dress", "Each is right as it is", "Leave all of them out",
    ]  # fmt: skip


def test_a_label_is_decided_by_a_click_counted_and_taken_back(shop):
    before = rows(shop)
    at = press(looking("contradictions"), "contradictions", "all-bag")
    assert rows(shop).loc[list(BOTH), "category"].tolist() == ["bag", "bag"]
    assert "No two photos that look alike stand under different categories." in texts(at)
    at.session_state["decided-shop"] = True
    at.run()
    assert "2 photos that look the same: all are bag" in texts(at)
    assert "Ada, " in texts(at) and "bag/003.jpg, dress/also.jpg" in texts(at)
    at.button(key=f"back-{held(shop)[0].id}").click().run()
    assert not at.exception
    assert rows(shop).equals(before) and held(shop) == []
    assert [entry.after["taken_back"] for entry in audit.entries(shop, action="decide-photos")] == [True, False]


def test_it_stays_open_while_one_box_after_the_other_is_decided(shop):
    at = looking("near")
    [first, _] = [key for key in buttons(at, "near") if key.startswith("out-")]
    assert first != "out-all", "what only looks alike is left out box by box"
    press(at, "near", first)
    assert list(rows(shop)["problem"]).count(kept.LEFT_OUT) == 1
    assert "1 photos are nearly the same" in " ".join(expander.label for expander in at.expander)
    [last] = [key for key in buttons(at, "near") if key.startswith("keep-")]
    press(at, "near", last)
    assert "No photo is nearly the same as another one." in texts(at)
    assert [each.kind for each in held(shop)] == [decisions.LEAVE_OUT, decisions.KEEP_COPIES]


def test_all_copies_are_left_out_at_once_and_the_first_ones_stay(shop):
    press(looking("copies"), "copies", "out-all")
    out = rows(shop).query("problem == @kept.LEFT_OUT")
    assert sorted(out.index) == ["sock/again-7.jpg", "sock/again-8.jpg"] and len(held(shop)) == 1
    press(looking("near"), "near", "keep-all")
    assert "No photo is nearly the same as another one." in texts(opened("setup/garments"))
    press(looking("usable"), "usable", "seen")
    assert [each.kind for each in held(shop)] == [decisions.LEAVE_OUT, decisions.KEEP_COPIES, decisions.SEEN]
    assert "Every other photo or line can be used. People left 2 out." in texts(opened("setup/garments"))


def test_a_small_category_is_put_together_left_out_or_kept(shop):
    at = looking("counts")
    assert buttons(at, "counts")["merge-sock"].disabled
    at.selectbox(key="into-shop-counts-sock").select("dress").run()
    press(at, "counts", "merge-sock")
    assert kept.find(shop.home, "shop").class_names == ("bag", "dress")
    press(looking("counts"), "counts", "keep-bag")
    assert "bag" not in str([expander.label for expander in opened("setup/garments").expander])
    at = press(looking("counts"), "counts", "out-dress")
    assert "At least 20 photos of two categories are needed" in texts(at)
    assert [each.kind for each in held(shop)] == [decisions.MERGE, decisions.KEEP_CATEGORY]


def test_the_second_of_two_who_decide_is_told(shop):
    at = looking("contradictions")
    photos = [photo for photo in decisions.photos_of(rows(shop).reset_index()) if photo[0] in BOTH]
    other = decisions.Decision(kind=decisions.BOTH_RIGHT, check="contradictions", photos=tuple(photos))
    photo_decisions.decide(shop, "shop", [other], who="Bo")
    at = press(at, "contradictions", "all-bag")
    assert "decided about them meanwhile (the last one was Bo). Look at what is left." in texts(at)
    assert [each.who for each in held(shop)] == ["Bo"]


def test_nobody_decides_without_a_name(shop, monkeypatch):
    monkeypatch.setattr(browser_memory, "read", lambda name: "")
    at = looking("near")
    assert buttons(at, "near") and all(button.disabled for button in buttons(at, "near").values())
    assert [field.key for field in at.text_input if "decide-shop-near" in field.key]


def test_long_lists_come_in_pages_of_whole_boxes():
    assert view._pages([2] * 12) == [(0, 12)]
    assert view._pages([2] * 13) == [(0, 12), (12, 13)]
    assert view._pages([23, 2, 300, 1]) == [(0, 1), (1, 2), (2, 3), (3, 4)]


def test_more_than_a_page_is_turned_and_a_missing_file_is_grey(shop, monkeypatch):
    monkeypatch.setattr(view, "PAGE_PHOTOS", 2)
    at = looking("near")
    assert "Boxes 1 to 1 of 2" in texts(at)
    first = [key for key in buttons(at, "near") if key.startswith("keep-") and key != "keep-all"]
    at.session_state[view._page_note("shop-near").key] = 2
    at.run()
    assert "Boxes 2 to 2 of 2" in texts(at)
    assert first != [key for key in buttons(at, "near") if key.startswith("keep-") and key != "keep-all"]
    digest = rows(shop).loc["bag/005.jpg", "sha256"]
    whole = own_catalogues._small(kept.photo_path(shop.home, digest))
    kept.photo_path(shop.home, digest).unlink()
    assert own_catalogues._small(kept.photo_path(shop.home, digest)) != whole


def test_what_is_used_is_trained_on_by_one_click_beside_it_and_beside_the_last_decision(shop):
    at = opened("setup/garments")
    assert not [button for button in at.button if button.key.startswith("train-")], "they are not used yet"
    at.button(key="use-shop").click().run()
    assert at.button(key="train-on-shop").label == wording.TRAIN
    press(looking("contradictions"), "contradictions", "all-dress")
    at = opened("setup/garments")
    assert at.button(key="train-decided-shop").label == "Train on these garments, with your 1 decision"
    at.button(key="train-decided-shop").click().run()
    assert not at.exception
    job = jobs.queue(shop).running
    assert (job.catalogue, job.recipe) == ("shop", "quick")
    assert not [button for button in at.button if button.key.startswith("train-")], "it is asked for"
    assert "Starting" in str([bar.proto for bar in at.main.get("progress")])
