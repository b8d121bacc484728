"""Tiny catalogues in the original format, through the real torchvision code; the download against a local mirror."""

import dataclasses
import gzip
import os
import shutil
import threading
import time

import numpy as np
import pytest

from core import catalogue, errors, jobs, settings
from core.catalogue import fashion_mnist, source_files
from tests import conftest
from tests.support import mirror, worlds

HTML = b"<!doctype html><title>Sign in to the network</title>"
CLOSED_PORT = "http://127.0.0.1:9/"


def ignore(doing, fraction):
    assert 0 <= fraction <= 1, doing


def load(source):
    return fashion_mnist.load_splits(settings.load(), ignore, source)


def extract(folder):
    for path in folder.glob("*.gz"):
        (folder / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()


@pytest.fixture
def data_dir():
    return settings.load().data_dir


def test_archives_are_read_from_a_folder_that_cannot_be_written(data_dir):
    source = worlds.write_dataset(data_dir)
    before = {path.name: path.stat().st_mtime_ns for path in data_dir.iterdir()}
    train, test = load(source)
    assert (len(train), len(test)) == (30, 20)
    assert train.images.shape == (30, 28, 28)
    assert train.labels.tolist() == [number % 10 for number in range(30)]
    assert train.class_names == fashion_mnist.CLASS_NAMES
    assert before == {path.name: path.stat().st_mtime_ns for path in data_dir.iterdir()}


@pytest.mark.parametrize("below", ["", "FashionMNIST/raw"])
@pytest.mark.parametrize("is_extracted", [True, False])
def test_files_are_found_in_each_place_and_form(data_dir, below, is_extracted):
    source = worlds.write_dataset(data_dir / below)
    if is_extracted:
        extract(data_dir / below)
    train, _ = load(source)
    assert np.array_equal(train.images, load(source)[0].images)
    assert (settings.load().home / "fashion-mnist").exists() != is_extracted


def test_a_mix_of_archives_and_extracted_files_is_gathered(data_dir):
    source = worlds.write_dataset(data_dir)
    name = worlds.FILE_NAMES[0]
    (data_dir / name).write_bytes(gzip.decompress((data_dir / f"{name}.gz").read_bytes()))
    (data_dir / f"{name}.gz").unlink()
    assert len(load(source)[0]) == 30


def corrupt(path, kind, folder):
    """The ten ways in which files go wrong."""
    content = path.read_bytes()
    if kind == "swapped":
        other = folder / ("t10k" + path.name[5:] if path.name.startswith("train") else "train" + path.name[4:])
        path.write_bytes(other.read_bytes())
        other.write_bytes(content)
    elif kind == "counts differ":
        raw = bytearray(gzip.decompress(content) if path.suffix == ".gz" else content)
        raw[7] -= 1
        raw = raw[: -784 if "images" in path.name else -1]
        path.write_bytes(gzip.compress(bytes(raw)) if path.suffix == ".gz" else bytes(raw))
    elif kind == "label 99":
        raw = bytearray(gzip.decompress(content) if path.suffix == ".gz" else content)
        raw[-1] = 99
        path.write_bytes(gzip.compress(bytes(raw)) if path.suffix == ".gz" else bytes(raw))
    else:
        middle = len(content) // 2
        path.write_bytes(
            {
                "one byte short": content[:-1],
                "half": content[:middle],
                "empty": b"",
                "flipped byte": content[:middle] + bytes([content[middle] ^ 0x10]) + content[middle + 1 :],
                "html page": HTML,
                "zeros": bytes(len(content)),
                "one byte more": content + b"\0",
            }[kind]
        )


@pytest.mark.parametrize("name", worlds.FILE_NAMES)
@pytest.mark.parametrize(
    "kind",
    ["one byte short", "half", "empty", "flipped byte", "html page", "zeros", "one byte more", "swapped",
     "counts differ", "label 99"],
)  # fmt: skip
@pytest.mark.parametrize("is_extracted", [True, False])
def test_a_corrupt_file_is_refused_by_name_before_training(data_dir, name, kind, is_extracted):
    source = worlds.write_dataset(data_dir)
    if is_extracted:
        extract(data_dir)
    path = data_dir / (name if is_extracted else f"{name}.gz")
    before = path.read_bytes()
    corrupt(path, kind, data_dir)
    assert path.read_bytes() != before
    with pytest.raises(errors.CatalogueCorrupt) as caught:
        load(source)
    message = str(caught.value)
    named = {path.name} | ({path.name.replace("t10k", "train")} if kind == "swapped" else set())
    assert any(candidate in message for candidate in named)
    assert "expected" in message
    assert "found" in message
    assert "python -m core data --fetch" in message


def test_a_damaged_extraction_is_made_again_from_the_archive(data_dir):
    source = worlds.write_dataset(data_dir)
    load(source)
    extracted = settings.load().home / "fashion-mnist" / worlds.FILE_NAMES[0]
    extracted.write_bytes(b"torn")
    assert len(load(source)[0]) == 30


def test_files_with_the_right_bytes_but_the_wrong_number_of_garments_are_refused(data_dir):
    source = dataclasses.replace(worlds.write_dataset(data_dir), num_train=31)
    with pytest.raises(errors.CatalogueCorrupt, match="holds 30 pictures and 30 labels where 31 of each"):
        load(source)


def test_missing_files_are_downloaded_from_the_next_mirror_that_answers(data_dir, tmp_path):
    source = worlds.write_dataset(tmp_path / "published")
    told = []
    with mirror.serving(tmp_path / "published") as (address, asked):
        source = dataclasses.replace(source, mirrors=(CLOSED_PORT, address))
        train, _ = fashion_mnist.load_splits(settings.load(), lambda doing, share: told.append(doing), source)
        assert len(train) == 30
        num_asked = len(asked)
        load(source)
        assert len(asked) == num_asked, "files that are here are not fetched again"
    assert sorted(path.name for path in (data_dir / "FashionMNIST" / "raw").iterdir()) == sorted(worlds.FILE_NAMES)
    assert "looking for the garments" in told


def test_the_mirror_of_the_settings_is_asked_first(monkeypatch, tmp_path):
    source = worlds.write_dataset(tmp_path / "published")
    with mirror.serving(tmp_path / "published") as (ours, asked), mirror.serving(tmp_path) as (public, asked_public):
        monkeypatch.setenv("GARMENTS_DATA_MIRROR", ours)
        load(dataclasses.replace(source, mirrors=(public,)))
        assert any(name in path for path in asked for name in worlds.FILE_NAMES)
    assert len(set(asked_public)) <= 1, "the other mirror is only asked whether it is there"


def test_archives_that_are_here_are_not_fetched_again(data_dir, tmp_path):
    source = worlds.write_dataset(tmp_path / "published")
    data_dir.mkdir()
    shutil.copy(tmp_path / "published" / f"{worlds.FILE_NAMES[0]}.gz", data_dir)
    with mirror.serving(tmp_path / "published") as (address, asked):
        load(dataclasses.replace(source, mirrors=(address,)))
    fetched = [path for path in asked if worlds.FILE_NAMES[0] in path]
    assert len(fetched) <= 1, "one question whether the mirror is there, and no download"


def test_a_mirror_that_serves_a_sign_in_page_is_passed_over(data_dir, tmp_path):
    source = worlds.write_dataset(tmp_path / "good")
    (tmp_path / "bad").mkdir()
    for name in worlds.FILE_NAMES:
        (tmp_path / "bad" / f"{name}.gz").write_bytes(HTML)
    with mirror.serving(tmp_path / "bad") as (bad, _), mirror.serving(tmp_path / "good") as (good, _):
        assert len(load(dataclasses.replace(source, mirrors=(bad, good)))[0]) == 30


def test_nothing_half_written_stays_when_no_mirror_delivers(data_dir, tmp_path):
    source = worlds.write_dataset(tmp_path / "published")
    shutil.rmtree(tmp_path / "published")
    (tmp_path / "published").mkdir()
    with mirror.serving(tmp_path / "published") as (address, _), pytest.raises(errors.CatalogueMissing) as caught:
        load(dataclasses.replace(source, mirrors=(CLOSED_PORT, address)))
    assert "could not be fetched" in str(caught.value)
    assert "GARMENTS_DATA_DIR" in str(caught.value)
    assert not [path for path in data_dir.rglob("*") if path.is_file()]


def test_a_wrong_file_is_repaired_by_fetching(data_dir, tmp_path):
    source = worlds.write_dataset(tmp_path / "published")
    shutil.copytree(tmp_path / "published", data_dir)
    extract(data_dir)
    (data_dir / worlds.FILE_NAMES[1]).write_bytes(b"wrong")
    with mirror.serving(tmp_path / "published") as (address, _):
        source = dataclasses.replace(source, mirrors=(address,))
        with pytest.raises(errors.CatalogueCorrupt):
            load(source)
        folder = source_files.fetch(settings.load(), source, ignore)
    assert folder == data_dir
    assert len(load(source)[0]) == 30


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder this user cannot write")
def test_wrong_files_in_a_read_only_folder_cannot_be_repaired_and_say_so(data_dir):
    source = worlds.write_dataset(data_dir)
    data_dir.chmod(0o500)
    with pytest.raises(errors.CatalogueCorrupt, match="cannot be written"):
        source_files.fetch(settings.load(), source, ignore)


def test_without_any_source_the_sample_stands_in_within_seconds_and_says_so(monkeypatch):
    monkeypatch.setattr(source_files, "_unreachable", lambda addresses: ["no network"] * len(addresses))
    started = time.monotonic()
    found, notice = catalogue.load_wanted(None, settings.load())
    assert found.name == "sample"
    assert "a tenth of its garments" in notice
    assert notice.count(". ") == 0
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("by_setting", [True, False])
def test_a_catalogue_that_was_named_never_falls_back(monkeypatch, by_setting):
    monkeypatch.setattr(source_files, "_unreachable", lambda addresses: ["no network"] * len(addresses))
    if by_setting:
        monkeypatch.setenv("GARMENTS_CATALOGUE", "fashion-mnist")
    with pytest.raises(errors.CatalogueMissing, match="no network"):
        catalogue.load_wanted(None if by_setting else "fashion-mnist", settings.load())


def test_a_setting_that_names_no_catalogue_is_refused_before_a_training_starts(store, monkeypatch):
    unknown = dataclasses.replace(store, settings=store.settings.model_copy(update={"catalogue": "shoes"}))
    message = r"GARMENTS_CATALOGUE must be one of fashion-mnist, sample, got 'shoes'\."
    with pytest.raises(errors.SettingsError, match=message):
        catalogue.load_wanted(None, unknown.settings)
    with pytest.raises(errors.SettingsError, match=message):
        jobs.submit(unknown, jobs.TrainingRequest(recipe="quick"), started_by="Ada")
    assert jobs.current(store) is None
    assert catalogue.named_by("sample", unknown.settings) == "sample"


def test_a_corrupt_file_never_leads_to_the_sample():
    data_dir = settings.load().data_dir
    worlds.write_dataset(data_dir)  # well-formed, but not the published files
    with pytest.raises(errors.CatalogueCorrupt, match="not the published file"):
        catalogue.load_wanted(None, settings.load())


def test_hosts_that_never_answer_are_given_up_together(monkeypatch):
    is_over = threading.Event()

    def never_answer(address, timeout):
        is_over.wait(30)
        raise OSError("too late")

    monkeypatch.setattr(source_files, "PROBE_SECONDS", 0.3)
    monkeypatch.setattr(source_files.urllib.request, "urlopen", never_answer)
    started = time.monotonic()
    problems = source_files._unreachable(["http://one/", "http://two/", "http://three/"])
    assert problems == ["no answer within 0 seconds"] * 3
    assert time.monotonic() - started < 10
    is_over.set()
    for thread in threading.enumerate():
        if thread.name == "mirror-probe":
            thread.join()


@pytest.mark.real_data
def test_the_original_files_load_complete_and_verified(monkeypatch):
    monkeypatch.setenv("GARMENTS_DATA_DIR", conftest.REAL_DATA)
    train, test = load(fashion_mnist.OFFICIAL)
    assert (train.images.shape, test.images.shape) == ((60_000, 28, 28), (10_000, 28, 28))
    assert np.bincount(train.labels).tolist() == [6000] * 10
    assert np.bincount(test.labels).tolist() == [1000] * 10
