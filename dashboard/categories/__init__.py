"""The page Categories."""
