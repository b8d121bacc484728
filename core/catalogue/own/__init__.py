"""The retailer's own garments: a folder of photos, or a list beside one, becomes a catalogue in the home.

`layouts` recognises what is there, `adding` brings it in, `checks` says what is wrong, `splitting` parts it, and
`loading` gives it as a `Catalogue` like any other; `core.catalogue.kept` says where it lies.
"""
