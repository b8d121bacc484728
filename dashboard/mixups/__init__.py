"""The page Mix-ups."""
