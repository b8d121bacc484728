"""The page More like this."""
