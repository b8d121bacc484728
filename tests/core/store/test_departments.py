"""Where categories are sold: as the retailer's own lists say, until the team says otherwise."""

import json

from core.catalogue import kept
from core.retail import naming
from core.store.team import names

CLASSES = ("Bag", "Tees")


def catalogue(home, **told):
    folder = kept.folder_of(home, "shop")
    folder.mkdir(parents=True)
    content = {"name": "shop", "source": "x", "layout": {}, "rows_file": "rows", "tiles_file": "tiles", "num_photos": 2,
               "class_names": list(CLASSES), "changed_at": 1.0, **told}  # fmt: skip
    (folder / "catalogue.json").write_text(json.dumps(content))


def departments(store):
    return {entry.class_name: entry.department for entry in names.current(store, CLASSES).entries}


def test_a_catalogue_of_before_says_nothing_of_departments(store):
    catalogue(store.home)
    assert kept.find(store.home, "shop").departments == {}
    assert departments(store) == {"Bag": "Accessories", "Tees": ""}


def test_the_retailers_departments_hold_until_somebody_chooses_others(store):
    catalogue(store.home, departments={"Tees": "Women"})
    assert departments(store) == {"Bag": "Accessories", "Tees": "Women"}
    assert names.current(store, CLASSES).number == 0
    named = naming.checked(
        [naming.Entry(class_name="Bag", name="Bag"), naming.Entry(class_name="Tees", name="Tees")], CLASSES
    )
    assert names.save(store, named, who="Ada").number
    assert departments(store) == {"Bag": "", "Tees": ""}
    names.save(store, names.defaults(store, CLASSES), who="Ada")
    assert departments(store) == {"Bag": "Accessories", "Tees": "Women"}
