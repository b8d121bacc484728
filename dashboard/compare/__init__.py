"""The page Compare two."""
