"""The command `export`: what was decided of a batch, as a file for the shop."""

import csv
import io
import json
import sys
from dataclasses import replace

import pytest

from core import __main__ as command_line
from core.commands import shop
from core.store.base import audit
from core.store.batches import batch_tags
from tests.support import batch_world, worlds

SHOP = {
    "shopify": b"Handle,Title,Tags,Option1 Name,Option1 Value,Variant SKU\nbag,Bag,Old,Size,S,A0\nbag,,,,M,A9\n",
    "woocommerce": b"ID,Type,SKU,Name,Parent,Categories,Tags\n7,simple,A0,Bag,,Sale,Old\n",
}


@pytest.fixture
def batch(store):
    """Three photos, of which the first two are decided."""
    run = worlds.publish(store)
    photos = batch_world.new_photos(3)
    photos = [replace(photo, sku=f"A{place}", title=f"Title {place}") for place, photo in enumerate(photos)]
    found = batch_world.dropped(store, run, photos)
    batch_tags.append(store, found, [batch_world.photo_tag(run, place, 0.5) for place in range(3)])
    batch_world.decide(store, found, [0, 1], "changed", "Bag")
    return found


@pytest.fixture
def command(monkeypatch, capsys):
    def called(*arguments):
        monkeypatch.setattr(sys, "argv", ["core", "export", *map(str, arguments)])
        code = command_line.main()
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return called


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("layout", ["shopify", "woocommerce", "generic"])
def test_what_was_decided_is_written_in_every_layout(command, batch, tmp_path, layout):
    file = tmp_path / "import.csv"
    code, out, _ = command(batch.number, file, "--layout", layout)
    assert (code, out) == (0, f"Products in {file}: 2.\n")
    assert [row.get("SKU", row.get("sku")) for row in rows_of(file.read_bytes())] == ["A0", "A1"]
    _, out, _ = command(batch.number, "--layout", layout)
    assert rows_of(out.encode()) == rows_of(file.read_bytes())


def test_every_export_stands_in_the_log_with_its_file_and_how_many_products_left(store, command, batch, tmp_path):
    command(batch.number, tmp_path / "import.csv")
    command(batch.number, "--layout", "generic", "--json")
    entries = audit.entries(store, action="export")
    assert [entry.subject for entry in entries] == [f"batch {batch.number}"] * 2
    assert [entry.after for entry in reversed(entries)] == [
        {"file": "import.csv", "products": 2}, {"file": "generic on the command line", "products": 2},
    ]  # fmt: skip
    assert command(batch.number, tmp_path / "no folder" / "import.csv")[0] != 0
    assert len(audit.entries(store, action="export")) == 2, "what was not written has not left"


def test_products_of_the_shop_keep_what_they_have(command, batch, tmp_path):
    given, file = tmp_path / "shop.csv", tmp_path / "import.csv"
    given.write_bytes(SHOP["shopify"])
    code, out, _ = command(batch.number, file, "--shop", given)
    assert (code, out) == (0, f"Products in {file}: 2, 1 of them new in the shop.\n")
    rows = [[row["Handle"], row["Tags"], row["Variant SKU"]] for row in rows_of(file.read_bytes())]
    assert rows == [["bag", "Old, Bag", "A0"], ["bag", "", "A9"], ["title-1-a1", "Bag", "A1"]]
    command(batch.number, file, "--shop", given, "--replace-tags")
    assert rows_of(file.read_bytes())[0]["Tags"] == "Bag"


def test_what_is_new_in_woocommerce_has_a_file_of_its_own(command, batch, tmp_path):
    given, file = tmp_path / "shop.csv", tmp_path / "import.csv"
    given.write_bytes(SHOP["woocommerce"])
    wanted = (batch.number, file, "--shop", given, "--layout", "woocommerce")
    _, out, _ = command(*wanted)
    assert f"Products in {file}: 1, 0 of them new in the shop.\n" in out
    assert "either updates or creates: 1. Next: the same command with --only-new" in out
    assert [list(row.values()) for row in rows_of(file.read_bytes())] == [["7", "A0", "Bag", "Sale, Bag", "Old, Bag"]]
    _, out, _ = command(*wanted, "--only-new", "--json")
    assert (json.loads(out)["num_rows"], json.loads(out)["num_new"]) == (1, 1)
    assert [row["SKU"] for row in rows_of(file.read_bytes())] == ["A1"]


def test_what_stays_is_named_with_its_reason(command, batch, tmp_path):
    given, file = tmp_path / "shop.csv", tmp_path / "import.csv"
    given.write_bytes(SHOP["shopify"].replace(b"bag,Bag", b"bag,=Bag"))
    _, out, _ = command(batch.number, file, "--shop", given)
    assert "Stays, as an import would change more of it than is meant: A0." in out
    _, out, _ = command(batch.number, "--shop", given, "--json")
    content = json.loads(out)
    assert (content["unsafe"], content["disputed"], len(rows_of(content["csv"].encode()))) == (["A0"], [], 1)


@pytest.mark.parametrize(("arguments", "message"), [
    (["--layout", "magento"], "--layout is one of shopify, woocommerce, generic, got 'magento'."),
    (["--shop", "nowhere.csv"], "nowhere.csv cannot be read"),
    (["--shop", "{shop}", "--layout", "generic"], "--shop has no meaning for --layout generic"),
    (["--shop", "{shop}", "--layout", "woocommerce"], "The header must name ID, Type, SKU"),
    (["--shop", "{large}"], "has more than 100 bytes"),
])  # fmt: skip
def test_wrong_input_is_one_line_and_writes_nothing(command, batch, tmp_path, monkeypatch, arguments, message):
    monkeypatch.setattr(shop, "LARGEST_FILE", 100)
    given, large, file = tmp_path / "shop.csv", tmp_path / "large.csv", tmp_path / "import.csv"
    given.write_bytes(SHOP["shopify"][:100])
    large.write_bytes(b"x" * 101)
    code, out, err = command(batch.number, file, *(text.format(shop=given, large=large) for text in arguments))
    assert (code, out, err.count("\n"), message in err) == (2, "", 1, True), err
    assert not file.exists()


def test_a_batch_of_which_nothing_is_decided_says_so(command, store, tmp_path):
    found = batch_world.tagged(store, worlds.publish(store), [0.5])
    code, _, err = command(found.number, tmp_path / "import.csv")
    assert (code, err) == (2, "No product can leave: 0 of 1 are decided, 0 of them rejected.\n")
    assert command(99)[0] != 0
