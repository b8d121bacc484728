"""Photos are brought in on the page *Garments*: dropped or from a folder, recognised, changed, followed to the end."""

import io
import shutil
import zipfile

import pytest

from core import errors, jobs
from core.catalogue import kept
from core.catalogue.own import example_photos, uploads
from core.jobs import bringing_in
from core.photos import containers
from core.retail import tables, workbooks
from core.settings import Settings
from core.store.base.store import Store
from dashboard.data import store as opened_store
from dashboard.garments import wording as bringing_wording
from dashboard.session import browser_memory, person
from tests.app.test_pages import opened, texts
from tests.core.retail import test_tables
from tests.support import own_photos, sheets, worlds


@pytest.fixture
def works(store, monkeypatch):
    """A store with a version; what would be started in a process of its own is done at once."""
    worlds.publish(store)
    monkeypatch.setattr(browser_memory, "read", lambda name: "Ada")
    monkeypatch.setattr(
        bringing_in.launchers, "run_detached", lambda at, arguments, log: bringing_in.work(at, arguments[-1])
    )
    return store


def test_the_examples_are_offered_brought_in_by_a_button_and_marked(works):
    at = opened("setup/garments")
    assert bringing_wording.TRY_WHAT in texts(at)
    shown = str(at.get("image")[0].proto)
    assert all(f"An example of {name}" in shown for name in example_photos.one_of_each())
    at.button(key="try-examples").click().run()
    assert not at.exception
    assert "example-photos: 100 photos of 10 categories, 100 new." in texts(at)
    assert bringing_wording.EXAMPLES_NOTE in texts(at)
    assert f"from {bringing_wording.EXAMPLES_SOURCE}." in texts(at)
    assert not [button for button in at.button if button.key in ("try-examples", "look-example-photos")]
    at.button(key="bring-close-example-photos").click().run()
    at.button(key="use-example-photos").click().run()
    assert kept.in_use(works.home) == "example-photos"
    at.button(key="unuse-example-photos").click().run()
    at.button(key="remove-example-photos").click().run()
    assert kept.names(works.home) == []
    assert [button.label for button in at.button if button.key == "try-examples"] == [bringing_wording.TRY]


def test_examples_that_cannot_be_brought_in_are_said_beside_their_button(works, monkeypatch):
    at = opened("setup/garments")

    def refuse(store):
        raise errors.CatalogueCorrupt("The example photos cannot be read. Install the program again.")

    monkeypatch.setattr(example_photos, "unpack", refuse)
    at.button(key="try-examples").click().run()
    assert "The example photos cannot be read. Install the program again." in texts(at)
    assert kept.names(works.home) == [] and at.button(key="try-examples")


def row_of(category):
    return own_photos.CATEGORIES.index(category)


def packed(folder):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return content.getvalue()


def test_a_dropped_zip_is_recognised_changed_and_brought_in(works, tmp_path):
    at = opened("setup/garments")
    at.file_uploader[0].upload("photos.zip", packed(own_photos.shop(tmp_path / "photos")), "application/zip").run()
    assert not at.exception
    assert "A folder for each category." in texts(at)
    assert at.button(key="bring-start").label == "Bring in 36 photos"
    assert sheets.column(at, "Category") == sheets.column(at, "Call it") == list(own_photos.CATEGORIES)
    assert (sheets.column(at, "Photos"), sheets.column(at, "Bring in")) == (["12"] * 3, ["Yes"] * 3)
    sheets.typed(at, {row_of("sock"): {"Call it": "Socks"}, row_of("bag"): {"Bring in": "No"}})
    assert at.button(key="bring-start").label == "Bring in 24 photos"
    at.text_input(key="bring-name").set_value("summer").run()
    at.button(key="bring-start").click().run()
    assert not at.exception
    assert "summer: 24 photos of 2 categories, 24 new. 12 could not be used." in texts(at)
    found = kept.find(works.home, "summer")
    assert (found.class_names, found.source) == (("Socks", "dress"), str(uploads.folder_of(works.home, "summer")))
    at.button(key="bring-close-summer").click().run()
    assert "24 new" not in texts(at)
    assert "from files that were dropped here." in texts(at)
    assert not [button for button in at.button if button.key == "look-summer"]


