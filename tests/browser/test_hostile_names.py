"""Categories, photos, lists, reasons and people called like attacks, in somebody else's browser: nothing runs."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from core import settings
from core.jobs import records
from core.store import open_store
from core.store.batches import batch_tags
from core.store.live import promotions
from core.store.team import team
from core.store.verdicts import watch_lists
from dashboard.session import site_map
from tests.browser import drawn
from tests.support import batch_world, server, worlds
from tests.support.payloads import SCRIPTS


@pytest.fixture(scope="module")
def hostile_address(tmp_path_factory):
    home = tmp_path_factory.mktemp("hostile") / "home"
    store = open_store(settings.Settings(home=home, data_dir=home.parent / "data"))
    found = worlds.catalogue(num_train=80, num_test=240, class_names=SCRIPTS)
    first, second = (worlds.publish(store, found, seed=seed, skill=skill) for seed, skill in ((1, 0.3), (2, 0.5)))
    write_everywhere(store, first, second)
    store.engine.dispose()
    with server.dashboard(home, catalogue="sample") as address:
        yield address


def write_everywhere(store, first, second):
    """What one person writes wherever there is room for words; another one looks at it."""
    short = [script for script in SCRIPTS if script.isprintable() and len(script) <= watch_lists.LONGEST_NAME]
    photos = [
        replace(photo, name=f"{script}.jpg", sku=script[:40], title=script)
        for photo, script in zip(batch_world.new_photos(len(SCRIPTS)), SCRIPTS, strict=True)
        if script.isprintable()
    ]
    batch = batch_world.dropped(store, first, photos, who=SCRIPTS[0])
    tags = [batch_world.photo_tag(first, position, 0.5, position % 10) for position in range(len(photos))]
    batch_tags.append(store, batch, tags)
    records.end(store, records.of_batch(store, batch.number).id, "finished")
    for number, script in enumerate(short):
        keys = [f"{number:040x}"]
        watch_lists.save(store, f"{number:032x}", name=script, garments=keys, about=script, version=1, who=script)
    team.write_pair_rule(store, first.class_names[0], first.class_names[1], SCRIPTS[1], who=SCRIPTS[2])
    promotions.keep(store, second.id, reason=" ".join(SCRIPTS[:5]), who=SCRIPTS[3])


def test_no_name_runs_as_a_script_or_calls_another_host(page, hostile_address):
    dialogs, hosts, naming = [], set(), set()
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    drawn.open_page(page, hostile_address)
    for name in site_map.places():
        names = {"real": SCRIPTS[0], "category": SCRIPTS[1], "first": SCRIPTS[0], "second": SCRIPTS[1], "garment": "1"}
        attack = {
            "real": SCRIPTS[2],
            "catalogue": SCRIPTS[22],
            "what": SCRIPTS[29],
            "version": SCRIPTS[1],
            "batch": "1",
        }
        for query in (attack, names):
            drawn.lead(page, drawn.address_of(hostile_address, name, query))
            assert page.evaluate("window.__x") is None, name
            assert page.locator("img[src='x'], [href^='javascript:'], [onerror], [onload]").count() == 0, name
            if "window.__x" in page.locator("body").inner_text():
                naming.add(name)
    assert naming >= {
        "categories", "mistakes/garments", "mistakes/compare", "mistakes/similar", "versions/decide", "tag", "log",
        "versions/history",
    }  # fmt: skip
    assert dialogs == []
    # Streamlit writes pictures into the page itself, which has no host.
    assert hosts - {None, ""} == {"127.0.0.1"}
