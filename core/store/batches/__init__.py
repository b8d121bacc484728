"""Dropped photos, their tags, decisions, lines and spot checks."""
