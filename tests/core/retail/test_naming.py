"""What the retailer calls the categories: checked, merged only when asked, kept, and safe as CSV."""

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import errors
from core.retail import naming, spreadsheet
from core.retail.naming import Entry
from core.store.base import audit, choices
from core.store.runs import runs
from core.store.team import names
from tests.support import worlds

CLASSES = ("Shirt", "T-shirt/top", "Bag")


def named(**changes):
    """The defaults with other names: class name -> name, or a whole entry."""
    entries = []
    for entry in naming.defaults(CLASSES).entries:
        change = changes.get(entry.class_name.replace("-", "_").replace("/", "_"), entry.name)
        entries.append(change if isinstance(change, Entry) else Entry(**{**as_dict(entry), "name": change}))
    return naming.checked(entries, CLASSES)


def as_dict(entry):
    return asdict(entry)


def test_the_defaults_are_the_names_of_the_model():
    found = naming.defaults(CLASSES)
    assert found.on_screen == found.class_names == CLASSES
    assert [entry.department for entry in found.entries] == ["Clothing", "Clothing", "Accessories"]
    assert found.merged == {}
    assert naming.checked(found.entries, CLASSES) == found


def test_equal_names_merge_and_stay_apart_on_screen():
    found = named(Shirt="Tops", T_shirt_top=" tops ")
    assert found.merged == {"Tops": ("Shirt", "T-shirt/top")}
    assert found.on_screen == ("Tops (Shirt)", "Tops (T-shirt/top)", "Bag")
    assert found.shop_names == ("Tops", "Bag")
    assert found.shop_index.tolist() == [0, 0, 1]


def test_what_a_shop_gets_where_nothing_else_is_said_is_the_name():
    entry = Entry(class_name="Shirt", name="Hemden", tag=" new , Hemden,, new")
    assert entry.shop_type == "Hemden"
    assert entry.shop_tags == ("new", "Hemden")
    assert Entry(class_name="Shirt", name="Hemden").shop_tags == ("Hemden",)


def test_merged_categories_must_agree_in_everything_else():
    apart = Entry(class_name="T-shirt/top", name="Tops", department="Sport")
    with pytest.raises(errors.NamesRefused, match=r"Shirt and T-shirt/top are both called Tops, so their department"):
        named(Shirt="Tops", T_shirt_top=apart)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "Shirt has no name"),
        ("x" * 81, "The name of Shirt has 81 characters; 80 are possible"),
        ("a\x07b", "The name of Shirt holds characters that cannot be shown"),
    ],
)
def test_a_name_that_makes_no_sense_is_refused(name, message):
    with pytest.raises(errors.NamesRefused, match=message):
        named(Shirt=name)


def test_two_categories_never_read_the_same_on_screen():
    with pytest.raises(errors.NamesRefused, match="would both read"):
        named(Shirt="Tops", T_shirt_top="Tops", Bag="Tops (Shirt)")


def test_categories_that_are_missing_unknown_or_twice_are_named():
    entries = [Entry(class_name=name, name=name) for name in ("Shirt", "Shirt", "Hat", "Bag")]
    with pytest.raises(errors.NamesRefused) as caught:
        naming.checked(entries, CLASSES)
    message = str(caught.value)
    assert "'Hat' is not one of the model's" in message
    assert "T-shirt/top is missing" in message
    assert "Shirt is there twice" in message


TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=30)


@given(name=TEXTS.filter(lambda text: text.strip()), department=TEXTS, tag=TEXTS)
def test_names_come_back_from_csv_and_no_cell_starts_a_formula(name, department, tag):
    entry = Entry(class_name="Shirt", name=name, department=department, tag=tag)
    try:
        found = named(Shirt=entry)
    except errors.NamesRefused:
        return
    content = naming.to_csv(found)
    assert naming.from_csv(content, CLASSES) == found
    for line in content.decode("utf-8-sig").splitlines()[1:]:
        assert not line.startswith(spreadsheet._FORMULA_STARTS[:-1])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The header must be category,name,department,product_type,tag,product_category, got ''"),
        (b"category,name\nShirt,S\n", "got 'category,name'"),
        (b"\xe9\xff", "no text in UTF-8"),
        (b'category,name,department,product_type,tag\n"Shirt', "no CSV"),
        (b"category,name,department,product_type,tag\nShirt,S\n", "Line 2 has 2 cells, the header 5"),
    ],
)
def test_a_file_that_is_no_list_of_names_says_what_is_wrong(content, message):
    with pytest.raises(errors.NamesRefused, match=message):
        naming.from_csv(content, CLASSES)


# ---- kept --------------------------------------------------------------------------------------------------------


def test_names_are_kept_for_everybody_and_tell_who_changed_what(store):
    saved = names.save(store, named(Shirt="Hemden"), who="Ada")
    assert names.current(store, CLASSES) == saved
    assert saved.number > 0
    line = audit.entries(store, action="names")[0]
    assert (line.who, line.before, line.after) == ("Ada", {"Shirt": {"name": "Shirt"}}, {"Shirt": {"name": "Hemden"}})


def test_saving_the_same_names_again_writes_nothing(store):
    for _ in range(3):
        names.save(store, named(Shirt="Hemden"), who="Ada")
    assert len(choices.history(store, names.name_of(CLASSES))) == len(audit.entries(store)) == 1


def test_equal_names_are_asked_about_once(store):
    tops = named(Shirt="Tops", T_shirt_top="Tops")
    with pytest.raises(errors.MergeUnconfirmed, match="Shirt and T-shirt/top as Tops") as caught:
        names.save(store, tops, who="Ada")
    assert caught.value.merges == {"Tops": ("Shirt", "T-shirt/top")}
    assert names.current(store, CLASSES) == naming.defaults(CLASSES)
    names.save(store, tops, who="Ada", merges=["Tops"])
    renamed = named(Shirt="Upper", T_shirt_top="Upper")
    assert names.save(store, renamed, who="Bo").shop_names == ("Upper", "Bag")


def test_who_looked_at_older_names_is_told_and_changes_nothing(store):
    seen = names.current(store, CLASSES).number
    names.save(store, named(Shirt="Hemden"), who="Ada", expected=seen)
    with pytest.raises(errors.ChoiceConflict, match="Ada changed this"):
        names.save(store, named(Shirt="Blouse"), who="Bo", expected=seen)
    assert names.current(store, CLASSES).on_screen[0] == "Hemden"


def test_back_to_the_defaults_keeps_the_history(store):
    names.save(store, named(Shirt="Hemden"), who="Ada")
    names.save(store, naming.defaults(CLASSES), who="Ada")
    assert names.current(store, CLASSES).entries == naming.defaults(CLASSES).entries
    assert len(choices.history(store, names.name_of(CLASSES))) == 2


def test_a_version_is_read_with_the_names_of_its_own_classes(store):
    run = worlds.publish(store, worlds.catalogue(class_names=CLASSES))
    assert run.names == CLASSES
    names.save(store, named(Shirt="Hemden"), who="Ada")
    again = runs.find(store, run.id)
    assert (again.names, again.class_names) == (("Hemden", *CLASSES[1:]), CLASSES)
    assert runs.list_runs(store)[0].names == again.names
    assert again.name_of("Shirt") == "Hemden"
    assert again.name_of("Hat") == "Hat"
