"""Large files of tags whose import was stopped: the next one does nothing again, and finds what it would have found."""

import numpy as np
import pandas as pd
import pytest

from core import doctor
from core.elsewhere import checking, files, going_on, importing, reading
from core.store.runs import begun
from tests.support import elsewhere


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(going_on, "LEAST_BYTES", 0)
    table = elsewhere.table(40)
    table.loc[3, "image"], table.loc[5, "prediction"] = "nowhere.png", table.loc[5, "prediction"].lower()
    table.to_csv(tmp_path / "tags.csv", index=False)
    return tmp_path / "tags.csv"


def stop_at(monkeypatch, moment):
    def stop(name):
        if name == moment:
            raise KeyboardInterrupt

    monkeypatch.setattr(reading.failpoints, "reach", stop)


def read(store, file):
    return reading.read(store, file, str(elsewhere.pictures(file.parent / "pictures", 40)))


def never(*arguments, **named):
    raise AssertionError("done again")


@pytest.mark.parametrize(("moment", "done"), [("tags-read", files), ("tags-checked", checking)])
def test_what_was_done_before_the_stop_is_not_done_again(store, file, monkeypatch, moment, done):
    whole = read(store, file)
    begun.forget(store, whole.digest)
    with monkeypatch.context() as stopped, pytest.raises(KeyboardInterrupt):
        stop_at(stopped, moment)
        read(store, file)
    monkeypatch.setattr(files, "read", never)
    if done is checking:
        monkeypatch.setattr(checking, "checked", never)
    again = read(store, file)
    pd.testing.assert_frame_equal(again.table, whole.table)
    pd.testing.assert_frame_equal(again.given.table, whole.given.table)
    assert np.array_equal(again.given.probabilities, whole.given.probabilities)
    assert again.given.probabilities.shape == (39, 3)
    assert (again.columns, again.problems, again.given.class_names) == (
        whole.columns, whole.problems, whole.given.class_names
    )  # fmt: skip
    done_once = importing.publish(store, again, "cloud", who="Ada")
    assert done_once.is_new
    assert not list((store.home / begun.FOLDER).iterdir())
    assert not importing.publish(store, whole, "cloud", who="Ada").is_new
    assert not list(doctor.breaches(store))


def test_another_content_other_pictures_and_another_choice_are_checked_anew(store, file):
    first = read(store, file)
    (file.parent / "pictures" / "0007.png").unlink()
    fewer = reading.read(store, file, str(file.parent / "pictures"))
    assert len(fewer.given) == len(first.given) - 1
    chosen = reading.read(store, file, str(file.parent / "pictures"), {"label": ""})
    assert not chosen.given.num_labelled
    file.write_text(file.read_text().replace("0008.png", "gone.png"))
    assert len(reading.read(store, file, str(file.parent / "pictures")).given) == len(first.given) - 2


def test_a_damaged_one_is_read_again_and_an_old_one_goes(store, file, monkeypatch):
    first = read(store, file)
    for path in begun.folder(store, first.digest).iterdir():
        path.write_bytes(b"no")
    assert read(store, file).given.table.equals(first.given.table)
    assert begun.expired(store) == []
    monkeypatch.setattr(begun, "KEPT_DAYS", -1)
    assert begun.expired(store) == [begun.folder(store, first.digest)]


def test_a_full_disk_keeps_nothing_and_stops_nobody(store, file, monkeypatch):
    def full(self, *arguments, **named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    assert len(read(store, file).given) == 39
    assert not list((store.home / begun.FOLDER).iterdir())
