"""The page Reviews."""
