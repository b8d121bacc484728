"""Exports of shop systems, feeds and tables of data sets, each from a small example in its own form."""

import pytest

from core import errors
from core.catalogue.own import layouts, shop_lists
from core.catalogue.own.records import Choices

CDN = "https://cdn.example.com/files"
EXAMPLES = {
    "shopify": (
        "Handle,Title,Product Category,Type,Variant SKU,Image Src,Image Position,Variant Image\n"
        f"tee,Tee,Apparel & Accessories > Clothing > Shirts & Tops,,T-1,{CDN}/tee-1.jpg?v=1,1,{CDN}/tee-red.jpg\n"
        f"tee,,,,T-2,{CDN}/tee-2.jpg?v=1,2,{CDN}/tee-red.jpg\n"
        f"hat,,,,,{CDN}/hat-2.jpg,2,\n"
        f"hat,Hat,Apparel & Accessories > Clothing Accessories > Hats,Hats,H-1,{CDN}/hat-1.jpg,1,\n"
    ),
    "shopify-2025": (
        "Title,URL handle,Product category,Type,SKU,Product image URL,Image position,Variant image URL\n"
        f"Tee,tee,Apparel & Accessories > Clothing > Shirts & Tops,,T-1,{CDN}/tee-1.jpg,1,\n"
        f",tee,,,T-2,{CDN}/tee-2.jpg,2,{CDN}/tee-red.jpg\n"
        f"Hat,hat,,Hats,H-1,{CDN}/hat-1.jpg,1,{CDN}/hat-2.jpg\n"
    ),
    "woocommerce": (
        "ID,Type,SKU,Name,Categories,Images,Parent\n"
        f'7,variable,tee,Tee,"Sale, Clothing > Shirts & Tops","{CDN}/tee-1.jpg, {CDN}/tee-2.jpg",\n'
        f"8,variation,tee-red,Tee red,,{CDN}/tee-red.jpg,tee\n"
        f"9,simple,hat,Hat,Hats,{CDN}/hat-1.jpg,\n"
        f"10,variation,hat-blue,Hat blue,,{CDN}/hat-2.jpg,id:9\n"
    ),
    "magento": (
        "sku,store_view_code,attribute_set_code,product_type,categories,name,base_image,additional_images\n"
        "tee,,Top,configurable,\"Default Category/Sale,Default Category/Men/Shirts & Tops\",Tee,"
        f'{CDN}/tee-1.jpg,"{CDN}/tee-2.jpg,{CDN}/tee-red.jpg"\n'
        f'hat,,Gear,simple,Default Category/Hats,Hat,{CDN}/hat-1.jpg,"{CDN}/hat-1.jpg,{CDN}/hat-2.jpg"\n'
    ),
    "google": (
        "id\ttitle\titem group id\tproduct type\timage link\tadditional image link\n"
        f"T-1\tTee\ttee\tClothing > Shirts & Tops\t{CDN}/tee-1.jpg\t{CDN}/tee-2.jpg\n"
        f"T-2\tTee\ttee\tClothing > Shirts & Tops\t{CDN}/tee-red.jpg\t\n"
        f"hat\tHat\t\tHats\t{CDN}/hat-1.jpg\t{CDN}/hat-2.jpg\n"
    ),
    "google-taxonomy": (
        "id,title,item_group_id,google_product_category,image_link,additional_image_link\n"
        f'T-1,Tee,tee,Apparel & Accessories > Clothing > Shirts & Tops,{CDN}/tee-1.jpg,"{CDN}/tee-2.jpg,'
        f'{CDN}/tee-red.jpg"\n'
        f"hat,Hat,,Apparel & Accessories > Hats,{CDN}/hat-1.jpg,{CDN}/hat-2.jpg\n"
    ),
}  # fmt: skip
PLAIN = ("tee-1.jpg", "tee-2.jpg", "tee-red.jpg", "hat-1.jpg", "hat-2.jpg")
NUM_TEE = 3


def named(layout):
    """File name of each usable photo -> what is said of it."""
    return {
        row.photo.partition("?")[0].rpartition("/")[2]: (row.category, row.product, row.group)
        for row in layout.rows
        if not row.problem
    }


