"""The rules of the house: directions of imports, settings, docs."""