def dropped(tmp_path):
    """The page after a ZIP of a small shop was dropped."""
    at = opened("setup/garments")
    at.file_uploader[0].upload("photos.zip", packed(own_photos.shop(tmp_path / "photos")), "application/zip")
    return at.run()


def test_what_was_typed_and_not_told_before_the_click_is_brought_in(works, tmp_path):
    at = dropped(tmp_path)
    sheets.report(at, {row_of("sock"): {"Call it": "Socks"}, row_of("bag"): {"Bring in": "No"}})
    at.text_input(key="bring-name").set_value("summer")
    at.button(key="bring-start").click().run()
    assert not at.exception
    assert kept.find(works.home, "summer").class_names == ("Socks", "dress")
    assert kept.names(works.home) == ["summer"]


def test_what_was_typed_before_the_table_changed_is_not_left_out_unsaid(works, tmp_path):
    at = dropped(tmp_path)
    sheets.report(at, {row_of("bag"): {"Bring in": "No"}}, base="the one before")
    at.button(key="bring-start").click().run()
    assert bringing_wording.CHANGED in texts(at)
    assert kept.names(works.home) == []


def test_photos_are_brought_in_only_under_a_name_which_is_asked_for_at_the_click(works, tmp_path, monkeypatch):
    notes = {}
    monkeypatch.setattr(browser_memory, "read", lambda name: notes.get(name, ""))
    monkeypatch.setattr(browser_memory, "write", notes.__setitem__)
    at = dropped(tmp_path)
    at.button(key="bring-start").click().run()
    assert person.MISSING in texts(at) and kept.names(works.home) == []
    at.text_input(key="control-name-bring").set_value("Bo")
    at.button(key="bring-start").click().run()
    assert len(kept.names(works.home)) == 1 and notes[browser_memory.NAME] == "Bo"


def test_a_name_that_exists_shows_what_would_change_before_anything_is_brought_in(works, tmp_path):
    at = dropped(tmp_path)
    at.button(key="bring-start").click().run()
    (tmp_path / "photos" / "sock" / "000.jpg").write_bytes(own_photos.photo("sock", 90))
    (tmp_path / "photos" / "sock" / "new.jpg").write_bytes(own_photos.photo("sock", 91))
    (tmp_path / "photos" / "bag" / "001.jpg").unlink()  # what was dropped before stays
    at = opened("setup/garments")
    at.file_uploader[0].upload("photos.zip", packed(tmp_path / "photos"), "application/zip").run()
    assert "Against what our-garments holds: 1 new, 1 changed; 35 stay as they are." in texts(at)
    waiting = list((works.home / "uploads" / "waiting").iterdir())
    assert len(waiting) == 1, "what was put together to be looked at is gone"
    at.text_input(key="bring-name").set_value("another").run()
    assert "Against what" not in texts(at)
    at.text_input(key="bring-name").set_value("our-garments")
    at.button(key="bring-start").click().run()
    assert bringing_wording.THERE_ALREADY in texts(at)
    assert kept.find(works.home, "our-garments").num_photos == 36
    at.button(key="bring-start").click().run()
    assert not at.exception
    assert "our-garments: 37 photos of 3 categories, 1 new, 1 changed." in texts(at)


