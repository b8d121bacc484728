"""Photos in, tags out: the tagger."""

import subprocess
import sys
import textwrap

import numpy as np
import pytest

from core import errors, settings
from core.jobs import TrainingRequest, training_pipeline
from core.model import export
from core.photos import decoder_process, sandbox
from core.store.runs import file_reader, publishing, runs
from core.tagging import tagger
from tests.support import product_photos, worlds


def test_photos_of_garments_get_the_tags_of_the_garments(trained_store, photo_folder):
    model = tagger.load(trained_store, confidence_line=0.5)
    found = {result.file: result for result in model.photos([photo_folder])}
    predictions = file_reader.load_predictions(trained_store, model.run)
    names = sorted(found, key=lambda name: name[-6:])
    agreeing = [found[name].tag in ("", model.run.class_names[predictions["predicted_class"][number]])
                for number, name in enumerate(names)]  # fmt: skip
    assert sum(agreeing) >= 8  # a model that learned so little is unsure; the real one is held to 97 of 100
    assert {result.pile for result in found.values()} <= {"ready", "check", "not ours"}
    for result in found.values():
        assert result.picture.shape == (28, 28)
        assert (result.tag == "") == (result.pile == tagger.NOT_OURS)
        if result.pile == tagger.READY:
            assert result.confidence >= 0.5


def test_a_finding_leads_to_checking_and_what_is_like_nothing_gets_no_tag(trained_store):
    model = tagger.load(trained_store, confidence_line=0.0)
    known = file_reader.load_split(trained_store, model.run, "test").images[:8]
    half_white = np.broadcast_to(np.uint8(255) * (np.arange(28) < 14), (8, 28, 28))
    with sandbox.Sandbox(num_processes=1) as decoders:
        measured = decoders.decode(product_photos.photo(known[0]), (28, 28)).measured
        small = decoders.decode(product_photos.photo(known[0], margin=3.0), (28, 28)).measured

    def told(pictures, measured):
        photos = [decoder_process.Decoded(picture=picture, preview=np.zeros((0, 0, 3)), measured=measured)
                  for picture in pictures]  # fmt: skip
        return model.tagged([(str(number), photo) for number, photo in enumerate(photos)])

    assert {result.pile for result in told(known, small)} <= {tagger.CHECK, tagger.NOT_OURS}
    assert tagger.READY in {result.pile for result in told(known, measured)}
    unlike = told([*half_white, *(255 - known)], measured)
    assert sum(result.pile == tagger.NOT_OURS for result in unlike) >= 6
    assert all(result.tag == "" and "unlike" in result.findings[-1]
               for result in unlike if result.pile == tagger.NOT_OURS)  # fmt: skip


def test_a_version_of_before_loads_but_trusts_no_tag(store, trained_store):
    run = runs.find(trained_store, "live")
    assert file_reader.has_validation(trained_store, run)
    found = worlds.catalogue()
    files = worlds.run_files(found)
    old = type(files)(**{**vars(files), "validation_probabilities": None, "validation_features": None})
    published = publishing.publish(store, old, worlds.facts(old), created_by="Ada")
    assert not file_reader.has_validation(store, published)
    assert len(file_reader.load_predictions(store, published)) == 30
    with pytest.raises(errors.ValidationMissing, match="Train once more"):
        file_reader.load_validation(store, published)


def test_a_tagger_without_validation_answers_says_why_nothing_is_trusted(trained_store, monkeypatch, photo_folder):
    monkeypatch.setattr(file_reader, "has_validation", lambda store, run: False)
    model = tagger.load(trained_store, confidence_line=0.1)
    assert model.notice == (
        "Version 1 kept no answers to validation garments, on which a line is chosen. So no tag is trusted. Train once "
        "more."
    )
    assert {result.pile for result in model.photos([photo_folder])} == {tagger.CHECK}


def test_a_version_without_an_export_is_tagged_with_torch_and_alike(trained_store, photo_folder, monkeypatch):
    assert file_reader.has_export(trained_store, runs.find(trained_store, "live"))
    by_export = list(tagger.load(trained_store, confidence_line=0.5).photos([photo_folder]))
    monkeypatch.setattr(file_reader, "has_export", lambda store, run: False)
    by_torch = list(tagger.load(trained_store, confidence_line=0.5).photos([photo_folder]))
    assert [result.tag for result in by_torch] == [result.tag for result in by_export]
    assert [result.confidence for result in by_torch] == pytest.approx(
        [each.confidence for each in by_export], abs=1e-5
    )


def test_tagging_with_an_export_leaves_torch_out_of_memory(trained_store, photo_folder):
    code = f"""
        import sys
        from core import settings
        from core.store import open_store
        from core.tagging import tagger
        store = open_store(settings.load())
        print(sum(1 for _ in tagger.load(store).photos([{str(photo_folder)!r}])), "torch" in sys.modules)
        store.engine.dispose()
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert result.stdout.split() == ["12", "False"]


def test_an_export_that_answers_otherwise_is_left_out_and_people_are_told(store, monkeypatch):
    monkeypatch.setattr(
        training_pipeline.catalogue, "load_wanted", lambda name, given, **options: (worlds.catalogue(), "")
    )
    convolved = export._Graph.convolved

    def upside_down(graph, x, conv, norm=None):
        return convolved(graph, graph.mirrored(x), conv, norm)

    monkeypatch.setattr(export._Graph, "convolved", upside_down)
    request = TrainingRequest(recipe="quick", catalogue="sample", epochs=1)
    outcome = training_pipeline.run(store, request, started_by="Ada", on_report=lambda *report: None)
    assert not file_reader.has_export(store, outcome.run)
    assert outcome.notice.startswith("Photos will be tagged with torch, which takes longer: checked as ONNX file, a ")


def test_a_version_of_before_is_trained_once_more(store, monkeypatch):
    found = worlds.catalogue()
    monkeypatch.setattr(training_pipeline.catalogue, "load_wanted", lambda name, given, **options: (found, ""))
    request = TrainingRequest(recipe="quick", catalogue="sample", epochs=1)

    def train():
        return training_pipeline.run(store, request, started_by="Ada", on_report=lambda *report: None)

    first, second = train(), train()
    assert (first.is_new, second.is_new) == (True, False)
    answers = file_reader.load_validation(store, first.run)
    assert answers.probabilities.shape == (len(found.validation), 3)
    assert answers.features.shape[0] == len(answers.labels) == len(found.validation)
    monkeypatch.setattr(file_reader, "has_validation", lambda store, run: False)
    assert train().is_new


def test_the_five_lines_of_the_docs_work(photo_folder, trained_home):
    page = (settings.PROJECT_ROOT / "docs" / "command-line.md").read_text()
    code = page.split("```python\n")[1].split("```")[0]
    assert len([line for line in code.splitlines() if line]) == 5
    result = subprocess.run(
        [sys.executable, "-c", code.replace("new-arrivals", str(photo_folder))], cwd=settings.PROJECT_ROOT,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert result.stderr == ""
    assert len(result.stdout.splitlines()) == 12
