"""Where garments of a category are usually sold: what the retailer's own departments begin with."""

DEPARTMENTS = {
    "T-shirt/top": "Clothing",
    "Trouser": "Clothing",
    "Pullover": "Clothing",
    "Dress": "Clothing",
    "Coat": "Clothing",
    "Shirt": "Clothing",
    "Sandal": "Shoes",
    "Sneaker": "Shoes",
    "Ankle boot": "Shoes",
    "Bag": "Accessories",
}
"""Class name -> department; a category that is not listed has none until somebody names it."""
