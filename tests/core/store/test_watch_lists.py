"""Watch lists: named, renamed, ended, and never lost or doubled."""

import pytest

from core import errors
from core.store.base import audit
from core.store.verdicts import watch_lists

KEYS = ("b" * 64, "a" * 64)


def save(store, list_id="1", name="Long sleeves", *, garments=KEYS, who="Ada"):
    about = "Shirt, tagged as Coat, in version 1"
    watch_lists.save(store, list_id, name=name, garments=garments, about=about, version=1, who=who)


def names(store):
    return [(one.id, one.name, one.who) for one in watch_lists.current(store)]


def test_a_list_is_kept_with_who_saved_it_and_its_garments_once_each(store):
    save(store, garments=(*KEYS, KEYS[0]))
    (found,) = watch_lists.current(store)
    assert (found.id, found.name, found.who, found.version) == ("1", "Long sleeves", "Ada", 1)
    assert found.garments == tuple(sorted(KEYS))


def test_a_list_gets_another_name_and_keeps_its_place(store):
    save(store)
    save(store, "2", "Dark prints")
    save(store, name="  Long   sleeves, light ", who="Grace")
    assert names(store) == [("1", "Long sleeves, light", "Grace"), ("2", "Dark prints", "Ada")]


def test_saving_the_same_again_changes_nothing(store):
    save(store)
    save(store)
    assert len(watch_lists.current(store)) == 1
    assert len([entry for entry in audit.entries(store) if entry.action == "watch-list"]) == 1


def test_an_ended_list_is_gone_can_be_ended_twice_and_its_name_is_free(store):
    save(store)
    watch_lists.end(store, "1", who="Ada")
    watch_lists.end(store, "1", who="Ada")
    watch_lists.end(store, "9", who="Ada")
    assert names(store) == []
    save(store, "2")
    assert names(store) == [("2", "Long sleeves", "Ada")]


def test_the_log_tells_what_became_of_a_list_without_its_keys(store):
    save(store)
    watch_lists.end(store, "1", who="Grace")
    ended, saved = audit.entries(store)
    assert (saved.subject, saved.before, saved.after["garments"]) == ("Long sleeves", None, 2)
    assert (ended.subject, ended.who, ended.after) == ("Long sleeves", "Grace", None)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "   "}, "1 to 80 characters"),
        ({"name": "x" * 81}, "1 to 80 characters"),
        ({"name": "a\x00b"}, "1 to 80 characters"),
        ({"name": "LONG sleeves"}, "already"),
        ({"garments": ()}, "needs garments"),
        ({"list_id": "../x"}, "hex digits"),
    ],
)
def test_what_makes_no_list_is_refused_and_nothing_is_stored(store, fields, message):
    save(store)
    with pytest.raises(errors.WatchListRefused, match=message):
        save(store, **{"list_id": "2", "name": "Dark prints", **fields})
    assert names(store) == [("1", "Long sleeves", "Ada")]


def test_there_is_an_end_to_the_number_of_lists(store, monkeypatch):
    monkeypatch.setattr(watch_lists, "MOST_LISTS", 1)
    save(store)
    with pytest.raises(errors.WatchListRefused, match="End one"):
        save(store, "2", "Dark prints")
    save(store, name="Another name")
    assert names(store) == [("1", "Another name", "Ada")]
