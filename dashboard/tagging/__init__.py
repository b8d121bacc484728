"""The page Tag."""