@pytest.mark.parametrize("name", sorted(shop_lists.SHOP_LISTS))
def test_every_shop_list_gives_each_photo_once_with_the_category_of_its_product(tmp_path, name):
    file = tmp_path / "export.csv"
    file.write_text(EXAMPLES[name])
    found = layouts.recognised(file, Choices(fetch=True))
    told = named(found)
    assert sorted(told) == sorted(PLAIN)
    for photo in PLAIN[:NUM_TEE]:
        assert told[photo] == ("Shirts & Tops", "tee", "tee")
    for photo in PLAIN[NUM_TEE:]:
        assert told[photo] == ("Hats", "hat", "hat")
    assert found.kind.startswith(f"{shop_lists.SHOP_LISTS[name].title}, export.csv,")
    assert all(row.is_address for row in found.rows if not row.problem)


@pytest.mark.parametrize("name", sorted(shop_lists.SHOP_LISTS))
def test_photos_that_lie_beside_a_shop_list_are_taken_and_none_is_fetched_unasked(tmp_path, name):
    (tmp_path / "export.csv").write_text(EXAMPLES[name])
    (tmp_path / "pictures").mkdir()
    for photo in PLAIN[:-1]:
        (tmp_path / "pictures" / photo).write_bytes(b"")
    found = layouts.recognised(tmp_path)
    assert sorted(named(found)) == sorted(PLAIN[:-1])
    assert not any(row.is_address for row in found.rows if not row.problem)
    [other] = [row for row in found.rows if row.problem]
    assert (other.photo, other.problem) == (
        f"{CDN}/hat-2.jpg", "its photo is an address, and fetching was not asked for",
    )  # fmt: skip


def test_another_column_of_a_shop_list_may_say_the_category(tmp_path):
    file = tmp_path / "export.csv"
    file.write_text(EXAMPLES["shopify"])
    found = layouts.recognised(file, Choices(columns=(("category", "Title"),), fetch=True))
    assert {category for category, *_ in named(found).values()} == {"Tee", "Hat"}


def test_a_comma_in_a_category_of_woocommerce_and_in_an_address_separates_nothing(tmp_path):
    file = tmp_path / "export.csv"
    file.write_text(
        "ID,Type,SKU,Name,Categories,Images,Parent\n"
        f'7,simple,a,A,"Tops\\, long > Tees\\, long","{CDN}/w_300,h_300/a.jpg, {CDN}/b.jpg",\n'
        f"8,simple,b,B,Hats,{CDN}/c.jpg,\n"
    )
    found = layouts.recognised(file, Choices(fetch=True))
    assert [(row.photo.removeprefix(f"{CDN}/"), row.category) for row in found.rows] == [
        ("w_300,h_300/a.jpg", "Tees, long"), ("b.jpg", "Tees, long"), ("c.jpg", "Hats"),
    ]  # fmt: skip