def test_two_categories_of_one_name_become_one(works, tmp_path):
    at = dropped(tmp_path)
    sheets.report(at, {row_of("sock"): {"Call it": " dress "}})
    at.button(key="bring-start").click().run()
    assert kept.find(works.home, "our-garments").class_names == ("bag", "dress")


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ({0: {"Bring in": "No"}, 1: {"Bring in": "No"}, 2: {"Bring in": "No"}}, bringing_wording.NONE_TAKEN),
        ({0: {"Call it": ""}}, "'bag' is to be called nothing."),
        ({2: {"Call it": "  "}}, "'sock' is to be called nothing."),
    ],
)
def test_what_can_be_no_category_is_said_and_nothing_is_brought_in(works, tmp_path, edits, said):
    at = dropped(tmp_path)
    sheets.report(at, edits)
    at.button(key="bring-start").click().run()
    assert said in texts(at)
    assert kept.names(works.home) == []
    sheets.typed(at, {row: {"Call it": f"Kind {row}", "Bring in": "Yes"} for row in edits})
    assert said not in texts(at)
    at.button(key="bring-start").click().run()
    assert {f"Kind {row}" for row in edits} <= set(kept.find(works.home, "our-garments").class_names)


def test_a_folder_that_was_chosen_with_the_click_is_looked_at_first(works, tmp_path, monkeypatch):
    for name in ("summer", "winter"):
        own_photos.shop(tmp_path / "shared" / name)
    with_roots(works, monkeypatch, tmp_path / "shared")
    at = opened("setup/garments")
    at.segmented_control(key="bring-way").set_value("A folder of this computer").run()
    at.selectbox(key="bring-folder").select(tmp_path / "shared" / "summer").run()
    at.selectbox(key="bring-folder").select(tmp_path / "shared" / "winter")
    at.button(key="bring-start").click().run()
    assert bringing_wording.CHANGED in texts(at)
    assert kept.names(works.home) == []
    at.button(key="bring-start").click().run()
    assert kept.find(works.home, kept.names(works.home)[0]).source == str(tmp_path / "shared" / "winter")
    at.segmented_control(key="bring-way").set_value("Drop files")
    at.text_input(key="bring-name").set_value("another")
    at.button(key="bring-start").click().run()
    assert "another" not in kept.names(works.home)


def test_a_column_that_was_chosen_with_the_click_is_looked_at_first(works, tmp_path):
    photos = sorted(own_photos.shop(tmp_path / "photos").rglob("*.jpg"))
    lines = [f"{path.parent.name}-{path.name},{path.parent.name},My {path.parent.name}" for path in photos]
    files = [(f"{path.parent.name}-{path.name}", path.read_bytes(), "image/jpeg") for path in photos]
    listed = "\n".join(["photo,category,ours", *lines]).encode()
    at = opened("setup/garments")
    at.file_uploader[0].set_value([*files, ("list.csv", listed, "text/csv")]).run()
    at.selectbox(key="bring-column-category-list.csv").select("ours")
    at.button(key="bring-start").click().run()
    assert bringing_wording.CHANGED in texts(at)
    assert kept.names(works.home) == []
    at.button(key="bring-start").click().run()
    assert kept.find(works.home, "our-garments").class_names == ("My bag", "My dress", "My sock")


def test_controls_that_are_gone_since_the_page_was_drawn_are_no_change(works, tmp_path):
    photos = sorted(own_photos.shop(tmp_path / "photos").rglob("*.jpg"))
    files = [(f"{path.parent.name}-{path.name}", path.read_bytes(), "image/jpeg") for path in photos]
    rows = [f"{path.parent.name}-{path.name},{path.parent.name},My {path.parent.name}" for path in photos]
    listed = "\n".join(["photo,category,ours", *rows]).encode()
    at = opened("setup/garments")
    at.file_uploader[0].set_value([*files, *((name, listed, "text/csv") for name in ("a.csv", "b.csv"))]).run()
    at.selectbox(key="bring-list").select("a.csv").run()
    at.selectbox(key="bring-column-category-a.csv").select("ours").run()
    at.selectbox(key="bring-list").select("b.csv").run()
    at.button(key="bring-start").click().run()
    assert not at.exception
    assert kept.find(works.home, "our-garments").class_names == own_photos.CATEGORIES


