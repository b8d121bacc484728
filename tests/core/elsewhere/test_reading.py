"""Files of tags from elsewhere: what is recognised in them, what is wrong row by row, and what can be used."""

import decimal
import json

import numpy as np
import pandas as pd
import pytest

from core import errors
from core.elsewhere import checking, columns, files, pictures
from tests.support import elsewhere

FILES = {f"{number:04d}.png": number for number in range(120)}


def checked(table, known=(), **chosen):
    table = table.set_axis(pd.RangeIndex(2, len(table) + 2, name=files.LINE), axis=0)
    told = columns.recognised(table, FILES.__contains__, chosen)
    return told, checking.checked(table, told, FILES.get, known)


def kinds(given):
    return {problem.kind: problem for problem in given.problems}


def as_content(table, ending):
    if ending == ".csv":
        return table.to_csv(index=False).encode()
    if ending == ".parquet":
        return table.to_parquet(index=False)
    return table.to_json(orient="records", lines=True).encode()


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".jsonl"])
def test_every_format_gives_the_same_rows(ending):
    wanted = elsewhere.table(12)
    table = files.of_content(f"tags{ending}", as_content(wanted, ending))
    told, given = checked(table.reset_index(drop=True))
    assert (told.picture, told.label, told.predicted, told.confidence) == ("image", "label", "prediction", "confidence")
    assert told.probabilities == tuple((f"prob_{name}", name) for name in elsewhere.NAMES)
    assert given.table["predicted"].tolist() == wanted["prediction"].tolist()
    assert given.table["confidence"].to_numpy() == pytest.approx(wanted["confidence"].to_numpy())
    assert given.class_names == elsewhere.NAMES
    assert not given.problems


def test_json_lines_with_an_object_of_probabilities_become_columns():
    rows = [
        {"file": "0001.png", "scores": {"Bag": 0.2, "Coat": 0.8}},
        {"file": "0002.png", "scores": {"Bag": 1, "Coat": 0}},
    ]
    content = "\n".join(map(json.dumps, rows)).encode()
    _, given = checked(files.of_content("tags.jsonl", content).reset_index(drop=True))
    assert given.table["predicted"].tolist() == ["Coat", "Bag"]
    assert given.table["confidence"].tolist() == [0.8, 1.0]


def test_a_line_that_is_no_json_is_named():
    with pytest.raises(errors.ElsewhereRefused, match="Line 2 is no JSON"):
        files.of_content("tags.jsonl", b'{"a": 1}\nnothing')


def test_label_and_score_alone_are_what_a_cloud_service_says():
    table = pd.DataFrame({"image": ["0001.png", "0002.png"], "label": ["Bag", "Coat"], "score": [0.5, 0.9]})
    told, given = checked(table)
    assert (told.predicted, told.label) == ("label", "")
    assert given.num_labelled == 0


def test_a_column_that_a_person_names_is_taken():
    table = elsewhere.table(9)[["image", "label", "prediction"]].rename(columns={"prediction": "guess"})
    with pytest.raises(errors.ElsewhereRefused, match="no column 'guesses'"):
        checked(table, predicted="guesses")
    told, _ = checked(table, predicted="guess", label="label")
    assert (told.predicted, told.label) == ("guess", "label")


def test_nothing_that_names_a_tag_is_refused_with_the_columns_that_there_are():
    with pytest.raises(errors.ElsewhereRefused, match=r"No column names the predicted category.*'image', 'weight'"):
        checked(pd.DataFrame({"image": ["0001.png"], "weight": ["x"]}))


def test_rows_that_cannot_be_used_are_left_out_and_named_by_their_lines():
    table = elsewhere.table(9)[["image", "label", "prediction", "confidence"]]
    table.loc[0, "image"] = "gone.png"
    table.loc[3, "image"] = "0002.png"
    table["confidence"] = table["confidence"].astype(object)
    table.loc[5, "confidence"] = "very"
    table.loc[7, "prediction"] = ""
    _, given = checked(table)
    found = kinds(given)
    assert {kind: problem.lines for kind, problem in found.items() if problem.is_left_out} == {
        "missing": (2,), "twice": (5,), "number": (7,), "untagged": (9,),
    }  # fmt: skip
    assert given.table["line"].tolist() == [3, 4, 6, 8, 10]
    assert found["missing"].sentence == "1 row names a picture that is not there, and is left out. (Line 2.)"


def test_a_picture_twice_with_two_tags_says_so():
    table = pd.DataFrame({"image": ["0001.png", "0001.png", "0002.png"], "prediction": ["Bag", "Coat", "Coat"]})
    _, given = checked(table)
    assert "1 of them with another tag" in kinds(given)["twice"].sentence
    assert given.table["predicted"].tolist() == ["Bag", "Coat"]


def test_categories_written_in_two_ways_are_one_and_known_names_hold():
    table = pd.DataFrame(
        {"image": list(FILES)[:4], "label": ["T-shirt", "t shirt", "Coat", "COAT"],
         "prediction": ["T-shirt", "Coat", "coat", "T_SHIRT"]}
    )  # fmt: skip
    _, given = checked(table, known=("T-Shirt", "Coat", "Bag"))
    assert given.class_names == ("T-Shirt", "Coat", "Bag")
    assert given.table["label"].tolist() == ["T-Shirt", "T-Shirt", "Coat", "Coat"]
    assert given.table["predicted"].tolist() == ["T-Shirt", "Coat", "Coat", "T-Shirt"]
    assert "spelling" in kinds(given)


