"""The page Acceptance."""
