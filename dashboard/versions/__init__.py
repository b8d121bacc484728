"""The page Versions: new against live, and the history."""