def test_classes_by_number_are_those_of_the_catalogue():
    table = pd.DataFrame({"image": list(FILES)[:3], "prediction": [2.0, 0.0, 1.0]})
    _, given = checked(table, known=("Shirt", "Coat", "Bag"))
    assert given.table["predicted"].tolist() == ["Bag", "Shirt", "Coat"]


def test_of_several_tags_the_first_counts_and_that_is_said():
    cells = ["['Bag', 'Coat']", "Coat|Bag", "Bag; Coat", "[{'label': 'Coat', 'score': 0.9}]"]
    _, given = checked(pd.DataFrame({"image": list(FILES)[:4], "tags": cells}))
    assert given.table["predicted"].tolist() == ["Bag", "Coat", "Bag", "Coat"]
    assert "Only the first one of each is read" in kinds(given)["several"].sentence


def test_what_pipelines_and_cloud_services_write_is_read_with_how_sure_they_are():
    rows = [
        {"image": "0001.png", "labels": [{"Name": "Bag", "Confidence": 98.5}, {"Name": "Coat", "Confidence": 60.0}]},
        {"image": "0002.png", "labels": [{"Name": "Coat", "Confidence": 51.0}]},
    ]
    content = "\n".join(map(json.dumps, rows)).encode()
    _, given = checked(files.of_content("tags.jsonl", content).reset_index(drop=True))
    assert given.table["predicted"].tolist() == ["Bag", "Coat"]
    assert given.table["confidence"].to_numpy() == pytest.approx([0.985, 0.51])


@pytest.mark.parametrize("kind", ["category", "decimal"])
def test_columns_of_kinds_that_parquet_alone_has_are_read(kind):
    table = elsewhere.table(12)[["image", "prediction", "confidence"]]
    if kind == "category":
        table["prediction"] = table["prediction"].astype("category")
    else:
        table["confidence"] = [decimal.Decimal(f"{sure:.4f}") for sure in table["confidence"]]
    _, given = checked(files.of_content("tags.parquet", as_content(table, ".parquet")).reset_index(drop=True))
    assert given.table["predicted"].tolist() == elsewhere.table(12)["prediction"].tolist()
    assert given.table["confidence"].to_numpy() == pytest.approx(elsewhere.table(12)["confidence"], abs=1e-4)


def test_probabilities_must_add_up_and_rounded_ones_are_made_to():
    table = elsewhere.table(30).drop(columns=["prediction", "confidence"])
    table.loc[4, "prob_Bag"] += 0.3
    _, given = checked(table)
    assert kinds(given)["sum"].lines == (6,)
    assert len(given) == 29
    assert given.probabilities.sum(axis=1) == pytest.approx(np.ones(29), abs=1e-12)


def test_a_tag_that_is_not_the_most_probable_one_counts_and_the_probabilities_do_not():
    table = elsewhere.table(30)
    other = {"Bag": "Coat", "Coat": "Shirt", "Shirt": "Bag"}[table.loc[2, "prediction"]]
    table.loc[2, "prediction"] = other
    _, given = checked(table)
    assert given.probabilities is None
    assert given.table["predicted"][2] == other
    assert kinds(given)["contradiction"].lines == (4,)


def test_percentages_and_decimal_commas_are_read():
    table = pd.DataFrame({"image": list(FILES)[:2], "prediction": ["Bag", "Coat"], "confidence": ["97,5 %", "12,5 %"]})
    _, given = checked(table)
    assert given.table["confidence"].tolist() == [0.975, 0.125]
    assert "percent" in kinds(given)


def test_a_label_that_is_never_a_tag_counts_as_wrong_and_that_is_said():
    tags = {"label": ["Poncho", "Bag", "Coat"], "prediction": ["Bag", "Bag", "Coat"]}
    table = pd.DataFrame({"image": list(FILES)[:3], **tags})
    _, given = checked(table)
    assert "labelled 'Poncho', which is never given as a tag" in kinds(given)["unknown"].sentence
    assert given.class_names == ("Bag", "Coat", "Poncho")


def test_one_category_is_too_few():
    with pytest.raises(errors.ElsewhereRefused, match="At least two categories"):
        checked(pd.DataFrame({"image": list(FILES)[:2], "prediction": ["Bag", "Bag"]}))


def test_names_that_lead_outside_the_folder_find_nothing(tmp_path):
    inside = elsewhere.pictures(tmp_path / "in", 3)
    elsewhere.pictures(tmp_path / "out", 3)
    (inside / "link.png").symlink_to(tmp_path / "out" / "0000.png")
    found = pictures.InFolder(inside)
    assert found.table["photo"].tolist() == ["0000.png", "0001.png", "0002.png"]
    assert found.find("../out/0000.png") in (None, 0)  # by its name the one inside, never the one outside
    assert found.find(str(tmp_path / "out" / "other.png")) is None
    assert found.find("link.png") is None
    assert found.find(f"{inside}/0002.png") == 2