def test_a_name_that_is_none_is_said_and_what_was_dropped_stays(works, tmp_path, monkeypatch):
    at = opened("setup/garments")
    at.file_uploader[0].upload("photos.zip", packed(own_photos.shop(tmp_path / "photos")), "application/zip").run()
    at.text_input(key="bring-name").set_value("Summer 27").run()
    at.button(key="bring-start").click().run()
    assert "A catalogue's name has up to 40 small letters, digits and hyphens, got 'Summer 27'." in texts(at)
    assert at.button(key="bring-start").label == "Bring in 36 photos"
    at.text_input(key="bring-name").set_value("sample").run()
    at.button(key="bring-start").click().run()
    assert "'sample' comes with the program. Choose another name." in texts(at)
    bringing_in._save(
        works,
        bringing_in.Coming(name="summer-27", place="x", choices=bringing_in.Choices(), who="Bo", started_at=0.0),
    )
    at.text_input(key="bring-name").set_value("summer-27").run()
    with monkeypatch.context() as patch:
        patch.setattr(bringing_in, "is_running", lambda store, coming: True)
        at.button(key="bring-start").click()
        with pytest.raises(errors.CatalogueError, match="is being brought in already"):
            bringing_in.check_free(works, "summer-27")
        at.run()
    assert "'summer-27' is being brought in already. Wait for it, or stop it." in texts(at)
    bringing_in.forget(works, "summer-27")
    at.run()
    at.button(key="bring-start").click().run()
    assert kept.names(works.home) == ["summer-27"]


def test_columns_of_a_list_are_chosen_where_they_are_not_recognised(works, tmp_path):
    folder = own_photos.shop(tmp_path / "photos")
    lines = [f"{path.name} {path.parent.name},{path.parent.name}" for path in sorted(folder.rglob("*.jpg"))]
    flat = tmp_path / "flat"
    flat.mkdir()
    for path in sorted(folder.rglob("*.jpg")):
        shutil.copyfile(path, flat / f"{path.name} {path.parent.name}.jpg")
    (flat / "list.csv").write_text("\n".join(["bild,warengruppe", *lines]))
    at = opened("setup/garments")
    at.file_uploader[0].upload("photos.zip", packed(flat), "application/zip").run()
    assert "holds photos, but neither folders named like categories nor a list that names them" in texts(at)
    at.selectbox(key="bring-column-category-list.csv").select("warengruppe").run()
    assert not at.exception
    assert "whose column 'bild' names the photo and 'warengruppe' its category." in texts(at)
    assert at.button(key="bring-start").label == "Bring in 36 photos"


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".txt", ".xlsx"])
def test_photos_are_dropped_with_their_list_in_every_kind_of_table(works, tmp_path, ending):
    photos = sorted(own_photos.shop(tmp_path / "photos").rglob("*.jpg"))
    lines = ["photo,category", *(f"{path.parent.name}-{path.name},{path.parent.name}" for path in photos)]
    listed = test_tables.saved_as(ending, "\n".join(lines).encode())
    at = opened("setup/garments")
    files = [(f"{path.parent.name}-{path.name}", path.read_bytes(), "image/jpeg") for path in photos]
    at.file_uploader[0].set_value([*files, (f"list{ending}", listed, "application/octet-stream")]).run()
    assert not at.exception
    assert at.button(key="bring-start").label == "Bring in 36 photos"


def test_the_uploader_takes_every_list_and_photo_that_is_read(works):
    taken = set(opened("setup/garments").file_uploader[0].proto.type)
    assert taken == {".zip", ".xml", *tables.ENDINGS, *containers.ENDINGS}
    assert set(workbooks.ENDINGS) < set(tables.ENDINGS)


def with_roots(store, monkeypatch, *roots):
    """The store whose pages may read below those folders."""
    settings = Settings(**{**store.settings.model_dump(), "import_roots": ":".join(map(str, roots))})
    found = Store(engine=store.engine, home=store.home, settings=settings)
    monkeypatch.setattr(opened_store, "store", lambda: found)
    return found


