"""Shopify's categories: read from the files of a release, refused with the line, and looked up by words or number."""

import pytest

from core import errors
from core.retail import naming, taxonomy
from core.retail.naming import Entry

TITLE = b"# Shopify Product Taxonomy - Categories: 2026-02\n# Format: {GID} : {Ancestor name} > {Category name}\n\n"
CATEGORIES = TITLE + (
    b"gid://shopify/TaxonomyCategory/aa                : Apparel & Accessories\n"
    b"gid://shopify/TaxonomyCategory/aa-1              : Apparel & Accessories > Clothing\n"
    b"gid://shopify/TaxonomyCategory/aa-1-13           : Apparel & Accessories > Clothing > Shirts\n"
    b"gid://shopify/TaxonomyCategory/sg-1-1            : Sporting Goods > Shirts\n"
)
GOOGLE = """# Shopify Product Taxonomy - Mapping shopify/2026-02 to google/2021-09-21
# Format:
# → {base taxonomy category name}
# ⇒ {mapped taxonomy category name}

→ Apparel & Accessories > Clothing
⇒ Google > Clothing

→ Apparel & Accessories > Clothing > Shirts
⇒ Google > Shirts & Tops
""".encode()
CLOTHING = "Apparel & Accessories > Clothing"
RELEASE = taxonomy.release(CATEGORIES, GOOGLE)


def test_a_release_is_read_with_googles_categories():
    assert (RELEASE.number, len(RELEASE.ids), RELEASE.ids[CLOTHING]) == ("2026-02", 4, "aa-1")
    assert RELEASE.google == {CLOTHING: "Google > Clothing", f"{CLOTHING} > Shirts": "Google > Shirts & Tops"}
    blanks = CATEGORIES.replace(b"\n", b"\r\n").replace(b"Accessories > C", "Accessories\xa0> C".encode())
    assert taxonomy.release(blanks) == taxonomy.release(CATEGORIES)
    assert taxonomy.release(CATEGORIES).google == {}


@pytest.mark.parametrize(
    "text",
    [
        "aa-1",
        "AA-1",
        "gid://shopify/TaxonomyCategory/aa-1",
        CLOTHING,
        "apparel &  accessories>clothing",
        f" {CLOTHING} ",
    ],
)
def test_a_category_is_found_by_its_words_or_its_number(text):
    assert RELEASE.path_of(text) == CLOTHING


@pytest.mark.parametrize(("text", "hint"), [
    ("shirts", "Is Apparel & Accessories > Clothing > Shirts or Sporting Goods > Shirts meant?"),
    ("aa-99", "Copy its whole line"),
    ("Clothing > Apparel & Accessories", "Copy its whole line"),
])  # fmt: skip
def test_a_category_that_is_not_there_is_refused_with_what_may_be_meant(text, hint):
    with pytest.raises(errors.NamesRefused) as caught:
        RELEASE.path_of(text)
    assert f"{text!r} is no category of Shopify's release 2026-02. {hint}" in str(caught.value)


@pytest.mark.parametrize(("content", "message"), [
    (b"", "first line .* is '', which names no release. Take dist/en/categories.txt"),
    (GOOGLE, "which names no release"),
    (TITLE, "has 0 of them; 1 to 50,000 are possible"),
    (CATEGORIES + b"aa-2 : Shoes\n", "Line 8 .* must be gid://.* : Name > Name, got 'aa-2 : Shoes'"),
    (CATEGORIES + b"\xff", "Line 8 .* is no text in UTF-8"),
    (CATEGORIES + b"x" * 1001, "Line 8 .* at most 1000 printable characters"),
    (CATEGORIES + b"gid://shopify/TaxonomyCategory/aa-9 : a\x07\n", "Line 8 .* printable"),
    (CATEGORIES + b"#" * taxonomy.LARGEST_FILE, "10,000,[0-9]+ bytes; 10,000,000 are possible"),
])  # fmt: skip
def test_a_file_that_is_no_release_is_refused_with_its_line(content, message):
    with pytest.raises(errors.NamesRefused, match=message):
        taxonomy.release(content)


@pytest.mark.parametrize(("old", "new", "message"), [
    ("2026-02 to", "2025-11 to", "of the release 2025-11, that of Shopify's of 2026-02. Take both of one release."),
    ("→ Apparel & Accessories > Clothing\n", "→ Hats\n", "Line 6 .* must be → or ⇒ before a category .* got '→ Hats'"),
    ("Mapping", "Categories", "first line .* Take shopify_2026-02_to_google_….txt"),
])  # fmt: skip
def test_a_mapping_that_does_not_fit_the_release_is_refused(old, new, message):
    with pytest.raises(errors.NamesRefused, match=message):
        taxonomy.release(CATEGORIES, GOOGLE.decode().replace(old, new).encode())


def test_more_categories_than_possible_are_refused(monkeypatch):
    monkeypatch.setattr(taxonomy, "MOST_CATEGORIES", 3)
    with pytest.raises(errors.NamesRefused, match="has 4 of them; 1 to 3 are possible"):
        taxonomy.release(CATEGORIES)


HELD = naming.checked(
    [Entry(class_name="Shirt", name="Shirt", product_category=CLOTHING, google_category="Old"),
     Entry(class_name="Bag", name="Bag")], ("Shirt", "Bag"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "release", "expected"), [
    (CLOTHING, None, (CLOTHING, "Old")),  # what holds was checked before
    ("", None, ("", "")),
    ("aa-1-13", RELEASE, (f"{CLOTHING} > Shirts", "Google > Shirts & Tops")),
    (CLOTHING, RELEASE, (CLOTHING, "Google > Clothing")),
    (CLOTHING, taxonomy.release(CATEGORIES), (CLOTHING, "Old")),  # no mapping was given
    ("sg-1-1", RELEASE, ("Sporting Goods > Shirts", "")),  # Google's is not known
    ("aa-1-13", taxonomy.release(CATEGORIES), (f"{CLOTHING} > Shirts", "")),
])  # fmt: skip
def test_categories_are_kept_as_the_release_writes_them_with_googles(text, release, expected):
    typed = [Entry(class_name="Shirt", name="Shirt", product_category=text), HELD.of("Bag")]
    shirt, bag = naming.in_taxonomy(typed, HELD, release)
    assert (shirt.product_category, shirt.google_category) == expected
    assert bag == HELD.of("Bag")


@pytest.mark.parametrize(("release", "message"), [
    (None, "Shirt: The product category 'aa-2' can only be checked with .* Bag: The product category 'aa-2' can only"),
    (RELEASE, "Shirt: 'aa-2' is no category .* Bag: 'aa-2' is no category"),
    (taxonomy.release(CATEGORIES), "Shirt: 'aa-2' is no category"),
])  # fmt: skip
def test_every_category_that_cannot_be_taken_is_named(release, message):
    typed = [Entry(class_name=name, name=name, product_category="aa-2") for name in ("Shirt", "Bag")]
    with pytest.raises(errors.NamesRefused, match=message):
        naming.in_taxonomy(typed, HELD, release)


def test_categories_that_are_one_have_one_product_category():
    apart = [Entry(class_name="Shirt", name="Tops", product_category=CLOTHING), Entry(class_name="Bag", name="Tops")]
    with pytest.raises(errors.NamesRefused, match="tag text and product category must be the same too"):
        naming.checked(apart, ("Shirt", "Bag"))


def test_a_category_that_is_too_long_is_refused():
    with pytest.raises(errors.NamesRefused, match="The product category of Bag has 301 characters; 300 are possible"):
        naming.checked([Entry(class_name="Bag", name="Bag", product_category="x" * 301)], ("Bag",))
