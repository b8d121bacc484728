"""Which column of a list is which, as people said it: remembered for everybody, by the headings."""

import pytest

from core import errors
from core.retail.list_columns import Columns
from core.store.base import audit
from core.store.team import list_columns

HEADER = ("Bild", "Nummer", "Bezeichnung")
SAID = Columns(photo="Bild", sku="Nummer")


def test_nothing_is_remembered_before_somebody_said_it(store):
    assert list_columns.remembered(store, HEADER) is None


def test_what_was_said_holds_for_lists_with_the_same_headings_and_no_others(store):
    saved = list_columns.save(store, HEADER, SAID, who="Ada", expected=0)
    assert list_columns.remembered(store, HEADER) == saved == Columns(photo="Bild", sku="Nummer", number=saved.number)
    assert saved.number > 0
    again = list_columns.remembered(store, ("bezeichnung", "BILD", "Nummer"))
    assert (again.photo, again.sku, again.title) == ("BILD", "Nummer", "")
    assert list_columns.remembered(store, HEADER[:2]) is None
    assert list_columns.remembered(store, (*HEADER, "Nummer")) is None


def test_headings_that_differ_in_capitals_only_stay_apart(store):
    list_columns.save(store, ("Bild", "nr", "NR"), Columns(photo="Bild", sku="NR"), who="Ada")
    assert list_columns.remembered(store, ("nr", "NR", "Bild")).sku == "NR"
    assert list_columns.remembered(store, ("NR", "nr", "Bild")).sku == "NR"


def test_it_can_be_changed_and_the_log_tells_by_whom_and_from_what(store):
    first = list_columns.save(store, HEADER, SAID, who="Ada")
    assert list_columns.save(store, HEADER, SAID, who="Grace") == first, "nothing differs"
    changed = Columns(photo="Bild", sku="Nummer", title="Bezeichnung")
    assert list_columns.save(store, HEADER, changed, who="Grace", expected=first.number).title == "Bezeichnung"
    newest, oldest = audit.entries(store, action="list-columns")
    assert (oldest.who, oldest.before, oldest.after) == ("Ada", None, {"photo": "Bild", "sku": "Nummer", "title": ""})
    assert (newest.who, newest.before["title"], newest.after["title"]) == ("Grace", "", "Bezeichnung")


def test_two_people_who_say_it_at_once_do_not_overwrite_each_other(store):
    list_columns.save(store, HEADER, SAID, who="Ada", expected=0)
    with pytest.raises(errors.ChoiceConflict, match="Ada changed this"):
        list_columns.save(store, HEADER, Columns(photo="Nummer", sku="Bild"), who="Grace", expected=0)
    assert list_columns.remembered(store, HEADER).photo == "Bild"


def test_what_makes_no_list_is_not_remembered(store):
    with pytest.raises(errors.TaggingRefused):
        list_columns.save(store, HEADER, Columns(photo="Bild"), who="Ada")
    assert audit.entries(store, action="list-columns") == []