def test_without_a_setting_the_page_offers_no_folder_and_with_it_those_below(works, tmp_path, monkeypatch):
    assert "bring-way" not in [control.key for control in opened("setup/garments").segmented_control]
    own_photos.shop(tmp_path / "shared" / "summer")
    (tmp_path / "outside").mkdir()
    (tmp_path / "shared" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "shared" / ".hidden").mkdir()
    with_roots(works, monkeypatch, tmp_path / "shared")
    at = opened("setup/garments")
    at.segmented_control(key="bring-way").set_value("A folder of this computer").run()
    offered = at.selectbox(key="bring-folder").options
    assert offered[:2] == [str(tmp_path / "shared"), str(tmp_path / "shared" / "summer")]
    assert not any("link" in name or "hidden" in name for name in offered)
    at.selectbox(key="bring-folder").select(tmp_path / "shared" / "summer").run()
    assert not at.exception
    at.button(key="bring-start").click().run()
    assert "summer: 36 photos of 3 categories, 36 new." in texts(at)
    (tmp_path / "shared" / "summer" / "sock" / "new.jpg").write_bytes(own_photos.photo("sock", 500))
    (tmp_path / "shared" / "summer" / "sock" / "000.jpg").unlink()
    at.button(key="look-summer").click().run()
    assert "Against what summer holds: 1 new, 1 no longer there; 35 stay as they are." in texts(at)
    shown = str([image.proto for image in at.get("image")])
    assert "The photo sock/new.jpg" in shown and "The photo sock/000.jpg" in shown
    at.button(key="unlook-summer").click().run()
    assert "Against what" not in texts(at)
    at.button(key="look-summer").click().run()
    at.button(key="update-summer").click().run()
    assert not at.exception
    assert "summer: 36 photos of 3 categories, 1 new, 1 no longer there." in texts(at)
    at.button(key="look-summer").click().run()
    assert "Nothing is new: summer holds these 36 photos already." in texts(at)
    assert not [button for button in at.button if button.key == "update-summer"]
    at.button(key="unlook-summer").click().run()
    at.button(key="remove-summer").click().run()
    assert kept.names(works.home) == []


def test_a_catalogue_from_elsewhere_is_not_read_again_by_the_page(works, tmp_path, monkeypatch):
    folder = own_photos.shop(tmp_path / "private")
    bringing_in.start(works, "shop", folder, bringing_in.Choices(), who="Ada")
    at = opened("setup/garments")
    assert not [button for button in at.button if button.key == "look-shop"]
    with_roots(works, monkeypatch, tmp_path / "private")
    assert [button for button in opened("setup/garments").button if button.key == "look-shop"]


def test_one_that_failed_says_why_and_goes_on(works, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    bringing_in.start(works, "shop", folder, bringing_in.Choices(), who="Ada")
    at = opened("setup/garments")
    assert "shop: There are no photos" in texts(at)
    own_photos.shop(folder)
    at.button(key="bring-on-shop").click().run()
    assert "shop: 36 photos of 3 categories, 36 new." in texts(at)


def test_while_photos_come_in_the_bar_takes_the_place_of_the_form_and_then_of_what_comes_next(works, monkeypatch):
    monkeypatch.setattr(bringing_in, "is_running", lambda store, coming: not coming.result)
    monkeypatch.setattr(bringing_in.launchers, "run_detached", lambda at, arguments, log: None)
    bringing_in.start_examples(works, who="Ada")
    at = opened("setup/garments")
    assert at.button(key="bring-stop-example-photos")
    assert [box.label for box in at.expander if box.get("file_uploader")] == [bringing_wording.MORE]
    bringing_in.work(works, "example-photos")
    at = opened("setup/garments")
    assert not [box for box in at.expander if box.get("file_uploader")]
    at.button(key="bring-use-example-photos").click().run()
    at.button(key="train-brought-example-photos").click().run()
    assert not at.exception
    assert jobs.queue(works).running.catalogue == "example-photos"
