"""Names of categories and what mistakes cost, on the command line: shown, taken out as CSV, brought in or refused."""

import io
import json
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import __main__ as command_line
from core import errors
from core.quality import cost
from core.retail import cost_grid, naming
from core.store.base import audit, choices
from core.store.team import costs, names
from tests.core.retail import test_taxonomy
from tests.support import worlds

SHOP = "category,name,department,product_type,tag\nShirt,Tops,Upper,Top,top\nCoat,{coat}\nBag,Our bag,Bags,,\n"
NAMED = SHOP.format(coat="=Coat,Upper,,winter")
MERGED = SHOP.format(coat="Tops,Upper,Top,top")
GRID = "really,Coat,Shirt,Bag\nBag,expensive,Annoying ,\nShirt,does not matter,,annoying\nCoat,,expensive,annoying\n"


@pytest.fixture
def run(store):
    return worlds.publish(store)


@pytest.fixture
def command(run, monkeypatch, capsys):
    """Gives the exit code, and what is printed: an object with --json, else the text of both streams."""

    def called(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["core", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = command_line.main()
        captured = capsys.readouterr()
        return code, json.loads(captured.out) if "--json" in arguments else captured.out + captured.err

    return called


def test_names_go_out_and_come_back_the_same(store, run, command, tmp_path):
    assert command("names", "import", "-", "--json", stdin=NAMED.encode()) == (0, {"num_changed": 3})
    held = names.current(store, run.class_names)
    assert held.of("Coat").name == "=Coat" and held.of("Bag").department == "Bags"
    file = tmp_path / "names.csv"
    assert command("names", "export", file) == (0, f"They are in {file}.\n")
    assert file.read_bytes() == naming.to_csv(held)
    assert "'=Coat" in command("names", "export")[1]
    assert command("names", "import", file) == (0, "Nothing differs.\n")
    assert choices.last(store, names.name_of(run.class_names)).number == held.number
    code, content = command("names", "show", "--json")
    assert code == 0
    assert content["names"][0] == {
        "category": "Shirt", "name": "Tops", "department": "Upper", "product_type": "Top", "tag": "top",
        "product_category": "",
    }  # fmt: skip
    assert content["chosen_by"] and content["chosen_at"]
    assert "Our bag" in command("names", "show")[1]
    assert command("names", "reset")[1] == "Changed for everybody: 3 categories.\n"
    assert names.current(store, run.class_names).entries == naming.defaults(run.class_names).entries


def test_product_categories_come_in_with_a_release_and_stay_without(store, run, command, tmp_path):
    categories, google = tmp_path / "categories.txt", tmp_path / "google.txt"
    categories.write_bytes(test_taxonomy.CATEGORIES)
    google.write_bytes(test_taxonomy.GOOGLE)
    content = SHOP.replace("tag\n", "tag,product_category\n").replace("top\n", "top,aa-1\n", 1)
    content = content.format(coat="Coat,,,,").replace("Bags,,\n", "Bags,,,\n").encode()
    code, text = command("names", "import", "-", stdin=content)
    assert (code, "Give its file categories.txt first." in text) == (2, True)
    assert command("names", "import", "-", "--google", google, stdin=content)[1].startswith("--google needs --taxonomy")
    assert command("names", "import", "-", "--taxonomy", categories, "--google", google, stdin=content)[0] == 0
    clothing = "Apparel & Accessories > Clothing"
    held = names.current(store, run.class_names)
    assert (held.of("Shirt").product_category, held.of("Shirt").google_category) == (clothing, "Google > Clothing")
    assert command("names", "import", "-", stdin=NAMED.encode())[0] == 0  # a file of before, without the column
    after = names.current(store, run.class_names)
    assert (after.of("Shirt").product_category, after.of("Shirt").google_category) == (clothing, "Google > Clothing")
    file = tmp_path / "names.csv"
    command("names", "export", file)
    assert command("names", "import", file) == (0, "Nothing differs.\n")


def test_equal_names_merge_only_when_somebody_says_so(store, run, command):
    code, text = command("names", "import", "-", stdin=MERGED.encode())
    assert code == 2
    assert "Equal names merge categories: Shirt and Coat as Tops." in text and "`--merge` confirms it." in text
    assert names.current(store, run.class_names).number == 0
    assert command("names", "import", "-", "--merge", stdin=MERGED.encode())[0] == 0
    assert "Shirt and Coat are one in the shop: Tops." in command("names", "show")[1]


def test_costs_go_out_and_come_back_the_same(store, run, command, tmp_path):
    code, content = command("costs", "show", "--json")
    assert (code, content["is_chosen"], content["chosen_by"]) == (0, False, None)
    assert command("costs", "import", "-", "--json", stdin=GRID.encode())[0] == 0
    held = costs.current(store, names.current(store, run.class_names))
    np.testing.assert_array_equal(held.levels, [[0, 0, 1], [2, 0, 1], [1, 2, 0]])
    assert command("costs", "show", "--json")[1]["costs"] == {
        "Shirt": {"Coat": "does not matter", "Bag": "annoying"},
        "Coat": {"Shirt": "expensive", "Bag": "annoying"},
        "Bag": {"Shirt": "annoying", "Coat": "expensive"},
    }
    file = tmp_path / "costs.csv"
    assert command("costs", "export", file, "--json") == (0, {"file": str(file)})
    assert file.read_bytes() == cost_grid.to_csv(held.levels, run.class_names)
    assert command("costs", "import", file)[1] == "Nothing differs.\n"
    assert "expensive" in command("costs", "show")[1]
    assert command("costs", "reset")[0] == 0
    assert not costs.current(store, names.current(store, run.class_names)).is_chosen
    assert [line.action for line in audit.entries(store, limit=2)] == ["costs", "costs"]


@pytest.mark.parametrize(
    ("what", "content", "message"),
    [
        ("names", b"\xff", "no text in UTF-8"),
        (
            "names",
            b"a,b\n",
            "The header must be category,name,department,product_type,tag,product_category, got 'a,b'.",
        ),
        ("names", NAMED.replace("Bag,", "Hat,").encode(), "'Hat' is not one of the model's. Bag is missing."),
        ("costs", b"", "The header must be really,Shirt,Coat,Bag, got ''."),
        ("costs", b"\xff", "no text in UTF-8"),
        ("costs", b'really,"Shirt', "Line 1 is no CSV"),
        ("costs", GRID.replace("Annoying ", "dear").encode(), "Bag tagged Shirt must be one of does not matter, "),
        ("costs", GRID.replace("Bag,exp", "Hat,exp").encode(), "'Hat' is not one of the model's. The row of Bag is"),
        ("costs", GRID.replace("\nBag,", "\nCoat,").encode(), "Coat has two rows."),
        ("costs", GRID.replace("Coat,,", "Coat,expensive,").encode(), "A right tag costs nothing: leave Coat tagged"),
        ("costs", GRID.replace("Coat,,", "Coat,").encode(), "Line 4 has 3 cells, the header 4."),
        ("costs", b"x" * 1_000_001, "more than 1,000,000 bytes"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_and_nothing_is_stored(store, run, command, what, content, message):
    code, text = command(what, "import", "-", stdin=content)
    assert (code, message in text, text.count("\n")) == (2, True, 1), text
    assert choices.last(store, names.name_of(run.class_names)) is None
    assert choices.last(store, costs.name_of(run.class_names)) is None


@pytest.mark.parametrize("what", ["names", "costs"])
def test_files_that_cannot_be_read_or_written_and_versions_that_are_not_there_are_named(command, what, tmp_path):
    gone = tmp_path / "gone" / "file.csv"
    assert command(what, "import", gone) == (
        2, f"{gone} cannot be read (No such file or directory). Name another file.\n"
    )  # fmt: skip
    assert command(what, "export", gone) == (
        1, f"{gone} cannot be written (No such file or directory). Name another file.\n"
    )  # fmt: skip
    code, text = command(what, "show", "--version", "9")
    assert (code, text.startswith("No run '9'.")) == (2, True)


@given(
    st.lists(
        st.text(min_size=1, max_size=8).filter(lambda text: "\0" not in text), min_size=1, max_size=5, unique=True
    ),
    st.randoms(),
)
def test_whatever_the_categories_are_called_a_grid_comes_back_the_same(class_names, random):
    levels = np.array([[random.randrange(len(cost.LEVELS)) for _ in class_names] for _ in class_names])
    np.fill_diagonal(levels, cost.NO_MATTER)
    content = cost_grid.to_csv(levels, class_names)
    np.testing.assert_array_equal(cost_grid.from_csv(content, class_names), levels)


def test_a_grid_of_other_categories_is_refused():
    with pytest.raises(errors.CostsRefused, match="The header must be really,Shirt, got"):
        cost_grid.from_csv(GRID.encode(), ["Shirt"])
