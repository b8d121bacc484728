"""Doubted labels, on the page Labels."""
