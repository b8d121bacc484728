"""Themes, on the page Mistakes."""