FEED = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>
<item><g:id>T-1</g:id><title>Tee &amp; more</title><g:item_group_id>tee</g:item_group_id>
<g:product_type>Clothing &gt; Shirts &amp; Tops</g:product_type><g:product_type>Sale</g:product_type>
<g:image_link>{CDN}/tee-1.jpg</g:image_link>
<g:additional_image_link>{CDN}/tee-2.jpg</g:additional_image_link>
<g:additional_image_link>{CDN}/tee-red.jpg</g:additional_image_link></item>
<item><g:id>hat</g:id><g:product_type><![CDATA[Hats]]></g:product_type><g:image_link>{CDN}/hat-1.jpg</g:image_link>
<g:additional_image_link> {CDN}/hat-2.jpg </g:additional_image_link></item>
</channel></rss>
"""


def atom(feed):
    entries = feed.split("<title>Shop</title>")[1].removesuffix("</channel></rss>\n").replace("item>", "entry>")
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>'
        f"{entries}</feed>"
    )


@pytest.mark.parametrize("form", [lambda feed: feed, atom, lambda feed: feed.replace("<g:", "<").replace("</g:", "</")])
def test_a_feed_of_either_form_gives_every_photo_of_every_product(tmp_path, form):
    file = tmp_path / "feed.xml"
    file.write_text(form(FEED))
    told = named(layouts.recognised(file, Choices(fetch=True)))
    assert told == {
        **dict.fromkeys(PLAIN[:NUM_TEE], ("Shirts & Tops", "tee", "tee")),
        **dict.fromkeys(PLAIN[NUM_TEE:], ("Hats", "hat", "hat")),
    }


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("<rss><channel></channel></rss>", r"feed.xml: The file cannot be read \(it holds no product"),
        ("<rss><channel><item>", r"feed.xml: The file cannot be read \(it is no feed that may be read: no element"),
        ("", r"feed.xml: The file cannot be read \(it is no feed"),
        ('<!DOCTYPE rss [<!ENTITY shop "Shop">]><rss><channel><title>&shop;</title></channel></rss>',
         r"feed.xml: The file cannot be read \(it is no feed that may be read: DTDForbidden"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_said_in_one_sentence(tmp_path, content, why):
    (tmp_path / "feed.xml").write_text(content)
    with pytest.raises(errors.CatalogueError, match=why):
        layouts.recognised(tmp_path / "feed.xml")


def deep_fashion(folder, anno, partition):
    for name in ("img/Sheer_Blouse/img_00000001.jpg", "img/Sheer_Blouse/img_00000002.jpg",
                 "img/Dark_Jeans/img_00000001.jpg"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    (folder / anno).mkdir(parents=True, exist_ok=True)
    (folder / partition).mkdir(parents=True, exist_ok=True)
    (folder / anno / "list_category_cloth.txt").write_text(
        "2\ncategory_name  category_type\nBlouse         1\nJeans          2\n"
    )
    (folder / anno / "list_category_img.txt").write_text(
        "3\nimage_name  category_label\nimg/Sheer_Blouse/img_00000001.jpg    1\n"
        "img/Sheer_Blouse/img_00000002.jpg    1\nimg/Dark_Jeans/img_00000001.jpg     2\n"
    )
    (folder / partition / "list_eval_partition.txt").write_text(
        "3\nimage_name  evaluation_status\nimg/Sheer_Blouse/img_00000001.jpg  train\n"
        "img/Sheer_Blouse/img_00000002.jpg  val\nimg/Dark_Jeans/img_00000001.jpg   test\n"
    )


@pytest.mark.parametrize(("anno", "partition"), [(".", "."), ("Anno", "Eval"), ("Anno_coarse", "Eval")])
def test_the_tables_of_deep_fashion_are_joined_wherever_they_lie(tmp_path, anno, partition):
    deep_fashion(tmp_path, anno, partition)
    found = layouts.recognised(tmp_path)
    assert found.kind.startswith("The tables of DeepFashion")
    assert {(row.photo, row.category, row.group, row.split) for row in found.rows} == {
        ("img/Sheer_Blouse/img_00000001.jpg", "Blouse", "img/Sheer_Blouse", "train"),
        ("img/Sheer_Blouse/img_00000002.jpg", "Blouse", "img/Sheer_Blouse", "validation"),
        ("img/Dark_Jeans/img_00000001.jpg", "Jeans", "img/Dark_Jeans", "test"),
    }


def test_a_number_of_no_category_in_those_tables_is_named(tmp_path):
    deep_fashion(tmp_path, "Anno", "Eval")
    table = tmp_path / "Anno" / "list_category_img.txt"
    table.write_text(table.read_text().replace("    1\n", "    7\n"))
    with pytest.raises(errors.CatalogueError, match=r"gives 'img/Sheer_Blouse/img_00000001.jpg' the category '7'"):
        layouts.recognised(tmp_path, Choices(list_file="Anno/list_category_img.txt"))


def test_articles_of_h_and_m_find_their_photo_in_its_folder_and_colours_are_one_group(tmp_path):
    for name in ("images/010/0108775015.jpg", "images/010/0108775044.jpg", "images/011/0110065001.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "articles.csv").write_text(
        "article_id,product_code,prod_name,product_type_no,product_type_name,product_group_name\n"
        "108775015,108775,Strap top,253,Vest top,Garment Upper body\n"
        "108775044,108775,Strap top,253,Vest top,Garment Upper body\n"
        "110065001,110065,OP T-shirt,306,Bra,Underwear\n"
    )
    found = layouts.recognised(tmp_path)
    assert {(row.photo, row.category, row.product, row.group) for row in found.rows} == {
        ("images/010/0108775015.jpg", "Vest top", "108775015", "108775"),
        ("images/010/0108775044.jpg", "Vest top", "108775044", "108775"),
        ("images/011/0110065001.jpg", "Bra", "110065001", "110065"),
    }
