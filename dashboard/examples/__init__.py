"""Pages that are empty show what they will look like, by the built-in sample."""
