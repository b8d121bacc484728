"""Garments like one, on the page Mistakes."""
