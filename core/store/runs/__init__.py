"""Published versions and their files."""
