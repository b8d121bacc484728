"""Maps of what tags hang on: made by a process, kept once, bounded, let go; refused where they would say nothing."""

import csv
import json
import os
import sys

import numpy as np
import pytest

from core import __main__ as command_line
from core import doctor, errors
from core.commands import background
from core.quality.occlusion import Occlusion
from core.store import retention
from core.store.base import artefacts
from core.store.runs import file_reader, occlusion_files, runs
from core.tagging import occlusion_maker, occlusion_maps, occlusion_process
from tests.support import worlds


def made(value=0.5):
    return Occlusion(
        probability=0.9, drops=np.full((3, 3), value, dtype=np.float32), background=np.ones((3, 3), dtype=np.float32)
    )


def files(store):
    return sorted(path.name for path in (store.home / occlusion_files.FOLDER).glob("*/*"))


def test_a_map_is_made_by_a_process_and_the_same_in_a_command_and_kept(own_photos_store, monkeypatch):
    store, run = own_photos_store, runs.find(own_photos_store, "live")
    found = occlusion_maps.of(store, run, 2)
    assert found.drops.shape == found.background.shape == (occlusion_maker.CELLS_OF_ONE,) * 2
    predictions = file_reader.load_predictions(store, run)
    assert found.probability == pytest.approx(float(predictions["confidence"][2]), abs=0.02)
    assert files(store) == ["0000002.safetensors"]
    assert doctor.breaches(store) == []
    monkeypatch.setattr(occlusion_process, "asked", None)  # not asked again
    np.testing.assert_array_equal(occlusion_maps.of(store, run, 2).drops, found.drops)
    next((store.home / occlusion_files.FOLDER).glob("*/*")).unlink()
    ((garment, here),) = occlusion_maps.each(store, run, [2])
    assert garment == 2
    np.testing.assert_allclose(here.drops, found.drops, atol=1e-6)
    np.testing.assert_array_equal(here.background, found.background)


@pytest.mark.parametrize("content", [b"", b"{}", b"x" * 200])
def test_a_damaged_map_is_made_again(own_photos_store, monkeypatch, content):
    store, run = own_photos_store, runs.find(own_photos_store, "live")
    monkeypatch.setattr(occlusion_process, "asked", lambda *given: made())
    occlusion_maps.of(store, run, 1)
    path = next((store.home / occlusion_files.FOLDER).glob("*/*"))
    path.write_bytes(content)
    np.testing.assert_array_equal(occlusion_maps.of(store, run, 1).drops, made().drops)
    assert path.read_bytes() != content


def test_only_so_many_are_kept_and_the_oldest_go(own_photos_store, monkeypatch):
    store, run = own_photos_store, runs.find(own_photos_store, "live")
    monkeypatch.setattr(occlusion_files, "MOST_KEPT", 3)
    for garment in range(5):
        occlusion_files.keep(store, run, garment, made())
        for path in (store.home / occlusion_files.FOLDER).glob(f"*/*{garment}.safetensors"):
            os.utime(path, (1000 + garment, 1000 + garment))
    assert list(occlusion_files.load_all(store, run)) == [2, 3, 4]
    assert occlusion_files.count(store, run) == 3


def test_what_a_killed_process_left_is_no_map_and_collected_with_those_of_deleted_versions(own_photos_store):
    store, run = own_photos_store, runs.find(own_photos_store, "live")
    occlusion_files.keep(store, run, 0, made())
    folder = store.home / occlusion_files.FOLDER
    (folder / run.artefact / "half.tmp").write_bytes(b"half")
    (folder / ("0" * 64)).mkdir()
    (folder / ("0" * 64) / "0000001.safetensors").write_bytes(b"of a version that is gone")
    assert list(occlusion_files.load_all(store, run)) == [0]
    retention.collect(store, who="Ana")
    assert files(store) == ["0000000.safetensors", "half.tmp"]  # one that may be just being written stays
    os.utime(folder / run.artefact / "half.tmp", (1000, 1000))
    retention.collect(store, who="Ana")
    assert [path.name for path in folder.iterdir()] == [run.artefact]
    assert files(store) == ["0000000.safetensors"]


def test_where_nothing_can_be_kept_the_map_is_still_made(own_photos_store, monkeypatch):
    store, run = own_photos_store, runs.find(own_photos_store, "live")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(occlusion_files, "save_file", full)
    monkeypatch.setattr(occlusion_process, "asked", lambda *given: made())
    assert occlusion_maps.of(store, run, 1).largest == 0.5
    assert files(store) == []


def test_grey_pictures_say_why_not(store):
    worlds.publish_two_runs(store)
    run = runs.list_runs(store)[0]
    with pytest.raises(errors.TaggingRefused, match="looks at small grey pictures"):
        occlusion_maps.of(store, run, 0)
    with pytest.raises(errors.TaggingRefused, match="looks at small grey pictures"):
        list(occlusion_maps.each(store, run, [0]))


def test_versions_that_kept_no_photos_and_photos_that_are_gone_say_so(own_photos_store, monkeypatch):
    store, run = own_photos_store, runs.find(own_photos_store, "live")
    for path in (store.home / "photos").glob("*/*.jpg"):
        path.unlink()
    with pytest.raises(errors.TaggingRefused, match="no longer kept"):
        occlusion_maps.of(store, run, 0)
    assert list(occlusion_maps.each(store, run, [0, 1])) == []
    monkeypatch.setattr(file_reader, "has_sources", lambda store, run: False)
    with pytest.raises(errors.TaggingRefused, match="Train once more"):
        occlusion_maps.of(store, run, 0)


def test_a_process_that_cannot_make_one_says_why_in_one_sentence(own_photos_store):
    store, run = own_photos_store, runs.find(own_photos_store, "live")
    (artefacts.folder_of(store.home, run.artefact) / "weights.safetensors").unlink()
    with pytest.raises(errors.TaggingError, match=r"Where it looked cannot be worked out: .*weights\.safetensors"):
        occlusion_maps.of(store, run, 0)
    assert files(store) == []


def test_the_command_looks_at_the_wrong_and_surest_first_and_lists_those_on_the_background(
    own_photos_store, tmp_path, monkeypatch, capsys
):
    store, run = own_photos_store, runs.find(own_photos_store, "live")
    order = occlusion_maps.worst_first(store, run)
    table = file_reader.load_predictions(store, run)
    keys = [(bool(row.true_class == row.predicted_class), -row.confidence) for row in table.iloc[order].itertuples()]
    assert keys == sorted(keys) and sorted(order) == list(range(run.num_test))
    occlusion_files.keep(store, run, order[0], made(0.5))
    occlusion_files.keep(store, run, order[1], made(0.01))
    target = tmp_path / "list.csv"
    monkeypatch.setattr(sys, "argv", ["core", "background", "--most", "3", "--csv", str(target), "--json"])
    assert command_line.main() == 0
    done = json.loads(capsys.readouterr().out)
    assert done["num_looked_at"] == 3 and occlusion_files.count(store, run) == 3
    assert done["on_background"][0]["garment"] == order[0]
    rows = list(csv.DictReader(target.read_text("utf-8-sig").splitlines()))
    assert tuple(rows[0]) == background.COLUMNS and len(rows) == 3
    of_second = next(row for row in rows if row["garment"] == str(order[1]))
    assert (of_second["hangs_on_background"], of_second["background_share"], of_second["where"]) == ("no", "", "")


def test_the_time_is_told_beforehand(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert background.told_before(60, 1.0).startswith("Looking at 60 photos takes about 30 s")
    assert background.told_before(625, 1.0).startswith("Looking at 625 photos takes about 5 minutes")
